"""A vlog as foreign readers see it: a word processor, a spreadsheet, players, montage programs. And hostile words."""

from __future__ import annotations

import csv
import html
import io
import re
import wave
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import av
import docx
import numpy as np
import opentimelineio as otio
import pytest
import webvtt
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from PIL import Image

from publish.letter import Part
from publish.plain import one_line
from publish.rendering import Studio
from publish.vlog import check_page, preview, render
from publish.vlog_cuts import cut_fragments
from publish.vlog_script import Heard, script_of
from stories.errors import Cancelled, NotFound, Refused
from stories.model import Block, BlockKind, Voice
from tests.publish.leaving import bytes_of
from tests.publish.vlogs import BLOCKS, LENGTHS, Shelf, a_letter, hum

MONTAGE = ("montage.otio", "montage.xml", "montage.edl")
TEXTS = ("vlog-script.html", "shotlijst.csv", "teleprompter.txt", "ondertitels.srt", "ondertitels.vtt", *MONTAGE)
PICTURE = "afbeeldingen/beeld-01.png"
FRAME_MS = 40


def files_of(letter, folder, sounds=None):
    """Every file as bytes."""
    made = render(letter, sounds or Shelf(), Studio(folder))
    return {name: bytes_of(data) for name, data in made.items()}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return files_of(a_letter(), tmp_path_factory.mktemp("studio"))


@pytest.fixture(scope="module")
def script(tmp_path_factory):
    return script_of(a_letter(), cut_fragments(a_letter(), Shelf(), Studio(tmp_path_factory.mktemp("studio")))[0])


def text_of(document):
    """The words of a .docx, cell by cell."""
    return "\n".join(
        [*(p.text for p in document.paragraphs), *(c.text for t in document.tables for r in t.rows for c in r.cells)]
    )


# The script


def test_moments_follow_each_other_on_the_frames_of_the_montage(script):
    assert script.moments[0].start_ms == 0 and [m.number for m in script.moments] == list(range(1, 10))
    assert all(left.end_ms == right.start_ms for left, right in pairwise(script.moments))
    assert all(moment.duration_ms > 0 and moment.duration_ms % FRAME_MS == 0 for moment in script.moments)


def test_narration_takes_half_a_second_a_word_and_a_clip_as_long_as_it_sounds(script):
    spoken = next(moment for moment in script.moments if moment.heard is Heard.PRESENTATOR)
    assert spoken.duration_ms == 500 * len(" ".join(spoken.said).split())
    clips = [moment.duration_ms for moment in script.moments if moment.fragment]
    assert clips == [5_040, 6_400]


def test_what_is_seen_and_music_belong_to_the_moment_after_them(script):
    first = script.moments[0]
    assert [seen.lines[0] for seen in first.seen] == [
        "Een stille straat in de regen"
    ] and first.music == "Rustige gitaar"
    trommel = next(moment for moment in script.moments if moment.voice is Voice.VERVORMD)
    assert [seen.lines for seen in trommel.seen] == [("Meedoen kost geld",)]
    last = script_of(a_letter(blocks=(*BLOCKS[-1:], Block(BlockKind.VISUAL, "Een open deur")))).moments[-1]
    assert last.seen[0].lines == ("Een open deur",)  # also when nothing follows


def test_words_that_were_allowed_as_text_are_shown_and_never_spoken(script, files):
    shown = next(moment for moment in script.moments if any(seen.kind == "quote" for seen in moment.seen))
    assert shown.heard is Heard.STIL and not shown.said
    assert "voor het raam" in files["vlog-script.html"].decode()
    for name in ("teleprompter.txt", "ondertitels.srt", "ondertitels.vtt"):
        assert "voor het raam" not in " ".join(files[name].decode().split())


def test_helplines_and_credits_come_last_and_say_how_somebody_is_heard(script):
    *_, helplines, credits = script.moments
    assert [line[:10] for line in helplines.seen[0].lines] == ["Hulp nodig", "Kindertele", "Geldfit: 0"]
    assert credits.seen[-1].lines[:3] == (
        "Een ouder (stem nagesproken)",
        "Naar het verhaal van een ouder (als tekst)",
        "Een kind van de basisschool (stem vervormd, herkenbaar voor bekenden)",
    )
    assert "met toestemming" in credits.seen[-1].lines[3]


