"""Says what TikTok's error codes mean. Used by ``channels.tiktok``.

Codes: https://developers.tiktok.com/doc/tiktok-api-v2-error-handling and the pages of each
endpoint; reasons of failed jobs: .../content-posting-api-reference-get-video-status.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from channels.base import (
    N_,
    ChannelError,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
    RateLimitedError,
    TransientError,
)


class ScopeMissingError(CredentialsExpiredError):
    """The account hasn't granted what this request needs."""


class UnknownJobError(ForbiddenError):
    """TikTok doesn't know the ``publish_id``, or not as ours."""


_EXPIRED = N_("TikTok no longer takes the access it gave: log in again")
_UNSCOPED = N_("the TikTok account hasn't allowed this: log in again and allow all that is asked")
_BANNED = N_("TikTok doesn't let this account post: see in the app why")
_MOMENT, _ROLLING_DAY = timedelta(minutes=1), timedelta(hours=1)
# A cap over 24 hours gets free bit by bit, and being asked in vain costs nothing: hourly.

ERRORS: Mapping[str, tuple[type[ChannelError], str | timedelta]] = {
    # the access
    "access_token_invalid": (CredentialsExpiredError, _EXPIRED),
    "auth_removed": (CredentialsExpiredError, _EXPIRED),
    "scope_not_authorized": (ScopeMissingError, _UNSCOPED),
    "scope_permission_missed": (
        ForbiddenError,
        N_("TikTok hasn't approved the app for this: apply for the scope at developers.tiktok.com"),
    ),
    # the pace
    "rate_limit_exceeded": (RateLimitedError, _MOMENT),
    "spam_risk_too_many_posts": (RateLimitedError, _ROLLING_DAY),
    "spam_risk_too_many_pending_share": (RateLimitedError, _ROLLING_DAY),
    "reached_active_user_cap": (RateLimitedError, _ROLLING_DAY),
    # what the account or the app may not do
    "spam_risk_user_banned_from_posting": (ForbiddenError, _BANNED),
    "spam_risk": (ForbiddenError, N_("TikTok blocks the post as a risk: look at the account")),
    "publish_cancelled": (ForbiddenError, N_("the post was cancelled at TikTok: see who did it")),
    "unaudited_client_can_only_post_to_private_accounts": (
        ForbiddenError,
        N_(
            "TikTok hasn't audited the app: until then the account must be private, "
            'and privacy "SELF_ONLY"'
        ),
    ),
    "url_ownership_unverified": (
        ForbiddenError,
        N_("TikTok fetches only from addresses proved to be yours: verify the media host's"),
    ),
    "privacy_level_option_mismatch": (
        ForbiddenError,
        N_("this TikTok account doesn't offer that privacy: write another one"),
    ),
    "invalid_publish_id": (UnknownJobError, N_("TikTok doesn't know the post it was asked for")),
    "token_not_authorized_for_specified_publish_id": (
        UnknownJobError,
        N_("TikTok doesn't know the post it was asked for"),
    ),
    # what is in the post
    "invalid_params": (InvalidContentError, ""),
    "invalid_param": (InvalidContentError, ""),
    "invalid_file_upload": (InvalidContentError, ""),
    "file_format_check_failed": (InvalidContentError, ""),
    "duration_check_failed": (InvalidContentError, ""),
    "frame_rate_check_failed": (InvalidContentError, ""),
    "picture_size_check_failed": (InvalidContentError, ""),
    "spam_risk_text": (InvalidContentError, ""),
    # TikTok's own side, or the way to the media; only as why a job failed, which is no doubt
    "video_pull_failed": (TransientError, ""),
    "photo_pull_failed": (TransientError, ""),
    "internal": (TransientError, ""),
}
"""Codes of answers, and reasons of jobs that failed. ``internal_error`` isn't here: it is a doubt,
as every 5xx is. A text is for whoever has to act; a span is how long to rest."""

OAUTH_ERRORS: Mapping[str, str] = {
    "invalid_grant": _EXPIRED,
    "access_denied": _EXPIRED,
    "invalid_client": N_(
        "TikTok doesn't take the client key or the client secret: copy both anew from the app"
    ),
    "unauthorized_client": N_(
        "TikTok doesn't take the client key or the client secret: copy both anew from the app"
    ),
    "invalid_request": N_("TikTok refuses the log-in: see that the redirect address is registered"),
    "invalid_scope": N_(
        "TikTok hasn't approved the app for all that is asked: apply at developers.tiktok.com"
    ),
}


def error_for(code: str, said: str, until: datetime) -> ChannelError:
    """The error that ``code`` means, of an answer or of a job that failed; a code that isn't known
    is about what is in the post."""
    kind, more = ERRORS.get(code, (InvalidContentError, ""))
    if issubclass(kind, RateLimitedError):
        return kind(f"TikTok: {code} {said}".rstrip(), until)
    return kind(more if isinstance(more, str) and more else f"TikTok: {code} {said}".rstrip())


def rest_for(code: str, now: datetime) -> datetime:
    """Until when to rest after a job failed by ``code``."""
    return now + span_of(code)


def span_of(code: str) -> timedelta:
    """How long to rest after ``code``, where TikTok doesn't tell."""
    more = ERRORS.get(code, (TransientError, ""))[1]
    return more if isinstance(more, timedelta) else _MOMENT
