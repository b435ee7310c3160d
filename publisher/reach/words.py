"""What people read for the names that the ledger groups by.

Audiences, kinds, weeks, months.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from publisher import notation
from publisher.i18n import _
from publisher.reach.definitions import BY_NAME, NOTES, SIGNS


def label(name: str) -> str:
    """What people see for a figure or a word of ``definitions``."""
    return _(BY_NAME[name].label)


def heading(name: str) -> str:
    """A figure's name above a column of sums; of reach, with what it is not."""
    return (
        _("%(figure)s (not unique people)") % {"figure": label(name)}
        if name == "reach"
        else label(name)
    )


def known_of(name: str) -> str:
    """What stands above the column that says how many deliveries a figure covers."""
    return _("%(figure)s: known of deliveries") % {"figure": label(name)}


def meaning(name: str) -> str:
    """What it means."""
    return _(BY_NAME[name].meaning)


def note(name: str, *, by_signs: bool = False) -> str:
    """What has to be said with figures, one of ``definitions.NOTES``; ``by_signs`` below a table
    that marks them."""
    return _(SIGNS.get(name, NOTES[name]) if by_signs else NOTES[name])


def group(by: str, name: str, titles: Mapping[str, str]) -> str:
    """A group of an answer; ``titles`` are what people know campaigns and channels by."""
    match by:
        case "audience":
            return audience(name)
        case "kind":
            return kind(name)
        case "edition":
            return edition(name, titles)
        case "week":
            return week(name)
        case "month":
            return month(name)
        case _:
            return titles.get(name, name)


def audience(name: str) -> str:
    """Whom a post is for; "" is nobody in particular."""
    return {
        "officials": _("Officials and public employees"),
        "people": _("People at large"),
        "learners": _("Pupils, students and teachers"),
        "business": _("Companies and factories"),
        "research": _("Scientists and research bodies"),
        "children": _("Children and young people"),
        "abroad": _("People abroad and foreign partners"),
        "": _("no audience named"),
    }.get(name, name)


def kind(name: str) -> str:
    """What sort of post it is; "" is not known."""
    return {
        "text": _("Text alone"),
        "link": _("Link"),
        "picture": _("Picture"),
        "video": _("Video"),
        "audio": _("Audio"),
        "document": _("Document"),
        "": _("kind not recorded"),
    }.get(name, name)


def edition(name: str, titles: Mapping[str, str]) -> str:
    """An edition, "CAMPAIGN/YEAR", by its campaign's title."""
    campaign, _slash, year = name.rpartition("/")
    return f"{titles.get(campaign, campaign)} ({year})"


def week(name: str) -> str:
    """A week, "2027-W40", by its number and days."""
    monday = date.fromisocalendar(int(name[:4]), int(name[6:]), 1)
    sunday = monday + timedelta(days=6)
    return _("Week %(number)d (%(first)s – %(last)s)") % {
        "number": int(name[6:]),
        "first": notation.day(monday),
        "last": notation.day(sunday, "full"),
    }


def month(name: str) -> str:
    """A month, "2027-10"."""
    return notation.day(date(int(name[:4]), int(name[5:]), 1), "month")
