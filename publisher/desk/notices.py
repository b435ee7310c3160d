"""What people are told of the officers' files.

One alert a campaign, cleared once its file is mended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from publisher import notation
from publisher.alerts.alerts import Alerts
from publisher.clock import Clock
from publisher.desk.folder import Signature, campaigns_of, last_saved
from publisher.files.faults import Fault, as_lines
from publisher.i18n import _, ngettext
from publisher.settings import Settings

_MEDIA = "media of "


class Notices:
    """Alerts of what is wrong with campaigns."""

    def __init__(self, settings: Settings, clock: Clock, alerts: Alerts) -> None:
        self._settings = settings
        self._clock = clock
        self._alerts = alerts
        self.in_the_making = False
        """Whether something wasn't told, since it may be half of what is being written."""

    def faulty(self, faults: Sequence[Fault], signature: Signature) -> None:
        """Tell ``faults``: a second officer's slip is told though a first one's is known.

        What was saved since the last look may be half of what is being written: it waits for the
        next look.
        """
        found: dict[str, list[Fault]] = {}
        for fault in faults:
            for slug in campaigns_of([fault], self._settings.campaigns_folder):
                found.setdefault("campaigns" if slug == "*" else f"campaign {slug}", []).append(
                    fault
                )
        self._alerts.clear_others("campaign", found)
        fresh = {matter for matter in found if self._was_just_saved(matter, signature)}
        self.in_the_making = bool(fresh)
        for matter, errors in found.items():
            if matter in fresh:
                continue
            self._alerts.raise_(
                matter,
                ngettext(
                    "Campaign files have %(n)s error. What was planned before stays in force "
                    "until it is mended (publisher check shows it):",
                    "Campaign files have %(n)s errors. What was planned before stays in force "
                    "until they are mended (publisher check shows them):",
                    len(errors),
                )
                % {"n": notation.number(len(errors))}
                + f"\n{as_lines(errors)}",
            )

    def not_kept(self, not_kept: Mapping[str, str]) -> None:
        """Tell which campaigns have a medium that can't be kept, and why."""
        for campaign, why in not_kept.items():
            self._alerts.raise_(f"{_MEDIA}{campaign}", not_kept_words(campaign, why))
        self._alerts.clear_others(_MEDIA, {f"{_MEDIA}{campaign}" for campaign in not_kept})

    def _was_just_saved(self, matter: str, signature: Signature) -> bool:
        folder = self._settings.campaigns_folder / matter.partition(" ")[2]
        saved = last_saved(signature, folder)
        return saved is not None and (
            timedelta() <= self._clock() - saved < self._settings.jobs.plan
        )


def not_kept_words(campaign: str, why: str) -> str:
    """What a person is told of a campaign of which a picture or film couldn't be kept."""
    return _(
        "A picture or video of campaign %(campaign)s can't be kept: %(why)s What was planned "
        "before stays in force, and no change to it is taken up until that is mended. See "
        "what is wrong: publisher doctor"
    ) % {"campaign": campaign, "why": why}
