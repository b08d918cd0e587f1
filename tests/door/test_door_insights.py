"""`/inzicht/...`: insights as files, for whoever may take them along."""

from __future__ import annotations

import pytest
from app_fixture import RunningApp, Visitor
from insights_fixture import tell

from desk.insight_files import FORMS
from stories.model import TellerRole
from stories.people import Role

CHOSEN = "doel=kenniskring&opgave=werkgever&tabel=opgaven"


@pytest.fixture(scope="module")
def told(app: RunningApp) -> list[str]:
    return tell(app.store, 6, opgave="werkgever", lens="gaat_fout", role=TellerRole.OUDER, region="Oost")


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("form", FORMS)
def test_a_file_is_kept_nowhere_and_named_without_a_word(app: RunningApp, visitor: Visitor, form: str) -> None:
    visitor.cookies["vertelpunt"] = app.log_in("Cas", Role.COMMUNICATIE)
    answer = visitor.get(f"/inzicht/{form}?{CHOSEN}")
    assert answer.status == 200 and answer.body
    assert answer.headers["Content-Type"] == FORMS[form][1]
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="inzichten-2')
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("role", [None, Role.VRIJGEVER, Role.BEHEERDER, Role.ERVARINGSWERKER, Role.CONTACTPERSOON])
def test_to_everybody_else_the_file_is_not_there(app: RunningApp, visitor: Visitor, role: Role | None) -> None:
    if role is not None:
        visitor.cookies["vertelpunt"] = app.log_in(f"iemand {role}", role)
    assert visitor.get(f"/inzicht/csv?{CHOSEN}").status == 404


@pytest.mark.usefixtures("told")
def test_a_colleague_reads_why_a_file_stays_here_and_nonsense_is_no_file(app: RunningApp, visitor: Visitor) -> None:
    visitor.cookies["vertelpunt"] = app.log_in("Cas", Role.COMMUNICATIE)
    inside = visitor.get("/inzicht/csv?opgave=werkgever")
    assert inside.status == 409 and "blijft binnen" in inside.text
    for path in ("exe", "csv%00", "..%2Fcsv", "%C3%A9", "svg"):
        assert visitor.get(f"/inzicht/{path}?doel=kenniskring").status in (400, 404)
    hostile = "doel=kenniskring&jaar=9e9&rol=%00&regio=%27%20OR&opgave=%3Cb%3E&lens=../x&tabel=opgaven"
    assert visitor.get(f"/inzicht/csv?{hostile}").status == 200, "codes that are none count as not chosen"
