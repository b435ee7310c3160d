"""A delivery is sent once, although the answer to it was lost.

A dropped line proves nothing: the post may be out. Sending it again on a guess is how posts come to
stand twice; calling it failed is how they get lost. So it is in doubt until something settles that:
here the receiver's own key, under which it drops a repeat.
"""

from __future__ import annotations

from office import an_office


def main() -> None:
    with an_office("webhook") as office:
        office.write("opening", "The fair opens tomorrow at eight.")

        # The receiver takes the post, then the line breaks before it has answered.
        office.platform.faults.next("drop")
        office.send()
        office.show()

        # It is safe to send it again for one reason only: the adapter declares a native key, which
        # is the same in every attempt. Declared for a platform that doesn't keep it, posts double.
        office.sweep()
        office.pass_time(minutes=1)
        office.send()
        office.show()
        print("posts at the receiver:", len(office.platform.published()))


if __name__ == "__main__":
    main()

# Output:
# opening on board is unconfirmed: unconfirmed: 127.0.0.1: the connection broke before the
#     whole answer was there
# opening on board is sent: sent
# posts at the receiver: 1
