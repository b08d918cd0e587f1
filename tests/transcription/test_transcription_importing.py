from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from transcript_values import calmly, transcripts

from stories.errors import InputRefused
from stories.model import NOT_SURE, Flag, Segment, Transcript, Word
from transcription.align import folded_words, one_line
from transcription.editing import apply, is_typed, replaced
from transcription.exporting import export
from transcription.importing import MAX_BYTES, TOLERANCE_MS, read_transcript, timed_by

LENGTH = 60_000


def read(text: str | bytes, name: str = "", duration_ms: int = LENGTH) -> list[tuple[int, int, str | None, str]]:
    data = text.encode() if isinstance(text, str) else text
    found = read_transcript(data, name, duration_ms=duration_ms)
    return [(s.start_ms, s.end_ms, s.speaker, s.text) for s in found.segments]


def refusal(text: str | bytes, name: str = "", duration_ms: int = LENGTH) -> str:
    with pytest.raises(InputRefused) as refused:
        read(text, name, duration_ms)
    assert refused.value.message and "{" not in refused.value.message
    return refused.value.code


VTT = """WEBVTT - een titel
Kind: captions

STYLE
::cue { color: lime }

NOTE
Dit is een opmerking
over twee regels

REGION
id:fred

een-naam
00:01.000 --> 00:02.500 align:start position:0%
<v.luid Ans>Ik &lt;3 <b>jou</b> &amp; hem</v>

00:00:03.000 --> 00:00:05.000
<v Bo>En toen?</v>
<v Ans>Toen <00:00:04.500>niets.</v>
"""

SRT = """1
00:00:01,000 --> 00:00:02,500
<i>Ik ging</i> {\\an8}naar
school.

2
00:00:03,000 --> 00:00:05,000
En toen

niets.
"""


def test_subtitles_lose_their_dress_and_keep_their_words() -> None:
    assert read(VTT) == [
        (1_000, 2_500, "Ans", "Ik <3 jou & hem"),
        (3_000, 3_857, "Bo", "En toen?"),
        (3_857, 5_000, "Ans", "Toen niets."),
    ]


def test_subrip_is_read_and_text_after_an_empty_line_is_not_lost() -> None:
    expected = [(1_000, 2_500, None, "Ik ging naar school."), (3_000, 5_000, None, "En toen niets.")]
    assert read(SRT) == expected
    assert read(SRT.replace("\n", "\r\n")) == expected
    assert read(SRT.replace("\n", "\r")) == expected


def test_cues_without_an_empty_line_between_them_are_two() -> None:
    assert read("1\n00:01.000 --> 00:02.000\nja\n2\n00:02.000 --> 00:03.000\nnee\n00:03.000 --> 00:04.000\nook") == [
        (1_000, 2_000, None, "ja"),
        (2_000, 3_000, None, "nee"),
        (3_000, 4_000, None, "ook"),
    ]


def test_a_very_long_file_without_empty_lines_is_read() -> None:
    text = "\n".join(
        f"00:{n // 60:02d}:{n % 60:02d},000 --> 00:{n // 60:02d}:{n % 60:02d},900\nja" for n in range(3_000)
    )
    assert len(read(text, duration_ms=3_600_000)) == 3_000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_usual_encoding_is_read(encoding: str) -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\nÉén café’s €5\n"
    assert read(text.encode(encoding)) == [(1_000, 2_000, None, "Één café’s €5")]
    if encoding == "utf-16-be":
        assert read(b"\xfe\xff" + text.encode(encoding)) == read(text)


def test_our_own_json_comes_back_as_it_left() -> None:
    words = (Word(0, 400, "ik", 0.5), Word(400, 400, "was", 0.75))
    said = Segment(0, 700, "ik was", 0.6, "Ans", (Flag.LOOP,), words)
    talk = Transcript("nl", LENGTH, "large-v2", (said, Segment(700, 700, "Getypt.", 1.0), Segment(800, 900, "", 0.0)))
    assert read_transcript(export(talk, "json"), duration_ms=LENGTH) == talk


def test_whispers_json_is_read_in_seconds() -> None:
    row = {
        "start": 1.0,
        "end": 2.5,
        "text": " Ik ging",
        "speaker": "SPEAKER_00",
        "words": [
            {"word": " Ik", "start": 1.0, "end": 1.2, "probability": 0.5},
            {"word": " ging", "start": 1.2, "end": 2, "probability": 1.0},
        ],
    }
    (segment,) = read_transcript(
        json.dumps({"language": "nl", "segments": [row]}).encode(), duration_ms=LENGTH
    ).segments
    assert (segment.start_ms, segment.end_ms, segment.text, segment.speaker) == (1_000, 2_500, "Ik ging", "SPEAKER_00")
    assert (
        segment.words == (Word(1_000, 1_200, "Ik", 0.5), Word(1_200, 2_000, "ging", 1.0)) and segment.confidence == 0.75
    )
    assert read(json.dumps([row])) == [(1_000, 2_500, "SPEAKER_00", "Ik ging")]


