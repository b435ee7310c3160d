"""A hold keeps everything back until it is released; what outlives its grace is missed, not late.

National mourning is announced at noon and holds from noon. The hold is looked at when a delivery is
claimed, and once more right before its request leaves, so one placed in between counts too.
"""

from __future__ import annotations

from office import an_office


def main() -> None:
    with an_office("webhook") as office:
        office.write("opening", "The fair opens tomorrow at eight.")
        office.publisher("hold --all --reason 'national mourning' --by Lan")
        office.pass_time(minutes=1)
        office.send()
        office.show()

        office.publisher("release --all --by Lan")
        office.pass_time(minutes=1)
        office.send()
        office.show()


if __name__ == "__main__":
    main()

# Output:
# $ publisher hold --all --reason 'national mourning' --by Lan
# Stopped: all.
# To go on: publisher release --all
# opening on board is planned: planned, on hold
# $ publisher release --all --by Lan
# Released: all.
# opening on board is sent: sent
