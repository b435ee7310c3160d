"""Without ffmpeg nothing is made, and everything that needs none goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.video import Studio, VideoError, recorded
from tests.video.builders import script, voice


@pytest.mark.usefixtures("bare_machine")
def test_a_machine_without_ffmpeg_says_so(studio: Studio, tmp_path: Path) -> None:
    made = studio.video(script("Một."))
    with pytest.raises(VideoError) as told:
        studio.make(made)
    assert told.value.code == "ffmpeg"
    with pytest.raises(VideoError) as of_voice:
        recorded(voice(tmp_path / "loi.wav", 1.0))
    assert of_voice.value.code == "ffmpeg"
    assert "Một." in studio.subtitles(made, "vi").read_text("utf-8")
