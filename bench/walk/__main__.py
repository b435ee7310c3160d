"""``python -m bench.walk``: prints the two ways, as docs/architecture.md tells of them."""

from __future__ import annotations

import os
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.walk.trace import HOUSE, READS, WRITES
from bench.walk.ways import Part, of_a_post, of_an_edit
from publisher import logs


def main() -> int:
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        logs.set_up(ZoneInfo("Asia/Ho_Chi_Minh"), to=nowhere)
        told = ["# One post", *_told(of_a_post()), "# One edit", *_told(of_an_edit())]
    print("\n\n".join(told))
    return 0


def _told(parts: Iterable[Part]) -> Iterable[str]:
    layers, all_modules = _layers(), set[str]()
    back_in_all = Counter[tuple[str, str]]()
    for part in parts:
        modules = part.steps.entered
        all_modules |= set(modules)
        back = Counter(
            {(a, b): n for (a, b), n in part.steps.calls.items() if _goes_up(a, b, layers)}
        )
        back_in_all += back
        rooms = list(dict.fromkeys(_room(module) for module in modules))
        yield f"## {part.name}: {len(modules)} modules in {len(rooms)} rooms"
        read, written = (
            sum(part.steps.to_the_store[way] for way in ways) for ways in (READS, WRITES)
        )
        yield f"The store is read {read} times and written {written} times."
        yield "\n".join(f"- {room}: {', '.join(_of(room, modules))}" for room in rooms)
        if back:
            yield "Back up:\n" + "\n".join(f"- {a} -> {b}: {n}" for (a, b), n in back.items())
    yield f"In all {len(all_modules)} modules; {len(back_in_all)} calls up the house."


def _layers() -> list[set[str]]:
    """The house from its top down, as the import contract has it."""
    told = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = told["tool"]["importlinter"]["contracts"]
    (layers,) = (each["layers"] for each in contracts if each["type"] == "layers")
    return [set(row.replace(":", "|").replace(" ", "").split("|")) for row in layers]


def _goes_up(caller: str, called: str, layers: list[set[str]]) -> bool:
    """Whether a module calls one that it may not import: what it was handed, called back."""
    heights = [
        next((n for n, row in enumerate(layers) if _is_in(module, row)), None)
        for module in (caller, called)
    ]
    if caller.startswith("channels") and called.startswith("publisher"):
        return True
    return None not in heights and heights[1] < heights[0]  # type: ignore[operator]


def _is_in(module: str, row: set[str]) -> bool:
    return any(module == one or module.startswith(f"{one}.") for one in row)


def _room(module: str) -> str:
    return ".".join(module.split(".")[:2])


def _of(room: str, modules: list[str]) -> list[str]:
    return [
        module.removeprefix(room).lstrip(".") or "itself"
        for module in modules
        if _room(module) == room
    ]


if __name__ == "__main__":
    sys.exit(main())
