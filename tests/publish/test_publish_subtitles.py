"""Subtitles that can be read: no word is lost, every limit is kept or its breach is reported, foreign readers agree."""

from __future__ import annotations

import html
import io
import re
from itertools import pairwise

import pytest
import webvtt
from hypothesis import given
from hypothesis import strategies as st

from publish.subtitles import Cue, Speech, Timed, spread, subtitles, timed, to_srt, to_vtt, too_fast

SAID = (
    "Ik heb de batterij uit de deurbel gehaald. Dan kon er niemand meer komen voor geld. Mijn dochter zat steeds "
    "vaker voor het raam, omdat ze dacht dat haar vriendinnen haar waren vergeten."
)
WORDS = st.one_of(
    st.sampled_from(SAID.split()),
    st.sampled_from(
        [
            "de",
            "het",
            "een",
            "'t",
            "en",
            "maar",
            "dat",
            "ja.",
            "(...)",
            "[naam",
            "-->",
            "<b>",
            "fiets,",
            "huis!",
            "10:00",
        ]
    ),
    st.text("abcdefgijklmnoprstuvwz", min_size=1, max_size=20),
)


@st.composite
def speeches(draw):
    """What people say in any rhythm: words on top of each other, endless silences, voices that interrupt."""
    made, at = [], 0
    for number in range(draw(st.integers(1, 3))):
        words = []
        for text in draw(st.lists(WORDS, min_size=1, max_size=30)):
            at += draw(st.integers(0, 700) | st.integers(0, 9_000))
            words.append(Timed(text, at, at + draw(st.integers(0, 900))))
        made.append(Speech(tuple(words), by=("een ouder", "een kind", "")[number]))
    return made


def words_of(cues):
    return [word for cue in cues for line in cue.lines for word in line.split(" ")]


@given(speeches(), st.booleans())
def test_no_word_is_lost_or_in_another_voice_and_every_limit_is_kept_or_its_breach_reported(spoken, children):
    made = subtitles(spoken, children=children)
    assert words_of(made.cues) == [word.text for speech in spoken for word in speech.words]
    before = -80
    told = [(word, speech.by) for speech in spoken for word in speech.words]
    for number, cue in enumerate(made.cues, 1):
        mine, told = told[: len(words_of([cue]))], told[len(words_of([cue])) :]
        assert {by for _, by in mine} == {cue.by} and cue.start_ms >= mine[0][0].start_ms
        assert cue.start_ms >= before + 80 and cue.end_ms > cue.start_ms and cue.end_ms - cue.start_ms <= 7_000
        assert len(cue.lines) in (1, 2) and max(map(len, cue.lines)) <= 42
        seconds = (cue.end_ms - cue.start_ms) / 1000
        readable = seconds >= 0.833 and len(cue.text) / seconds <= (13 if children else 17)
        assert (
            (number not in made.too_fast) == readable == (not too_fast(cue.text, cue.end_ms - cue.start_ms, children))
        )
        before = cue.end_ms


@given(speeches())
def test_an_article_is_never_left_behind_by_its_noun(spoken):
    for speech in spoken:
        lines = [line for cue in subtitles([speech]).cues for line in cue.lines]
        for line, following in pairwise(lines):
            left, right = line.split()[-1].lower(), following.split()[0].lower()
            assert left not in ("de", "het", "een", "'t") or right in ("de", "het", "een", "'t")


@given(st.lists(st.sampled_from(SAID.split()), min_size=1, max_size=60))
def test_calm_speech_can_be_read_along_by_adults(words):
    """At 100 words a minute nothing is too fast."""
    assert subtitles([Speech(spread(" ".join(words), 0, 600 * len(words)))]).too_fast == ()


def test_a_cue_ends_where_a_sentence_does_else_at_a_comma_or_before_a_conjunction():
    cues = subtitles([Speech(spread(SAID, 0, 14_000))]).cues
    assert cues[0].lines == ("Ik heb de batterij uit de deurbel gehaald.", "Dan kon er niemand meer komen voor geld.")
    assert cues[1].text.endswith("raam,") and cues[2].text.startswith("omdat")
    long = "Zij liepen samen door de regen naar de winkel en wij keken hun lang na door het natte raam van de keuken"
    assert any(cue.lines[0].startswith("en wij") or cue.lines[-1].startswith("en wij") for cue in
               subtitles([Speech(spread(long, 0, 9_000))]).cues)  # fmt: skip


def test_speech_that_is_too_fast_is_reported_and_left_as_it_was_said():
    made = subtitles([Speech(spread(SAID, 0, 3_000)), Speech(spread("Stil.", 3_000, 2_000))])
    assert made.too_fast and len(made.cues) not in made.too_fast
    assert words_of(made.cues) == [*SAID.split(), "Stil."]


def test_children_get_more_time():
    pace = Speech(spread(SAID, 0, 12_000))
    assert not subtitles([pace]).too_fast and subtitles([pace], children=True).too_fast
    assert too_fast("x" * 34, 1_999) and not too_fast("x" * 34, 2_000)
    assert too_fast("x" * 26, 1_999, children=True) and not too_fast("x" * 26, 2_000, children=True)
    assert too_fast("Ja.", 833) and not too_fast("Ja.", 834)


def test_a_web_address_longer_than_a_line_goes_on_in_the_next():
    address = "https://vertelpunt.example/" + "a" * 80
    made = subtitles([Speech(spread(f"Kijk op {address} en doe mee.", 0, 20_000))])
    assert "".join(words_of(made.cues)) == f"Kijkop{address}endoemee."
    assert max(len(line) for cue in made.cues for line in cue.lines) <= 42


