"""Mails approvers what waits for them, and writers what was said of their posts.

An approver is asked once for each text, in one mail for all that is new, and at most once in
``console.mail_every``. For each post the mail has a link that approves it after one more click. The
link is noted before it leaves and the asking after the server took it: better asked twice than
never. What the server surely didn't take leaves no link behind. Called by the daemon.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING
from urllib.parse import quote

import structlog
from sqlmodel import Session

from channels.base import AmbiguousError, ChannelError, InvalidContentError
from channels.mail.mime import fill
from channels.mail.trouble import BusyError
from publisher.desk import drafted, queue
from publisher.desk.queue import Waiting
from publisher.i18n import _, speaking
from publisher.reports import asking_mail, person_mail
from publisher.reports.asking_mail import Letter, ToApprove
from publisher.settings.console import Role
from publisher.settings.mail import Mail
from publisher.states import note_words
from publisher.store import asked, audit, comments, contents, one_time_links, people
from publisher.store.console_tables import Person, PostComment

if TYPE_CHECKING:
    from publisher.site import Site

log = structlog.get_logger("console")

MATTER = "mails of the console"

_PATIENCE = timedelta(days=1)
"""So long what was said is tried to be mailed; it stands in the console all the same."""

_WRITES = (audit.EDIT, audit.ADD, audit.DRAFT, audit.REVISE)
"""What the record says of who writes a campaign."""


@dataclass(frozen=True, slots=True)
class _Asking:
    """A mail to one approver: the posts that it is about, and the links made for it."""

    person: Person
    posts: Sequence[Waiting]
    tokens: Mapping[str, str]
    letter: Letter


def mail_people(site: Site) -> None:
    """Mail what is new to whom it concerns; a person is told where that fails."""
    if site.settings.mail is None or not site.settings.console.mails:
        return
    with speaking(site.settings.language):
        troubles = [*_ask_approvers(site), *_tell_writers(site)]
    if not troubles:
        site.alerts.clear(MATTER)
        return
    log.warning("not mailed", why=str(troubles[0]))
    site.alerts.raise_(
        MATTER,
        _(
            "A mail about posts that wait for approval, or about what was said of them, can't be "
            "sent (%(why)s). What waits stands in the console all the same. See what is wrong: "
            "publisher doctor"
        )
        % {"why": note_words(str(troubles[0]))},
    )


def texts_of(subject: str) -> dict[int, str]:
    """The fingerprints that a link to approve is about, by row id."""
    return {int(number): fingerprint for number, fingerprint in json.loads(subject).items()}


# -- approvers ------------------------------------------------------------------------------------


def _ask_approvers(site: Site) -> Iterator[ChannelError]:
    """Ask each; gives what went wrong."""
    now, console = site.clock(), site.settings.console
    with site.database.reading() as session:
        posts = queue.waiting(session, before=now + console.mails_ahead)
        approvers = [one for one in people.everybody(session) if _is_asked(one)]
    for person in approvers if posts else ():
        asking = _asking(site, person, posts, now)
        if asking is None:
            continue
        trouble = _send(site, person.email, asking.letter)
        if trouble is not None:
            with site.database.writing() as session:
                one_time_links.drop(session, asking.tokens.values())
            yield trouble
        # An address that is refused for good is refused as well a minute later.
        if trouble is None or isinstance(trouble, InvalidContentError):
            with site.database.writing() as session:
                for post in asking.posts:
                    asked.note(session, now, person, post.rows)
        if _is_down(trouble):
            return


def _is_asked(person: Person) -> bool:
    return bool(person.email) and person.disabled_at is None and person.role == Role.APPROVER


def _asking(site: Site, person: Person, posts: Sequence[Waiting], now: datetime) -> _Asking | None:
    """What to mail ``person`` now; ``None`` where it is nothing, or too soon."""
    settings = site.settings
    with site.database.writing() as session:
        known, last = asked.of(session, person), asked.last_at(session, person)
        # A clock that was set back keeps nobody waiting for longer.
        if last is not None and abs(now - last) < settings.console.mail_every:
            return None
        mine = [one for one in posts if one.may_be_approved_by(person.full_name)]
        new = [one for one in mine if not set(one.seen.items()) <= known]
        if not new:
            return None
        told = new[: asking_mail.MOST]
        # Who gives a code at log-in isn't asked for less by a mail that somebody else may read.
        by_link = Role(person.role) not in settings.console.totp and person.totp_since is None
        lasts = settings.console.link_lasts
        tokens = {
            one.key: one_time_links.make(
                session, now, person, one_time_links.APPROVE, lasts, json.dumps(one.seen)
            )
            for one in told
            if by_link
        }
        address = settings.console.address
        shown = [_shown(site, session, one, tokens.get(one.key, "")) for one in told]
    letter = asking_mail.to_approve(
        settings.office,
        person.full_name,
        shown,
        more=len(new) - len(told),
        queue=f"{address}/approvals",
        until=now.astimezone(settings.zone) + lasts if tokens else None,
    )
    return _Asking(person, new, tokens, letter)


def _shown(site: Site, session: Session, post: Waiting, token: str) -> ToApprove:
    first, address = post.first, site.settings.console.address
    texts = [
        contents.load(session, row.fingerprint, "", row.due_at).body.plain for row in post.rows
    ]
    by_programs = drafted.of_rows(session, site.settings, post.rows)
    return ToApprove(
        due=first.due_at.astimezone(site.settings.zone),
        campaign=_title(site, first.campaign),
        channels=tuple(site.settings.channel_title(row.channel) for row in post.rows),
        text=texts[0],
        differs=len(set(texts)) > 1,
        is_changed=bool(post.before),
        signers=tuple(post.signers),
        asked=post.asked,
        link=f"{address}/approve/{token}" if token else f"{address}/approvals",
        drafted=tuple(one.words(site.settings) for told in by_programs.values() for one in told),
    )


# -- writers --------------------------------------------------------------------------------------


def _tell_writers(site: Site) -> Iterator[ChannelError]:
    """Tell each what was said since; gives what went wrong."""
    now = site.clock()
    with site.database.reading() as session:
        left = [(one, _writers_left(session, one)) for one in comments.unmailed(session)]
    by_person: dict[str, tuple[Person, list[PostComment]]] = {}
    for one, writers in left:
        for person in writers if now - one.at < _PATIENCE else ():
            by_person.setdefault(person.name, (person, []))[1].append(one)
    for person, told in by_person.values():
        trouble = _send(site, person.email, _told_letter(site, person, told))
        if trouble is not None:
            yield trouble
        if trouble is None or isinstance(trouble, InvalidContentError):
            with site.database.writing() as session:
                for one in told:
                    comments.mailed(session, one, people.number_of(person))
        if _is_down(trouble):
            return
    with site.database.writing() as session:
        for one in comments.unmailed(session):
            if now - one.at >= _PATIENCE or not _writers_left(session, one):
                comments.close(session, now, one)


def _writers_left(session: Session, comment: PostComment) -> Sequence[Person]:
    told = comment.mailed_to
    return [one for one in _writers(session, comment) if people.number_of(one) not in told]


def _writers(session: Session, comment: PostComment) -> Sequence[Person]:
    """Who is told of ``comment``: those with an address who wrote on that post in the console, or
    had a program draft it, else on its campaign, else everybody who is a writer; never who said
    it."""
    reachable = [
        one
        for one in people.everybody(session)
        if one.email and one.disabled_at is None and one.full_name != comment.author
        and Role(one.role).rank >= Role.WRITER.rank
    ]  # fmt: skip
    for about in (f"{comment.campaign}/{comment.post}", f"{comment.campaign}/"):
        wrote = {
            event.detail.get("asked_by") or event.actor
            for event in audit.search(session, about=about, limit=1000)
            if event.action in _WRITES and event.subject.startswith(about)
        }
        found = [one for one in reachable if one.full_name in wrote]
        if found:
            return found
    return [one for one in reachable if one.role == Role.WRITER]


def _told_letter(site: Site, person: Person, told: Sequence[PostComment]) -> Letter:
    address = site.settings.console.address
    return asking_mail.what_was_said(
        site.settings.office,
        person.full_name,
        [
            asking_mail.Said(
                author=one.author,
                at=one.at.astimezone(site.settings.zone),
                campaign=_title(site, one.campaign),
                post=f"{one.campaign}/{one.post}",
                text=one.text,
                sends_back=one.sends_back,
                link=f"{address}/posts/{quote(one.campaign)}/{quote(one.post)}",
            )
            for one in told
        ],
    )


# -- the mail -------------------------------------------------------------------------------------


def _send(site: Site, to: str, letter: Letter) -> ChannelError | None:
    """Mail ``letter``; gives why it surely wasn't. In doubt it counts as mailed."""
    mail = site.settings.mail
    if mail is None:
        raise ValueError("no mail server is named")
    try:
        person_mail.send(mail, site.secret, _message(site, mail, to, letter), to)
    except AmbiguousError as error:
        log.warning("may not have been mailed", why=str(error))
    except ChannelError as error:
        return error
    return None


def _is_down(trouble: ChannelError | None) -> bool:
    """Whether the others would fare no better: it isn't that one address."""
    return trouble is not None and not isinstance(trouble, InvalidContentError | BusyError)


def _message(site: Site, mail: Mail, to: str, letter: Letter) -> EmailMessage:
    message = person_mail.headed(site.settings.office.name, mail, to, letter.subject)
    fill(message, letter.text, letter.page, letter.language, {})
    return message


def _title(site: Site, slug: str) -> str:
    known: Iterable[str] = (one.file.title for one in site.desk.campaigns() if one.slug == slug)
    return next(iter(known), slug)
