"""What a homeserver's error codes decide.

Source: https://spec.matrix.org/latest/client-server-api/#standard-error-response.
"""

from __future__ import annotations

from collections.abc import Mapping

from channels.base import (
    ChannelError,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
)

ERRORS: Mapping[str, type[ChannelError]] = {
    "M_UNKNOWN_TOKEN": CredentialsExpiredError,
    "M_MISSING_TOKEN": CredentialsExpiredError,
    "M_USER_LOCKED": CredentialsExpiredError,
    "M_USER_DEACTIVATED": ForbiddenError,
    "M_USER_SUSPENDED": ForbiddenError,
    "M_FORBIDDEN": ForbiddenError,
    "M_CONSENT_NOT_GIVEN": ForbiddenError,
    "M_RESOURCE_LIMIT_EXCEEDED": ForbiddenError,
    "M_NOT_FOUND": ForbiddenError,
    "M_UNRECOGNIZED": ForbiddenError,
    "M_TOO_LARGE": InvalidContentError,
    "M_BAD_JSON": InvalidContentError,
    "M_NOT_JSON": InvalidContentError,
    "M_INVALID_PARAM": InvalidContentError,
}
