"""Ways in which an officer's files go wrong: what is written, and what must be said about it.

In ``new``, § marks the line on which the fault must be told. ``says`` are words that stand in the
message whatever the language: names of keys, examples of what to write.
"""

from __future__ import annotations

from tests.campaign.corpus.between_keys import BETWEEN_KEYS
from tests.campaign.corpus.broken import HERE, SECRET, Broken
from tests.campaign.corpus.one_key import MISSING, misspelt, wrong_types
from tests.campaign.corpus.syntax import SYNTAX
from tests.campaign.corpus.whole_files import SECRETS, WHOLE_FILES

CORPUS = [
    *misspelt(),
    *wrong_types(),
    *MISSING,
    *SYNTAX,
    *BETWEEN_KEYS,
    *WHOLE_FILES,
    *SECRETS,
]

__all__ = ["CORPUS", "HERE", "SECRET", "Broken"]
