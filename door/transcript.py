"""Transcripts by HTTP: `/uitschrift/{story_id}/{form}`, and `?origineel=1` for the words as they were said.

For editors alone. Who may not have it gets the same answer as for a story that is not there; a colleague who may is
told why a file cannot leave now.
"""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from desk import transcript_files
from door.cookies import current_user
from door.files import attachment, made_by
from door.house import House
from door.templates import notice, page
from stories.errors import NotAllowed, NotFound, VertelpuntError


def routes(house: House) -> list[Route]:
    """The one route of this module."""
    return [Route("/uitschrift/{story_id}/{form}", made_by(house, _answer), methods=["GET"])]


def _answer(house: House, request: Request) -> Response:
    story_id, form = request.path_params["story_id"], request.path_params["form"]
    user = current_user(house.settings, house.store, dict(request.cookies))
    if user is None or not re.fullmatch(r"[a-z0-9]{2,40}", story_id) or not re.fullmatch(r"[a-z]{2,5}", form):
        return notice("not_here", 404)
    original = request.query_params.get("origineel") == "1"
    try:
        data, media_type = transcript_files.export(house.store, user, story_id, form, original=original)
    except (NotAllowed, NotFound):
        return notice("not_here", 404)
    except VertelpuntError as refused:
        return page("melding_zin", status=409, sentence=refused.message)
    name = f"uitschrift-{story_id[:6]}.{form}"
    return attachment(data, name, media_type)
