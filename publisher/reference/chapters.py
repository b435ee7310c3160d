"""The chapters of the page of messages: where they are met, and how they are found in the code.

Derived from the code (``publisher.reference.said``). What is in no chapter is said by a module of
``WORDS``, where nothing goes wrong; a test holds both against the catalogue.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from publisher.catalogue import REFUSES
from publisher.reference.faults import faults
from publisher.reference.said import Module, modules, name_of

WORDS = (
    "publisher/cards/",
    "publisher/cli/",
    "publisher/preview/",
    "publisher/reach/",
    "publisher/redirect/pages.py",
    "publisher/reference/",
    "publisher/rehearsal/",
    "publisher/reports/",
    "publisher/states.py",
    "publisher/web/",
)
"""Modules whose texts are no messages, but for what they refuse, raise, find and alert: help,
headings, figures, the names of states."""


@dataclass(frozen=True, slots=True)
class Row:
    """A message by its English texts, and the modules that say it; ``becomes`` is its severity, or
    what the program makes of it."""

    what: tuple[str, ...]
    instead: tuple[str, ...] = ()
    code: str = ""
    becomes: str = ""
    said_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """The messages that are met in one place: those that ``of`` finds in the modules of
    ``places``, but for ``others``."""

    title: str
    intro: str
    of: Callable[[Module], Iterator[Row]]
    places: tuple[str, ...]
    others: tuple[str, ...] = ()

    def rows(self) -> list[Row]:
        """Each message once, in the order of the modules that say it."""
        found: dict[Row, tuple[str, ...]] = {}
        for module in modules():
            if module.name.startswith(self.places) and not module.name.startswith(self.others):
                for row in self.of(module):
                    found[row] = tuple(dict.fromkeys((*found.get(row, ()), module.name)))
        return [replace(row, said_by=said_by) for row, said_by in found.items()]


# -- what a module says ---------------------------------------------------------------------------


def _faults(module: Module) -> Iterator[Row]:
    """The faults, by their codes; and what else may be said with one."""
    left = dict.fromkeys(module.texts())
    for told in faults(module):
        yield Row(told.what, told.instead, told.code, "warning" if told.is_warning else "error")
        for text in (*told.what, *told.instead):
            left.pop(text, None)
    for text in left:
        yield Row((text,))


def _refusals(module: Module) -> Iterator[Row]:
    """What is refused at the keyboard, or raised on the way there."""
    refused = module.handed_to("UsageError", "ClickException", "fail", "refuse", "explain")
    for node in (*refused, *module.raised()):
        yield from map(_row, module.said(node))
    if module.name.endswith("/click_words.py"):
        for name in ("REFUSED", "refused_in_numbers"):
            yield from map(_row, module.said(module.defined[name]))


def _findings(module: Module) -> Iterator[Row]:
    """What is found, with what to do about it; what is found to be well has nothing to be done."""
    for call in module.handed_to("Finding", "Gap"):
        found = 3 if name_of(call.func) == "Finding" else len(call.args) - 1
        instead = module.said(*call.args[found:])
        if instead:
            yield Row(module.said(*call.args[:found]), instead)


def _alerts(module: Module) -> Iterator[Row]:
    for call in module.handed_to("raise_"):
        yield from map(_row, module.said(*call.args[1:2]))


def _marked(module: Module) -> Iterator[Row]:
    """What is noted in English and translated where it is shown."""
    for call, text in module.handed():
        if isinstance(call, ast.Call) and name_of(call.func) == "N_":
            yield _row(text)


def _rest(module: Module) -> Iterator[Row]:
    """What is said there and in no other chapter."""
    told = {
        text
        for of in (_refusals, _findings, _alerts, _marked)
        for row in of(module)
        for text in (*row.what, *row.instead)
    }
    yield from (_row(text) for text in module.texts() if text not in told)


def _everything(module: Module) -> Iterator[Row]:
    yield from map(_row, module.texts())


def _channels(module: Module) -> Iterator[Row]:
    for call, text in module.handed():
        yield Row((text,), becomes=_becomes(module, call))


def _row(text: str) -> Row:
    return Row((text,))


_BECOMES = {
    "ValueError": "fault",
    "TransientError": "tried again",
    "RateLimitedError": "tried again",
    "AmbiguousError": "in doubt",
    "CannotTellError": "a person decides",
    "CredentialsExpiredError": "channel stops",
    "ForbiddenError": "refused",
    "InvalidContentError": "refused",
}
"""What the program makes of an adapter's error."""


