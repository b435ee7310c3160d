"""A daemon that is stopped in mid-send takes nothing new, and waits for the answer on its way.

systemd, an update and a person at the keyboard all stop it by SIGTERM. What is in flight gets half
a minute to be answered; what isn't by then stays "sending", and is settled at the next start.
"""

from __future__ import annotations

import os
import signal
from typing import Any

from channels.simulated.webhook import Platform
from office import an_office
from publisher.daemon.running import Daemon


def main() -> None:
    with an_office("webhook") as office:
        office.write("opening", "The fair opens tomorrow at eight.")
        stop_while_it_answers(office.platform)

        # Blocks until the signal. Nothing is lost by a harder stop either: the attempt was
        # committed before the request left, so the next start finds it.
        Daemon(office.site).run()
        office.show()


def stop_while_it_answers(platform: Any) -> None:
    """Let SIGTERM arrive once the receiver has the post and before it answers."""
    answer = Platform.answer

    def stopped(request: Any) -> Any:
        os.kill(os.getpid(), signal.SIGTERM)
        return answer(platform, request)

    platform.answer = stopped


if __name__ == "__main__":
    main()

# Output:
# opening on board is sent: sent
