from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import dataclass, replace
from html import unescape
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from transcript_values import calmly, transcripts

from capture import read_document
from stories.model import NOT_SURE, Flag, Segment, Transcript, Word
from transcription.align import one_line
from transcription.editing import is_typed
from transcription.exporting import FORMATS, export, to_text, without_words
from transcription.subtitles import shown, to_srt, to_vtt

SAID = Segment(
    1_500,
    3_661_004,
    'Jaap zei <b>& "nee" --> tegen mij',
    0.9,
    "Ans > Bo",
    (Flag.LOW_CONFIDENCE,),
    (Word(1_500, 2_000, "Jaap", 0.9),),
)
INVENTED = Segment(3_662_000, 3_663_000, "Ondertiteld door TV Gelderland", 0.2, "Interviewer", (Flag.BOILERPLATE,))
TYPED = Segment(3_663_500, 3_663_500, "Dit typte ik\u0000 zelf.", 1.0)
EMPTY = Segment(3_664_000, 3_665_000, "", 0.0, None, (Flag.SPEECH_WITHOUT_TEXT,))
TALK = Transcript("nl", 3_700_000, "large-v2", (SAID, INVENTED, TYPED, EMPTY))
CLEAN = ["[naam] zei nee tegen mij", NOT_SURE, "Dit typte ik zelf.", ""]


@dataclass(frozen=True)
class Cue:
    start_ms: int
    end_ms: int
    speaker: str | None
    text: str


def cues_of_vtt(text: str) -> list[Cue]:
    """A strict reader, after the grammar of WebVTT: it refuses whatever a player might read in another way."""
    head, *blocks = text.removesuffix("\n").split("\n\n")
    assert head == "WEBVTT" and "\r" not in text and "\0" not in text
    found = []
    for block in blocks:
        if block.startswith("NOTE "):
            assert "-->" not in block and "\n" not in block
            continue
        times, said = block.split("\n")
        match = re.fullmatch(r"(\d\d):([0-5]\d):([0-5]\d)\.(\d{3}) --> (\d\d):([0-5]\d):([0-5]\d)\.(\d{3})", times)
        assert match and said
        h1, m1, s1, p1, h2, m2, s2, p2 = map(int, match.groups())
        start, end = ((h1 * 60 + m1) * 60 + s1) * 1000 + p1, ((h2 * 60 + m2) * 60 + s2) * 1000 + p2
        voice = re.fullmatch(r"(?:<v ([^<>]+)>)?([^<>]*)", said)
        assert voice and start < end
        name, plain = voice.groups()
        assert re.fullmatch(r"(?:[^&]|&(?:amp|lt|gt);)*", said)
        found.append(Cue(start, end, unescape(name) if name else None, unescape(plain)))
    return found


def test_subtitles_say_who_speaks_and_hide_what_perhaps_nobody_said() -> None:
    assert cues_of_vtt(to_vtt(TALK)) == [
        Cue(1_500, 3_661_004, "Ans > Bo", 'Jaap zei <b>& "nee" --> tegen mij'),
        Cue(3_662_000, 3_663_000, "Interviewer", NOT_SURE),
        Cue(3_663_500, 3_665_500, None, "Dit typte ik zelf."),
    ]


def test_subrip_is_numbered_and_cannot_be_broken_out_of() -> None:
    assert to_srt(TALK) == (
        '1\n00:00:01,500 --> 01:01:01,004\nAns › Bo: Jaap zei ‹b›& "nee" --› tegen mij\n\n'
        f"2\n01:01:02,000 --> 01:01:03,000\nInterviewer: {NOT_SURE}\n\n"
        "3\n01:01:03,500 --> 01:01:05,500\nDit typte ik zelf.\n"
    )


def test_plain_text_says_who_speaks_where_that_changes() -> None:
    two = replace(SAID, text="En toen.", start_ms=3_661_500, end_ms=3_661_900)
    talk = replace(TALK, segments=(replace(SAID, text="Ja."), two, INVENTED, TYPED))
    assert to_text(talk) == f"Ans > Bo: Ja.\nEn toen.\n\nInterviewer: {NOT_SURE}\nDit typte ik zelf.\n"


def test_json_is_exactly_the_contract() -> None:
    assert json.loads(export(TALK, "json")) == TALK.to_json()
    broken = replace(TALK, segments=(replace(TYPED, text="half \ud83d teken"),))
    assert json.loads(export(broken, "json")) == broken.to_json()


