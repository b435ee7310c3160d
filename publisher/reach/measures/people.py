"""Reach against population: how many people were surely reached."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlmodel import col, select

from publisher import notation
from publisher.campaign.criteria import ReachOfPopulation
from publisher.i18n import _, ngettext
from publisher.reach.ledger import Published
from publisher.reach.measures.books import Books, Measured, Window, joined, percent
from publisher.store.reach_tables import AccountReading


def reach_of_population(books: Books, asked: ReachOfPopulation, window: Window) -> Measured:
    """A lower bound: the most people that one channel surely reached, as its account told of a
    span within the window, or one of its posts. Who is on several channels can't be told apart, so
    channels are never added up for the value; their sum is told beside it as what it is."""
    if books.population is None:
        return Measured(None, _("The criteria file doesn't say how many people live here."))
    posts = books.published(window, channels=asked.channels)
    told = [(_people(post), post) for post in posts]
    doubtful = sum(post.figures.reach is not None for people, post in told if people is None)
    best: tuple[int, str, str] | None = None
    for people, post in told:
        if people is not None and (best is None or people > best[0]):
            words = _("%(channel)s, the post of %(day)s") % {
                "channel": books.title(post.channel),
                "day": notation.day(post.sent_at.astimezone(books.zone).date(), "full"),
            }
            best = (people, words, post.channel)
    for reading in _account_readings(books, asked, window):
        if any(doubt.endswith(":reach") for doubt in reading.doubts):
            doubtful += 1
        elif reading.reach is not None and (best is None or reading.reach > best[0]):
            days = reading.reach_days or 0
            words = ngettext(
                "%(channel)s, the %(days)s day up to %(day)s",
                "%(channel)s, the %(days)s days up to %(day)s",
                days,
            ) % {
                "channel": books.title(reading.channel),
                "days": notation.number(days),
                "day": notation.day(reading.at.astimezone(books.zone).date(), "full"),
            }
            best = (reading.reach, words, reading.channel)
    if best is None:
        return Measured(None, _("No platform told how many people were reached."))
    parts = [
        _("at least %(n)s of %(all)s people, on the channel that reached most (%(which)s)")
        % {
            "n": notation.number(best[0]),
            "all": notation.number(books.population.people),
            "which": best[1],
        },
        *_added_up(posts),
    ]
    if doubtful:
        left_out = ngettext(
            "%(n)s doubtful figure was left out", "%(n)s doubtful figures were left out", doubtful
        )
        parts.append(left_out % {"n": notation.number(doubtful)})
    if books.population.source:
        parts.append(_("population: %(source)s") % {"source": books.population.source})
    return Measured(percent(best[0], books.population.people), joined(parts), growing=True)


def _people(post: Published) -> int | None:
    """Whom a post surely reached: a bound from below can't stand on a figure in doubt."""
    if any(doubt.endswith(":reach") for doubt in post.doubts):
        return None
    return post.figures.reach


def _added_up(posts: Sequence[Published]) -> list[str]:
    """What all posts on all channels come to: a bound from above, where all of them tell."""
    reached = [post.figures.reach for post in posts if post.figures.reach is not None]
    if not reached:
        return []
    words = {
        "n": notation.number(sum(reached)),
        "of": notation.number(len(reached)),
        "all": notation.number(len(posts)),
    }
    if len(reached) == len(posts):
        text = _(
            "at most %(n)s, all channels and posts added up, in which a person counts many times"
        )
    else:
        text = _(
            "all channels and posts added up, in which a person counts many times: %(n)s (only "
            "%(of)s of %(all)s deliveries tell)"
        )
    return [text % words]


def _account_readings(
    books: Books, asked: ReachOfPopulation, window: Window
) -> list[AccountReading]:
    """Those whose days all lie within the window."""
    wanted = [
        col(AccountReading.at) >= window.start,
        col(AccountReading.at) <= window.seen_until,
        col(AccountReading.reach).is_not(None),
        col(AccountReading.reach_days).is_not(None),
    ]
    if asked.channels:
        wanted.append(col(AccountReading.channel).in_(asked.channels))
    readings = books.session.exec(
        select(AccountReading).where(*wanted).order_by(col(AccountReading.at))
    ).all()
    return [one for one in readings if one.at - timedelta(days=one.reach_days or 0) >= window.start]
