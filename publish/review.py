"""A letter as a Word document, for colleagues who read along before it goes out and write their remarks in it."""

from __future__ import annotations

from collections.abc import Iterator

from docx.document import Document

from publish import word
from publish.letter import Letter, Part
from publish.pictures import Shots
from publish.word import one_line
from stories.model import BlockKind
from stories.words import say

_SIZES = {"Normal": 11, "Heading 1": 20, "Heading 2": 14, "Quote": 12}
_WIDEST = 340.0  # points on paper


def document(letter: Letter, shots: Shots) -> bytes:
    """The same parts as the mail, with what stands behind it too: the preheader, where links lead, alt texts."""
    made = word.new(_SIZES, margin=25)
    word.small(made.add_paragraph(), f"{say('publish.brand')} · {letter.date}")
    made.add_heading(one_line(letter.title), 1)
    if letter.preheader:
        word.small(made.add_paragraph(), say("mail.review_preheader", preheader=letter.preheader))
    helped = False
    for part in letter.parts:
        if part.kind is BlockKind.HELPLINE and not helped:
            made.add_heading(say("publish.helplines_title"), 2)
        helped = part.kind is BlockKind.HELPLINE
        add_part(made, part, shots)
    for line in (say("publish.credits"), letter.credits_more):
        word.small(made.add_paragraph(), line)
    return word.finished(made)


def add_part(made: Document, part: Part, shots: Shots, *, review: bool = True) -> None:
    """One part, with real headings and quotes in their own style. To `review`: with the words behind a picture too."""
    match part.kind:
        case BlockKind.HEADING:
            made.add_heading(one_line(part.text), 2)
        case BlockKind.QUOTE | BlockKind.CLIP:
            made.add_paragraph(one_line(part.quoted), "Quote")
            made.add_paragraph(f"— {one_line(part.by)}")
            if part.listen:
                word.small(made.add_paragraph(), f"{part.listen}: {part.link}")
        case BlockKind.VISUAL:
            shot = shots.get(part.file_id or "")
            if shot is not None:
                width = min(_WIDEST, float(shot.width))
                word.add_picture(made, shot.data, width=width, words=part.alt)
            if review:
                word.small(made.add_paragraph(), say("mail.review_alt", alt=part.alt))
            _add_lines(made, part)
        case BlockKind.CALL_TO_ACTION:
            text = one_line(part.text)
            made.add_paragraph(say("mail.review_button", text=text) if review else text)
            if part.link:
                word.small(made.add_paragraph(), part.link)
        case BlockKind.HELPLINE:
            for line in _lines(part):
                made.add_paragraph(line, "List Bullet")
        case _:
            _add_lines(made, part)
            if part.link:
                word.small(made.add_paragraph(), part.link)


def _add_lines(made: Document, part: Part) -> None:
    for lines in part.paragraphs:
        paragraph = made.add_paragraph()
        for number, line in enumerate(lines):
            run = paragraph.add_run(one_line(line))
            if number + 1 < len(lines):
                run.add_break()


def _lines(part: Part) -> Iterator[str]:
    return (one_line(line) for lines in part.paragraphs for line in lines)
