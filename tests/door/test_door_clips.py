"""The sound of a clip by HTTP: for who makes products, in parts, and only as long as it may be heard."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from app_fixture import RunningApp, Visitor
from builders import a_withdrawal
from cleared_sound import quote, released
from plainrun import PlainRun

from desk import clipmaking, clips
from stories import tickets
from stories.model import Story
from stories.people import Role, User
from stories.products import Clip


@pytest.fixture(scope="module")
def made(app: RunningApp) -> tuple[Story, Clip]:
    store, story = app.store, released(app.store)
    one = quote(store, story)
    clips.ask(store, User("u-red", "Ed", frozenset({Role.REDACTEUR})), one.id, clips.Voice.PIEP, clips.PIEP)
    clipmaking.work(store, store.settings, story.id, PlainRun())
    with store.read() as books:
        (clip,) = books.clips.of_quotes([one.id])
    return story, clip


def path(clip: Clip) -> str:
    return f"/fragment/{clip.id}/audio"


@pytest.mark.parametrize("role", [Role.REDACTEUR, Role.VRIJGEVER, Role.COMMUNICATIE])
def test_who_makes_or_releases_products_hears_it_in_parts(
    app: RunningApp, visitor: Visitor, made: tuple[Story, Clip], role: Role
) -> None:
    _, clip = made
    visitor.cookies["vertelpunt"] = app.log_in(f"Hoort {role}", role)
    answer = visitor.get(path(clip))
    assert answer.status == 200 and answer.body.startswith(b"fLaC")
    assert answer.headers["Content-Type"] == "audio/flac" and answer.headers["Cache-Control"] == "no-store"
    part = visitor.get(path(clip), Range="bytes=4-99")
    assert part.status == 206 and part.body == answer.body[4:100]
    assert visitor.get(path(clip), Range=f"bytes={len(answer.body)}-").status == 416
    head = visitor.send("HEAD", path(clip))
    assert head.headers["Content-Length"] == str(len(answer.body)) and head.body == b""


def test_for_everybody_else_it_is_not_there(app: RunningApp, visitor: Visitor, made: tuple[Story, Clip]) -> None:
    story, clip = made
    nothing = visitor.get("/fragment/f0000000000000000/audio")
    assert nothing.status == 404
    assert visitor.get(path(clip)).body == nothing.body
    for role in (Role.ERVARINGSWERKER, Role.CONTACTPERSOON, Role.BEHEERDER):
        visitor.cookies["vertelpunt"] = app.log_in(f"Niemand {role}", role)
        assert visitor.get(path(clip)).status == 404, role
    visitor.cookies.clear()
    visitor.cookies["vertelpunt_verhaal"] = tickets.issue(app.settings, tickets.TELLER, story.id, 60)
    assert visitor.get(path(clip)).status == 404, "its teller hears it in the product"
    for identity in ("..", "x" * 50, "f%2e", clip.quote_id, story.id):
        assert visitor.get(f"/fragment/{identity}/audio").status in (400, 404)


def test_a_no_stops_it_at_once(app: RunningApp, visitor: Visitor, made: tuple[Story, Clip]) -> None:
    story, clip = made
    visitor.cookies["vertelpunt"] = app.log_in("Ria", Role.REDACTEUR)
    assert visitor.get(path(clip)).status == 200
    with app.store.write() as books:
        books.add_consent(a_withdrawal(story, at=datetime.now(UTC)))
    assert visitor.get(path(clip)).status == 404
