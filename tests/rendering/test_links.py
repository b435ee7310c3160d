"""UTM tags and short links: on the office's own addresses, once, and nowhere else."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.base import Dialect, Limits
from publisher.rendering.links import CODE_LENGTH, CODE_LETTERS, Shortener, Source, tagged
from tests.rendering.builders import HOST, Visible, message

SOURCE = Source("x", "thu-2027", "mot")
SHORT = "https://tinh.example.vn/l"
KEY = "thu/2027/mot/x"
tails = st.text("abcáé:/?#&=.%-", max_size=60)


def test_our_own_links_say_where_a_reader_came_from_and_others_never_do() -> None:
    made = message("https://tinh.example.vn/a?b=1 và https://khac.vn/")
    assert made.body.plain == (
        "https://tinh.example.vn/a?b=1&utm_source=x&utm_medium=social"
        "&utm_campaign=thu-2027&utm_content=mot và https://khac.vn/"
    )


@given(tails)
def test_tagging_a_link_twice_changes_nothing(tail: str) -> None:
    once = tagged(f"https://{HOST}/{tail}", SOURCE, [HOST])
    assert tagged(once, SOURCE, [HOST]) == once


@given(tails)
def test_a_tagged_link_leads_to_the_same_page_with_each_tag_once(tail: str) -> None:
    before = urlsplit(f"https://{HOST}/{tail}")
    after = urlsplit(tagged(before.geturl(), SOURCE, [HOST]))
    assert (before[:3], before.fragment) == (after[:3], after.fragment)
    names = [name for name, _value in parse_qsl(after.query, keep_blank_values=True)]
    assert names.count("utm_source") == names.count("utm_campaign") == 1
    assert after.query.startswith(before.query)


@pytest.mark.parametrize(
    "foreign",
    [
        "https://khac.vn/",
        f"https://{HOST}.xau.vn/",
        f"https://xau.vn/?next=https://{HOST}/",
        f"https://{HOST}@xau.vn/",
        f"https://x{HOST}/",
        f"mailto:a@{HOST}",
        "https://[::1/",
    ],
)
def test_an_address_that_only_looks_like_ours_is_left_alone(foreign: str) -> None:
    assert tagged(foreign, SOURCE, [HOST]) == foreign


@pytest.mark.parametrize("ours", [f"https://{HOST}:443/a", f"HTTPS://{HOST.upper()}/a"])
def test_our_host_is_ours_however_it_is_written(ours: str) -> None:
    assert "utm_source=x" in tagged(ours, SOURCE, [HOST])


def test_links_of_every_kind_are_tagged_and_a_campaign_may_wish_for_none() -> None:
    made = message(f"[a](https://{HOST}/a) https://{HOST}/b", dialect=Dialect.HTML)
    links = Visible(made.body.written).links
    assert len(links) == 2
    assert all("utm_content=mot" in link for link in links)
    plain = message(f"https://{HOST}/b", utm=False)
    assert "utm_" not in plain.body.plain


# -- short links ----------------------------------------------------------------------------------

AS_BEFORE_SHORT_LINKS = {
    Dialect.PLAIN: "43a2416d0647594a57192346fdda2cbf36e882ba920366760e22d85fb456124c",
    Dialect.FACETS: "ce5dfd072d9ba9b2c26e22286b39f908aa0c7cc9c40d466a23f5bbbc00502b78",
    Dialect.HTML: "badd3badf3c6c5aeec7a81a3646d9fd5a4547a604571b660256bde071f07d893",
    Dialect.INLINE_HTML: "b50b2afcf6e7a9769fccb57ab990f3a17af07e46b545099a1a4a353f6322fecf",
}


@pytest.mark.parametrize("dialect", Dialect)
def test_without_a_short_address_every_message_is_what_it_was_before_there_were_any(
    dialect: Dialect,
) -> None:
    made = message(
        f"Xem [tại đây](https://{HOST}/a?b=1) và https://khac.vn/",
        dialect=dialect,
        link=f"https://{HOST}/tin",
        hashtags=("ChuyenDoiSo",),
    )
    assert made.fingerprint == AS_BEFORE_SHORT_LINKS[dialect]


def test_a_short_link_stands_for_our_own_tagged_one_wherever_it_stands() -> None:
    shortener = Shortener(SHORT, KEY)
    made = message(
        f"[đây](https://{HOST}/a) https://khac.vn/",
        dialect=Dialect.HTML,
        link=f"https://{HOST}/tin",
        shortener=shortener,
    )
    targets = {f"{SHORT}/{code}": target for code, target in shortener.links}

    [ours, foreign] = Visible(made.body.written).links
    assert foreign == "https://khac.vn/"
    assert targets[ours].startswith(f"https://{HOST}/a?utm_source=x&")
    assert targets[made.link].startswith(f"https://{HOST}/tin?utm_source=x&")
    assert len(targets) == 2


def test_what_a_facet_leads_to_and_what_a_bare_address_shows_are_short() -> None:
    shortener = Shortener(SHORT, KEY)
    made = message(f"Xem https://{HOST}/a", dialect=Dialect.FACETS, shortener=shortener)
    [(code, _target)] = shortener.links

    assert made.body.plain == f"Xem {SHORT}/{code}"
    assert [facet.value for facet in made.body.facets] == [f"{SHORT}/{code}"]


def test_a_text_is_measured_with_its_short_link() -> None:
    text = "chữ " * 10 + f"https://{HOST}/" + "dai-" * 60
    limits = Limits(text_max=120, threads=True)
    long = message(text, limits=limits, thread=True)
    short = message(text, limits=limits, thread=True, shortener=Shortener(SHORT, KEY))

    assert long.replies
    assert not short.replies
    assert len(short.body.plain) <= 120


def test_a_campaign_that_wishes_for_no_tags_gets_no_short_links() -> None:
    shortener = Shortener(SHORT, KEY)
    made = message(f"https://{HOST}/b", utm=False, shortener=shortener)
    assert made.body.plain == f"https://{HOST}/b"
    assert shortener.links == ()


@given(tails)
def test_the_same_link_of_the_same_post_has_the_same_code_for_ever(tail: str) -> None:
    url = tagged(f"https://{HOST}/{tail}", SOURCE, [HOST])
    first, second = Shortener(SHORT, KEY), Shortener(SHORT, KEY)
    second.short(f"https://{HOST}/other")

    assert first.short(url) == second.short(url)
    assert first.short(url) == first.short(url)
    assert first.links == ((first.short(url).removeprefix(f"{SHORT}/"), url),)
    assert Shortener(SHORT, f"{KEY}/2027-10-11").short(url) != first.short(url)


@given(st.text("abc/-", max_size=20))
def test_a_short_link_in_a_text_is_not_made_shorter(tail: str) -> None:
    shortener = Shortener(SHORT, KEY)
    made = message(f"[chữ](https://{HOST}/x{tail})", dialect=Dialect.HTML, shortener=shortener)
    [once] = Visible(made.body.written).links
    again = message(f"[chữ]({once})", dialect=Dialect.HTML, shortener=shortener)
    assert Visible(again.body.written).links == [once]
    assert len(shortener.links) == 1


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_code_is_of_letters_that_spell_nothing(key: str, target: str) -> None:
    shortener = Shortener(SHORT, key)
    shortener.short(target)
    [(code, _target)] = shortener.links
    assert len(code) == CODE_LENGTH
    assert set(code) <= set(CODE_LETTERS)
    assert not set(CODE_LETTERS) & set("aeiouy" + "01" + "cdklmv")


@given(st.sets(st.text("abcdef", min_size=1, max_size=5), min_size=19, max_size=40))
def test_no_two_links_of_a_delivery_have_one_code_however_few_codes_there_are(
    targets: set[str],
) -> None:
    shortener = Shortener(SHORT, KEY, length=1)
    for target in sorted(targets):
        shortener.short(target)
    assert len(dict(shortener.links)) == len(targets)


def test_a_code_that_leads_elsewhere_already_becomes_a_longer_one() -> None:
    free = Shortener(SHORT, KEY)
    free.short("https://a.vn/")
    [(code, _target)] = free.links

    crowded = Shortener(SHORT, KEY, {code: "https://b.vn/"})
    crowded.short("https://a.vn/")
    own = Shortener(SHORT, KEY, {code: "https://a.vn/"})
    own.short("https://a.vn/")

    [(longer, _target)] = crowded.links
    assert longer.startswith(code)
    assert len(longer) == CODE_LENGTH + 1
    assert own.links == free.links
