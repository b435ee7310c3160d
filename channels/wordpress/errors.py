"""Says what WordPress's error codes mean. Used by ``channels.wordpress``."""

from __future__ import annotations

from collections.abc import Mapping

from channels.base import (
    N_,
    ChannelError,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
    TransientError,
)

ERRORS: Mapping[str, type[ChannelError]] = {
    # Who we are. A wrong password often reads as if nobody had logged in: 401 whatever the code.
    "incorrect_password": CredentialsExpiredError,
    "invalid_username": CredentialsExpiredError,
    "invalid_email": CredentialsExpiredError,
    "rest_not_logged_in": CredentialsExpiredError,
    "application_passwords_disabled": CredentialsExpiredError,
    "application_passwords_disabled_for_user": CredentialsExpiredError,
    # What we may do.
    "rest_cannot_create": ForbiddenError,
    "rest_cannot_publish": ForbiddenError,
    "rest_cannot_edit": ForbiddenError,
    "rest_cannot_edit_others": ForbiddenError,
    "rest_cannot_delete": ForbiddenError,
    "rest_cannot_assign_term": ForbiddenError,
    "rest_cannot_assign_sticky": ForbiddenError,
    "rest_forbidden": ForbiddenError,
    "rest_forbidden_context": ForbiddenError,
    "rest_no_route": ForbiddenError,
    # What it will never take.
    "rest_invalid_param": InvalidContentError,
    "rest_missing_callback_param": InvalidContentError,
    "rest_invalid_field": InvalidContentError,
    "rest_invalid_featured_media": InvalidContentError,
    "rest_post_invalid_id": InvalidContentError,
    "rest_post_exists": InvalidContentError,
    "empty_content": InvalidContentError,
    "rest_invalid_json": InvalidContentError,
    "rest_upload_no_data": InvalidContentError,
    "rest_upload_no_content_type": InvalidContentError,
    "rest_upload_no_content_disposition": InvalidContentError,
    "rest_upload_invalid_disposition": InvalidContentError,
    "rest_upload_file_too_big": InvalidContentError,
    "rest_upload_sideload_error": InvalidContentError,  # a kind of file it doesn't take, with 500
    # What it couldn't do, though nothing of the request is left behind.
    "rest_upload_hash_mismatch": TransientError,
    "rest_upload_file_error": TransientError,
    "rest_upload_limited_space": ForbiddenError,
    "rest_upload_user_quota_exceeded": ForbiddenError,
    "db_insert_error": TransientError,
    "db_update_error": TransientError,
}
"""What WordPress's own error codes mean; 401, 429 and maintenance are known by their status."""

FIREWALL = N_("a firewall before the portal refuses this: its administrator has to let it through")
MOVED = N_("the portal answers from another address: put that one into url")
