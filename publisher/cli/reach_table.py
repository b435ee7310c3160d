"""The ledger's answers for people at a terminal.

Tables, and lists where it is too narrow for one. After a figure stands how many deliveries it
covers, where those are not all; "*" marks one that is in doubt; a dash is what no platform gave.
Notes below say so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from rich import box
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from publisher import notation
from publisher.cli.rich_console import console
from publisher.cli.terminal import say
from publisher.i18n import _, ngettext
from publisher.reach import doubts, words
from publisher.reach.accounts import Account, Told
from publisher.reach.answers import Answer, Group, notes
from publisher.reach.definitions import FIGURES, WORDS
from publisher.reach.export.sheets import days
from publisher.reach.givers import Givers
from publisher.reach.in_doubt import InDoubt
from publisher.reach.spans import Span
from publisher.reports import wording

Titles = Mapping[str, str]
"""What people know campaigns and channels by."""


def show_answer(told: Answer, titles: Titles) -> None:
    """An answer, a group a row."""
    total = told.total
    counts = f"{wording.posts(total.posts)}, {wording.deliveries(total.sum.posts)}"
    as_of = _("Figures as of %(moment)s") % {"moment": notation.moment(told.as_of)}
    console.print(Text(f"{days(told.question.span)}: {counts}", style="bold"))
    if not total.sum.posts:
        say(_("Nothing went out in these days."))
        return
    say(as_of)
    columns = _columns(told)
    rows = [(_name(group, told, titles), _cells(group, columns)) for group in told.groups]
    has_total = told.adds_up and len(rows) + told.left_out > 1
    last = (_("Total"), _cells(total, columns)) if has_total else None
    _show(_label(told.question.by), [_heading(name) for name in columns], rows, last)
    if told.left_out:
        say(
            _("%(shown)s of %(all)s groups are shown.")
            % {
                "shown": notation.number(len(rows)),
                "all": notation.number(len(rows) + told.left_out),
            }
        )
    for name in notes(told):
        console.print(Text(words.note(name, by_signs=True), style="dim"))


def show_accounts(accounts: Sequence[Account], span: Span, titles: Titles) -> None:
    """The accounts at both ends of ``span``."""
    _title(_("The channels' accounts"), span)
    if not accounts:
        say(_("No account has told anything yet."))
        return
    heads = [
        _("Followers before"),
        _("Followers at the end"),
        _("More followers"),
        _("Account reach at the end"),
        _("read on (end)"),
    ]
    rows = [(titles.get(one.channel, one.channel), _account(one)) for one in accounts]
    _show(_("Channel"), heads, rows, None, whole={len(heads) - 1})
    speaks = [
        told
        for one in accounts
        for told in (one.followers_first, one.followers_last, one.reach_last)
        if told is not None and told.doubts
    ]
    if speaks:
        console.print(Text(words.note("doubtful", by_signs=True), style="dim"))
    console.print(Text(words.note("absent", by_signs=True), style="dim"))
    console.print(Text(words.note("account_reach"), style="dim"))


def show_doubts(found: Sequence[InDoubt], span: Span, titles: Titles) -> None:
    """The figures in doubt, each on lines that stay whole on a narrow terminal."""
    _title(_("Figures in doubt"), span)
    for one in found:
        post = one.delivery
        what = post.first_line if post else _("(the account)")
        say(f"{notation.moment(one.at)}  {titles.get(one.channel, one.channel)}  {what}")
        before, now = notation.number(one.before), notation.number(one.now)
        say(f"    {doubts.words(one.doubt)} ({before} → {now})")
        if post and post.url:
            console.print(Text(f"    {post.url}", style="dim"))
    if not found:
        say(_("No figure is in doubt."))
        return
    console.print(Text(words.meaning("doubtful"), style="dim"))


def show_definitions(given_by: Givers) -> None:
    """What every figure and word means, and which adapters' platforms give it."""
    for title, definitions in ((_("Figures"), FIGURES), (_("Words"), WORDS)):
        console.print(Text(title, style="bold underline"))
        for one in definitions:
            console.print(Text.assemble((_(one.label), "bold"), f" ({one.name})"))
            say(f"    {_(one.meaning)}")
            if names := given_by.get(one.name):
                told = _("Given by: %(adapters)s") % {"adapters": ", ".join(names)}
                console.print(Text(f"    {told}", style="dim"))
        console.print()


def _title(what: str, span: Span) -> None:
    console.print(Text(f"{what}: {days(span)}", style="bold"))


def _columns(told: Answer) -> list[str]:
    """The figures that a table shows, after the counts; our own clicks only where there are any."""
    counts = ["deliveries"] if told.question.by == "post" else ["posts", "deliveries"]
    own = ["link_clicks"] if told.total.sum.of["link_clicks"] else []
    return [*counts, "reach", "shown", "engagement", *own]


