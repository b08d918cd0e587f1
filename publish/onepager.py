"""One A4 as a Word document (.docx); equal input gives equal bytes, and its properties hold nobody's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docx.shared import Pt

from publish import word
from publish.word import one_line


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG, its size in points on paper, and what it shows in words."""

    data: bytes
    width: float
    height: float
    words: str


@dataclass(frozen=True, slots=True)
class Page:
    """`facts` stand under the title; `table` has a head; each quote has who said it; `foot` stands below, small."""

    title: str
    facts: Sequence[str]
    table: Sequence[Sequence[str]]
    picture: Picture
    quotes_title: str
    quotes: Sequence[tuple[str, str]]
    gaps_title: str
    gaps: Sequence[str]
    foot: Sequence[str]


def document(page: Page) -> bytes:
    """The page as a .docx."""
    made = word.new()
    made.add_heading(one_line(page.title), 1)
    for fact in page.facts:
        made.add_paragraph(one_line(fact))
    table = made.add_table(rows=0, cols=len(page.table[0]), style="Table Grid")
    for number, row in enumerate(page.table):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.paragraphs[0].paragraph_format.space_after = Pt(0)
            cell.paragraphs[0].add_run(one_line(text)).bold = number == 0
    shown = page.picture
    word.add_picture(made, shown.data, width=shown.width, height=shown.height, words=shown.words)
    if page.quotes:
        made.add_heading(one_line(page.quotes_title), 2)
    for text, by in page.quotes:
        made.add_paragraph(f"“{one_line(text)}” ({one_line(by)})", "Quote")
    if page.gaps:
        made.add_heading(one_line(page.gaps_title), 2)
    for gap in page.gaps:
        made.add_paragraph(one_line(gap), "List Bullet")
    for line in page.foot:
        word.small(made.add_paragraph(), line)
    return word.finished(made)
