"""What the docs give nginx and Apache to read: they take it, and pass on to the real programs."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.docs.pages import ROOT, blocks
from tests.ports import free_port
from tests.real.installed import require
from tests.redirect.program import Premises, premises
from tests.web.office import ConsoleOffice

__all__ = ["premises"]

pytestmark = pytest.mark.real

NAME = "publisher.dongthap.example.vn"
PATIENCE_S = 120.0

_NGINX = """\
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {shown}
}}
"""

_APACHE = """\
ServerRoot {folder}
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {folder}/apache.pid
ErrorLog {folder}/error.log
Define APACHE_LOG_DIR {folder}
LogFormat "%h %r" combined
{modules}
{shown}
"""
_MODULES = ("mpm_event", "authz_core", "proxy", "proxy_http", "setenvif")
_PLACE_OF_MODULES = Path("/usr/lib/apache2/modules")


def shown(page: str, language: str, port: int) -> str:
    """The block of ``page``, with the program's port in place of the usual one."""
    [block] = blocks(ROOT / "docs" / page, language)
    text, found = re.subn(r"127\.0\.0\.1:\d+", f"127.0.0.1:{port}", block)
    assert found
    return text


@contextmanager
def served(command: list[str], port: int) -> Iterator[str]:
    """The web server runs; gives its address."""
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running:
        give_up = time.monotonic() + PATIENCE_S
        try:
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    assert running.poll() is None, running.communicate()[1]
                    assert time.monotonic() < give_up
                    time.sleep(0.05)
            yield f"http://127.0.0.1:{port}"
        finally:
            running.terminate()
            running.wait()


@contextmanager
def nginx(folder: Path, server: str, port: int) -> Iterator[str]:
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    require("" if program else "nginx", "nginx isn't here: apt-get install nginx")
    assert program is not None
    told = folder / "nginx.conf"
    told.write_text(_NGINX.format(folder=folder, shown=server), encoding="utf-8")
    with served([program, "-c", str(told), "-e", str(folder / "error.log")], port) as address:
        yield address


@contextmanager
def apache(folder: Path, lines: str, port: int) -> Iterator[str]:
    program = shutil.which("apache2") or shutil.which("apache2", path="/usr/sbin")
    require("" if program else "apache2", "Apache isn't here: apt-get install apache2")
    assert program is not None
    modules = "\n".join(
        f"LoadModule {name}_module {_PLACE_OF_MODULES}/mod_{name}.so" for name in _MODULES
    )
    told = folder / "apache.conf"
    told.write_text(
        _APACHE.format(folder=folder, port=port, modules=modules, shown=lines), encoding="utf-8"
    )
    with served([program, "-f", str(told), "-D", "FOREGROUND"], port) as address:
        yield address


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the web server has its files."""
    return tmp_path_factory.mktemp("web")


def test_the_console_is_reached_through_nginx_by_its_name_alone(
    tmp_path: Path, stores: None, folder: Path
) -> None:
    keys = f'url = "https://{NAME}"\ntrusted_proxy = ["127.0.0.1"]\n'
    office = ConsoleOffice(tmp_path, keys)
    port = free_port()
    server = shown("console.md", "nginx", office.port)
    listening = server.replace("server {\n", f"server {{\n    listen 127.0.0.1:{port};\n", 1)
    try:
        with nginx(folder, listening, port) as address:
            answer = requests.get(f"{address}/log-in", headers={"Host": NAME}, timeout=PATIENCE_S)
            other = requests.get(
                f"{address}/log-in", headers={"Host": "khac.example.vn"}, timeout=PATIENCE_S
            )
    finally:
        office.close()
    assert answer.status_code == 200
    assert "<form" in answer.text
    assert other.status_code != 200


@pytest.mark.parametrize("kind", ["nginx", "apache"])
def test_a_short_link_leads_on_through_a_web_server_that_keeps_nothing_of_it(
    premises: Premises, folder: Path, kind: str
) -> None:
    premises.start("run")
    code = premises.code()
    port = free_port()
    lines = shown("links.md", kind, premises.port)
    if kind == "nginx":
        front = nginx(folder, f"server {{ listen 127.0.0.1:{port};\n{lines} }}", port)
    else:
        front = apache(folder, lines, port)
    with front as address:
        answer = requests.get(f"{address}/l/{code}", allow_redirects=False, timeout=PATIENCE_S)
        requests.get(f"{address}/khac", timeout=PATIENCE_S)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("https://tinh.example.vn/tin")
    kept = (folder / "access.log").read_text(encoding="utf-8")
    assert "/khac" in kept
    assert "/l/" not in kept
