"""The office that the examples play in: a folder that goes away, and a clock that is moved.

Everything is real but the platforms, which are the stand-ins of ``channels.simulated`` on loopback:
schedule.toml and the campaign are read from files, the store is a SQLite file, and ``publisher`` is
the real command line.
"""

from __future__ import annotations

import logging
import re
import shlex
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, redirect_stdout
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from channels import simulated
from channels.sealing import KeySeal
from channels.simulated import StandIn
from publisher import i18n, logs
from publisher.clock import system_clock
from publisher.files.faults import as_lines
from publisher.site import Site, open_site
from publisher.store import deliveries

i18n.use_language("en")

_STATUS = re.compile(r"^ +\S.*?  (\S+)  \S+  ·  (.*)$", re.MULTILINE)
"""A line of ``publisher status``: time, channel, post, how it stands."""


class MovedOn:
    """The machine's clock, and whatever was added to it: time passes without being waited for."""

    def __init__(self) -> None:
        self.ahead = timedelta(seconds=1)

    def __call__(self) -> datetime:
        return system_clock() + self.ahead


class Office:
    """One campaign, "fair", on the channels that it was opened with."""

    def __init__(self, root: Path, clock: MovedOn, site: Site, platforms: list[StandIn]) -> None:
        self.root = root
        self.clock = clock
        self.site = site
        self.platforms = platforms
        self.platform = platforms[0]

    # -- an officer -------------------------------------------------------------------------------

    def write(self, post: str, text: str) -> None:
        """Save ``text`` as a post that is due now, and let the daemon's desk see it."""
        now = self.clock().astimezone(self.site.settings.zone)
        head = f'+++\nwhen = "{now:%Y-%m-%d %H:%M}"\ntitle = "A fair"\n+++\n'
        path = self.root / "campaigns" / "fair" / "posts" / f"{post}.md"
        path.write_text(f"{head}{text}\n", encoding="utf-8")
        self.site.desk.refresh(force=True)

    def change(self, post: str, text: str) -> None:
        """Save another text in the post's file; its time stays."""
        path = self.root / "campaigns" / "fair" / "posts" / f"{post}.md"
        head = path.read_text(encoding="utf-8").rpartition("+++\n")[0]
        path.write_text(f"{head}+++\n{text}\n", encoding="utf-8")
        self.site.desk.refresh(force=True)

    def publisher(self, line: str) -> None:
        """Type ``publisher LINE`` in the office's folder, and show what is answered."""
        from publisher.cli import cli

        print(f"$ publisher {line}")
        words = ["--lang", "en", "--config", str(self.root / "schedule.toml"), *shlex.split(line)]
        cli.main(words, prog_name="publisher", standalone_mode=False)

    # -- the daemon, a step at a time -------------------------------------------------------------

    def send(self, channel: str = "board") -> None:
        """Send what may go on the channel now."""
        while self.site.courier.deliver_next(channel) is not None:
            pass

    def sweep(self) -> None:
        """Settle doubts, and call missed what is too late."""
        self.site.reconciler.sweep()

    def pass_time(self, **span: float) -> None:
        self.clock.ahead += timedelta(**span)

    def show(self) -> None:
        """Print where each delivery stands, by its state and as ``publisher status`` words it."""
        with redirect_stdout(StringIO()) as answered:
            self.publisher("status")
        words = dict(_STATUS.findall(answered.getvalue()))
        with self.site.database.reading() as session:
            for row in deliveries.matching(session):
                _say(f"{row.post} on {row.channel} is {row.state}: {words[row.channel]}")

    def tell(self) -> None:
        """Print what a person is told."""
        self.site.alerts.tell_due(at_once=True)

    def another_process(self) -> AbstractContextManager[Site]:
        """What a second process on the same store would have."""
        other = _opened(self.root, self.clock)
        other.secret, other.seal = self.site.secret, self.site.seal
        return closing(other)


@contextmanager
def an_office(*adapters: str, keys: str = "approvals = 0", **changed: Any) -> Iterator[Office]:
    """An office with a channel for each of ``adapters``: "board", then "board2" and so on.

    ``keys`` go into campaign.toml; ``changed`` are keys of the channels that aren't the stand-in's.
    """
    logs.set_up(system_clock().astimezone().tzinfo, logging.CRITICAL + 1)  # type: ignore[arg-type]
    clock = MovedOn()
    with tempfile.TemporaryDirectory() as folder:
        root, platforms = Path(folder), [_stand_in(one)(clock) for one in adapters]
        (root / "campaigns" / "fair" / "posts").mkdir(parents=True)
        secrets: dict[str, str] = {}
        schedule, names = ['language = "en"'], []
        for number, (adapter, platform) in enumerate(zip(adapters, platforms, strict=True), 1):
            platform.start()
            names.append("board" if number == 1 else f"board{number}")
            told = {"adapter": adapter, **platform.config(), **changed}
            schedule += [f"[channels.{names[-1]}]", *(_line(key, told[key]) for key in told)]
            secrets |= platform.secrets()
        (root / "schedule.toml").write_text("\n".join(schedule), encoding="utf-8")
        campaign = f'title = "The fair"\nowner = "The office"\nchannels = {names}\n{keys}\n'
        (root / "campaigns" / "fair" / "campaign.toml").write_text(campaign, encoding="utf-8")
        site = _opened(root, clock)
        site.secret, site.seal = secrets.__getitem__, KeySeal.fresh()
        site.tell = lambda _subject, text: _say(f"a person is told: {_of_any_year(text)}")
        try:
            yield Office(root, clock, site, platforms)
        finally:
            site.close()
            for platform in platforms:
                platform.__exit__(None, None, None)


def _opened(root: Path, clock: MovedOn) -> Site:
    site, faults = open_site(root / "schedule.toml", clock)
    if site is None:
        raise SystemExit(as_lines(faults))
    return site


def _stand_in(adapter: str) -> type[StandIn]:
    platform = simulated.load(adapter)
    if platform is None:
        raise SystemExit(f"there is no stand-in of {adapter}")
    return platform


def _say(text: str) -> None:
    print(textwrap.fill(text, 90, subsequent_indent="    ", break_on_hyphens=False))


def _of_any_year(text: str) -> str:
    """An edition is named by its year, which is whichever it is now."""
    return re.sub(r"/20\d\d/", "/YEAR/", text)


def _line(key: str, value: object) -> str:
    written = str(value).lower() if isinstance(value, bool) else value
    return f"{key} = {written}" if isinstance(value, bool | int | float) else f'{key} = "{value}"'
