"""Whatever is typed into every field at once stays words in every format: what a format is made of never changes.

The gate is not asked here: what is drawn must be safe without it. Calendars, sheets and templates have a case of their
own (`test_desk_calendar`, `test_publish_sheets`, `test_publish_templates`).
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from email import message_from_bytes, policy
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import docx
import opentimelineio as otio
import pytest
import webvtt
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from publish import podcast_texts, vlog
from publish.letter import Letter, lay_out
from publish.plain import one_line
from publish.podcast_plan import plan
from publish.products import RENDERERS
from publish.rendering import Files, Studio
from publish.subtitles import to_srt, to_vtt
from publish.vlog_cuts import Fragment, cut_fragments, montage
from publish.vlog_document import document
from publish.vlog_script import script_of
from stories.model import BlockKind, Piece, PieceKind
from stories.products import FileKind
from tests.publish.episodes import clip_part, knowing, part
from tests.publish.pieces import house_file, the_evidence
from tests.publish.read_pieces import STUDIO, House, a_rich_piece
from tests.publish.test_publish_newsletter import Page
from tests.publish.vlogs import Shelf, a_vlog

TOKENS = (
    "<script>1</script>", '" onload="x', "' onerror='x", "]]>", "<!--", "-->", "&lt;b&gt;", "<v Iemand>", "</td></tr>",
    "{{ 7191*7 }}", "{% include 'x' %}", "{# weg #}", "${7191*7}", "%(x)s", "*|UNSUB|*", "\r\nBcc: a@b.example\r\n\r\n",
    "![x](https://kwaad.example/p.png)", "[x](javascript:y)", "<https://kwaad.example>",
    "# ", "> ", "- ", "1. ", "```", "|", "===", "\\", "=1+1", "+1", "@SUM(1)", "-1", "\t",
    "00:00:01.000 --> 00:00:09.000", "\n\n7\n", "\u2028", "\u202e", "\x00",
    "* FROM CLIP NAME: /etc/passwd", "\n003  AX V C 00:00:00:00 00:00:01:00 00:00:00:00 00:00:01:00", "\nEND:VEVENT",
    "<!ENTITY x 'y'>", "&x;", "PAGE \\* MERGEFORMAT", "mailto:a@b.example", "url(https://kwaad.example)", "\ue0000",
)  # fmt: skip
WORDS = st.lists(st.sampled_from(TOKENS) | st.text(max_size=6), min_size=1, max_size=5).map("".join)
WORDS = WORDS.filter(lambda words: any(sign.isalnum() for sign in one_line(words)))
SOME = settings(max_examples=6, deadline=None)
ALL_AT_ONCE = "".join(TOKENS)


def everywhere(piece: Piece, words: str) -> Piece:
    """These words in every field that somebody can type in."""
    blocks = tuple(replace(block, text=words, alt=block.alt and words) for block in piece.blocks)
    return replace(piece, title=words, preheader=words, blocks=blocks)


def tame(words: str) -> str:
    """As many lines, and a colon where there was one: it makes the name of a helpline bold."""
    lines = [re.sub(r"[^:]+", "tam", one_line(line)) for line in words.splitlines()]
    return "\n".join(lines) if any(map(str.strip, lines)) else "tam"


def page_of(html: str) -> tuple[set[str], set[tuple[str, str]], set[str]]:
    """The kinds of tags and attributes, and where links lead."""
    page = Page(html)
    links = {value for _, name, value in page.attributes if name in ("href", "src")}
    return set(page.tags), {(tag, name) for tag, name, _ in page.attributes}, links


def document_of(data: bytes) -> tuple[set[str], set[str]]:
    """The kinds of elements, and where the document leads."""
    read = docx.Document(io.BytesIO(data))
    leads = {one.target_ref for one in read.part.rels.values() if one.is_external}
    return {element.tag for element in read.element.iter() if isinstance(element.tag, str)}, leads


EDL_LINE = r"|TITLE: Vlog|FCM: NON-DROP FRAME|\d{3}  FRAG\d\d .*|\* (FROM CLIP NAME|FROM CLIP|LOC|OTIO)[ -~]*"
LINE_ENDS = {f"{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}{name}" for name in ("br", "tab")}


def same_kind(name: str, made: bytes, usual: bytes) -> None:
    """A file with hostile words is made of nothing that the same file with tame words is not made of."""
    match name.rpartition(".")[2]:
        case "html":
            assert all(a <= b for a, b in zip(page_of(made.decode()), page_of(usual.decode()), strict=True)), name
        case "md":
            pages = [page_of(MarkdownIt().render(one.decode())) for one in (made, usual)]
            assert all(a <= b | {"br"} for a, b in zip(*pages, strict=True)), name
        case "docx":
            (kinds, leads), (known, usual_leads) = document_of(made), document_of(usual)
            assert kinds - known <= LINE_ENDS and leads <= usual_leads, name
        case "xml" | "svg":
            trees = [ElementTree.fromstring(one) for one in (made, usual)]
            kinds, known = ({(one.tag, *sorted(one.attrib)) for one in tree.iter()} for tree in trees)
            assert kinds <= known, name
        case "eml":
            mail, other = (message_from_bytes(one, policy=policy.default) for one in (made, usual))
            assert mail.keys() == other.keys() and not mail.defects
            assert [one.get_content_type() for one in mail.walk()] == [one.get_content_type() for one in other.walk()]
            for one in mail.iter_parts():
                assert not one.defects


def check(made: Files | Mapping[str, Any], usual: Mapping[str, Any], words: str) -> None:
    assert {name for name in made if not name.startswith("citaatkaart")} <= set(usual)
    for name, data in made.items():
        if isinstance(data, bytes) and not name.endswith(".png"):
            if name in usual:
                same_kind(name, data, usual[name])
            assert b"50337" not in data or "50337" in words, "nothing that was typed is worked out"


READ = (PieceKind.NIEUWSBRIEF, PieceKind.ITEM, PieceKind.POST, PieceKind.KENNISKRING)


def drawn(kind: PieceKind, words: str) -> Files:
    piece = everywhere(a_rich_piece(kind=kind), words)
    thanked = replace(house_file(FileKind.BEELD, "f1"), credit=words, synthetic=True)
    return RENDERERS[kind](lay_out(piece, the_evidence(piece)), House(), replace(STUDIO, files={"f1": thanked}))


@pytest.mark.parametrize("kind", READ)
@SOME
@given(words=WORDS)
@example(words=ALL_AT_ONCE)
def test_words_in_what_is_read(kind: PieceKind, words: str) -> None:
    if kind is PieceKind.POST:  # a longer one is refused
        words = words[:120] + "x"
    made = drawn(kind, words)
    check(made, drawn(kind, tame(words)), words)
    mail = made.get("newsletter.eml")
    if isinstance(mail, bytes):
        read = message_from_bytes(mail, policy=policy.default)
        assert set(read.keys()) == {"Subject", "X-Unsent", "MIME-Version", "Content-Type", "Content-Language"}


@pytest.fixture(scope="module")
def fragments(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Fragment]:
    piece = a_vlog()
    letter = lay_out(piece, the_evidence(piece))
    return cut_fragments(letter, Shelf(), Studio(tmp_path_factory.mktemp("studio")))[0]


def filmed(words: str, fragments: dict[str, Fragment]) -> dict[str, bytes]:
    piece = everywhere(a_vlog(), words)
    script = script_of(lay_out(piece, the_evidence(piece)), fragments, {})
    cues = vlog.subtitles_of(script).cues
    texts = {"script.html": vlog.to_html(script), "a.srt": to_srt(cues), "a.vtt": to_vtt(cues)}
    files = {name: text.encode() for name, text in (texts | montage(script)).items()}
    return files | {"script.docx": document(script, ""), "shots.csv": vlog.shot_list(script)}


@SOME
@given(words=WORDS)
@example(words=ALL_AT_ONCE)
def test_words_in_what_is_filmed(fragments: dict[str, Fragment], words: str) -> None:
    made, usual = filmed(words, fragments), filmed(tame(words), fragments)
    check(made, usual, words)
    rows = list(csv.reader(io.StringIO(made["shots.csv"].decode("utf-8-sig")), delimiter=";"))
    assert {len(row) for row in rows} == {7}
    assert not [cell for row in rows for cell in row if cell.startswith(tuple("=+-@\t\r|%"))]
    for line in made["montage.edl"].decode("ascii").splitlines():
        assert re.fullmatch(EDL_LINE, line), line
    assert not any(word in made["montage.edl"] for word in (b"passwd", b"script", b"kwaad"))
    for name, kind in (("montage.otio", "otio_json"), ("montage.xml", "fcp_xml"), ("montage.edl", "cmx_3600")):
        more = {"rate": 25} if kind == "cmx_3600" else {}
        timeline = otio.adapters.read_from_string(made[name].decode(), kind, **more)
        urls = [clip.media_reference.target_url for clip in timeline.find_clips()]
        assert urls == ["fragmenten/fragment-01.wav", "fragmenten/fragment-02.wav"]
    for name in ("a.vtt", "a.srt"):
        cues = webvtt.from_buffer(io.StringIO(made[name].decode()), name[2:])
        assert len(cues) == made[name].count(b" --> ") and all(cue.voice != "Iemand" for cue in cues)


def heard(words: str) -> dict[str, bytes]:
    """The texts of an episode with these words in every part of it."""
    line = one_line(words)
    parts = [
        part(BlockKind.HEADING, line), part(BlockKind.NARRATION, line, file_id="ed"), clip_part(line, "c1", by=line),
        part(BlockKind.QUOTE, line, by=line, literal=True), part(BlockKind.MUSIC, line, file_id="muziek"),
        part(BlockKind.CALL_TO_ACTION, line, link="https://voorbeeld.nl/"), part(BlockKind.HELPLINE, line),
        part(BlockKind.VISUAL, line, alt=line),
    ]  # fmt: skip
    letter, studio = Letter(line, line, line, tuple(parts)), knowing(Path())
    studio = replace(studio, files=studio.files | {"muziek": replace(studio.files["muziek"], credit=line)})
    episode = plan(letter, studio)
    texts = {
        "a.vtt": podcast_texts.to_vtt(episode),
        "a.srt": podcast_texts.to_srt(episode),
        "chapters.json": podcast_texts.to_chapters(letter, episode),
        "notes.md": podcast_texts.to_markdown(letter, episode),
        "notes.html": podcast_texts.to_html(letter, episode),
        "item.xml": podcast_texts.to_rss(letter, episode, url="https://b.example/a.mp3", size=1, sha256="0" * 64),
    }
    return {name: text.encode() for name, text in texts.items()}


@SOME
@given(words=WORDS)
@example(words=ALL_AT_ONCE)
def test_words_in_what_is_heard(words: str) -> None:
    made, usual = heard(words), heard(tame(words))
    check(made, usual, words)
    chapters, known = (json.loads(one["chapters.json"]) for one in (made, usual))
    assert [set(one) for one in chapters["chapters"]] == [set(one) for one in known["chapters"]]
    item = ElementTree.fromstring(made["item.xml"])
    inside, known_inside = (
        page_of(next(one.text or "" for one in tree.iter() if one.tag.endswith("encoded")))
        for tree in (item, ElementTree.fromstring(usual["item.xml"]))
    )
    assert all(a <= b for a, b in zip(inside, known_inside, strict=True))
    for name in ("a.vtt", "a.srt"):
        cues = webvtt.from_buffer(io.StringIO(made[name].decode()), name[2:])
        assert len(cues) == made[name].count(b" --> ") and all(cue.voice != "Iemand" for cue in cues)


@cache
def formats() -> frozenset[str]:
    return frozenset(name.rpartition(".")[2] for kind in READ for name in drawn(kind, "tam"))


def test_every_format_that_can_leave_has_a_case(fragments: dict[str, Fragment]) -> None:
    """A new kind of file asks for a line in `same_kind`, or for a reason here."""
    made = formats() | {name.rpartition(".")[2] for name in (*filmed("tam", fragments), *heard("tam"))}
    assert made == {"html", "md", "docx", "xml", "svg", "eml", "csv", "edl", "otio", "vtt", "srt", "json", "txt", "png"}
