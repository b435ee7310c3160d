"""The command ``video``: the short video of a post, made to be looked at.

Nothing is sent. What is made here is what the plan finds: it isn't made twice.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from publisher.cli.names import post_of, refuse_unknown_channel
from publisher.cli.opening import settings_of
from publisher.cli.terminal import refuse, say, show_faults
from publisher.clock import system_clock
from publisher.files.text import shown
from publisher.i18n import _


@click.command(help=_("Make the short video of one post, with its subtitles."))
@click.argument("post", metavar="CAMPAIGN/POST")
@click.option("--channel", help=_("As this channel gets it; the first that takes one if left out."))
@click.option(
    "--shape",
    type=click.Choice(["tall", "wide"]),
    help=_("9:16 or 16:9; what suits the channel if left out."),
)
@click.option("--edition", type=int, metavar="YEAR", help=_("Of this year; the next if left out."))
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("preview/videos"),
    show_default=True,
    help=_("The folder to write to."),
)
@click.pass_context
def video(
    ctx: click.Context,
    post: str,
    channel: str | None,
    shape: str | None,
    edition: int | None,
    out: Path,
) -> None:
    # Imported late, as all that renders is: the command's help doesn't need it.
    from publisher.assemble.videos_told import seconds
    from publisher.preview.video import Wanted, write_video

    settings = settings_of(ctx)
    if channel is not None:
        refuse_unknown_channel(channel, settings)
    campaign, wanted = post_of(settings, post)
    form = next((one for one in ("tall", "wide") if one == shape), None)
    asked = Wanted(channel, form, edition)
    try:
        written, faults = write_video(settings, campaign, wanted, asked, system_clock(), out)
    except OSError as error:
        refuse(_("The video can't be written: %(why)s") % {"why": error.strerror or error})
    show_faults(faults)
    if faults:
        sys.exit(1)
    if written is None:
        refuse(
            _(
                "There is no such video: the post has none, none of its channels takes one, or it "
                "has no day in that year. A video is made of slides: docs/video.md"
            )
        )
    say(
        _("%(file)s: %(seconds)s seconds, as %(channel)s gets it in %(edition)s")
        % {
            "file": shown(written.film),
            "seconds": seconds(written.duration_s),
            "channel": written.channel,
            "edition": written.edition,
        }
    )
    for path in written.subtitles:
        say(f"  {shown(path)}")
