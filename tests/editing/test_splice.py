"""One value changed: what is outside it stays byte for byte, whatever the file looks like."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from publisher.campaign.post_file import PostFile, take_apart
from publisher.editing.layout import laid_out
from publisher.editing.literals import literal
from publisher.editing.splice import UnplaceableError, with_value
from tests.campaign.corpus import CORPUS
from tests.campaign.workspace import ENTRY, GOOD, OPENING, THANKS

HOUSE = Path(__file__).parents[2]
SHIPPED = [
    path.read_bytes().decode()
    for path in sorted([*HOUSE.glob("campaigns/*/posts/*.md"), *HOUSE.glob("publisher/**/*.md")])
    if path.read_bytes().lstrip().startswith(b"+++")
]
ODD = [
    "+++\nwhen = 'D-7 08:00'   # một tuần trước\nchannels=[ 'a','b' ]\n+++\nThân bài",
    '+++\n# đầu\nfor.x.text = "a"\nfor.x.title = \'b\'\nwhen="D"\n\n+++\n\n\nThân bài\n\n\n',
    '+++\nwhen = "D"\nfor = { x = { text = "a", title = "b" }, zalo = {} }\n+++\nT',
    '\n\n+++  \nwhen = "D"\ntitle = """a\nb"""\nchannels = [\n  "a", # một\n  "b" # hai\n]\n'
    "\n# của x\n[for.x] # kênh x\n\n[for.x.options]\npin = true\n  +++\nT\n",
    "\ufeff+++\nwhen = 'D'\n[translation.en]\ntext = '''\nMột\nhai'''\n+++\nBody\n",
]


def parses(text: str) -> bool:
    """Whether ``text`` is a post whose front matter is TOML, whatever it says."""
    try:
        layout = laid_out(text)
        tomllib.loads(text[slice(*layout.front)])
    except (ValueError, RecursionError):
        return False
    return "\x07" not in text


SLIPS = [
    one.text
    for one in CORPUS
    if one.file.endswith(".md") and len(one.text) < 10_000 and parses(one.text)
]
FILES = [*SHIPPED, GOOD[OPENING], GOOD[THANKS], GOOD[ENTRY], *ODD, *SLIPS]
ENDS = ["\n", "\r\n", "\r"]

WAYS = [
    ("when",),
    ("title",),
    ("summary",),
    ("link",),
    ("for", "x", "text"),
    ("for", "x", "title"),
    ("for", "zalo", "text"),
    ("translation", "en", "text"),
]
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\r"), max_size=40
) | st.sampled_from(
    ['"', '"""', "'''", "\\", 'a\n"', "a\n'''\n", "\n", "#", "dòng một\ndòng hai\n"]
)


def data(text: str) -> dict[str, Any]:
    layout = laid_out(text)
    front = text[slice(*layout.front)]
    return tomllib.loads(front.replace("\r\n", "\n").replace("\r", "\n"))


def at(found: Any, way: tuple[str, ...]) -> Any:
    for part in way:
        found = found.get(part) if isinstance(found, dict) else None
    return found


def common(before: str, after: str) -> tuple[int, int]:
    """How many signs at the beginning, and then at the end, two texts have in common."""
    most = min(len(before), len(after))
    start = next((n for n in range(most) if before[n] != after[n]), most)
    rest = most - start
    end = next((n for n in range(rest) if before[-1 - n] != after[-1 - n]), rest)
    return start, end


@settings(max_examples=400)
@given(st.sampled_from(FILES), st.sampled_from(ENDS), st.sampled_from(WAYS), TEXTS)
def test_outside_the_changed_value_not_a_byte_differs(
    file: str, end: str, way: tuple[str, ...], value: str
) -> None:
    before = file.replace("\n", end)
    old = at(data(before), way)
    assume(not isinstance(old, dict))
    after = laid_out(before).with_key(way, value).text
    assert at(data(after), way) == value
    # What was cut away is the old value and nothing else; what came is the new one, or a new line.
    start, tail = common(before, after)
    cut = before[start : len(before) - tail]
    came = after[start : len(after) - tail]
    if old is None:
        assert cut == ""
    elif isinstance(old, str):
        assert len(cut) <= max(len(one) for one in written(old, end))
    if old is None:
        headings = [line for line in came.splitlines() if line.startswith("[")]
        assert len([one for one in headings if one not in value]) <= 1
    if end == "\r\n":
        assert after.count("\n") == after.count("\r\n")


