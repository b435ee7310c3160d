"""The command ``feeds``: how campaigns' feeds stand, what one of them would bring, going on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from textwrap import shorten
from typing import TYPE_CHECKING

import click
from rich.text import Text

from publisher import notation
from publisher.cli.keyboard import user_name
from publisher.cli.names import refuse_unknown_campaign
from publisher.cli.opening import site
from publisher.cli.rich_console import console
from publisher.cli.terminal import refuse, say
from publisher.i18n import _, ngettext
from publisher.states import note_words
from publisher.store import feeds as stored

if TYPE_CHECKING:
    from sqlmodel import Session

    from publisher.campaign.model import Campaign
    from publisher.feeds.due import Rules
    from publisher.feeds.entries import ParsedEntry
    from publisher.feeds.verdicts import Verdict
    from publisher.site import Site
    from publisher.store.feed_tables import FeedState

_LATELY = timedelta(days=30)
_LONGEST_TITLE = 40


@click.group(help=_("Feeds: what would come of one, how they stand, going on with one."))
def feeds() -> None:
    """The feeds that standing campaigns take their news from."""


@feeds.command(help=_("Show what would come of a feed, entry by entry; nothing is stored."))
@click.argument("url", metavar="URL")
@click.option("--campaign", help=_("By the rules of this campaign."))
@click.pass_context
def check(ctx: click.Context, url: str, campaign: str | None) -> None:
    from publisher.campaign.reader import read_campaigns
    from publisher.feeds.entries import read
    from publisher.feeds.fetch import FeedError, fetch

    office = site(ctx)
    if campaign is not None:
        refuse_unknown_campaign(campaign, office.settings.campaign_names)
    campaigns, _faults = read_campaigns(office.settings)
    mine = _whose(url, campaign, campaigns)
    if campaign is not None and mine is None:
        refuse(
            _("Campaign %(name)s has errors: publisher check") % {"name": campaign}
            if all(one.slug != campaign for one in campaigns)
            else _("Campaign %(name)s has no [feed].") % {"name": campaign}
        )
    try:
        trusted = office.settings.feeds.trusted_hosts
        fetched = fetch(url, office.clock, trusted_hosts=trusted)
        feed = read(fetched.body or b"", fetched.url)
    except FeedError as error:
        refuse(_("The feed can't be read: %(why)s") % {"why": note_words(str(error))})
    say(
        f"{feed.title or url}: "
        + ngettext("%(n)s entry", "%(n)s entries", len(feed.entries))
        % {"n": notation.number(len(feed.entries))}
    )
    if fetched.moved_to:
        say(_("It has moved for good: write %(url)s") % {"url": fetched.moved_to})
    rules = _rules(url, mine, campaigns, office)
    with office.database.reading() as session:
        state = next(
            (one for one in stored.states(session, rules.campaign) if one.url == url), None
        )
        # What nobody has looked at yet is shown as if it had been: else nothing would go out.
        verdicts = _judged(office, session, rules, url, feed.entries)
        titles = _titles(session, rules, verdicts)
    if mine is None:
        say(_("No campaign draws on it: shown is what would go out were there no rules."))
    else:
        say(_("By the rules of campaign %(name)s.") % {"name": mine.slug})
    if state is None or not state.first_seen:
        say(_("At the first look nothing goes out; shown is what would, did it all come later."))
    if state is not None and state.stopped_at is not None:
        say(_("It is stopped: publisher feeds resume %(name)s") % {"name": state.campaign})
    _show(verdicts, rules, titles)


@feeds.command("list", help=_("List the campaigns' feeds: when they are asked, what they brought."))
@click.pass_context
def list_(ctx: click.Context) -> None:
    from publisher.campaign.reader import read_campaigns

    office = site(ctx)
    campaigns, _faults = read_campaigns(office.settings)
    drawing = [campaign for campaign in campaigns if campaign.file.feed is not None]
    now = office.clock()
    midnight = now.astimezone(office.settings.zone).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    for campaign in drawing:
        with office.database.reading() as session:
            states = {state.url: state for state in stored.states(session, campaign.slug)}
            today = stored.brought(session, campaign.slug, midnight, now)
            lately = stored.brought(session, campaign.slug, now - _LATELY, now)
        console.print(Text(campaign.slug, style="bold"))
        say(
            "  "
            + _("today %(taken)s taken up, %(waiting)s waiting for their time")
            % {"taken": notation.number(today.taken), "waiting": notation.number(today.waiting)}
        )
        if lately.late or lately.no_room:
            words = _(
                "in 30 days %(late)s out later than promised, %(no_room)s found no room at all"
            ) % {"late": notation.number(lately.late), "no_room": notation.number(lately.no_room)}
            console.print(Text(f"  {words}", style="yellow"))
        source = campaign.file.feed
        for url in source.url if source is not None else ():
            _stands(url, states.get(url), office)
    if not drawing:
        say(_("No campaign draws on a feed: [feed] in a campaign.toml."))


@feeds.command(help=_("Go on asking a feed that was stopped, for it was gone."))
@click.argument("campaign")
@click.argument("url", default="", metavar="[URL]")
@click.option("--by", default=user_name, help=_("Your name."))
@click.pass_context
def resume(ctx: click.Context, campaign: str, url: str, by: str) -> None:
    office = site(ctx)
    refuse_unknown_campaign(campaign, office.settings.campaign_names)
    with office.database.writing() as session:
        stopped = [
            state
            for state in stored.states(session, campaign)
            if state.stopped_at is not None and url in ("", state.url)
        ]
        for state in stopped:
            stored.resume(session, state, office.clock(), by)
            say(_("%(url)s is asked again.") % {"url": state.url})
    if not stopped:
        refuse(_("No feed of campaign %(name)s is stopped.") % {"name": campaign})


def _whose(url: str, slug: str | None, campaigns: list[Campaign]) -> Campaign | None:
    """The campaign by whose rules to judge: the one named, else the first that draws on ``url``."""
    for campaign in campaigns:
        source = campaign.file.feed
        if source is None:
            continue
        if campaign.slug == slug or (slug is None and url in source.url):
            return campaign
    return None


def _rules(url: str, mine: Campaign | None, campaigns: list[Campaign], office: Site) -> Rules:
    from publisher.campaign.feed_source import FeedSource
    from publisher.feeds.due import Rules, rules_of

    if mine is not None and mine.file.feed is not None:
        return rules_of(mine, mine.file.feed, campaigns, office.settings)
    try:
        source = FeedSource.model_validate({"url": url})
    except ValueError:
        raise click.UsageError(_("“%(key)s” is no web address.") % {"key": url}) from None
    hours = office.settings.hours
    beside = frozenset(one.slug for one in campaigns if one.file.feed is not None)
    return Rules("", source, (hours.start, hours.end), office.settings.zone, beside)


def _judged(
    office: Site, session: Session, rules: Rules, url: str, found: Sequence[ParsedEntry]
) -> list[Verdict]:
    from publisher.feeds.intake import Look, judged

    return judged(session, Look(rules, url, found, office.clock(), is_first=False))


def _titles(session: Session, rules: Rules, verdicts: list[Verdict]) -> dict[str, str]:
    """What those are called that others repeat, by "campaign/key"."""
    titles = {f"{rules.campaign}/{one.entry.key}": one.entry.title for one in verdicts}
    for name in {one.repeats for one in verdicts if one.repeats} - titles.keys():
        titles[name] = stored.title_of(session, name)
    return titles


def _show(verdicts: list[Verdict], rules: Rules, titles: dict[str, str]) -> None:
    told = [(*_words(verdict, rules, titles), verdict.entry.title) for verdict in verdicts]
    width = max((len(words) for words, _style, _title in told), default=0)
    for words, style, title in told:
        console.print(Text.assemble("  ", (words.ljust(width), style), f"  {title}"))
    counts = Counter(bool(verdict.is_taken) for verdict in verdicts)
    going = ngettext("%(n)s would go out", "%(n)s would go out", counts[True])
    say(
        f"{going % {'n': notation.number(counts[True])}}, "
        + _("%(n)s not.") % {"n": notation.number(counts[False])}
    )


def _words(verdict: Verdict, rules: Rules, titles: dict[str, str]) -> tuple[str, str]:
    """What becomes of an entry, and the style in which that is shown."""
    from publisher.feeds.verdicts import Known, Why

    at = notation.moment(verdict.due_at, rules.zone) if verdict.due_at is not None else ""
    if verdict.known is Known.EDITED and verdict.due_at is not None:
        return _("goes out at %(at)s, worded anew") % {"at": at}, "green"
    if verdict.known is Known.EDITED:
        return _("taken out again: %(why)s") % {"why": _reason(verdict, titles)}, "red"
    if verdict.known is Known.SEEN and verdict.why is Why.GOES_OUT:
        return _("taken up already, for %(at)s") % {"at": at}, "dim"
    if verdict.known is Known.SEEN:
        return _("seen already: %(why)s") % {"why": _reason(verdict, titles)}, "dim"
    if verdict.due_at is not None:
        return _("goes out at %(at)s") % {"at": at}, "green"
    return _reason(verdict, titles), ""


def _reason(verdict: Verdict, titles: dict[str, str]) -> str:
    from publisher.feeds.verdicts import Why

    return {
        Why.GOES_OUT: "",
        Why.FIRST_LOOK: _("it was there at the first look"),
        Why.OLD: _("more than seven days old"),
        Why.NO_KEYWORD: _("has none of the keywords"),
        Why.UNWANTED: _("has a word of “without”"),
        Why.LANGUAGE: _("in another language"),
        Why.REPEATS: _("repeats “%(other)s” (%(campaign)s)")
        % {
            "other": shorten(titles.get(verdict.repeats, ""), _LONGEST_TITLE, placeholder="…"),
            "campaign": verdict.repeats.partition("/")[0],
        },
        Why.NO_ROOM: _("no room within seven days"),
        Why.BEFORE: _("it was there before"),
    }[verdict.why]


def _stands(url: str, state: FeedState | None, office: Site) -> None:
    zone = office.settings.zone
    say(f"  {url}")
    if state is None:
        say("    " + _("never asked yet"))
        return
    if state.stopped_at is not None:
        words = _("stopped since %(at)s: publisher feeds resume %(name)s") % {
            "at": notation.moment(state.stopped_at, zone),
            "name": state.campaign,
        }
        console.print(Text(f"    {words}", style="bold red"))
        return
    asked = (
        _("asked at %(at)s") % {"at": notation.moment(state.asked_at, zone)}
        if state.asked_at
        else ""
    )
    again = _("next at %(at)s") % {"at": notation.moment(state.next_at, zone)}
    say("    " + ", ".join(filter(None, (asked, again))))
    if state.moved_to:
        words = _("it has moved for good: write %(url)s under [feed] in campaign.toml") % {
            "url": state.moved_to
        }
        console.print(Text(f"    {words}", style="yellow"))
    if state.problem:
        words = ngettext(
            "not read (%(n)s time): %(why)s", "not read (%(n)s times): %(why)s", state.failures
        ) % {"n": notation.number(state.failures), "why": note_words(state.problem)}
        console.print(Text(f"    {words}", style="red"))