def _becomes(module: Module, node: ast.AST) -> str:
    """By the error that ``node`` is handed to, or stands beside in a table; of a constant, by the
    one that all who use it hand it to."""
    for outer in (node, *module.around(node)):
        match outer:
            case ast.Call(func=func) if name_of(func) in REFUSES:
                return _BECOMES.get(name_of(func), "")
            case ast.Tuple(elts=parts) if beside := {name_of(one) for one in parts} & set(REFUSES):
                return _BECOMES.get(next(iter(beside)), "")
            case ast.FunctionDef(name="login") | ast.Assign(targets=[ast.Name(id="access")]):
                return "log-in"
            case ast.AnnAssign(target=ast.Name(id="access")):
                return "log-in"
            case ast.Assign(targets=[ast.Name(id=name)]) if outer in module.tree.body:
                uses = (one for one in module.nodes if isinstance(one, ast.Name) and one.id == name)
                kinds = {_becomes(module, use) for use in uses if isinstance(use.ctx, ast.Load)}
                return kinds.pop() if len(kinds) == 1 else ""
    return ""


_REGISTERS = ("publisher/campaign/criteria", "publisher/campaign/register", "publisher/files/rows")
_POSTS = ("publisher/assemble/", "publisher/check/", "publisher/desk/unplanned.py")

CHAPTERS = (
    Chapter(
        "Any file of the office",
        "How campaign.toml, posts, schedule.toml and criteria.toml are written, and what one key "
        "may be. Told by `publisher check` with file and line.",
        _faults,
        ("publisher/files/",),
        _REGISTERS,
    ),
    Chapter(
        "Campaigns and posts",
        "What must hold between keys and files. Told by `publisher check` and, where an error "
        "keeps a campaign as it was planned before, by an alert.",
        _faults,
        ("publisher/campaign/",),
        (*_REGISTERS, "publisher/campaign/starter/"),
    ),
    Chapter(
        "Texts, pictures, days",
        "What a post becomes on each channel: variables, limits, media, habits.",
        _faults,
        _POSTS,
    ),
    Chapter(
        "Changes to posts, drafts, and the content calendar",
        "Why a post isn't moved or changed from the console, nor drafted by an assistant, and what "
        "is wrong with a row of an office's table (`publisher calendar import`). Nothing is "
        "written then.",
        _faults,
        ("publisher/editing/", "publisher/calendar/", "publisher/assistant/"),
    ),
    Chapter("schedule.toml", "What must hold between its keys.", _faults, ("publisher/settings/",)),
    Chapter(
        "Criteria and the coverage register",
        "criteria.toml, coverage.csv and coverage.xlsx. They keep nothing from going out.",
        _faults,
        _REGISTERS,
    ),
    Chapter(
        "Commands",
        "What is refused at the keyboard, by our commands and by click, which reads them.",
        _refusals,
        ("publisher/",),
        ("publisher/feeds/", "publisher/secrets.py"),
    ),
    Chapter(
        "What the doctor and the reports find",
        "`publisher doctor`, and what a report lacks before it is signed.",
        _findings,
        ("publisher/",),
    ),
    Chapter(
        "Alerts",
        "Told by mail and chat when a person must act, and by `publisher alerts`.",
        _alerts,
        ("publisher/",),
    ),
    Chapter(
        "Around alerts and findings",
        "What they are carried in, and what they say beside it.",
        _rest,
        (
            "publisher/alerts/",
            "publisher/daemon",
            "publisher/delivery/",
            "publisher/desk",
            "publisher/doctor",
            "publisher/redirect/server.py",
            "publisher/store/",
            "publisher/web/server.py",
        ),
    ),
    Chapter(
        "Notes of deliveries",
        "Reasons, as `publisher status` and `publisher log` show them and alerts give them: what "
        "to do is said around them.",
        _marked,
        (
            "publisher/delivery/",
            "publisher/reach/gone.py",
            "publisher/store/",
            "publisher/reports/",
        ),
    ),
    Chapter(
        "Feeds and secrets",
        "Reasons, given by the doctor, by alerts and by commands.",
        _everything,
        ("publisher/feeds/", "publisher/secrets.py"),
    ),
    Chapter(
        "Channels",
        "What an adapter says: of its keys in schedule.toml, of what was refused or can't be told, "
        "and at `publisher channels login`. A platform's own words are shown as they come.",
        _channels,
        ("channels/",),
        ("channels/testing/",),
    ),
)
"""In the order of the page; a message that is met in two places stands in both."""
