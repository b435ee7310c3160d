"""Why a card can't be drawn."""

from __future__ import annotations


class CardError(ValueError):
    """``code`` says why; ``field`` is the key of the words that it is about ("": the whole card).

    Codes: ``design`` (there is none of the name ``detail``), ``words`` (``field`` is missing, or
    the design doesn't know it), ``too_long`` (``letters`` are there and about ``fit`` fit),
    ``letters`` (the font has no sign ``detail``), ``emblem`` (it can't be drawn), ``template`` (an
    office's own design doesn't compile; ``detail`` is what Typst says).
    """

    def __init__(
        self, code: str, field: str = "", detail: str = "", letters: int = 0, fit: int = 0
    ) -> None:
        super().__init__(f"{code}: {field} {detail}".strip())
        self.code = code
        self.field = field
        self.detail = detail
        self.letters = letters
        self.fit = fit
