from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from transcript_values import calmly, transcripts

from stories.model import INVENTED, Flag, Segment, Transcript, Word
from transcription.align import folded_words, worded
from transcription.editing import is_typed
from transcription.merging import Difference, merge


def said(start: int, text: str, *, each: int = 300, **more: object) -> Segment:
    """A segment of words of `each` ms without pauses."""
    words = tuple(Word(start + n * each, start + (n + 1) * each, t, 0.9) for n, t in enumerate(text.split()))
    return Segment(start, start + len(words) * each, text, 0.9, words=words, **more)  # type: ignore[arg-type]


def talk(*segments: Segment, model: str = "small") -> Transcript:
    return Transcript("nl", 60_000, model, segments)


def texts(transcript: Transcript) -> list[str]:
    return [segment.text for segment in transcript.segments]


DRAFT = talk(said(0, "ik ging naar school"), said(2_000, "en toen was er geen geld"), said(5_000, "dat was het"))
FINAL = talk(
    said(0, "Ik ging naar school."),
    said(2_000, "En toen was er geen brood."),
    said(5_000, "Dat was het."),
    model="large-v2",
)


def test_where_nobody_touched_the_final_stands() -> None:
    done = merge(DRAFT, FINAL, ())
    assert done.transcript == FINAL and done.differences == ()


def test_what_a_person_touched_stays_and_the_final_stands_beside_it() -> None:
    done = merge(DRAFT, FINAL, [1])
    assert done.transcript.segments == (FINAL.segments[0], DRAFT.segments[1], FINAL.segments[2])
    assert done.transcript.model == "large-v2"
    assert done.differences == (Difference(2_000, 3_800, "En toen was er geen brood.", (FINAL.segments[1],)),)


def test_another_capital_or_full_stop_is_no_difference() -> None:
    assert merge(DRAFT, FINAL, [0, 2]).differences == ()


def test_a_final_segment_over_a_touched_one_keeps_the_rest_on_both_sides() -> None:
    final = talk(said(1_400, "eerst nog en toen was er geen brood zei ze toen", flags=(Flag.LOW_CONFIDENCE,)))
    done = merge(DRAFT, final, [1])
    assert texts(done.transcript) == ["eerst nog", "en toen was er geen geld", "zei ze toen"]
    assert done.transcript.segments[0].flags == done.transcript.segments[2].flags == (Flag.LOW_CONFIDENCE,)
    assert [one.text for one in done.differences] == ["en toen was er geen brood"]
    assert done.differences[0].segments[0].words[0].start_ms == 2_000


def test_a_touched_segment_in_which_the_final_heard_nothing_is_a_difference_without_text() -> None:
    final = talk(FINAL.segments[0], FINAL.segments[2])
    assert merge(DRAFT, final, [1]).differences == (Difference(2_000, 3_800, "", ()),)


def test_an_emptied_segment_where_the_final_hears_nothing_either_is_settled() -> None:
    empty = replace(DRAFT.segments[1], text="", words=())
    draft = talk(DRAFT.segments[0], empty, DRAFT.segments[2])
    assert merge(draft, talk(FINAL.segments[0]), [1]).differences == ()
    assert [one.text for one in merge(draft, FINAL, [1]).differences] == ["En toen was er geen brood."]


def test_what_the_final_perhaps_invented_is_not_offered_in_place_of_what_a_person_wrote() -> None:
    credit = said(2_000, "ondertiteld door de gemeenschap", flags=(Flag.BOILERPLATE,))
    (one,) = merge(DRAFT, talk(credit), [1]).differences
    assert (one.text, one.segments) == ("", (credit,))
    empty = talk(replace(DRAFT.segments[1], text="", words=()))
    assert merge(empty, talk(credit), [0]).differences == ()
    doubtful = replace(DRAFT.segments[1], flags=(Flag.TOO_FAST,))
    assert merge(DRAFT, talk(doubtful), [1]).differences == ()


def test_typed_lines_stand_once_and_where_they_stood() -> None:
    typed = Segment(1_500, 1_500, "Dit typte ik.", 1.0)
    later = Segment(4_000, 4_000, "Dit kwam later.", 1.0)
    draft = talk(DRAFT.segments[0], typed, *DRAFT.segments[1:])
    final = talk(FINAL.segments[0], typed, FINAL.segments[1], later, FINAL.segments[2])
    assert merge(draft, final, [2]).transcript.segments == (
        FINAL.segments[0],
        typed,
        DRAFT.segments[1],
        later,
        FINAL.segments[2],
    )


