"""Reports over a real mail server on loopback: whole, once a person, honest in doubt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from channels.base import (
    AmbiguousError,
    CannotTellError,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
    Message,
    TransientError,
)
from channels.simulated.email import PASSWORD, Platform
from channels.testing import DictJournal
from publisher.clock import MovedClock
from publisher.reports.channel import ReportChannel
from publisher.reports.letter import self_contained
from publisher.reports.weekly import compose
from publisher.secrets import secret_reader
from publisher.settings import Settings
from publisher.settings.mail import Mail
from tests.reports.builders import NAMES, OFFICE, busy_week, empty_week

TO = ("chu-tich@example.vn", "pho-chu-tich@example.vn", "chanh-van-phong@example.vn")


@pytest.fixture
def server(clock: MovedClock) -> Iterator[Platform]:
    with Platform(clock) as running:
        yield running


@pytest.fixture
def message(tmp_path: Path, clock: MovedClock) -> Message:
    """The weekly mail of a busy week as a delivery's message."""
    mail = compose(busy_week(), OFFICE, "vi", names=NAMES)
    return mail.to_message("reports/2027/weekly/reports/2027-W40", clock(), tmp_path / "reports")


def channel(
    server: Platform, clock: MovedClock, to: tuple[str, ...] = TO, **keys: Any
) -> ReportChannel:
    relay = server.config()
    mail = {name: relay[name] for name in ("host", "port", "security", "username", "password")}
    given = {**mail, "sender": "bao-cao@dongthap.example.vn", **keys}
    settings = Settings(office=OFFICE, mail=Mail.model_validate(given))
    secret = secret_reader(Path("/"), environment={}, given=server.secrets())
    return ReportChannel.of(settings, clock, secret, Path("/nowhere"), to=to)


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def recipients(server: Platform) -> list[str]:
    return [str(mail["To"]) for mail in server.mailbox]


def test_each_recipient_gets_the_whole_mail(
    server: Platform, clock: MovedClock, message: Message
) -> None:
    receipt = channel(server, clock).send(message, DictJournal())
    assert recipients(server) == list(TO)
    mail = server.mailbox[0]
    assert mail.get_content_type() == "multipart/alternative"
    text, page = mail.iter_parts()
    assert text.get_content_type() == "text/plain"
    assert page.get_content_type() == "multipart/related"
    assert part(mail, "plain").replace("\r\n", "\n") == message.body.plain
    assert part(mail, "html").replace("\r\n", "\n").rstrip() == message.body.written.rstrip()
    [_html, picture] = page.iter_parts()
    assert picture.get_content() == message.media[0].path.read_bytes()
    assert f"cid:{str(picture['Content-ID']).strip('<>')}" in part(mail, "html")
    assert mail["Subject"] == message.title
    [sender] = mail["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (
        "UBND tỉnh Đồng Tháp",
        "bao-cao@dongthap.example.vn",
    )
    assert mail["Auto-Submitted"] == "auto-generated"
    assert str(mail["Message-ID"]) == receipt.remote_id
    assert receipt.at == clock()


def test_a_mail_without_pictures_arrives_as_well(
    server: Platform, clock: MovedClock, tmp_path: Path
) -> None:
    empty = compose(empty_week(), OFFICE, "vi").to_message("k", clock(), tmp_path)
    channel(server, clock).send(empty, DictJournal())
    assert len(server.mailbox) == len(TO)


def test_what_arrives_can_be_opened_in_a_browser(
    server: Platform, clock: MovedClock, message: Message
) -> None:
    channel(server, clock).send(message, DictJournal())
    page = self_contained(server.mailbox[0])
    assert "cid:" not in page
    assert "data:image/png;base64," in page


def test_the_message_id_is_the_deliverys_and_stays_the_same(
    server: Platform, clock: MovedClock, message: Message
) -> None:
    first = channel(server, clock).send(message, DictJournal())
    clock.advance(timedelta(hours=1))
    again = channel(server, clock).send(message, DictJournal())
    other = channel(server, clock).send(replace(message, key="other"), DictJournal())
    assert first.remote_id == again.remote_id != other.remote_id


def test_an_address_named_twice_gets_one_mail(
    server: Platform, clock: MovedClock, message: Message
) -> None:
    channel(server, clock, (TO[0], TO[0].upper())).send(message, DictJournal())
    assert len(server.mailbox) == 1


def test_a_repeat_goes_only_to_those_who_have_none(
    server: Platform, clock: MovedClock, message: Message
) -> None:
    journal = DictJournal()
    server.faults.next("500", after=1)
    with pytest.raises(TransientError):
        channel(server, clock).send(message, journal)
    # The one who was put off kept nobody else waiting.
    assert recipients(server) == [TO[0], TO[2]]
    channel(server, clock).send(message, journal)
    assert recipients(server) == [TO[0], TO[2], TO[1]]
    channel(server, clock).send(message, journal)
    assert len(server.mailbox) == 3


