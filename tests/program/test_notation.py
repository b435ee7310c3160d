"""Numbers, sizes and days are written in one room, as a reader of either language writes them."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from publisher import notation
from publisher.i18n import speaking
from tests.docs.pages import ROOT

MONDAY, SUNDAY = date(2027, 10, 4), date(2027, 10, 10)
WORDS = "Sunday, 10 October 2027"
EIGHT = datetime(2027, 10, 10, 8, 0)  # noqa: DTZ001 -- local already


@pytest.mark.parametrize(
    ("written", "vietnamese", "english"),
    [
        (lambda: notation.number(1_234_567), "1.234.567", "1,234,567"),
        (lambda: notation.number(1_000), "1.000", "1,000"),
        (lambda: notation.number(999), "999", "999"),
        (lambda: notation.number(-1_234), "-1.234", "-1,234"),
        (lambda: notation.number(None), "–", "–"),
        (lambda: notation.decimal(95.34, 1), "95,3", "95.3"),
        (lambda: notation.decimal(12, 1), "12", "12"),
        (lambda: notation.percent(0.124), "12%", "12%"),
        (lambda: notation.percent(12.5), "1.250%", "1,250%"),
        (lambda: notation.size(3_500_000_000), "3,5 GB", "3.5 GB"),
        (lambda: notation.size(12_340_000), "12,3 MB", "12.3 MB"),
        (lambda: notation.size(245_400), "245 kB", "245 kB"),
        (lambda: notation.size(0), "0 kB", "0 kB"),
        (lambda: notation.seconds(12.54), "12,5 giây", "12.5 sec"),
        (lambda: notation.seconds(7), "7 giây", "7 sec"),
        (lambda: notation.age(timedelta(hours=3, minutes=5)), "3 giờ", "3 hours"),
        (lambda: notation.age(timedelta(days=-1)), "0 giây", "0 seconds"),
        (lambda: notation.day(SUNDAY), "10/10", "10 Oct"),
        (lambda: notation.day(SUNDAY, "full"), "10/10/2027", "10 Oct 2027"),
        (lambda: notation.day(date(2027, 9, 2), "full"), "02/09/2027", "2 Sep 2027"),
        (lambda: notation.day(date(2027, 9, 2), "aligned"), "02/09/2027", "02 Sep 2027"),
        (lambda: notation.day(SUNDAY, "weekday"), "Chủ Nhật, 10/10", "Sunday, 10 Oct"),
        (lambda: notation.day(SUNDAY, "in words"), "Chủ Nhật, 10/10/2027", WORDS),
        (lambda: notation.day(date(2027, 1, 5), "month"), "01/2027", "Jan 2027"),
        (lambda: notation.day(SUNDAY, "month in words"), "tháng 10 năm 2027", "October 2027"),
        (lambda: notation.weekday_name(SUNDAY), "Chủ Nhật", "Sunday"),
        (lambda: notation.hour(EIGHT), "08:00", "08:00"),
        (lambda: notation.hour(time(20, 5)), "20:05", "20:05"),
        (lambda: notation.moment(EIGHT), "10/10/2027 08:00", "10 Oct 2027 08:00"),
        (lambda: notation.day_and_time(EIGHT), "10/10 08:00", "10 Oct 08:00"),
        (lambda: notation.days(MONDAY, SUNDAY), "04/10 – 10/10/2027", "4 Oct – 10 Oct 2027"),
    ],
)  # fmt: skip
def test_what_is_shown_is_written_as_its_reader_writes_it(
    written: Callable[[], str], vietnamese: str, english: str
) -> None:
    with speaking("vi"):
        assert written() == vietnamese
    with speaking("en"):
        assert written() == english


def test_a_moment_is_shown_in_the_zone_that_is_asked_for() -> None:
    midnight = datetime(2027, 10, 9, 17, 0, tzinfo=UTC)

    with speaking("vi"):
        assert notation.moment(midnight, ZoneInfo("Asia/Ho_Chi_Minh")) == "10/10/2027 00:00"


FOR_PROGRAMS = {
    "publisher/calendar/cells.py": "what a cell says, before it becomes a key of a file",
    "publisher/calendar/known.py": "the cells of an export, compared with what comes back",
    "publisher/calendar/new_rows.py": "a cell, compared",
    "publisher/calendar/table.py": "the cells of an export, which come back",
    "channels/bulletin/desk.py": "a slot, as it is kept",
    "publisher/cli/days.py": "how days are read that people type",
    "publisher/editing/moving.py": "TOML",
    "publisher/media/appearance.py": "a fingerprint",
    "publisher/media/films.py": "ffmpeg's arguments",
    "publisher/reach/ages.py": "what is hashed",
    "publisher/reference/keys.py": "TOML",
    "publisher/reports/reminder_mail.py": "a command to be typed, which takes days in one form",
    "publisher/reports/span_words.py": "names of files",
    "publisher/video/encode.py": "ffmpeg's arguments",
    "publisher/web/pages/holds.py": "how moments are read that people type",
    "publisher/web/pages/record.py": "how days are read that people type",
}
"""Files in which a day or number has a form of its own, and who reads it."""

BY_RULE = {
    "publisher/cli/check.py": "a time of day to the second, digits in every language",
    "publisher/doctor/machine.py": "two clocks to the second, to be compared",
    "publisher/notation.py": "the room itself",
    "publisher/reports/documents/phrases.py": "08 giờ 00, as a document says it in Vietnamese",
    "publisher/rendering/filters.py": "what posts have always said: another text is another post",
    "channels/bulletin/sheet.py": "for an announcer, in Vietnamese whatever the program speaks",
    "channels/outbox/timeline.py": "a time of day, digits in every language",
}
"""Files in which people read what was written without the room, and why."""

DAY_OR_HOUR = re.compile(r"(?!%Y)[ T/:.-]*(?:%[dmyYHMSBbAajp][ T/:.-]*)+")
"""A year first is for programs: in names of files, addresses, the fields of forms."""

DECIMALS = re.compile(r"[,_]?\.\d[f%e]?|,\.?\d*[df]?|_")
OLD_FORM = re.compile(r"%\((?!row\)|year\)|status\)|number\))\w+\)[-+ 0-9.]*[dfgi]")
"""A count in a message, which says no thousands; rows, years, a week's number and the number of an
answer by HTTP have none."""


@pytest.fixture(scope="module")
def sources() -> dict[str, str]:
    """Program and channels, templates too, by path; stand-ins of platforms speak for themselves."""
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for room in ("publisher", "channels")
        for pattern in ("*.py", "*.html", "*.txt", "*.mjml", "*.j2")
        for path in sorted((ROOT / room).rglob(pattern))
        if "simulated" not in path.parts
    }


def own_forms(source: str) -> Iterator[str]:
    """The forms of days, hours and decimals that a module writes out itself."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.FormattedValue(format_spec=ast.JoinedStr(values=[ast.Constant(value=form)])):
                if DECIMALS.fullmatch(form.lstrip("<>^0123456789")):
                    yield form
            case ast.Constant(value=str(form)) if DAY_OR_HOUR.fullmatch(form):
                yield form


def test_no_module_writes_days_and_decimals_in_a_form_of_its_own(sources: dict[str, str]) -> None:
    found = {
        path
        for path, source in sources.items()
        if (path.endswith(".py") and any(own_forms(source)))
        or (not path.endswith(".py") and "strftime" in source)
    }

    assert found == FOR_PROGRAMS.keys() | BY_RULE.keys()


def test_every_count_in_a_message_is_written_by_the_room(sources: dict[str, str]) -> None:
    assert [
        f"{path}: {form}" for path, source in sources.items() for form in OLD_FORM.findall(source)
    ] == []


def test_babel_is_asked_in_that_room_alone(sources: dict[str, str]) -> None:
    """What posts say and the outbox's page, which knows nothing of Publisher, aside."""
    asking = {
        path
        for path, source in sources.items()
        if path.endswith(".py") and re.search(r"^\s*(?:from|import) babel\b", source, re.MULTILINE)
    }

    assert asking == {
        "publisher/catalogue.py",
        "publisher/notation.py",
        "publisher/rendering/filters.py",
        "channels/outbox/timeline.py",
    }
