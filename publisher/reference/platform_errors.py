"""The errors of every platform as its adapter decides them: each code, and what becomes of a post.

Read from the tables ``ERRORS`` of ``channels/NAME/errors.py`` (``channels/NAME.py``), with the
remarks that stand beside a code there, so that whoever looks for a code that a log shows finds it.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import io
import tokenize
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import requests

import channels
from channels.base import (
    AmbiguousError,
    ChannelError,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
    RateLimitedError,
    TransientError,
)
from channels.web.http import HttpSession
from publisher.reference.sheet import sheet

DECISIONS: dict[type[ChannelError], str] = {
    CredentialsExpiredError: "The channel stops and its posts wait until its credentials are good.",
    RateLimitedError: "The channel rests as long as the platform says, or a while; the post waits.",
    TransientError: "The post is surely not out, and is tried again within its grace.",
    ForbiddenError: "The post has failed: the account, or the app, may not do this.",
    InvalidContentError: "The post has failed: it won't be taken as it is.",
    AmbiguousError: "The post is in doubt until its key, a look-up or a person settles it.",
}
"""What becomes of a post, by the error that its adapter raises."""

NAMES: dict[type[ChannelError], str] = {
    CredentialsExpiredError: "log in again",
    RateLimitedError: "rest",
    TransientError: "try again",
    ForbiddenError: "not allowed",
    InvalidContentError: "not as it is",
    AmbiguousError: "in doubt",
}

INTRO = """\
# What platforms' errors mean

An adapter turns each of its platform's errors into one of six decisions, by a table at the top of
its `errors.py` or of its one file; what Publisher then does depends on the decision alone. Where an
error text of its own is given, that is what a person is told; else it is the platform's. Each
[channel's page](../channels) says what to do."""

FACEBOOK = ("facebook", "instagram", "threads")
"""They share ``channels.meta.errors``."""

BY_STATUS = """\
## By HTTP status

So is decided what no table of a platform has, and everything for those without one."""

_STATUSES = (301, *range(400, 418), 421, 422, 425, 426, 429, 431, 451, 500, 502, 503, 504)


def platform_errors_page(made: str) -> str:
    """docs/reference/platform-errors.md; ``made`` is the line that says who made it."""
    decisions = sheet(
        ["decision", "what becomes of the post"],
        [[f"**{NAMES[kind]}**", text] for kind, text in DECISIONS.items()],
    )
    parts = [made, INTRO, decisions, BY_STATUS, _by_status()]
    for name, module in tables().items():
        parts += [f"## {name}", _table(module)]
    return "\n\n".join(parts) + "\n"


def tables() -> dict[str, ModuleType]:
    """The modules that hold a table, by the name of their platform; Meta's common one first."""
    found: dict[str, ModuleType] = {}
    for name in ("meta", *channels.known()):
        if (Path(channels.__file__).parent / name / "errors.py").is_file():
            title = "meta: " + ", ".join(FACEBOOK) if name == "meta" else name
            found[title] = importlib.import_module(f"channels.{name}.errors")
        elif hasattr(module := importlib.import_module(f"channels.{name}"), "ERRORS"):
            found[name] = module
    return found


def decision_of(meaning: object) -> str:
    """The name of the decision that a table's entry stands for."""
    kind = meaning[0] if isinstance(meaning, tuple) else meaning
    if not (isinstance(kind, type) and issubclass(kind, ChannelError)):
        return NAMES[RateLimitedError]  # a span to rest
    return next(NAMES[one] for one in kind.__mro__ if one in NAMES)


def code_words(code: object) -> str:
    """A code as a log shows it."""
    if not isinstance(code, tuple):
        return str(code)
    major, minor = code
    if minor is None:
        return str(major)
    return f"subcode {minor}" if major is None else f"{major}, subcode {minor}"


def _table(module: ModuleType) -> str:
    errors: Mapping[Any, Any] = module.ERRORS
    remarks = _remarks(module)
    rows = [
        [f"`{code_words(code)}`", decision_of(meaning), _said(meaning), remarks.get(code, "")]
        for code, meaning in errors.items()
    ]
    return sheet(["code", "decision", "what a person is told", "remark"], rows)


def _said(meaning: object) -> str:
    text = meaning[1] if isinstance(meaning, tuple) else ""
    return text if isinstance(text, str) else ""


def _remarks(module: ModuleType) -> dict[Any, str]:
    """The comment beside each code of a module's table, else what its class is, else the comment
    above the group that it stands in."""
    source = inspect.getsource(module)
    beside, above = _comments(source)
    found: dict[Any, str] = {}
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Dict)):
            continue
        if getattr(node.target, "id", "") != "ERRORS":
            continue
        for key, value in zip(node.value.keys, node.value.values, strict=True):
            code = _value(key, module)
            group = max((line for line in above if node.lineno < line < value.lineno), default=0)
            remark = beside.get(value.end_lineno or 0) or _own(module.ERRORS[code])
            found[code] = remark or above.get(group, "")
    return found


def _own(meaning: object) -> str:
    """What a class of the adapter's own says of itself; the contract's are told on top."""
    kind = meaning[0] if isinstance(meaning, tuple) else meaning
    if isinstance(kind, type) and kind not in NAMES:
        return (inspect.getdoc(kind) or "").partition("\n\n")[0].replace("``", "`")
    return str(getattr(kind, "value", ""))


def _value(node: ast.expr | None, module: ModuleType) -> Any:
    """What stands as a key: a literal, or a name of the module's."""
    if isinstance(node, ast.Name):
        return vars(module)[node.id]
    return ast.literal_eval(node) if node is not None else None


def _comments(source: str) -> tuple[dict[int, str], dict[int, str]]:
    """Comments by their line: those beside code, and those on lines of their own, drawn together
    by their first."""
    beside: dict[int, str] = {}
    above: dict[int, str] = {}
    last = (0, 0)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT or "noqa" in token.string:
            continue
        line, text = token.start[0], token.string.lstrip("#- ").strip()
        if token.line[: token.start[1]].strip():
            beside[line] = text
            continue
        first, latest = last
        first = first if latest == line - 1 else line
        above[first] = f"{above.get(first, '')} {text}".strip()
        last = (first, line)
    return beside, above


def _by_status() -> str:
    """What ``HttpSession.refusal`` decides, asked of it."""
    session = HttpSession(lambda: datetime.now(UTC), 1.0)
    found: dict[str, list[int]] = {}
    for status in _STATUSES:
        answer = requests.Response()
        answer.status_code = status
        answer.request = requests.Request("POST", "http://127.0.0.1/").prepare()
        error = session.refusal(answer)
        found.setdefault(decision_of(type(error)), []).append(status)
    rows = [[_runs(statuses), decision] for decision, statuses in found.items()]
    rows.append(["no answer, or a broken one, after the request began", NAMES[AmbiguousError]])
    rows.append(["no connection", NAMES[TransientError]])
    return sheet(["HTTP status of a request that publishes", "decision"], rows)


def _runs(statuses: list[int]) -> str:
    """``statuses`` with neighbours drawn together: "400, 406, 411–414"."""
    runs: list[list[int]] = []
    for status in statuses:
        if runs and runs[-1][-1] + 1 == status:
            runs[-1].append(status)
        else:
            runs.append([status])
    words = [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]
    return ", ".join(words).replace("301", "3xx")
