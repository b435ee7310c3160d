"""Why a text can't be rendered."""

from __future__ import annotations


class RenderError(Exception):
    """A text can't be rendered.

    ``code``: ``undefined`` (``detail`` is the name, ``known`` what there is), ``syntax``,
    ``forbidden`` (``detail`` names what isn't offered), ``filter``, ``too_long``, ``value``.
    ``field`` is the key of the text (``body``, ``title``, ``for.x.text``…), ``line`` counts from 1
    within that text.
    """

    def __init__(
        self, code: str, detail: str, line: int, field: str = "", known: tuple[str, ...] = ()
    ) -> None:
        super().__init__(f"{field}:{line}: {code}: {detail}")
        self.code = code
        self.detail = detail
        self.line = line
        self.field = field
        self.known = known

    def within(self, field: str) -> RenderError:
        """The same error, said of ``field``."""
        return RenderError(self.code, self.detail, self.line, field, self.known)
