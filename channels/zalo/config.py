"""Says what schedule.toml may say of an Official Account. Used by ``channels.zalo``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from channels.base import N_, Address, ChannelConfig, SecretRef
from channels.hosting import is_public
from channels.zalo.article import AUTHOR_MAX, Markup
from channels.zalo.broadcast import Target


def _public(url: str) -> str:
    if url and not is_public(url):
        raise ValueError(N_("default_cover must be an https:// address without accented letters"))
    return url


class ZaloConfig(ChannelConfig):
    """``[channels.NAME]`` with ``adapter = "zalo"``.

    ``app_id`` and ``app_secret`` are the app's, ``refresh_token`` the Official Account's.
    ``author`` stands under the title (empty: the account's name). ``default_cover`` is the address
    of a picture for posts without one. ``text`` is how texts are written, ``video`` where a film
    stands. ``broadcast_target`` narrows broadcasts (Zalo's own numbers). ``polls`` times
    ``poll_s`` is how long a send waits for Zalo; ``pages`` of ten articles are looked through.
    ``redirect_uri`` is the callback address that was given at developers.zalo.me.
    """

    adapter: Literal["zalo"] = "zalo"
    app_id: str
    app_secret: SecretRef
    refresh_token: SecretRef
    author: str = Field("", max_length=AUTHOR_MAX)
    default_cover: Annotated[str, AfterValidator(_public)] = ""
    comments: bool = True
    text: Markup = "html"
    video: Literal["cover", "body"] = "cover"
    title_max: int = Field(140, ge=1, le=150)
    description_max: int = Field(250, ge=1, le=300)
    broadcast_target: Mapping[Target, tuple[int, ...]] = {}
    polls: int = Field(5, ge=1, le=20)
    poll_s: float = Field(2.0, ge=0, le=5)
    pages: int = Field(5, ge=1, le=100)
    proof: bool = False
    pkce: bool = True
    redirect_uri: str = ""
    min_gap_s: float = Field(1.0, ge=0)
    base_url: Address = "https://openapi.zalo.me"
    oauth_url: Address = "https://oauth.zaloapp.com"
    web_url: str = "https://rd.zapps.vn"
