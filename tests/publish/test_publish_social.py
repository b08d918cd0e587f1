"""A post, its quote cards and audiogram, as an XML parser, an image reader and a Markdown parser see them."""

from __future__ import annotations

import io
import re
import struct
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt
from PIL import Image

from publish import cards, lettering, social
from publish.letter import lay_out
from publish.plain import one_line
from stories.errors import NotFound, Refused
from stories.model import Block, BlockKind, Voice
from tests.publish.pieces import a_piece, the_evidence
from tests.publish.read_pieces import LISTEN, STUDIO, House, a_rich_letter, a_rich_piece
from tests.publish.test_publish_newsletter import HOSTILE, Page

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def files():
    return social.render(a_rich_letter(), House(), STUDIO)


def a_card(quote, by="een ouder", literal=True, names=()):
    return cards.Card(quote, by, literal, the_evidence(names=names).checked(quote, by))


def only(text, kind=BlockKind.NARRATION):
    """A post of one own text."""
    return a_rich_letter(a_piece(blocks=(Block(kind, text),)))


def test_a_post_is_text_to_paste_with_who_said_it_and_that_it_may():
    text = social.to_text(a_rich_letter())
    assert text.startswith("Hoe is het om op te groeien met weinig geld?")
    assert "komen voor geld.”\n— een ouder" in text and LISTEN in text
    assert text.endswith("Verteld aan Vertelpunt, met toestemming. Namen en plaatsen hebben we weggelaten.\n")
    for words in ("zachte piano", "Alleen in beeld", "Camera draait", "Foto nog vragen"):
        assert words not in text


def test_more_than_linkedin_takes_is_said_and_refused():
    social.render(only("Ja. " * 700), House(), STUDIO)
    letter = only("Ja. " * 750)
    with pytest.raises(Refused) as refused:
        social.render(letter, House(), STUDIO)
    assert refused.value.code == "too_long"


def test_a_look_beforehand_shows_what_everybody_sees_at_once():
    page = social.preview(only("Zij belde aan. " + "En toen nog heel veel woorden. " * 20))
    first = re.search(r"<strong>(.*?)</strong>", page, re.DOTALL)[1]
    assert len(first) == 140 and first.startswith("Zij belde aan.")


def test_each_quote_has_a_card_and_each_clip_an_audiogram_with_the_same_in_words(files):
    pictures = [name for name in files if name.endswith(".png")]
    assert pictures == [
        "afbeeldingen/beeld-01.png",
        "citaatkaart-01.png",
        "citaatkaart-02.png",
        "audiogram-02.png",
        "citaatkaart-03.png",
    ]
    alt = files["post-alt.txt"].decode()
    assert [row for row in alt.split("\n") if row.endswith(".png")] == pictures
    assert (
        "Een groene voordeur met een bel." in alt and "— een ouder" in alt and "Nagesproken door iemand anders" in alt
    )


def test_a_card_is_a_square_of_pixels_and_nothing_else(files):
    for name, data in files.items():
        if name.endswith(".png") and "beeld-" not in name:
            picture = Image.open(io.BytesIO(data))
            assert picture.size == (1200, 1200) and picture.info == {}
            chunks, at = set(), 8
            while at < len(data):
                length, kind = struct.unpack(">I4s", data[at : at + 8])
                chunks.add(kind)
                at += 12 + length
            assert chunks == {b"IHDR", b"IDAT", b"IEND"}
            assert len(picture.getcolors(1 << 24)) > 100  # words and shapes with smooth edges


def test_the_drawing_says_the_words_by_role_only_and_loads_nothing(files):
    root = ElementTree.fromstring(files["citaatkaart-01.svg"])
    words = " ".join(text.text for text in root.iter(f"{SVG}text"))
    assert "Ik heb de batterij uit de deurbel gehaald. Dan kon er niemand meer komen voor geld." in words
    assert "een ouder" in words and root.find(f"{SVG}title").text.startswith("Kaart met een citaat: “Ik heb")
    assert {element.tag.removeprefix(SVG) for element in root.iter()} == {"svg", "title", "rect", "polygon", "text"}
    assert not [key for element in root.iter() for key in element.attrib if "href" in key or key.startswith("on")]


def test_words_on_a_card_stand_out_from_their_paper(files):
    def light(colour):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    root = ElementTree.fromstring(files["audiogram-02.svg"])
    paper = light(root.find(f"{SVG}rect").get("fill"))
    colours = {text.get("fill") for text in root.iter(f"{SVG}text")}
    assert len(colours) == 3 and all((paper + 0.05) / (light(colour) + 0.05) >= 4.5 for colour in colours)


def test_a_waveform_follows_the_loudness_of_the_clip():
    loud = cards.loudness(House().clip("c1"))
    assert len(loud) == cards.BARS and max(loud) == 1.0
    assert min(loud[:38]) > 0.9 and max(loud[42:]) < 0.2


def test_long_quotes_get_smaller_letters_and_too_long_ones_no_card():
    def size(quote):
        root = ElementTree.fromstring(cards.svg(a_card(quote)))
        return int(next(root.iter(f"{SVG}text")).get("font-size"))

    assert size("Kort.") == 84 > size("Er was een dag " * 12) > size("Er was een dag " * 30)
    too_long = a_card("Er was een dag " * 90)
    assert not cards.fits(too_long)
    with pytest.raises(ValueError, match="does not fit"):
        cards.png(too_long)