def rows_of(docx: bytes) -> tuple[list[str], list[list[str]]]:
    """The paragraphs before the table, and the table's rows."""
    w = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        assert archive.testzip() is None
        parts = {name: ET.fromstring(archive.read(name)) for name in archive.namelist()}
    body = parts["word/document.xml"][0]

    def said(element: ET.Element) -> str:
        return "".join(one.text or "" for one in element.iter(f"{w}t"))

    table = next(body.iter(f"{w}tbl"))
    return [said(p) for p in body.findall(f"{w}p")], [[said(c) for c in r.iter(f"{w}tc")] for r in table.iter(f"{w}tr")]


def test_a_document_is_a_table_of_when_who_and_what() -> None:
    texts, rows = rows_of(export(TALK, "docx", note="Geanonimiseerd"))
    assert texts[:3] == [
        "Uitgeschreven opname",
        "Geanonimiseerd",
        "De opname duurt 01:01:40. Uitgeschreven met large-v2.",
    ]
    assert rows == [
        ["Tijd", "Wie", "Tekst"],
        ["00:00:01", "Ans > Bo", 'Jaap zei <b>& "nee" --> tegen mij'],
        ["01:01:02", "Interviewer", NOT_SURE],
        ["01:01:03", "(getypt)", "Dit typte ik zelf."],
    ]


def test_a_document_is_read_by_the_reader_for_what_tellers_send() -> None:
    text = read_document(io.BytesIO(export(TALK, "docx"))).text
    assert 'Jaap zei <b>& "nee" --> tegen mij' in text and "Dit typte ik zelf." in text and NOT_SURE in text


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_transcript_gives_the_same_bytes(form: str) -> None:
    assert export(TALK, form) == export(TALK, form)


@pytest.mark.parametrize("form", FORMATS)
def test_an_anonymised_file_holds_no_word_that_was_said_and_no_name_of_a_speaker(form: str) -> None:
    data = export(TALK, form, lines=CLEAN)
    text = str(rows_of(data)) if form == "docx" else data.decode()
    for secret in ("Jaap", "Ans", "Bo", "Gelderland"):
        assert secret not in text
    for shown_line in ("zei nee tegen mij", NOT_SURE, "Dit typte ik zelf.", "Interviewer"):
        assert shown_line in text
    assert "Spreker 1" in text


def test_speakers_stay_apart_in_an_anonymised_file() -> None:
    names = ("Ans", "Spreker 1", "Bo", None, "Verteller", "Ans")
    talk = replace(TALK, segments=tuple(Segment(n, n + 1, "ja", 1.0, name) for n, name in enumerate(names)))
    speakers = [segment.speaker for segment in without_words(talk, ["ja"] * 6).segments]
    assert speakers == ["Spreker 2", "Spreker 1", "Spreker 3", None, "Verteller", "Spreker 2"]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("count", [3, 5])
def test_lines_that_do_not_match_one_to_one_are_a_mistake(form: str, count: int) -> None:
    with pytest.raises(ValueError):
        export(TALK, form, lines=(CLEAN * 2)[:count])


WILD = st.text(st.sampled_from("ab <>&-\n\r\t\x00\x0b\u2028\ud800\ufffe'\"{\\}é"), max_size=30)


@calmly
@given(transcripts(), st.data())
def test_any_text_gives_subtitles_that_a_strict_reader_takes(transcript: Transcript, data: st.DataObject) -> None:
    segments = [
        s
        if is_typed(s)
        else replace(s, text=data.draw(WILD), words=(), speaker=data.draw(st.none() | WILD.filter(one_line)))
        for s in transcript.segments
    ]
    transcript = replace(transcript, segments=tuple(segments))
    texts = [text for _, text in shown(transcript)]
    assert [cue.text for cue in cues_of_vtt(to_vtt(transcript, note=data.draw(WILD)))] == texts
    assert to_srt(transcript).count("-->") == len(texts)
    assert [row[2] for row in rows_of(export(transcript, "docx"))[1][1:]] == texts
    for form in FORMATS:
        export(transcript, form).decode("latin-1")


@calmly
@given(transcripts())
def test_times_in_an_anonymised_file_are_those_of_the_transcript(transcript: Transcript) -> None:
    lines = [f"regel {n}" if s.said else "" for n, s in enumerate(transcript.segments)]
    original, clean = (
        cues_of_vtt(export(transcript, "vtt").decode()),
        cues_of_vtt(export(transcript, "vtt", lines=lines).decode()),
    )
    assert [(cue.start_ms, cue.end_ms) for cue in original] == [(cue.start_ms, cue.end_ms) for cue in clean]
