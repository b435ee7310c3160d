"""The schema of what ``reach`` says as JSON, for programs.

What no platform gave is ``null``, never 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field


class _Keys(BaseModel):
    model_config = ConfigDict(frozen=True)


class NoteJson(_Keys):
    """What has to be said with the figures."""

    code: str = Field(description="Which note.")
    text: str = Field(description="In the language that was asked for.")


class PostJson(_Keys):
    """The post that a group stands for."""

    campaign: str = Field(description="Its campaign's folder.")
    edition: int = Field(description="The year.")
    post: str = Field(description="Its file's name.")
    occurrence: str = Field(description="Which of several times; empty where it goes out once.")
    first_line: str = Field(description="Its first line.")
    kind: str = Field(description='"text", "link", "picture", "video", "audio", "document".')
    audiences: tuple[str, ...] = Field(description="Whom it is for.")
    at: datetime = Field(description="When it first went out.")
    channels: tuple[str, ...] = Field(description="Where it went out.")
    urls: tuple[str, ...] = Field(description="Its address on each of them; empty where none is.")


class GroupJson(_Keys):
    """Deliveries added up."""

    name: str = Field(
        description='The group: "fanpage", "CAMPAIGN/2027", "2027-W40", "2027-10"; empty where '
        "none is recorded."
    )
    label: str = Field(description="What people read for it.")
    first: date | None = Field(description="A week's or month's first day.")
    last: date | None = Field(description="Its last day.")
    is_partial: bool = Field(
        description="Whether the week or month isn't counted whole, or isn't over yet."
    )
    posts: int = Field(description="How many posts, whatever the number of their channels.")
    deliveries: int = Field(description="How many deliveries.")
    figures: Mapping[str, int | None] = Field(
        description="Every figure by its name; null where no platform gave it."
    )
    of: Mapping[str, int] = Field(description="How many of the deliveries each figure covers.")
    doubts: Mapping[str, int] = Field(
        description="In how many of the deliveries a figure is in doubt; those in none left out."
    )
    doubtful: int = Field(description="How many deliveries have any figure in doubt.")
    gone: int = Field(description="How many deliveries are no longer on their platform.")
    post: PostJson | None = Field(description="The post, where it was asked by post.")


class AskedJson(_Keys):
    """What was asked for."""

    by: str = Field(description="By what deliveries are grouped.")
    first: date = Field(description="First day.")
    last: date = Field(description="Last day, counted in.")
    campaigns: tuple[str, ...] = Field(description="Only these; all where empty.")
    channels: tuple[str, ...] = Field(description="Only these; all where empty.")
    audiences: tuple[str, ...] = Field(description="Only these; all where empty.")
    editions: tuple[int, ...] = Field(description="Only these; all where empty.")


class AnswerJson(_Keys):
    """An answer of the ledger."""

    asked: AskedJson = Field(description="The question, as it was understood.")
    as_of: datetime = Field(description="Figures are those of the latest readings until then.")
    groups: tuple[GroupJson, ...] = Field(description="The groups, in the order asked for.")
    left_out: int = Field(description="How many groups there are besides (--top).")
    total: GroupJson = Field(description="All deliveries together, each counted once.")
    adds_up: bool = Field(description="Whether the groups' deliveries add up to the total's.")
    notes: tuple[NoteJson, ...] = Field(description="What has to be said with the figures.")


class ToldJson(_Keys):
    """A figure of an account."""

    value: int = Field(description="The figure.")
    at: datetime = Field(description="When it was read.")
    days: int | None = Field(description="Of how many days before, for an account's reach.")
    doubts: tuple[str, ...] = Field(description="What speaks against it.")


class AccountJson(_Keys):
    """A channel's account at both ends of the span; null where nothing was told."""

    channel: str = Field(description="The channel.")
    followers_first: ToldJson | None = Field(description="Followers, last told before the span.")
    followers_last: ToldJson | None = Field(description="Followers, last told until its end.")
    reach_first: ToldJson | None = Field(description="Account reach, last told before the span.")
    reach_last: ToldJson | None = Field(description="Account reach, last told until its end.")


class DoubtJson(_Keys):
    """A figure in doubt."""

    channel: str = Field(description="The channel.")
    delivery: str | None = Field(
        description='"CAMPAIGN/YEAR/POST[/OCCURRENCE]"; null for the account itself.'
    )
    url: str = Field(description="Its address.")
    at: datetime = Field(description="When it was read.")
    figure: str = Field(description="Which figure.")
    before: int | None = Field(description="What it is held against.")
    now: int | None = Field(description="The figure; null where it couldn't be kept.")
    doubt: str = Field(description='What speaks against it: "falling:reach".')
    text: str = Field(description="The same in words.")


class DefinitionJson(_Keys):
    """What a figure or word means."""

    name: str = Field(description="Its name.")
    label: str = Field(description="What people read.")
    meaning: str = Field(description="What it means.")
    given_by: tuple[str, ...] = Field(description="The office's adapters whose platforms give it.")


class AccountsJson(_Keys):
    """The channels' accounts at both ends of a span."""

    first: date = Field(description="First day.")
    last: date = Field(description="Last day, counted in.")
    accounts: tuple[AccountJson, ...] = Field(description="By their channel's name.")
    notes: tuple[NoteJson, ...] = Field(description="What has to be said with the figures.")


class DoubtsJson(_Keys):
    """The figures in doubt."""

    first: date = Field(description="First day.")
    last: date = Field(description="Last day, counted in.")
    doubts: tuple[DoubtJson, ...] = Field(description="By delivery and time.")


class DefinitionsJson(_Keys):
    """What every figure and word means."""

    figures: tuple[DefinitionJson, ...] = Field(description="The figures.")
    words: tuple[DefinitionJson, ...] = Field(description="The other words.")
