"""The paper form and the notice to print: `/formulier` and `/formulier/uitleg`. Blank, so anybody may see them.

Drawn from the same table as the ervaringswerker's screen (`desk.paper`), with the codes that stand there too.
"""

from __future__ import annotations

from typing import Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from desk import paper, rules
from desk.paper import BlankForm
from door.house import House
from door.templates import page
from stories.words import DEFAULT_LANGUAGE, say, speaking

FORM_PATH = "/formulier"
NOTICE_PATH = "/formulier/uitleg"


def routes(house: House) -> list[Route]:
    """The routes of this module."""

    async def form(_request: Request) -> Response:
        return await anyio.to_thread.run_sync(lambda: sheet(paper.blank_form(house.store)))

    async def notice(_request: Request) -> Response:
        return await anyio.to_thread.run_sync(_notice, house)

    return [Route(FORM_PATH, form, methods=["GET"]), Route(NOTICE_PATH, notice, methods=["GET"])]


def sheet(form: BlankForm) -> Response:
    """The form as a page that fits two sheets of A4. Dutch, as the screen is on which it is typed in."""
    with speaking(DEFAULT_LANGUAGE):
        return _print("formulier", form=form)


def _notice(house: House) -> Response:
    """The notice in the language that this visitor reads."""
    return _print("formulier_uitleg", lines=paper.lines_of(rules.shown_notice(house.store)[1]))


def _print(template: str, **values: Any) -> Response:
    return page(template, words=lambda name: say(f"helper.{name}"), **values)
