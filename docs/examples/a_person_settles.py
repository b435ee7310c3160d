"""Where nothing can tell whether a post is out, it is never sent again by itself: a person says.

Telegram has neither a key against repeats nor a list of what a channel holds. Guessing either way
does harm, so the doubt stays, and stands before a person until it is answered.
"""

from __future__ import annotations

from typing import Any

from channels.simulated.telegram.platform import CHAT_ID
from office import an_office


def main() -> None:
    # A private channel: the preview page of a public one might still prove that the post is there.
    with an_office("telegram", chat=str(CHAT_ID)) as office:
        telegram: Any = office.platform
        telegram.public = False
        office.write("opening", "The fair opens tomorrow at eight.")
        office.platform.faults.next("drop")
        office.send()

        # Hours of sweeps change nothing: only proof does, and there is none.
        for _hour in range(3):
            office.sweep()
            office.send()
            office.pass_time(hours=1)
        office.show()
        office.tell()

        # Somebody has looked at the channel. Neither answer is a default: the wrong one publishes
        # twice, or leaves a post unpublished.
        office.publisher("settle fair/opening --sent --by Lan")
        office.show()
        print("posts on the channel:", len(office.platform.published()))


if __name__ == "__main__":
    main()

# Output:
# opening on board is unconfirmed: unconfirmed: Telegram can't be asked what a channel holds
# a person is told: fair/YEAR/opening/board may have gone out, and nothing can tell
#     (Telegram can't be asked what a channel holds). Look at the channel. If it is there:
#     publisher settle fair/YEAR/opening/board --sent. If it is not: publisher settle
#     fair/YEAR/opening/board --again
# $ publisher settle fair/opening --sent --by Lan
# 1 delivery changed.
# opening on board is sent: sent
# posts on the channel: 1
