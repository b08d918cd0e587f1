"""Endless training examples: 30-second windows composed of the example sentences, with what should be read in them.

A window is composed in the power spectrum: the spectra of clips (and noise) are added up, which gives the same numbers
as faster-whisper's feature extractor on the summed sound, at a fraction of the cost.
"""

import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from espeak import Samples, Speaker, Voice, resampled
from faster_whisper.audio import decode_audio
from faster_whisper.feature_extractor import FeatureExtractor
from numpy.typing import NDArray
from synthesise import VOICES, Turn, read_truth
from tokenizer import (
    DUTCH,
    END_OF_TEXT,
    FIRST_TIMESTAMP,
    NO_SPEECH,
    NO_TIMESTAMPS,
    PREVIOUS_TEXT,
    START,
    TRANSCRIBE,
    tokens_of,
)
from tokenizers import Tokenizer

RATE_HZ = 16_000
HOP = 160  # samples per spectrum frame: 10 ms
FFT = 400  # samples per frame window: 25 ms
WINDOW_FRAMES = 3_000  # 30 s
PADDING_FRAMES = 2  # a clip's spectrum starts this many frames before its sound
POSITION_S = 0.02  # one encoder position is two frames
POSITIONS = 1_500
IGNORED = -100  # label without a loss (torch convention)
MARGIN_S = 0.05  # around a sentence that is cut from a recording

SPEEDS = (0.95, 1.0, 1.05)  # of the voice, for the synthetic clips
# A clip cut from a recording counts as so many clips. The human voice has no other speeds and is harder to learn.
HUMAN_WEIGHT = 10
RECORDED_WEIGHT = 2

Spectrum = NDArray[np.float32]
Interval = tuple[int, int]  # encoder positions where a token is heard: start, end (exclusive)

_extractor = FeatureExtractor()
_window_function = np.hanning(FFT + 1)[:-1].astype(np.float32)


@dataclass(frozen=True)
class Clip:
    """One sentence as it may sound: its spectrum, and its words as (text, start, end) in s from the sound's start."""

    sentence: int  # number over all recordings; the next number is the next sentence told
    text: str
    duration_s: float
    words: tuple[tuple[str, float, float], ...]
    offset_s: float  # silence put before the sound, so that it does not always start on a frame
    spectrum: Spectrum


@dataclass(frozen=True)
class Heard:
    """A sentence placed in a window; times in s from the window's start."""

    text: str
    start_s: float
    end_s: float
    words: tuple[tuple[str, float, float], ...]


@dataclass(frozen=True)
class Target:
    """What the decoder reads, what it must say, and where each said token is heard (None: nowhere in particular)."""

    inputs: list[int]
    labels: list[int]
    heard: list[Interval | None]


def power_spectrum(samples: Samples) -> Spectrum:
    """Mel power spectrum (80 bands x frames of 10 ms), starting PADDING_FRAMES before the sound."""
    padding = PADDING_FRAMES * HOP + FFT // 2
    padded = np.pad(samples, (padding, padding)).astype(np.float32)
    count = (len(padded) - FFT) // HOP + 1
    frames = np.lib.stride_tricks.sliding_window_view(padded, FFT)[::HOP][:count] * _window_function
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    return (_extractor.mel_filters @ power.T).astype(np.float32)


def features(power: Spectrum) -> Spectrum:
    """Whisper's input: clipped logarithm of the power, padded with zeros to 30 s."""
    logarithm = np.log10(np.maximum(power, 1e-10))
    logarithm = (np.maximum(logarithm, logarithm.max() - 8) + 4) / 4
    return np.pad(logarithm, ((0, 0), (0, WINDOW_FRAMES - logarithm.shape[1]))).astype(np.float32)


def clips_of(recordings: Path) -> list[Clip]:
    """All clips: cut from the encoded recordings, and for synthetic voices also spoken anew at three speeds."""
    speaker = Speaker()
    clips: list[Clip] = []
    sentence = 0
    for truth in sorted(recordings.glob("*.json")):
        sound = next(path for path in sorted(recordings.glob(f"{truth.stem}.*")) if path != truth)
        whole = decode_audio(str(sound), sampling_rate=RATE_HZ)
        for turn in read_truth(truth):
            voice = VOICES.get(truth.stem, {}).get(turn.speaker)
            cut = _cut(whole, turn)
            clips += [*_clips(sentence, turn.text, *cut)] * (RECORDED_WEIGHT if voice else HUMAN_WEIGHT)
            for speed in SPEEDS if voice else ():
                clips += _spoken(sentence, turn.text, voice, speed, speaker)
            sentence += 1
        sentence += 1  # the last sentence of a recording has no next one
    return clips


