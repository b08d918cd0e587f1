"""The manual: `/handleiding` and a page per role, drawn from `docs/handleiding`, for everybody.

The files are ours and hold no word of a story; the pictures are those of `docs/screens`.
"""

from __future__ import annotations

import re
from pathlib import Path

from markdown_it import MarkdownIt
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from door.templates import notice, page
from stories.words import DEFAULT_LANGUAGE, say, speaking

DOCS = Path(__file__).resolve().parents[1] / "docs"
MANUAL, SCREENS = DOCS / "handleiding", DOCS / "screens"
FIRST = "README"

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


def routes() -> list[Route]:
    """The routes of this module. What is not a page or a picture of the manual is not here."""
    pages = {path.stem: path for path in MANUAL.glob("*.md")}
    pictures = {path.name: path for path in SCREENS.glob("*.png")}

    async def shown(request: Request) -> Response:
        path = pages.get(request.path_params.get("name", FIRST))
        return notice("not_here", 404) if path is None else _page(path, whole=path.stem == FIRST)

    async def picture(request: Request) -> Response:
        path = pictures.get(request.path_params["name"])
        if path is None:
            return notice("not_here", 404)
        return Response(path.read_bytes(), headers={"Cache-Control": "no-cache"}, media_type="image/png")

    return [
        Route("/handleiding", shown, methods=["GET"]),
        Route("/handleiding/beeld/{name}", picture, methods=["GET"]),
        Route("/handleiding/{name}", shown, methods=["GET"]),
    ]


def _page(path: Path, *, whole: bool) -> Response:
    """One page as HTML; the manual is Dutch, whatever language a visitor reads."""
    text = path.read_text(encoding="utf-8")
    title, rest = text.split("\n", 1)
    html = _here(_MARKDOWN.render(rest))
    with speaking(DEFAULT_LANGUAGE):
        back = "" if whole else say("door.manual_all")
        body = Markup(html)  # noqa: S704 - our own file, in which HTML does not count
        return page("handleiding", name=title.removeprefix("# "), body=body, back=back)


def _here(html: str) -> str:
    """Links and pictures as they are here: `redacteur.md` is `/handleiding/redacteur`; other documents are text."""
    html = re.sub(r'src="\.\./screens/([\w.-]+\.png)"', r'loading="lazy" src="/handleiding/beeld/\1"', html)
    html = re.sub(r'href="([a-z]+)\.md"', r'href="/handleiding/\1"', html)
    return re.sub(r'<a href="\.\./[^"]*">(.*?)</a>', r"\1", html)
