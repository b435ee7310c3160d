"""Says what schedule.toml may say of an account on Instagram. Used by ``channels.instagram``."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from channels.base import Address, ChannelConfig, SecretRef
from channels.meta.reach import Period


class InstagramConfig(ChannelConfig):
    """``[channels.NAME]`` with ``adapter = "instagram"``.

    ``token`` is the account's long-lived token or, with ``login_by`` "facebook", the token of the
    Page that the account is linked to. ``app_id`` and ``app_secret`` are the app's, for log-in;
    under Facebook Login each request is signed with the secret, too. ``polls`` times ``poll_s`` is
    how long a send waits for Instagram to work on the media. ``reach_periods`` are the periods over
    which the people that the account reached are asked for; the first that is told is taken.
    """

    adapter: Literal["instagram"] = "instagram"
    token: SecretRef
    login_by: Literal["instagram", "facebook"] = "instagram"
    app_id: str = ""
    app_secret: SecretRef | None = None
    redirect_uri: str = ""
    scopes: tuple[str, ...] = (
        "instagram_business_basic",
        "instagram_business_content_publish",
        "instagram_business_manage_insights",
    )
    facebook_scopes: tuple[str, ...] = (
        "instagram_basic",
        "instagram_content_publish",
        "instagram_manage_insights",
        "pages_show_list",
        "pages_read_engagement",
        "business_management",
    )
    version: str = Field("v25.0", pattern=r"^v\d+\.\d+$")
    video_max_bytes: int = Field(300_000_000, ge=1)
    token_as_field: bool = False
    reach_periods: tuple[Period, ...] = ("days_28", "day")
    polls: int = Field(5, ge=1, le=20)
    poll_s: float = Field(1.0, ge=0, le=5)
    min_gap_s: float = Field(5.0, ge=0)
    base_url: Address = "https://graph.instagram.com"
    oauth_url: Address = "https://api.instagram.com"
    web_url: str = "https://www.instagram.com"
    facebook_url: Address = "https://graph.facebook.com"
    facebook_web_url: str = "https://www.facebook.com"
