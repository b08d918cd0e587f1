"""The script of a vlog as a Word document: landscape, its head on every page; equal input gives equal bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from publish import word
from publish.vlog_script import Script
from publish.word import one_line
from stories.words import say

_WIDTHS = (Mm(24), Mm(117), Mm(120))  # A4 on its side, within margins of 18 mm


def document(script: Script, warning: str = "") -> bytes:
    """The script as a .docx: VIDEO on the left, AUDIO on the right, one row per moment."""
    made = word.new()
    section = made.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
    made.add_heading(one_line(script.title), 1)
    for fact in (f"{say('publish.brand')} · {say('vlog.script')} · {script.date}", script.length, warning):
        if fact:
            made.add_paragraph(one_line(fact))
    table = made.add_table(rows=0, cols=3, style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, _WIDTHS, strict=True):
        column.width = width
    heads = [((say(f"vlog.{name}"), ()),) for name in ("number", "video", "audio")]
    head = table.add_row()
    _fill(head, heads)
    _mark(head, "w:tblHeader")
    for moment in script.moments:
        when = ((str(moment.number), (moment.at, moment.lasts)),)
        _fill(table.add_row(), (when, moment.video, moment.audio))
    return word.finished(made)


def _fill(row: Any, cells: Sequence[Sequence[tuple[str, Sequence[str]]]]) -> None:
    """Labels in bold, their lines below; a row is never cut by the end of a page."""
    _mark(row, "w:cantSplit")
    for cell, parts in zip(row.cells, cells, strict=True):
        lines = [
            (text, bold) for label, said in parts for text, bold in ((label, True), *((each, False) for each in said))
        ]
        for place, (text, bold) in enumerate(lines):
            paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
            paragraph.paragraph_format.space_after = Pt(2)
            paragraph.add_run(one_line(text)).bold = bold


def _mark(row: Any, name: str) -> None:
    mark = OxmlElement(name)
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)
