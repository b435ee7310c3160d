"""``python -m publisher.reference [FOLDER]``: writes the references; ``make docs`` calls it."""

from __future__ import annotations

import sys
from pathlib import Path

from publisher.reference.pages import write

for page in write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/reference")):
    sys.stdout.write(f"{page}\n")
