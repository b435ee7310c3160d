"""Says what YouTube's errors mean, by their reasons. Used by ``channels.youtube``.

Source: https://developers.google.com/youtube/v3/docs/errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from channels.base import (
    ChannelError,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
)


class Rest(Enum):
    """For how long nothing more is taken from the account."""

    TO_MIDNIGHT = "quotas begin anew at midnight, Pacific time"
    A_DAY = "a channel's uploads are counted over 24 hours"
    A_WHILE = "as long as it says, or a minute"


class ExistsError(InvalidContentError):
    """YouTube has it already: a subtitle track of this language and name."""


ERRORS: Mapping[str, type[ChannelError] | Rest] = {
    # the allowance: of the project, of the channel, of the moment
    "quotaExceeded": Rest.TO_MIDNIGHT,
    "dailyLimitExceeded": Rest.TO_MIDNIGHT,
    "uploadLimitExceeded": Rest.A_DAY,  # a 400, though nothing is wrong with the video
    "rateLimitExceeded": Rest.A_WHILE,
    "userRateLimitExceeded": Rest.A_WHILE,
    "uploadRateLimitExceeded": Rest.A_WHILE,
    # the credentials: a person logs in again, or as somebody else
    "authError": CredentialsExpiredError,
    "authorizationRequired": CredentialsExpiredError,
    "youtubeSignupRequired": CredentialsExpiredError,
    "insufficientPermissions": CredentialsExpiredError,
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT": CredentialsExpiredError,
    # the account, or the project
    "forbidden": ForbiddenError,
    "forbiddenLicenseSetting": ForbiddenError,
    "forbiddenPrivacySetting": ForbiddenError,
    "accessNotConfigured": ForbiddenError,
    "accountDelegationForbidden": ForbiddenError,
    "authenticatedUserAccountClosed": ForbiddenError,
    "authenticatedUserAccountSuspended": ForbiddenError,
    "authenticatedUserNotChannel": ForbiddenError,
    "channelClosed": ForbiddenError,
    "channelSuspended": ForbiddenError,
    "insufficientCapabilities": ForbiddenError,
    # the video and what is said of it
    "defaultLanguageNotSet": InvalidContentError,
    "invalidCategoryId": InvalidContentError,
    "invalidDescription": InvalidContentError,
    "invalidFilename": InvalidContentError,
    "invalidTags": InvalidContentError,
    "invalidTitle": InvalidContentError,
    "invalidVideoMetadata": InvalidContentError,
    "mediaBodyRequired": InvalidContentError,
    # a thumbnail, a subtitle file
    "invalidImage": InvalidContentError,
    "contentRequired": InvalidContentError,
    "captionExists": ExistsError,
    "invalidMetadata": InvalidContentError,
    "nameTooLong": InvalidContentError,
}
