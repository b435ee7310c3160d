"""What every figure of the ledger means, as people are told it everywhere.

``publisher reach --definitions``, the sheet of definitions in a workbook, the notes below a table
and docs/reference/figures.md are all made from what stands here. How figures are worked out stands
in ``figures``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from publisher.i18n import N_


@dataclass(frozen=True, slots=True)
class Definition:
    """A word of the ledger: its name for programs, what people see, what it means; both texts are
    marked for the catalogues. Whose platforms give a figure is told by ``givers``."""

    name: str
    label: str
    meaning: str


FIGURES = (
    Definition(
        "reach",
        N_("Reach"),
        N_(
            "People, as the platform counts them, within one channel. Whoever saw a post on two "
            "channels counts on both, and whoever saw two posts counts for both: a sum is never a "
            "number of different people."
        ),
    ),
    Definition(
        "shown",
        N_("Times shown"),
        N_("How often a post was shown: impressions where a platform gives them, else views."),
    ),
    Definition(
        "engagement",
        N_("Engagement"),
        N_("Reactions, comments, shares, clicks and saves together: those of them that are given."),
    ),
    Definition(
        "impressions",
        N_("Impressions"),
        N_("How often a post came onto a screen, as the platform counts it."),
    ),
    Definition(
        "views",
        N_("Views"),
        N_(
            "How often a post or film was looked at, as the platform counts it; from how many "
            "seconds on, each platform decides by itself."
        ),
    ),
    Definition(
        "reactions",
        N_("Reactions"),
        N_("Likes, hearts and the like, of every kind."),
    ),
    Definition(
        "comments",
        N_("Comments"),
        N_("Comments and replies."),
    ),
    Definition(
        "shares",
        N_("Shares"),
        N_("How often a post was passed on, quotations counted in where the platform tells them."),
    ),
    Definition(
        "clicks",
        N_("Clicks"),
        N_("Clicks on a post, as the platform counts them: on its link, and on some platforms on "
           "anything in it."),
    ),
    Definition(
        "saves",
        N_("Saves"),
        N_("How often a post was put aside to be looked at again."),
    ),
    Definition(
        "link_clicks",
        N_("Short link clicks"),
        N_(
            "How often our own short links in a post were followed, counted by us, on any channel. "
            "Not the platform's clicks, and no part of engagement."
        ),
    ),
)  # fmt: skip
"""Every figure, in the order in which people see them."""

WORDS = (
    Definition(
        "posts",
        N_("Posts"),
        N_(
            "What an office wrote once. A post that went out on three channels is one post, and in "
            "a table by channel it is one in each of them."
        ),
    ),
    Definition(
        "deliveries",
        N_("Deliveries"),
        N_("One post on one channel, gone out. Only what went out is in the ledger; reports that "
           "were mailed are not."),
    ),
    Definition(
        "of",
        N_("known of"),
        N_(
            "Of how many deliveries a figure is known: “1,234 (5/8)” is the sum of five of eight "
            "deliveries. Of the other three the platform told nothing, which is not zero."
        ),
    ),
    Definition(
        "absent",
        N_("absent"),
        N_("The platform doesn't give it, or hasn't yet. It is never counted as zero: a dash in a "
           "table, an empty cell in a file, null in JSON."),
    ),
    Definition(
        "doubtful",
        N_("in doubt"),
        N_(
            "Something speaks against the figure: a count that fell, or one that can't be. It "
            "stands as the platform gave it and is marked, never corrected."
        ),
    ),
    Definition(
        "gone",
        N_("no longer there"),
        N_("The post is no longer on its platform. What it reached until then still counts."),
    ),
    Definition(
        "as_of",
        N_("as of"),
        N_(
            "Each delivery counts with its latest reading until that moment; figures are "
            "cumulative since it went out. A recent post has had less time than an old one."
        ),
    ),
    Definition(
        "week",
        N_("Week"),
        N_("Monday to Sunday in the office's zone, named as ISO 8601 does (2027-W40). A delivery "
           "belongs to the week, and to the month, in which it went out."),
    ),
    Definition(
        "edition",
        N_("Edition"),
        N_("A campaign in one year."),
    ),
    Definition(
        "audience",
        N_("Audience"),
        N_(
            "Whom a post is for, as its author named them; whether they saw it, nobody knows. A "
            "post for two audiences counts for both, so that these groups don't add up to the "
            "whole."
        ),
    ),
    Definition(
        "followers",
        N_("Followers"),
        N_("How many follow a channel's account, as last told before the span, and in it."),
    ),
    Definition(
        "account_reach",
        N_("Account reach"),
        N_(
            "How many people an account reached in the days before the reading, by all that it "
            "showed, as the platform counts them. Never added up over accounts."
        ),
    ),
)  # fmt: skip
"""The other words of a table."""

NOTES: Mapping[str, str] = MappingProxyType(
    {
        "not_people": N_(
            "Reach counts the same person once for each post and each channel: sums are not unique "
            "people."
        ),
        "covers": N_(
            "Some figures are known of a part of the deliveries alone: beside them stands of how "
            "many. Of the others the platform told nothing."
        ),
        "absent": N_("A figure that is left out was given by no platform; it doesn't mean zero."),
        "doubtful": N_(
            "Some figures are in doubt; they stand as the platform gave them. To see why: "
            "publisher reach --doubts"
        ),
        "gone": N_(
            "Posts that are no longer on their platform count with what they had reached until "
            "then."
        ),
        "overlapping": N_(
            "A post for several audiences counts for each of them: these groups don't add up to "
            "the whole."
        ),
        "shared_posts": N_(
            "A post on several channels, or of several weeks, is counted in each of these groups: "
            "their posts don't add up to the whole. Deliveries do."
        ),
        "partial": N_("… marks a week or month that isn't counted whole, or isn't over yet."),
        "left_out": N_("The total is of all groups, of those that aren't shown too."),
        "account_reach": N_(
            "An account's reach is that of the days before its reading, as the platform counts "
            "people; accounts are never added up."
        ),
    }
)
"""What has to be said with figures, by what makes it needed (``answers.notes``)."""

SIGNS: Mapping[str, str] = MappingProxyType(
    {
        "covers": N_(
            "(5/8) after a figure: it is known of 5 of 8 deliveries; of the others the platform "
            "told nothing."
        ),
        "absent": N_("– means that no platform gave the figure; it doesn't mean zero."),
        "doubtful": N_(
            "* marks a figure that is in doubt; it stands as the platform gave it. To see why: "
            "publisher reach --doubts"
        ),
    }
)
"""The same, where a table says it by signs."""

BY_NAME: Mapping[str, Definition] = MappingProxyType(
    {definition.name: definition for definition in (*FIGURES, *WORDS)}
)
