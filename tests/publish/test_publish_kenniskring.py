"""The page for a kenniskring, as python-docx and an HTML parser see it."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import docx
import pytest

from publish import kenniskring
from publish.plain import one_line
from tests.publish.read_pieces import LISTEN, STUDIO, House, a_rich_letter, a_rich_piece
from tests.publish.test_publish_newsletter import HOSTILE, Page


@pytest.fixture(scope="module")
def files():
    return kenniskring.render(a_rich_letter(), House(), STUDIO)


def test_the_page_is_dutch_has_real_headings_and_numbered_questions(files):
    page = Page(files["kenniskring.html"].decode())
    assert ("html", "lang", "nl") in page.attributes
    assert page.headings[0] == ("h1", "De deurbel doet het weer") and ("h2", "Hulp nodig?") in page.headings
    assert page.tags.count("ol") == 1 and page.tags.count("blockquote") == 3
    assert ("a", "href", LISTEN) in page.attributes
    assert {value for tag, name, value in page.attributes if tag == "img" and name == "src"} <= set(files)


def test_both_forms_say_the_same_words(files):
    made = docx.Document(io.BytesIO(files["kenniskring.docx"]))
    paper = " ".join(" ".join(paragraph.text.split()) for paragraph in made.paragraphs)
    screen = " ".join(" ".join(Page(files["kenniskring.html"].decode()).text).split())
    for part in kenniskring.to_read(a_rich_letter()).parts:
        for line in (line for lines in part.paragraphs for line in lines):
            assert line in paper and line in screen
    for words in ("Verteld aan Vertelpunt, met toestemming.", "een kind van de basisschool"):
        assert words in paper and words in screen


def test_the_document_has_styles_that_a_reader_aloud_knows(files):
    made = docx.Document(io.BytesIO(files["kenniskring.docx"]))
    styles = [paragraph.style.name for paragraph in made.paragraphs]
    assert styles.count("Heading 1") == 1 and styles.count("List Number") == 3 and styles.count("Quote") == 3
    assert styles.count("List Bullet") == 2
    assert [shape._inline.docPr.get("descr") for shape in made.inline_shapes] == ["Een groene voordeur met een bel."]


def test_the_same_letter_gives_the_same_bytes(files):
    assert kenniskring.render(a_rich_letter(), House(), STUDIO) == files


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words_on_the_page(words):
    blocks = [replace(block, text=words, alt=block.alt and words) for block in a_rich_piece().blocks]
    letter = a_rich_letter(a_rich_piece(title=words, preheader=words, blocks=tuple(blocks)))
    tame = [replace(block, text="tam", alt=block.alt and "tam") for block in a_rich_piece().blocks]
    calm = a_rich_letter(a_rich_piece(title="tam", preheader="tam", blocks=tuple(tame)))
    made = kenniskring.render(letter, House(), STUDIO)
    page = Page(made["kenniskring.html"].decode())
    usual = Page(kenniskring.render(calm, House(), STUDIO)["kenniskring.html"].decode())
    kinds = {(tag, name) for tag, name, _ in page.attributes}
    assert kinds <= {(tag, name) for tag, name, _ in usual.attributes}
    assert set(page.tags) <= set(usual.tags)
    seen = "".join(one_line(words).split())
    assert seen in "".join("".join(page.text).split())
    read = docx.Document(io.BytesIO(made["kenniskring.docx"]))
    plain = "".join("".join(paragraph.text for paragraph in read.paragraphs).split())
    assert re.sub(r"[\u200d]", "", seen) in plain
