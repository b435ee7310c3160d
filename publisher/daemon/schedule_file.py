"""schedule.toml under the eyes of a running daemon.

Another file is taken up, and a faulty one raises one alert while what was read before stays in
force.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from publisher.alerts.alerts import Alerts
from publisher.files.faults import Fault, as_lines
from publisher.i18n import _
from publisher.settings.reader import read_settings


class ScheduleFile:
    """The file at ``path``, looked at for changes; without a path there is nothing to look at."""

    def __init__(self, path: Path | None, alerts: Alerts) -> None:
        self._path = path
        self._alerts = alerts
        self._read = _signature(path)

    def has_changed(self) -> bool:
        """Whether it is another file than when this was last asked."""
        before, self._read = self._read, _signature(self._path)
        return before != self._read

    def is_fit(self) -> bool:
        """Whether it can be begun with; a person is told where it can't."""
        if self._path is None:
            return False
        settings, faults = read_settings(self._path)
        if settings is None:
            self._alerts.raise_(str(self._path), _unfit(faults))
            return False
        self._alerts.clear(str(self._path))
        return True


def _unfit(faults: Sequence[Fault]) -> str:
    told = _(
        "schedule.toml can't be read as it is. What was read before stays in force until it is "
        "mended (publisher check shows what is wrong):"
    )
    return f"{told}\n{as_lines(faults)}"


def _signature(config: Path | None) -> tuple[int, int] | None:
    """What tells one version of the file from another; ``None`` while there is no file."""
    try:
        facts = config.stat() if config is not None else None
    except OSError:
        return None
    return (facts.st_mtime_ns, facts.st_size) if facts is not None else None
