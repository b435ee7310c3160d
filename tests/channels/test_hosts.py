"""What an address leads to, as far as its letters tell."""

from __future__ import annotations

import pytest

from channels.web.hosts import is_protected, is_web


@pytest.mark.parametrize(
    "address", ["https://tinh.example.vn", "http://tinh.example.vn:8080/a b?c#d", "HTTPS://A.VN/"]
)
def test_an_address_of_a_site_is_followed(address: str) -> None:
    assert is_web(address)


@pytest.mark.parametrize(
    "address",
    [
        *("", "tinh.example.vn/bai", "/bai", "//tinh.example.vn"),
        *("javascript:alert(1)", "data:text/html,x", "ftp://tinh.example.vn", "mailto:a@b.vn"),
        *("http:", "https://", "https:///bai", "http://[::1", " https://tinh.example.vn"),
    ],
)
def test_what_leads_to_no_site_is_not(address: str) -> None:
    assert not is_web(address)


@pytest.mark.parametrize("address", ["https://a.vn/hook", "http://127.0.0.1:8081", "http://[::1]/"])
def test_a_secret_may_go_where_nobody_else_can_read_it(address: str) -> None:
    assert is_protected(address)


@pytest.mark.parametrize(
    "address",
    [
        *("", "a.vn", "http://a.vn", "http://10.0.0.5:8081", "ftp://a.vn", "ftp://127.0.0.1"),
        *("https://", "https://[::1", "https://ten:matkhau@a.vn", "http://ten@127.0.0.1"),
    ],
)
def test_a_secret_may_go_nowhere_else(address: str) -> None:
    assert not is_protected(address)
