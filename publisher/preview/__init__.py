"""The preview: every planned post as each channel will show it.

It is shown before anyone is asked to approve. ``build`` writes one page that opens from anywhere;
``as_text`` says the same on a terminal. Both speak the present language and take what ``assemble``
gives.
"""

from publisher.preview.page import build
from publisher.preview.text import as_text

__all__ = ["as_text", "build"]
