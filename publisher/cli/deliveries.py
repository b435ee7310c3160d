"""The commands for a person's word on deliveries: ``approve``, ``cancel``, ``again``, ``settle``.

A post is named ``campaign/post``, or by the whole key that ``status`` shows.
"""

from __future__ import annotations

from collections.abc import Sequence

import click
from sqlmodel import Session

from publisher import notation
from publisher.cli.keyboard import user_name
from publisher.cli.opening import site
from publisher.cli.terminal import refuse, say
from publisher.delivery.verdicts import Outcome, Why
from publisher.desk import drafted
from publisher.i18n import _, ngettext
from publisher.site import Site
from publisher.store import deliveries
from publisher.store.deliveries import short
from publisher.store.models import Delivery


@click.command(help=_("Approve the present text of posts, under your name."))
@click.argument("names", nargs=-1, required=True, metavar="CAMPAIGN | CAMPAIGN/POST …")
@click.option("--by", required=True, help=_("Your name; it stands in the record."))
@click.option("--channel", default="", help=_("Only on this channel."))
@click.pass_context
def approve(ctx: click.Context, names: Sequence[str], by: str, channel: str) -> None:
    office = site(ctx)
    if not by.strip():
        raise click.UsageError(_('An approval needs a name: --by "Nguyễn Văn A"'))
    numbers = _numbers(office, names, channel)
    for line in _by_programs(office, numbers):
        say(line)
    outcome = office.verdicts.approve(numbers, by.strip())
    given, already = len(outcome.done), outcome.count(Why.ALREADY)
    say(
        ngettext("%(n)s delivery approved.", "%(n)s deliveries approved.", given)
        % {"n": notation.number(given)}
    )
    if already:
        say(
            _("You had already approved %(n)s; a second approval needs another person.")
            % {"n": notation.number(already)}
        )
    if not given and not already:
        say(_("Nothing here waits for an approval."))


def _by_programs(office: Site, numbers: Sequence[int]) -> list[str]:
    """What of the deliveries that ask for approval programs drafted, post by post."""
    with office.database.reading() as session:
        rows = [row for number in numbers if (row := session.get(Delivery, number)) is not None]
        asking = [row for row in rows if row.approvals]
        found = drafted.of_rows(session, office.settings, asking)
    return [
        f"{slug}/{post}: {one.words(office.settings)}"
        for (slug, post), told in found.items()
        for one in told
    ]


@click.command(help=_("Take posts out: they will not be sent."))
@click.argument("names", nargs=-1, required=True, metavar="CAMPAIGN/POST …")
@click.option("--channel", default="", help=_("Only on this channel."))
@click.option("--by", default=user_name, help=_("Your name."))
@click.pass_context
def cancel(ctx: click.Context, names: Sequence[str], channel: str, by: str) -> None:
    office = site(ctx)
    _count(office.verdicts.cancel(_numbers(office, names, channel), by))


@click.command(help=_("Try failed posts once more."))
@click.argument("names", nargs=-1, required=True, metavar="CAMPAIGN/POST …")
@click.option("--channel", default="", help=_("Only on this channel."))
@click.option("--by", default=user_name, help=_("Your name."))
@click.pass_context
def again(ctx: click.Context, names: Sequence[str], channel: str, by: str) -> None:
    office = site(ctx)
    _count(office.verdicts.again(_numbers(office, names, channel), by))


@click.command(help=_("Say whether a doubtful post went out: you have looked."))
@click.argument("names", nargs=-1, required=True, metavar="CAMPAIGN/POST …")
@click.option("--channel", default="", help=_("Only on this channel."))
@click.option("--sent", "is_there", is_flag=True, help=_("It is there."))
@click.option("--again", "is_absent", is_flag=True, help=_("It is not: send it."))
@click.option("--url", default="", help=_("Where it can be seen."))
@click.option("--by", default=user_name, help=_("Your name."))
@click.pass_context
def settle(
    ctx: click.Context,
    names: Sequence[str],
    channel: str,
    is_there: bool,
    is_absent: bool,
    url: str,
    by: str,
) -> None:
    # Said outright, one of the two: a default would publish twice, or leave a post unpublished.
    if is_there == is_absent:
        raise click.UsageError(_("Say --sent or --again."))
    office = site(ctx)
    numbers = _numbers(office, names, channel)
    if is_absent:
        _count(office.verdicts.absent(numbers, by))
    else:
        _count(office.verdicts.found(numbers, by, url))


def _numbers(office: Site, names: Sequence[str], channel: str) -> list[int]:
    with office.database.reading() as session:
        return [deliveries.number_of(row) for row in named(session, names, channel)]


def _count(outcome: Outcome) -> None:
    moved = len(outcome.done)
    if not moved:
        refuse(_("None of these is in a state in which that can be done; see: publisher status"))
    say(
        ngettext("%(n)s delivery changed.", "%(n)s deliveries changed.", moved)
        % {"n": notation.number(moved)}
    )


def named(session: Session, names: Sequence[str], channel: str) -> list[Delivery]:
    """The deliveries that ``names`` mean; a name of which there are none is an error of usage."""
    found: dict[int, Delivery] = {}
    for name in names:
        rows = _of(session, name, channel)
        if not rows and channel and _of(session, name, ""):
            raise click.UsageError(
                _("“%(name)s” is not scheduled on the channel “%(channel)s”; see: publisher status")
                % {"name": name, "channel": channel}
            )
        if not rows:
            raise click.UsageError(
                _("Nothing is scheduled under “%(name)s”; see: publisher status") % {"name": name}
            )
        found.update((deliveries.number_of(row), row) for row in rows)
    return list(found.values())


def _of(session: Session, name: str, channel: str) -> Sequence[Delivery]:
    parts = name.split("/")
    # A part left empty, as a shell's unset variable leaves it, must not mean "all of them".
    if not all(parts[:2]):
        return []
    # The post's name comes second, or third in a whole key.
    rows = deliveries.matching(session, campaign=parts[0], posts=parts[1:3], channel=channel)
    return [row for row in rows if len(parts) == 1 or name in _names_of(row)]


def _names_of(row: Delivery) -> tuple[str, ...]:
    """What a person may call a delivery: its post, its post on one day, or its whole key."""
    return f"{row.campaign}/{row.post}", short(row), deliveries.identity_of(row).key
