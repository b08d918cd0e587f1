"""Who speaks when: a proposal that loses no word, on made-up vectors and sounds; real voices where they are here."""

from __future__ import annotations

import json
import sys
import wave
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from stories.audio import samples
from stories.errors import NotReady
from stories.model import Flag, Segment, Transcript, Word
from transcription import apply, named, speakers
from transcription.clustering import MOST, groups
from transcription.speakers import HOP_MS, LONGEST_SPAN_MS, WINDOW_MS, Proposal, Turn

RATE = 16_000
RECORDINGS = Path(__file__).resolve().parents[2] / "examples" / "recordings"


# groups


@given(
    st.lists(st.integers(0, 2), min_size=12, max_size=80), st.integers(0, 2**32 - 1), st.integers(4, 64)
)  # fmt: skip
def test_vectors_of_voices_that_differ_come_apart(truth: list[int], seed: int, width: int) -> None:
    chance = np.random.default_rng(seed)
    middles = np.eye(max(width, 3))[:3] * 10
    vectors = (middles[truth] + chance.normal(0, 0.3, (len(truth), middles.shape[1]))).astype(np.float32)
    many = [one for one in set(truth) if truth.count(one) > 1]
    found = groups(vectors, max(1, len(many)))
    for a, one in zip(truth, found, strict=True):
        for b, other in zip(truth, found, strict=True):
            if a in many and b in many and len(many) > 1:
                assert (a == b) == (one == other)


@settings(deadline=None)
@given(
    arrays.arrays(
        np.float32, st.tuples(st.integers(0, 40), st.integers(1, 8)), elements=st.floats(-1, 1, width=32)
    ),
    st.integers(1, 5),
)  # fmt: skip
def test_whatever_the_vectors_there_are_at_most_so_many_groups_numbered_as_they_appear(
    vectors: npt.NDArray[np.float32], count: int
) -> None:
    found = groups(vectors, count)
    assert len(found) == len(vectors) and list(dict.fromkeys(found)) == list(range(len(set(found))))
    assert len(set(found)) <= count


def test_a_cough_is_not_a_second_speaker() -> None:
    chance = np.random.default_rng(1)
    truth = [0] * 60 + [1] * 40
    vectors = np.eye(16)[truth] + chance.normal(0, 0.05, (100, 16))
    vectors[50] = -np.eye(16)[9]  # far from everybody
    found = groups(vectors.astype(np.float32), 2)
    assert len({found[at] for at in range(50)}) == 1 and found[0] != found[70]


def test_the_tree_is_that_of_the_textbook() -> None:
    """Against average linkage done the slow way."""
    chance = np.random.default_rng(2)
    vectors = chance.normal(size=(40, 5)).astype(np.float32)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    from transcription.clustering import _joins

    clusters = [[at] for at in range(40)]
    heights = []
    while len(clusters) > 1:
        pairs = [
            (float(np.mean([1 - unit[x] @ unit[y] for x in a for y in b])), i, j)
            for i, a in enumerate(clusters)
            for j, b in enumerate(clusters)
            if i < j
        ]
        height, i, j = min(pairs)
        heights.append(height)
        clusters[i] += clusters.pop(j)
    assert np.allclose([join[0] for join in _joins(unit)], heights, atol=1e-4)


def test_four_hours_of_windows_are_grouped_in_seconds() -> None:
    chance = np.random.default_rng(3)
    truth = np.arange(18_000) // 7 % 2
    assert len(truth) > MOST
    vectors = (np.eye(256)[truth] + chance.normal(0, 0.05, (18_000, 256))).astype(np.float32)
    assert groups(vectors, 2) == truth.tolist()


# words and sentences


def a_word(start_ms: int, end_ms: int, text: str = "woord") -> Word:
    return Word(start_ms, end_ms, text, 0.9)


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    """Segments of words with pauses, typed lines, doubtful text and lines that somebody named."""
    segments, now = [], 0
    for _ in range(draw(st.integers(1, 8))):
        if draw(st.booleans()) and draw(st.booleans()):
            segments.append(Segment(now, now, "Dit typte ik erbij.", 1.0))
            continue
        words = []
        for number in range(draw(st.integers(0, 12))):
            now += draw(st.integers(0, 900))
            length = draw(st.integers(0, 900))
            words.append(a_word(now, now + length, f"w{number}"))
            now += length
        start = words[0].start_ms if words else now
        segments.append(
            Segment(
                start, now, " ".join(word.text for word in words), 0.9,
                speaker=draw(st.sampled_from([None, "Spreker 2", "Mieke"])),
                flags=draw(st.sampled_from([(), (Flag.SILENCE,)])),
                words=tuple(words),
            )
        )  # fmt: skip
    return Transcript("nl", now + 1, "proef", tuple(segments))


def words_of(transcript: Transcript) -> list[Word]:
    return [word for segment in transcript.segments for word in segment.words]


