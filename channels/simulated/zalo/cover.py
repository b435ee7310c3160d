"""Serves the picture for articles that have none, as the office's own web site would."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image
from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def default_cover(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """The office's own web site, with the picture for articles that have none."""
    picture = BytesIO()
    Image.new("RGB", (64, 36), "maroon").save(picture, "png")
    return Response(picture.getvalue(), mimetype="image/png")(environ, start_response)
