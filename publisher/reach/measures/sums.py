"""Sums over the posts that went out."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import String, cast, func
from sqlmodel import col, select

from publisher import notation
from publisher.campaign.criteria import Posts, Rate, Total
from publisher.i18n import _, ngettext
from publisher.reach.ledger import Published
from publisher.reach.measures.books import Books, Measured, Window, filters, joined, percent
from publisher.store.models import Delivery


def posts_out(books: Books, asked: Posts, window: Window) -> Measured:
    """Posts, or deliveries, that went out in the window."""
    audiences = cast(col(Delivery.audiences), String)
    rows = books.session.execute(
        select(  # type: ignore[call-overload]
            Delivery.campaign,
            Delivery.edition,
            Delivery.post,
            Delivery.occurrence,
            audiences,
            func.count(),
        )
        .where(
            col(Delivery.sent_at) >= window.start,
            col(Delivery.sent_at) < window.end,
            col(Delivery.sent_at) <= window.as_of,
            col(Delivery.holdable).is_(True),
            *filters(asked.campaigns, asked.channels, asked.kinds),
        )
        .group_by(
            Delivery.campaign, Delivery.edition, Delivery.post, Delivery.occurrence, audiences
        )
    ).all()
    posts: set[tuple[str, int, str, str]] = set()
    deliveries = 0
    for *of_post, written, number in rows:
        if not asked.audiences or not set(json.loads(written)).isdisjoint(asked.audiences):
            posts.add(tuple(of_post))
            deliveries += number
    value = len(posts) if asked.count == "posts" else deliveries
    basis = ngettext("%(n)s post", "%(n)s posts", len(posts)) % {"n": notation.number(len(posts))}
    times = ngettext("%(n)s delivery", "%(n)s deliveries", deliveries) % {
        "n": notation.number(deliveries)
    }
    unit = _("posts") if asked.count == "posts" else _("deliveries")
    return Measured(float(value), joined([basis, times]), unit, growing=True)


def total(books: Books, asked: Total, window: Window) -> Measured:
    """A figure of the posts published in the window, added up."""
    posts = _chosen(books, asked, window)
    given = [post for post in posts if getattr(post.figures, asked.of) is not None]
    unit = {
        "shown": _("times shown"),
        "reach": _("times reached"),
        "engagement": _("times engaged"),
        "link_clicks": _("link clicks"),
    }[asked.of]
    if not given:
        return Measured(None, _("No delivery has this figure."), unit, growing=True)
    parts = [
        _("told of %(of)s of %(all)s deliveries")
        % {"of": notation.number(len(given)), "all": notation.number(len(posts))}
    ]
    if asked.of == "reach":
        parts.append(
            _(
                "a person counts again on every channel and for every post: this is no number of "
                "people"
            )
        )
    parts += _in_doubt(given)
    value = sum(getattr(post.figures, asked.of) for post in given)
    return Measured(float(value), joined(parts), unit, growing=True)


def rate(books: Books, asked: Rate, window: Window) -> Measured:
    """Engagement for a hundred times shown, of the deliveries that tell both."""
    posts = _chosen(books, asked, window)
    both = [
        (post.figures.engagement, post.figures.shown, post)
        for post in posts
        if post.figures.engagement is not None and post.figures.shown
    ]
    if not both:
        return Measured(None, _("No delivery tells both engagement and times shown."))
    engaged, shown = sum(one[0] for one in both), sum(one[1] for one in both)
    parts = [
        _("%(engaged)s engagements for %(shown)s times shown")
        % {"engaged": notation.number(engaged), "shown": notation.number(shown)},
        _("told of %(of)s of %(all)s deliveries")
        % {"of": notation.number(len(both)), "all": notation.number(len(posts))},
        *_in_doubt([post for _engaged, _shown, post in both]),
    ]
    return Measured(percent(engaged, shown), joined(parts))


def _chosen(books: Books, asked: Total | Rate, window: Window) -> list[Published]:
    found = books.published(
        window, campaigns=asked.campaigns, channels=asked.channels, kinds=asked.kinds
    )
    return [
        post
        for post in found
        if not asked.audiences or not set(post.audiences).isdisjoint(asked.audiences)
    ]


def _in_doubt(posts: Sequence[Published]) -> list[str]:
    doubtful = sum(bool(post.doubts) for post in posts)
    if not doubtful:
        return []
    return [_("of which %(n)s with figures in doubt") % {"n": notation.number(doubtful)}]
