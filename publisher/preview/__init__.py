"""The preview: every planned post as each channel will show it, before anyone is asked to approve.

``build`` writes one page that opens from anywhere; ``as_text`` says the same on a terminal.
"""

from publisher.preview.content import Preview, gather
from publisher.preview.page import build
from publisher.preview.text import as_text

__all__ = ["Preview", "as_text", "build", "gather"]
