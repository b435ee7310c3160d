"""How a browser shows the console: in which language, light or dark."""

from __future__ import annotations

from fastapi.responses import Response

from publisher.i18n import LANGUAGES
from publisher.web import access
from publisher.web.permissions import Action
from publisher.web.routes import Routes
from publisher.web.templating import THEMES
from publisher.web.visit import Visit

routes = Routes()

_A_YEAR_S = 365 * 24 * 3600


@routes.post("/preferences", Action.ENTER, name="preferences")
def choose(visit: Visit) -> Response:
    answer = visit.go(access.own_path(visit.asked("next")))
    for name, known in (("language", LANGUAGES), ("theme", THEMES)):
        chosen = visit.asked(name)
        if chosen in known:
            access.set_cookie(visit, answer, name, chosen, _A_YEAR_S)
    return answer
