"""Who speaks when: a later, separate, optional step that proposes names "Spreker 1", "Spreker 2" for a transcript.

    voices = load_voices()                                     # NotReady without the extra `speakers`
    heard = propose(flac, transcript, voices, count=2)
    change = as_change(transcript, heard)                      # an edit like any other: shown, kept, undone

Windows of 1.6 s are taken from where words are, each becomes a vector, vectors that are alike become one voice, every
word gets the voice of the window nearest to it, and a sentence the voice of most of its words. No text changes and no
word is lost: a sentence is at most cut in two where the turn is. A vector is a print of somebody's voice: it lives in
memory while this runs, and is never stored, returned or logged.

Measured: docs/measurements.md.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np
import numpy.typing as npt

from stories.audio import WHISPER_RATE, Samples, read_span
from stories.errors import NotReady
from stories.model import INVENTED, Transcript, Word, require
from stories.words import say
from transcription.align import worded
from transcription.clustering import groups
from transcription.editing import Change, apply, is_typed, replaced, split
from transcription.records import Watch, unwatched

WINDOW_MS = 1600
"""What Resemblyzer was trained on."""
HOP_MS = 800
PAUSE_MS = 250
"""A silence this long ends a span: nobody's window reaches across it."""
LONGEST_SPAN_MS = 30_000
"""So much sound is in memory at a time."""
SHORTEST_MS = 400
"""Less sound than this says nothing about a voice."""

MOST_VOICES = 6
PURE = 0.8
"""A sentence is cut when on both sides of the turn so much of the time is one voice's."""
LEAST_PART_MS = 800
LEAST_PART_WORDS = 2

Labels = tuple[int, ...]


class Voices(Protocol):
    """What makes a vector of a voice."""

    def embed(self, samples: Samples) -> npt.NDArray[np.float32]:
        """A vector of mono 16 kHz sound of one person; vectors of one voice point the same way."""


