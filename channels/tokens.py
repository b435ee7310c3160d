"""Renews access tokens ahead of their end, once, whoever else works for the channel.

    keeper = TokenKeeper(SealedState.of(context), context.clock, given, exchange)
    token = keeper.access()            # good for a while
    token = keeper.renewed(token)      # the platform refused that one

``exchange`` asks the platform for new tokens with the refresh token (or the long-lived token
itself, where a platform renews those). Threads and processes take turns, and who comes second gets
what the first one got. Where a refresh token is good for one use, a note that it is being spent is
on the disk before the request leaves: after a crash, or an answer that never came, the platform's
refusal of it then means that it was spent, and a person is asked to log in again. Without a key
to seal what comes of it nothing is exchanged.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from channels.base import (
    N_,
    AmbiguousError,
    ChannelError,
    CredentialsExpiredError,
    TransientError,
)
from channels.state import SealedState

AHEAD = timedelta(minutes=10)
"""How long before its end a token is renewed, where nothing else is said."""

SPENT = N_("the refresh token was spent and its successor was lost: log in again")

_NAME = "tokens"
_SPENDING = "spending"


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a platform gives: ``expires_at`` is aware (``None``: never, or unknown); ``refresh``
    is empty where there is none."""

    access: str
    refresh: str = ""
    expires_at: datetime | None = None

    def __repr__(self) -> str:
        return f"Tokens(expires_at={self.expires_at})"


class TokenKeeper:
    """The tokens of one channel.

    ``given`` is what a person put where schedule.toml says (a refresh token, or a long-lived
    token): once they put another, whatever came of the old one is void. ``exchange`` gets the
    newest refresh token, raises ``CredentialsExpiredError`` where the platform refuses it, and any
    other ``ChannelError`` where it can't be had now. ``first`` are the tokens to begin with, where
    ``given`` is itself an access token that is good for a while.
    """

    def __init__(
        self,
        state: SealedState,
        clock: Callable[[], datetime],
        given: str,
        exchange: Callable[[str], Tokens],
        *,
        ahead: timedelta = AHEAD,
        single_use: bool = False,
        first: Tokens | None = None,
    ) -> None:
        self._state = state
        self._clock = clock
        self._given = given
        self._exchange = exchange
        self._ahead = ahead
        self._single_use = single_use
        self._first = first

    def access(self) -> str:
        """An access token that is good for a while; renewed where it soon isn't.

        A renewal that fails while the token is still good is left for the next time. Raises
        ``ChannelError``.
        """
        kept = self._kept()
        if kept is not None and self._is_fresh(kept):
            return kept.access
        try:
            return self._renewed(lambda tokens: tokens is not None and self._is_fresh(tokens))
        except CredentialsExpiredError:
            raise
        except ChannelError:
            if kept is not None and kept.expires_at and kept.expires_at > self._clock():
                return kept.access
            raise

    def renewed(self, refused: str) -> str:
        """Another access token than ``refused``, which the platform no longer takes."""
        return self._renewed(lambda tokens: tokens is not None and tokens.access != refused)

    def _renewed(self, is_good: Callable[[Tokens | None], bool]) -> str:
        with self._state.alone():
            kept = self._kept()
            if kept is not None and is_good(kept):
                return kept.access
            tokens = self._exchanged((kept.refresh if kept else "") or self._given)
            self._put(tokens)
            return tokens.access

    def _exchanged(self, refresh: str) -> Tokens:
        # A token good for one use must not be spent where its successor can't be kept.
        self._state.require_key()
        spending = self._state.get(_SPENDING, refresh) if self._single_use else ""
        if self._single_use:
            self._state.put(_SPENDING, "begun", refresh)
        try:
            return self._exchange(refresh)
        except AmbiguousError as error:
            doubt = str(error)
        except CredentialsExpiredError:
            if not spending:
                if self._single_use:
                    # Refused, so not spent: the next refusal is told as one, too.
                    self._state.put(_SPENDING, "", refresh)
                raise
            doubt = ""
        if doubt:
            # No post is in doubt by it: what is, is whether the token was spent.
            raise TransientError(doubt)
        raise CredentialsExpiredError(SPENT)

    def _is_fresh(self, tokens: Tokens) -> bool:
        return tokens.expires_at is None or tokens.expires_at - self._ahead > self._clock()

    def _kept(self) -> Tokens | None:
        text = self._state.get(_NAME, self._given)
        if text is None:
            return self._first
        kept = json.loads(text)
        expires_at = kept["expires_at"]
        return Tokens(
            kept["access"],
            kept["refresh"],
            datetime.fromisoformat(expires_at) if expires_at else None,
        )

    def _put(self, tokens: Tokens) -> None:
        expires_at = tokens.expires_at.isoformat() if tokens.expires_at else None
        kept = {"access": tokens.access, "refresh": tokens.refresh, "expires_at": expires_at}
        self._state.put(_NAME, json.dumps(kept), self._given)
