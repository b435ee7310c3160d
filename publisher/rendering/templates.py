"""Officers' templates, filled in by Jinja2 with most of Jinja2 taken out.

What an officer writes is data, so the syntax itself is an allow-list (``syntax``): variables, a few
filters, conditions and one level of loop. How long it may run is bounded by what it is made of:
signs between braces, how deep they nest, how often a loop turns, how many letters are gone through.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError, TemplateError

from publisher.rendering.bounds import MAX_OUTPUT, TooMuchError, Watcher, bounded
from publisher.rendering.environment import environment
from publisher.rendering.errors import RenderError
from publisher.rendering.syntax import Known, check, tree_of

_LONGEST_DETAIL = 100


def expand(source: str, variables: Mapping[str, Any], known: Known, language: str) -> str:
    """``source`` with its variables filled in; dates and numbers as ``language`` writes them.

    Raises ``RenderError``, its field left empty.
    """
    if not _IS_MORE_THAN_WORDS.search(source):
        return source
    check(source, known)
    chunks, size = [], 0
    try:
        with bounded():
            for chunk in _compiled(source, language, tuple(known.items()))(**variables):
                chunks.append(chunk)
                size += len(chunk)
                if size > MAX_OUTPUT:
                    raise TooMuchError
    except TooMuchError:
        raise RenderError("too_long", str(MAX_OUTPUT), 1) from None
    except (RecursionError, SyntaxError, MemoryError):
        # Python's own limits, met while what Jinja2 wrote is compiled or run.
        raise RenderError("syntax", "nested too deeply", 1) from None
    except UndefinedError as error:
        raise RenderError("undefined", str(error), 1, known=tuple(known)) from None
    except (SecurityError, TemplateError) as error:
        raise RenderError("forbidden", str(error), 1) from None
    except (TypeError, ValueError, ArithmeticError) as error:
        raise RenderError("value", str(error)[:_LONGEST_DETAIL], 1) from None
    return "".join(chunks)


_IS_MORE_THAN_WORDS = re.compile(r"[{\r]|\n\Z")
"""Whether Jinja2 would make anything else of a text than it is; it takes the last line's end."""


@lru_cache(maxsize=2048)
def _compiled(
    source: str, language: str, offered: tuple[tuple[str, frozenset[str] | None], ...]
) -> Callable[..., Iterator[str]]:
    tree = Watcher().visit(tree_of(source, dict(offered)))
    return environment(language).from_string(tree).generate
