"""What the cells of one row mean, in one way of writing; what can't be understood is a slip."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import PurePosixPath

from publisher import notation
from publisher.calendar.headings import (
    ALT,
    AUDIENCES,
    CHANNELS,
    CODE,
    DATE,
    HASHTAGS,
    LINK,
    MEDIA,
    SUMMARY,
    TEXT,
    TIME,
    TITLE,
    WEEKDAY,
)
from publisher.calendar.moments import said_in, time_in, weekday_in
from publisher.calendar.names import UnknownNameError, audiences_in, channels_in, hashtags_in
from publisher.calendar.slips import Place, Slip
from publisher.calendar.workbook import Formula
from publisher.campaign.model import Campaign
from publisher.editing.words import tidied_body
from publisher.files.faults import Severity
from publisher.files.messages import either, near, quoted
from publisher.i18n import _
from publisher.notation import weekday_name
from publisher.settings import Settings

ALL = "*"
"""The channels of the campaign, whichever they are."""


class Meaning:
    """The values of a row, by their columns, as ``table.Values`` has them; a column that isn't in
    the table, or whose cell can't be understood, is in none. ``slips`` say what can't."""

    def __init__(self, place: Place, settings: Settings, today: date) -> None:
        self._place = place
        self._settings = settings
        self._today = today
        self.slips: list[Slip] = []
        self.values: dict[str, str] = {}
        self._moment()
        self._words()
        self._names()

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in the columns of a post but perhaps a day: many a calendar has a
        row for every day of the month."""
        return not any(self._place.text(name) for name in (TIME, TITLE, TEXT, SUMMARY, LINK, MEDIA))

    @property
    def day(self) -> date | None:
        found = self.values.get(DATE)
        return date.fromisoformat(found) if found else None

    @property
    def moment(self) -> datetime | None:
        """Day and time together, local; midnight where there is no time."""
        if self.day is None:
            return None
        at = self.values.get(TIME) or "00:00"
        return datetime.fromisoformat(f"{self.day.isoformat()} {at}")

    def media(self, campaign: Campaign) -> tuple[tuple[str, str], ...]:
        """The pictures of a new post, each with what it shows."""
        files = [line.strip() for line in self._place.text(MEDIA).split("\n") if line.strip()]
        alts = [line.strip() for line in self._place.text(ALT).split("\n") if line.strip()]
        found = []
        for number, file in enumerate(files):
            name = self._file(campaign, file)
            if name is None:
                continue
            alt = " ".join(alts) if len(files) == 1 else alts[number] if number < len(alts) else ""
            if not alt:
                self._slip(
                    ALT if self._place.has(ALT) else MEDIA,
                    "row_no_alt",
                    _("nothing says what the picture “%(file)s” shows.") % {"file": quoted(file)},
                    _(
                        "Say it in a column headed “Tả ảnh”, a line for each picture: people who "
                        "can't see it have it read to them."
                    ),
                )
                continue
            found.append((name, alt))
        return tuple(found)

    # -- the cells --------------------------------------------------------------------------------

    def _moment(self) -> None:
        day = self._place.cell(DATE)
        at = self._place.cell(TIME)
        if self._is_unworked(DATE, day) or self._is_unworked(TIME, at):
            return
        said = said_in(day, self._today) if day not in (None, "") else None
        if day in (None, ""):
            self.values[DATE] = ""
        if day not in (None, "") and (said is None or said.day is None):
            self._slip(
                DATE,
                "row_date",
                _("holds “%(text)s”, which can't be read as one day.") % {"text": quoted(day)},
                _("Write the day, the month and the year: 10/10/2027"),
            )
        elif said is not None and said.day is not None:
            self.values[DATE] = said.day.isoformat()
            self._check_weekday(said.day)
        if at not in (None, ""):
            found = time_in(at, self._today)
            if found is None:
                self._slip(
                    TIME,
                    "row_time",
                    _("holds “%(text)s”, which can't be read as one time of day.")
                    % {"text": quoted(at)},
                    _("Write one time, hour and minute: 8:30"),
                )
            else:
                self.values[TIME] = f"{found:%H:%M}"
        elif said is not None and said.at is not None:
            self.values[TIME] = f"{said.at:%H:%M}"
        elif self._place.has(TIME) or self._place.has(DATE):
            self.values[TIME] = ""

    def _check_weekday(self, day: date) -> None:
        # Of a row that an export wrote, only the day is changed: the day of the week follows it.
        named = weekday_in(self._place.cell(WEEKDAY)) if not self._place.text(CODE) else None
        if named is not None and named != day.weekday():
            self._slip(
                WEEKDAY,
                "row_weekday",
                _("%(day)s is a %(weekday)s, the cell says otherwise.")
                % {"day": notation.day(day, "full"), "weekday": weekday_name(day)},
                _("See whether day and month are meant this way round; the date counts."),
                Severity.WARNING,
            )

    def _words(self) -> None:
        for name in (TITLE, SUMMARY, LINK, TEXT):
            if not self._place.has(name) or self._is_unworked(name, self._place.cell(name)):
                continue
            text = self._place.text(name)
            if name == TEXT:
                # Its first line may be set in.
                cell = self._place.cell(name)
                self.values[name] = tidied_body(cell if isinstance(cell, str) else text)
            else:
                self.values[name] = " ".join(text.split())
        if self._place.has(HASHTAGS):
            self.values[HASHTAGS] = " ".join(hashtags_in(self._place.text(HASHTAGS)))

    def _names(self) -> None:
        try:
            if self._place.has(CHANNELS):
                found = channels_in(self._place.text(CHANNELS), self._settings)
                empty = not self._place.text(CHANNELS)
                self.values[CHANNELS] = (
                    ",".join(sorted(found)) if found is not None else "" if empty else ALL
                )
        except UnknownNameError as error:
            if error.several:
                self._slip(
                    CHANNELS,
                    "row_channel_several",
                    _("“%(name)s” may be several channels: %(several)s.")
                    % {"name": quoted(error.name), "several": ", ".join(error.several)},
                    _("Write which of them is meant."),
                )
            else:
                self._slip(
                    CHANNELS,
                    "row_channel",
                    _("no channel is called “%(name)s”.") % {"name": quoted(error.name)},
                    near(error.name, _channel_names(self._settings)),
                )
        try:
            if self._place.has(AUDIENCES):
                audiences = audiences_in(self._place.text(AUDIENCES))
                self.values[AUDIENCES] = ",".join(audiences or ())
        except UnknownNameError as error:
            self._slip(
                AUDIENCES,
                "row_audience",
                _("“%(name)s” is none of the audiences.") % {"name": quoted(error.name)},
                either(("officials", "people", "learners", "business", "research", "children")),
            )

    def _file(self, campaign: Campaign, said: str) -> str | None:
        """The file of the campaign that ``said`` means."""
        for name in (said, f"media/{said}"):
            path = PurePosixPath(name)
            is_inside = not path.is_absolute() and ".." not in path.parts and "\\" not in name
            if is_inside and len(name) < 200 and (campaign.folder / path).is_file():
                return name
        self._slip(
            MEDIA,
            "row_media",
            _("“%(file)s” is no file in the campaign's folder media.") % {"file": quoted(said)},
            _("Put the picture there and write its file's name, or leave the cell empty."),
        )
        return None

    def _is_unworked(self, column: str, value: object) -> bool:
        if not isinstance(value, Formula):
            return False
        self._slip(
            column,
            "row_formula",
            _("holds a formula that Excel hasn't worked out."),
            _("Open the file in Excel and save it, or write what is meant."),
        )
        return True

    def _slip(
        self,
        column: str,
        code: str,
        what: str,
        instead: str,
        severity: Severity = Severity.ERROR,
    ) -> None:
        self.slips.append(self._place.slip(column, code, what, instead, severity))


def _channel_names(settings: Settings) -> list[str]:
    titles = [str(keys.get("title") or "") for keys in settings.channels.values()]
    return [*settings.channels, *filter(None, titles)]
