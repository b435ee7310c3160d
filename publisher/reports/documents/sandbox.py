"""What a Word template may be written of.

Facts, conditions, loops over them: nothing else runs. An office's template is data, like its posts
(``publisher.rendering.templates``): no call, no assignment, no filter, no import. Facts are
mappings, and only their own keys can be reached.
"""

from __future__ import annotations

from typing import Any

from jinja2 import Template, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError, UndefinedError

from publisher.rendering.sandbox import Sandbox

_SYNTAX: tuple[type[nodes.Node], ...] = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.If,
    nodes.For,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Getattr,
    nodes.Getitem,
)
_DEEPEST_LOOP = 2


class WordSandbox(Sandbox):
    """The environment in which a Word template is filled in."""

    def __init__(self) -> None:
        super().__init__(autoescape=True)
        self.tests.clear()

    def from_string(self, source: Any, *args: Any, **more: Any) -> Template:
        """The template, looked through first. Raises Jinja2's ``TemplateError``."""
        tree = source if isinstance(source, nodes.Template) else self.parse(source)
        _look_through(tree, loops=0)
        return super().from_string(source, *args, **more)


def _look_through(node: nodes.Node, loops: int) -> None:
    if not isinstance(node, _SYNTAX):
        raise TemplateSyntaxError(type(node).__name__.lower(), node.lineno)
    if isinstance(node, nodes.Name) and node.name == "self":
        # Jinja2's own name for the template as an object.
        raise UndefinedError("'self' is undefined")
    if isinstance(node, nodes.For):
        loops += 1
        if loops > _DEEPEST_LOOP or node.recursive:
            raise SecurityError("for")
    for child in node.iter_child_nodes():
        _look_through(child, loops)
