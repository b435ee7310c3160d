"""Media hosts: addresses that anybody may fetch from, that nobody guesses, and that end."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest
import requests
from moto.server import ThreadedMotoServer

from channels.base import Context, ForbiddenError, Media, TransientError
from channels.hosting import BucketHost, FolderHost, is_public
from channels.simulated.host import LoopbackHost, fetched
from channels.state import State
from channels.testing import StillClock, picture

URL = "https://anh.dongthap.example.vn/publisher"


@pytest.fixture
def clock() -> StillClock:
    return StillClock(datetime.now(UTC))


@pytest.fixture
def medium(tmp_path: Path) -> Media:
    return picture(tmp_path / "media")


class TestFolder:
    made: ClassVar[dict[Path, datetime]] = {}
    """When each file was made by the test's clock: the file system has only its own."""

    @pytest.fixture
    def host(self, tmp_path: Path, clock: StillClock) -> FolderHost:
        return FolderHost(tmp_path / "www", URL + "/", State(tmp_path / "state"), clock)

    def test_the_bytes_stand_at_the_address_readable_by_the_web_server(
        self, host: FolderHost, medium: Media, tmp_path: Path
    ) -> None:
        address = host.address(medium)
        assert address.startswith(URL + "/publisher-")
        assert address.endswith(".png")
        assert address.isascii()
        place = tmp_path / "www" / address.rpartition("/")[2]
        assert place.read_bytes() == medium.path.read_bytes()
        assert place.stat().st_mode & 0o777 == 0o644

    def test_the_same_picture_has_one_address_also_after_a_restart(
        self, host: FolderHost, medium: Media, tmp_path: Path, clock: StillClock
    ) -> None:
        again = FolderHost(tmp_path / "www", URL, State(tmp_path / "state"), clock)
        assert again.address(medium) == host.address(medium)
        assert len(list((tmp_path / "www").iterdir())) == 1

    def test_another_office_gives_the_same_picture_another_name(
        self, host: FolderHost, medium: Media, tmp_path: Path, clock: StillClock
    ) -> None:
        other = FolderHost(tmp_path / "www", URL, State(tmp_path / "elsewhere"), clock)
        assert other.address(medium) != host.address(medium)

    def test_a_file_is_taken_away_when_its_time_is_over_and_never_within_a_day_of_its_address(
        self, host: FolderHost, medium: Media, tmp_path: Path, clock: StillClock
    ) -> None:
        begun = clock()
        for hours in range(0, 240, 7):
            clock.now = begun + timedelta(hours=hours)
            place = tmp_path / "www" / host.address(medium).rpartition("/")[2]
            if place not in self.made:
                self.made[place] = clock()
                os.utime(place, (clock().timestamp(), clock().timestamp()))
            clock.advance(timedelta(hours=24))
            host.sweep()
            assert place.exists()
        clock.advance(timedelta(days=4))
        assert host.sweep() > 0
        assert list((tmp_path / "www").iterdir()) == []

    def test_what_others_put_there_stays(
        self, host: FolderHost, medium: Media, tmp_path: Path, clock: StillClock
    ) -> None:
        host.address(medium)
        other = tmp_path / "www/logo.png"
        other.write_bytes(b"theirs")
        clock.advance(timedelta(days=30))
        host.sweep()
        assert list((tmp_path / "www").iterdir()) == [other]

    def test_a_folder_that_cant_be_written_is_a_matter_of_later(
        self, host: FolderHost, medium: Media, tmp_path: Path
    ) -> None:
        (tmp_path / "www").write_text("a file where the folder should be", encoding="utf-8")
        with pytest.raises(TransientError, match="can't be used"):
            host.address(medium)

    def test_a_picture_that_is_gone_is_told_without_leaving_half_of_it(
        self, host: FolderHost, medium: Media, tmp_path: Path
    ) -> None:
        with pytest.raises(TransientError):
            host.address(replace(medium, path=tmp_path / "gone.png"))
        assert list((tmp_path / "www").iterdir()) == []


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """An S3-compatible storage with one bucket, readable by whoever knows an object's name."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    requests.put(f"{url}/publisher-media", timeout=5)
    readable = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::publisher-media/*",
    }
    policy = {"Version": "2012-10-17", "Statement": [readable]}
    requests.put(f"{url}/publisher-media?policy", json=policy, timeout=5)
    yield url
    server.stop()


class TestBucket:
    def host(
        self, endpoint: str, tmp_path: Path, clock: StillClock, bucket: str = "publisher-media"
    ) -> BucketHost:
        return BucketHost(
            endpoint, bucket, lambda: ("key-id", "key-secret"), State(tmp_path / "state"), clock
        )

    def test_the_bytes_are_fetched_from_a_signed_address(
        self, endpoint: str, tmp_path: Path, clock: StillClock, medium: Media
    ) -> None:
        address = self.host(endpoint, tmp_path, clock).address(medium)
        assert fetched(address) == (medium.path.read_bytes(), "image/png")
        assert "X-Amz-Expires=259200" in address
        assert "key-secret" not in address

    def test_a_public_bucket_has_plain_addresses(
        self, endpoint: str, tmp_path: Path, clock: StillClock, medium: Media
    ) -> None:
        host = BucketHost(
            endpoint,
            "publisher-media",
            lambda: ("key-id", "key-secret"),
            State(tmp_path / "state"),
            clock,
            public_url=f"{endpoint}/publisher-media/",
        )
        address = host.address(medium)
        assert "?" not in address
        assert fetched(address)[0] == medium.path.read_bytes()

    def test_what_is_older_than_was_promised_is_taken_away(
        self, endpoint: str, tmp_path: Path, clock: StillClock, medium: Media
    ) -> None:
        host = self.host(endpoint, tmp_path, clock)
        address = host.address(medium)
        host.sweep()
        fetched(address)
        clock.advance(timedelta(days=4))
        assert host.sweep() >= 1
        with pytest.raises(ValueError, match="404"):
            fetched(address)

    def test_a_bucket_that_isnt_there_is_a_matter_of_later_and_shows_no_key(
        self, endpoint: str, tmp_path: Path, clock: StillClock, medium: Media
    ) -> None:
        with pytest.raises(TransientError, match="NoSuchBucket") as caught:
            self.host(endpoint, tmp_path, clock, bucket="no-such").address(medium)
        assert "key-secret" not in str(caught.value)

    def test_a_storage_that_cant_be_reached_is_a_matter_of_later(
        self, tmp_path: Path, clock: StillClock, medium: Media
    ) -> None:
        began = time.monotonic()
        with pytest.raises(TransientError, match="can't be used"):
            self.host("http://127.0.0.1:9", tmp_path, clock).address(medium)
        assert time.monotonic() - began < 60


def test_without_a_host_the_officer_is_told_what_is_missing(
    tmp_path: Path, clock: StillClock, medium: Media
) -> None:
    context = Context("zalo", clock, str, tmp_path)
    with pytest.raises(ForbiddenError, match="media_host"):
        context.address_of(medium)


def test_the_loopback_host_gives_the_bytes_while_it_runs(medium: Media) -> None:
    with LoopbackHost() as host:
        assert fetched(host.address(medium)) == (medium.path.read_bytes(), "image/png")
        with pytest.raises(ValueError, match="404"):
            fetched(host.address(medium).replace(".png", ".jpg"))


@pytest.mark.parametrize(
    ("url", "fit"),
    [
        ("https://anh.example.vn/a", True),
        ("http://anh.example.vn/a", False),
        ("http://127.0.0.1:8080/a", True),
        ("https://ảnh.example.vn/a", False),
        ("anh.example.vn", False),
    ],
)
def test_only_a_public_address_is_given_to_a_platform(url: str, fit: bool) -> None:
    assert is_public(url) is fit
