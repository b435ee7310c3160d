"""The conformance suite: what every adapter must do, as tests for pytest, ours and other people's.

Derive from ``ChannelConformance``, name the adapter, and pytest runs it against the stand-in of
that name (``channels.simulated``), a real server on loopback:

    class TestTelegram(ChannelConformance):
        kind = "telegram"

It is asked in four modules: what is published (``publishing``), errors (``refusals``), lost answers
(``doubts``), and what is told of a post later (``afterwards``). What a platform can't do (pictures,
readings, threads) is skipped by what the adapter declares, not by flags here. Adapters of other
packages override the fixture ``stand_in`` with one of their own.
A conftest.py with ``pytest.register_assert_rewrite("channels.testing")`` makes failures tell more.
"""

from channels.testing.afterwards import Afterwards
from channels.testing.doubts import Doubts
from channels.testing.given import SEAL, START, TEXT, DictJournal, StillClock, written
from channels.testing.messages import pictured, words_for
from channels.testing.persons import AgreeingPerson, TypingPerson
from channels.testing.publishing import Publishing
from channels.testing.refusals import Refusals
from channels.testing.samples import film, picture
from channels.testing.settling import settled

__all__ = [
    "SEAL",
    "START",
    "TEXT",
    "AgreeingPerson",
    "ChannelConformance",
    "DictJournal",
    "StillClock",
    "TypingPerson",
    "film",
    "picture",
    "pictured",
    "settled",
    "words_for",
    "written",
]


class ChannelConformance(Publishing, Refusals, Doubts, Afterwards):
    """Derive, set ``kind`` (and ``keys`` where the adapter needs some): pytest does the rest."""