def test_a_refused_recipient_does_not_keep_the_others_from_theirs(
    server: Platform, clock: MovedClock, message: Message
) -> None:
    journal = DictJournal()
    server.faults.next("invalid")
    channel(server, clock).send(message, journal)
    assert recipients(server) == list(TO[1:])
    channel(server, clock).send(message, journal)
    assert recipients(server) == list(TO[1:])


def test_all_refused_is_a_failure_and_a_person_can_have_it_tried_again(
    server: Platform, clock: MovedClock, message: Message
) -> None:
    journal = DictJournal()
    server.faults.next("invalid", times=3)
    with pytest.raises(InvalidContentError):
        channel(server, clock).send(message, journal)
    channel(server, clock).send(message, journal)
    assert recipients(server) == list(TO)


def test_refused_and_put_off_together_end_as_what_happened_last(
    server: Platform, clock: MovedClock, message: Message
) -> None:
    journal = DictJournal()
    server.faults.next("invalid")
    server.faults.next("500", times=2)
    with pytest.raises(TransientError):
        channel(server, clock).send(message, journal)
    server.faults.next("invalid", times=2)
    with pytest.raises(InvalidContentError):
        channel(server, clock).send(message, journal)


def test_a_line_that_drops_after_the_mail_was_handed_over_is_a_doubt(
    server: Platform, clock: MovedClock, message: Message
) -> None:
    journal = DictJournal()
    server.faults.next("drop", after=1)
    with pytest.raises(AmbiguousError):
        channel(server, clock).send(message, journal)
    # The others have theirs all the same; nothing was lost with the one.
    assert recipients(server) == list(TO)


def test_a_doubt_goes_before_every_other_trouble(
    server: Platform, clock: MovedClock, message: Message
) -> None:
    server.faults.next("drop")
    server.faults.next("forbidden")
    with pytest.raises(AmbiguousError):
        channel(server, clock).send(message, DictJournal())


def test_notes_of_a_whole_send_prove_that_it_went_out(
    server: Platform, clock: MovedClock, message: Message
) -> None:
    journal, line = DictJournal(), channel(server, clock)
    with pytest.raises(CannotTellError):
        line.find(message, clock(), journal)
    receipt = line.send(message, journal)
    found = line.find(message, clock(), journal)
    assert found is not None
    assert found.remote_id == receipt.remote_id


def test_notes_with_a_doubt_in_them_prove_nothing(
    server: Platform, clock: MovedClock, message: Message
) -> None:
    journal, line = DictJournal(), channel(server, clock)
    server.faults.next("drop", after=2)
    with pytest.raises(AmbiguousError):
        line.send(message, journal)
    with pytest.raises(CannotTellError):
        line.find(message, clock(), journal)


def test_a_server_that_is_away_took_nothing(
    server: Platform, clock: MovedClock, message: Message
) -> None:
    line = channel(server, clock)
    with server.unreachable(), pytest.raises(TransientError):
        line.send(message, DictJournal())


def test_a_wrong_password_is_for_a_person_to_mend(
    server: Platform, clock: MovedClock, message: Message
) -> None:
    server.faults.always("expired", on="any")
    with pytest.raises(CredentialsExpiredError) as raised:
        channel(server, clock).send(message, DictJournal())
    assert PASSWORD not in str(raised.value)


def test_a_sender_that_is_not_allowed_is_forbidden(
    server: Platform, clock: MovedClock, message: Message
) -> None:
    server.faults.next("forbidden")
    with pytest.raises(ForbiddenError):
        channel(server, clock).send(message, DictJournal())
    assert server.mailbox == []


def test_a_picture_that_is_lost_is_told_before_anyone_is_mailed(
    server: Platform, clock: MovedClock, message: Message
) -> None:
    message.media[0].path.unlink()
    with pytest.raises(TransientError, match="can't be read"):
        channel(server, clock).send(message, DictJournal())
    assert server.mailbox == []


def test_nobody_to_mail_is_a_failure(server: Platform, clock: MovedClock, message: Message) -> None:
    with pytest.raises(InvalidContentError):
        channel(server, clock, ()).send(message, DictJournal())


def test_the_journal_does_not_tell_who_got_it(
    server: Platform, clock: MovedClock, message: Message
) -> None:
    journal = DictJournal()
    channel(server, clock).send(message, journal)
    assert not any("@" in name + value for name, value in journal.notes.items())


def test_identifying_logs_in_and_sends_nothing(server: Platform, clock: MovedClock) -> None:
    assert channel(server, clock).identify().id == "bao-cao@dongthap.example.vn"
    assert server.mailbox == []
