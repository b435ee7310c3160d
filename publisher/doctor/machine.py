"""The machine that the daemon runs on, examined."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from publisher import notation
from publisher.doctor.finding import Finding
from publisher.i18n import _
from publisher.media import ffmpeg
from publisher.site import Site

LEAST_FREE_BYTES = 500 * 1024 * 1024


def clock_finding(site: Site) -> Finding:
    """Whether the clock stands after the day on which the program was made."""
    now = site.clock()
    local = now.astimezone(site.settings.zone)
    newest = max(
        (path.stat().st_mtime for path in Path(__file__).parents[1].rglob("*.py")), default=0.0
    )
    well = now.timestamp() >= newest
    return Finding(
        _("Clock"),
        well,
        f"{notation.day(local, 'full')} {local:%H:%M:%S} ({now:%H:%M:%S} UTC)",
        _("The clock stands before the program was made: switch time synchronisation on."),
    )


def zone_finding(site: Site) -> Finding:
    """The office's zone, well always: a wrong one is seen by its distance from UTC."""
    moment = datetime(2027, 10, 10, tzinfo=UTC).astimezone(ZoneInfo(site.settings.timezone))
    return Finding(_("Time zone"), True, f"{site.settings.timezone} (UTC{moment:%z})")


def disk_finding(site: Site) -> Finding:
    """Whether there is room below var, and whether it may be written to."""
    folder = site.settings.var_folder
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    writable = os.access(folder, os.W_OK)
    return Finding(
        _("Disk"),
        writable and free >= LEAST_FREE_BYTES,
        _("%(size)s free in %(folder)s") % {"size": notation.size(free), "folder": folder},
        _("Make room, and let the program's user write there."),
    )


def ffmpeg_finding() -> Finding:
    """Well either way: who shows no videos needs no ffmpeg."""
    return Finding(
        "ffmpeg",
        True,
        _("here: videos are made to fit each channel")
        if ffmpeg.is_here()
        else _("not here: videos go out as they are, or not at all (apt install ffmpeg)"),
    )
