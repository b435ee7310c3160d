"""An office in which all that the docs show can be done.

It has what ``publisher init`` lays out, our campaigns with one's day at hand, files of the names
that pages name, and servers on loopback for those that pages name elsewhere.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

from channels.sealing import new_key
from channels.simulated import email
from channels.simulated.telegram import platform as telegram
from channels.testing import picture
from publisher.clock import system_clock
from tests.assistant.service import service
from tests.cli.office import Office, local_now
from tests.docs.pages import ROOT
from tests.feeds.conftest import Portal, item, rss

SCHEDULE = (ROOT / "publisher/install/first_files/vi/schedule.toml").read_text(encoding="utf-8")
CAMPAIGN = "chuyen-doi-so-10-10"
POST = "06-nam-buoc"

_MORE = """
[feeds]
trusted_hosts = ["{portal}"]

[mail]
host     = "{host}"
port     = {port}
security = "none"
username = "{username}"
password = "{password}"
sender   = "may@tinh.example.vn"

[alerts]
to = ["quan-tri@tinh.example.vn"]

[assistant]
endpoint = "{proposals}"
model    = "thu-1"
"""


@contextmanager
def furnished(office: Office, portal: Portal, film: str) -> Iterator[str]:
    """``office`` laid out, its plan in force, a card and ``film`` in its post 06; gives the token
    of its bot in Telegram, which it has yet to log in to."""
    with ExitStack() as stack:
        mail = stack.enter_context(email.Platform(system_clock))
        chat = stack.enter_context(telegram.Platform(system_clock))
        proposals = stack.enter_context(service())
        for place, secret in mail.secrets().items():
            office.patch.setenv(place.removeprefix("env:"), secret)
        office.patch.setenv("PUBLISHER_KEY", new_key())
        # Whoever types "--open" has a browser.
        office.patch.setenv("BROWSER", "true")
        portal.says(rss([item("chuyển đổi số")]))
        more = _MORE.format(portal=portal.host, proposals=proposals.address, **mail.config())
        office.schedule(_with_a_bot(SCHEDULE, chat) + more)
        _bring_campaigns(office.root / "campaigns", portal, film)
        picture(office.root / "anh", kind="jpeg").path.rename(office.root / "anh/ho-sen.jpg")
        picture(office.root / "thu-muc-anh", "green")
        office.run("apply")
        [token] = chat.secrets().values()
        yield token


def _with_a_bot(schedule: str, chat: telegram.Platform) -> str:
    """``schedule``, whose Telegram is a real adapter's."""
    keys = {**chat.config(), "adapter": "telegram", "token": "file:secrets/telegram-token"}
    lines = "\n".join(f'{key} = "{value}"' for key, value in keys.items() if value)
    return re.sub(r"(?s)(\[channels\.telegram\]\n).*?\n\n", rf"\1{lines}\n\n", schedule, count=1)


def _bring_campaigns(folder: Path, portal: Portal, film: str) -> None:
    shutil.rmtree(folder)
    shutil.copytree(ROOT / "campaigns", folder)
    own = folder / CAMPAIGN / "campaign.toml"
    day = local_now() + timedelta(days=21)
    _rewrite(own, r"(?m)^anchor .*", f'anchor = {{ every = "{day:%m-%d}" }}')
    drawn = folder / "tin-cong-thong-tin/campaign.toml"
    _rewrite(drawn, r'(?m)^url = "https:.*', f'url = "{portal.url}"')
    # A film without a voice is as good, and sooner made.
    slides = "\n".join(line for line in film.splitlines() if not line.startswith("voice"))
    post = folder / CAMPAIGN / f"posts/{POST}.md"
    _rewrite(post, r"\n\+\+\+\n", f"\n\n{slides}\n+++\n")
    _rewrite(post, r"\+\+\+\n", '+++\ncard = "countdown"\n')


def _rewrite(path: Path, what: str, by: str) -> None:
    text, found = re.subn(what, lambda _found: by, path.read_text(encoding="utf-8"), count=1)
    assert found, what
    path.write_text(text, encoding="utf-8")
