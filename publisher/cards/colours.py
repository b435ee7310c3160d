"""Whether people can read one colour upon another.

Contrast as the Web Content Accessibility Guidelines (WCAG 2.1, 1.4.3) reckon it.
"""

from __future__ import annotations

LEAST_CONTRAST = 4.5
"""What WCAG asks for of small text (level AA)."""

_LINEAR_UP_TO = 0.04045


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white); colours are ``#rrggbb`` or ``#rgb``."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    red, green, blue = (_linear(int(digits[at : at + 2], 16) / 255) for at in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= _LINEAR_UP_TO else float(((share + 0.055) / 1.055) ** 2.4)