@given(st.text(max_size=300), st.integers(0, 10**6), st.integers(0, 10**6))
def test_spread_words_fill_the_time_and_keep_their_order(text, start, length):
    words = spread(text, start, length)
    if words:
        assert words[0].start_ms == start and words[-1].end_ms == start + length
    assert all(left.end_ms == right.start_ms for left, right in pairwise(words))


def test_a_long_word_takes_longer_than_a_short_one():
    short, long = spread("ja verantwoordelijkheid", 0, 8_000)
    assert long.end_ms - long.start_ms > 5 * (short.end_ms - short.start_ms)


def test_words_and_voices_out_of_order_are_refused():
    late, early = Timed("laat", 500, 900), Timed("vroeg", 0, 400)
    with pytest.raises(ValueError):
        Speech((late, early))
    with pytest.raises(ValueError):
        subtitles([Speech((late,)), Speech((early,))])
    with pytest.raises(ValueError):
        Timed("twee woorden", 0, 1)


HOSTILE = [
    "00:00:01.000 --> 00:00:02.000 x",
    "<script>alert(1)</script> <v Iemand>anders</v> <c.rood>x</c>",
    "&lt;b&gt; &amp; &",
    "NOTE geheim STYLE REGION WEBVTT",
    "1 2 3",
    "{{ 7*7 }} {b}x{/b} {\\an8}",
    "\u202egnaat\u202c \x00 \u2028 \r\n\r\n9\n00:00:00,000 --> 00:00:09,000\nbinnen",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words_for_foreign_readers(words):
    cues = subtitles(
        [Speech(spread(words, 0, 20_000), by=words), Speech(spread("Slot.", 20_000, 1_000), "een kind")]
    ).cues
    read = webvtt.from_buffer(io.StringIO(to_vtt(cues)))
    assert [html.unescape(each.text) for each in read] == ["\n".join(cue.lines) for cue in cues]
    voice = " ".join(word.text for word in spread(words, 0, 1))
    assert html.unescape(read[0].voice) == voice[:1].upper() + voice[1:]
    assert read[-1].voice == "Een kind" and len(read) == len(cues)
    srt = to_srt(cues)
    blocks = [block.split("\n", 2) for block in srt.rstrip("\n").split("\n\n")]
    assert [int(number) for number, _, _ in blocks] == list(range(1, len(cues) + 1))
    assert all(re.fullmatch(r"\d\d:\d\d:\d\d,\d{3} --> \d\d:\d\d:\d\d,\d{3}", times) for _, times, _ in blocks)
    tame = str.maketrans({"<": "‹", ">": "›", "{": "(", "}": ")", "\\": "/"})
    assert [text for _, _, text in blocks] == ["\n".join(c.lines).translate(tame) for c in cues]
    assert len(webvtt.from_buffer(io.StringIO(srt), "srt")) == len(cues)


def test_times_are_written_with_hours():
    cue = Cue(3_723_004, 3_724_000, ("Ja.",))
    assert "01:02:03.004 --> 01:02:04.000" in to_vtt([cue]) and "01:02:03,004 --> 01:02:04,000" in to_srt([cue])


def test_words_with_known_times_keep_them_and_the_others_share_what_is_between():
    known = [Timed("Thuis", 0, 400), Timed("in", 500, 600), Timed("zonder", 2_000, 2_400), Timed("geld.", 2_400, 3_000)]
    words = timed("Thuis in [plaats 1] zonder (...) geld.", known, 10_000, 3_200)
    assert [(word.text, word.start_ms, word.end_ms) for word in words] == [
        ("Thuis", 10_000, 10_400),
        ("in", 10_500, 10_600),
        ("[plaats", 10_600, 11_300),
        ("1]", 11_300, 12_000),
        ("zonder", 12_000, 12_400),
        ("(...)", 12_400, 12_400),
        ("geld.", 12_400, 13_000),
    ]
    assert timed("Andere woorden.", known, 0, 3_000) == spread("Andere woorden.", 0, 3_000)


@given(
    st.lists(st.sampled_from(["ja", "nee", "(...)", "niet"]), min_size=1, max_size=12),
    st.lists(st.tuples(st.sampled_from(["ja", "nee", "niet"]), st.integers(0, 4_000), st.integers(0, 900)), max_size=9),
)
def test_timed_words_are_all_there_in_order_and_within_the_sound(text, known):
    begins = sorted(begin for _, begin, _ in known)
    words = [Timed(word, begin, begin + lasts) for (word, _, lasts), begin in zip(known, begins, strict=True)]
    made = timed(" ".join(text), words, 100, 3_000)
    assert [word.text for word in made] == text
    times = [at for word in made for at in (word.start_ms, word.end_ms)]
    assert times == sorted(times) and all(100 <= at <= 3_100 for at in times)


def test_a_transcript_to_read_along_has_no_gaps_and_no_reading_time():
    said = "Ik zei niets. Niemand vroeg iets. Toen liep ik weg, de straat uit en de brug over."
    speech = Speech(spread(said, 0, 30_000))
    cues = subtitles([speech], touching=True).cues
    assert len(cues) > 1 and all(one.end_ms == two.start_ms for one, two in pairwise(cues))
    assert (cues[0].start_ms, cues[-1].end_ms) == (0, 30_000)
    apart = subtitles([speech]).cues
    assert all(two.start_ms - one.end_ms >= 80 for one, two in pairwise(apart))
