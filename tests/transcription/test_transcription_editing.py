from __future__ import annotations

import itertools
import json
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from transcript_values import VOICES, calmly, transcripts

from stories.errors import InputRefused, Moved
from stories.model import Flag, Segment, Transcript, Word
from transcription.align import folded, one_line, spread, worded
from transcription.editing import (
    MAX_LINE,
    Change,
    apply,
    confirmed,
    emptied,
    is_typed,
    merged,
    named,
    replaced,
    retyped,
    split,
    spoken_by,
    swapped,
)

HEARD = Segment(
    1_000,
    3_000,
    "ik gink naar school",
    0.8,
    "Verteller",
    (Flag.LOOP,),
    (
        Word(1_000, 1_200, "ik", 0.9),
        Word(1_200, 1_800, "gink", 0.4),
        Word(1_900, 2_100, "naar", 0.9),
        Word(2_100, 2_900, "school", 1.0),
    ),
)
TYPED = Segment(3_000, 3_000, "Dit typte ik zelf.", 1.0)
NEXT = Segment(
    3_500, 4_000, "en toen", 0.7, "Interviewer", (), (Word(3_500, 3_700, "en", 0.6), Word(3_700, 4_000, "toen", 0.8))
)
TALK = Transcript("nl", 5_000, "small", (HEARD, NEXT))


def after(change: Change, transcript: Transcript = TALK) -> Transcript:
    return apply(transcript, change)


def spans(segment: Segment) -> list[tuple[str, int, int, float]]:
    return [(word.text, word.start_ms, word.end_ms, word.confidence) for word in segment.words]


def test_words_that_stayed_keep_their_second_and_a_corrected_word_takes_the_place_of_the_wrong_one() -> None:
    new = after(retyped(TALK, 0, "Ik ging naar school.")).segments[0]
    assert spans(new) == [
        ("Ik", 1_000, 1_200, 0.9),
        ("ging", 1_200, 1_800, 1.0),
        ("naar", 1_900, 2_100, 0.9),
        ("school.", 2_100, 2_900, 1.0),
    ]
    assert (new.text, new.flags, new.speaker, new.confidence) == ("Ik ging naar school.", (), "Verteller", 0.95)


def test_added_words_share_the_pause_between_their_neighbours() -> None:
    new = after(retyped(TALK, 0, "ik gink toen naar school hoor ja")).segments[0]
    assert spans(new)[2] == ("toen", 1_800, 1_900, 1.0)
    assert [(at[1], at[2]) for at in spans(new)[-2:]] == [(2_900, 2_962), (2_962, 3_000)]


def test_a_word_added_where_there_is_no_pause_has_no_length() -> None:
    new = after(retyped(TALK, 0, "ik zelf gink naar school")).segments[0]
    assert spans(new)[1] == ("zelf", 1_200, 1_200, 1.0)


def test_more_words_for_one_share_its_time() -> None:
    new = after(retyped(TALK, 0, "ik ging niet naar school")).segments[0]
    assert spans(new)[1:3] == [("ging", 1_200, 1_500, 1.0), ("niet", 1_500, 1_800, 1.0)]


def test_an_emptied_segment_stays_in_its_place_and_can_be_filled_again() -> None:
    empty = after(emptied(TALK, 0))
    assert empty.segments[0] == Segment(1_000, 3_000, "", 1.0, "Verteller")
    filled = apply(empty, retyped(empty, 0, "toch wel")).segments[0]
    assert [(at[1], at[2]) for at in spans(filled)] == [(1_000, 2_111), (2_111, 3_000)]


@pytest.mark.parametrize("text", ["  een\n\ntwee\t drie ", "een\u2028twee drie", "een\x00 twee\ud800 \u202edrie\u200b"])
def test_line_breaks_and_signs_nobody_sees_do_not_enter_the_text(text: str) -> None:
    assert after(retyped(TALK, 1, text)).segments[1].text == "een twee drie"


def test_a_tower_of_marks_is_cut_down_and_letters_of_other_scripts_stay() -> None:
    assert one_line("q" + "\u0315" * 40 + "a") == "q" + "\u0315" * 3 + "a"
    assert one_line("Tiê\u0301n ส้ำ 👩\u200d👧 Ömer") == "Tiế\u006e ส้ำ 👩\u200d👧 Ömer"


def test_a_confirmed_segment_is_no_longer_doubtful_and_says_the_same() -> None:
    assert after(confirmed(TALK, 0)).segments[0] == replace(HEARD, flags=())


def test_a_split_keeps_doubt_on_both_sides_and_each_word_in_its_second() -> None:
    left, right, _ = after(split(TALK, 0, 2)).segments
    assert (left.start_ms, left.end_ms, left.text, left.confidence) == (1_000, 1_800, "ik gink", 0.65)
    assert (right.start_ms, right.end_ms, right.text, right.confidence) == (1_900, 3_000, "naar school", 0.95)
    assert left.flags == right.flags == (Flag.LOOP,) and left.speaker == right.speaker == "Verteller"


