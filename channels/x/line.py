"""Speaks X's API for ``channels.x``, by tweepy over one bounded session.

tweepy knows the endpoints and signs; it neither bounds an exchange nor tells a refusal from a
doubt, and lets answers of a strange form out as whatever error they cause. All of that is settled
here, so that only the contract's errors leave.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from channels.base import (
    N_,
    ChannelError,
    InvalidContentError,
    RateLimitedError,
)
from channels.web.http import LONGEST_WAIT, HttpSession, parsed
from channels.web.pace import Pace
from channels.web.values import objects
from channels.x.errors import ABOUT_CONTENT, DUPLICATE, ERRORS, DuplicateError
from channels.x.media import Uploads

_TWEEPYS_HOST = "https://api.twitter.com"
_POSTS = "/2/tweets"
_UNKNOWN_WAIT = timedelta(minutes=15)
_UNREADABLE = N_("its answer is nothing that can be read")
# tweepy takes for granted that an answer is JSON of a certain form.
_ODD = (
    requests.RequestException,
    *(AttributeError, LookupError, RecursionError, TypeError, ValueError),
)

Secrets = tuple[str, str, str, str]
"""The app's key and secret, the account's token and secret."""

# At debug level these write whole requests down, keys and signatures among them.
for _name in ("tweepy", "requests_oauthlib", "oauthlib"):
    logging.getLogger(_name).setLevel(logging.INFO)


class Line:
    """tweepy's client and our uploads, over one bounded session, with one reading of errors."""

    def __init__(
        self, clock: Callable[[], datetime], timeout_s: float, base_url: str, secrets: Secrets
    ) -> None:
        # Imported late, as below: whoever only looks at schedule.toml speaks to nobody.
        import tweepy

        self._clock = clock
        self.http = HttpSession(clock, timeout_s, secrets, {_TWEEPYS_HOST: base_url})
        self.client = tweepy.Client(None, *secrets, return_type=dict)
        self.client.session = self.http
        self.pace = Pace(clock, "X")
        # tweepy keeps an answer's headers to itself.
        self.http.hooks["response"].append(self._note_what_is_left)
        auth = tweepy.OAuth1UserHandler(*secrets).apply_auth()
        self.uploads = Uploads(self.http, base_url, auth, self.error_of)

    def ask(self, verb: Callable[[], Any]) -> dict[str, Any]:
        """``call``, for what publishes nothing."""
        with self.http.harmless():
            return self.call(verb)

    def call(self, verb: Callable[[], Any]) -> dict[str, Any]:
        """What tweepy gives, or the error that its error means, with nothing standing behind."""
        from tweepy import HTTPException, TweepyException

        try:
            told = verb()
        except HTTPException as refused:
            error = self.error_of(refused.response)
        except (TweepyException, *_ODD) as odd:
            error = self.http.doubt(f"X: {_UNREADABLE}: {type(odd).__name__}")
        else:
            if isinstance(told, dict):
                return told
            error = self.http.doubt(f"X: {_UNREADABLE}")
        raise error

    def error_of(self, answer: requests.Response) -> ChannelError:
        told = parsed(answer) or {}
        parts = [told.get("detail"), *(each.get("message") for each in objects(told.get("errors")))]
        said = " ".join(str(part) for part in parts if part)
        status = answer.status_code
        text = self.http.clean(f"X: {status} {said or told.get('title') or answer.reason}")
        if status == 429:
            return RateLimitedError(text, self._free_at(answer))
        kind = ERRORS.get(status)
        if kind is None:
            return self.http.refusal(answer, said)
        if DUPLICATE in said.lower():
            return DuplicateError(text)
        if any(words in said.lower() for words in ABOUT_CONTENT):
            kind = InvalidContentError
        return kind(text)

    def _note_what_is_left(self, answer: requests.Response, **_kwargs: Any) -> None:
        """Rest once the last post that a limit allows is out; a limit that was hit tells itself."""
        request, heads = answer.request, answer.headers
        if request.method != "POST" or not str(request.path_url).endswith(_POSTS) or not answer.ok:
            return
        if "0" in (heads.get("x-rate-limit-remaining"), *self._left_today(answer).values()):
            self.pace.rest(self._free_at(answer))

    @staticmethod
    def _left_today(answer: requests.Response) -> dict[str, str | None]:
        """How many posts are left for the account and for the app, of a day's."""
        heads = answer.headers
        return {whose: heads.get(f"x-{whose}-limit-24hour-remaining") for whose in ("user", "app")}

    def _free_at(self, answer: requests.Response) -> datetime:
        """When the last of the limits ends that are used up: the quarter's, or a day's."""
        now, heads = self._clock(), answer.headers
        resets = [heads.get("x-rate-limit-reset", "")]
        resets += [
            heads.get(f"x-{whose}-limit-24hour-reset", "")
            for whose, left in self._left_today(answer).items()
            if left == "0"
        ]
        ends = [int(reset) for reset in resets if re.fullmatch(r"\d{1,11}", reset)]
        if not ends:
            return now + _UNKNOWN_WAIT
        return min(max(datetime.fromtimestamp(max(ends), UTC), now), now + LONGEST_WAIT)
