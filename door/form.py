"""The paper form and the notice to print: `/formulier` and `/formulier/uitleg`. Blank, so anybody may see them.

Drawn from the same table as the ervaringswerker's screen (`desk.paper`), with the codes that stand there too.
"""

from __future__ import annotations

import functools

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from desk import paper, rules
from door.house import House
from door.templates import page
from stories.words import say

FORM_PATH = "/formulier"
NOTICE_PATH = "/formulier/uitleg"


def routes(house: House) -> list[Route]:
    """The routes of this module."""

    async def form(_request: Request) -> Response:
        blank = await anyio.to_thread.run_sync(paper.blank_form, house.store)
        return _print("formulier", form=blank)

    async def notice(_request: Request) -> Response:
        known, text = await anyio.to_thread.run_sync(rules.shown_notice, house.store)
        return _print("formulier_uitleg", lines=paper.lines_of(text), language=known.language)

    return [Route(FORM_PATH, form, methods=["GET"]), Route(NOTICE_PATH, notice, methods=["GET"])]


def _print(template: str, **values: object) -> Response:
    return page(template, words=_words, **values)


@functools.cache
def _words(name: str) -> str:
    return say(f"helper.{name}")
