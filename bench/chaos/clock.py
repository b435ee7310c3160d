"""The office's clock: the machine's own, set back at first, which leaps ahead between two runs.

A leap is the time that a machine was off. By leaps, what takes minutes in earnest (a doubt that is
looked at again, a channel's pause) takes none here, and no constant of the program is touched. It
never runs ahead of the machine's own clock, by which APScheduler goes.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from publisher.clock import system_clock


class LeapingClock:
    """The machine's time plus ``lead``, which is never positive."""

    def __init__(self, lead: timedelta = timedelta()) -> None:
        self.lead = lead

    def __call__(self) -> datetime:
        return system_clock() + self.lead

    def leap(self, span: timedelta) -> None:
        """Go ahead by ``span``, as far as there is room."""
        self.lead = min(self.lead + span, timedelta())
