"""A channel whose credentials belong to another account publishes nothing.

Tokens get mixed up: two pages of one office, a test account. Whose they are is asked before the
first post of a run, and compared with the account that schedule.toml names.
"""

from __future__ import annotations

from office import an_office


def main() -> None:
    with an_office("webhook", account="another.office.example") as office:
        office.write("opening", "The fair opens tomorrow at eight.")
        office.send()

        # Not failed: nothing is wrong with the post, and it goes once the credentials are right.
        office.show()
        print("posts at the receiver:", len(office.platform.published()))
        office.tell()


if __name__ == "__main__":
    main()

# Output:
# opening on board is planned: planned, its channel is stopped
# posts at the receiver: 0
# a person is told: Channel board is stopped: the credentials belong to 127.0.0.1, not to
#     another.office.example. Its posts wait and are not lost. Mend that (new credentials:
#     publisher channels login board), then run: publisher doctor
