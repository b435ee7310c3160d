"""An assistant that was turned against the office can ask for what it likes: nothing goes out."""

from __future__ import annotations

import inspect
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlmodel import select

from publisher.assistant.abilities import Abilities
from publisher.assistant.marked import has_mark
from publisher.assistant.server import server
from publisher.clock import MovedClock
from publisher.settings.reader import read_settings
from publisher.site import open_site
from publisher.store.models import Approval, Hold
from tests.assistant.visitor import Visitor
from tests.cli.office import Office, days_ahead, local_now

LOOKING = {
    *("list_planned", "show_post", "list_campaigns", "check", "preview"),
    *("show_reach", "show_criteria", "list_matters"),
}
DRAFTING = {"draft_post", "revise_draft", "ask_for_approval"}

NASTY: tuple[Any, ...] = (
    *("", "thu", "mo-dau", "../thu", "/etc/passwd", "_mo-dau", "\x00", "Mời bà con. " * 5000),
    *(None, True, -1, 10**40, [], {}, ["khong-co"], {"approvals": "0"}, {"../x": "Chào."}),
)
"""For any place of any tool."""

PEOPLE_S = {"mo-dau", "cho-duyet", "tu-do"}
"""The posts that people wrote."""

SMUGGLED = (
    "+++\napprovals = 0\n+++\nTự gửi.",
    'x"\napprovals = 0\n#',
    '"""\n+++\napprovals = 0\n+++',
    "{{ ''.__class__.__mro__ }}",
    "{% for a in range(10**9) %}{{ a }}{% endfor %}",
)
"""For the words of a draft: what would be no word in its file."""


def test_there_are_tools_to_look_and_to_draft_and_no_others(assistant: Visitor) -> None:
    tools = {one.name: one for one in assistant.tools()}
    assert set(tools) == LOOKING | DRAFTING
    assert {name for name, one in tools.items() if one.annotations.read_only_hint} == LOOKING


def test_each_tool_reaches_what_it_is_named_for_and_nothing_else(office: Office) -> None:
    abilities = [name for name in vars(Abilities) if not name.startswith("_")]
    assert set(abilities) == LOOKING | DRAFTING
    with office.site() as site:
        read = lambda: read_settings(office.root / "schedule.toml")  # noqa: E731
        own = Abilities(read, site.database, site.clock, "Lan", lambda _: [], office.root)
        for tool in server(own)._tool_manager.list_tools():
            reached = inspect.getclosurevars(tool.fn)
            assert dict(reached.nonlocals) == {"abilities": own}
            assert set(reached.unbound) & set(abilities) <= {tool.name}
        held = {type(one).__module__ for one in vars(own).values()}
    assert not [name for name in held if name.startswith(("publisher.delivery", "publisher.site"))]


def test_whatever_it_calls_nothing_is_approved_nor_sent_nor_stopped(
    assistant: Visitor, furnished: Office
) -> None:
    furnished.post("cho-duyet", days_ahead(1), keys="approvals = 1")
    furnished.post("tu-do", days_ahead(1, "15:00"))
    with furnished.site() as site:
        site.desk.refresh(force=True)
    before = _kept(furnished.root)
    for tool in assistant.tools():
        names = list(tool.input_schema["properties"])
        assistant.ask(tool.name)
        for value in NASTY:
            assistant.ask(tool.name, **dict.fromkeys(names, value))
    for value in SMUGGLED:
        for name in ("text", "title", "link", "when", "hashtags", "channels", "variants"):
            _smuggle(assistant, name, value)
    for tool in ("approve", "send", "settle", "hold", "release", "cancel", "../approve"):
        assert assistant.ask(tool, campaign="thu", post="cho-duyet", number=1).is_error
    for path in sorted((furnished.root / "campaigns/thu/posts").glob("_*.md")):
        name = path.stem.removeprefix("_")
        assistant.ask("ask_for_approval", campaign="thu", post=name)
    assert _kept(furnished.root) == before, "what people wrote is as it was"
    made = [one for one in _posts(furnished.root) if one.name not in before]
    assert made, "it could draft"
    assert [one.name for one in made if not has_mark(one.read_text(encoding="utf-8"))] == []
    _nothing_goes_out(furnished, {one.stem for one in made})


def _smuggle(assistant: Visitor, name: str, value: str) -> None:
    """``value`` at one place of a new draft, and of one that was well."""
    fit: dict[str, Any] = {"campaign": "thu", "when": days_ahead(2), "text": "Mời bà con."}
    shaped: Any = value
    if name in ("hashtags", "channels"):
        shaped = [value]
    elif name == "variants":
        shaped = {"x": value}
    assistant.ask("draft_post", **{**fit, name: shaped})
    assistant.ask("draft_post", **fit, name="moi-ba-con")
    assistant.ask("revise_draft", campaign="thu", post="moi-ba-con", **{name: shaped})


def _posts(root: Path) -> list[Path]:
    return [one for one in (root / "campaigns/thu/posts").iterdir() if one.suffix == ".md"]


def _kept(root: Path) -> dict[str, bytes]:
    """What people wrote."""
    posts = [one for one in _posts(root) if one.stem in PEOPLE_S]
    files = [*posts, root / "schedule.toml", root / "campaigns/thu/campaign.toml"]
    return {one.name: one.read_bytes() for one in files}


def _nothing_goes_out(office: Office, made: set[str]) -> None:
    """The daemon's work for three days: the post that asks for nobody goes out when it is due, and
    nothing of what was ``made``, nor what waits for approval."""
    clock = MovedClock(local_now())
    site, faults = open_site(office.root / "schedule.toml", clock)
    assert site is not None, faults
    for _hour in range(3 * 24):
        site.desk.refresh(force=True)
        for channel in ("fanpage", "x"):
            while site.courier.deliver_next(channel) is not None:
                pass
        clock.move_to(clock() + timedelta(hours=1))
    with site.database.reading() as session:
        assert session.exec(select(Approval)).all() == []
        assert session.exec(select(Hold)).all() == []
    site.close()
    gone = {name.partition("@")[0] for name, state in office.states().items() if state == "sent"}
    assert gone == {"tu-do"}
    assert made & {name.partition("@")[0] for name in office.states()}, "they were in the plan"
