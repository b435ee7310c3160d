"""Tells systemd that the daemon is up, at work, beginning anew or stopping (sd_notify).

systemd names its socket in NOTIFY_SOCKET; where it names none nothing is told. That the daemon is
at work is said by its main loop, and only while none of its parts hangs (``signs_of_life.py``): one
whose sender hangs is killed by systemd's watchdog and started anew, which settles what was in
flight as after any kill.

The protocol is one datagram, and libsystemd's own page asks for it to be written out where the
library isn't wanted (https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html). No
library is: sdnotify rests since 2017, systemd-watchdog knows neither RELOADING nor STOPPING and
reckons by a clock that may be set, cysystemd is compiled against libsystemd.
"""

from __future__ import annotations

import os
import socket
import time

import structlog

from publisher import notation
from publisher.daemon.signs_of_life import STUCK_S, SignsOfLife
from publisher.i18n import _

log = structlog.get_logger("daemon")

_PATIENCE_S = 1.0


class Supervisor:
    """What systemd is told, at ``address`` (NOTIFY_SOCKET if left out), of a daemon's life.

    ``signs`` are the daemon's; none hangs where they are left out.
    """

    def __init__(self, address: str | None = None, signs: SignsOfLife | None = None) -> None:
        self._address = os.environ.get("NOTIFY_SOCKET", "") if address is None else address
        self._signs = signs or SignsOfLife()
        self._is_stuck = False
        self._well = ""

    def beginning(self) -> None:
        """A process that begins anew is still the one that is watched."""
        self._tell("WATCHDOG=1")

    def ready(self, channels: int) -> None:
        """Everything runs."""
        self._well = _("At work; channels: %(n)s") % {"n": notation.number(channels)}
        self._tell("READY=1", f"STATUS={self._well}", "WATCHDOG=1")

    def at_work(self) -> None:
        """To be called all the time by the main loop: it is alive, and so the daemon is, unless one
        of its parts hangs."""
        stuck = self._signs.stuck()
        if stuck is None:
            self._is_stuck = False
            self._tell("WATCHDOG=1", f"STATUS={self._well}")
            return
        if not self._is_stuck:
            self._is_stuck = True
            log.error("a part of the program hangs", part=stuck.part, for_s=round(stuck.for_s))
        status = _("Nothing has been looked at for %(n)s seconds") % {
            "n": notation.number(round(stuck.for_s))
        }
        self._tell(f"STATUS={status}")

    def kept_out(self, why: str, for_s: float) -> None:
        """It can't begin, and tries again in so many seconds: its start may take longer."""
        patience = round((for_s + STUCK_S) * 1e6)
        self._tell(f"EXTEND_TIMEOUT_USEC={patience}", "WATCHDOG=1", f"STATUS={why}")

    def reloading(self) -> None:
        """It is about to begin anew with what the files say now."""
        # systemd 253 and newer ask for the moment, so that an older READY isn't taken for the new.
        moment = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        self._tell("RELOADING=1", f"MONOTONIC_USEC={moment}", "WATCHDOG=1")

    def stopping(self) -> None:
        """It takes nothing new and ends what is in flight."""
        self._tell("STOPPING=1")

    @property
    def is_there(self) -> bool:
        """Whether systemd watches this process."""
        return bool(self._address)

    def _tell(self, *lines: str) -> None:
        if not self._address:
            return
        # "@" stands for the zero byte by which Linux's own name space of sockets begins.
        address = "\0" + self._address[1:] if self._address[0] == "@" else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as to:
                to.settimeout(_PATIENCE_S)
                to.sendto("\n".join(lines).encode(), address)
        except OSError as error:
            # Whoever doesn't listen must not stop the posts.
            log.warning("systemd can't be told", why=type(error).__name__)
