"""The words of reports for what the ledger says, in the present language.

Everything here is written by Babel or by the catalogues; the templates of the weekly mail call it.
"""

from __future__ import annotations

from publisher.delivery.lifecycle import State
from publisher.i18n import _, ngettext
from publisher.notation import day_and_time, days, number
from publisher.reach.editions import AgainstEdition
from publisher.reach.followers import Followed
from publisher.reach.week import CREDENTIALS, Compared, Stop, Trouble
from publisher.states import note_words
from publisher.store import holds

_NOTE_LONGEST = 160


def deliveries(count: int) -> str:
    """How many times posts went out."""
    return ngettext("%(n)s delivery", "%(n)s deliveries", count) % {"n": number(count)}


def posts(count: int) -> str:
    """How many posts, whatever the number of their channels."""
    return ngettext("%(n)s post", "%(n)s posts", count) % {"n": number(count)}


def channels(count: int) -> str:
    """On how many channels."""
    return ngettext("%(n)s channel", "%(n)s channels", count) % {"n": number(count)}


def row_facts(row: Compared, followed: Followed | None) -> str:
    """What stands below the name in a table: deliveries, short links followed, followers."""
    told = [deliveries(row.now.posts)]
    clicks = row.now.figures.link_clicks
    if clicks is not None:
        told.append(
            ngettext("%(n)s click on short links", "%(n)s clicks on short links", clicks)
            % {"n": number(clicks)}
        )
    if followed is not None and followed.now is not None:
        told.append(followers(followed.now, followed.before))
        if followed.doubtful:
            told.append(_("in doubt"))
    return " · ".join(told)


def editions(row: AgainstEdition) -> str:
    """What stands below a campaign's name: its edition's deliveries, the last one's and when."""
    return _("%(year)s: %(now)s; %(before_year)s (%(days)s): %(before)s") % {
        "year": row.edition,
        "now": deliveries(row.now.posts),
        "before_year": row.edition - 1,
        "days": days(row.first_day_before, row.last_day_before),
        "before": deliveries(row.before.posts),
    }


def followers(now: int, before: int | None) -> str:
    """How many follow an account, and how many more or fewer than a week before."""
    told = ngettext("%(n)s follower", "%(n)s followers", now) % {"n": number(now)}
    if before is None:
        return told
    more = now - before
    return f"{told} ({'+' if more > 0 else ''}{number(more)})"


def why(trouble: Trouble) -> str:
    """What kept a delivery from going out, on one line; a platform's own words stay as they are."""
    words = " ".join(note_words(trouble.note).split())
    return words if len(words) <= _NOTE_LONGEST else words[: _NOTE_LONGEST - 1] + "…"


def what_to_do(state: State) -> str:
    """The one thing to do about a delivery in trouble."""
    return {
        State.FAILED: _("mend the post, then have it tried again"),
        State.MISSED: _("give it a new time if it should still go out"),
        State.UNCONFIRMED: _("look at the channel and say whether it is there"),
    }[state]


def stop_words(stop: Stop, name: str) -> str:
    """What is stopped; ``name`` is what leaders know its target by."""
    if stop.scope == CREDENTIALS:
        return _("%(name)s waits: its log-in is no longer taken") % {"name": name}
    if stop.scope == holds.EVERYTHING:
        return _("Everything is on hold")
    return _("%(name)s is on hold") % {"name": name}


def stop_reason(stop: Stop) -> str:
    """Why, in the officer's words or the adapter's."""
    return " ".join(note_words(stop.reason).split())


def stop_span(stop: Stop) -> str:
    """Since when, and until when where that is known."""
    since = {"since": day_and_time(stop.since)}
    if stop.until is None:
        return _("since %(since)s") % since
    return _("from %(since)s to %(until)s") % (since | {"until": day_and_time(stop.until)})


def what_to_do_about(stop: Stop) -> str:
    """The one thing to do about a stop."""
    if stop.scope == CREDENTIALS:
        return _("an administrator renews the log-in; the posts then go on by themselves")
    return _("release it once its reason is over")
