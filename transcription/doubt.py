"""Doubt made visible: rules that flag what Whisper is known to get wrong. Nothing is deleted here.

Thresholds: compression 2.4, log-probability -1.0 and no-speech 0.6 are Whisper's own (Radford et al. 2022, 4.5);
people seldom speak more than 7 words a second; -55 dBFS is a quiet room, not a voice. In 208 stretches of real and
synthesised speech the voice detector was at its surest never below 0.99 (also in whispers made of them), and the sound
rose at least 12 dB above its quietest tenth; tones that it took for a voice stayed at 0.56, speech in noise of 5 dB or
four voices at once at 11 dB.
"""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Sequence

import numpy as np

from stories.audio import WHISPER_RATE, Samples
from stories.model import Flag

MAX_COMPRESSION = 2.4
UNLIKELY = -1.0
"""Mean log-probability under which Whisper calls its own text a failure."""
NO_SPEECH = 0.6
TOO_FAST_WORDS_PER_S = 7.0
TOO_FAST_MIN_WORDS = 3  # one or two words have too short a time to measure by
UNSURE = 0.5
SILENCE_DBFS = -55.0
VOICE = 70  # percent: how sure the voice detector must have been for a moment
MIN_RISE_DB = 11.5
_FRAME = WHISPER_RATE // 50  # 20 ms
MIN_IN_SPEECH = 0.3  # share of a segment's words that must lie where somebody speaks
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

# What Whisper learnt from subtitles and says in silence. Whole segments or their telling parts, lower case.
_BOILERPLATE = re.compile(
    "|".join(
        (
            r"ondertitel(?:d|s|ing|ingen)?\b.*\b(?:door|amara|gemeenschap|community|tv ?gelderland|nos|npo|vrt)\b",
            r"\bamara\.org\b|\bamara org\b",
            r"^ondertiteling(?: .{0,30})?$",
            r"\bbedankt (?:voor|om) (?:het|te) (?:kijken|luisteren)\b",
            r"\bdank ?(?:je|u|jullie)? ?(?:wel)? voor het kijken\b",
            r"\btv gelderland\b",
            r"\b(?:abonneer|vergeet niet te abonneren|like en abonneer)\b",
            r"\btot de volgende (?:keer|video|aflevering)\b",
            r"^(?:muziek|applaus|gelach|stilte)$",
            r"\bwww [\w ]+ (?:nl|be|com|org)\b",
            r"\bcopyright\b.*\b\d{4}\b",
            r"\b(?:thanks for watching|subtitles by)\b",
        )
    )
)


def plain(text: str) -> str:
    """Lower-case words and nothing else, for comparing."""
    return " ".join(_WORD.findall(text.lower()))


def is_boilerplate(text: str) -> bool:
    """True for subtitle credits and sign-offs that nobody in the room said."""
    return bool(_BOILERPLATE.search(plain(text)) or re.search(r"amara\.org", text.lower()))


def compression(text: str) -> float:
    """How many times smaller the text becomes when zipped; repetition zips well."""
    data = text.encode("utf-8")
    return len(data) / len(zlib.compress(data)) if data else 0.0


def is_loop(text: str) -> bool:
    """True when a word comes at least five times in a row, or a phrase of two to eight words three times."""
    words = plain(text).split()
    for size in range(1, 9):
        needed = 5 if size == 1 else 3
        for start in range(len(words) - size * needed + 1):
            phrase = words[start : start + size]
            if all(words[start + size * n : start + size * (n + 1)] == phrase for n in range(1, needed)):
                return True
    return False


def loudness(samples: Samples) -> float:
    """RMS level in dBFS; minus infinity for digital silence or nothing."""
    power = float(np.mean(np.square(samples, dtype=np.float64))) if len(samples) else 0.0
    return 10 * math.log10(power) if power > 0 else -math.inf


def rise(samples: Samples) -> float:
    """How far (dB) the sound lies above its quietest tenth: small in noise and when many speak at once; speech alone
    has pauses. Infinity when that tenth is digital silence, or for less than 20 ms."""
    whole = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME)
    if not len(whole):
        return math.inf
    power = np.mean(np.square(whole, dtype=np.float64), axis=1)
    quiet = float(np.percentile(power, 10))
    return 10 * math.log10(float(power.mean()) / quiet) if quiet > 0 else math.inf


def is_too_fast(words: int, duration_ms: int) -> bool:
    return words >= TOO_FAST_MIN_WORDS and words * 1000 > TOO_FAST_WORDS_PER_S * duration_ms


def flags_of(
    text: str,
    *,
    words: int,
    duration_ms: int,
    confidence: float,
    log_probability: float,
    no_speech: float,
    window_compression: float,
    dbfs: float,
    in_speech: float,
    voice: int,
    rise_db: float,
) -> tuple[Flag, ...]:
    """All flags of one segment, in the order of `Flag`.

    `words` counts them; `log_probability` is the segment's mean, `no_speech` (0-1) and `window_compression` the
    engine's for the window it came from; `dbfs` is the loudness of its sound; `in_speech` (0-1) the share of its words
    that lies where a voice was detected. `voice` (percent) is the detector's surest moment in the speech it lies in,
    `rise_db` (see `rise`) that of the sound of this speech.
    """
    found = {
        Flag.SILENCE: dbfs < SILENCE_DBFS or in_speech < MIN_IN_SPEECH or voice < VOICE,
        Flag.LOOP: is_loop(text),
        Flag.BOILERPLATE: is_boilerplate(text),
        Flag.TOO_FAST: is_too_fast(words, duration_ms),
        Flag.LOW_CONFIDENCE: confidence < UNSURE or rise_db < MIN_RISE_DB,
        Flag.NO_SPEECH: log_probability < UNLIKELY and no_speech > NO_SPEECH,
        Flag.COMPRESSION: max(window_compression, compression(text)) > MAX_COMPRESSION,
    }
    return tuple(flag for flag in Flag if found.get(flag))


def repeats(texts: Sequence[str]) -> frozenset[int]:
    """Indices of segments that say the same at least three times in a row."""
    same, result = list[int](), set[int]()
    for index, text in enumerate(texts):
        if same and plain(text) == plain(texts[same[-1]]) and plain(text):
            same.append(index)
        else:
            same = [index]
        if len(same) >= 3:
            result.update(same)
    return frozenset(result)
