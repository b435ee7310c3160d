"""A licence is written one way, however people type it."""

from __future__ import annotations

import pytest

from publisher.media.licences import asks_for_credit, normalised


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("CC BY 4.0", "CC-BY-4.0"),
        ("cc-by-sa", "CC-BY-SA-4.0"),
        ("CC BY-NC-ND 3.0", "CC-BY-NC-ND-3.0"),
        ("Creative Commons Attribution-ShareAlike 4.0 International", "CC-BY-SA-4.0"),
        ("https://creativecommons.org/licenses/by/4.0/deed.vi", "CC-BY-4.0"),
        ("http://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("cc0", "CC0-1.0"),
        ("Public domain", "CC-PDM-1.0"),
        ("  Tự   làm ", "own-work"),
        ("tu\u031b\u0323 la\u0300m", "own-work"),
        ("đã mua", "bought"),
        ("Báo Đồng Tháp cho dùng đến hết năm", "Báo Đồng Tháp cho dùng đến hết năm"),
        ("CC BY-ND-SA", "CC BY-ND-SA"),
        ("CC BY 9.9", "CC BY 9.9"),
        ("", ""),
    ],
)
def test_what_is_known_has_its_identifier_and_the_rest_stays_as_typed(
    typed: str, written: str
) -> None:
    assert normalised(typed) == written
    assert normalised(written) == written


def test_only_licences_that_say_so_ask_for_the_makers_name() -> None:
    assert asks_for_credit("CC-BY-NC-4.0")
    assert not asks_for_credit("CC0-1.0")
    assert not asks_for_credit("own-work")
