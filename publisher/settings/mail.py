"""The mail server through which reports leave, as alerts do."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from channels.base import SecretRef
from publisher.files.keys import Keys
from publisher.files.values import EmailAddress, Words


class Mail(Keys):
    """The mail server through which reports and alerts leave."""

    host: str = Field(description="Its name.")
    port: Annotated[int, Field(ge=1, le=65535)] = Field(587, description="Its port.")
    security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description='How the line is protected; "none" only on the same machine.'
    )
    username: str = Field("", description="The account to log in with; none when left out.")
    password: SecretRef | None = Field(None, description="Where its password stands.")
    sender: EmailAddress = Field(description="From which address.")
    sender_name: Words = Field("", description="The sender's name; the office's when left out.")

    @model_validator(mode="after")
    def _protected(self) -> Mail:
        # Imported where it is needed: every command reads schedule.toml, few write mails.
        from channels.mail.smtp import require_protected

        require_protected(self.host, self.security)
        return self
