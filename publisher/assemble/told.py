"""What is wrong with a post by itself, in words at its line."""

from __future__ import annotations

from collections.abc import Mapping

from publisher.assemble.places import BODY, field_of, line_of
from publisher.campaign.model import Post
from publisher.files.faults import Fault
from publisher.files.messages import near, quoted
from publisher.files.text import shown
from publisher.i18n import _
from publisher.rendering.errors import RenderError
from publisher.rendering.shape import ChannelShape


def of_render_error(post: Post, error: RenderError) -> Fault:
    """A template's error as a fault of ``post``."""
    code = f"template_{error.code}"
    what, instead = _template(error)[code]
    line = line_of(post, error.field or BODY, error.line)
    return Fault(shown(post.path), line, code, what, instead)


def of_bad_link(post: Post, shape: ChannelShape) -> Fault:
    """A link that no reader could follow."""
    line = line_of(post, field_of(post, shape.name, "link"))
    what = _("“%(key)s” is no web address.") % {"key": "link"}
    instead = _("It begins with https:// and has no spaces.")
    return Fault(shown(post.path), line, "link", what, instead)


def of_no_media_host(post: Post, shape: ChannelShape) -> Fault:
    """Media for a platform that fetches them, and no host to fetch from."""
    return Fault(
        shown(post.path),
        line_of(post, field_of(post, shape.name, "media")),
        "no_media_host",
        _("%(channel)s fetches pictures and videos from a web address, and there is none.")
        % {"channel": shape.title},
        _("Ask your administrator to add [media_host] to schedule.toml."),
    )


def _template(error: RenderError) -> Mapping[str, tuple[str, str]]:
    """What is wrong and what to do, by the code of the fault."""
    detail = quoted(error.detail)
    return {
        "template_undefined": (
            _("There is no variable “%(name)s”.") % {"name": detail},
            near(error.detail, error.known),
        ),
        "template_filter": (
            _("There is no filter “%(name)s”.") % {"name": detail},
            near(error.detail, error.known),
        ),
        "template_syntax": (
            # The engine's own words are English, and of no help to who writes posts.
            _("The part between braces isn't written the right way."),
            _("A variable is written {{ days_left }}, a condition {% if … %} … {% endif %}."),
        ),
        "template_forbidden": (
            _("“%(name)s” can't be used in a post.") % {"name": detail},
            _("Variables, filters, conditions and simple loops can."),
        ),
        "template_too_long": (
            _("This text becomes far too long."),
            _("Shorten it, or take the loop out."),
        ),
        "template_value": (
            _("A value here can't be used like this (%(why)s).") % {"why": detail},
            _("See docs/reference for what each variable holds: a date, a number or text."),
        ),
    }
