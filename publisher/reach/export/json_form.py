"""The ledger's answers as JSON for programs.

``json_schema`` says what they hold. Names are the same in every language; what people read stands
beside them in ``label`` and ``text``. Moments are ISO 8601 with the office's offset, days are
local. A figure that no platform gave is ``null``, never 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel

from publisher.i18n import _
from publisher.reach import doubts, words
from publisher.reach.accounts import Account, Told
from publisher.reach.answers import Answer, Group, days_of, notes
from publisher.reach.definitions import FIGURES, WORDS, Definition
from publisher.reach.export.json_schema import (
    AccountJson,
    AccountsJson,
    AnswerJson,
    AskedJson,
    DefinitionJson,
    DefinitionsJson,
    DoubtJson,
    DoubtsJson,
    GroupJson,
    NoteJson,
    PostJson,
    ToldJson,
)
from publisher.reach.figures import NAMES
from publisher.reach.givers import Givers
from publisher.reach.in_doubt import InDoubt
from publisher.reach.spans import Span


def answer_json(told: Answer, titles: Mapping[str, str]) -> AnswerJson:
    """An answer; ``titles`` are what people know campaigns and channels by."""
    question = told.question
    asked = AskedJson(
        by=question.by,
        first=question.span.first,
        last=question.span.last,
        campaigns=question.campaigns,
        channels=question.channels,
        audiences=question.audiences,
        editions=question.editions,
    )
    return AnswerJson(
        asked=asked,
        as_of=told.as_of,
        groups=tuple(_group(group, question.by, titles) for group in told.groups),
        left_out=told.left_out,
        total=_group(told.total, "", titles),
        adds_up=told.adds_up,
        notes=_notes(notes(told)),
    )


def accounts_json(accounts: Iterable[Account], span: Span) -> AccountsJson:
    """The accounts at both ends of ``span``."""
    return AccountsJson(
        first=span.first,
        last=span.last,
        accounts=tuple(
            AccountJson(
                channel=one.channel,
                followers_first=_told(one.followers_first),
                followers_last=_told(one.followers_last),
                reach_first=_told(one.reach_first),
                reach_last=_told(one.reach_last),
            )
            for one in accounts
        ),
        notes=_notes(("account_reach",)),
    )


def doubts_json(found: Iterable[InDoubt], span: Span) -> DoubtsJson:
    """The figures in doubt."""
    return DoubtsJson(
        first=span.first, last=span.last, doubts=tuple(_in_doubt(one) for one in found)
    )


def definitions_json(given_by: Givers) -> DefinitionsJson:
    """What every figure and word means."""
    return DefinitionsJson(figures=_definitions(FIGURES, given_by), words=_definitions(WORDS, {}))


def to_json(document: BaseModel) -> bytes:
    """The document in UTF-8, indented, ended by a line's end."""
    return (document.model_dump_json(indent=2) + "\n").encode()


def _group(group: Group, by: str, titles: Mapping[str, str]) -> GroupJson:
    first, last = days_of(group.name) if by in ("week", "month") else (None, None)
    post = group.post
    label = _("Total") if not by else words.group(by, group.name, titles)
    return GroupJson(
        name=group.name,
        label=post.first_line if post else label,
        first=first,
        last=last,
        is_partial=group.is_partial,
        posts=group.posts,
        deliveries=group.sum.posts,
        figures={name: getattr(group.sum.figures, name) for name in NAMES},
        of=dict(group.sum.of),
        doubts=dict(group.doubts),
        doubtful=group.sum.doubtful,
        gone=group.sum.gone,
        post=PostJson.model_validate(post, from_attributes=True) if post else None,
    )


def _told(told: Told | None) -> ToldJson | None:
    return ToldJson.model_validate(told, from_attributes=True) if told else None


def _in_doubt(found: InDoubt) -> DoubtJson:
    post = found.delivery
    return DoubtJson(
        channel=found.channel,
        delivery=post.post_key if post else None,
        url=post.url if post else "",
        at=found.at,
        figure=found.metric,
        before=found.before,
        now=found.now,
        doubt=found.doubt,
        text=doubts.words(found.doubt),
    )


def _definitions(definitions: Sequence[Definition], given_by: Givers) -> tuple[DefinitionJson, ...]:
    return tuple(
        DefinitionJson(
            name=one.name,
            label=_(one.label),
            meaning=_(one.meaning),
            given_by=given_by.get(one.name, ()),
        )
        for one in definitions
    )


def _notes(names: Iterable[str]) -> tuple[NoteJson, ...]:
    return tuple(NoteJson(code=name, text=words.note(name)) for name in names)
