"""The preview on a terminal.

The same posts, counts, warnings and alt texts as the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from channels.looks import look_of
from publisher import notation
from publisher.campaign.model import Campaign
from publisher.files.faults import Fault
from publisher.i18n import _, ngettext
from publisher.planning.model import PlannedDelivery
from publisher.preview.content import Shown, gather
from publisher.settings import Settings


def as_text(
    planned: Sequence[PlannedDelivery],
    settings: Settings,
    faults: Sequence[Fault] = (),
    campaigns: Sequence[Campaign] | None = None,
) -> str:
    """The preview as plain lines, as long as the posts' own; ``build`` explains what it takes."""
    preview = gather(planned, settings, faults, campaigns)
    lines = [
        preview.office,
        ngettext("%(n)s post in the plan", "%(n)s posts in the plan", preview.total)
        % {"n": notation.number(preview.total)},
    ]
    lines += [f"! {fault.place}: {fault.what} {fault.instead}".rstrip() for fault in preview.faults]
    for campaign in preview.campaigns:
        heading = f"{campaign.title} — {campaign.owner}" if campaign.owner else campaign.title
        lines += ["", heading, "=" * len(heading)]
        for day in campaign.days:
            lines += ["", day.name]
            for shown in day.shown:
                lines += ["", *_post(shown)]
    return "\n".join(lines) + "\n"


def _post(shown: Shown) -> Iterable[str]:
    face, message = shown.face, shown.message
    where = [face.name, look_of(face.platform).title, shown.identity.post]
    yield f"  {notation.hour(shown.due)}  {' · '.join(where)}"
    counts = [f"{count.what} {count.text}{' !' if count.over else ''}" for count in shown.counts]
    yield f"         {' · '.join([*counts, shown.approvals])}"
    for warning in shown.warnings:
        yield f"       ! {warning}"
    if message.title and look_of(face.platform).headed:
        yield f"       # {message.title}"
    for piece in (message.body, *message.replies):
        yield from (f"       | {line}".rstrip() for line in piece.plain.splitlines())
        yield "       |"
    for medium in message.media:
        label = _("Picture") if medium.kind == "image" else _("Video")
        yield f"       [{label}: {medium.alt}]"
    if message.link and message.link not in message.body.plain:
        words = _("Link")
        yield f"       {words}: {message.link}"
    apart = not face.shape.writes_hashtags and look_of(face.platform).shape != "mail"
    if message.hashtags and apart:
        yield "       " + " ".join(f"#{tag}" for tag in message.hashtags)
