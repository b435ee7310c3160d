"""The commands of an officer's work on files: ``new-campaign``, ``preview``.

Nothing is sent.
"""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

from publisher.cli.check import library_of_the_office
from publisher.cli.names import refuse_unknown_campaign, refuse_unknown_channel
from publisher.cli.opening import settings_of, speak
from publisher.cli.terminal import refuse, say, show_faults
from publisher.clock import system_clock
from publisher.files.text import shown
from publisher.i18n import _, language
from publisher.settings.reader import read_settings


@click.command(help=_("Make campaign folder SLUG with commented examples."))
@click.argument("slug")
@click.pass_context
def new_campaign(ctx: click.Context, slug: str) -> None:
    from publisher.campaign import starter

    settings, faults = read_settings(ctx.obj["config"])
    if settings is not None:
        speak(ctx, settings)
    folder = settings.campaigns_folder if settings else Path("campaigns")
    show_faults(faults)
    try:
        made = starter.create(folder, slug, language())
    except starter.StarterError as error:
        raise click.UsageError(str(error)) from None
    for path in made:
        say(f"  {shown(path)}")
    say(_("Now edit these files, then run: publisher check"))


@click.command(help=_("Write one page that shows every post as each channel will show it."))
@click.argument("campaign", required=False, metavar="[CAMPAIGN]")
@click.option("--channel", help=_("Only this channel."))
@click.option("--open", "show", is_flag=True, help=_("Open it in the browser."))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("preview/preview.html"),
    show_default=True,
    help=_("Where to write it."),
)
@click.pass_context
def preview(
    ctx: click.Context, campaign: str | None, channel: str | None, show: bool, out: Path
) -> None:
    from publisher import preview as pages
    from publisher.check.look import look

    settings = settings_of(ctx)
    if campaign is not None:
        refuse_unknown_campaign(campaign, settings.campaign_names)
    if channel is not None:
        refuse_unknown_channel(channel, settings)
    looked = look(settings, system_clock(), lambda: library_of_the_office(settings))
    chosen = [
        delivery
        for delivery in looked.planned
        if campaign in (None, delivery.identity.campaign)
        and channel in (None, delivery.identity.channel)
    ]
    folder = (settings.campaigns_folder / (campaign or "")).absolute()
    faults = [fault for fault in looked.faults if fault.path.absolute().is_relative_to(folder)]
    if not chosen:
        show_faults(faults)
        refuse(_("There is nothing to show: no post is to come. See why: publisher check"))
    out.parent.mkdir(parents=True, exist_ok=True)
    pages.build(chosen, settings, out, faults, looked.campaigns)
    say(pages.as_text(chosen, settings, faults, looked.campaigns))
    say(_("The page is at %(file)s") % {"file": out})
    if show:
        webbrowser.open(out.resolve().as_uri())
