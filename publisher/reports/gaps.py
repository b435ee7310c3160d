"""What a periodic report still lacks before somebody can sign it, in the present language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from publisher import notation
from publisher.delivery.lifecycle import State
from publisher.i18n import _, ngettext
from publisher.reports.periodic import PeriodicReport

NAMED = 5
"""So many topics or indicators are named; the others are counted."""


@dataclass(frozen=True, slots=True)
class Gap:
    """What is lacking, and the one thing to do about it."""

    what: str
    do: str


def gaps(report: PeriodicReport) -> tuple[Gap, ...]:
    """All that keeps ``report`` from being signed as it is, the most pressing first."""
    return tuple(
        gap
        for kind in (_open_span, _letterhead, _unsettled, _faults, _indicators, _topics, _figures)
        for gap in kind(report)
    )


def _open_span(report: PeriodicReport) -> Iterator[Gap]:
    if report.draft:
        last = notation.day(report.summary.span.last, "full")
        yield Gap(
            _("Its span isn't over: it counts the posts up to the end of %(day)s.") % {"day": last},
            _("make it anew after that day"),
        )


def _letterhead(report: PeriodicReport) -> Iterator[Gap]:
    head = report.letterhead
    lacking = [
        words
        for words, value in (
            (_("to whom it goes (to)"), head.to),
            (_("the place (place)"), head.place),
            (_("the signer's post (title)"), head.title),
            (_("the signer's name (signer)"), head.signer),
        )
        if not value
    ]
    if lacking:
        yield Gap(
            _("The letterhead lacks: %(list)s.") % {"list": ", ".join(lacking)},
            _("write it in schedule.toml under [reports.periodic.letterhead], or into the draft"),
        )


def _unsettled(report: PeriodicReport) -> Iterator[Gap]:
    undone = report.summary.undone
    if unsure := undone.get(State.UNCONFIRMED, 0):
        yield Gap(
            ngettext(
                "%(n)s delivery may have gone out or not.",
                "%(n)s deliveries may have gone out or not.",
                unsure,
            )
            % {"n": notation.number(unsure)},
            _("look at the channel and say whether it is there (publisher settle)"),
        )
    if lost := undone.get(State.FAILED, 0) + undone.get(State.MISSED, 0):
        yield Gap(
            ngettext(
                "%(n)s delivery fell due and did not go out.",
                "%(n)s deliveries fell due and did not go out.",
                lost,
            )
            % {"n": notation.number(lost)},
            _("say why in the report, or have them sent (publisher status)"),
        )


def _faults(report: PeriodicReport) -> Iterator[Gap]:
    if report.faults:
        places = dict.fromkeys(fault.place for fault in report.faults)
        yield Gap(
            _("What is wrong in these files keeps something out of the report: %(list)s.")
            % {"list": _named(list(places))},
            _("mend them (publisher check says what is wrong), then make it anew"),
        )


def _indicators(report: PeriodicReport) -> Iterator[Gap]:
    # What is measured and has no figure had nothing to be measured: nobody can write that in.
    unknown = [one.title for one in report.summary.results if one.by_hand and one.value is None]
    if unknown:
        yield Gap(
            ngettext(
                "%(n)s indicator that is entered by hand has no value: %(list)s.",
                "%(n)s indicators that are entered by hand have no value: %(list)s.",
                len(unknown),
            )
            % {"n": notation.number(len(unknown)), "list": _named(unknown)},
            _("write the values into campaigns/criteria.toml"),
        )


def _topics(report: PeriodicReport) -> Iterator[Gap]:
    coverage = report.summary.coverage
    without = [topic.title or topic.code for topic in coverage.without] if coverage else []
    if without:
        yield Gap(
            ngettext(
                "%(n)s task or topic has had no post: %(list)s.",
                "%(n)s tasks and topics have had no post: %(list)s.",
                len(without),
            )
            % {"n": notation.number(len(without)), "list": _named(without)},
            _("see all with publisher coverage, and plan posts for them"),
        )


def _figures(report: PeriodicReport) -> Iterator[Gap]:
    now = report.summary.total.now
    if now.doubtful:
        yield Gap(
            ngettext(
                "%(n)s delivery has figures that are in doubt.",
                "%(n)s deliveries have figures that are in doubt.",
                now.doubtful,
            )
            % {"n": notation.number(now.doubtful)},
            _("look at them in the annex before the sums are relied on"),
        )


def _named(names: Sequence[str]) -> str:
    listed = ", ".join(names[:NAMED])
    left = len(names) - NAMED
    if left <= 0:
        return listed
    return f"{listed} {_('and %(n)s more') % {'n': notation.number(left)}}"