def test_no_line_runs_off_a_card():
    for words in ("Er was een dag dat " * 20, "a" * 28, "Zoë’s één café " * 9):
        root = ElementTree.fromstring(cards.svg(a_card(words)))
        for text in root.iter(f"{SVG}text"):
            assert float(text.get("x")) + float(text.get("textLength")) <= 1200 - 99


def test_another_script_has_no_card_and_that_is_said():
    assert not lettering.can_draw("Моя мама") and lettering.can_draw("Zoë: één café, naïef, Çağla — € 5 …")
    piece = a_piece(blocks=(replace(a_piece().blocks[4], text="Моя мама"),))
    assert "krijgt geen citaatkaart" in social.preview(a_rich_letter(piece))
    assert set(social.render(a_rich_letter(piece), House(), STUDIO)) == {"post.txt", "post.md"}


def test_accents_are_drawn():
    plain = cards.png(a_card("Een en een", literal=False))
    assert plain != cards.png(a_card("Eén en een", literal=False))
    assert lettering.drawable("😀 Hoi 👩‍👧!") == "Hoi !"


def test_a_clip_that_is_gone_stops_the_post():
    piece = a_rich_piece()
    blocks = tuple(replace(b, clip_id="weg") if b.clip_id else b for b in piece.blocks)
    with pytest.raises(NotFound):
        social.render(a_rich_letter(replace(piece, blocks=blocks)), House(), STUDIO)


def test_a_voice_is_never_called_more_than_it_is():
    for voice in Voice:
        blocks = tuple(replace(b, voice=voice) for b in a_rich_piece().blocks if b.clip_id)
        made = social.render(a_rich_letter(a_rich_piece(blocks=blocks)), House(), STUDIO)
        for text in (made["post-alt.txt"].decode(), made["post.txt"].decode()):
            assert "noniem" not in text
            assert ("voor bekenden herkenbaar" in text) == (voice is Voice.VERVORMD)


def test_words_that_were_not_looked_through_are_never_drawn():
    """A name in pixels is found by nobody: what is drawn was checked before, and is still the same."""
    checked = a_card("Zij kwam langs.")
    assert cards.png(checked) and cards.svg(checked)
    for card in (
        cards.Card("Zij kwam langs.", "een ouder", True, ""),
        replace(checked, quote="Pleun kwam langs."),
        replace(checked, by="Pleun"),
        a_card("Pleun kwam langs.", names=("Pleun",)),
        a_card("Zij kwam langs.", "Pleun", names=("Pleun",)),
    ):
        for draw in (cards.png, cards.svg):
            with pytest.raises(Refused, match="naam of plaats"):
                draw(card)


def test_a_post_with_a_name_in_a_quote_is_not_drawn_and_its_look_says_why():
    piece = a_rich_piece()
    letter = lay_out(piece, the_evidence(piece, names=("deurbel",)))
    with pytest.raises(Refused, match="naam of plaats"):
        social.render(letter, House(), STUDIO)
    page = social.preview(letter)
    assert page.count("<svg") == 2 and page.count("er staat nog een naam of plaats in") == 1


def test_what_else_stands_on_a_card_is_the_catalogues(files):
    """The whole drawing is the quote, who said it by role, and words that no person typed."""
    root = ElementTree.fromstring(files["audiogram-02.svg"])
    words = [text.text for text in root.iter(f"{SVG}text")]
    known = {"een ouder", "naar het verhaal van een ouder", "Vertelpunt", "Verteld met toestemming",
             "Nagesproken door iemand anders"}  # fmt: skip
    quote = " ".join(word for word in words if word not in known)
    assert quote == "Mijn dochter (...) zat steeds vaker voor het raam."


def test_the_same_letter_gives_the_same_bytes(files):
    assert social.render(a_rich_letter(), House(), STUDIO) == files


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words_in_every_file_of_a_post(words):
    """The gate is not asked here: what is drawn must be safe without it."""
    told = [replace(block, text=words) for block in a_rich_piece().blocks if block.kind is not BlockKind.NOTE]
    letter = a_rich_letter(a_rich_piece(title=words, blocks=tuple(told)))
    markdown = social.to_markdown(letter)
    tokens = MarkdownIt("commonmark").parse(markdown)
    inline = [child for token in tokens for child in token.children or []]
    kinds = {token.type for token in [*tokens, *inline]}
    assert not kinds & {
        "html_block",
        "html_inline",
        "image",
        "code_inline",
        "code_block",
        "fence",
        "hr",
        "ordered_list_open",
    }
    links = [child.attrGet("href") for child in inline if child.type == "link_open"]
    assert set(links) <= {"https://vertelpunt.example/meedoen?bron=brief&nr=1", LISTEN}
    shown, text = "".join("".join(child.content for child in inline).split()), "".join(social.to_text(letter).split())
    seen = "".join(one_line(words).split())
    assert seen in shown and seen in text
    page = social.preview(letter)
    assert not {"script", "img", "a", "b", "mj-include"} & set(Page(page).tags)
    assert not [name for _, name, _ in Page(page).attributes if name.startswith("on")]
    for part in letter.parts:
        card = a_card(part.text, one_line(words))
        if cards.fits(card):
            root = ElementTree.fromstring(cards.svg(card))
            assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
                "svg",
                "title",
                "rect",
                "polygon",
                "text",
            }
