"""Sounds and pictures of the house by HTTP: sent with a ticket of the page, heard by who works on pieces."""

from __future__ import annotations

import io
import json

import pytest
from app_fixture import ROOT, RunningApp, Visitor
from PIL import Image

from desk import house_files
from stories import tickets
from stories.people import Role, User
from stories.products import FileKind
from tests.door.upload_help import nothing_left

RECORDING = ROOT / "examples" / "recordings" / "broodtrommel.m4a"


def user_of(app: RunningApp, name: str) -> User:
    with app.store.read() as books:
        return next(user for user in books.users() if user.name == name)


def send(app: RunningApp, about: str, body: bytes) -> tuple[int, dict[str, object]]:
    ticket = tickets.issue(app.settings, tickets.UPLOAD, about, 600)
    headers = {"Origin": app.base_url, "X-Vertelpunt-Bewijs": ticket, "Content-Type": "application/octet-stream"}
    answer = Visitor(app).send("POST", "/opname", body=body, headers=headers)
    return answer.status, json.loads(answer.body)


def path(app: RunningApp, kind: FileKind) -> str:
    with app.store.read() as books:
        return f"/geluid/{books.house_files.all(kind)[-1].id}/huis"


@pytest.fixture
def maker(app: RunningApp, visitor: Visitor) -> Visitor:
    visitor.cookies["vertelpunt"] = app.log_in("Cor", Role.COMMUNICATIE)
    return visitor


def test_a_sound_that_was_sent_can_be_heard_in_parts(app: RunningApp, maker: Visitor) -> None:
    status, said = send(app, house_files.errand(user_of(app, "Cor"), FileKind.MUZIEK), RECORDING.read_bytes())
    assert status == 200 and said["what"] == "audio" and said["duration_ms"]
    assert nothing_left(app)
    answer = maker.get(path(app, FileKind.MUZIEK), Range="bytes=0-3")
    assert (answer.status, answer.body, answer.headers["Content-Type"]) == (206, b"fLaC", "audio/flac")


def test_a_picture_comes_back_as_a_picture(app: RunningApp, maker: Visitor) -> None:
    data = io.BytesIO()
    Image.new("RGB", (9, 9), "teal").save(data, "JPEG")
    status, _ = send(app, house_files.errand(user_of(app, "Cor"), FileKind.BEELD), data.getvalue())
    answer = maker.get(path(app, FileKind.BEELD))
    assert status == 200 and answer.headers["Content-Type"] == "image/png" and answer.body[:4] == b"\x89PNG"


def test_a_ticket_in_somebody_elses_name_gets_no_further_than_that_persons_rights(app: RunningApp) -> None:
    app.log_in("Vic", Role.VRIJGEVER)
    about = f"{house_files.ERRAND}{FileKind.MUZIEK}~{user_of(app, 'Vic').id}"  # as if our own page had made it
    for errand in (about, f"{house_files.ERRAND}{FileKind.MUZIEK}~u0"):
        status, said = send(app, errand, RECORDING.read_bytes())
        assert status == 400 and said["ok"] is False
    assert nothing_left(app)


def test_who_does_not_work_on_pieces_hears_nothing(app: RunningApp, maker: Visitor, visitor: Visitor) -> None:
    send(app, house_files.errand(user_of(app, "Cor"), FileKind.MUZIEK), RECORDING.read_bytes())
    place = path(app, FileKind.MUZIEK)
    for role in Role:
        visitor.cookies["vertelpunt"] = app.log_in(f"Bezoek {role}", role)
        works = role in (Role.REDACTEUR, Role.COMMUNICATIE, Role.VRIJGEVER)
        assert visitor.get(place).status == (200 if works else 404), role
    visitor.cookies.clear()
    assert visitor.get(place).status == 404
