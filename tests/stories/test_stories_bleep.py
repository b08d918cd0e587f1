"""A bleeped recording: nothing of the teller inside, nothing changed outside, the same length, in flat memory."""

from __future__ import annotations

import io
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymise.sound import SHORTEST_MS
from stories import bleep
from stories.audio import CANONICAL_RATE, Samples, flac_writer, samples, write_flac
from stories.bleep import BLEEP_MS, FADE_MS, redact, settled

RECORDINGS = Path(__file__).resolve().parents[2] / "examples" / "recordings"
PER_MS = CANONICAL_RATE // 1000
SPANS = [(900, 1_500), (3_000, 3_100), (9_700, 10_600), (12_000, 12_400), (12_410, 13_500)]


@pytest.fixture(scope="module", params=["bushokje.flac", "hardop.mp3"])
def canonical(request: pytest.FixtureRequest) -> bytes:
    """Real speech, as recordings are kept."""
    flac = io.BytesIO()
    write_flac(RECORDINGS / request.param, flac, rate=CANONICAL_RATE)
    return flac.getvalue()


def decoded(flac: bytes) -> Samples:
    return np.concatenate(list(samples(io.BytesIO(flac), rate=CANONICAL_RATE)))


def bleeped(flac: bytes, spans: list[tuple[int, int]]) -> bytes:
    target = io.BytesIO()
    redact(io.BytesIO(flac), spans, target)
    return target.getvalue()


def test_inside_is_nothing_but_the_bleep_and_outside_the_fades_nothing_changed(canonical: bytes) -> None:
    before, after = decoded(canonical), decoded(bleeped(canonical, SPANS))
    assert len(before) == len(after)
    changed = np.zeros(len(before), bool)
    for start, end in settled(SPANS):
        inside = after[start * PER_MS : end * PER_MS].copy()
        at = (len(inside) - BLEEP_MS * PER_MS) // 2
        tone = np.rint(bleep._tone() * 32_768) / 32_768
        inside[at : at + len(tone)] -= tone
        assert not inside.any(), "exactly zero, and exactly the bleep"
        changed[max(0, start - FADE_MS) * PER_MS : (end + FADE_MS) * PER_MS] = True
    assert changed.any() and not changed.all()
    assert np.array_equal(before[~changed], after[~changed]), "bit for bit"


def test_nothing_of_the_source_can_be_got_out_of_a_span(canonical: bytes) -> None:
    """Whatever one adds to it or takes from it: what is there does not go together with what was said."""
    before, after = decoded(canonical), decoded(bleeped(canonical, SPANS))
    silent = decoded(bleeped(_quiet(len(before)), SPANS))
    for start, end in settled(SPANS):
        assert np.array_equal(after[start * PER_MS : end * PER_MS], silent[start * PER_MS : end * PER_MS])
        said = before[start * PER_MS : end * PER_MS]
        left = after[start * PER_MS : end * PER_MS]
        size = 2 * len(said)
        spectrum = np.fft.rfft(said, size) * np.conj(np.fft.rfft(left - silent[start * PER_MS : end * PER_MS], size))
        assert np.abs(np.fft.irfft(spectrum)).max() == 0.0
        assert np.abs(said).max() > 0.001, "there was something to take away"


def _quiet(length: int) -> bytes:
    target = io.BytesIO()
    with flac_writer(target, CANONICAL_RATE) as add:
        add(np.zeros(length, np.float32))
    return target.getvalue()


def test_sound_fades_out_and_in_without_a_click(canonical: bytes) -> None:
    before, after = decoded(canonical), decoded(bleeped(canonical, [(5_000, 6_000)]))
    for low, high in ((5_000 - FADE_MS, 5_000), (6_000, 6_000 + FADE_MS)):
        was, now = before[low * PER_MS : high * PER_MS], after[low * PER_MS : high * PER_MS]
        assert np.all(np.abs(now) <= np.abs(was) + 1 / 32_768)
    assert abs(after[5_000 * PER_MS - 1]) <= abs(before[5_000 * PER_MS - 1]) / 300 + 1 / 32_768


def test_twice_is_the_same_file_and_without_spans_the_same_sound(canonical: bytes) -> None:
    assert bleeped(canonical, SPANS) == bleeped(canonical, SPANS)
    assert np.array_equal(decoded(canonical), decoded(bleeped(canonical, [])))


def test_the_file_holds_no_tag_of_the_source() -> None:
    source = io.BytesIO()
    with av.open(source, mode="w", format="flac") as container:
        container.metadata["title"] = "Opname van Samira"
        stream = container.add_stream("flac", rate=CANONICAL_RATE, layout="mono")
        stream.codec_context.format = "s16"
        frame = av.AudioFrame.from_ndarray(np.ones((1, 96_000), np.int16), format="s16", layout="mono")
        frame.sample_rate = CANONICAL_RATE
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert b"Samira" in source.getvalue()
    result = bleeped(source.getvalue(), [(0, 500)])
    assert b"Samira" not in result
    with av.open(io.BytesIO(result)) as container:
        assert set(map(str.lower, container.metadata)) <= {"encoder"}


def test_the_bleep_is_as_long_for_every_name(canonical: bytes) -> None:
    for length in (1, 200, 400, 2_500):
        after = decoded(bleeped(canonical, [(5_000, 5_000 + length)]))
        (start, end), *_ = settled([(5_000, 5_000 + length)])
        assert end - start == max(BLEEP_MS, length)
        assert np.count_nonzero(after[start * PER_MS : end * PER_MS]) == np.count_nonzero(
            np.rint(bleep._tone() * 32_768)
        )
    assert SHORTEST_MS >= BLEEP_MS


@settings(deadline=None, max_examples=200)
@given(st.lists(st.tuples(st.integers(0, 60_000), st.integers(1, 5_000)), max_size=8))
def test_settled_spans_cover_what_was_asked_and_lie_apart(pairs: list[tuple[int, int]]) -> None:
    spans = [(start, start + length) for start, length in pairs]
    found = settled(spans)
    assert all(any(a <= start and end <= b for a, b in found) for start, end in spans)
    assert all(one[1] < other[0] for one, other in pairwise(found))
    assert all(end - start >= BLEEP_MS for start, end in found)


def test_a_span_without_length_is_refused(canonical: bytes) -> None:
    with pytest.raises(ValueError, match="covers some sound"):
        bleeped(canonical, [(500, 500)])


@pytest.mark.slow
def test_a_long_recording_goes_in_flat_memory(tmp_path: Path) -> None:
    """Twenty minutes take hardly more than two: the peak of a process of its own."""
    script = (
        "import io,resource,sys;import numpy as np;from pathlib import Path;from stories.audio import *;"
        "from stories.bleep import redact;m=int(sys.argv[1]);p=Path(sys.argv[2]);rng=np.random.default_rng(1);\n"
        "with p.open('wb') as f, flac_writer(f,48000) as add:\n"
        "    for _ in range(m*6): add((rng.random(480000,np.float32)-.5)*np.float32(.01))\n"
        "with open(sys.argv[2]+'.out','wb') as out: redact(p,[(s,s+900) for s in range(0,m*60000,7000)],out)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    root = Path(__file__).resolve().parents[2]
    peaks = [
        int(subprocess.check_output([sys.executable, "-c", script, str(m), str(tmp_path / f"{m}.flac")], cwd=root))
        for m in (2, 20)
    ]
    assert peaks[1] - peaks[0] < 20_000, peaks
