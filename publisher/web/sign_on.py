"""Who somebody is that the province's log-in vouches for: a person here, or nobody.

They are known by the provider's own name for them (``sub``), which never changes hands. At their
first log-in it is learnt: by a mail address that the provider has verified and that is one person's
here; or, where schedule.toml says which groups have which role, by taking them in. Nobody becomes
an administrator by it, and no administrator stops being one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from publisher.i18n import _
from publisher.settings.console import Role
from publisher.settings.sign_on import SignOn
from publisher.site import Site
from publisher.store import people
from publisher.store.console_tables import Person

ACTOR = "publisher"
"""Who takes people in and gives them roles by the provider's word, in the record."""

_LONGEST = 100


class NobodyError(Exception):
    """Whoever it is isn't let in; the text says why, for themselves."""


def person_of(site: Site, settings: SignOn, claims: Mapping[str, Any]) -> Person:
    """The person here that ``claims`` are about. Raises ``NobodyError``."""
    subject = f"{settings.issuer} {claims['sub']}"
    role = _role(settings, claims)
    with site.database.writing() as session:
        now = site.clock()
        person = people.of_subject(session, subject)
        if person is None:
            person = _by_address(session, claims)
            if person is None:
                person = _taken_in(site, session, claims, role)
            people.set_subject(session, now, ACTOR, person, subject)
        if person.disabled_at is not None:
            raise NobodyError(_("You may not log in any more. Ask your administrator."))
        if settings.role_claim and person.role != Role.ADMINISTRATOR:
            if role is None:
                raise NobodyError(_("You are in no group that may log in. Ask your administrator."))
            if person.role != role:
                people.set_role(session, now, ACTOR, person, role)
        return person


def _by_address(session: Session, claims: Mapping[str, Any]) -> Person | None:
    """Who has the mail address, where that is beyond doubt."""
    email = claims.get("email")
    if not isinstance(email, str) or not email.strip() or claims.get("email_verified") is not True:
        return None
    found = people.of_email(session, email)
    # Known by another name already: the address went to somebody else since.
    return found[0] if len(found) == 1 and found[0].subject is None else None


def _taken_in(site: Site, session: Session, claims: Mapping[str, Any], role: Role | None) -> Person:
    if role is None:
        raise NobodyError(
            _("Nobody here has your mail address. Ask your administrator to take you in.")
        )
    email = _word(claims, "email") if claims.get("email_verified") is True else ""
    name = "".join((_word(claims, "preferred_username") or email or claims["sub"]).split())
    full_name = _word(claims, "name") or name
    try:
        return people.add(
            session, site.clock(), ACTOR, name[:_LONGEST], full_name[:_LONGEST], role, email
        )
    except people.NameTakenError:
        raise NobodyError(
            _("Somebody here has your name already. Ask your administrator to take you in.")
        ) from None


def _role(settings: SignOn, claims: Mapping[str, Any]) -> Role | None:
    """The highest role of the groups that the provider names; ``None`` where none has one."""
    if not settings.role_claim:
        return None
    found: Any = claims
    for part in settings.role_claim.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    groups = {found} if isinstance(found, str) else set()
    if isinstance(found, list):
        groups = {one for one in found if isinstance(one, str)}
    roles = [Role(role) for role, names in settings.roles.items() if groups.intersection(names)]
    return max(roles, key=lambda role: role.rank, default=None)


def _word(claims: Mapping[str, Any], name: str) -> str:
    found = claims.get(name)
    return " ".join(found.split()) if isinstance(found, str) and found.isprintable() else ""
