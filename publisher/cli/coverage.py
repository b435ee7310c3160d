"""The command ``coverage``: what each task of the register has had.

It changes nothing.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

import click
from rich.text import Text

from publisher.campaign.register import Register, Topic, mark
from publisher.campaign.register_reader import read_register
from publisher.cli.criteria import days_of, tell_faults
from publisher.cli.opening import site
from publisher.cli.rich_console import console
from publisher.cli.span_options import Asked, span_options
from publisher.cli.terminal import refuse, say
from publisher.files.messages import near
from publisher.i18n import _, ngettext
from publisher.notation import day, number
from publisher.reach.coverage import Coverage, Covered, coverage_of
from publisher.reach.export.csv_form import to_csv
from publisher.reach.export.plan_sheets import coverage_sheet
from publisher.reports.wording import deliveries, posts


@click.command(help=_("List the tasks of the coverage register with what each has had."))
@click.option("--missing", is_flag=True, help=_("Only those that have had nothing."))
@click.option("--unit", help=_("Only the tasks of this unit."))
@click.option("--kind", help=_("Only the tasks of this kind."))
@span_options
@click.option(
    "--as", "form", type=click.Choice(["csv", "json"]), help=_("For programs, or for Excel.")
)
@click.pass_context
def coverage(
    ctx: click.Context,
    asked: Asked,
    missing: bool,
    unit: str | None,
    kind: str | None,
    form: str | None,
) -> None:
    office = site(ctx)
    settings, now = office.settings, office.clock()
    span = asked.span(settings.reports.periodic.closes_on, now.astimezone(settings.zone).date())
    register, faults = read_register(settings)
    tell_faults(faults, form)
    if register is None:
        if not faults:
            refuse(
                _(
                    "There is no coverage register: put it at campaigns/coverage.csv or "
                    "campaigns/coverage.xlsx (docs/criteria.md says how)."
                )
            )
        sys.exit(1)
    topics = _chosen(register, unit, kind)
    with office.database.reading() as session:
        # Of all topics: what isn't asked for is no unknown code.
        whole = coverage_of(session, register.topics, span, now, settings.zone)
    codes = {topic.code for topic in topics}
    chosen = [one for one in whole.of if one.topic.code in codes]
    listed = [one for one in chosen if not (missing and one.posts)]
    if form == "csv":
        click.echo(to_csv(coverage_sheet(listed)), nl=False)
    elif form == "json":
        click.echo(json.dumps([_json(one) for one in listed], ensure_ascii=False, indent=2))
    else:
        say(days_of(span) if span is not None else _("All that has ever gone out:"))
        _show(listed, chosen, whole, topics)


def _chosen(register: Register, unit: str | None, kind: str | None) -> list[Topic]:
    """The register's topics of that unit and kind; ends the command where it has none such."""

    def unit_of(topic: Topic) -> str:
        return topic.unit

    def kind_of(topic: Topic) -> str:
        return topic.kind

    topics = list(register.topics)
    wanted: list[tuple[str | None, Callable[[Topic], str]]] = [(unit, unit_of), (kind, kind_of)]
    for word, of in wanted:
        if word is None:
            continue
        there = list(dict.fromkeys(filter(None, map(of, register.topics))))
        if mark(word) not in {mark(one) for one in there}:
            raise click.UsageError(
                _("The coverage register has no “%(word)s”.") % {"word": word}
                + " "
                + near(word, there)
            )
        topics = [topic for topic in topics if mark(of(topic)) == mark(word)]
    return topics


def _show(
    listed: Sequence[Covered], chosen: Sequence[Covered], whole: Coverage, topics: Sequence[Topic]
) -> None:
    for one in listed:
        words = "  ".join(filter(None, (one.topic.title, one.topic.unit)))
        style = "bold" if one.posts else "bold red"
        console.print(Text.assemble((one.topic.code, style), f"  {words}"))
        say(f"    {_had(one)}")
    had = sum(bool(one.posts) for one in chosen)
    console.print()
    say(
        _("%(had)s of %(all)s tasks have had something, %(without)s nothing.")
        % {"had": number(had), "all": number(len(chosen)), "without": number(len(chosen) - had)}
    )
    if secret := sum(topic.secret for topic in topics):
        say(
            ngettext(
                "%(n)s secret task is neither listed nor counted.",
                "%(n)s secret tasks are neither listed nor counted.",
                secret,
            )
            % {"n": number(secret)}
        )
    if whole.unknown:
        codes = {"codes": ", ".join(whole.unknown)}
        say(_("Posts name what the register doesn't have: %(codes)s") % codes)
    if any(one.sum.figures.reach is not None for one in listed):
        say(
            _(
                "Reach counts the same person once for each post and each channel: sums are not "
                "unique people."
            )
        )


def _had(one: Covered) -> str:
    if not one.posts or one.last is None:
        return _("nothing yet")
    figures, of = one.sum.figures, one.sum.of
    parts = [posts(one.posts), _("the last on %(day)s") % {"day": day(one.last, "full")}]
    if figures.shown is not None:
        parts.append(
            ngettext(
                "shown %(n)s time (%(of)s of %(all)s)",
                "shown %(n)s times (%(of)s of %(all)s)",
                figures.shown,
            )
            % {
                "n": number(figures.shown),
                "of": number(of["shown"]),
                "all": deliveries(one.sum.posts),
            }
        )
    if figures.reach is not None:
        parts.append(
            _("reach %(n)s (%(of)s of %(all)s)")
            % {
                "n": number(figures.reach),
                "of": number(of["reach"]),
                "all": deliveries(one.sum.posts),
            }
        )
    return ", ".join(parts)


def _json(one: Covered) -> dict[str, Any]:
    return {
        "code": one.topic.code,
        "title": one.topic.title,
        "unit": one.topic.unit,
        "kind": one.topic.kind,
        "posts": one.posts,
        "last": one.last.isoformat() if one.last else None,
        "deliveries": one.sum.posts,
        "shown": one.sum.figures.shown,
        "shown_of": one.sum.of["shown"],
        "reach": one.sum.figures.reach,
        "reach_of": one.sum.of["reach"],
    }
