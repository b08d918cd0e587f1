"""Made-up transcripts for the tests of pure text work: spoken segments with and without words, flags, typed lines."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from stories.model import Flag, Segment, Transcript, Word

VOICES = ("Verteller", "Interviewer")
SAID = ("ik", "Ik,", "de", "school.", "niet", "eh", "toen", "geld", "moeder", "en", "w-", "Jaap", "één", "12")


calmly = settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])
"""For properties of whole transcripts: a machine with other work is no reason to fail."""


@st.composite
def segments(draw: st.DrawFn, start: int = 0, with_words: bool = True) -> Segment:
    """A spoken segment from `start`: words one after the other, sometimes without a pause or without any length."""
    texts = draw(st.lists(st.sampled_from(SAID), max_size=6))
    at, words = start, list[Word]()
    for text in texts:
        begin = at + draw(st.sampled_from((0, 0, 50, 300)))
        at = begin + draw(st.sampled_from((0, 120, 250, 400)))
        words.append(Word(begin, at, text, draw(st.sampled_from((0.2, 0.75, 1.0)))))
    end = at + draw(st.sampled_from((1, 200)))
    flags = draw(st.sets(st.sampled_from(tuple(Flag)), max_size=2))
    keeps_words = with_words and draw(st.integers(0, 9)) > 0
    return Segment(
        start,
        end,
        " ".join(texts),
        round(sum(word.confidence for word in words) / len(words), 4) if words else 0.5,
        draw(st.sampled_from((None, *VOICES))),
        tuple(flag for flag in Flag if flag in flags),
        tuple(words) if keeps_words else (),
    )


@st.composite
def transcripts(draw: st.DrawFn, min_size: int = 0, typed: bool = True) -> Transcript:
    """Spoken segments in order of time, with typed lines at borders and, seldom, inside a segment."""
    at, made = 0, list[Segment]()
    for _ in range(draw(st.integers(min_size, 6))):
        at += draw(st.sampled_from((0, 1, 700)))
        segment = draw(segments(at))
        made.append(segment)
        if typed and draw(st.integers(0, 3)) == 0:
            inside = draw(st.booleans())
            place = (segment.start_ms + segment.end_ms) // 2 if inside else segment.end_ms
            made.append(Segment(place, place, draw(st.sampled_from(("Dit typte ik.", "En dit."))), 1.0))
        at = segment.end_ms
    made.sort(key=lambda segment: (segment.start_ms, segment.end_ms))
    return Transcript("nl", at + 1_000, draw(st.sampled_from(("small", "large-v2"))), tuple(made))
