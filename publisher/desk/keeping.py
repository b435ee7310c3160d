"""The media of what is planned, kept before it is put into force."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from publisher.i18n import _
from publisher.media.library import MediaError, keep
from publisher.planning.diff import Changes
from publisher.planning.model import PlannedDelivery
from publisher.store.trouble import disk_in_words


class NotKeptError(Exception):
    """A medium of ``campaign`` can't be kept, and ``why``."""

    def __init__(self, campaign: str, why: str) -> None:
        super().__init__(campaign, why)
        self.campaign = campaign
        self.why = why


def with_media(changes: Changes, folder: Path) -> Changes:
    """``changes`` with every medium as it is kept below ``folder``; raises ``NotKeptError``."""

    def keeping(delivery: PlannedDelivery) -> PlannedDelivery:
        if not delivery.message.media:
            return delivery
        try:
            media = tuple(keep(medium, folder) for medium in delivery.message.media)
        except OSError as error:
            raise NotKeptError(delivery.identity.campaign, disk_in_words(error)) from error
        except MediaError as error:
            why = _("it changed while it was read; it is read again.")
            raise NotKeptError(delivery.identity.campaign, why) from error
        return dataclasses.replace(
            delivery, message=dataclasses.replace(delivery.message, media=media)
        )

    return dataclasses.replace(
        changes,
        added=tuple(keeping(delivery) for delivery in changes.added),
        restored=tuple(keeping(delivery) for delivery in changes.restored),
        altered=tuple(
            dataclasses.replace(change, planned=keeping(change.planned))
            for change in changes.altered
        ),
    )
