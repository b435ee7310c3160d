"""Codes from a person's telephone (RFC 6238), and the picture by which it learns them.

The seed is sealed by the office's key before it is stored. A code of the half-minute before or
after is taken too, for clocks that differ; none is taken twice.
"""

from __future__ import annotations

from datetime import datetime

import pyotp
import segno
from markupsafe import Markup

from channels.sealing import KeySeal
from publisher.store.console_tables import Person

STEP_S = 30


def new_seed(seal: KeySeal) -> str:
    """A sealed seed. Raises ``CredentialsExpiredError`` where the office has no key."""
    return seal.seal(pyotp.random_base32())


def counter_of(seal: KeySeal, person: Person, code: str, now: datetime) -> int | None:
    """The half-minute of which ``code`` is, near ``now``; ``None`` where it is of none.

    Raises ``CredentialsExpiredError`` where the seed can't be opened.
    """
    if not person.totp:
        return None
    digits = "".join(code.split())
    told = pyotp.TOTP(seal.open(person.totp), interval=STEP_S)
    present = int(now.timestamp()) // STEP_S
    for counter in (present, present - 1, present + 1):
        if pyotp.utils.strings_equal(told.generate_otp(counter), digits):
            return counter
    return None


def letters_of(seal: KeySeal, person: Person) -> str:
    """The seed in groups of four, to be typed where no picture can be taken."""
    seed = seal.open(person.totp)
    return " ".join(seed[place : place + 4] for place in range(0, len(seed), 4))


def picture_of(seal: KeySeal, person: Person, office: str) -> Markup:
    """The QR code of the seed as inline SVG, without a style of its own."""
    told = pyotp.TOTP(seal.open(person.totp), interval=STEP_S)
    address = told.provisioning_uri(name=person.name, issuer_name=office)
    code = segno.make(address, error="m")
    svg = code.svg_inline(
        scale=5, border=4, svgclass="qr", lineclass=None, omitsize=True, dark="#000", light="#fff"
    )
    return Markup(svg)  # noqa: S704 -- segno's own, of letters and digits
