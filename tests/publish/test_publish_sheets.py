"""Tables, charts and the one A4 as files: harmless, readable by others, and the same bytes every time."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from xml.etree import ElementTree as ET

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from publish import charts, onepager, sheets
from publish.charts import Bar, Chart
from publish.onepager import Page, Picture
from publish.sheets import Sheet

DANGEROUS = ("=1+1", "+31", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\u00a0=1", "＝1", "|calc", "%0A")
CHART = Chart(
    "Wat gaat goed?", (("Meedoen & <thuis>", tuple(Bar(f"Lens {n}", 5 * n, 5 * n + 4, "x", n) for n in range(6))),)
)


def read_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_is_calculated_by_a_spreadsheet(text: str) -> None:
    ((cell,),) = read_csv(sheets.as_csv([[text]]))
    assert cell.startswith("'")
    book = openpyxl.load_workbook(io.BytesIO(sheets.as_xlsx([Sheet("Blad", [[text]])])))
    read = book["Blad"]["A1"]
    assert read.data_type == "s" and str(read.value).startswith("'")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.text(max_size=20), min_size=1, max_size=3), min_size=1, max_size=4))
def test_what_is_written_is_read_back(rows: list[list[str]]) -> None:
    made = sheets.as_csv(rows)
    assert made == sheets.as_csv(rows)
    back = read_csv(made)
    assert [[cell.lstrip("'") for cell in row] for row in back] == [
        [sheets.harmless(cell).lstrip("'") for cell in row] for row in rows
    ]
    assert all(cell[:1] not in ("=", "+", "-", "@", "\t", "\r") for row in back for cell in row if cell)


def test_a_workbook_has_numbers_texts_and_nobodys_name_and_is_the_same_every_time() -> None:
    tables = [
        Sheet("Over dit overzicht", [["één"]]),
        Sheet("a[b]:c*?/d", [["rij", "van"], ["Meedoen", 5], ["x", None]]),
    ]
    made = sheets.as_xlsx(tables)
    assert made == sheets.as_xlsx(tables)
    book = openpyxl.load_workbook(io.BytesIO(made))
    assert book.sheetnames == ["Over dit overzicht", "a b  c   d"]
    assert [[cell.value for cell in row] for row in book.worksheets[1]] == [["rij", "van"], ["Meedoen", 5], ["x", None]]
    assert not book.properties.creator and not book.properties.lastModifiedBy


def test_a_drawing_says_everything_in_words_and_differs_by_pattern() -> None:
    drawn = charts.svg(CHART)
    assert drawn == charts.svg(CHART)
    root = ET.fromstring(drawn)
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"Wat gaat goed?", "Meedoen & <thuis>", "Lens 5"} <= set(texts)
    assert not re.search(r"href|script|style=|url\(|@import", drawn)
    filled = [sum(1 for mark in charts._filled(0, 0, 100, pattern)) for pattern in range(5)]
    assert len({*filled[1:4]}) == 3 and filled[0] == filled[4] == 1
    assert ">Wat gaat goed?</text>" in drawn and ">Wat gaat goed?</text>" not in charts.svg(CHART, titled=False)


def test_a_picture_is_as_large_as_the_drawing_and_knows_nothing_else() -> None:
    made = charts.png(CHART)
    assert made == charts.png(CHART)
    picture = Image.open(io.BytesIO(made))
    assert picture.size == tuple(charts.SCALE * side for side in charts.size(CHART))
    assert not picture.info
    assert len(picture.convert("L").getcolors() or ()) > 1


def a_page(**changes: object) -> Page:
    values: dict[str, object] = {
        "title": "Inzichten: Meedoen", "facts": ["Vertellers: 5 tot 9"],
        "table": [("rij", "vertellers"), ("Goed", "5")],
        "picture": Picture(charts.png(CHART), 400, 200, "grafiek"), "quotes_title": "Woorden",
        "quotes": [("Het was\x0b te duur.", "een ouder")], "gaps_title": "Ontbreekt", "gaps": ["Niets."],
        "foot": ["klein"],
    }  # fmt: skip
    return Page(**(values | changes))  # type: ignore[arg-type]


def test_the_a4_is_read_by_others_and_its_properties_say_nothing() -> None:
    made = onepager.document(a_page())
    assert made == onepager.document(a_page())
    read = docx.Document(io.BytesIO(made))
    said = [paragraph.text for paragraph in read.paragraphs if paragraph.text]
    assert said == [
        "Inzichten: Meedoen", "Vertellers: 5 tot 9", "Woorden", "“Het was te duur.” (een ouder)", "Ontbreekt", "Niets.",
        "klein",
    ]  # fmt: skip
    assert [[cell.text for cell in row.cells] for row in read.tables[0].rows] == [["rij", "vertellers"], ["Goed", "5"]]
    about = read.core_properties
    assert not about.author and not about.last_modified_by and not about.comments and not about.title
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert all(b"python-docx" not in archive.read(name) for name in archive.namelist())
