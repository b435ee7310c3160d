"""Makes one message out of many alerts.

What happened, where, what to do: short plain text. Alerts of one kind on one channel for one reason
are one trouble: they are told in one paragraph, with the command once. However many there are, the
message fits what a way of telling takes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from textwrap import shorten
from uuid import uuid4
from zoneinfo import ZoneInfo

from publisher import notation
from publisher.i18n import _, ngettext
from publisher.redaction import redact
from publisher.states import note_words
from publisher.store.models import Alert

LONGEST = 3_800
"""A message has at most so many characters: Telegram takes 4,096 with the subject above them
(https://core.telegram.org/bots/api#sendmessage), and a mail is read no further either."""

SUBJECT_LONGEST = 120
NAMED_AT_MOST = 20
"""So many matters are named in one message; the others are counted."""

_HEADLINE_LONGEST = 90
_ENTRY_LONGEST = 700
_TAIL = 80


class Kind(StrEnum):
    """What alerts about deliveries tell; their matter is ``delivery KEY``, or ``gone KEY``."""

    MISSED = "missed"
    REFUSED = "refused"
    DOUBTED = "doubted"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Cause:
    """What makes alerts one trouble, besides their channel. ``why`` as a delivery's note has it."""

    kind: Kind
    why: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A message: ``key`` is the same where the very same is told once more."""

    subject: str
    text: str
    key: str


def written(alerts: Sequence[Alert], zone: ZoneInfo, longest: int = LONGEST) -> Notice:
    """The message that tells ``alerts``, one or more, in at most ``longest`` characters."""
    troubles = _troubles(alerts)
    if len(troubles) == 1:
        subject = f"Publisher: {_headline(_sentence(troubles[0]))}"
    else:
        subject = ngettext(
            "Publisher: %(n)s matter needs a person",
            "Publisher: %(n)s matters need a person",
            len(alerts),
        ) % {"n": notation.number(len(alerts))}
    text = _within(min(longest, LONGEST), troubles, zone)
    return Notice(redact(subject), redact(text), _key(alerts))


def trial() -> Notice:
    """The message with which a person tries the ways of telling."""
    return Notice(
        _("Publisher: this is a test"),
        _(
            "Alerts of Publisher come this way when a person must act. This one is a test: "
            "nothing has happened and there is nothing to do."
        ),
        uuid4().hex,
    )


def _troubles(alerts: Sequence[Alert]) -> list[list[Alert]]:
    """The alerts that are one trouble together, in the order of their first."""
    found: dict[tuple[str, ...], list[Alert]] = {}
    for alert in alerts:
        mark = (alert.kind, alert.why, _channel(alert)) if alert.kind else (alert.matter,)
        found.setdefault(mark, []).append(alert)
    return list(found.values())


def _within(longest: int, troubles: Sequence[Sequence[Alert]], zone: ZoneInfo) -> str:
    several = len(troubles) > 1
    entries: list[str] = []
    to_name, told, length = NAMED_AT_MOST, 0, 0
    for number, trouble in enumerate(troubles[:NAMED_AT_MOST], start=1):
        entry = _entry(trouble, to_name, zone)
        if several:
            entry = f"{number}. {_cut(entry, _ENTRY_LONGEST)}"
        room = longest - length - (_TAIL if several else 0)
        if entries and len(entry) > room:
            break
        entries.append(_cut(entry, room))
        length += len(entries[-1]) + 2
        to_name -= min(to_name, len(trouble))
        told += len(trouble)
    left = sum(map(len, troubles)) - told
    return "\n\n".join([*entries, *([_and_more(left)] if left else [])])


def _entry(trouble: Sequence[Alert], to_name: int, zone: ZoneInfo) -> str:
    first = trouble[0]
    lines = [_sentence(trouble)]
    if len(trouble) > 1:
        named = trouble[:to_name]
        lines += [f"- {_thing(alert)}" for alert in named]
        if len(named) < len(trouble):
            lines.append(_and_more(len(trouble) - len(named)))
    if first.raised_at < first.asked_at:
        since = notation.moment(first.raised_at, zone)
        lines.append(_("Told before, and open since %(since)s.") % {"since": since})
    return "\n".join(lines)


def _sentence(trouble: Sequence[Alert]) -> str:
    """What happened and what to do: an alert's own words, or one sentence about many."""
    first, count = trouble[0], len(trouble)
    if count == 1:
        return first.text
    match first.kind:
        case Kind.MISSED:
            words = ngettext(
                "%(n)s post on %(channel)s was not sent in time and will not be sent late "
                "(%(why)s). To send it after all, give it a new time in its file:",
                "%(n)s posts on %(channel)s were not sent in time and will not be sent late "
                "(%(why)s). To send one after all, give it a new time in its file:",
                count,
            )
        case Kind.REFUSED:
            words = ngettext(
                "%(n)s post on %(channel)s was refused: %(why)s. Mend it (or the account's "
                "rights), then run: publisher again NAME, with its name:",
                "%(n)s posts on %(channel)s were refused: %(why)s. Mend them (or the account's "
                "rights), then run: publisher again NAME, with the name of each:",
                count,
            )
        case Kind.GONE:
            words = ngettext(
                "%(n)s post on %(channel)s went out and is no longer there (%(why)s). If the "
                "office took it down, nothing is to be done. If not, see who may delete there; to "
                "publish it again, give it a new time in its file:",
                "%(n)s posts on %(channel)s went out and are no longer there (%(why)s). If the "
                "office took them down, nothing is to be done. If not, see who may delete there; "
                "to publish one again, give it a new time in its file:",
                count,
            )
        case _:
            words = ngettext(
                "%(n)s post on %(channel)s may have gone out, and nothing can tell (%(why)s). "
                "Look at the channel. If it is there: publisher settle NAME --sent. "
                "If it is not: publisher settle NAME --again",
                "%(n)s posts on %(channel)s may have gone out, and nothing can tell (%(why)s). "
                "Look at the channel. For each that is there: publisher settle NAME --sent. "
                "For each that is not: publisher settle NAME --again",
                count,
            )
    return words % {
        "n": notation.number(count),
        "channel": _channel(first),
        "why": note_words(first.why),
    }


def _and_more(count: int) -> str:
    return ngettext(
        "and %(n)s more, see: publisher alerts", "and %(n)s more, see: publisher alerts", count
    ) % {"n": notation.number(count)}


def _thing(alert: Alert) -> str:
    """The delivery's key, of ``delivery KEY``."""
    return alert.matter.partition(" ")[2]


def _channel(alert: Alert) -> str:
    """The fourth part of a delivery's key (``planning.model.Identity``)."""
    return next(iter(_thing(alert).split("/")[3:]), "")


def _headline(text: str) -> str:
    """The beginning of ``text``, as much as a subject line shows."""
    line = text.partition("\n")[0].strip().rstrip(":")
    return shorten(line, _HEADLINE_LONGEST, placeholder="…")


def _cut(text: str, longest: int) -> str:
    """``text`` in at most ``longest`` characters: whole lines of many; of one line beginning and
    end, for what to do stands at the end."""
    if len(text) <= longest:
        return text
    line, _newline, rest = text.partition("\n")
    if len(line) > longest - 2:
        head = max(0, (longest - 3) * 2 // 3)
        tail = max(0, longest - 3 - head)
        return f"{line[:head]} … {line[len(line) - tail :]}"[:longest]
    kept = [line]
    length = len(line) + 2
    for each in rest.split("\n"):
        length += len(each) + 1
        if length > longest:
            break
        kept.append(each)
    return "\n".join([*kept, "…"])


def _key(alerts: Sequence[Alert]) -> str:
    told = sorted(f"{alert.asked_at.isoformat()} {alert.matter}" for alert in alerts)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:32]
