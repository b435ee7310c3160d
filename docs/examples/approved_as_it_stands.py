"""An approval is of a text, and lost with it: who changes a word asks for approval anew.

It is bound to the fingerprint of everything a reader would see. Bound to the post's name instead, a
text nobody approved could go out under an approval given to another.
"""

from __future__ import annotations

from office import an_office


def main() -> None:
    with an_office("webhook", keys="approvals = 1") as office:
        office.write("opening", "The fair opens tomorrow at eight.")
        office.publisher("approve fair/opening --by Lan")

        office.change("opening", "The fair opens tomorrow at nine.")
        office.pass_time(minutes=1)
        office.send()
        office.show()

        office.publisher("approve fair/opening --by Lan")
        office.pass_time(minutes=1)
        office.send()
        office.show()
        print("it says:", office.platform.published()[0].text)


if __name__ == "__main__":
    main()

# Output:
# $ publisher approve fair/opening --by Lan
# 1 delivery approved.
# opening on board is planned: waits for approval (0 of 1)
# $ publisher approve fair/opening --by Lan
# 1 delivery approved.
# opening on board is sent: sent
# it says: The fair opens tomorrow at nine.
