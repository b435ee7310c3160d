"""A post that is too late is missed and told, and never sent silently late.

"One day to go" must not go out on the day itself. A server that was off over a due time sends what
is within its grace, and puts the rest before a person.
"""

from __future__ import annotations

from office import an_office


def main() -> None:
    with an_office("webhook", keys='approvals = 0\ngrace = "1h"') as office:
        office.write("one-day-to-go", "One day to go.")
        office.pass_time(hours=9)  # the server was off over night

        # The order is safe the other way round as well: a claim looks at the grace itself.
        office.sweep()
        office.send()
        office.show()
        print("posts at the receiver:", len(office.platform.published()))
        office.tell()


if __name__ == "__main__":
    main()

# Output:
# one-day-to-go on board is missed: missed
# posts at the receiver: 0
# a person is told: fair/YEAR/one-day-to-go/board was not sent in time and will not be sent
#     late (the program was not running, or the line failed). To send it after all, give it
#     a new time in its file
