"""What a teller may take home: the proof of their choices, as a page to print and as a file.

/mijn-verhaal/bewijs, .../bewijs.json   with the cookie of somebody who gave a receipt code, of their own story only
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from desk import proof as desk
from desk.keeping import day_in_words
from door.cookies import current_teller
from door.house import House
from door.templates import notice, page
from stories.consent import Purpose
from stories.errors import NotFound
from stories.people import CodeHolder, Holder
from stories.words import say

PAGE, FILE = "/mijn-verhaal/bewijs", "/mijn-verhaal/bewijs.json"
PATHS = (PAGE, FILE)


def routes(house: House) -> list[Route]:
    """The routes of this module."""

    def route(path: str, answer: Callable[[House, Request], Response]) -> Route:
        async def respond(request: Request) -> Response:
            return await anyio.to_thread.run_sync(answer, house, request)

        return Route(path, respond, methods=["GET"])

    return [route(PAGE, _page), route(FILE, _file)]


def _page(house: House, request: Request) -> Response:
    holder = current_teller(house.settings, request.cookies)
    if holder is None:
        return RedirectResponse("/mijn-verhaal/code", 303, {"Cache-Control": "no-store"})
    try:
        proof = desk.proof(house.store, holder.story_id, holder=holder.holder)
    except NotFound:  # a parent who did not answer yet has nothing to prove
        return RedirectResponse("/mijn-verhaal", 303, {"Cache-Control": "no-store"})
    settings = house.settings
    return page(
        "bewijs",
        here=PAGE,
        words=lambda name, **values: say(f"proof.{name}", **values),
        lead=_to(proof.young, holder, "lead"),
        may=list(_may(proof)),
        said=[_said(choice) for choice in proof.choices],
        kept=[row.in_words(young=proof.young) for row in proof.kept],
        erased=proof.erased_on is not None,
        stop=_to(proof.young, holder, "stop"),
        address=f"{settings.origin.removeprefix('https://')}/mijn-verhaal",  # as one types it
        organisation=settings.organisation,
        contact=settings.privacy_contact,
        policy=desk.POLICY_PATH,
        shown=list(dict.fromkeys(choice.notice for choice in proof.choices)),
        number=proof.number,
    )


def _to(young: bool, holder: CodeHolder, name: str) -> str:
    if name == "lead" and holder.holder is Holder.VERTEGENWOORDIGER:
        return say("proof.lead_parent")
    return say(f"proof.{name}_young" if young else f"proof.{name}")


def _may(proof: desk.Proof) -> Iterator[str]:
    for purpose, form in proof.may:
        if purpose is Purpose.VERWERKEN:
            continue
        what, until = desk.channel_in_words(purpose, form), proof.until(purpose, form)
        yield what if until is None else say("proof.may_until", what=what, until=day_in_words(until))


def _said(choice: desk.Choice) -> tuple[str, str, str]:
    """What about, the answer, and who gave it when."""
    who = say("proof.said_on", who=say(f"proof.party_{choice.party}"), on=day_in_words(choice.on))
    return desk.channel_in_words(choice.purpose, choice.form), say(f"terms.outcome_{choice.outcome}"), who


def _file(house: House, request: Request) -> Response:
    holder = current_teller(house.settings, request.cookies)
    if holder is None:
        return notice("not_here", 404)
    try:
        receipt = desk.receipt_json(house.store, holder.story_id, holder=holder.holder)
    except NotFound:
        return notice("not_here", 404)
    headers = {"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="vertelpunt-bewijs.json"'}
    data = json.dumps(receipt, ensure_ascii=False, indent=1).encode("utf-8")
    return Response(data, headers=headers, media_type="application/json")
