"""The site that a command works on, opened for this run."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

import click

from publisher.cli.terminal import refuse, show_faults
from publisher.clock import system_clock
from publisher.files.faults import Fault
from publisher.i18n import _, use_language

if TYPE_CHECKING:
    from publisher.settings import Settings
    from publisher.site import Site


def site(ctx: click.Context) -> Site:
    """The site of this run's schedule.toml; ends the program, told why, where it has faults."""
    from publisher.site import open_site

    opened, faults = open_site(ctx.obj["config"], system_clock)
    if opened is None:
        _refuse(ctx, faults)
    closing: Site = opened
    ctx.call_on_close(closing.close)
    _settle_in(ctx, closing.settings)
    return closing


def site_to_look_at(ctx: click.Context) -> Site:
    """The same for a command that shows what is stored and does nothing else: neither the adapters
    nor what writes a log are loaded for it."""
    from publisher.settings.reader import read_settings_but_channels
    from publisher.site import open_site

    opened, faults = open_site(ctx.obj["config"], system_clock, read_settings_but_channels)
    if opened is None:
        _refuse(ctx, faults)
    closing: Site = opened
    ctx.call_on_close(closing.close)
    # What shows a cluster is its engine's own, which writes a log.
    if ctx.obj["verbose"] or closing.is_cluster:
        _settle_in(ctx, closing.settings)
    else:
        speak(ctx, closing.settings)
        logging.getLogger().setLevel(logging.CRITICAL)
    return closing


def lasting_site(ctx: click.Context) -> Site:
    """The site of a process that runs for months: it writes a log, and one of a cluster waits for
    its database."""
    from publisher import logs
    from publisher.site import store_url

    settings = settings_of(ctx)
    level = logging.DEBUG if ctx.obj["verbose"] else logging.INFO
    logs.set_up(settings.zone, level)
    if settings.engine == "cluster":
        from publisher.engines.cluster.waiting import wait_for

        wait_for(store_url(settings))
    office = site(ctx)
    logs.set_up(settings.zone, level)
    return office


def site_as_it_lies(ctx: click.Context) -> Site:
    """The site with its store neither made nor brought up to date: for when that can't be done."""
    from publisher.secrets import seal_of_the_office, secret_reader
    from publisher.site import Site, store_url
    from publisher.store.database import Database

    settings = settings_of(ctx)
    store, secret = Database(store_url(settings)), secret_reader(settings.root)
    lying = Site(settings, store, system_clock, secret, seal=seal_of_the_office())
    ctx.call_on_close(lying.close)
    return lying


def settings_of(ctx: click.Context) -> Settings:
    """What ``site`` begins with, for commands that look at files alone."""
    from publisher.settings.reader import read_settings

    settings, faults = read_settings(ctx.obj["config"])
    if settings is None:
        _refuse(ctx, faults)
    _settle_in(ctx, settings)
    return settings


def _refuse(ctx: click.Context, faults: Sequence[Fault]) -> NoReturn:
    """End the command: without a schedule.toml there is nothing to work on."""
    show_faults(faults)
    if not ctx.obj["config"].exists():
        refuse(_("Go into the office's folder first (cd FOLDER), or name its file: --config FILE"))
    sys.exit(1)


def _settle_in(ctx: click.Context, settings: Settings) -> None:
    from publisher import logs

    speak(ctx, settings)
    # Who is at the keyboard is told by the command; the log of its parts would only bury that.
    logs.set_up(settings.zone, logging.DEBUG if ctx.obj["verbose"] else logging.CRITICAL)


def speak(ctx: click.Context, settings: Settings) -> None:
    """Speak schedule.toml's language, unless this run was told another."""
    if not ctx.find_root().params.get("lang") and not os.environ.get("PUBLISHER_LANG"):
        use_language(settings.language)