def test_a_word_that_slipped_over_the_border_is_not_said_twice() -> None:
    """The final hears the last word of the touched segment a little later, the first a little earlier."""
    final = talk(said(1_600, "en toen was er geen geld", each=420))
    done = merge(DRAFT, final, [1])
    assert texts(done.transcript) == ["en toen was er geen geld"] and done.differences == ()


def test_a_word_of_an_untouched_neighbour_that_slipped_over_the_border_is_not_taken_away() -> None:
    draft = talk(said(0, "ik ging naar school"), said(1_200, "toen was er niets"))
    final = talk(said(0, "ik ging naar school toen was er niets", each=230))
    done = merge(draft, final, [0])
    assert texts(done.transcript) == ["ik ging naar school", "toen was er niets"]
    assert done.differences == ()


def test_an_engine_without_words_is_taken_by_its_text() -> None:
    final = talk(replace(FINAL.segments[1], words=()))
    assert [one.text for one in merge(DRAFT, final, [1]).differences] == ["En toen was er geen brood."]
    assert merge(DRAFT, final, []).transcript == final


def test_speech_without_text_is_asked_about_only_where_nobody_listened() -> None:
    unheard = Segment(2_100, 3_600, "", 0.0, flags=(Flag.SPEECH_WITHOUT_TEXT,))
    assert unheard not in merge(DRAFT, talk(unheard), [1]).transcript.segments
    assert unheard in merge(DRAFT, talk(unheard), [0]).transcript.segments


def test_a_touched_segment_that_is_not_there_is_a_mistake() -> None:
    with pytest.raises(ValueError):
        merge(DRAFT, FINAL, [3])


@calmly
@given(transcripts(), transcripts(), st.data())
def test_nothing_touched_is_lost_and_no_word_of_the_final_vanishes(
    draft: Transcript, final: Transcript, data: st.DataObject
) -> None:
    indices = st.integers(0, max(0, len(draft.segments) - 1))
    touched = data.draw(st.sets(indices)) if draft.segments else set()
    done = merge(draft, final, touched)
    result = done.transcript.segments
    mine = [s for i, s in enumerate(draft.segments) if i in touched or is_typed(s)]
    assert not Counter(mine) - Counter(result)
    starts = [segment.start_ms for segment in result]
    assert starts == sorted(starts)
    rest = Counter(result) - Counter(mine)
    used = Counter(word for segment in rest.elements() if not is_typed(segment) for word in worded(segment))
    shown = {word for one in done.differences for segment in one.segments for word in worded(segment)}
    standing = {w for i in touched if not is_typed(draft.segments[i]) for w in folded_words(draft.segments[i].text)}
    for segment in final.segments:
        if is_typed(segment):
            assert segment in result
            continue
        for word in worded(segment):
            invented = not INVENTED.isdisjoint(segment.flags)
            assert used[word] or word in shown or invented or set(folded_words(word.text)) <= standing


@calmly
@given(transcripts(), transcripts())
def test_with_nothing_touched_the_result_is_the_final_and_the_typed_lines(draft: Transcript, final: Transcript) -> None:
    done = merge(draft, final, ())
    assert done.differences == ()
    spoken = tuple(segment for segment in done.transcript.segments if not is_typed(segment))
    assert spoken == tuple(segment for segment in final.segments if not is_typed(segment))
    assert replace(done.transcript, segments=()) == replace(final, segments=())


@calmly
@given(transcripts(), st.data())
def test_a_draft_that_reads_as_the_final_has_no_differences(draft: Transcript, data: st.DataObject) -> None:
    """Whatever was touched without another word: the words of segments that overlap are the only ones in doubt."""
    alone = tuple(s for s in draft.segments if s.words and s.words[0].end_ms > s.words[0].start_ms)
    draft = replace(draft, segments=alone)
    touched = data.draw(st.sets(st.integers(0, len(alone) - 1))) if alone else set()
    done = merge(draft, draft, touched)
    assert Counter(done.transcript.segments) == Counter(draft.segments)
