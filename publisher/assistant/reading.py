"""Reads for an assistant: the plan, posts, campaigns, faults, reach and indicators, as plain data.

Nothing here writes. Texts of posts are given as their readers get them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from channels.base import Message
from publisher.assemble.shapes import Shapes
from publisher.assistant import answers
from publisher.assistant.marked import is_marked
from publisher.campaign.model import Campaign
from publisher.campaign.names import POSTS
from publisher.campaign.reader import campaign_folders, read_campaign
from publisher.check.look import Looked, look
from publisher.desk.standing import Standing
from publisher.editing.editor import Editor
from publisher.files.faults import Fault, Severity
from publisher.media.record import Library
from publisher.planning.dates import moment
from publisher.preview import as_text
from publisher.preview.content import counted, face_of
from publisher.reach.answers import By, Question, answer, top
from publisher.reach.criteria import of_office
from publisher.reach.export import json_form
from publisher.reach.spans import any_span, this_year
from publisher.settings import Settings
from publisher.store import contents, deliveries, library, listing
from publisher.store.database import Database
from publisher.store.models import Delivery

_LATEST = 20
"""So many of a post's deliveries are shown."""


@dataclass(frozen=True, slots=True)
class Office:
    """What is read: an office as its schedule.toml is now, its store, the moment."""

    settings: Settings
    database: Database
    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(self.settings.zone).date()


def planned(
    office: Office, first: date | None, last: date | None, campaign: str, channel: str
) -> dict[str, Any]:
    """What is due from ``first`` to ``last``, both counted; the coming thirty days if left out."""
    zone = office.settings.zone
    begin = first or office.today
    end = last or begin + timedelta(days=30)
    asked = listing.Asked(
        campaign=campaign,
        channel=channel,
        first=moment(begin, time(), zone),
        before=moment(end + timedelta(days=1), time(), zone),
    )
    with office.database.reading() as session:
        found = listing.deliveries(session, asked, None, answers.MOST_ROWS + 1)
        standing = Standing.read(session, zone, office.now)
    return {
        "first": begin.isoformat(),
        "last": end.isoformat(),
        "items": [_row(office.settings, row, standing) for row in found[: answers.MOST_ROWS]],
        "there_are_more": len(found) > answers.MOST_ROWS,
    }


def post(office: Office, editor: Editor, campaign: str, name: str) -> dict[str, Any]:
    """A post, or a draft of that name, on each of its channels. Raises ``RefusedError``."""
    draft, proposal = editor.as_it_stands(campaign, name)
    found = proposal.post_as_it_would_be
    whole = proposal.campaign
    told = [*proposal.faults, *proposal.standing]
    as_read = as_text(proposal.planned, office.settings, told, [whole] if whole else [])
    return {
        "campaign": campaign,
        "post": name,
        "is_draft": draft is not None,
        "approvals_asked": whole.approvals_of(found) if whole and found else None,
        "file_as_written": proposal.after,
        "as_it_would_go_out": as_read if proposal.planned else "",
        "faults": [answers.fault(one, office.settings.root) for one in told],
        "in_the_plan": list(_in_the_plan(office, campaign, name)),
    }


def campaigns(office: Office) -> dict[str, Any]:
    """Every campaign with its keys, its posts and its drafts; of a faulty one, its faults."""
    return answers.rows([_campaign(office, folder) for folder in campaign_folders(office.settings)])


def check(office: Office, campaign: str) -> dict[str, Any]:
    """Every fault of the officers' files, or of one campaign's, errors first."""
    looked = _looked(office)
    found = sorted(_of(looked.faults, office, campaign), key=lambda one: one.severity.value)
    errors = sum(one.severity is Severity.ERROR for one in found)
    root = office.settings.root
    told = answers.rows([answers.fault(one, root) for one in found])
    return {"errors": errors, "warnings": len(found) - errors, **told}


def preview(office: Office, campaign: str, channel: str) -> str:
    """What is to come of a campaign as each channel will show it, as text."""
    looked = _looked(office)
    chosen = [
        one
        for one in looked.planned
        if one.identity.campaign == campaign and channel in ("", one.identity.channel)
    ]
    faults = list(_of(looked.faults, office, campaign))
    return as_text(chosen, office.settings, faults, looked.campaigns)


