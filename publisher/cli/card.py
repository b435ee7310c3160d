"""The command ``card``: the cards of a post as they will be drawn, and the designs there are.

Nothing is sent.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.text import Text

from publisher.cli.names import post_of, refuse_unknown_channel
from publisher.cli.opening import settings_of
from publisher.cli.rich_console import console
from publisher.cli.terminal import refuse, say, show_faults
from publisher.clock import system_clock
from publisher.files.faults import any_error
from publisher.files.text import shown
from publisher.i18n import _
from publisher.settings import Settings


@click.command(help=_("Draw the cards of one post, or list the designs that cards may have."))
@click.argument("post", required=False, metavar="[CAMPAIGN/POST]")
@click.option("--channel", help=_("Only as this channel gets it."))
@click.option(
    "--size",
    type=click.Choice(["square", "portrait", "wide", "tall"]),
    help=_("In this shape, whatever the channels take."),
)
@click.option(
    "--edition",
    type=click.IntRange(2000, 2200),
    metavar="YEAR",
    help=_("Of this year; the next if left out."),
)
@click.option("--designs", is_flag=True, help=_("List the designs with the words that each takes."))
@click.option("--samples", is_flag=True, help=_("Draw every design in every shape, with samples."))
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("preview/cards"),
    show_default=True,
    help=_("The folder to write to."),
)
@click.pass_context
def card(
    ctx: click.Context,
    post: str | None,
    channel: str | None,
    size: str | None,
    edition: int | None,
    designs: bool,
    samples: bool,
    out: Path,
) -> None:
    settings = settings_of(ctx)
    if designs:
        _list(settings)
    if samples:
        _draw_samples(settings, out)
    if post is not None:
        if channel is not None:
            refuse_unknown_channel(channel, settings)
        _draw(settings, post, channel, size, edition, out)
    elif not designs and not samples:
        raise click.UsageError(_("Name the campaign and the post: chien-dich/01-mo-dau"))


def _draw(
    settings: Settings,
    named: str,
    channel: str | None,
    size: str | None,
    edition: int | None,
    out: Path,
) -> None:
    # Imported late, as all that renders is: the command's help doesn't need it.
    from publisher.cards.look import Size
    from publisher.preview.cards import Asked, write_cards

    campaign, post = post_of(settings, named)
    asked = Asked(channel, Size(size) if size is not None else None, edition)
    written, faults = write_cards(settings, campaign, post, asked, system_clock(), out)
    show_faults(faults)
    for one in written:
        width, height = one.size.pixels
        say(f"{shown(one.path)}  {width} × {height}  {one.edition}  {', '.join(one.channels)}")
        say(f"  {one.alt}")
    if any_error(faults):
        sys.exit(1)
    if not written:
        refuse(
            _(
                "No card was drawn: the post has none there, or no day in that year. A card is "
                'a line of the post: card = "countdown"'
            )
        )


def _list(settings: Settings) -> None:
    from publisher.cards.own import names
    from publisher.cards.words import DESIGNS

    look = settings.cards.look(settings.root, settings.office)
    for design in names(look):
        known = DESIGNS.get(design)
        about = _(known.about) if known is not None else _("The office's own.")
        console.print(Text.assemble((design, "bold"), f"  {about}"))
        if known is None:
            continue
        needed, may = (
            ", ".join(f"{key} = {_FORMS.get(key, _TEXT)}" for key in keys)
            for keys in (known.needed, known.takes[len(known.needed) :])
        )
        say(f'  card = {{ design = "{design}"{", " if needed else ""}{needed} }}')
        say("  " + _("It may have as well: %(words)s") % {"words": may})


_TEXT = '"…"'
_SIDE = '{ label = "…", lines = ["…", "…"] }'
_FORMS = {
    "figures": '[{ value = "…", label = "…" }]',
    "lines": '["…", "…"]',
    "before": _SIDE,
    "after": _SIDE,
}


def _draw_samples(settings: Settings, out: Path) -> None:
    from publisher.preview.cards import write_samples

    written, errors = write_samples(settings, out)
    for path in written:
        say(str(shown(path)))
    for error in errors:
        say(str(error))
    if errors:
        sys.exit(1)
