"""Reads the console's pages, tables and pictures as people and their programs do."""

from __future__ import annotations

import csv
import html
import io
import re

import requests
from PIL import Image

from tests.web.office import Visitor


def english(visitor: Visitor) -> Visitor:
    visitor.http.cookies.set("language", "en")
    return visitor


def words_of(page: str) -> str:
    """What is read on a page."""
    text = re.sub(r"<(script|style).*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def section(page: str, name: str) -> str:
    """The section with the heading ``name``."""
    return page.partition(f'aria-labelledby="{name}"')[2].partition("</section>")[0]


def table_of(part: str) -> list[list[str]]:
    """The rows of the first table in ``part``, as they are read."""
    body = part.partition("<tbody")[2].partition("</tbody>")[0]
    return [
        [words_of(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)]
        for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    ]


def link_in(part: str, ending: str) -> str:
    """The address in ``part`` that leads to a file of that ending."""
    return html.unescape(next(one for one in re.findall(r'href="([^"]+)"', part) if ending in one))


def rows_of(answer: requests.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def description(answer: requests.Response) -> str:
    """What a PNG says of itself."""
    picture = Image.open(io.BytesIO(answer.content))
    picture.load()
    return str(picture.text["Description"])  # type: ignore[attr-defined]


def shown(number: str) -> str:
    """A number of a file as an English page writes it."""
    return f"{int(number):,}" if number else "–"