def reach(office: Office, first: date | None, last: date | None, by: By) -> dict[str, Any]:
    """What went out in a span of days and whom it reached; the last thirty days if left out."""
    end = last or office.today
    begin = first or end - timedelta(days=29)
    question = Question(any_span(begin, end), by)
    told = answer(office.database, question, office.settings.zone, office.now)
    found = json_form.answer_json(top(told, answers.MOST_ROWS), office.settings.channel_titles)
    return found.model_dump(mode="json")


def criteria(office: Office) -> dict[str, Any]:
    """The plan's indicators this year against their targets."""
    span = this_year(office.settings.reports.periodic.closes_on, office.today)
    judged = of_office(office.settings, office.database, span, office.now)
    return {
        "first": span.first.isoformat(),
        "last": span.last.isoformat(),
        "indicators": [
            {
                "id": one.id,
                "title": one.title,
                "unit": one.unit,
                "value": one.value,
                "target": one.target,
                "at_most": one.at_most,
                "met": one.met,
                "basis": one.basis,
            }
            for one in judged.results
        ],
        "faults": [answers.fault(one, office.settings.root) for one in judged.faults],
    }


# -- the parts ------------------------------------------------------------------------------------


def _row(settings: Settings, row: Delivery, standing: Standing) -> dict[str, Any]:
    number = deliveries.number_of(row)
    return {
        "campaign": row.campaign,
        "edition": row.edition,
        "post": row.post,
        "occurrence": row.occurrence,
        "channel": row.channel,
        "channel_title": settings.channel_title(row.channel),
        "due_at": row.due_at.astimezone(standing.zone).isoformat(timespec="minutes"),
        "state": row.state,
        "standing": standing.words(row),
        "first_line": row.first_line,
        "approvals_asked": row.approvals,
        "approvals_given": standing.approvals.get(number, 0),
        "url": row.url or "",
    }


def _in_the_plan(office: Office, campaign: str, name: str) -> Iterator[dict[str, Any]]:
    with office.database.reading() as session:
        standing = Standing.read(session, office.settings.zone, office.now)
        found = deliveries.matching(session, campaign=campaign, post=name)
        for row in reversed(found[-_LATEST:]):
            told = _row(office.settings, row, standing)
            try:
                message = contents.load(session, row.fingerprint, "", row.due_at)
            except KeyError:
                yield told
                continue
            yield {**told, **_message(office.settings, row.channel, message)}


def _message(settings: Settings, channel: str, message: Message) -> dict[str, Any]:
    face = face_of(settings, Shapes(settings), channel) if channel in settings.channels else None
    seen = message if face is None else face.shape.as_read(message)
    counts = counted(seen, face) if face is not None else ()
    return {
        "title": seen.title,
        "summary": seen.summary,
        "text": "\n\n".join(one.plain for one in (seen.body, *seen.replies)),
        "link": seen.link,
        "hashtags": list(seen.hashtags),
        "media": [f"{one.kind}: {one.alt}" for one in seen.media],
        "lengths": [f"{one.what} {one.text}" for one in counts],
    }


def _campaign(office: Office, folder: Path) -> dict[str, Any]:
    read, faults = read_campaign(folder, office.settings)
    drafts = sorted(path for path in (folder / POSTS).glob("_*.md") if path.is_file())
    told: dict[str, Any] = {
        "campaign": folder.name,
        "drafts": [
            {"post": path.stem.removeprefix("_"), "by_an_assistant": is_marked(path)}
            for path in drafts[: answers.MOST_ROWS]
        ],
    }
    if read is None:
        wrong = [answers.fault(one, office.settings.root) for one in faults]
        return {**told, "faults": wrong[: answers.MOST_ROWS]}
    return {**told, **_keys(read)}


def _keys(campaign: Campaign) -> dict[str, Any]:
    keys = campaign.file.model_dump(mode="json", exclude={"feed", "vars"}, exclude_none=True)
    return {
        **keys,
        "variables": sorted(campaign.file.vars),
        "posts": [one.id for one in campaign.posts[: answers.MOST_ROWS]],
    }


def _looked(office: Office) -> Looked:
    def kept() -> Library:
        return library.of_office(office.database, office.settings)

    return look(office.settings, office.now, kept)


def _of(faults: Sequence[Fault], office: Office, campaign: str) -> Iterator[Fault]:
    folder = (office.settings.campaigns_folder / campaign).absolute()
    return (one for one in faults if not campaign or one.path.absolute().is_relative_to(folder))