def test_a_picture_of_the_house_comes_along_no_wider_than_video_is(files):
    with Image.open(io.BytesIO(files[PICTURE])) as picture:
        assert (picture.format, picture.size, picture.info) == ("PNG", (1920, 1080), {})
    assert f"Plaatje: {PICTURE}" in files["vlog-script.html"].decode()


def test_a_picture_may_speak_for_itself_and_takes_no_time_to_read():
    visual = Block(BlockKind.VISUAL, "", alt="Natte stoeptegels. " * 20)
    card, _ = script_of(a_letter(blocks=(visual, Block(BlockKind.HEADING, "Regen")))).moments
    assert [seen.kind for seen in card.seen] == ["visual", "heading"] and card.duration_ms == 3_000


def test_what_is_said_is_only_what_is_written_to_be_said():
    talk = Block(BlockKind.NARRATION, "Goedemorgen.", alt="Iemand lacht", file_id="f-geheim")
    assert script_of(a_letter(blocks=(talk,))).moments[0].said == ("Goedemorgen.",)


def test_every_way_to_be_heard_has_its_own_honest_words():
    for voice, words in ((Voice.PIEP, "eigen stem, namen weggepiept"), (Voice.VERVORMD, "herkenbaar voor bekenden")):
        clip = replace(a_letter().parts[4], voice=voice)
        assert isinstance(clip, Part) and words in preview(replace(a_letter(), parts=(clip,)))


# Word and HTML


def test_word_opens_a_dutch_script_on_its_side_with_a_head_on_every_page(files, script):
    made = docx.Document(io.BytesIO(files["vlog-script.docx"]))
    section, table = made.sections[0], made.tables[0]
    assert section.orientation == WD_ORIENT.LANDSCAPE and section.page_width > section.page_height
    assert [cell.text for cell in table.rows[0].cells] == ["Moment", "VIDEO", "AUDIO"]
    marks = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
    assert marks == [True] + [False] * len(script.moments)
    assert {found.get(qn("w:val")) for found in made.styles.element.iter(qn("w:lang"))} == {"nl-NL"}
    assert [row.cells[0].text.split("\n")[0] for row in table.rows[1:]] == [str(m.number) for m in script.moments]
    assert "Fragment 1: een ouder, stem nagesproken\n“Ik heb de batterij" in table.rows[3].cells[2].text
    assert made.core_properties.author == made.core_properties.last_modified_by == made.core_properties.title == ""


