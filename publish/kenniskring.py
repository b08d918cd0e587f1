"""One page for a circle of professionals: the same words as a Word document and as a page to print.

Lines that are all questions become a numbered list, to talk about one by one. Printed from Chromium about 330 words fit
on an A4, with headings, quotes and helplines; a picture takes the place of 120.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from publish import word
from publish.letter import Letter, Part, to_read
from publish.newsletter import check_html
from publish.pictures import Shots, credited, shots_of
from publish.rendering import Files, Sounds, Studio
from publish.review import add_part
from publish.word import one_line
from stories.model import BlockKind
from stories.words import say

_SIZES = {"Normal": 10.5, "Heading 1": 18, "Heading 2": 12.5, "Quote": 11.5}


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    loader = FileSystemLoader(Path(__file__).parent / "templates")
    return ImmutableSandboxedEnvironment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def are_questions(part: Part) -> bool:
    """Whether an own text is a list of questions: more than one line, each of them asking."""
    rows = [line for lines in part.paragraphs for line in lines]
    return part.kind is BlockKind.NARRATION and len(rows) > 1 and all(row.endswith("?") for row in rows)


def to_html(letter: Letter, sources: dict[str, str]) -> str:
    """A letter `to_read` as one HTML page. Raises Refused `output_unsafe` when it holds what does not belong there."""
    template = _environment().get_template("kenniskring.html.j2")
    page = template.render(letter=letter, sources=sources, say=say, are_questions=are_questions)
    check_html(page)
    return page


def preview(letter: Letter) -> str:
    """The page as it will be printed; each picture is a box with its words."""
    return to_html(to_read(letter), {})


def render(letter: Letter, sounds: Sounds, studio: Studio) -> Files:
    """The page as .docx and as HTML, and its pictures. Raises NotFound when a picture is gone."""
    letter = credited(to_read(letter), studio.files)
    shots = shots_of(letter.parts, sounds)
    return {
        "kenniskring.docx": _document(letter, shots),
        "kenniskring.html": to_html(letter, {file_id: shot.name for file_id, shot in shots.items()}).encode(),
        **{shot.name: shot.data for shot in shots.values()},
    }


def _document(letter: Letter, shots: Shots) -> bytes:
    made = word.new(_SIZES)
    word.small(made.add_paragraph(), f"{say('publish.brand')} · {say('mail.kind_kenniskring')} · {letter.date}")
    made.add_heading(one_line(letter.title), 1)
    if letter.preheader:
        made.add_paragraph().add_run(one_line(letter.preheader)).bold = True
    for part in letter.parts:
        if are_questions(part):
            for lines in part.paragraphs:
                for line in lines:
                    made.add_paragraph(one_line(line), "List Number")
            continue
        if part.kind is BlockKind.HELPLINE:
            made.add_heading(say("publish.helplines_title"), 2)
        add_part(made, part, shots, review=False)
    for line in (say("publish.credits"), letter.credits_more):
        word.small(made.add_paragraph(), line)
    return word.finished(made)
