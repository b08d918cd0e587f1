"""Pictures, clips and lists in a newsletter, its draft as a mail parser reads it, and the document to review."""

from __future__ import annotations

import io
from dataclasses import replace
from email import message_from_bytes, policy

import docx
import pytest
from PIL import Image

from publish.evidence import ClipEvidence
from publish.letter import lay_out, to_text
from publish.newsletter import preview, preview_item, render, render_item
from publish.providers import CODES, tame, unsubscribe_code
from stories.errors import InputRefused, NotFound
from stories.model import BlockKind, Voice
from stories.products import Clip, FileKind, HouseFile
from stories.settings import Settings
from tests.publish.pieces import NOON, the_evidence
from tests.publish.read_pieces import LISTEN, STUDIO, House, a_rich_letter, a_rich_piece
from tests.publish.test_publish_newsletter import Page


@pytest.fixture(scope="module")
def files():
    return render(a_rich_letter(), House(), STUDIO)


def test_a_picture_travels_along_and_says_what_it_shows(files):
    page = Page(files["newsletter.html"].decode())
    shown = {name: value for tag, name, value in page.attributes if tag == "img"}
    assert shown["src"] == "afbeeldingen/beeld-01.png" and shown["src"] in files
    assert shown["alt"] == "Een groene voordeur met een bel."
    assert "De bel doet het weer." in " ".join(page.text)


def test_a_picture_goes_out_without_who_made_it_and_no_bigger_than_it_is_shown(files):
    data = files["afbeeldingen/beeld-01.png"]
    picture = Image.open(io.BytesIO(data))
    assert picture.size == (1024, 576) and picture.info == {}
    assert b"Pleun" not in data and b"tEXt" not in data


def test_the_draft_holds_the_picture_beside_the_page_that_shows_it(files):
    mail = message_from_bytes(files["newsletter.eml"], policy=policy.default)
    assert mail.get_content_type() == "multipart/alternative" and not mail.defects
    plain, related = mail.iter_parts()
    assert (plain.get_content_type(), related.get_content_type()) == ("text/plain", "multipart/related")
    page, picture = related.iter_parts()
    source = next(value for _, name, value in Page(page.get_content()).attributes if name == "src")
    assert source == "cid:" + picture["Content-ID"].strip("<>")
    assert picture.get_content() == files["afbeeldingen/beeld-01.png"]
    assert (picture.get_filename(), picture.get_content_disposition()) == ("beeld-01.png", "inline")


def test_a_clip_is_its_words_with_a_link_that_is_honest_about_the_voice(files):
    page, text = Page(files["newsletter.html"].decode()), files["newsletter.txt"].decode()
    assert ("a", "href", LISTEN) in page.attributes and LISTEN in text
    for words in ("Mijn dochter (...) zat steeds vaker voor het raam.", "nagesproken door iemand anders"):
        assert words in " ".join(page.text) and words in " ".join(text.split())
    assert not {"audio", "video", "source"} & set(page.tags)
    assert {name.rpartition(".")[2] for name in files} == {"html", "txt", "eml", "docx", "png"}


def test_what_is_only_for_ears_or_a_screen_stays_behind(files):
    for words in ("zachte piano", "Alleen in beeld", "Camera draait"):
        assert not any(words.encode() in data for name, data in files.items() if not name.endswith(".docx"))
        assert words not in "\n".join(p.text for p in docx.Document(io.BytesIO(files["newsletter.docx"])).paragraphs)


def test_a_long_issue_begins_with_what_is_in_it_and_a_short_one_does_not(files):
    headings = [text for _, text in Page(files["newsletter.html"].decode()).headings]
    assert headings[:2] == ["De deurbel doet het weer", "In deze nieuwsbrief"]
    assert "* Een boekje in de trommel" in files["newsletter.txt"].decode()
    piece = a_rich_piece()
    kept = [block for block in piece.blocks if block.text != "Wat kunt u doen?"]
    assert "<ul" not in preview(a_rich_letter(replace(piece, blocks=tuple(kept))))


def test_one_item_has_no_date_contents_or_way_to_unsubscribe():
    made = render_item(a_rich_letter(), House(), STUDIO)
    assert set(made) == {"item.html", "item.txt", "item.docx", "afbeeldingen/beeld-01.png"}
    for name in ("item.html", "item.txt"):
        words = made[name].decode()
        assert "Stil aan de deur" in words and "Verteld aan Vertelpunt" in words
        assert not any(part in words for part in ("<ul", "* Stil aan de deur", "14 februari 2026", "itschrij"))