def written(old: str, end: str) -> list[str]:
    """Every way in which ``old`` may stand in a file."""
    lines = old.replace("\n", end)
    return [literal(old).replace("\n", end), f'"""{end}{lines}"""', f"'{lines}'"]


@settings(max_examples=200)
@given(st.sampled_from(FILES), st.sampled_from(ENDS), st.data())
def test_a_key_that_goes_takes_its_own_line_and_nothing_else(
    file: str, end: str, drawn: st.DataObject
) -> None:
    before = file.replace("\n", end)
    found = {way: at(data(before), way) for way in WAYS}
    there = [way for way, old in found.items() if old is not None and not isinstance(old, dict)]
    assume(there)
    way = drawn.draw(st.sampled_from(there))
    after = laid_out(before).with_key(way, None).text
    assert at(data(after), way) is None
    start, tail = common(before, after)
    assert start + tail == len(after)
    assert laid_out(after).body_text == laid_out(before).body_text


@settings(max_examples=200)
@given(st.sampled_from(FILES), st.sampled_from(ENDS), st.text("ab #+\n\\\"'*", max_size=30))
def test_a_body_is_changed_between_the_blanks_around_it(file: str, end: str, words: str) -> None:
    words = words.strip() or "x"
    before = file.replace("\n", end)
    layout = laid_out(before)
    after = layout.with_body(words)
    assert after.body_text == words
    assert after.text[: layout.body[0]] == before[: layout.body[0]]
    assert after.text.endswith(before[layout.body[1] :])


