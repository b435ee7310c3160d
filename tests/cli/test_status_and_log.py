"""``status`` and ``log``: what needs a person, what is coming, what went out, and who did what."""

from __future__ import annotations

from datetime import datetime, timedelta

from publisher.reach import gone
from publisher.store import channel_states, deliveries
from tests.cli.office import SCHEDULE, ZONE, Office, days_ahead, just_now


def section(out: str, title: str) -> str:
    """What stands under ``title``, to the next empty line."""
    return out.partition(f"{title}\n")[2].partition("\n\n")[0]


def test_each_post_stands_where_its_reader_looks_for_it(office: Office) -> None:
    office.post("hong", just_now())
    office.run("apply")
    office.interrupt("hong")
    office.post("da-dang", just_now())
    office.post("sap-dang", days_ahead(2))
    office.run("apply")
    office.send_due()

    shown = office.run("status")

    assert shown.code == 0
    assert "thu/hong" in section(shown.out, "Needs a person")
    assert "the program stopped" in section(shown.out, "Needs a person")
    assert "thu/sap-dang" in section(shown.out, "Coming")
    assert "thu/da-dang" in section(shown.out, "Went out")
    assert "file://" in section(shown.out, "Went out")


def test_it_looks_seven_days_ahead_or_as_far_as_asked(office: Office) -> None:
    office.post("xa", days_ahead(20))
    office.run("apply")

    near, far = office.run("status"), office.run("status", "--days", "30")

    assert "thu/xa" not in near.out
    assert "Nothing needs you, and nothing goes out within 7 days of today." in near.out
    assert "thu/xa" in far.out


def test_one_campaign_or_post_can_be_asked_about(office: Office) -> None:
    office.post("mot", days_ahead(2))
    office.campaign("khac")
    office.post("hai", days_ahead(2), slug="khac")
    office.run("apply")

    shown = office.run("status", "khac")

    assert "khac/hai" in shown.out
    assert "thu/mot" not in shown.out
    assert office.run("status", "khax").code == 2


def test_a_post_that_was_asked_for_is_shown_however_far_and_also_taken_out(office: Office) -> None:
    office.post("xa", days_ahead(20))
    office.post("thoi", days_ahead(30))
    office.run("apply")
    office.run("cancel", "thu/thoi")

    assert "thu/xa" in section(office.run("status", "thu/xa").out, "Coming")
    taken_out = office.run("status", "thu/thoi")
    assert "thu/thoi" in section(taken_out.out, "Taken out of the plan")
    assert "Nothing needs you" not in taken_out.out
    assert "thu/thoi" not in office.run("status", "--days", "60").out


def test_titles_are_shown_as_they_were_written(office: Office) -> None:
    office.post("bai", days_ahead(2), keys='title = "[khẩn] Mưa lớn [/red]"')
    office.run("apply")

    assert "[khẩn] Mưa lớn [/red]" in office.run("status").out


def test_times_are_the_offices_and_not_the_machines(office: Office) -> None:
    office.post("bai", days_ahead(2, "10:00"))
    office.run("apply")

    assert "10:00" in "".join(office.run("status").lines("thu/bai"))


def test_the_log_says_who_did_what_to_what_and_can_be_narrowed(office: Office) -> None:
    office.post("mot", days_ahead(2))
    office.post("hai", days_ahead(2))
    office.run("apply")
    office.run("cancel", "thu/mot", "--by", "Lan")

    everything, narrowed = office.run("log"), office.run("log", "mot")
    last = office.run("log", "--limit", "1")

    [line] = everything.lines("cancel")
    assert "Lan" in line
    assert "/mot/" in line
    assert "/hai/" in everything.out
    assert "/hai/" not in narrowed.out
    assert len(last.out.strip().splitlines()) == 1


def test_the_record_is_in_words_and_local_time(office: Office) -> None:
    when = days_ahead(2)
    office.campaign(keys="approvals = 1")
    office.post("mai", when)
    office.run("apply")
    office.run("approve", "thu/mai", "--by", "Hoa")
    office.run("hold", "--all", "--reason", "Quốc tang", "--by", "An")

    shown = office.run("log", lang="vi")

    day = datetime.fromisoformat(when)
    assert shown.lines(f"đăng lúc {day:%d/%m/%Y %H:%M}")
    [approved] = shown.lines("đã duyệt")
    assert approved.endswith("/mai/fanpage")
    [held] = shown.lines("tạm dừng")
    assert held.endswith("An  tạm dừng  tất cả  lý do: Quốc tang")


def test_an_empty_record_says_so(office: Office) -> None:
    assert "Nothing is in the record yet." in office.run("log").out


def test_a_number_of_days_that_is_none_is_refused_in_the_readers_words(office: Office) -> None:
    refused = office.run("status", "--days", "x", lang="vi")

    assert refused.code == 2
    assert "integer" not in refused.out
    assert office.run("status", "--days", "-1").code == 2


def test_a_day_on_which_nothing_goes_out_stands_above_what_is_coming(office: Office) -> None:
    today = datetime.now(ZONE).date()
    days = f'from = "{today - timedelta(days=1)}"\nto = "{today}"\nreason = "Quốc tang"\n'
    office.schedule(f'{SCHEDULE}\n[[blackouts]]\n{days}channels = ["portal"]\n')
    office.post("sap-dang", days_ahead(2))
    office.run("apply")

    first = office.run("status").out.splitlines()[0]

    last = f"{today.day} {today:%b %Y}"
    assert first == f"Nothing goes out today: portal — Quốc tang (until the end of {last})"


def test_what_a_hold_or_a_stopped_channel_keeps_is_shown_as_kept(office: Office) -> None:
    office.post("mot", days_ahead(2))
    office.run("apply")
    office.run("hold", "--channel", "fanpage", "--reason", "Quốc tang")
    [line] = office.run("status").lines("thu/mot")
    assert line.endswith("planned, on hold")
    office.run("release", "--channel", "fanpage")
    with office.site() as site, site.database.writing() as session:
        channel_states.stop(session, "fanpage", "401", site.clock())
    [line] = office.run("status").lines("thu/mot")
    assert line.endswith("planned, its channel is stopped")


def test_a_post_that_is_no_longer_on_its_channel_is_shown_so(office: Office) -> None:
    office.post("da-dang", just_now())
    office.run("apply")
    office.send_due()
    at = datetime(2027, 10, 10, 20, 0, tzinfo=ZONE)
    with office.site() as site, site.database.writing() as session:
        [row] = deliveries.matching(session, post="da-dang")
        gone.mark(session, deliveries.number_of(row), there=False, now=at)

    shown, log = office.run("status"), office.run("log")

    assert "sent, no longer there since 10 Oct 2027 20:00" in section(shown.out, "Went out")
    assert any("no longer there" in line and "thu/" in line for line in log.out.splitlines())
