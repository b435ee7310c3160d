"""Short videos: slides with captions and, where one is recorded, a voice.

``script`` says what a video is made of, ``timing`` and ``captions`` what is shown when (both pure),
``frames`` draws, ``encode`` has ffmpeg make the film, ``studio`` keeps it by what it was made of.
"""

from publisher.video.script import (
    LONGEST_S,
    SHAPES,
    Script,
    Shape,
    Slide,
    VideoError,
    Voice,
)
from publisher.video.studio import Studio, Video
from publisher.video.subtitles import LANGUAGES
from publisher.video.voice import recorded

__all__ = [
    "LANGUAGES",
    "LONGEST_S",
    "SHAPES",
    "Script",
    "Shape",
    "Slide",
    "Studio",
    "Video",
    "VideoError",
    "Voice",
    "recorded",
]