@pytest.mark.parametrize("end", ENDS, ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("file", FILES, ids=range(len(FILES)))
def test_the_parts_are_found_where_the_reader_finds_them(
    file: str, end: str, tmp_path: Path
) -> None:
    text = file.replace("\n", end)
    path = tmp_path / "bai.md"
    path.write_bytes(text.encode())
    read = take_apart(path)
    assert isinstance(read, PostFile)
    layout = laid_out(text)
    assert layout.body_text == read.body
    assert data(text) == read.front.data
    assert layout.newline == end
    assert layout.with_body(layout.body_text).text == text


@settings(max_examples=200)
@given(
    st.sampled_from(FILES),
    st.sampled_from(ENDS),
    st.lists(st.sampled_from(["a", "b", "fanpage", "zalo", "portal", "x"]), unique=True),
    st.sampled_from([("channels",), ("hashtags",)]),
)
def test_a_list_says_what_is_wanted_and_keeps_the_comments_of_what_stays(
    file: str, end: str, wanted: list[str], way: tuple[str, ...]
) -> None:
    before = file.replace("\n", end)
    after = laid_out(before).with_key(way, wanted).text
    assert data(after) == {**data(before), way[0]: wanted}
    assert laid_out(after).body_text == laid_out(before).body_text


LISTED = 'channels = [\n  "a", # một\n  "b", # hai\n  "c" # ba\n] # hết\nwhen = "D"\n'


@pytest.mark.parametrize(
    ("wanted", "becomes"),
    [
        (["a", "c"], 'channels = [\n  "a", # một\n  "c" # ba\n] # hết\n'),
        (["a", "b"], 'channels = [\n  "a", # một\n  "b", # hai\n] # hết\n'),
        (
            ["a", "b", "c", "d"],
            'channels = [\n  "a", # một\n  "b", # hai\n  "c", # ba\n  "d"\n] # hết\n',
        ),
        (["c", "a"], 'channels = [\n  "c",\n  "a",\n] # hết\n'),
    ],
)
def test_each_part_of_a_list_keeps_its_line(wanted: list[str], becomes: str) -> None:
    assert with_value(LISTED, ("channels",), wanted) == becomes + 'when = "D"\n'


def test_a_new_key_stands_in_line_with_its_neighbours_and_above_the_next_headings_comment() -> None:
    toml = 'when  = "D"\nlink  = "x"\n\n# của x\n[for.x]\ntext = "a"\n'
    assert with_value(toml, ("title",), "T") == (
        'when  = "D"\nlink  = "x"\ntitle = "T"\n\n# của x\n[for.x]\ntext = "a"\n'
    )


def test_a_channel_that_had_nothing_of_its_own_gets_a_heading_at_the_end() -> None:
    toml = 'when = "D"\n[for.x]\ntext = "a"\n'
    assert with_value(toml, ("for", "zalo", "text"), "b\nc\n") == (
        'when = "D"\n[for.x]\ntext = "a"\n\n[for.zalo]\ntext = """\nb\nc\n"""\n'
    )


def test_quotation_marks_stay_as_they_were_where_they_can() -> None:
    assert with_value("k = 'a' # x\n", ("k",), "b") == "k = 'b' # x\n"
    assert with_value("k = 'a'\n", ("k",), "it's") == 'k = "it\'s"\n'


@pytest.mark.parametrize(
    ("toml", "way", "value"),
    [
        ('when = "D"\nfor = "x"\n', ("for", "x", "text"), "a"),
        ("for = [{ y = 1 }]\n", ("for", "x", "text"), "a"),
        ("[[for]]\ny = 1\n", ("for", "x", "text"), "a"),
        ("[[for]]\nx = 1\n", ("for", "x", "text"), "a"),
        ('[for.x]\ntext = "a"\n', ("for", "x"), None),
        ('[for.x]\ntext = "a"\n', ("for",), "a"),
        ("[title]\n", ("title",), "a"),
    ],
)
def test_what_cannot_be_done_by_one_value_is_left_to_a_person(
    toml: str, way: tuple[str, ...], value: str | None
) -> None:
    with pytest.raises(UnplaceableError):
        with_value(toml, way, value)


KEYS = st.sampled_from(["for", "x", "text", '"a.b"', "'c'", "y z".replace(" ", "")])
LINES = st.one_of(
    st.builds(lambda parts: ".".join(parts) + ' = "v"', st.lists(KEYS, min_size=1, max_size=3)),
    st.builds(lambda parts: "[" + ".".join(parts) + "]", st.lists(KEYS, min_size=1, max_size=3)),
    st.builds(lambda parts: "[[" + ".".join(parts) + "]]", st.lists(KEYS, min_size=1, max_size=2)),
    st.builds(lambda name: f"{name} = {{ x.text = 'v', y = [1, 2] }} # c", KEYS),
    st.sampled_from(["", "# lời", "  text = 1", "x = [ # c", "]"]),
)
WAY = st.lists(st.sampled_from(["for", "x", "text", "a.b", "c"]), min_size=1, max_size=3)


@settings(max_examples=1500)
@given(st.lists(LINES, max_size=6), WAY, st.sampled_from(["w", "w\nv\n", None]))
def test_of_any_toml_one_value_is_changed_or_nothing(
    lines: list[str], way: list[str], value: str | None
) -> None:
    toml = "\n".join(lines) + "\n"
    try:
        before = tomllib.loads(toml)
    except ValueError:
        return
    try:
        after = with_value(toml, tuple(way), value)
    except UnplaceableError:
        return
    assert at(tomllib.loads(after), tuple(way)) == value
    kept = [line for line in toml.split("\n") if line.startswith("#")]
    assert [line for line in after.split("\n") if line.startswith("#")] == kept
    assert flat(tomllib.loads(after), way) == flat(before, way)


def flat(found: Any, way: list[str], path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    """Every value by its path, but for the one at ``way``."""
    if not isinstance(found, dict):
        return {} if list(path) == way else {path: found}
    parts = [flat(value, way, (*path, name)) for name, value in found.items()]
    return {key: value for part in parts for key, value in part.items()}
