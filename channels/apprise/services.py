"""Says which of Apprise's services are let through. Likewise what each takes, and whose an URL is.

Used by ``channels.apprise``. What a service takes is what its plugin says of it
(https://appriseit.com/services/).
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import apprise
from apprise import AppriseAsset, NotifyBase
from apprise.common import PersistentStoreMode
from apprise.manager_plugins import NotificationManager

from channels.apprise.http import asks_by_http
from channels.base import Limits, TransientError
from channels.state import State

ATTACHMENTS_MAX = 10  # ours: no limit is known
_OTHER_WAYS = frozenset({"nostr", "nostrs"})  # also by WebSocket
_NAME = "limits"


def plugin_of(service: str) -> type[NotifyBase] | None:
    """The plugin of the scheme ``service``; ``None`` where Apprise has none."""
    known = NotificationManager()  # type: ignore[no-untyped-call]
    return known[service] if service in known else None  # noqa: SIM401 -- it isn't a dict


def is_let_through(service: str, plugin: type[NotifyBase]) -> bool:
    """Whether what comes of a message can be known: only where it goes by HTTP, observed."""
    return bool(plugin.enabled) and service not in _OTHER_WAYS and asks_by_http(plugin)


def made(url: str, signature: str) -> NotifyBase | None:
    """The service that ``url`` names; ``None`` where it names none. Messages are the office's:
    no name, logo or address of Apprise's goes along with them."""
    asset = AppriseAsset(
        storage_mode=PersistentStoreMode.MEMORY,
        app_id=signature,
        app_desc=signature,
        app_url="",
        image_url_mask="",
        image_url_logo="",
        pgp_autogen=False,
        pem_autogen=False,
    )
    return apprise.Apprise.instantiate(url, asset=asset)


def limits(service: Any) -> Limits:
    """What a plugin (its class, or one that an URL has set up) says that it takes."""
    attachments = ATTACHMENTS_MAX if service.attachment_support is True else 0
    return Limits(
        text_max=_count(service.body_maxlen),
        title_max=_count(service.title_maxlen),
        images_max=attachments,
        image_formats=frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"}),
        videos_max=attachments,
        mixes_media=True,
        documents_max=attachments,
        min_gap_s=float(service.request_rate_per_sec or 0),
    )


def keep(workdir: Path, account: str, service: NotifyBase) -> None:
    """Keep what only the URL decides; raises ``TransientError`` where the disk doesn't take it."""
    kept = {
        "body_maxlen": service.body_maxlen,
        "title_maxlen": service.title_maxlen,
        "attachment_support": service.attachment_support is True,
        "request_rate_per_sec": service.request_rate_per_sec,
    }
    State.at(workdir).put(_NAME, json.dumps(kept), account)


def kept(workdir: Path, account: str) -> Limits | None:
    """The limits that were kept for ``account``, where they were."""
    try:
        text = State.at(workdir).get(_NAME, account)
        return limits(_Kept(json.loads(text))) if text else None
    except (TransientError, ValueError, TypeError, AttributeError):
        return None


@lru_cache(maxsize=64)
def fingerprint(url: str) -> str:
    """Which URL it is, without giving it away: guessing costs as much as guessing a password."""
    digest = hashlib.scrypt(url.encode(), salt=b"publisher account", n=2**14, r=8, p=1, dklen=8)
    return digest.hex()


def secrets_in(url: str) -> tuple[str, ...]:
    """The URL, and its parts that may be secrets by themselves."""
    parts = urlsplit(url)
    pieces = re.split(r"[/?&=]", f"{parts.path}?{parts.query}")
    return (url, *(each for each in (parts.password or "", *pieces) if len(each) >= 8))


def shown_name(service: NotifyBase) -> str:
    """The service and where it is, as far as that is no secret: an URL's path and query may be."""
    where = urlsplit(str(service.url(privacy=True)))  # type: ignore[no-untyped-call]
    return f"{service.service_name} ({where.scheme}://{where.netloc.rpartition('@')[2]})"


class _Kept:
    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__.update(values)


def _count(found: Any) -> int | None:
    """A plugin's number, where it is one: for some only the URL decides, and 0 is none."""
    return found if isinstance(found, int) and found > 0 else None