def test_a_typed_line_inside_a_segment_that_is_split_keeps_its_place_on_the_clock() -> None:
    inside = replace(TYPED, start_ms=1_500, end_ms=1_500)
    talk = replace(TALK, segments=(HEARD, inside, NEXT))
    change = split(talk, 0, 2)
    assert [segment.text for segment in after(change, talk).segments] == [
        "ik gink",
        "Dit typte ik zelf.",
        "naar school",
        "en toen",
    ]
    assert apply(after(change, talk), change.undone()) == talk


@pytest.mark.parametrize("word", [-1, 0, 4, 99])
def test_a_split_needs_a_word_on_both_sides(word: int) -> None:
    with pytest.raises(InputRefused):
        split(TALK, 0, word)


def test_merged_segments_keep_every_word_the_first_speaker_and_all_doubt() -> None:
    doubtful = replace(TALK, segments=(HEARD, replace(NEXT, flags=(Flag.SILENCE,))))
    (whole,) = after(merged(doubtful, 0), doubtful).segments
    assert whole.text == "ik gink naar school en toen" and whole.words == HEARD.words + NEXT.words
    assert (whole.start_ms, whole.end_ms, whole.speaker) == (1_000, 4_000, "Verteller")
    assert whole.flags == (Flag.SILENCE, Flag.LOOP)


def test_a_merge_stops_at_the_end_at_a_typed_line_and_where_people_speak_through_each_other() -> None:
    with pytest.raises(InputRefused):
        merged(TALK, 1)
    with_typed = replace(TALK, segments=(HEARD, TYPED, NEXT))
    for index in (0, 1):
        with pytest.raises(InputRefused):
            merged(with_typed, index)
    together = replace(TALK, segments=(HEARD, replace(NEXT, start_ms=1_500, words=(Word(1_500, 1_600, "ja", 1.0),))))
    with pytest.raises(InputRefused):
        merged(together, 0)


def test_a_speaker_gets_a_name_in_every_segment() -> None:
    assert [s.speaker for s in after(named(TALK, "Verteller", " Ans \n de Wit ")).segments] == [
        "Ans de Wit",
        "Interviewer",
    ]
    unknown = replace(TALK, segments=(replace(HEARD, speaker=None), TYPED, NEXT))
    assert [s.speaker for s in after(named(unknown, None, "Ans"), unknown).segments] == ["Ans", None, "Interviewer"]


@pytest.mark.parametrize("name", ["", " \n ", "\u200b", "x" * 61])
def test_a_name_that_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(InputRefused):
        named(TALK, "Verteller", name)


def test_two_speakers_are_swapped_and_swapping_again_brings_them_back() -> None:
    other = after(swapped(TALK, "Verteller", "Interviewer"))
    assert [segment.speaker for segment in other.segments] == ["Interviewer", "Verteller"]
    assert apply(other, swapped(other, "Verteller", "Interviewer")) == TALK


def test_chosen_segments_get_a_speaker_or_none_and_a_typed_line_has_no_speaker() -> None:
    talk = replace(TALK, segments=(HEARD, TYPED, NEXT))
    assert [s.speaker for s in after(spoken_by(talk, [1, 2], "Ans"), talk).segments] == ["Verteller", None, "Ans"]
    assert [s.speaker for s in after(spoken_by(talk, [0], None), talk).segments] == [None, None, "Interviewer"]
    with pytest.raises(InputRefused):
        spoken_by(talk, [3], "Ans")


def test_what_a_teller_typed_is_not_edited() -> None:
    talk = replace(TALK, segments=(HEARD, TYPED, NEXT))
    for make in (emptied, confirmed, merged, lambda t, i: retyped(t, i, "iets"), lambda t, i: split(t, i, 1)):
        with pytest.raises(InputRefused):
            make(talk, 1)


@pytest.mark.parametrize("index", [-1, 2, 10**9])
def test_a_segment_that_is_not_there_is_refused(index: int) -> None:
    for make in (emptied, confirmed, merged, lambda t, i: retyped(t, i, "iets"), lambda t, i: split(t, i, 1)):
        with pytest.raises(InputRefused):
            make(TALK, index)


def test_a_line_without_an_end_is_refused() -> None:
    with pytest.raises(InputRefused):
        retyped(TALK, 0, "a" * (MAX_LINE + 1))


def test_a_change_lands_only_on_what_it_was_made_for() -> None:
    change = retyped(TALK, 0, "iets anders")
    moved = after(emptied(TALK, 0))
    for transcript in (moved, replace(TALK, segments=()), after(change)):
        with pytest.raises(Moved):
            apply(transcript, change)
    with pytest.raises(Moved):
        apply(TALK, Change(9, (), (NEXT,)))