def test_the_document_to_review_has_real_headings_quotes_and_the_words_of_pictures(files):
    made = docx.Document(io.BytesIO(files["newsletter.docx"]))
    styled = [(p.style.name, p.text) for p in made.paragraphs]
    assert ("Heading 1", "De deurbel doet het weer") in styled
    assert ("Heading 2", "Hulp nodig?") in styled
    assert ("Quote", "Mijn dochter (...) zat steeds vaker voor het raam.") in styled
    text = "\n".join(words for _, words in styled)
    assert "Tekst bij het beeld, voor wie het niet ziet: Een groene voordeur met een bel." in text
    assert "Voorbeeldregel in de mailbox: Drie verhalen" in text and LISTEN in text
    assert [shape._inline.docPr.get("descr") for shape in made.inline_shapes] == ["Een groene voordeur met een bel."]
    assert 'w:val="nl-NL"' in made.styles.element.xml
    assert (made.core_properties.author, made.core_properties.title) == ("", "")


def test_the_same_letter_gives_the_same_bytes(files):
    assert render(a_rich_letter(), House(), STUDIO) == files


def test_a_picture_that_is_gone_stops_the_product():
    piece = a_rich_piece()
    blocks = tuple(replace(b, file_id="weg") if b.file_id == "f1" else b for b in piece.blocks)
    with pytest.raises(NotFound):
        render(a_rich_letter(replace(piece, blocks=blocks)), House(), STUDIO)


def test_a_look_beforehand_shows_a_box_with_words_for_each_picture():
    for shown in (preview(a_rich_letter()), preview_item(a_rich_letter())):
        page = Page(shown)
        assert "img" not in page.tags and "[Beeld: Een groene voordeur met een bel.]" in " ".join(page.text)


@pytest.mark.parametrize("provider", CODES)
def test_each_known_mail_program_gets_its_own_code(provider):
    made = render(a_rich_letter(), House(), replace(STUDIO, unsubscribe=unsubscribe_code(provider, "[[eigen]]")))
    assert ("a", "href", CODES[provider]) in Page(made["newsletter.html"].decode()).attributes
    assert CODES[provider] in made["newsletter.txt"].decode()
    assert Settings(mail_provider=provider).mail_provider == provider


def test_any_other_mail_program_gets_the_code_of_the_house_and_a_strange_one_is_refused():
    assert unsubscribe_code("anders", "[[eigen]]") == "[[eigen]]"
    with pytest.raises(InputRefused):
        render(a_rich_letter(), House(), replace(STUDIO, unsubscribe="javascript:x"))


@pytest.mark.parametrize(
    "code", ["{{ UnsubscribeURL }}", "*|UNSUB|*", "{$unsubscribe}", "[[link]]", "{% if x %}", "${7}"]
)
def test_a_code_that_somebody_typed_is_no_code_any_more(code):
    words = f"Ik zei {code} en ging."
    blocks = tuple(replace(b, text=words) if b.kind is BlockKind.NARRATION else b for b in a_rich_piece().blocks)
    piece = a_rich_piece(title=words, preheader=words)
    made = render(a_rich_letter(replace(piece, blocks=blocks)), House(), STUDIO)
    mail = message_from_bytes(made["newsletter.eml"], policy=policy.default)
    page = "".join(Page(made["newsletter.html"].decode()).text)
    for text in (page, made["newsletter.txt"].decode(), mail["Subject"]):
        assert code not in text and tame(code) in text


def test_ordinary_words_are_left_as_they_are():
    words = "[naam 1] zei (...) dat 50% niet kan: €5,- [mijn dochter] * 100%."
    assert tame(words) == words


def test_a_picture_says_whom_to_thank_and_that_a_computer_made_it():
    file = HouseFile("f1", FileKind.BEELD, "bel", "Foto: <b>Kim</b>", "0" * 64, 0, "u1", NOON, synthetic=True)
    made = render(a_rich_letter(), House(), replace(STUDIO, files={"f1": file}))
    for name in ("newsletter.html", "newsletter.txt"):
        words = " ".join(Page(made[name].decode()).text if name.endswith("html") else made[name].decode().split())
        assert "Beeld: Foto: <b>Kim</b>" in words and "door een computer gemaakt" in words
    assert "b" not in Page(made["newsletter.html"].decode()).tags


def test_a_computer_that_spoke_is_called_a_computer():
    piece = a_rich_piece()
    clip = Clip("c1", "s1", "q2", 2, Voice.NAGESPROKEN, "synthetisch-1", "", "0" * 64, 2000, "u1", NOON)
    evidence = replace(the_evidence(piece), clips={"c1": ClipEvidence(clip)})
    text = " ".join(to_text(lay_out(piece, evidence)).split())
    assert "nagesproken door een computerstem" in text and "door iemand anders" not in text