@given(transcripts(), st.data())
def test_a_proposal_keeps_every_word_and_whom_a_person_named(transcript: Transcript, data: st.DataObject) -> None:
    places = sorted(data.draw(st.lists(st.integers(0, transcript.duration_ms), min_size=1, max_size=40)))
    labels = data.draw(st.lists(st.integers(0, 2), min_size=len(places), max_size=len(places)))
    proposal = speakers.turns(transcript, places, labels)
    after = apply(transcript, speakers.as_change(transcript, proposal))
    assert words_of(after) == words_of(transcript)
    assert [word for s in after.segments for word in s.text.split()] == [
        word for s in transcript.segments for word in s.text.split()
    ]
    for segment in transcript.segments:
        if segment.speaker == "Mieke" or (segment.start_ms == segment.end_ms and not segment.words and segment.text):
            assert segment in after.segments
    assert {s.speaker for s in after.segments} <= {None, "Mieke", "Spreker 1", "Spreker 2", "Spreker 3"}
    undone = speakers.as_change(transcript, proposal).undone()
    assert apply(after, undone) == transcript


@given(transcripts())
def test_spans_lie_where_words_are_and_are_never_long(transcript: Transcript) -> None:
    found = speakers.spans(transcript)
    assert found == sorted(found)
    for start_ms, end_ms in found:
        assert 0 < end_ms - start_ms <= LONGEST_SPAN_MS
    for start_ms, end_ms in found:
        assert any(s.start_ms <= start_ms and end_ms <= s.end_ms and not s.flags for s in transcript.segments)


@given(st.integers(0, 60_000))
def test_windows_cover_a_span_from_its_beginning_to_its_end(length_ms: int) -> None:
    begins = speakers.windows(length_ms)
    assert begins[0] == 0 and all(0 < b - a <= HOP_MS for a, b in pairwise(begins))
    assert begins[-1] + WINDOW_MS >= length_ms
    assert length_ms < WINDOW_MS or begins[-1] + WINDOW_MS == length_ms


def sentence(voices: str, step_ms: int = 400) -> tuple[tuple[Word, ...], tuple[int, ...]]:
    words = tuple(a_word(at * step_ms, (at + 1) * step_ms) for at in range(len(voices)))
    return words, tuple(int(voice) for voice in voices)


@pytest.mark.parametrize(
    ("voices", "parts"),
    [
        ("00000", [(0, 0)]),
        ("00011111", [(0, 0), (3, 1)]),
        ("1110000000", [(0, 1), (3, 0)]),
        ("00100000", [(0, 0)]),  # one word between: a slip of the ear
        ("0111111", [(0, 1)]),  # one word is too little to be a turn
        ("010101", [(0, 0)]),
        ("0001011111", [(0, 0), (3, 1)]),
    ],
)
def test_a_sentence_is_cut_only_where_it_clearly_falls_in_two(voices: str, parts: list[tuple[int, int]]) -> None:
    assert speakers.parts(*sentence(voices)) == parts


def test_a_turn_of_a_moment_is_no_turn() -> None:
    assert speakers.parts(*sentence("0000011", step_ms=150)) == [(0, 0)]


def test_the_first_who_speaks_is_number_one() -> None:
    words = (a_word(0, 500), a_word(600, 900))
    transcript = Transcript("nl", 9000, "p", (Segment(0, 900, "woord woord", 0.9, words=words),))
    assert speakers.turns(transcript, [400, 5000], [1, 0]) == Proposal((Turn(0, 0, 0),), 1)


# the whole way, with sounds that have a pitch instead of a voice


