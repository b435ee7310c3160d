"""Posts as the readers of each channel see them."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import Field

from channels.base import Message
from publisher.assemble.shapes import Shapes
from publisher.desk.standing import Standing
from publisher.i18n import _
from publisher.preview.content import counted, face_of
from publisher.settings import Settings
from publisher.store import contents, deliveries
from publisher.web.api.deliveries import DeliveryJson, told
from publisher.web.problems import Refused
from publisher.web.wire import PREFIX, PROBLEMS, Keys, Name, Seeing

router = APIRouter(prefix=PREFIX, tags=["Posts"], responses=PROBLEMS)

_MOST = 100


class CountJson(Keys):
    """A length against its limit, in words."""

    what: str = Field(description="What was counted.")
    text: str = Field(description="212 / 280 characters.")
    over: bool = Field(description="Whether it is too long.")


class MediumJson(Keys):
    """A picture, video or document of a post."""

    kind: str = Field(description="image, video or document.")
    sha256: str = Field(description="Of its bytes.")
    alt: str = Field(description="Its words for people who can't see it.")
    credit: str = Field(description="Who made it.")


class PreviewJson(Keys):
    """A post as the readers of one channel will see it, or saw it."""

    delivery: DeliveryJson = Field(description="The delivery.")
    title: str = Field(description="Its title, where the channel shows one.")
    summary: str = Field(description="Its summary, likewise.")
    text: str = Field(description="Its words.")
    thread: tuple[str, ...] = Field(description="What continues them, part by part.")
    link: str = Field(description="The link that it is about.")
    hashtags: tuple[str, ...] = Field(description="Without their sign.")
    media: tuple[MediumJson, ...] = Field(description="What is shown with it.")
    counts: tuple[CountJson, ...] = Field(
        description="Against the channel's limits; empty where schedule.toml lacks the channel."
    )


class PostJson(Keys):
    """A post on all of its channels, the latest first."""

    campaign: str = Field(description="Its campaign's folder.")
    post: str = Field(description="Its file's name.")
    previews: tuple[PreviewJson, ...] = Field(description="At most 100.")


@router.get("/posts/{campaign}/{post}", response_model=PostJson)
def show_post(visit: Seeing, campaign: Name, post: Name) -> Any:
    """A post as each of its channels shows it, as it stands in the plan."""
    previews = []
    with visit.site.database.reading() as session:
        rows = deliveries.matching(session, campaign=campaign, post=post)
        standing = Standing.read(session, visit.zone, visit.now)
        for row in reversed(rows[-_MOST:]):
            key = deliveries.identity_of(row).key
            message = contents.load(session, row.fingerprint, key, row.due_at)
            previews.append(_preview(visit.settings, message, told(row, standing)))
    if not previews:
        raise Refused(404, "not-there", _("There is no such post in the plan."))
    return PostJson(campaign=campaign, post=post, previews=tuple(previews))


def _preview(settings: Settings, message: Message, delivery: DeliveryJson) -> PreviewJson:
    known = delivery.channel in settings.channels
    face = face_of(settings, Shapes(settings), delivery.channel) if known else None
    seen = message if face is None else face.shape.as_read(message)
    counts = counted(seen, face) if face is not None else ()
    return PreviewJson(
        delivery=delivery,
        title=seen.title,
        summary=seen.summary,
        text=seen.body.plain,
        thread=tuple(one.plain for one in seen.replies),
        link=seen.link,
        hashtags=seen.hashtags,
        media=tuple(
            MediumJson(kind=one.kind, sha256=one.sha256, alt=one.alt, credit=one.credit)
            for one in seen.media
        ),
        counts=tuple(CountJson(what=one.what, text=one.text, over=one.over) for one in counts),
    )
