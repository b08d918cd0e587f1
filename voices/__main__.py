"""`make voices`: make the clips that are missing, and take away those that no text needs any more.

Needs espeak-ng on this machine (a separate program, GPL-3; what it speaks is ours). It is not needed to run the app.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import av
import numpy as np

from stories.words import languages
from voices.texts import clip_name, texts

FOLDER = Path(__file__).resolve().parents[1] / "door" / "stem"
WORDS_PER_MINUTE = 140
SPEAKERS = {"nl": "nl", "en": "en-gb"}
"""espeak-ng's name for the voice of a language, where it is not the code of the language."""

RATE_HZ = 16_000
BITS_PER_SECOND = 12_000
"""On average."""

SILENCE = 200
"""Below this (of 32768) a sample is silence."""

TAIL_S = 0.1
"""What is kept after the last sound."""


def main() -> int:
    """Returns 0, or 1 without espeak-ng."""
    program = shutil.which("espeak-ng")
    if program is None:
        print("espeak-ng is er niet. Installeer het pakket espeak-ng en probeer het opnieuw.", file=sys.stderr)
        return 1
    for language in languages():
        made, removed, total = bring_up_to_date(language, program)
        print(f"{language}: {made} gemaakt, {removed} weggehaald, {total // 1024} kB")
    return 0


def bring_up_to_date(language: str, program: str) -> tuple[int, int, int]:
    """Clips made, clips removed, and the bytes of all clips of this language."""
    folder = FOLDER / language
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {text: (clip_name(text, voice), voice) for text, voice in texts(language).items()}
    made = 0
    for text, (name, voice) in wanted.items():
        if not (folder / name).exists():
            (folder / name).write_bytes(mp3(spoken(text, voice, program)))
            made += 1
    index = {text: name for text, (name, _) in sorted(wanted.items())}
    (folder / "index.json").write_text(json.dumps(index, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    stale = [path for path in folder.glob("*.mp3") if path.name not in index.values()]
    for path in stale:
        path.unlink()
    return made, len(stale), sum(path.stat().st_size for path in folder.glob("*.mp3"))


def spoken(text: str, language: str, program: str) -> bytes:
    """The text as WAV."""
    speaker = SPEAKERS.get(language, language)
    command = [program, "-v", speaker, "-s", str(WORDS_PER_MINUTE), "--stdin", "--stdout"]
    return subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout  # noqa: S603


def mp3(wav: bytes) -> bytes:
    """Mono MP3, as small as speech allows, without the silence that espeak-ng leaves behind every text."""
    with av.open(io.BytesIO(wav), format="wav") as source:
        rate = source.streams.audio[0].rate
        samples = np.concatenate([frame.to_ndarray()[0] for frame in source.decode(audio=0)])
    loud = np.flatnonzero(np.abs(samples) > SILENCE)
    end = int(loud[-1]) + int(TAIL_S * rate) if loud.size else samples.size
    speech = av.AudioFrame.from_ndarray(samples[None, :end], format="s16", layout="mono")
    speech.rate = rate
    out = io.BytesIO()
    with av.open(out, "w", format="mp3", options={"id3v2_version": "0", "write_xing": "0"}) as target:
        stream = target.add_stream("libmp3lame", rate=RATE_HZ, layout="mono", options={"abr": "1"})
        stream.bit_rate = BITS_PER_SECOND
        resampler = av.AudioResampler("s16p", "mono", RATE_HZ)
        for frame in (speech, None):
            for part in resampler.resample(frame):
                target.mux(stream.encode(part))
        target.mux(stream.encode(None))
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
