"""Which sound goes: every masked word with room on both sides, rather a sentence too much than a name too little."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anonymise.sound import PAD_MS, SHORTEST_MS, Chars, RedactionSpan, Why, come_back, redaction_spans, widened
from stories.model import NOT_SURE, Flag, Segment, Transcript, Word

SAID = ("ik", "Ik,", "de", "school.", "niet", "eh", "geld", "moeder", "w-", "Jaap", "één", "12")
LENGTHS = (0, 30, 59, 60, 120, 250, 400, 2_000, 2_001, 9_000)
calmly = settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def segments(draw: st.DrawFn, start: int) -> Segment:
    texts = draw(st.lists(st.sampled_from(SAID), max_size=6))
    at, words = start + draw(st.sampled_from((0, 0, -40, 80))), list[Word]()
    for text in texts:
        begin = max(0, at + draw(st.sampled_from((0, 0, 50, 300, 5_000, -70))))
        at = begin + draw(st.sampled_from(LENGTHS))
        words.append(Word(begin, at, text, 0.9))
    end = max(start, at + draw(st.sampled_from((-100, 0, 200))))
    flags = tuple(draw(st.sets(st.sampled_from(tuple(Flag)), max_size=1)))
    kept = tuple(words) if draw(st.integers(0, 9)) else ()
    if kept and draw(st.integers(0, 9)) == 0:
        kept = kept[1:]  # words that are not the text
    return Segment(start, end, " ".join(texts), 0.9, None, flags, kept)


@st.composite
def masked_transcripts(draw: st.DrawFn) -> tuple[Transcript, list[Chars], int]:
    at, made = 0, list[Segment]()
    for _ in range(draw(st.integers(0, 5))):
        made.append(draw(segments(at)))
        at = max(at, made[-1].end_ms) + draw(st.sampled_from((0, 1, 700, 8_000)))
    made.sort(key=lambda segment: segment.start_ms)
    duration = draw(st.sampled_from((at + 1_000, max(1, at - 300), 100)))
    transcript = Transcript("nl", duration, "m", tuple(made))
    size = len(transcript.text)
    pairs = draw(st.lists(st.tuples(st.integers(0, size), st.integers(0, size)), max_size=4))
    return transcript, [(a, b) for a, b in pairs if a < b], duration


def masked_words(transcript: Transcript, masked: list[Chars]) -> list[tuple[Segment, Word]]:
    """The slow and obvious way: each word of which a character is masked, in segments whose words are their text."""
    found, offset = [], 0
    for segment in transcript.segments:
        if segment.said == segment.text == " ".join(word.text for word in segment.words):
            at = offset
            for word in segment.words:
                if any(a <= char < b for a, b in masked for char in range(at, at + len(word.text))):
                    found.append((segment, word))
                at += len(word.text) + 1
        offset += len(segment.said) + 1
    return found


@calmly
@given(masked_transcripts())
def test_every_masked_word_lies_in_a_span_with_room_on_both_sides(made: tuple[Transcript, list[Chars], int]) -> None:
    transcript, masked, duration = made
    spans = redaction_spans(transcript, masked, duration_ms=duration)
    for _, word in masked_words(transcript, masked):
        start, end = max(0, word.start_ms - PAD_MS), min(duration, word.end_ms + PAD_MS)
        assert start >= end or any(span.start_ms <= start and end <= span.end_ms for span in spans)


@calmly
@given(masked_transcripts())
def test_spans_are_in_order_apart_long_enough_and_inside_the_recording(
    made: tuple[Transcript, list[Chars], int],
) -> None:
    transcript, masked, duration = made
    spans = redaction_spans(transcript, masked, duration_ms=duration)
    assert all(0 <= span.start_ms < span.end_ms <= duration for span in spans)
    assert all(one.end_ms < other.start_ms for one, other in pairwise(spans))
    assert all(span.end_ms - span.start_ms >= min(SHORTEST_MS, duration) for span in spans)


@calmly
@given(masked_transcripts())
def test_where_no_time_can_be_trusted_the_whole_segment_goes(made: tuple[Transcript, list[Chars], int]) -> None:
    transcript, masked, duration = made
    spans = redaction_spans(transcript, masked, duration_ms=duration)
    for segment, word in masked_words(transcript, masked):
        if segment.flags or not 60 <= word.end_ms - word.start_ms <= 2_000:
            start, end = max(0, segment.start_ms - PAD_MS), min(duration, segment.end_ms + PAD_MS)
            assert start >= end or any(span.start_ms <= start and end <= span.end_ms for span in spans)


@calmly
@given(masked_transcripts(), st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 3_000)), max_size=3))
def test_widening_only_adds(made: tuple[Transcript, list[Chars], int], heard: list[tuple[int, int]]) -> None:
    transcript, masked, duration = made
    spans = redaction_spans(transcript, masked, duration_ms=duration)
    times = [(start, start + length) for start, length in heard if start + length < duration]
    wider = widened(spans, times, transcript, duration_ms=duration)
    wanted = [*times, *((span.start_ms, span.end_ms) for span in spans)]
    assert all(any(w.start_ms <= start and end <= w.end_ms for w in wider) for start, end in wanted)
    assert all(one.end_ms < other.start_ms for one, other in pairwise(wider))


def sentence(text: str, start: int = 0, step: int = 400, **changes: object) -> Segment:
    parts = text.split()
    words = tuple(Word(start + i * step, start + (i + 1) * step, part, 0.9) for i, part in enumerate(parts))
    made = Segment(start, start + step * len(parts), text, 0.9, words=words)
    return replace(made, **changes)  # type: ignore[arg-type]


def spans_of(segments: list[Segment], word: str, duration_ms: int = 20_000) -> tuple[RedactionSpan, ...]:
    transcript = Transcript("nl", duration_ms, "m", tuple(segments))
    at = transcript.text.index(word)
    return redaction_spans(transcript, [(at, at + len(word))], duration_ms=duration_ms)


def test_a_name_goes_with_the_words_beside_it() -> None:
    assert spans_of([sentence("Toen ging Samira naar huis.")], "Samira") == (RedactionSpan(400, 1_600),)


def test_a_part_of_a_word_is_the_whole_word() -> None:
    assert spans_of([sentence("Toen ging Samira's broer mee.")], "Samira") == (RedactionSpan(400, 1_600),)


def test_in_a_pause_the_span_reaches_the_next_word_but_not_for_ever() -> None:
    near = [sentence("Daar kwam"), sentence("Samira", 1_500), sentence("aan.", 2_500)]
    assert spans_of(near, "Samira") == (RedactionSpan(800, 2_500),)
    far = [sentence("Daar kwam"), sentence("Samira", 6_000), sentence("aan.", 12_000)]
    assert spans_of(far, "Samira") == (RedactionSpan(3_850, 8_550),)


def test_two_names_beside_each_other_are_one_span() -> None:
    transcript = Transcript("nl", 9_000, "m", (sentence("Ik zag Samira en Jaap daar weer lopen."),))
    spans = redaction_spans(transcript, [(7, 13), (17, 21)], duration_ms=9_000)
    assert spans == (RedactionSpan(400, 2_400),)


@pytest.mark.parametrize(
    ("segment", "why"),
    [
        (sentence("Toen kwam Samira aan.", 3_000, flags=(Flag.LOW_CONFIDENCE,)), Why.DOUBT),
        (sentence("Toen kwam Samira aan.", 3_000, words=()), Why.WORDLESS),
        (sentence("Toen kwam Samira aan.", 3_000, step=40), Why.TIME),
        (sentence("Toen kwam Samira aan.", 3_000, step=2_500), Why.TIME),
        (sentence("Toen kwam Samira aan.", 3_000, step=0), Why.TIME),
    ],
)
def test_a_time_that_cannot_be_right_costs_the_whole_segment(segment: Segment, why: Why) -> None:
    (span,) = spans_of([segment], "Samira")
    assert span.start_ms <= 3_000 - PAD_MS and span.end_ms >= segment.end_ms + PAD_MS
    assert span.why == (why,) and span.is_whole


def test_speech_that_is_not_in_the_text_goes_although_nothing_in_it_is_masked() -> None:
    invented = sentence("Bedankt voor het kijken.", 3_000, flags=(Flag.BOILERPLATE,))
    wordless = Segment(9_000, 11_000, "", 0.0, flags=(Flag.SPEECH_WITHOUT_TEXT,))
    transcript = Transcript("nl", 20_000, "m", (sentence("Wij hadden weinig."), invented, wordless))
    assert NOT_SURE in transcript.text
    first, second = redaction_spans(transcript, [], duration_ms=20_000)
    assert (first.start_ms, first.end_ms) == (2_850, 4_750) and first.why == (Why.UNKNOWN,)
    assert (second.start_ms, second.end_ms) == (8_850, 11_150)


def test_masked_characters_outside_the_text_are_refused() -> None:
    with pytest.raises(ValueError, match="inside the text"):
        redaction_spans(Transcript("nl", 1_000, "m", (sentence("Kort."),)), [(3, 9)], duration_ms=1_000)


def test_a_name_that_is_heard_after_all_is_found_in_any_spelling() -> None:
    heard = [sentence("toen ging het beter"), sentence("met samiera en de buren", 4_000)]
    (where,) = come_back(heard, ["Samira"], [], [])
    assert where == (4_000, 6_000)
    assert come_back(heard, ["Jeroen"], [], []) == ()


def test_three_words_of_a_passage_near_a_span_count_as_come_back() -> None:
    heard = [sentence("want hij dronk te veel toen")]
    span = RedactionSpan(3_000, 9_000, (Why.WORD,))
    passage = "Mijn vader dronk te veel."
    assert come_back(heard, [], [passage], [span]) == ((0, 2_400),)
    assert come_back(heard, [], [passage], [RedactionSpan(90_000, 91_000)]) == (), "far away they are anybody's words"
    assert come_back([sentence("hij dronk te weinig")], [], [passage], [span]) == ()


def test_an_everyday_word_that_was_masked_counts_near_a_span_unless_it_is_kept_as_well() -> None:
    heard = [sentence("wij hebben geen internet meer")]
    span = RedactionSpan(1_000, 1_500)
    assert come_back(heard, ["internet"], [], [span]) == ((0, 2_000),)
    assert come_back(heard, ["internet"], [], [span], kept="Met internet is alles anders.") == ()
    assert come_back(heard, ["internet"], [], [RedactionSpan(90_000, 91_000)]) == ()


def test_a_model_that_knows_it_by_heart_is_not_believed_where_there_is_no_sound() -> None:
    heard = [sentence("ik ben Samira en ik ben tien")]
    inside, beside = RedactionSpan(700, 1_300), RedactionSpan(1_000, 1_600)
    assert come_back(heard, ["Samira"], [], [inside], by_heart=True) == ()
    assert come_back(heard, ["Samira"], [], [beside], by_heart=True) == ((0, 2_800),)
    assert come_back(heard, ["Samira"], [], [inside]) == ((0, 2_800),), "of any other model every word counts"
