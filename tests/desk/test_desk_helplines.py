"""Somebody of the house looks whether a number is still right, and the gate counts from that day on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from role_place import Place

from desk import helplines, publishing
from desk.helplines import Row
from stories.errors import Moved
from stories.model import Piece
from stories.people import Role

YEARS_AGO = timedelta(days=800)


@pytest.fixture
def old(place: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Whoever made the app looked years ago."""
    lines = [replace(line, checked_on=line.checked_on - YEARS_AGO) for line in helplines.HELPLINES]
    monkeypatch.setattr(helplines, "HELPLINES", tuple(lines))
    return place


def row(place: Place, code: str) -> Row:
    rows = helplines.overview(place.store, place.staff[Role.BEHEERDER])
    return next(row for row in rows if row.line.code == code)


def warned(place: Place, piece: Piece) -> list[str]:
    found = publishing.findings(place.store, place.staff[Role.REDACTEUR], piece.id)
    return [f.code for f in found if f.code.startswith("helpline_")]


def test_a_number_that_nobody_looked_at_is_said_until_somebody_does(old: Place) -> None:
    admin, piece = old.staff[Role.BEHEERDER], old.piece()
    assert row(old, "kindertelefoon").is_old and row(old, "kindertelefoon").by == ""
    assert warned(old, piece) == ["helpline_old", "helpline_old"]
    helplines.check(old.store, admin, "kindertelefoon", expected=0)
    now = row(old, "kindertelefoon")
    assert not now.is_old and (now.by, now.version) == (admin.name, 1)
    assert warned(old, piece) == ["helpline_old"]
    with old.store.read() as books:
        line = books.audit_trail(limit=1)[0]
    assert (line["action"], line["subject"]) == ("helpline_checked", "kindertelefoon")
    with pytest.raises(Moved):
        helplines.check(old.store, admin, "kindertelefoon", expected=0)


def test_a_check_counts_for_the_line_that_was_looked_at_alone(old: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    helplines.check(old.store, old.staff[Role.BEHEERDER], "geldfit", expected=0)
    assert not row(old, "geldfit").is_old
    others = [replace(line, number="0800-9999") for line in helplines.HELPLINES]
    monkeypatch.setattr(helplines, "HELPLINES", tuple(others))
    assert row(old, "geldfit").is_old


def test_the_house_says_how_long_a_check_lasts(old: Place) -> None:
    a_month_ago = datetime.now(UTC) - timedelta(days=31)
    helplines.check(old.store, old.staff[Role.BEHEERDER], "113", expected=0, now=a_month_ago)
    assert not row(old, "113").is_old
    old.store.settings = old.store.settings.model_copy(update={"helpline_days": 30})
    assert row(old, "113").is_old
