"""Speak one Dutch sentence with espeak-ng and know when every word starts and ends.

The command line tool gives sound only; the library also reports a word event with its time, which is the truth
that word times are measured against. Needs the system package espeak-ng (GPL-3); its output is ours.
"""

import ctypes
from dataclasses import dataclass
from math import gcd

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

Samples = NDArray[np.float32]

SYNCHRONOUS = 2  # espeak_AUDIO_OUTPUT: hand the sound to a callback, before espeak_Synth returns
UTF8 = 1
PARAMETER_RATE, PARAMETER_PITCH = 1, 3
EVENT_END, EVENT_WORD = 0, 1
SILENCE = 0.004  # absolute sample value (1.0 is full scale) below which a synthetic voice is silent
MARGIN_MS = 50  # silence kept before the first and after the last word
SHORTEST_PAUSE_MS = 60  # a longer silence inside a sentence is a pause and belongs to no word


@dataclass(frozen=True)
class Voice:
    """An espeak-ng voice: variant name, pitch (0-99) and speed (words per minute)."""

    name: str
    pitch: int
    words_per_minute: int


@dataclass(frozen=True)
class Word:
    """One word as written, with its times from the start of the sound it belongs to."""

    text: str
    start_ms: int
    end_ms: int

    def __post_init__(self) -> None:
        if not 0 <= self.start_ms < self.end_ms:
            raise ValueError(f"word times out of order: {self.start_ms}-{self.end_ms} ms")

    def shifted(self, by_ms: int) -> "Word":
        return Word(self.text, self.start_ms + by_ms, self.end_ms + by_ms)


@dataclass(frozen=True)
class Speech:
    """One spoken sentence: mono samples between -1 and 1, their rate in Hz, and the words in it."""

    text: str
    samples: Samples
    rate_hz: int
    words: tuple[Word, ...]

    @property
    def duration_ms(self) -> int:
        return round(1000 * len(self.samples) / self.rate_hz)


class _EventId(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    """espeak_EVENT of speak_lib.h."""

    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    ]


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


def resampled(samples: Samples, from_hz: int, to_hz: int) -> Samples:
    """The same sound at another rate, with a low-pass filter against mirror tones."""
    if from_hz == to_hz:
        return samples
    divisor = gcd(from_hz, to_hz)
    return resample_poly(samples, to_hz // divisor, from_hz // divisor).astype(np.float32)


class Speaker:
    """The espeak-ng library, loaded once per process (it keeps its state globally)."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL("libespeak-ng.so.1")
        self.rate_hz: int = self._library.espeak_Initialize(SYNCHRONOUS, 0, None, 0)
        if self.rate_hz <= 0:
            raise OSError("espeak-ng could not be started")
        self._pieces: list[Samples] = []
        self._word_events: list[tuple[int, int]] = []  # (position in the text, counted from 1; time in ms)
        self._callback = _Callback(self._receive)
        self._library.espeak_SetSynthCallback(self._callback)

    def _receive(self, sound, count: int, events) -> int:  # type: ignore[no-untyped-def]
        if sound and count > 0:
            self._pieces.append(np.ctypeslib.as_array(sound, (count,)).astype(np.float32) / 32768)
        index = 0
        while events[index].type != EVENT_END:
            if events[index].type == EVENT_WORD:
                self._word_events.append((events[index].text_position, events[index].audio_position))
            index += 1
        return 0

    def say(self, text: str, voice: Voice) -> Speech:
        """Speak `text`, trimmed to MARGIN_MS of silence at both ends, at the library's own rate."""
        self._pieces.clear()
        self._word_events.clear()
        if self._library.espeak_SetVoiceByName(voice.name.encode()) != 0:
            raise ValueError(f"espeak-ng has no voice {voice.name}")
        self._library.espeak_SetParameter(PARAMETER_RATE, voice.words_per_minute, 0)
        self._library.espeak_SetParameter(PARAMETER_PITCH, voice.pitch, 0)
        encoded = text.encode()
        if self._library.espeak_Synth(encoded, len(encoded) + 1, 0, 0, 0, UTF8, None, None) != 0:
            raise OSError("espeak-ng could not speak the sentence")
        self._library.espeak_Synchronize()
        samples = np.concatenate(self._pieces)
        audible = np.flatnonzero(np.abs(samples) > SILENCE)
        margin = MARGIN_MS * self.rate_hz // 1000
        first = max(0, int(audible[0]) - margin)
        samples = samples[first : int(audible[-1]) + 1 + margin]
        starts = [start - round(1000 * first / self.rate_hz) for start in self._word_starts(text)]
        return Speech(text, samples, self.rate_hz, _words(text, starts, samples, self.rate_hz))

    def _word_starts(self, text: str) -> list[int]:
        """Start in ms of every written word; a word without an event of its own starts halfway its neighbours."""
        found: list[int | None] = []
        position = 0
        for word in text.split():
            position = text.index(word, position)
            inside = [at for place, at in self._word_events if position < place <= position + len(word)]
            found.append(inside[0] if inside else None)
            position += len(word)
        starts: list[int] = []
        for index, start in enumerate(found):
            if start is None:
                before = starts[-1] if starts else 0
                after = next((later for later in found[index + 1 :] if later is not None), before + 200)
                start = (before + after) // 2
            starts.append(start)
        return starts


def _words(text: str, starts: list[int], samples: Samples, rate_hz: int) -> tuple[Word, ...]:
    """Words that end where the next one starts, without the pauses before and after them."""
    total_ms = round(1000 * len(samples) / rate_hz) - MARGIN_MS
    loud = np.abs(samples) > SILENCE
    words = []
    for index, written in enumerate(text.split()):
        start = max(0, starts[index])
        end = starts[index + 1] if index + 1 < len(starts) else total_ms
        heard = np.flatnonzero(loud[start * rate_hz // 1000 : end * rate_hz // 1000])
        if len(heard):
            first_ms = start + round(1000 * int(heard[0]) / rate_hz)
            last_ms = start + round(1000 * int(heard[-1]) / rate_hz)
            if index == 0 or first_ms - start > SHORTEST_PAUSE_MS:
                start = first_ms
            if end - last_ms > SHORTEST_PAUSE_MS:
                end = last_ms
        words.append(Word(written, start, end))
    return tuple(words)
