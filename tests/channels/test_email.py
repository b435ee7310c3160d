"""The newsletter against a mail server on loopback: whole, once a person, honest in doubt."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from PIL import Image
from pydantic import ValidationError

from channels.base import (
    AmbiguousError,
    CannotTellError,
    Channel,
    ChannelError,
    Context,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
    Media,
    Message,
    RateLimitedError,
    Settlement,
    Text,
    TransientError,
)
from channels.email.adapter import Adapter, EmailConfig
from channels.simulated import FaultName, StandIn
from channels.simulated.email import PASSWORD, Platform
from channels.testing import ChannelConformance, DictJournal

NOW = datetime(2027, 10, 3, 1, 0, tzinfo=UTC)
HTML = "<p>Còn <strong>7 ngày</strong> nữa đến Ngày Chuyển đổi số quốc gia.</p>"
PLAIN = "Còn 7 ngày nữa đến Ngày Chuyển đổi số quốc gia."


class TestConformance(ChannelConformance):
    """The suite that every adapter passes."""

    kind = "email"
    keys: ClassVar[dict[str, Any]] = {"sender": "tin@dongthap.example.vn"}

    @pytest.mark.parametrize("fault", ["drop", "stall"])
    def test_whatever_may_have_been_taken_is_ambiguous(
        self, channel: Channel[Any], stand_in: StandIn, message: Message, fault: FaultName
    ) -> None:
        """These alone: until the final dot leaves, the sender knows that nothing is taken."""
        stand_in.faults.next(fault)
        hasty = channel.config.model_copy(update={"timeout_s": 0.3})
        with pytest.raises(AmbiguousError):
            Adapter(hasty, channel.context).send(message, DictJournal())


class Notes(dict[str, str]):
    """A journal kept as long as the test."""

    def put(self, name: str, value: str, *, secret: bool = False) -> None:
        self[name] = value


@pytest.fixture
def server() -> Iterator[Platform]:
    with Platform(lambda: NOW) as running:
        yield running


THREE = "Lan <lan@example.vn>\nMinh <minh@example.vn>\nhoa@example.vn\n"


def newsletter(server: Platform, folder: Path, people: str = THREE, **keys: Any) -> Adapter:
    subscribers = folder / "list.txt"
    subscribers.write_text(people, "utf-8")
    given = {
        "adapter": "email",
        "sender": "tin@dongthap.example.vn",
        "sender_name": "Sở Khoa học và Công nghệ",
        "timeout_s": 5,
        **server.config(),
        "subscribers": subscribers,
        **keys,
    }
    config = EmailConfig.model_validate(given)
    context = Context("ban-tin", lambda: NOW, server.secrets().__getitem__, folder / "work")
    return Adapter(config, context)


def message(**other: Any) -> Message:
    return replace(
        Message(
            key="cds/2027/d-7/ban-tin",
            body=Text(HTML, PLAIN),
            due_at=NOW,
            title="Còn 7 ngày nữa",
            summary="Mời bà con tham gia.",
        ),
        **other,
    )


def recipients(server: Platform) -> list[str]:
    return [str(mail["To"].addresses[0].addr_spec) for mail in server.mailbox]


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_each_subscriber_gets_one_whole_mail_of_their_own(server: Platform, tmp_path: Path) -> None:
    people = "# bản tin\nLan <lan@example.vn>\n\nminh@example.vn\nLAN@example.vn\n"
    receipt = newsletter(server, tmp_path, people).send(message(), Notes())
    assert sorted(recipients(server)) == ["LAN@example.vn", "minh@example.vn"]
    mail = server.mailbox[1]
    assert mail["Subject"] == "Còn 7 ngày nữa"
    assert mail["From"] == "Sở Khoa học và Công nghệ <tin@dongthap.example.vn>"
    assert parsedate_to_datetime(mail["Date"]) == NOW
    assert mail["List-Id"] == "<ban-tin.dongthap.example.vn>"
    assert PLAIN in part(mail, "plain")
    assert HTML in part(mail, "html")
    assert [one.remote_id for one in server.published()] == [receipt.remote_id]
    assert receipt.url == ""


def test_message_ids_are_stable_for_a_recipient_and_different_between_recipients(
    server: Platform, tmp_path: Path
) -> None:
    for _ in range(2):
        newsletter(server, tmp_path).send(message(), Notes())
    ids = [mail["Message-ID"] for mail in server.mailbox]
    assert ids[:3] == ids[3:]
    assert len(set(ids)) == 3
    assert len(server.published()) == 1


def test_a_repeat_never_mails_who_was_mailed(server: Platform, tmp_path: Path) -> None:
    notes = Notes()
    channel = newsletter(server, tmp_path)
    first = channel.send(message(), notes)
    assert channel.send(message(), notes) == first
    assert len(server.mailbox) == 3


def test_notes_are_made_without_telling_who_is_on_the_list(
    server: Platform, tmp_path: Path
) -> None:
    notes = Notes()
    server.faults.next("invalid")
    newsletter(server, tmp_path).send(message(), notes)
    assert "example" not in str(notes)
    assert sorted(note.partition(" ")[0] for note in notes.values()) == ["refused", "sent", "sent"]


def test_who_unsubscribed_gets_nothing(server: Platform, tmp_path: Path) -> None:
    gone = tmp_path / "gone.txt"
    gone.write_text("Minh@Example.VN\n")
    newsletter(server, tmp_path, unsubscribed=gone).send(message(), Notes())
    assert sorted(recipients(server)) == ["hoa@example.vn", "lan@example.vn"]


def test_without_the_list_of_who_unsubscribed_nobody_is_mailed(
    server: Platform, tmp_path: Path
) -> None:
    with pytest.raises(ForbiddenError):
        newsletter(server, tmp_path, unsubscribed=tmp_path / "none.txt").send(message(), Notes())
    assert not server.mailbox


def test_unsubscribing_is_one_click_where_it_is_an_https_address(
    server: Platform, tmp_path: Path
) -> None:
    address = "https://dongthap.example.vn/huy?to={address}"
    newsletter(server, tmp_path, "a+b@example.vn", unsubscribe=address).send(message(), Notes())
    (mail,) = server.mailbox
    own = "https://dongthap.example.vn/huy?to=a%2Bb%40example.vn"
    assert mail["List-Unsubscribe"] == f"<{own}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert own in part(mail, "plain")
    assert "Hủy nhận thư" in part(mail, "html")


def test_a_long_address_to_unsubscribe_stands_in_its_header_as_it_is(
    server: Platform, tmp_path: Path
) -> None:
    address = "https://dongthap.example.vn/ban-tin/huy-nhan-thu?" + "x" * 200 + "&to={address}"
    newsletter(server, tmp_path, "lan@example.vn", unsubscribe=address).send(message(), Notes())
    raw = dict(server.mailbox[0].raw_items())
    assert raw["List-Unsubscribe"] == f"<{address.replace('{address}', 'lan%40example.vn')}>"
    assert "\n" not in raw["Message-ID"]


def test_unsubscribing_by_mail_is_no_one_click(server: Platform, tmp_path: Path) -> None:
    newsletter(server, tmp_path, unsubscribe="mailto:huy@example.vn").send(message(), Notes())
    assert server.mailbox[0]["List-Unsubscribe"] == "<mailto:huy@example.vn>"
    assert server.mailbox[0]["List-Unsubscribe-Post"] is None


def test_pictures_stand_inside_the_mail_with_their_alt_text(
    server: Platform, tmp_path: Path
) -> None:
    path = tmp_path / "thiep.png"
    Image.new("RGB", (8, 8), "#0b63c7").save(path)
    content = path.read_bytes()
    picture = Media(
        path, hashlib.sha256(content).hexdigest(), "image/png", len(content), 'Thiệp "7 ngày"'
    )
    newsletter(server, tmp_path).send(message(media=(picture,)), Notes())
    mail = server.mailbox[0]
    (inside,) = [one for one in mail.walk() if one.get_content_type() == "image/png"]
    assert inside.get_content() == content
    assert f'src="cid:{inside["Content-ID"].strip("<>")}"' in part(mail, "html")
    assert 'alt="Thiệp &quot;7 ngày&quot;"' in part(mail, "html")
    assert '[Hình: Thiệp "7 ngày"]' in part(mail, "plain")
    assert server.published()[0].media == 1


def test_a_picture_that_cant_be_read_now_is_a_matter_of_later(
    server: Platform, tmp_path: Path
) -> None:
    lost = Media(tmp_path / "gone.png", "0" * 64, "image/png", 8, "Thiệp")
    notes = Notes()
    with pytest.raises(TransientError, match=r"gone\.png"):
        newsletter(server, tmp_path).send(message(media=(lost,)), notes)
    assert server.mailbox == []
    assert notes == {}


def test_a_link_that_the_text_lacks_is_added_and_one_it_has_is_not(
    server: Platform, tmp_path: Path
) -> None:
    channel = newsletter(server, tmp_path, "lan@example.vn")
    channel.send(message(key="a", link="https://a.vn/x"), Notes())
    body = Text("<p><a href='https://a.vn/x'>Xem</a></p>", "Xem https://a.vn/x")
    channel.send(message(key="b", body=body, link="https://a.vn/x"), Notes())
    assert [part(mail, "plain").count("https://a.vn/x") for mail in server.mailbox] == [1, 1]
    assert [part(mail, "html").count("https://a.vn/x") for mail in server.mailbox] == [1, 1]


def test_without_a_title_the_first_line_is_the_subject_and_no_header_can_be_smuggled_in(
    server: Platform, tmp_path: Path
) -> None:
    channel = newsletter(server, tmp_path, "lan@example.vn")
    channel.send(message(key="a", title="", body=Text("<p>x</p>", "\nMột\nHai")), Notes())
    channel.send(message(key="b", title="Tin\r\nBcc: all@example.vn"), Notes())
    assert [mail["Subject"] for mail in server.mailbox] == ["Một", "Tin Bcc: all@example.vn"]
    assert [mail["Bcc"] for mail in server.mailbox] == [None, None]


def test_a_refused_recipient_does_not_keep_the_others_from_their_mail(
    server: Platform, tmp_path: Path
) -> None:
    notes = Notes()
    server.faults.next("invalid", after=1)
    newsletter(server, tmp_path).send(message(), notes)
    assert recipients(server) == ["lan@example.vn", "hoa@example.vn"]


def test_a_list_of_whom_all_are_refused_is_a_failure(server: Platform, tmp_path: Path) -> None:
    server.faults.always("invalid")
    with pytest.raises(InvalidContentError):
        newsletter(server, tmp_path).send(message(), Notes())


def test_doubt_about_one_is_told_and_the_others_are_mailed_all_the_same(
    server: Platform, tmp_path: Path
) -> None:
    notes = Notes()
    server.faults.next("drop", after=1)
    channel = newsletter(server, tmp_path)
    with pytest.raises(AmbiguousError, match="1/3"):
        channel.send(message(), notes)
    assert sorted(notes.values()) == ["sent", "sent", "unsure"]
    assert len(server.mailbox) == 3
    with pytest.raises(CannotTellError):
        channel.find(message(), NOW, notes)


def test_after_a_person_said_again_only_the_doubtful_one_is_mailed(
    server: Platform, tmp_path: Path
) -> None:
    notes = Notes()
    server.faults.next("drop", after=1)
    channel = newsletter(server, tmp_path)
    with pytest.raises(AmbiguousError):
        channel.send(message(), notes)
    channel.send(message(), notes)
    assert recipients(server) == [
        "lan@example.vn",
        "minh@example.vn",
        "hoa@example.vn",
        "minh@example.vn",
    ]
    assert set(notes.values()) == {"sent"}


def test_doubt_about_one_doesnt_keep_the_later_batches_from_their_mail(
    server: Platform, tmp_path: Path
) -> None:
    notes = Notes()
    server.faults.next("drop")
    people = "\n".join(f"nguoi{number}@example.vn" for number in range(5))
    channel = newsletter(server, tmp_path, people, batch=2)
    for _batch in range(2):
        with pytest.raises(RateLimitedError, match="the rest follows"):
            channel.send(message(), notes)
    with pytest.raises(AmbiguousError, match="1/5"):
        channel.send(message(), notes)
    assert len(set(recipients(server))) == len(server.mailbox) == 5


def test_who_is_in_doubt_is_never_mailed_again_without_a_person(
    server: Platform, tmp_path: Path
) -> None:
    notes = Notes()
    people = "\n".join(f"nguoi{number}@example.vn" for number in range(3))
    channel = newsletter(server, tmp_path, people, batch=1)
    server.faults.next("drop", times=4)
    for error in (RateLimitedError, RateLimitedError, AmbiguousError):
        with pytest.raises(error):
            channel.send(message(), notes)
    # A person says "again"; the first one's answer is lost once more.
    for error in (RateLimitedError, RateLimitedError, AmbiguousError):
        with pytest.raises(error):
            channel.send(message(), notes)
    assert [recipients(server).count(f"nguoi{number}@example.vn") for number in range(3)] == [2] * 3


def test_a_list_of_whom_all_were_refused_is_mailed_once_that_is_mended(
    server: Platform, tmp_path: Path
) -> None:
    notes = Notes()
    channel = newsletter(server, tmp_path, batch=2)
    server.faults.always("invalid")
    for error in (RateLimitedError, InvalidContentError):
        with pytest.raises(error):
            channel.send(message(), notes)
    server.faults.clear()
    with pytest.raises(RateLimitedError):
        channel.send(message(), notes)
    channel.send(message(), notes)
    assert sorted(recipients(server)) == ["hoa@example.vn", "lan@example.vn", "minh@example.vn"]


@pytest.mark.parametrize(
    "odd", ["lan..nguyen@example.vn", "a@b..vn", "lan.@example.vn", "x\x01@b.vn", "a\\@b.vn"]
)
def test_one_odd_address_doesnt_keep_the_others_from_their_mail(
    server: Platform, tmp_path: Path, odd: str
) -> None:
    notes = Notes()
    newsletter(server, tmp_path, f"lan@example.vn\n{odd}\nminh@example.vn").send(message(), notes)
    assert recipients(server) == ["lan@example.vn", "minh@example.vn"]
    assert notes["faulty lines"] == "2"


def test_no_answer_in_time_after_the_mail_is_doubt(server: Platform, tmp_path: Path) -> None:
    server.faults.next("stall")
    with pytest.raises(AmbiguousError):
        newsletter(server, tmp_path, "lan@example.vn", timeout_s=0.2).send(message(), Notes())


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("refuse", TransientError),
        ("500", TransientError),
        ("429", TransientError),
        ("expired", CredentialsExpiredError),
        ("forbidden", ForbiddenError),
    ],
)
def test_what_the_server_did_not_take_goes_with_the_next_attempt(
    server: Platform, tmp_path: Path, fault: Any, error: type[ChannelError]
) -> None:
    notes = Notes()
    server.faults.next(fault, after=1)
    channel = newsletter(server, tmp_path)
    with pytest.raises(error):
        channel.send(message(), notes)
    assert "begun" not in notes.values()
    channel.send(message(), notes)
    assert sorted(recipients(server)) == ["hoa@example.vn", "lan@example.vn", "minh@example.vn"]


def test_a_server_that_puts_everybody_off_is_left_alone_after_a_few(
    server: Platform, tmp_path: Path
) -> None:
    notes = Notes()
    server.faults.always("500")
    people = "\n".join(f"nguoi{number}@example.vn" for number in range(20))
    with pytest.raises(TransientError, match="3/20"):
        newsletter(server, tmp_path, people).send(message(), notes)
    assert len(notes) == 3


def test_a_server_that_is_away_has_taken_nothing(server: Platform, tmp_path: Path) -> None:
    notes = Notes()
    with server.unreachable(), pytest.raises(TransientError):
        newsletter(server, tmp_path).send(message(), notes)
    assert not notes
    newsletter(server, tmp_path).send(message(), notes)
    assert len(server.mailbox) == 3


def test_a_long_list_goes_out_in_batches_with_a_pause_between(
    server: Platform, tmp_path: Path
) -> None:
    notes = Notes()
    people = "\n".join(f"nguoi{number}@example.vn" for number in range(5))
    channel = newsletter(server, tmp_path, people, batch=2, pause_s=90)
    for sent in (2, 4):
        with pytest.raises(RateLimitedError, match=f"{sent}/5") as limit:
            channel.send(message(), notes)
        assert limit.value.until == NOW + timedelta(seconds=90)
    channel.send(message(), notes)
    assert len(set(recipients(server))) == len(server.mailbox) == 5


def test_lines_that_are_no_addresses_are_noted_and_passed_over(
    server: Platform, tmp_path: Path
) -> None:
    notes = Notes()
    people = "lan@example.vn\nkhông phải địa chỉ\nă@example.vn\n@\nminh@example.vn\n"
    newsletter(server, tmp_path, people).send(message(), notes)
    assert recipients(server) == ["lan@example.vn", "minh@example.vn"]
    assert notes["faulty lines"] == "2, 3, 4"


def test_identify_logs_in_counts_the_list_and_mails_nobody(
    server: Platform, tmp_path: Path
) -> None:
    account = newsletter(server, tmp_path).identify()
    assert (account.id, account.followers) == ("tin@dongthap.example.vn", 3)
    assert not server.mailbox


def test_a_wrong_password_stops_the_channel_and_is_not_told(
    server: Platform, tmp_path: Path
) -> None:
    channel = newsletter(server, tmp_path, username="ai-do")
    with pytest.raises(CredentialsExpiredError) as caught:
        channel.identify()
    assert PASSWORD not in str(caught.value)


def test_everyone_mailed_is_proof_that_it_went_out(server: Platform, tmp_path: Path) -> None:
    notes = Notes()
    channel = newsletter(server, tmp_path)
    receipt = channel.send(message(), notes)
    assert channel.find(message(), NOW, notes) == receipt
    with pytest.raises(CannotTellError):
        channel.find(message(), NOW, Notes())
    assert Adapter.settlement is Settlement.NONE


@pytest.mark.parametrize(
    "wrong",
    [
        {"security": "none", "host": "mail.example.vn"},
        {"unsubscribe": "http://a.vn"},
        {"sender": "không"},
        {"sender": "a..b@example.vn"},
        {"sender": "bản@example.vn"},
        {"sender_name": "Sở\nBcc: x@y.vn"},
        {"unsubscribe": "https://hủy.vn/x"},
        {"list_id": "a>b"},
        {"batch": 0},
    ],
)
def test_a_faulty_configuration_is_refused(
    server: Platform, tmp_path: Path, wrong: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError):
        newsletter(server, tmp_path, **wrong)
