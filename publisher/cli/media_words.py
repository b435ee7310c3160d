"""What the library's commands say of a medium, and how its people's consent is typed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click
from rich.text import Text

from publisher import notation
from publisher.cli.rich_console import console
from publisher.cli.terminal import say
from publisher.delivery.lifecycle import State
from publisher.desk.media_words import consent_words, facts, licence_words, used_words
from publisher.i18n import _
from publisher.media.licences import asks_for_credit
from publisher.media.record import Consent, Record
from publisher.states import state_words
from publisher.store.library import Used
from publisher.store.models import Delivery

if TYPE_CHECKING:
    from publisher.desk.collection import Changed

GivenConsent = tuple[Consent, str]
"""Whether people agreed, and where the paper is kept."""

_NOT_NEEDED = ("not-needed", "not needed", "không cần", "khong-can", "khong can")
_MISSING = ("missing", "chưa có", "chua-co", "chua co", "thiếu", "thieu")
_BARE_YES = ("yes", "given", "có", "co", "đã có", "da co")


class ConsentText(click.ParamType[GivenConsent]):
    """An option that says whether the people in a picture agreed to be shown."""

    name = "consent"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return _("not-needed | missing | WHERE THE PAPER IS")

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> GivenConsent:
        if isinstance(value, tuple):
            return value
        text = " ".join(str(value).split())
        if text.casefold() in _NOT_NEEDED:
            return Consent.NOT_NEEDED, ""
        if text.casefold() in _MISSING:
            return Consent.MISSING, ""
        if not text or text.casefold() in _BARE_YES:
            return self.fail(
                _("Say where the paper is kept, for instance “cabinet A, file 12/2027”."),
                param,
                ctx,
            )
        return Consent.GIVEN, text


def show_record(record: Record, zone: ZoneInfo) -> None:
    """Print all that the library says of ``record``."""
    console.print(Text(record.name, "bold"))
    lines = (
        (_("File"), f"{record.file_name}, {facts(record)}"),
        (_("Kept as"), str(record.path)),
        (_("Shows (Vietnamese)"), record.alt),
        (_("Shows (English)"), record.alt_en),
        (_("Made by"), record.credit),
        (_("Licence"), licence_words(record)),
        (_("People's consent"), consent_words(record)),
        (
            _("Last day of use"),
            notation.day(record.expires_on, "full") if record.expires_on else "",
        ),
        (_("Topics"), ", ".join(record.topics)),
        (
            _("Added"),
            f"{notation.moment(record.added_at, zone)}, {record.added_by}"
            if record.added_at
            else "",
        ),
        ("SHA-256", record.sha256),
    )
    for label, words in lines:
        say(f"    {label}: {words or '–'}")


def line_of(record: Record, used: Used, zone: ZoneInfo) -> None:
    """Print ``record`` in two lines, as a list has it."""
    console.print(Text.assemble((record.name, "bold"), f"  {record.alt or record.alt_en}"))
    parts = [facts(record), licence_words(record) or _("licence not written down")]
    parts.append(consent_words(record))
    if record.expires_on:
        parts.append(_("until %(day)s") % {"day": notation.day(record.expires_on, "full")})
    parts += record.topics
    parts.append(used_words(used, zone))
    say("    " + " · ".join(parts))


def show_uses(rows: Sequence[Delivery]) -> None:
    """Print where and when a medium is shown, a line each."""
    for row in rows:
        moment = (row.sent_at or row.due_at).astimezone(ZoneInfo(row.zone))
        where = f"{row.campaign}/{row.post} ({row.edition}) → {row.channel}"
        state = state_words(State(row.state))
        say(f"    {notation.moment(moment)}  {where}  {state}  {row.url or ''}".rstrip())


def hints(records: Iterable[Record]) -> Iterator[str]:
    """What is still to be said of ``records`` before posts can show them, each in one line."""
    for one in records:
        edit = f"publisher media edit {one.name}"
        if one.consent is Consent.MISSING:
            yield _(
                "Before a post can show it, say whether its people agreed: %(edit)s --consent "
                "“where the paper is”, or --consent not-needed"
            ) % {"edit": edit}
        if not one.licence:
            yield _("Under which licence may it be used? %(edit)s --licence own-work") % {
                "edit": edit
            }
        if not one.alt:
            yield _("What does it show? %(edit)s --alt “…”") % {"edit": edit}
        if asks_for_credit(one.licence) and not one.credit:
            yield _("This licence asks for the maker's name: %(edit)s --credit “…”") % {
                "edit": edit
            }


def tell_alike(alike: Iterable[Record]) -> None:
    """Print which media a new one looks like, where there are such."""
    names = ", ".join(one.name for one in alike)
    if names:
        say("    " + _("It looks just like: %(names)s. Is it the same picture?") % {"names": names})


def tell_taken_out(changed: Changed) -> None:
    """Print what was taken out of the plan by a change, where anything was."""
    if changed.taken_out:
        say(_("Taken out of the plan, since it may not be shown there any more:"))
        show_uses(changed.taken_out)