@pytest.mark.parametrize(
    "word",
    [None, 7, {}, {"word": "Ik"}, {"word": "Ik", "start": -1, "end": 1}, {"word": "x", "start": 1.0, "end": 1.1}],
)
def test_words_that_do_not_fit_cost_their_times_and_not_the_text(word: object) -> None:
    data = json.dumps({"segments": [{"start": 1.0, "end": 2.0, "text": "Ik", "words": [word]}]})
    (segment,) = read_transcript(data.encode(), duration_ms=LENGTH).segments
    assert segment.text == "Ik" and segment.words == ()


def cue(times: str, text: str = "ja") -> str:
    return f"WEBVTT\n\n{times}\n{text}\n"


@pytest.mark.parametrize(
    "times",
    [
        "-00:01.000 --> 00:02.000",
        "00:05.000 --> 00:02.000",
        "00:61.000 --> 01:62.000",
        "61:00.000 --> 62:00.000",
        "00:01.000 --> ",
        "--> 00:01.000",
        "00:01 --> 00:02",
        "٠٠:٠١.٠٠٠ --> ٠٠:٠٢.٠٠٠",
        "9999999:00:01.000 --> 9999999:00:02.000",
    ],
)
def test_times_that_cannot_be_are_refused(times: str) -> None:
    assert refusal(cue(times)) == "import_times"


@pytest.mark.parametrize("value", [-1, "1", None, True, 1e99, [], {}])
@pytest.mark.parametrize("key", ["start", "end", "start_ms"])
def test_times_that_are_no_times_are_refused(key: str, value: object) -> None:
    row = {"start": 0, "end": 1, "text": "ja", "end_ms": 5} | {key: value}
    assert refusal(json.dumps({"segments": [row]})) == "import_times"


def test_a_text_that_is_longer_than_the_recording_belongs_to_another() -> None:
    assert refusal(cue("00:59.000 --> 01:02.001")) == "import_other_recording"
    assert refusal(cue("99:59:59.000 --> 100:00:00.000")) == "import_other_recording"
    assert refusal(json.dumps([{"start": 1, "end": 62.01, "text": "ja"}])) == "import_other_recording"
    assert read(cue("00:59.000 --> 01:02.000")) == [(59_000, LENGTH, None, "ja")]
    assert read(cue("01:01.000 --> 01:02.000")) == [(LENGTH - 1, LENGTH, None, "ja")]


def test_cues_in_any_order_and_over_each_other_come_in_order_of_time() -> None:
    text = "WEBVTT\n\n00:05.000 --> 00:09.000\ndrie\n\n00:01.000 --> 00:08.000\neen\n\n00:02.000 --> 00:02.000\ntwee\n"
    assert read(text) == [(1_000, 8_000, None, "een"), (2_000, 2_001, None, "twee"), (5_000, 9_000, None, "drie")]


def test_hostile_text_becomes_plain_text() -> None:
    text = "<script>alert(1)</script> <img src=x onerror=y> ja\x00 \u202enee &lt;b&gt; z" + "\u0315" * 900
    assert read(cue("00:01.000 --> 00:02.000", text)) == [(1_000, 2_000, None, "alert(1) ja nee <b> z" + "\u0315" * 3)]
    row = {"start": 0, "end": 1, "text": "half \ud800 teken", "speaker": "\u0000"}
    assert read(json.dumps([row])) == [(0, 1_000, None, "half teken")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "import_unknown"),
        (b"   \n", "import_unknown"),
        ("Gewoon een verhaal.", "import_unknown"),
        (b"PK\x03\x04" + bytes(range(256)), "import_no_text"),
        (b"%PDF-1.7", "import_unknown"),
        (b"WEBVTT\n\n", "import_unknown"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n<b></b>\n", "import_empty"),
        ("{", "import_unreadable"),
        ("[]", "import_empty"),
        ("{}", "import_unreadable"),
        ('{"segments": {}}', "import_unreadable"),
        ('{"segments": [1]}', "import_unreadable"),
        ('[{"start": NaN, "end": 1, "text": "ja"}]', "import_unreadable"),
        ('[{"start": 0, "end": 1e999, "text": "ja"}]', "import_times"),
        ('[{"start": 0, "end": 1, "text": ["ja"]}]', "import_unreadable"),
        ('[{"start": 0, "end": 1, "text": ""}]', "import_empty"),
        ("[" * 100_000, "import_unreadable"),
        ('{"a":' * 100_000, "import_unreadable"),
        ("[" + "9" * 5_000 + "]", "import_unreadable"),
        ("één è ê café".encode() + b"\xff 00:01.000 --> 00:02.000", "import_no_text"),
        (b"\xff\xfe\x00\xd8\x00", "import_no_text"),
        (cue("00:01.000 --> 00:02.000", "a" * 1_000_000), "import_cue_too_long"),
        (cue("00:01.000 --> 00:02.000", "a" * 11_000), "import_cue_too_long"),
        (b" " * (MAX_BYTES + 1), "import_too_large"),
        ("00:01.000 --> 00:02.000\nja\n\n" * 20_001, "import_too_many"),
    ],
)  # fmt: skip
def test_what_is_no_transcript_is_refused_with_a_reason(data: str | bytes, code: str) -> None:
    assert refusal(data) == code