def _cut(whole: Samples, turn: Turn) -> tuple[Samples, list[tuple[str, float, float]]]:
    start_s = max(0.0, turn.start_ms / 1000 - MARGIN_S)
    samples = whole[int(start_s * RATE_HZ) : int((turn.end_ms / 1000 + MARGIN_S) * RATE_HZ)]
    words = [(word.text, word.start_ms / 1000 - start_s, word.end_ms / 1000 - start_s) for word in turn.words]
    return samples, words


def _spoken(sentence: int, text: str, voice: Voice, speed: float, speaker: Speaker) -> list[Clip]:
    faster = Voice(voice.name, voice.pitch, round(voice.words_per_minute * speed))
    speech = speaker.say(text, faster)
    words = [(word.text, word.start_ms / 1000, word.end_ms / 1000) for word in speech.words]
    return _clips(sentence, text, resampled(speech.samples, speech.rate_hz, RATE_HZ), words)


def _clips(sentence: int, text: str, samples: Samples, words: list[tuple[str, float, float]]) -> list[Clip]:
    """Two clips: on a frame, and half a frame later."""
    level = 0.6 / float(np.abs(samples).max())
    return [
        Clip(
            sentence,
            text,
            len(samples) / RATE_HZ,
            tuple(words),
            offset / RATE_HZ,
            power_spectrum(np.pad(samples * level, (offset, 0))),
        )
        for offset in (0, HOP // 2)
    ]


class Composer:
    """Composes random windows of clips."""

    def __init__(self, clips: list[Clip], seed: int) -> None:
        self._clips = clips
        self._by_sentence: dict[int, list[Clip]] = {}
        for clip in clips:
            self._by_sentence.setdefault(clip.sentence, []).append(clip)
        self._random = random.Random(seed)  # noqa: S311 (no secret depends on it)
        noise = np.random.default_rng(seed).normal(0, 1, 32 * RATE_HZ).astype(np.float32)
        self._noise = power_spectrum(noise)

    def window(self, longest_s: float = 30.0) -> tuple[Spectrum, list[Heard]]:
        """Features of a window and the sentences in it; none in one window of twenty."""
        draw = self._random
        full = longest_s >= 30 and draw.random() < 0.5  # speech goes on past the window's end
        limit_s = 30.0 if full else min(longest_s, draw.choice([5, 8, 10, 15, 20, 28, 28, 28]))
        power = self._noise_level(10 ** draw.uniform(-5, -2.6))
        if draw.random() < 0.05:
            return self._cropped(power, draw.randint(100, int(longest_s * 100))), []
        heard: list[Heard] = []
        at_s = draw.choice([0.0, draw.uniform(0, 0.4), draw.uniform(0, 1.8)])
        if draw.random() < 0.4:
            at_s = self._tail_of_earlier_speech(power) + draw.choice([draw.uniform(0.1, 0.5), draw.uniform(0.3, 1.3)])
        clip = None
        in_order = draw.random() < 0.5  # as told, or any sentence after any other: listening pays, guessing does not
        while at_s < limit_s and len(heard) < 12:
            clip = self._next(clip if in_order else None)
            if heard and not full and at_s + clip.duration_s > limit_s:
                break
            placed = self._place(clip, at_s, power)
            heard.append(placed)
            pauses = [draw.uniform(0.05, 0.3), draw.uniform(0.2, 0.9), draw.uniform(0.4, 1.4), draw.uniform(0.5, 2.5)]
            at_s = placed.end_s + draw.choice(pauses)
            if not full and draw.random() < 0.06:
                break
        if full:
            return self._cropped(power, WINDOW_FRAMES), heard
        tail_s = draw.choice([0.02, 0.1, 0.2, 0.4, draw.uniform(0.05, 2.0)])
        return self._cropped(power, int(100 * (heard[-1].end_s + tail_s))), heard

    def _next(self, previous: Clip | None) -> Clip:
        """The sentence that follows in the story, or any."""
        if previous and previous.sentence + 1 in self._by_sentence:
            return self._random.choice(self._by_sentence[previous.sentence + 1])
        return self._random.choice(self._clips)

    def _noise_level(self, level: float) -> Spectrum:
        shift = self._random.randint(0, 50)
        return self._noise[:, shift : shift + WINDOW_FRAMES + 100] * level**2

    def _tail_of_earlier_speech(self, power: Spectrum) -> float:
        """The last bit of a sentence at the window's start, not to be written: the window before this one had it.

        Returns where it ends, in s.
        """
        frames = self._random.randint(3, 30)
        clip = self._random.choice(self._clips)
        power[:, :frames] += clip.spectrum[:, -frames:] * self._loudness()
        return frames / 100

    def _loudness(self) -> float:
        """A factor for power."""
        return self._random.uniform(0.35, 1.5) ** 2

    def _place(self, clip: Clip, at_s: float, power: Spectrum) -> Heard:
        frame = round(at_s * 100)
        skipped = max(0, PADDING_FRAMES - frame)
        first = max(0, frame - PADDING_FRAMES)
        last = min(power.shape[1], first + clip.spectrum.shape[1] - skipped)
        power[:, first:last] += clip.spectrum[:, skipped : skipped + last - first] * self._loudness()
        start_s = frame / 100 + clip.offset_s
        words = tuple((text, start + start_s, end + start_s) for text, start, end in clip.words)
        return Heard(clip.text, start_s, start_s + clip.duration_s, words)

    def _cropped(self, power: Spectrum, frames: int) -> Spectrum:
        """The window's features; a third of them with noise, not zeros, up to 30 s."""
        if self._random.random() < 0.3:
            frames = WINDOW_FRAMES
        return features(power[:, : min(frames, WINDOW_FRAMES)])

    def target(self, heard: list[Heard], tokenizer: Tokenizer) -> Target:
        """The tokens of a window, with or without timestamps, sometimes after a text said before."""
        with_times = self._random.random() < 0.8
        before: list[int] = []
        if heard and self._random.random() < 0.1:
            before = [PREVIOUS_TEXT, *tokens_of(tokenizer, " " + self._random.choice(self._clips).text)]
        prompt = [*before, START, DUTCH, TRANSCRIBE, *([] if with_times else [NO_TIMESTAMPS])]
        said = _said(heard, tokenizer, with_times)
        tokens = prompt + [token for token, _ in said]
        labels = [IGNORED] * (len(tokens) - 1)
        intervals: list[Interval | None] = [None] * (len(tokens) - 1)
        labels[len(before)] = DUTCH if heard else NO_SPEECH
        for index, (token, interval) in enumerate(said, start=len(prompt) - 1):
            labels[index], intervals[index] = token, interval
        return Target(tokens[:-1], labels, intervals)


def _position(seconds: float) -> int:
    return min(POSITIONS, max(0, round(seconds / POSITION_S)))


def _said(heard: list[Heard], tokenizer: Tokenizer, with_times: bool) -> list[tuple[int, Interval | None]]:
    """Tokens with where they are heard; a sentence that runs out of the window has only its start."""
    said: list[tuple[int, Interval | None]] = []
    last_end_s = 0.0
    for sentence in heard:
        start, end = _position(sentence.start_s), _position(sentence.end_s)
        if sentence.end_s > 30.0:
            if with_times and sentence.start_s < 29.9:
                said.append((FIRST_TIMESTAMP + start, None))
            last_end_s = max(last_end_s, 29.98 if sentence.start_s < 30 else 0.0)
            break
        if with_times:
            said.append((FIRST_TIMESTAMP + start, (start, start + 5)))
        for text, start_s, end_s in sentence.words:
            tokens = tokens_of(tokenizer, " " + text)
            share_s = (end_s - start_s) / len(tokens)
            for index, token in enumerate(tokens):
                first = _position(start_s + index * share_s)
                said.append((token, (first, max(first + 1, _position(start_s + (index + 1) * share_s)))))
        if with_times:
            said.append((FIRST_TIMESTAMP + end, (max(0, end - 5), end)))
        last_end_s = sentence.end_s
    last = _position(last_end_s)
    said.append((END_OF_TEXT, (max(0, last - 4), last + 4) if heard else None))
    return said
