"""Says in plain words what pydantic found wrong.

Where, what, and what to write instead. Used for campaign files, posts and schedule.toml. A value is
repeated only where the caller says that it can't be a secret (``quoting``); names of keys always
may be.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from publisher.files import sentences
from publisher.files.document import Document
from publisher.files.examples import EXAMPLES
from publisher.files.faults import Fault
from publisher.files.own_kinds import Told
from publisher.files.positions import KeyPath
from publisher.files.schema import bounds, is_secret, keys_at
from publisher.i18n import _

_QUOTED_MAX = 60


def faults_of(
    error: ValidationError,
    document: Document,
    model: type[BaseModel],
    data: Any,
    above: KeyPath = (),
    *,
    quoting: bool,
) -> list[Fault]:
    """The faults behind ``error``, which came of giving ``data`` to ``model``; one for each key.

    ``data`` stands at the key ``above`` in ``document``.
    """
    found = [(_place(details, data), details) for details in error.errors(include_url=False)]
    # Who writes “chanels” lacks “channels” too: that is told once.
    meant = {
        (*key[:-1], nearest(str(key[-1]), keys_at(model, key[:-1])) or "")
        for key, details in found
        if key and details["type"] == "extra_forbidden"
    }
    faults: dict[KeyPath, Fault] = {}
    for key, details in found:
        if key not in faults and not (details["type"] == "missing" and key in meant):
            code, what, instead = _tell(details, key, model, above, quoting=quoting)
            faults[key] = document.fault((*above, *key), code, what, instead)
    return sorted(faults.values(), key=lambda fault: fault.line or 0)


def near(word: str, words: Iterable[str]) -> str:
    """«Did you mean …?» or, where no word of ``words`` is close to ``word``, which there are."""
    words = list(words)
    match = nearest(word, words)
    if match is not None:
        return _("Did you mean “%(near)s”?") % {"near": match}
    return either(words)


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The word of ``words`` that was probably meant by ``word``."""
    by_plain = {_plain(known): known for known in words}
    found = difflib.get_close_matches(_plain(word), by_plain, n=1, cutoff=0.6)
    return by_plain[found[0]] if found else None


def either(words: Iterable[str]) -> str:
    """What there is to choose from, in one line."""
    return _("There are: %(words)s.") % {"words": ", ".join(map(quoted, words)) or "–"}


def quoted(value: object) -> str:
    """``value`` in one short line, safe to print."""
    try:
        text = " ".join(str(value).split())
    except (ValueError, RecursionError):  # a number of 4,300 digits, tables a thousand deep
        return "…"
    text = "".join(sign for sign in text if sign.isprintable())
    return text if len(text) <= _QUOTED_MAX else text[: _QUOTED_MAX - 1] + "…"


def name_of(key: KeyPath) -> str:
    """A key as people name it: ``for.x.text``."""
    return quoted(".".join(part for part in key if isinstance(part, str)))


def _tell(
    details: ErrorDetails, key: KeyPath, model: type[BaseModel], above: KeyPath, *, quoting: bool
) -> Told:
    kind, context = details["type"], details.get("ctx", {})
    last = next((part for part in reversed(key) if isinstance(part, str)), "")
    if kind == "extra_forbidden":
        return _unknown_key(key, last, model)
    if is_secret(model, key) and kind != "missing":
        told = sentences.secret()
    elif kind == "literal_error":
        return _unknown_choice(key, details, quoting=quoting)
    elif kind.startswith(("greater_", "less_")):
        return _out_of_range(key, model)
    elif kind == "string_pattern_mismatch":
        told = sentences.of_patterns().get(str(context.get("pattern")), sentences.malformed())
    else:
        told = _by_start(kind)
    code, what, instead = told
    if kind == "missing" and any(isinstance(part, int) for part in key):
        # A part of a list stands between braces, which take no line of their own.
        instead = _("Write it between the braces, behind a comma: %(example)s")
    words = {
        # What several keys are wrong about together stands under the heading above them.
        "key": name_of(key or above),
        "last": quoted(last),
        "example": EXAMPLES.get(last, f'{quoted(last)} = "…"'),
        "most": context.get("max_length", ""),
        "lacks": context.get("lacks", ""),
        # An adapter's own words; the catalogue knows those of ours.
        "why": _without(details["input"], _(str(context.get("error", "")))),
    }
    return code, what % words, instead % words


def _by_start(kind: str) -> Told:
    kinds = sentences.of_kinds()
    return next((kinds[start] for start in kinds if kind.startswith(start)), sentences.malformed())


def _unknown_key(key: KeyPath, last: str, model: type[BaseModel]) -> Told:
    keys = keys_at(model, key[:-1])
    what = _("There is no key “%(key)s”.") % {"key": name_of(key)}
    if len(key) > 1 and last not in keys and last in keys_at(model, ()):
        # In TOML a line belongs to the heading above it, which surprises everyone once.
        instead = _("Move the line up, above the heading “%(heading)s”.")
        return "unknown_key", what, instead % {"heading": name_of(key[:-1])}
    return "unknown_key", what, near(last, keys)


def _unknown_choice(key: KeyPath, details: ErrorDetails, *, quoting: bool) -> Told:
    choices = re.findall(r"'([^']*)'", str(details.get("ctx", {}).get("expected", "")))
    name, value = name_of(key), quoted(details["input"])
    what = _("“%(key)s” is none of its choices.") % {"key": name}
    if quoting:
        what = _("“%(key)s” can't be “%(value)s”.") % {"key": name, "value": value}
    hint = near(value, choices) if nearest(value, choices) else ""
    return "unknown_choice", what, f"{hint} {either(choices)}".strip()


def _out_of_range(key: KeyPath, model: type[BaseModel]) -> Told:
    least, most = bounds(model, key)
    what = _("“%(key)s” is too small or too large.") % {"key": name_of(key)}
    if least is not None and most is not None:
        instead = _("Write a number from %(least)s to %(most)s.") % {"least": least, "most": most}
    elif least is not None:
        instead = _("Write a number of at least %(least)s.") % {"least": least}
    else:
        instead = _("Write a number of at most %(most)s.") % {"most": most}
    return "out_of_range", what, instead


def _place(details: ErrorDetails, data: Any) -> KeyPath:
    """Where the error is, without what pydantic adds to the way (members of unions, ``[key]``)."""
    location = details["loc"]
    lacking = details["type"] in ("missing", "extra_forbidden")
    path: KeyPath = ()
    for place, part in enumerate(location):
        inside = isinstance(data, dict) and part in data
        if inside or (isinstance(data, list) and isinstance(part, int) and part < len(data)):
            data = data[part]
        elif not (lacking and place == len(location) - 1):
            continue
        path = (*path, part)
    return path


def _without(value: object, text: str) -> str:
    """``text`` without ``value``, where that is long enough to be a secret."""
    return text.replace(value, "…") if isinstance(value, str) and len(value) > 15 else text


def _plain(word: str) -> str:
    return word.casefold().replace("_", "-")
