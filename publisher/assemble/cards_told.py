"""What keeps a card from being drawn, in words at its line."""

from __future__ import annotations

from collections.abc import Mapping

from publisher import notation
from publisher.assemble.places import line_of
from publisher.campaign.model import Post
from publisher.cards.errors import CardError
from publisher.cards.look import Look
from publisher.cards.own import names
from publisher.cards.words import DESIGNS, FIGURES_MOST, LINES_MOST
from publisher.files.faults import Fault
from publisher.files.messages import near, quoted
from publisher.files.text import shown
from publisher.i18n import _, ngettext


def of_card_error(post: Post, field: str, error: CardError, look: Look) -> Fault:
    """``error`` of the card that ``post`` has under the key ``field``."""
    own = f"{field}.{error.field}" if error.field else field
    code = f"card_{error.code}"
    what, instead = _told(error, look)[code]
    return Fault(shown(post.path), line_of(post, own), code, what, instead)


def of_disk(post: Post, field: str, error: OSError) -> Fault:
    """A card that can't be kept."""
    return Fault(
        shown(post.path),
        line_of(post, field),
        "card_disk",
        _("The card can't be kept: %(why)s.") % {"why": quoted(error)},
        _("Ask your administrator to look at the disk and the folder var."),
    )


def of_past(post: Post, field: str) -> Fault:
    """A countdown to what is over."""
    others = [name for name in DESIGNS if name != "countdown"]
    return Fault(
        shown(post.path),
        line_of(post, field),
        "card_past",
        _("This post goes out after the campaign's day, so there is nothing left to count."),
        _("Take another design: %(designs)s.") % {"designs": ", ".join(others)},
    )


def _told(error: CardError, look: Look) -> Mapping[str, tuple[str, str]]:
    """What is wrong and what to do, by the code of the fault."""
    words = {
        "key": error.field,
        "name": quoted(error.detail),
        "letters": error.letters,
        "fit": error.fit,
    }
    return {
        "card_too_long": (
            _(
                "“%(key)s” is too long for the card: it has %(letters)s characters, "
                "and about %(fit)s fit."
            )
            % words,
            _shorter(error),
        ),
        "card_letters": (
            _("The card can't show the sign “%(name)s” in “%(key)s”.") % words,
            _("Write it in Latin letters; smileys are left out by themselves."),
        ),
        "card_words": (
            _("The card can't be drawn: “%(key)s” is empty, or it is too much of it.") % words,
            _("At most %(figures)s figures and %(lines)s lines; see publisher card --designs.")
            % {"figures": FIGURES_MOST, "lines": LINES_MOST},
        ),
        "card_design": (
            _("There is no design “%(name)s” for a card.") % words,
            near(error.detail, names(look)),
        ),
        "card_emblem": (
            _("The emblem of the office can't be drawn (%(name)s).") % words,
            _("Ask your administrator to look at [cards] emblem in schedule.toml."),
        ),
        "card_template": (
            _("The office's own design can't be drawn (%(name)s).") % words,
            _("Ask whoever wrote it: docs/cards.md says what a design may use."),
        ),
    }


def _shorter(error: CardError) -> str:
    if error.field == "name":
        return _("Ask your administrator to shorten the name in schedule.toml: [cards] name")
    over = error.letters - error.fit
    return ngettext(
        "Shorten it by about %(number)s character, or split a very long word.",
        "Shorten it by about %(number)s characters, or split a very long word.",
        over,
    ) % {"number": notation.number(over)}
