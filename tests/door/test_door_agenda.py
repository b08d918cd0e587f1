"""`/agenda.ics`: the agenda as a file, for whoever may see it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from app_fixture import RunningApp, Visitor

from desk import calendar
from stories.clock import today
from stories.people import MAY, Act, Role
from stories.planned import Slot


@pytest.mark.parametrize("role", [None, *Role])
def test_the_agenda_is_for_whoever_sees_cleared_stories(app: RunningApp, visitor: Visitor, role: Role | None) -> None:
    if role is not None:
        visitor.cookies["vertelpunt"] = app.log_in(f"Agenda {role}", role)
    may = role is not None and Act.SEE_CLEARED in MAY[role]
    answer = visitor.get("/agenda.ics?titels=1")
    assert answer.status == (200 if may else 404)
    assert ("BEGIN:VCALENDAR" in answer.text) == may
    assert visitor.post("/agenda.ics").status in (403, 404, 405)


def test_a_file_has_titles_when_asked_and_is_kept_nowhere(app: RunningApp, visitor: Visitor) -> None:
    editor = app.user("Agenda-Ed", Role.REDACTEUR)
    calendar.plan(app.store, editor, day=today() + timedelta(days=3), slot=Slot.KENNISKRING, title="Kring over werk")
    visitor.cookies["vertelpunt"] = app.log_in("Agenda-Ed", Role.REDACTEUR)
    bare, full = visitor.get("/agenda.ics"), visitor.get("/agenda.ics?titels=1")
    assert "Kenniskring" in bare.text and "werk" not in bare.text and "Kring over werk" in full.text
    assert bare.headers["Cache-Control"] == "no-store" and bare.headers["Content-Type"].startswith("text/calendar")
    assert bare.headers["Content-Disposition"] == 'attachment; filename="vertelpunt-agenda.ics"'