class Page(HTMLParser):
    """A plain reader of HTML that knows nothing of ours."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]

    def handle_data(self, data):
        self.text.append(data)


def test_the_page_is_a_table_that_can_be_read_aloud(files, script):
    page = Page(files["vlog-script.html"].decode())
    assert ("html", "lang", "nl") in page.attributes and page.tags.count("h1") == page.tags.count("caption") == 1
    scopes = [value for tag, name, value in page.attributes if tag == "th" and name == "scope"]
    assert scopes == ["col"] * 3 + ["row"] * len(script.moments)
    assert not {"a", "img", "script", "link", "iframe", "form"} & set(page.tags)


@pytest.mark.parametrize("harm", ["<a>x</a>", "<img>", "<p onclick=x>", "<p style=x>", "<link>", "<meta http-equiv=x>"])
def test_a_page_with_anything_else_in_it_is_refused(files, harm):
    page = files["vlog-script.html"].decode()
    check_page(page)
    with pytest.raises(Refused) as refused:
        check_page(page.replace("<caption>", f"{harm}<caption>"))
    assert refused.value.code == "output_unsafe"


def test_word_html_and_the_sheet_say_the_same_moments(files):
    word, page = text_of(docx.Document(io.BytesIO(files["vlog-script.docx"]))), files["vlog-script.html"].decode()
    for line in filter(str.strip, word.split("\n")):
        assert html.escape(line, quote=False).replace("'", "&#39;") in page
    rows = list(csv.DictReader(io.StringIO(files["shotlijst.csv"].decode("utf-8-sig")), delimiter=";"))
    assert [row["nummer"] for row in rows] == re.findall(r'<th scope="row">(\d+)', page)
    assert rows[2] == {
        "nummer": "3",
        "begin": "00:00:17:00",
        "duur": "00:00:05:01",
        "beeld": "Beeld zonder mensen, huizen of plekken die iemand kan herkennen",
        "tekst in beeld": "",
        "geluid": "Fragment 1: een ouder, stem nagesproken",
        "bestand": "fragmenten/fragment-01.wav",
    }


def test_the_preview_is_the_script_with_guessed_lengths(files):
    page = Page(preview(a_letter(blocks=tuple(replace(b, clip_id=None) for b in BLOCKS))))
    words = " ".join(" ".join(page.text).split())
    assert "ook de fragmenten zijn geschat" in words and "Fragment: een ouder, stem nagesproken" in words
    assert "ook de fragmenten" not in files["vlog-script.html"].decode()


# What is said


def test_the_prompter_holds_what_the_presenter_says_in_short_lines(files):
    text = files["teleprompter.txt"].decode()
    assert max(map(len, text.split("\n"))) <= 32
    said = [block.text for block in BLOCKS if block.kind is BlockKind.NARRATION]
    assert " ".join(text.replace("[pauze]", " ").split()) == " ".join(" ".join(said).split())
    assert text.count("[pauze]") == 2


def test_subtitles_are_what_is_heard_when_it_is_heard(files, script):
    read = webvtt.from_buffer(io.StringIO(files["ondertitels.vtt"].decode()))
    again = webvtt.from_buffer(io.StringIO(files["ondertitels.srt"].decode()), "srt")
    assert [each.text for each in read] == [each.text for each in again]
    spoken = " ".join(" ".join(moment.said) for moment in script.moments if moment.said)
    assert " ".join(" ".join(each.text.split("\n")) for each in read) == spoken
    clip = next(moment for moment in script.moments if moment.fragment)
    mine = [each for each in read if each.voice == "Een ouder"]
    assert mine[0].start_in_seconds == clip.start_ms / 1000 and mine[-1].end_in_seconds * 1000 <= clip.end_ms + 3_000
    assert {each.voice for each in read} == {"Presentator", "Een ouder", "Een kind van de basisschool"}


def test_subtitles_that_go_too_fast_are_named_in_the_script(tmp_path, monkeypatch):
    monkeypatch.setitem(LENGTHS, "c-geheim-1", 1_500)
    clips = tuple(block for block in BLOCKS if block.kind is BlockKind.CLIP)
    made = files_of(a_letter(blocks=clips), tmp_path)
    words = "Deze ondertitels gaan te snel om mee te lezen: "
    assert words in made["vlog-script.html"].decode()
    assert words in text_of(docx.Document(io.BytesIO(made["vlog-script.docx"])))


# Sound and montage


def test_clips_are_the_same_sound_as_wav_filled_up_to_a_whole_frame(files):
    for number, length in enumerate(LENGTHS.values(), 1):
        data = files[f"fragmenten/fragment-{number:02d}.wav"]
        with wave.open(io.BytesIO(data)) as sound:
            assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, 48_000)
            assert sound.getnframes() % (48 * FRAME_MS) == 0
            heard = np.frombuffer(sound.readframes(sound.getnframes()), "<i2")
        wanted = np.rint(hum(length) * 32_768).astype(np.int16)
        assert (heard[: len(wanted)] == wanted).all() and not heard[len(wanted) :].any()
        assert len(heard) - len(wanted) < 48 * FRAME_MS
        with av.open(io.BytesIO(data)) as opened:
            assert opened.streams.audio[0].rate == 48_000 and not opened.metadata


@pytest.mark.parametrize("name", MONTAGE)
def test_montage_programs_read_the_clips_where_they_are_and_as_long_as_they_are(files, script, name):
    kind = {"montage.otio": "otio_json", "montage.xml": "fcp_xml", "montage.edl": "cmx_3600"}[name]
    more = {"rate": 25} if kind == "cmx_3600" else {}
    timeline = otio.adapters.read_from_string(files[name].decode(), kind, **more)
    track = next(track for track in timeline.tracks if track.kind == "Audio" and len(track))
    clips = [each for each in track if isinstance(each, otio.schema.Clip)]
    assert [each.duration().rate for each in clips] == [25, 25]
    assert [each.media_reference.target_url for each in clips] == [f"fragmenten/fragment-0{n}.wav" for n in (1, 2)]
    for clip, length in zip(clips, LENGTHS.values(), strict=True):
        assert 0 <= clip.duration().to_seconds() * 1000 - length < FRAME_MS
        assert clip.media_reference.target_url in files
    starts = [m.start_ms for m in script.moments if m.fragment]
    first = track.range_of_child(clips[0]).start_time
    second = track.range_of_child(clips[1]).start_time
    assert (second - first).to_seconds() * 1000 == starts[1] - starts[0]
    if kind != "cmx_3600":  # whose reader leaves out the gap before the first clip
        assert first.to_seconds() * 1000 == starts[0]


def test_markers_say_what_is_to_be_filmed_and_the_edl_only_which_moment_it_is(files):
    timeline = otio.adapters.read_from_string(files["montage.otio"].decode(), "otio_json")
    names = [marker.name for marker in timeline.tracks.markers]
    shown = "Een stille straat in de regen / Wat het beeld laat zien: Natte stoeptegels"
    assert f"1. Beeld: {shown} / Plaatje: {PICTURE}" in names
    assert "5. Tekst in beeld: Meedoen kost geld" in names
    assert files["montage.edl"].isascii() and b"LOC: 00:00:00:00 RED     MOMENT 3" in files["montage.edl"]


def test_no_file_tells_an_id_a_folder_or_a_note(files, tmp_path):
    for name, data in files.items():
        words = data if not name.endswith(".docx") else text_of(docx.Document(io.BytesIO(data))).encode()
        short = () if name.endswith((".wav", ".png")) else ("q1", "s1")  # which sound and pixels hold by chance
        for secret in ("geheim", "Gaat niet mee", "/tmp", str(tmp_path.parent), "u-communicatie", *short):
            assert secret.encode() not in words, name


def test_the_same_letter_gives_the_same_bytes_in_any_folder(files, tmp_path):
    assert files_of(a_letter(), tmp_path) == files


def test_without_clips_there_is_a_script_and_no_montage(tmp_path):
    blocks = tuple(block for block in BLOCKS if block.kind is not BlockKind.CLIP)
    assert set(files_of(a_letter(blocks=blocks), tmp_path)) == {*TEXTS, "vlog-script.docx", PICTURE} - {*MONTAGE}
    bare = files_of(a_letter(blocks=(Block(BlockKind.NOTE, "Nog leeg"),)), tmp_path)
    assert "Aftiteling" in bare["vlog-script.html"].decode()


def test_a_clip_that_is_used_twice_is_one_file_and_two_moments(tmp_path):
    clip = next(block for block in BLOCKS if block.kind is BlockKind.CLIP)
    files = files_of(a_letter(blocks=(clip, clip)), tmp_path)
    assert [name for name in files if name.startswith("fragmenten/")] == ["fragmenten/fragment-01.wav"]
    for name, kind in (("montage.xml", "fcp_xml"), ("montage.otio", "otio_json")):
        timeline = otio.adapters.read_from_string(files[name].decode(), kind)
        assert [each.media_reference.target_url for each in timeline.find_clips()] == ["fragmenten/fragment-01.wav"] * 2


def test_a_clip_without_sound_is_refused_and_one_that_is_gone_is_missed(tmp_path):
    clip = next(block for block in BLOCKS if block.kind is BlockKind.CLIP)
    with pytest.raises(Refused) as refused:
        files_of(a_letter(blocks=(replace(clip, clip_id=None),)), tmp_path)
    assert refused.value.code == "fragment_missing"
    with pytest.raises(NotFound):
        files_of(a_letter(blocks=(replace(clip, clip_id="c-weg"),)), tmp_path)


def test_it_stops_when_nobody_waits_and_leaves_no_sound_open(tmp_path):
    shelf, told = Shelf(), []

    def tick(done, total):
        told.append((done, total))
        raise Cancelled("jobs.cancelled")

    with pytest.raises(Cancelled):
        render(a_letter(), shelf, Studio(tmp_path, tick))
    assert told == [(1, 2)] and [sound.closed for sound in shelf.given] == [True]


# Hostile words

HOSTILE = [
    "<script>alert(1)</script> </td></tr></table><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)" x=\' onload=\'alert(1)',
    "{{ 7*7 }} {% include 'x' %} {# weg #} %(x)s {0} ${7*7}",
    '=HYPERLINK("https://kwaad.example";"klik")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3;\"twee\";'drie'\t=1+1",
    "00:00:01.000 --> 00:00:09.000 <v Iemand>x</v>",
    "regel\n\n7\n00:00:00,000 --> 00:00:01,000\nbinnen",
    "]]></name><pathurl>file:///etc/passwd</pathurl> <!ENTITY x> &x; \ufffe\x00\ud800",
    "* FROM CLIP: /etc/passwd\n002  AX V C 00:00:00:00 00:00:01:00 00:00:00:00 00:00:01:00",
    "\u202egnaat\u202c [pauze] \u2028 z\u0489\u0489\u0489",
    "a" * 3000,
]
FIELDS = ["title", "alt", *dict.fromkeys(block.kind for block in BLOCKS if block.kind is not BlockKind.NOTE)]
EVERYWHERE = [(FIELDS, words) for words in HOSTILE] + [([field], HOSTILE[0] + HOSTILE[1]) for field in FIELDS]


def with_words(fields, words):
    """The letter with these words in some of its fields."""
    blocks = [replace(block, text=words) if block.kind in fields else block for block in BLOCKS]
    if "alt" in fields:
        blocks = [replace(block, alt=words) if block.kind is BlockKind.VISUAL else block for block in blocks]
    return a_letter(blocks=tuple(blocks), **({"title": words} if "title" in fields else {}))


@pytest.mark.parametrize(("fields", "words"), EVERYWHERE)
def test_hostile_words_come_out_as_words_in_every_file(files, tmp_path, fields, words):
    made = files_of(with_words(fields, words), tmp_path)
    assert made.keys() == files.keys()
    page, before = Page(made["vlog-script.html"].decode()), Page(files["vlog-script.html"].decode())
    extra = {"p"}  # a line more is a paragraph more
    assert [tag for tag in page.tags if tag not in extra] == [tag for tag in before.tags if tag not in extra]
    assert {(tag, name) for tag, name, _ in page.attributes} == {(tag, name) for tag, name, _ in before.attributes} | (
        {("p", "class")} if "warn" in made["vlog-script.html"].decode() else set()
    )
    squeezed = "".join(one_line(words).split())
    assert squeezed in "".join("".join(page.text).split())
    assert squeezed in "".join(text_of(docx.Document(io.BytesIO(made["vlog-script.docx"]))).split())
    rows = list(csv.reader(io.StringIO(made["shotlijst.csv"].decode("utf-8-sig")), delimiter=";"))
    assert {len(row) for row in rows} == {7}
    assert not [cell for row in rows for cell in row if cell.startswith(tuple("=+-@\t\r|%"))]
    for name, kind in (("ondertitels.vtt", "vtt"), ("ondertitels.srt", "srt")):
        cues = webvtt.from_buffer(io.StringIO(made[name].decode()), kind)
        assert len(cues) == made[name].count(b" --> ") and all(cue.voice != "Iemand" for cue in cues)
    for name in MONTAGE:
        kind = {"montage.otio": "otio_json", "montage.xml": "fcp_xml", "montage.edl": "cmx_3600"}[name]
        timeline = otio.adapters.read_from_string(made[name].decode(), kind, **({"rate": 25} if "edl" in name else {}))
        urls = [clip.media_reference.target_url for clip in timeline.find_clips()]
        assert urls == ["fragmenten/fragment-01.wav", "fragmenten/fragment-02.wav"]
