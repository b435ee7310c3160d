"""A rehearsal shows the office's media library, and leaves it as it is."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from publisher.clock import MovedClock
from publisher.desk.collection import Collection
from publisher.desk.description import Words
from publisher.media.record import Consent
from publisher.rehearsal.episodes import coming
from publisher.rehearsal.stage import Stage
from publisher.settings import Settings
from publisher.site import open_site
from publisher.store import deliveries
from tests.rehearsal.conftest import NOW


def test_a_post_with_a_picture_of_the_library_goes_out(settings: Settings, tmp_path: Path) -> None:
    Image.linear_gradient("L").save(tmp_path / "sen.png")
    words = Words(alt="Sen", licence="own", consent=Consent.NOT_NEEDED)
    clock = MovedClock(NOW)
    site, _faults = open_site(tmp_path / "schedule.toml", clock)
    assert site is not None
    collection = Collection(site.database, settings.var_folder, clock)
    collection.add(tmp_path / "sen.png", words, "Lan")
    post = settings.campaigns_folder / "chuyen-doi-so/posts/mo-dau.md"
    text = post.read_text(encoding="utf-8")
    post.write_text(text.replace("title", 'media = [{ library = "sen" }]\ntitle'), encoding="utf-8")

    with Stage(settings, tmp_path / "out", clock, ()) as stage:
        episodes = coming(stage.site.desk.planner.read()[0], settings, NOW)
        clock.move_to(episodes[0].start)
        stage.site.desk.refresh(force=True)
        with stage.site.database.reading() as session:
            planned = deliveries.matching(session, post="mo-dau")
        assert stage.alerts == []
        assert {row.kind for row in planned} == {"picture"}
        assert list((tmp_path / "out/var/media").rglob("*.png"))

    assert collection.used() == {}
    site.close()
