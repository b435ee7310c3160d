"""Asks LinkedIn about an organisation's page, as the one who logged in may. Used by
``channels.linkedin``.

https://learn.microsoft.com/linkedin/marketing/community-management/organizations/ and its pages
organization-lookup-api and organization-access-control-by-role.
"""

from __future__ import annotations

from typing import Any

from channels.base import ForbiddenError, InvalidContentError
from channels.linkedin.line import Line, encoded
from channels.web.values import held, objects, tally

_MAY_POST = frozenset({"ADMINISTRATOR", "CONTENT_ADMINISTRATOR", "CONTENT_ADMIN"})
_ROLES = 100
_PAGES_OF_ROLES = 10


def urn_of(number: str) -> str:
    """How LinkedIn names the organisation of that ``number``."""
    return f"urn:li:organization:{number}"


class Page:
    """The page of the organisation ``number``."""

    def __init__(self, line: Line, number: str) -> None:
        self._line = line
        self._number = number
        self.urn = urn_of(number)

    def told(self) -> tuple[dict[str, Any], bool]:
        """The page, and whether it was told as to its administrator; content administrators get it
        as everybody does."""
        number = self._number
        try:
            return self._line.get(f"/organizations/{number}"), True
        except ForbiddenError:
            pass  # asked differently below
        told = self._line.get(f"/organizationsLookup?ids=List({number})", "BATCH_GET")
        return held(held(told.get("results")).get(number)), False

    def may_post(self) -> bool | None:
        """Whether the member has a role that may post; ``None`` where that may not be asked."""
        for page in range(_PAGES_OF_ROLES):
            asked = f"/organizationAcls?q=roleAssignee&state=APPROVED&count={_ROLES}"
            asked = f"{asked}&start={page * _ROLES}"
            try:
                roles = objects(self._line.get(asked, "FINDER").get("elements"))
            except (ForbiddenError, InvalidContentError):
                return None
            for each in roles:
                whose = each.get("organization") or each.get("organizationTarget")
                if whose == self.urn and str(each.get("role")) in _MAY_POST:
                    return True
            if len(roles) < _ROLES:
                break
        return False

    def followers(self) -> int | None:
        edge = "edgeType=COMPANY_FOLLOWED_BY_MEMBER"
        try:
            told = self._line.get(f"/networkSizes/{encoded(self.urn)}?{edge}")
        except (ForbiddenError, InvalidContentError):
            return None
        return tally(told.get("firstDegreeSize"))
