"""Insights as files: who takes what along, for what, and what is written down about it."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import docx
import openpyxl
import pytest
from builders import a_withdrawal
from insights_fixture import SENTENCES, tell
from role_place import Place

from desk import insight_files
from desk.insight_files import FORMS
from desk.insights import Selection
from stories.consent import Purpose
from stories.errors import NotFound, Refused
from stories.model import TellerRole
from stories.people import Role

CIRCLE = Selection(Purpose.KENNISKRING, opgave="werkgever")


@pytest.fixture
def told(place: Place) -> list[str]:
    ids = tell(place.store, 7, opgave="werkgever", lens="gaat_fout", role=TellerRole.OUDER, region="=Oost")
    return ids + tell(place.store, 3, opgave="meedoen", lens="zou_helpen", role=TellerRole.KIND, region="Noord")


def made(place: Place, form: str, selection: Selection = CIRCLE, table: str = "balans") -> bytes:
    data, _, name = insight_files.export(place.store, place.staff[Role.REDACTEUR], selection, form, table)
    assert name.startswith("inzichten-2") and name.endswith(f".{form}")
    return data


def actions(place: Place) -> list[str]:
    with place.store.read() as books:
        return [f"{line['action']} {line['subject']} {line['detail']}" for line in books.audit_trail()]


@pytest.mark.usefixtures("told")
def test_what_leaves_as_a_table_holds_no_small_number_and_no_formula(place: Place) -> None:
    rows = list(csv.reader(io.StringIO(made(place, "csv").decode("utf-8-sig"), newline=""), delimiter=";"))[1:]
    numbers = {(row[0], row[1], row[2]): row[3:] for row in rows}
    assert ["5", "9", "5 tot 9"] in numbers.values()
    assert all(row[5] != "minder dan 5" or not (row[3] or row[4]) for row in rows)
    assert all(int(row[3]) >= 5 for row in rows if row[3])
    assert any(row[1] == "'=Oost" for row in rows)
    book = openpyxl.load_workbook(io.BytesIO(made(place, "xlsx")))
    sheet = book["Gegevens"]
    assert [[str(cell.value or "") for cell in row] for row in sheet.iter_rows(min_row=2)] == rows
    assert "opgave=werkgever" in actions(place)[0] and actions(place)[0].startswith("insights_exported xlsx")


@pytest.mark.usefixtures("told")
def test_the_a4_has_counts_a_chart_three_quotes_and_gaps_and_is_the_same_twice(place: Place) -> None:
    data = made(place, "docx")
    assert data == made(place, "docx")
    read = docx.Document(io.BytesIO(data))
    said = "\n".join(paragraph.text for paragraph in read.paragraphs)
    assert "Inzichten: De rol van de werkgever" in said and "5 tot 9" in said
    assert sum(paragraph.text.startswith("“") for paragraph in read.paragraphs) == 3
    assert any(sentence in said for sentence in SENTENCES)
    assert len(read.inline_shapes) == 1 and "wat zou helpen" in said
    assert sum(line.startswith("quote_in_insights") for line in actions(place)) == 6


def test_consent_of_a_quote_is_asked_when_the_file_is_made(place: Place, told: list[str]) -> None:
    with place.store.write() as books:
        for story_id in told[:2]:
            books.add_consent(a_withdrawal(books.story(story_id), Purpose.KENNISKRING, at=datetime.now(UTC)))
    made(place, "docx")
    with place.store.read() as books:
        taken = {line["story_id"] for line in books.audit_trail(action="quote_in_insights")}
    assert len(taken) == 3 and not taken & set(told[:2])


def test_a_name_that_was_left_in_a_quote_stops_the_a4(place: Place) -> None:
    for story_id in tell(
        place.store, 6, opgave="werkgever", role=TellerRole.OUDER, words="Mijn zus Sanne ging niet mee."
    ):
        with place.store.write() as books:
            books.keep_intake_names(story_id, ["Sanne"])
    with pytest.raises(Refused) as refused:
        made(place, "docx")
    assert refused.value.code == "name_left"
    assert not [line for line in actions(place) if "insights" in line], "nothing is written down of what did not leave"


@pytest.mark.usefixtures("told")
def test_what_stays_inside_and_what_is_not_there_are_no_files(place: Place) -> None:
    for form in FORMS:
        with pytest.raises(Refused) as refused:
            made(place, form, Selection(opgave="werkgever"))
        assert refused.value.code == "leaves_only"
    for selection in (Selection(Purpose.ONDERZOEK, opgave="werkgever"), Selection(Purpose.KENNISKRING)):
        with pytest.raises(Refused) as refused:
            made(place, "docx", selection)
        assert refused.value.code == "choose_opgave"
    for form, table in (("exe", ""), ("svg", "niets"), ("png", "")):
        with pytest.raises(NotFound):
            made(place, form, CIRCLE, table)
    for table in ("opgaven", "balans", "verandertheorie", "rollen", "regios", "verloop"):
        assert made(place, "svg", CIRCLE, table).startswith(b"<svg") and made(place, "png", CIRCLE, table)
