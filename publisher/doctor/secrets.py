"""Where secrets lie, examined."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping

from channels.sealing import FAULTY_KEY
from publisher import notation
from publisher.doctor.finding import Finding
from publisher.i18n import _, ngettext
from publisher.install.service_key import with_its_key
from publisher.site import Site


def secret_findings(site: Site) -> Iterator[Finding]:
    """Whether each file that holds a secret is closed to others; who needs one that isn't there
    tells of it."""
    places = dict(site.settings.channels)
    if site.settings.mail is not None:
        places["mail"] = {"password": site.settings.mail.password}
    places["alerts"] = {place: place for place in site.settings.alerts.services}
    for name, keys in places.items():
        for reference in _references(keys):
            path = site.settings.root / reference[len("file:") :]
            if not path.exists():
                continue
            open_to_others = bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
            yield Finding(
                _("Secret of %(channel)s") % {"channel": name},
                not open_to_others,
                f"{path}: {stat.filemode(path.stat().st_mode)}",
                f"chmod 600 {path}",
            )


def _references(keys: Mapping[str, object]) -> list[str]:
    """The places of secrets that are files: what else stands where, only its channel can say."""
    return [one for one in keys.values() if isinstance(one, str) and one.startswith("file:")]


def key_finding(site: Site) -> Finding:
    """What the tokens are sealed by that channels have to keep."""
    title, lacking = _("Key"), site.switchboard.lacking_a_key()
    instead = _("Make one, and install it as it says: publisher key new")
    if len(site.seal):
        words = ngettext("%(n)s key", "%(n)s keys", len(site.seal)) % {
            "n": notation.number(len(site.seal))
        }
        return Finding(title, True, words)
    if site.seal.why == FAULTY_KEY:
        return Finding(title, False, _(FAULTY_KEY), instead)
    if lacking:
        words = _("there is none, and these channels have to keep tokens: %(channels)s")
        if as_it_does := with_its_key(site.settings.root, "publisher", "doctor"):
            instead = _("The service may have one, given to it alone. Look as it does: %(command)s")
            instead %= {"command": as_it_does}
        return Finding(title, False, words % {"channels": ", ".join(lacking)}, instead)
    return Finding(title, True, _("there is none, and no channel needs one"))