@st.composite
def edits(draw: st.DrawFn) -> tuple[Transcript, Change]:
    """A transcript and any change that can be made to it."""
    transcript = draw(transcripts(min_size=1))
    index = draw(st.integers(0, len(transcript.segments) - 1))
    text = draw(
        st.lists(st.sampled_from(("ik", "niet", "school", "Toen", "geld,", "-", "\n")), max_size=9).map(" ".join)
    )
    makers = (
        lambda: retyped(transcript, index, text),
        lambda: retyped(transcript, index, draw(st.text("ab ,\n\x00\ud800\u0301\u202e", max_size=20))),
        lambda: split(transcript, index, draw(st.integers(1, 5))),
        lambda: merged(transcript, index),
        lambda: confirmed(transcript, index),
        lambda: emptied(transcript, index),
        lambda: named(transcript, draw(st.sampled_from((None, *VOICES))), "Ans"),
        lambda: spoken_by(transcript, draw(st.sets(st.integers(0, len(transcript.segments) - 1))), "Ans"),
        lambda: swapped(transcript, *VOICES),
        lambda: replaced(transcript, draw(transcripts()).segments),
    )
    try:
        return transcript, draw(st.sampled_from(makers))()
    except InputRefused:
        assume(False)
        raise


@calmly
@given(edits())
def test_every_change_can_be_undone_and_kept(edit: tuple[Transcript, Change]) -> None:
    transcript, change = edit
    changed = apply(transcript, change)
    assert apply(changed, change.undone()) == transcript
    assert apply(transcript, Change.from_json(json.loads(json.dumps(change.to_json())))) == changed
    assert change.undone().undone() == change


@calmly
@given(transcripts(min_size=1), st.data())
def test_after_any_edit_time_runs_on_and_what_was_not_touched_stands(
    transcript: Transcript, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(transcript.segments) - 1))
    text = data.draw(
        st.lists(st.sampled_from(("ik", "niet", "school", "Toen", "geld,", "-")), max_size=9).map(" ".join)
    )
    make = data.draw(
        st.sampled_from(
            (
                lambda: retyped(transcript, index, text),
                lambda: split(transcript, index, 2),
                lambda: merged(transcript, index),
            )
        )
    )
    try:
        change = make()
    except InputRefused:
        return
    changed = apply(transcript, change)
    for segment in changed.segments:
        starts = [word.start_ms for word in segment.words]
        assert starts == sorted(starts)
        assert all(segment.start_ms <= word.start_ms and word.end_ms <= segment.end_ms for word in segment.words)
    assert [s for s in changed.segments if is_typed(s)] == [s for s in transcript.segments if is_typed(s)]
    old = transcript.segments[: change.at] + transcript.segments[change.at + len(change.before) :]
    new = changed.segments[: change.at] + changed.segments[change.at + len(change.after) :]
    assert old == new


@calmly
@given(transcripts(min_size=1), st.data())
def test_words_a_person_did_not_touch_keep_exactly_their_times(transcript: Transcript, data: st.DataObject) -> None:
    """One word is put in anywhere: every other word stays on its millisecond."""
    index = data.draw(st.sampled_from([i for i, s in enumerate(transcript.segments) if not is_typed(s)]))
    before = worded(transcript.segments[index])
    place = data.draw(st.integers(0, len(before)))
    texts = [word.text for word in before]
    texts.insert(place, "nieuwwoord")
    words = apply(transcript, retyped(transcript, index, " ".join(texts))).segments[index].words
    assert words[:place] + words[place + 1 :] == before
    assert words[place].text == "nieuwwoord" and words[place].confidence == 1.0


@calmly
@given(edits())
def test_no_change_of_speakers_or_borders_loses_a_word(edit: tuple[Transcript, Change]) -> None:
    transcript, _ = edit
    said = sorted(word for segment in transcript.segments for word in segment.text.split())
    for make in (
        lambda: split(transcript, 0, 1),
        lambda: merged(transcript, 0),
        lambda: named(transcript, "Verteller", "Ans"),
        lambda: swapped(transcript, *VOICES),
        lambda: spoken_by(transcript, [0], None),
        lambda: confirmed(transcript, 0),
    ):
        try:
            changed = apply(transcript, make())
        except InputRefused:
            continue
        assert sorted(word for segment in changed.segments for word in segment.text.split()) == said


@calmly
@given(st.lists(st.text(min_size=1, max_size=9), min_size=1, max_size=9), st.integers(0, 900), st.integers(0, 900))
def test_spread_words_fill_their_time_without_a_gap(texts: list[str], start: int, length: int) -> None:
    found = spread(texts, start, start + length)
    assert found[0][0] == start and found[-1][1] == start + length
    assert all(first[1] == second[0] for first, second in itertools.pairwise(found))


@pytest.mark.parametrize(("one", "other"), [("School.", "school"), ("'k", "K"), ("Één", "e\u0301e\u0301n"), ("-", "-")])
def test_words_are_compared_without_case_and_punctuation(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_signs_are_not_every_sign() -> None:
    assert folded("-") != folded("?") and folded("een") != folded("één")
