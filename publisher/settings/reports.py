"""The keys of reports: what is reported to whom."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from publisher.files.durations import Duration
from publisher.files.keys import Keys
from publisher.files.values import EmailAddress, Language, TimeOfDay, Words

ReportKind = Literal["monthly", "half-year", "yearly"]


class Weekly(Keys):
    """The weekly reach summary."""

    to: tuple[EmailAddress, ...] = Field((), description="Who gets it; nobody when left out.")
    day: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = (
        Field("monday", description="On which day.")
    )
    at: TimeOfDay = Field(time(8, 0), description="At what time.")
    language: Language = Field("vi", description="In which language.")
    grace: Duration = Field(timedelta(days=2), description="How late it may still go out.")


class Letterhead(Keys):
    """What stands around the text of a report as an administrative document."""

    parent: Words = Field("", description="The body above, over the unit's name.")
    unit: Words = Field("", description="The unit that reports; the office's name when left out.")
    symbol: Words = Field("BC", description='What follows "Số:   /": "BC-SKHCN".')
    place: Words = Field("", description="Where it is dated, before the date.")
    to: Words = Field("", description='To whom it is addressed: "Sở Khoa học và Công nghệ".')
    basis: Words = Field(
        "",
        description=(
            'By which documents it is written, from "Thực hiện …" on and without a full stop; the '
            "Resolution, Decision 1169/QĐ-TTg and the province's plan when left out."
        ),
    )
    copies: tuple[Words, ...] = Field(
        (), description='The list under "Nơi nhận", one line each; "Lưu: VT" when left out.'
    )
    signs_for: Words = Field("", description='For whom it is signed: "TM. ỦY BAN NHÂN DÂN".')
    title: Words = Field("", description='The signer\'s post: "GIÁM ĐỐC".')
    signer: Words = Field("", description="The signer's name.")


class Periodic(Keys):
    """The reports that the plan requires, drafted and mailed ahead of their deadline."""

    to: tuple[EmailAddress, ...] = Field(
        (), description="Who gets the drafts and reminders; nobody when left out."
    )
    kinds: tuple[ReportKind, ...] = Field(
        ("monthly", "half-year", "yearly"), description="Which reports this office owes."
    )
    closes_on: Annotated[int, Field(ge=1, le=31)] = Field(
        14,
        description=(
            "The last day of the month that a report counts; what follows is the next report's. "
            "31 is the last day of every month."
        ),
    )
    deadline_day: Annotated[int, Field(ge=1, le=28)] = Field(
        20, description="The day of the month by which a report is due."
    )
    remind: tuple[Duration, ...] = Field(
        (timedelta(days=5), timedelta(days=1)),
        description="How long before the deadline a reminder goes out, the draft attached.",
    )
    at: TimeOfDay = Field(time(8, 0), description="At what time of that day.")
    grace: Duration = Field(timedelta(days=2), description="How late a reminder may still go out.")
    template: Path | None = Field(
        None,
        description=(
            "The office's own Word template (publisher report template makes one to edit); the "
            "shipped one when left out."
        ),
    )
    letterhead: Letterhead = Field(
        default_factory=Letterhead, description="What stands around the text."
    )


class Reports(Keys):
    """What is reported to whom."""

    weekly: Weekly = Field(default_factory=Weekly, description="The weekly reach summary.")
    periodic: Periodic = Field(
        default_factory=Periodic, description="The monthly, half-yearly and yearly reports."
    )
