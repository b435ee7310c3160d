"""No error, and so no log and no alert, holds a secret, even where an address is made of one.

Telegram's API has the bot's token in every address, and an HTTP library puts addresses into its
errors. All goes through ``channels.web.http``, which knows the secrets of its line and takes them
out of whatever it raises; nothing that still has them stands behind the error as its cause.
"""

from __future__ import annotations

import traceback

from channels.base import ChannelError
from office import an_office


def main() -> None:
    with an_office("telegram") as office:
        [token] = office.platform.secrets().values()
        with office.platform.unreachable(), office.site.switchboard.line("board") as telegram:
            try:
                telegram.identify()
            except ChannelError as error:
                told = "".join(traceback.format_exception(error))
                print(error)
                print("the token is in it:", token in told)


if __name__ == "__main__":
    main()

# Output:
# 127.0.0.1: the connection was refused
# the token is in it: False