@dataclass(frozen=True, slots=True)
class Turn:
    """From word `word` of segment `index` on, voice number `voice` speaks (0 is whoever spoke first)."""

    index: int
    word: int
    voice: int

    def __post_init__(self) -> None:
        require(min(self.index, self.word, self.voice) >= 0, "a turn counts from zero")


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who says what, as far as can be heard: for every spoken segment one turn, or two where it is cut."""

    turns: tuple[Turn, ...]
    voices: int  # how many were heard; at most how many were asked for


def load_voices(threads: int = 2) -> Voices:
    """Resemblyzer, on the processor. Raises NotReady speakers.not_installed with what to do."""
    try:
        import torch
        from resemblyzer import VoiceEncoder
    except ImportError as error:
        raise NotReady("speakers.not_installed") from error
    torch.set_num_threads(threads)
    return _Resemblyzer(VoiceEncoder("cpu", verbose=False))


def require_installed() -> None:
    """Raise NotReady speakers.not_installed unless the part for voices is here; nothing is loaded."""
    if find_spec("resemblyzer") is None or find_spec("torch") is None:
        raise NotReady("speakers.not_installed")


class _Resemblyzer:
    LOUD = 10 ** (-30 / 20)  # what its makers bring quiet sound up to, as a root mean square

    def __init__(self, encoder: object) -> None:
        self._encoder = encoder

    def embed(self, samples: Samples) -> npt.NDArray[np.float32]:
        loud = float(np.sqrt(np.mean(samples**2))) if len(samples) else 0.0
        if 0 < loud < self.LOUD:
            samples = samples * np.float32(self.LOUD / loud)
        vector: npt.NDArray[np.float32] = self._encoder.embed_utterance(samples)  # type: ignore[attr-defined]
        return vector


def propose(
    audio: Path | BinaryIO, transcript: Transcript, voices: Voices, count: int = 2, watch: Watch = unwatched
) -> Proposal:
    """Hear who speaks. `count` is how many people there are, as a person who was there knows.

    Memory does not grow with the recording but for a kilobyte per window. `watch` is told how many ms of speech are
    done, of how many. Raises InputRefused as `read_span`, and what `watch` raises to stop it.
    """
    require(1 <= count <= MOST_VOICES, "one to six people can be told apart")
    places: list[int] = []  # middle of each window, in ms
    vectors: list[npt.NDArray[np.float32]] = []
    heard = spans(transcript)
    done, total = 0, sum(end_ms - start_ms for start_ms, end_ms in heard)
    for start_ms, end_ms in heard:
        sound = read_span(audio, start_ms, end_ms)
        for begin_ms in windows(end_ms - start_ms):
            piece = sound[_at(begin_ms) : _at(begin_ms + WINDOW_MS)]
            if len(piece) >= _at(SHORTEST_MS):
                vectors.append(voices.embed(piece))
                places.append(start_ms + begin_ms + len(piece) * 500 // WHISPER_RATE)
        done += end_ms - start_ms
        watch(done, total)
    if not vectors:
        return Proposal((), 0)
    order = np.argsort(places, kind="stable")  # sentences that overlap have windows that do
    labels = groups(np.stack(vectors)[order], count)
    return turns(transcript, [places[at] for at in order], labels)


def spans(transcript: Transcript) -> list[tuple[int, int]]:
    """Where words are said, in ms, in order: cut at silences and ends of sentences, none longer than LONGEST_SPAN_MS.

    Who speaks changes mostly between two sentences, so that a window in one of them holds one voice. What is perhaps
    nobody's (a flag of INVENTED) and what was typed says nothing about a voice.
    """
    found: list[list[int]] = []
    for segment in transcript.segments:
        if is_typed(segment) or not INVENTED.isdisjoint(segment.flags):
            continue
        said: list[list[int]] = []
        for word in segment.words:
            if said and word.start_ms - said[-1][1] < PAUSE_MS:
                said[-1][1] = max(said[-1][1], word.end_ms)
            else:
                said.append([word.start_ms, word.end_ms])
        found += said
    return sorted(
        (begin, min(end_ms, begin + LONGEST_SPAN_MS))
        for start_ms, end_ms in found
        for begin in range(start_ms, end_ms, LONGEST_SPAN_MS)
        if min(end_ms, begin + LONGEST_SPAN_MS) - begin >= SHORTEST_MS
    )


def windows(length_ms: int) -> list[int]:
    """Where windows begin in a span: evenly, about HOP_MS apart, the last ending with the span."""
    room = length_ms - WINDOW_MS
    if room <= 0:
        return [0]
    steps = -(-room // HOP_MS)
    return [room * step // steps for step in range(steps + 1)]


def turns(transcript: Transcript, places: Sequence[int], labels: Sequence[int]) -> Proposal:
    """Words get the voice of the nearest window, sentences that of most of their time. Voices are numbered as they
    begin to speak. `places` are the middles of windows, rising; `labels` the group of each."""
    require(len(places) == len(labels) and len(places) > 0, "every window has a voice")
    found: list[tuple[int, int, int]] = []
    for index, segment in enumerate(transcript.segments):
        if is_typed(segment):
            continue
        words = worded(segment) or (Word(segment.start_ms, segment.end_ms, "", 0.0),)
        heard = tuple(labels[_nearest(places, (word.start_ms + word.end_ms) // 2)] for word in words)
        found += [(index, *part) for part in parts(words, heard)]
    order = list(dict.fromkeys(group for _, _, group in found))
    return Proposal(tuple(Turn(index, word, order.index(group)) for index, word, group in found), len(order))


def parts(words: Sequence[Word], heard: Labels) -> list[tuple[int, int]]:
    """(first word, voice) of a sentence: one part, or two when its words clearly fall in two."""
    weights = np.array([max(1, word.end_ms - word.start_ms) for word in words])
    whole, _ = _most(heard, weights)
    best: tuple[float, int, int, int] | None = None
    for cut in range(LEAST_PART_WORDS, len(words) - LEAST_PART_WORDS + 1):
        (left, left_share), (right, right_share) = (
            _most(heard[:cut], weights[:cut]), _most(heard[cut:], weights[cut:]),
        )  # fmt: skip
        long_enough = min(weights[:cut].sum(), weights[cut:].sum()) >= LEAST_PART_MS
        if left != right and long_enough and min(left_share, right_share) >= PURE:
            fits = float(left_share * weights[:cut].sum() + right_share * weights[cut:].sum())
            if best is None or fits > best[0]:
                best = (fits, cut, left, right)
    return [(0, whole)] if best is None else [(0, best[2]), (best[1], best[3])]


def as_change(transcript: Transcript, proposal: Proposal) -> Change:
    """The proposal as an edit. Whom a person named stays named; every word stays, with its time."""
    mine = {index for index, segment in enumerate(transcript.segments) if _is_ours(segment.speaker)}
    first = {turn.index: turn.voice for turn in proposal.turns if turn.word == 0}
    done = replace(
        transcript,
        segments=tuple(
            replace(segment, speaker=label(first[index])) if index in mine & first.keys() else segment
            for index, segment in enumerate(transcript.segments)
        ),
    )
    for cut in sorted(proposal.turns, key=lambda turn: -turn.index):  # from the end: a cut moves what is behind it
        if cut.word > 0 and cut.index in mine:
            second = worded(done.segments[cut.index])[cut.word :]
            change = split(done, cut.index, cut.word)
            after = (replace(one, speaker=label(cut.voice)) if one.words == second else one for one in change.after)
            done = apply(done, replace(change, after=tuple(after)))
    return replaced(transcript, done.segments)


def label(voice: int) -> str:
    """What a voice is called until somebody names it."""
    return say("speakers.label", number=voice + 1)


def _is_ours(speaker: str | None) -> bool:
    """Was this speaker named by nobody, or by an earlier proposal?"""
    return speaker is None or speaker in {label(voice) for voice in range(MOST_VOICES)}


def _at(ms: int) -> int:
    return ms * WHISPER_RATE // 1000


def _nearest(places: Sequence[int], moment_ms: int) -> int:
    after = bisect(places, moment_ms)
    if after == 0:
        return 0
    if after == len(places):
        return after - 1
    return after if places[after] - moment_ms < moment_ms - places[after - 1] else after - 1


def _most(heard: Sequence[int], weights: npt.NDArray[np.int64]) -> tuple[int, float]:
    """The voice that most of the time is, and its share. Of two that are equal, the one that is heard first."""
    time: dict[int, int] = {}
    for voice, weight in zip(heard, weights.tolist(), strict=True):
        time[voice] = time.get(voice, 0) + weight
    voice = max(time, key=lambda one: time[one])
    return voice, time[voice] / sum(time.values())