def test_a_name_only_decides_what_is_said() -> None:
    assert refusal("Geen tijden.", "tekst.vtt") == "import_unreadable"
    assert read(SRT, "tekst.json") == read(SRT, "../../etc/passwd") == read(SRT)


def well_formed(transcript: Transcript, duration_ms: int) -> None:
    for segment in transcript.segments:
        assert 0 <= segment.start_ms <= segment.end_ms <= duration_ms
        assert segment.text == one_line(segment.text)
        starts = [word.start_ms for word in segment.words]
        assert starts == sorted(starts)
        if segment.words:
            assert segment.text == " ".join(word.text for word in segment.words)
            assert all(segment.start_ms <= w.start_ms and w.end_ms <= segment.end_ms for w in segment.words)


VTT_PIECES = [b"WEBVTT\n\n", b"00:01.000 --> 00:02.000\n", b"00:00:01,5 --> 00:00:59,000 x\n", b"-->", b"\n\n", b"\r\n"]
VTT_PIECES += [b"NOTE ", b"<v Ans>", b"<b", b">", b"&amp;", b"&#0;", b"1\n", b"ja nee", b"\xe9"]
JSON_PIECES = [b"{", b"}", b"[", b"]", b'"segments":', b'"start":', b'"end":', b'"text":', b'"start_ms":', b'"words":']
JSON_PIECES += [b"1.5", b"-1", b"NaN", b'"ja"', b",", b":", b"null", b"\xff\xfe", b"\xef\xbb\xbf", b"\x00"]
PIECES = st.sampled_from(VTT_PIECES + JSON_PIECES)


@calmly
@given(st.binary(max_size=300) | st.lists(PIECES, max_size=25).map(b"".join), st.integers(1, 100_000))
@example(b'[{"start_ms":0,"end_ms":0,"text":"a"}]', 1)
def test_any_bytes_give_a_clean_transcript_or_a_sentence(data: bytes, duration_ms: int) -> None:
    try:
        found = read_transcript(data, duration_ms=duration_ms)
    except InputRefused as refused:
        assert refused.code.startswith("import_") and refused.message
    else:
        well_formed(found, duration_ms)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 90_000) | st.floats() | st.sampled_from(["", "ja", "\ud800", "nl"]),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)
KEYS = st.sampled_from(
    ["start", "end", "start_ms", "end_ms", "text", "words", "word", "flags", "speaker", "confidence"]
)
ROWS = st.dictionaries(KEYS, VALUES | st.lists(st.dictionaries(KEYS, VALUES, max_size=4), max_size=2), max_size=8)


@calmly
@given(st.lists(ROWS, max_size=3))
def test_any_json_gives_a_clean_transcript_or_a_sentence(rows: list[dict[str, object]]) -> None:
    good = {"start": 0, "end": 1, "text": "ja", "start_ms": 5, "end_ms": 9}
    data = json.dumps({"segments": [good | row for row in rows]}).encode()
    try:
        well_formed(read_transcript(data, duration_ms=LENGTH), LENGTH)
    except InputRefused as refused:
        assert refused.code.startswith("import_")


@calmly
@given(transcripts(min_size=1))
@pytest.mark.parametrize("form", ["vtt", "srt"])
def test_subtitles_that_left_come_back_as_the_transcript_that_stands_there(form: str, transcript: Transcript) -> None:
    """Every sentence, its doubt, its words and the typed lines: what an editor did not correct is as it was."""
    spoken = [s for s in transcript.segments if not is_typed(s) and s.start_ms < s.end_ms]
    at_one_moment = len({(s.start_ms, one_line(s.said)) for s in spoken if s.text}) < sum(bool(s.text) for s in spoken)
    if at_one_moment or not any(segment.said for segment in transcript.segments):
        return
    length = transcript.duration_ms
    back = timed_by(read_transcript(export(transcript, form), duration_ms=length), transcript)
    assert [s for s in back.segments if s.text] == [s for s in transcript.segments if s.text]


