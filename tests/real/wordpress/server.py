"""Starts WordPress and its MariaDB in a scratch folder, on loopback, and ends both.

Debian's packages give the programs; nothing of the machine's own configuration or data is used.
Works as root and as any other user. ``missing`` says what isn't installed.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

from tests.ports import free_port
from tests.real.served import Served

HERE = Path(__file__).parent
SOURCE = Path("/usr/share/wordpress")
USER, PASSWORD = "dangbai", "a-password-of-no-value"
TITLE = "Cổng thông tin Sở Khoa học và Công nghệ"
START_S = 120.0

PACKAGES = (
    "wordpress php-cli php-mysql php-gd php-curl php-xml php-mbstring mariadb-server"  # Debian 12
)
_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
_MORTAL = ("setpriv", "--pdeathsig", "KILL")
"""So that nothing outlives tests that are themselves killed."""

_DATABASE_OPTIONS = (
    "--no-defaults",
    "--skip-log-bin",
    "--skip-name-resolve",
    "--performance-schema=off",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-buffer-pool-size=32M",
    "--bind-address=127.0.0.1",
)
_CONFIG = """<?php
define('DB_NAME', 'wordpress');
define('DB_USER', 'wordpress');
define('DB_PASSWORD', 'wordpress');
define('DB_HOST', '127.0.0.1:{database_port}');
define('DB_CHARSET', 'utf8mb4');
define('WP_ENVIRONMENT_TYPE', 'local');  // elsewhere application passwords want https
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('DISABLE_WP_CRON', true);
define('WP_HOME', '{url}');
define('WP_SITEURL', '{url}');
define('WP_DEFAULT_THEME', 'plain');
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $name) {{
    define($name . '_KEY', 'of no value ' . $name);
    define($name . '_SALT', 'of no value either ' . $name);
}}
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""


def missing() -> str:
    """What of the packages isn't here; empty where all is."""
    names = ("mariadbd", "mariadb-install-db", "mariadb", "php")
    lacking = [name for name in names if shutil.which(name, path=_PATH) is None]
    lacking += [] if (SOURCE / "wp-load.php").is_file() else [str(SOURCE)]
    if not lacking:
        modules = subprocess.run(
            [_program("php"), "-m"], capture_output=True, text=True, check=True
        ).stdout.split()
        lacking += [f"php {name}" for name in ("mysqli", "gd", "mbstring") if name not in modules]
    return ", ".join(lacking)


class WordPress(Served):
    """A site of one administrator, ``USER``, inside ``with``; ``password`` is for applications."""

    def __init__(self) -> None:
        # A socket's path may have some 100 characters, fewer than pytest's folders have.
        self._folder = Path(tempfile.mkdtemp(prefix="wordpress-"))
        self._site = self._folder / "site"
        self._ports = [free_port(), free_port()]
        self._running: list[subprocess.Popen[bytes]] = []
        self.url = f"http://127.0.0.1:{self._ports[1]}"
        self.password = ""

    def php(self, code: str) -> Any:
        """What ``code`` returns inside WordPress."""
        done = subprocess.run(
            [_program("php"), str(HERE / "run.php"), str(self._site), code],
            env={**os.environ, "WORDPRESS_HOST": self.url.removeprefix("http://")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    def application_password(self, user: str = USER) -> str:
        """A new one for ``user``, as their profile page shows it: in groups of four."""
        return str(
            self.php(
                f"$id = get_user_by('login', '{user}')->ID;"
                "$made = WP_Application_Passwords::create_new_application_password("
                "$id, ['name' => 'Publisher ' . uniqid()]);"
                "return WP_Application_Passwords::chunk_password($made[0]);"
            )
        )

    def author(self, role: str) -> tuple[str, str]:
        """The name and application password of a new user with ``role``."""
        name = f"{role}-{time.monotonic_ns()}"
        fields = f"'user_login' => '{name}', 'user_pass' => uniqid(), 'role' => '{role}'"
        self.php(f"return wp_insert_user([{fields}, 'user_email' => '{name}@example.vn']);")
        return name, self.application_password(name)

    def maintained(self, being: bool) -> None:
        """Whether the site is being maintained, as it is while WordPress updates itself."""
        note = self._site / ".maintenance"
        if being:
            note.write_text("<?php $upgrading = time();")
        else:
            note.unlink()

    def _start(self) -> None:
        self._start_database()
        self._start_site()
        self._install()

    # -- its parts --------------------------------------------------------------------------------

    def _start_database(self) -> None:
        data, line = self._folder / "data", self._folder / "s"
        user = f"--user={pwd.getpwuid(os.getuid()).pw_name}"
        subprocess.run(
            [
                _program("mariadb-install-db"),
                "--no-defaults",
                f"--datadir={data}",
                user,
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
            ],
            check=True,
            capture_output=True,
        )
        self._run(
            "database",
            _program("mariadbd"),
            *_DATABASE_OPTIONS,
            user,
            f"--datadir={data}",
            f"--socket={line}",
            f"--pid-file={self._folder / 'pid'}",
            f"--port={self._ports[0]}",
        )
        sql = (
            "CREATE DATABASE wordpress CHARACTER SET utf8mb4;"
            "GRANT ALL ON wordpress.* TO wordpress@'127.0.0.1' IDENTIFIED BY 'wordpress';"
        )
        client = [_program("mariadb"), "--no-defaults", f"--socket={line}", "-uroot", "-e", sql]
        _until(lambda: subprocess.run(client, capture_output=True, check=False).returncode == 0)

    def _start_site(self) -> None:
        shutil.copytree(SOURCE, self._site, symlinks=False)
        content = self._site / "wp-content"
        for folder in ("uploads", "mu-plugins", "languages"):
            (content / folder).mkdir(exist_ok=True)
        shutil.copy(HERE / "plugin.php", content / "mu-plugins")
        shutil.copytree(HERE / "theme", content / "themes" / "plain")
        config = _CONFIG.format(database_port=self._ports[0], url=self.url)
        (self._site / "wp-config.php").write_text(config)
        self._run(
            "site",
            *(_program("php"), "-d", "display_errors=0", "-d", "memory_limit=512M"),
            *("-S", self.url.removeprefix("http://"), "-t", str(self._site)),
            str(HERE / "router.php"),
        )
        _until(lambda: _answers(self.url))

    def _install(self) -> None:
        told = requests.post(
            f"{self.url}/wp-admin/install.php?step=2",
            data={
                "weblog_title": TITLE,
                "user_name": USER,
                "admin_password": PASSWORD,
                "admin_password2": PASSWORD,
                "pw_weak": "1",
                "admin_email": "sokhcn@example.vn",
                "blog_public": "0",
            },
            timeout=START_S,
        )
        assert told.status_code == 200, told.text[:500]
        self.php("return update_option('permalink_structure', '/%year%/%monthnum%/%postname%/');")
        self.password = self.application_password()

    def _run(self, name: str, *command: str) -> None:
        with (self._folder / f"{name}.log").open("wb") as log:
            self._running.append(
                subprocess.Popen(
                    (*_MORTAL, *command),
                    stdout=log,
                    stderr=log,
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                )
            )

    def _end(self) -> None:
        for process in reversed(self._running):
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


def _program(name: str) -> str:
    found = shutil.which(name, path=_PATH)
    assert found is not None, f"{name} is not installed"
    return found


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/wp-admin/install.php", timeout=START_S).status_code == 200
    except requests.ConnectionError:
        return False


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + START_S
    while not holds():
        assert time.monotonic() < end, "it doesn't start"
        time.sleep(0.1)
