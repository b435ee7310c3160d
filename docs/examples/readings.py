"""What people did with a post is read back as the platform tells it, and added up no further.

A figure that a platform doesn't tell is absent, never nought. Every sum says of how many deliveries
it is known, and reach is never added up over channels: nobody knows who saw a post on both.
"""

from __future__ import annotations

from datetime import timedelta

from office import an_office
from publisher.reach.answers import Question, answer
from publisher.reach.figures import Sum
from publisher.reach.spans import any_span


def main() -> None:
    with an_office("facebook", "mastodon") as office:
        office.write("opening", "The fair opens tomorrow at eight.")
        for channel, platform in zip(("board", "board2"), office.platforms, strict=True):
            office.send(channel)
            [post] = platform.published()
            platform.readers(post.remote_id, reactions=12, reach=700)

        # The first reading is an hour old, give or take: not all channels are asked at one moment.
        office.pass_time(hours=2)
        office.site.collector.round()

        now, zone = office.clock(), office.site.settings.zone
        today = now.astimezone(zone).date()
        asked = Question(any_span(today - timedelta(days=1), today), by="channel")
        told = answer(office.site.database, asked, zone, now)
        for group in (*told.groups, told.total):
            tell(group.name or "both", group.sum)


def tell(name: str, added_up: Sum) -> None:
    figures, of = added_up.figures, added_up.of
    print(f"{name}, deliveries: {added_up.posts}")
    print(f"  engagement: {figures.engagement}, known of {of['engagement']}")
    print(f"  reach: {figures.reach}, known of {of['reach']}")


if __name__ == "__main__":
    main()

# Output:
# board, deliveries: 1
#   engagement: 12, known of 1
#   reach: 700, known of 1
# board2, deliveries: 1
#   engagement: 12, known of 1
#   reach: None, known of 0
# both, deliveries: 2
#   engagement: 24, known of 2
#   reach: 700, known of 1