WORDS = tuple(Word(n * 400, n * 400 + 300, text, 0.8) for n, text in enumerate(("ik", "gink", "naar", "school")))
THANKS = tuple(
    Word(2_000 + n * 250, 2_250 + n * 250, text, 0.3) for n, text in enumerate(("bedankt", "voor", "het", "kijken"))
)
HEARD = Transcript(
    "nl",
    LENGTH,
    "small",
    (
        Segment(0, 1_600, "ik gink naar school", 0.8, "Ans", (Flag.LOW_CONFIDENCE,), WORDS),
        Segment(2_000, 3_000, "bedankt voor het kijken", 0.3, None, (Flag.BOILERPLATE,), THANKS),
        Segment(3_200, 3_200, "Dit typte ik.", 1.0),
        Segment(4_000, 6_000, "", 0.0, None, (Flag.SPEECH_WITHOUT_TEXT,)),
        Segment(
            9_000, 9_800, "en toen", 0.9, "Bo", (), (Word(9_000, 9_300, "en", 0.9), Word(9_400, 9_800, "toen", 0.9))
        ),
    ),
)


def corrected(change: Callable[[str], str], form: str = "srt") -> Transcript:
    text = change(export(HEARD, form).decode())
    return timed_by(read_transcript(text.encode(), duration_ms=LENGTH), HEARD)


def test_a_corrected_sentence_keeps_the_times_of_the_words_that_stayed() -> None:
    back = corrected(lambda text: text.replace("ik gink naar school", "Ik ging niet naar school."))
    first = back.segments[0]
    assert (first.start_ms, first.end_ms, first.speaker, first.flags) == (0, 1_600, "Ans", ())
    assert [(w.text, w.start_ms, w.end_ms, w.confidence) for w in first.words] == [
        ("Ik", 0, 300, 0.8),
        ("ging", 400, 550, 1.0),
        ("niet", 550, 700, 1.0),
        ("naar", 800, 1_100, 0.8),
        ("school.", 1_200, 1_500, 0.8),
    ]
    assert back.segments[1:] == HEARD.segments[1:]
    change = replaced(HEARD, back.segments)
    assert (change.at, len(change.before)) == (0, 1) and apply(apply(HEARD, change), change.undone()) == HEARD


def test_what_was_not_understood_stays_what_it_was_unless_somebody_wrote_it_down() -> None:
    assert corrected(lambda text: text).segments[1] == HEARD.segments[1]
    written = corrected(lambda text: text.replace(NOT_SURE, "dank je wel")).segments[1]
    assert written.text == "dank je wel" and written.flags == () and len(written.words) == 3


def test_another_division_in_cues_still_finds_the_words() -> None:
    vtt = "WEBVTT\n\n00:00.000 --> 00:00.700\nIk gink\n\n00:00.800 --> 00:01.600\nnaar school\n"
    back = timed_by(read_transcript(vtt.encode(), duration_ms=LENGTH), HEARD)
    assert [[(w.start_ms, w.confidence) for w in s.words] for s in back.segments[:2]] == [
        [(0, 0.8), (400, 0.8)],
        [(800, 0.8), (1_200, 0.8)],
    ]


def test_words_nobody_heard_are_spread_in_their_cue() -> None:
    vtt = "WEBVTT\n\n00:20.000 --> 00:21.000\nja nee\n"
    back = timed_by(read_transcript(vtt.encode(), duration_ms=LENGTH), HEARD)
    assert back.segments[-1].words == (Word(20_000, 20_428, "ja", 1.0), Word(20_428, 21_000, "nee", 1.0))


def test_speech_without_text_is_asked_about_until_an_import_says_what_it_was() -> None:
    unheard = HEARD.segments[3]
    vtt = "WEBVTT\n\n00:05.000 --> 00:05.500\nhallo\n"
    assert unheard in corrected(lambda text: text).segments
    assert unheard not in timed_by(read_transcript(vtt.encode(), duration_ms=LENGTH), HEARD).segments


@calmly
@given(transcripts(min_size=1), transcripts(min_size=1))
def test_no_word_of_an_import_is_lost_and_typed_lines_stay(imported: Transcript, heard: Transcript) -> None:
    bare = tuple(replace(segment, words=()) for segment in imported.segments if segment.start_ms < segment.end_ms)
    imported = replace(imported, segments=bare)
    done = timed_by(imported, heard)
    well_formed(replace(done, segments=tuple(s for s in done.segments if s not in heard.segments)), 10**9)
    said = sorted(word for segment in done.segments if not is_typed(segment) for word in folded_words(segment.text))
    assert said == sorted(word for segment in bare for word in folded_words(segment.text))
    assert [s for s in done.segments if is_typed(s)] == [s for s in heard.segments if is_typed(s)]


def test_the_tolerance_is_what_is_said() -> None:
    assert TOLERANCE_MS == 2_000