class Pitch:
    """Knows people by their pitch: where the spectrum is strongest."""

    def __init__(self) -> None:
        self.longest = 0

    def embed(self, samples: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        self.longest = max(self.longest, len(samples))
        spectrum = np.abs(np.fft.rfft(samples, RATE))[:1000]
        return (spectrum / (np.linalg.norm(spectrum) + 1e-9)).astype(np.float32)


def a_talk(folder: Path, who: str, step_ms: int = 2000) -> tuple[Path, Transcript]:
    """Everybody hums at a pitch of their own, in sentences of five words, with a pause between."""
    pieces, segments = [], []
    for number, voice in enumerate(who):
        time = np.arange(step_ms * 16) / RATE
        sound = 0.3 * np.sin(2 * np.pi * (130 if voice == "0" else 310) * time)
        sound[-500 * 16 :] = 0
        pieces.append(sound)
        start, each = number * step_ms, (step_ms - 500) // 5
        words = tuple(a_word(start + at * each, start + (at + 1) * each, f"w{at}") for at in range(5))
        segments.append(Segment(start, start + 5 * each, " ".join(w.text for w in words), 0.9, words=words))
    path = folder / "gesprek.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.concatenate(pieces) * 32767).astype("<i2").tobytes())
    return path, Transcript("nl", len(who) * step_ms, "proef", tuple(segments))


def test_two_voices_are_told_apart_sentence_by_sentence(tmp_path: Path) -> None:
    who = "0011010001101"
    audio, transcript = a_talk(tmp_path, who)
    proposal = speakers.propose(audio, transcript, Pitch(), 2)
    after = apply(transcript, speakers.as_change(transcript, proposal))
    assert [s.speaker for s in after.segments] == [f"Spreker {int(voice) + 1}" for voice in who]
    assert proposal.voices == 2 and after.text == transcript.text


def test_a_sentence_of_two_people_is_cut_at_the_turn(tmp_path: Path) -> None:
    audio, apart = a_talk(tmp_path, "00110", step_ms=4000)
    a, b = apart.segments[1:3]
    one = Segment(a.start_ms, b.end_ms, f"{a.text} {b.text}", 0.9, words=a.words + b.words)
    transcript = Transcript("nl", apart.duration_ms, "proef", (apart.segments[0], one, *apart.segments[3:]))
    after = apply(transcript, speakers.as_change(transcript, speakers.propose(audio, transcript, Pitch(), 2)))
    assert [s.speaker for s in after.segments] == ["Spreker 1", "Spreker 1", "Spreker 2", "Spreker 2", "Spreker 1"]
    assert [s.words for s in after.segments] == [s.words for s in apart.segments]


def test_a_name_that_a_person_gave_stays(tmp_path: Path) -> None:
    audio, transcript = a_talk(tmp_path, "0101")
    transcript = apply(transcript, speakers.as_change(transcript, speakers.propose(audio, transcript, Pitch(), 2)))
    transcript = apply(transcript, named(transcript, "Spreker 1", "Mieke"))
    again = apply(transcript, speakers.as_change(transcript, speakers.propose(audio, transcript, Pitch(), 2)))
    assert [s.speaker for s in again.segments] == ["Mieke", "Spreker 2", "Mieke", "Spreker 2"]


def test_sound_comes_in_by_spans_however_long_the_recording(tmp_path: Path) -> None:
    audio, transcript = a_talk(tmp_path, "01" * 40)
    voices = Pitch()
    speakers.propose(audio, transcript, voices, 2)
    assert 0 < voices.longest <= WINDOW_MS * 16


def test_a_transcript_without_words_proposes_nothing(tmp_path: Path) -> None:
    audio, _ = a_talk(tmp_path, "0")
    typed = Transcript("nl", 0, "proef", (Segment(0, 0, "Ik typte dit.", 1.0),))
    assert speakers.propose(audio, typed, Pitch(), 2) == Proposal((), 0)
    assert apply(typed, speakers.as_change(typed, Proposal((), 0))) == typed


def test_without_the_extra_it_is_said_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resemblyzer", None)  # what Python does when a package is not there
    with pytest.raises(NotReady) as error:
        speakers.load_voices()
    assert "resemblyzer" in error.value.message


# a real voice, where the extra is installed


def sentences_of(name: str) -> list[tuple[npt.NDArray[np.float32], list[tuple[int, int, str]]]]:
    """Every sentence of an example recording: its sound, and its words with times from its beginning."""
    sound = np.concatenate(list(samples(next(p for p in RECORDINGS.glob(f"{name}.*") if p.suffix != ".json"))))
    found = []
    for row in json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8")):
        words = [(word["start_ms"], word.get("end_ms", word["start_ms"] + 200), word["text"]) for word in row["words"]]
        start, end = words[0][0], words[-1][1]
        found.append((sound[start * 16 : end * 16], [(a - start, b - start, text) for a, b, text in words]))
    return found


def test_a_woman_and_a_made_up_voice_are_told_apart(write_wav: Callable[[npt.NDArray[np.float32]], Path]) -> None:
    """Resemblyzer itself, on the examples: `mensenstem` is a person, `bushokje` was synthesised."""
    pytest.importorskip("resemblyzer", reason="the extra `speakers` is not installed")
    pairs = zip(sentences_of("mensenstem"), sentences_of("bushokje"), strict=False)
    turns = [(who, one) for pair in pairs for who, one in enumerate(pair)]
    now, pieces, segments = 0, [], []
    for _, (sound, words) in turns:
        timed = tuple(a_word(now + a, now + max(a, b), text) for a, b, text in words)
        segments.append(Segment(timed[0].start_ms, timed[-1].end_ms, " ".join(w.text for w in timed), 0.9, words=timed))
        pieces += [sound, np.zeros(300 * 16, np.float32)]
        now += len(sound) // 16 + 300
    transcript = Transcript("nl", now, "proef", tuple(segments))
    audio = write_wav(np.concatenate(pieces))
    proposal = speakers.propose(audio, transcript, speakers.load_voices(), 2)
    after = apply(transcript, speakers.as_change(transcript, proposal))
    assert [s.speaker for s in after.segments] == [f"Spreker {who + 1}" for who, _ in turns]
