"""The campaigns as they were last drafted without fault.

One that wasn't read, since nothing of it changed, is read when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from publisher.campaign.model import Campaign

Read = Callable[[Collection[str]], Sequence[Campaign]]
"""Reads the campaigns but those whose names it is given."""


@dataclass(frozen=True, slots=True)
class _Held:
    """A campaign, ``None`` while it wasn't read, and what its files were."""

    files: str | None
    campaign: Campaign | None


class LastGood:
    """Holds them between drafts."""

    def __init__(self) -> None:
        self._of: dict[str, _Held] = {}

    def drafted(
        self,
        good: Sequence[Campaign],
        recalled: Collection[str],
        faulty: Collection[str],
        files: Mapping[str, str],
    ) -> None:
        """A draft found the campaigns in ``good`` to be so, and those ``recalled`` to be as they
        were; those ``faulty`` stay as they last were without fault."""
        before = self._of
        found = {one.slug: _Held(files.get(one.slug), one) for one in good}
        for slug in recalled:
            known = before.get(slug)
            if known is None or known.files != files[slug]:
                known = _Held(files[slug], None)
            found[slug] = known
        self._of = found | {slug: before[slug] for slug in faulty if slug in before}

    def campaigns(self, read: Read) -> Sequence[Campaign]:
        """All of them, by name."""
        of = self._of
        if any(held.campaign is None for held in of.values()):
            known = {slug for slug, held in of.items() if held.campaign is not None}
            for one in read(known):
                if one.slug in of and one.slug not in known:
                    of[one.slug] = _Held(of[one.slug].files, one)
        held = (of[slug].campaign for slug in sorted(of))
        return [campaign for campaign in held if campaign is not None]
