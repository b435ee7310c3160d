"""Run by the Python of Synapse's own venv: the homeserver, which ends with its standard input."""

import os
import signal
import sys
import threading

from synapse.app.homeserver import main


def _end_with_whoever_started_it() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


threading.Thread(target=_end_with_whoever_started_it, daemon=True).start()
main()
