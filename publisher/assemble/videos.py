"""The short video of a post for one channel: made where it is planned, else only reckoned.

Making one takes about half as long as it lasts, so a check only says how long it would be and
whether the channel takes it. On a machine without ffmpeg a post goes out with its pictures, as on a
channel that takes no video, and that is told; a post that has none does not go out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from channels.base import Media
from publisher.assemble import videos_told as told
from publisher.assemble.cards import Cards, within
from publisher.assemble.media import found_in, of_media_error
from publisher.assemble.told import of_render_error
from publisher.campaign.model import Campaign, Post
from publisher.campaign.video import SUBTITLES, VIDEO, VideoKeys
from publisher.cards.look import Size
from publisher.files.faults import Fault
from publisher.media import ffmpeg
from publisher.media.library import MediaError, measure
from publisher.rendering.errors import RenderError
from publisher.rendering.narration import Narration, narration_of
from publisher.rendering.occasion import Occasion
from publisher.rendering.shape import ChannelShape
from publisher.settings import Settings
from publisher.video import (
    LANGUAGES,
    LONGEST_S,
    Script,
    Shape,
    Slide,
    Studio,
    Video,
    VideoError,
    Voice,
    recorded,
)

_CARDS: Mapping[Shape, Size] = {"tall": Size.PORTRAIT, "wide": Size.WIDE}
"""The shape of the cards on the slides: a caption stands beneath them."""

_MAX_PICTURE_BYTES = 64 * 1024**2

Filmed = tuple[dict[str, Media], list[Fault]]
"""The video and its subtitles by their keys (``VIDEO``, ``SUBTITLES``), and what is wrong."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """A video as it would be made, with the words said of it and the key it stands under."""

    video: Video
    narration: Narration
    field: str


class Videos:
    """The videos of one office; ``makes``: whether they are made, or only reckoned."""

    def __init__(self, settings: Settings, cards: Cards, *, makes: bool) -> None:
        self._settings = settings
        self._cards = cards
        self._makes = makes
        self.studio = Studio(settings.var_folder / "videos")
        self._failed: dict[str, VideoError] = {}

    def of_slot(
        self,
        campaign: Campaign,
        post: Post,
        shape: ChannelShape,
        occasion: Occasion,
        has_pictures: bool,
    ) -> Filmed:
        """The video of ``post`` for one slot, where it has one that ``shape``'s channel takes.

        ``has_pictures`` says whether there is something else to show.
        """
        field, keys = post.video_on(shape.name)
        if keys is None or shape.video_shape is None:
            return {}, []
        form = keys.shape or shape.video_shape
        try:
            drafted, faults = self.drafted(campaign, post, shape, occasion, form)
            if drafted is None:
                return {}, faults
            return self._media(drafted, shape), []
        except VideoError as error:
            if error.code == "ffmpeg" and has_pictures:
                return {}, [told.of_no_ffmpeg(post, field, shape)]
            return {}, [told.of_video_error(post, field, error, keys.voice)]

    def drafted(
        self, campaign: Campaign, post: Post, shape: ChannelShape, occasion: Occasion, form: Shape
    ) -> tuple[Drafted | None, list[Fault]]:
        """What would be made of ``post``'s video in ``form``; ``None`` where that has faults, or
        where there is no video. Raises ``VideoError``."""
        field, keys = post.video_on(shape.name)
        office = self._settings.office
        try:
            words = narration_of(campaign, post, shape, occasion, office, _CARDS[form])
        except RenderError as error:
            return None, [of_render_error(post, error)]
        if keys is None or words is None:
            return None, []
        slides, faults = self._slides(campaign, post, field, keys, words)
        voice, wrong = self._voice(campaign, post, field, keys)
        if faults or wrong:
            return None, faults + wrong
        colour = self._settings.cards.primary
        script = Script(tuple(slides), form, words.language, voice, keys.a_minute, colour)
        video = self.studio.video(script)
        if video.duration_s > LONGEST_S:
            return None, [told.of_video_length(post, field, video.duration_s)]
        return Drafted(video, words, field), []

    def make(self, video: Video) -> Path:
        """The film of ``video``; what couldn't be made isn't tried again. Raises ``VideoError``."""
        if video.name in self._failed:
            raise self._failed[video.name]
        try:
            return self.studio.make(video)
        except VideoError as error:
            self._failed[video.name] = error
            raise
        except OSError as error:
            self._failed[video.name] = VideoError("disk", error.strerror or str(error))
            raise self._failed[video.name] from None

    # -- what it is made of -----------------------------------------------------------------------

    def _slides(
        self, campaign: Campaign, post: Post, field: str, keys: VideoKeys, words: Narration
    ) -> tuple[list[Slide], list[Fault]]:
        slides, faults = [], []
        for number, (slide, said) in enumerate(zip(keys.slides, words.slides, strict=True)):
            own = f"{field}.slides.{number}"
            if not said.is_readable:
                faults.append(told.of_no_words(post, f"{own}.read"))
            if said.card is not None:
                path, fault = self._cards.drawn(post, said.card, said.card.size)
            else:
                path, fault = _picture(campaign, post, f"{own}.file", slide.file)
            if fault is not None:
                faults.append(fault)
            elif path is not None:
                slides.append(Slide(path.read_bytes(), said.read, said.told))
        return slides, faults

    def _voice(
        self, campaign: Campaign, post: Post, field: str, keys: VideoKeys
    ) -> tuple[Voice | None, list[Fault]]:
        if not keys.voice:
            return None, []
        try:
            return _heard(found_in(campaign.folder, keys.voice)), []
        except MediaError as error:
            return None, [of_media_error(campaign, post, f"{field}.voice", keys.voice, error)]

    # -- what it comes to -------------------------------------------------------------------------

    def _media(self, drafted: Drafted, shape: ChannelShape) -> dict[str, Media]:
        video, words = drafted.video, drafted.narration
        alt = within(words.alt or words.slides[0].read, shape.limits)
        if not (self._makes or video.is_made):
            if not ffmpeg.is_here():
                raise VideoError("ffmpeg")
            return {VIDEO: _unmade(video, alt, words.credit)}
        found = {VIDEO: measure(self.make(video), alt, words.credit)}
        if shape.limits.subtitles_max:
            name = LANGUAGES[words.language]
            found[SUBTITLES] = measure(self.studio.subtitles(video, words.language), name)
        return found


def _heard(path: Path) -> Voice:
    try:
        return recorded(path)
    except FileNotFoundError:
        raise MediaError("missing") from None
    except OSError:
        raise MediaError("unreadable") from None


def _picture(
    campaign: Campaign, post: Post, field: str, name: str
) -> tuple[Path | None, Fault | None]:
    try:
        path = found_in(campaign.folder, name)
        medium = measure(path, "")
        if medium.size_bytes > _MAX_PICTURE_BYTES:
            raise MediaError("huge")
        if medium.kind != "image":
            return None, told.of_no_picture(post, field, name)
    except MediaError as error:
        return None, of_media_error(campaign, post, field, name, error)
    return path, None


def _unmade(video: Video, alt: str, credit: str) -> Media:
    """A video that nobody can send: its file isn't there, and what it hashes is what it is of."""
    return Media(
        path=video.path,
        sha256=video.name,
        mime="video/mp4",
        size_bytes=0,
        alt=alt,
        credit=credit,
        duration_s=video.duration_s,
    )