def _heading(name: str) -> str:
    return {
        "reach": _("Reached"),
        "shown": _("Shown"),
        "engagement": _("Engagement"),
    }.get(name) or words.label(name)


def _label(by: str) -> str:
    return {
        "post": _("Post"),
        "channel": _("Channel"),
        "campaign": _("Campaign"),
        "edition": _("Edition"),
        "audience": _("Audience"),
        "week": _("Week"),
        "month": _("Month"),
        "kind": _("Kind"),
    }[by]


def _name(group: Group, told: Answer, titles: Titles) -> str:
    if group.post is not None:
        return f"{group.post.first_line} ({notation.day_and_time(group.post.at)})"
    name = words.group(told.question.by, group.name, titles)
    return f"{name} …" if group.is_partial else name


def _cells(group: Group, columns: Sequence[str]) -> list[str]:
    return [_cell(group, name) for name in columns]


def _cell(group: Group, name: str) -> str:
    if name in ("posts", "deliveries"):
        return notation.number(group.posts if name == "posts" else group.sum.posts)
    value, known = getattr(group.sum.figures, name), group.sum.of[name]
    mark = "*" if group.doubts.get(name) else ""
    covers = f" ({known}/{group.sum.posts})" if 0 < known < group.sum.posts else ""
    return f"{notation.number(value)}{mark}{covers}"


def _account(account: Account) -> list[str]:
    gained = account.gained
    sign = "+" if gained is not None and gained > 0 else ""
    last = [told.at for told in (account.followers_last, account.reach_last) if told is not None]
    return [
        _told(account.followers_first),
        _told(account.followers_last),
        f"{sign}{notation.number(gained)}",
        _told(account.reach_last),
        notation.day(max(last), "full") if last else notation.ABSENT,
    ]


def _told(told: Told | None) -> str:
    if told is None:
        return notation.ABSENT
    mark = "*" if told.doubts else ""
    days_before = ""
    if told.days:
        length = ngettext("%(n)s day", "%(n)s days", told.days) % {"n": notation.number(told.days)}
        days_before = f" ({length})"
    return f"{notation.number(told.value)}{mark}{days_before}"


_Row = tuple[str, Sequence[str]]

_NAME_LEAST = 16
_BETWEEN = 2
"""Columns: of a name at least, and between two."""


def _show(
    label: str,
    heads: Sequence[str],
    rows: Sequence[_Row],
    total: _Row | None,
    whole: Collection[int] = (),
) -> None:
    """A table, whose cells may go on below, but for those of the columns ``whole`` (dates); where
    the terminal is too narrow even for that, a line for each row."""
    every = [*rows, *([total] if total is not None else [])]
    columns = [
        [head, *(cells[number] for _name, cells in every)] for number, head in enumerate(heads)
    ]
    widths = _widths(columns, whole)
    if widths is None:
        for name, cells in every:
            console.print(Text(name, style="bold"))
            parts = (f"{head} {cell}" for head, cell in zip(heads, cells, strict=True))
            say("    " + " · ".join(parts))
        console.print()
        return
    room = console.width - sum(widths) - _BETWEEN * len(widths)
    width = min(room, max(cell_len(text) for text in (label, *(name for name, _cells in every))))
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column(Text(label), width=width, overflow="fold")
    for head, number_width in zip(heads, widths, strict=True):
        table.add_column(Text(head), justify="right", width=number_width)
    for name, cells in rows:
        table.add_row(Text(name), *map(Text, cells))
    if total is not None:
        table.add_section()
        table.add_row(*(Text(cell, style="bold") for cell in (total[0], *total[1])))
    console.print(table, soft_wrap=False)
    console.print()


def _widths(columns: Sequence[Sequence[str]], whole: Collection[int]) -> list[int] | None:
    """How wide figures stand: each on one line if that leaves room for names; else what is said of
    a figure stands below it and headings have two lines; at last each word may stand alone, but for
    the cells of the columns ``whole``. ``None``: there is no room even then.
    """
    on_one_line = [max(map(cell_len, column)) for column in columns]
    broken = [
        max(_longest_word(head), *map(cell_len if number in whole else _longest_word, cells))
        for number, (head, *cells) in enumerate(columns)
    ]
    headed = [max(_in_two(head), width) for (head, *_), width in zip(columns, broken, strict=True)]
    for widths in (on_one_line, headed, broken):
        if _NAME_LEAST + sum(widths) + _BETWEEN * len(widths) <= console.width:
            return widths
    return None


def _in_two(text: str) -> int:
    """How wide ``text`` is on two lines."""
    parts = text.split()
    halves = ((parts[:at], parts[at:]) for at in range(1, len(parts)))
    return min(
        (max(cell_len(" ".join(half)) for half in both) for both in halves),
        default=cell_len(text),
    )


def _longest_word(text: str) -> int:
    return max(map(cell_len, text.split()))
