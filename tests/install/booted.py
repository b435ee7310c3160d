"""A clean Debian to throw away: this machine's release, made of its packages, booted by systemd.

It has nothing of ours and nothing but what Debian can't do without. It shares the network: a server
on loopback is one for it, too. Needs root, ``mmdebstrap`` and ``systemd-nspawn``.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from tests.install.machine import Machine, outside

PACKAGES = ("systemd", "systemd-sysv", "dbus", "ca-certificates")
PATIENCE_S = 600.0

_CGROUPS = Path("/sys/fs/cgroup")
_AUTHORITIES = Path("/usr/local/share/ca-certificates")
_IN_ITS_CGROUPS = 'for place in $1; do echo $$ > "$place/cgroup.procs"; done; shift; exec "$@"'


def cant_be_made() -> str:
    """What no clean Debian can be made for the lack of; empty where one can."""
    if os.geteuid() != 0:
        return "takes root"
    programs = ("mmdebstrap", "systemd-nspawn", "apt-get")
    return ", ".join(f"no {name}" for name in programs if shutil.which(name) is None)


@contextmanager
def booted(folder: Path) -> Iterator[Machine]:
    """A clean Debian in a new folder in ``folder``, up, and gone with it at the end.

    Raises ``OSError`` where it can't be booted.
    """
    if lacking := cant_be_made():
        raise OSError(lacking)
    name = f"publisher-{os.getpid()}-{time.monotonic_ns()}"
    root, log = folder / name, folder / f"{name}.log"
    try:
        _make(root)
        with ExitStack() as stack:
            places, told = stack.enter_context(_cgroups(name)), stack.enter_context(log.open("wb"))
            on_disk = stack.enter_context(TemporaryDirectory(dir="/var/tmp"))
            holder = _switched_on(root, name, on_disk, places, told)
            try:
                inside = ("nsenter", f"--target={_first(holder, log)}", "--all", "--")
                machine = Machine(inside, is_booted=True)
                machine.run("update-ca-certificates")
                yield machine
                machine.run("systemctl poweroff")
                holder.wait(PATIENCE_S)
            finally:
                _switched_off(holder)
    finally:
        subprocess.run(["rm", "--recursive", "--force", "--one-file-system", root], check=False)


def _make(root: Path) -> None:
    """Put a clean Debian into the new folder ``root``, with the sources that this machine has."""
    made = subprocess.run(
        [
            *("mmdebstrap", "--quiet", "--variant=minbase", f"--include={','.join(PACKAGES)}"),
            *(platform.freedesktop_os_release()["VERSION_CODENAME"], str(root), "-"),
        ],
        input=_sources(),
        text=True,
        check=False,
        capture_output=True,
        timeout=PATIENCE_S,
    )
    if made.returncode != 0:
        raise OSError(f"no Debian can be made: {made.stderr[-500:]}")
    # What Debian's installer writes, and no package.
    (root / "etc/hosts").write_text("127.0.0.1 localhost\n::1 localhost\n")
    for source in _AUTHORITIES.glob("*.crt"):
        shutil.copy(source, root / _AUTHORITIES.relative_to("/"))
    for source in _pip_files():
        shutil.copy(source, root / "etc/pip.conf")


def _switched_on(
    root: Path, name: str, on_disk: str, places: list[Path], told: IO[bytes]
) -> subprocess.Popen[bytes]:
    # A test run that is killed leaves no machine behind.
    words = ["setpriv", "--pdeathsig=TERM", "systemd-nspawn", f"--directory={root}", "--boot"]
    words += [f"--machine={name}", "--quiet", "--console=pipe", "--register=no"]
    words += ["--resolv-conf=copy-host"]
    # systemd seals nothing by a key that lies in memory, where the rest of the machine may lie.
    shutil.copytree(root / "var/lib/systemd", on_disk, dirs_exist_ok=True)
    words.append(f"--bind={on_disk}:/var/lib/systemd")
    # Where no systemd runs this machine, none can be asked for a place among its groups.
    words += ["--keep-unit"] if places else []
    words += [f"--bind-ro={place}" for place in package_folders()]
    return subprocess.Popen(
        ["sh", "-c", _IN_ITS_CGROUPS, "sh", " ".join(map(str, places)), *words],
        env=os.environ | {"SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
        stdin=subprocess.DEVNULL,
        stdout=told,
        stderr=subprocess.STDOUT,
    )


def _switched_off(holder: subprocess.Popen[bytes]) -> None:
    """Pull the plug, where it is still in: the second signal waits for nothing."""
    for _time in range(2):
        holder.terminate()
        with suppress(subprocess.TimeoutExpired):
            holder.wait(5)
            return
    holder.kill()
    holder.wait()


def _first(holder: subprocess.Popen[bytes], log: Path) -> int:
    """The number of the machine's first process, once it says that all is up."""
    children = Path(f"/proc/{holder.pid}/task/{holder.pid}/children")
    end = time.monotonic() + PATIENCE_S
    while holder.poll() is None and time.monotonic() < end:
        for pid in children.read_text().split():
            asked = ["nsenter", f"--target={pid}", "--all", "--", "systemctl", "is-system-running"]
            state = subprocess.run(asked, env=outside(), capture_output=True, check=False)
            if state.stdout.strip() in (b"running", b"degraded"):
                return int(pid)
        time.sleep(0.2)
    raise OSError(log.read_text(encoding="utf-8", errors="replace")[-500:] or "it never boots")


@contextmanager
def _cgroups(name: str) -> Iterator[list[Path]]:
    """A group for the machine in each hierarchy that systemd uses: two machines share none."""
    if Path("/run/systemd/system").is_dir():
        yield []
        return
    tops = [_CGROUPS / "systemd", _CGROUPS / "unified", _CGROUPS]
    places = [top / name for top in tops if os.access(top / "cgroup.procs", os.W_OK)]
    for place in places:
        place.mkdir()
    try:
        yield places
    finally:
        for place in places:
            for folder, _, _ in os.walk(place, topdown=False):
                Path(folder).rmdir()


def _sources() -> str:
    """Debian's own among the places that this machine has its packages from, as apt reads them."""
    asked = subprocess.run(
        [
            *(
                "apt-get",
                "indextargets",
                "--format",
                "$(ORIGIN) $(REPO_URI) $(RELEASE) $(COMPONENT)",
            ),
            "Identifier: Packages",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    found = [line.split() for line in asked.stdout.splitlines()]
    return "".join(f"deb {' '.join(rest)}\n" for origin, *rest in found if origin == "Debian")


def _pip_files() -> list[Path]:
    """Where pip is told from where packages come; the last is the one that counts."""
    names = ("/etc/pip.conf", "~/.pip/pip.conf", "~/.config/pip/pip.conf")
    return [path for name in names if (path := Path(name).expanduser()).is_file()]


def package_folders() -> set[Path]:
    """The folders on this disk that pip's settings name."""
    told = [path.read_text(encoding="utf-8") for path in _pip_files()]
    told += [text for name, text in os.environ.items() if name.startswith(("PIP_", "UV_"))]
    named = {Path(path) for text in told for path in re.findall(r"(?:file://)?(/[^\s:,]+)", text)}
    return {_top(path) for path in named if path.is_dir()}


def _top(path: Path) -> Path:
    """The part of ``path`` that lies two deep: an index refers to the files beside it."""
    return Path(*path.parts[:3])
