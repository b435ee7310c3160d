"""The dependency audit: is what is installed what is pinned, and is any of it known to be unsafe?

The first needs no network and always counts. The second is ``pip-audit``'s, which asks a service:
where none answers in time nothing is known, and that is said, not passed over and not failed. A
known vulnerability fails. ``python audit.py [OPTIONS of pip-audit]``; ``make audit`` runs it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import distributions
from pathlib import Path

CONSTRAINTS = Path(__file__).with_name("constraints.txt")
TIMEOUT_S = 60
"""For all packages together; one question waits a tenth of it."""

PINNED_FOR = (3, 11)
"""The Python that ``CONSTRAINTS`` was made for: another one needs other packages besides."""

_FREE = frozenset({"pip", "setuptools", "wheel", "publisher"})
"""Not pinned: what installs, and what is installed."""


def main(options: Sequence[str]) -> int:
    strays = list(unpinned(CONSTRAINTS.read_text(encoding="utf-8")))
    for stray in strays:
        print(f"not as pinned in {CONSTRAINTS.name}: {stray}")
    fails = bool(strays) and sys.version_info[:2] == PINNED_FOR
    return audited(CONSTRAINTS, options) or fails


def unpinned(constraints: str) -> Iterator[str]:
    """What is installed here and isn't pinned in ``constraints``, or at another version."""
    pins = dict(re.findall(r"^([\w.-]+)==([^\s;]+)", constraints, re.MULTILINE))
    pinned = {_plain(name): version for name, version in pins.items()}
    for found in sorted(distributions(), key=lambda one: _plain(one.name)):
        name = _plain(found.name)
        if name not in _FREE and pinned.get(name) != found.version:
            yield f"{name} {found.version} (pinned: {pinned.get(name, 'no')})"


def audited(constraints: Path, options: Sequence[str], timeout_s: float = TIMEOUT_S) -> int:
    """0 where ``pip-audit`` knows of nothing, or can't ask anybody; 1 where it knows of something.
    Either is printed."""
    command = [
        *(sys.executable, "-m", "pip_audit", "--requirement", str(constraints)),
        *("--no-deps", "--disable-pip", "--format", "json", "--progress-spinner", "off"),
        *("--timeout", str(max(1, int(timeout_s / 10))), *options),
    ]
    try:
        ran = subprocess.run(  # noqa: S603 -- the developer's own options
            command, capture_output=True, text=True, timeout=timeout_s
        )
    except subprocess.TimeoutExpired:
        return _not_audited("no service answered in time")
    try:
        packages = json.loads(ran.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return _not_audited((ran.stderr.strip().splitlines() or ["no answer"])[0])
    unsafe = [
        f"{package['name']} {package['version']}: {flaw['id']}"
        for package in packages
        for flaw in package.get("vulns", ())
    ]
    for one in unsafe:
        print(f"known to be unsafe: {one}")
    # A service that knows nothing of a package hasn't said that it is safe.
    asked = [package for package in packages if "vulns" in package]
    if len(asked) < len(packages):
        _not_audited(f"{len(packages) - len(asked)} of {len(packages)} packages aren't known there")
    if asked and not unsafe:
        print(f"audited: nothing is known against {len(asked)} packages")
    return int(bool(unsafe))


def _not_audited(why: str) -> int:
    print(f"not audited: {why}")
    return 0


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
