"""Sound in, one finished MP3 out; what came out is measured again from its decoded samples."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from publish import mastering
from publish.mastering import Chapter, Mixed, Track, encode, measure, mix
from publish.rendering import Studio
from stories.audio import CANONICAL_RATE, Samples, samples
from stories.errors import Cancelled, Refused, SealBroken
from stories.halfway import Halfway
from stories.vault import StoryKey
from tests.publish.episodes import flac, heard, length, speech, tone

KEY = StoryKey(bytes(32))
FULL = ((0, 1.0),)


def a_studio(folder: Path, tick: mastering.Tick = mastering.silent_tick) -> Studio:
    return Studio(folder, tick, kept=Halfway(KEY, folder / "half", "p1"))


def a_mix(folder: Path, sounds: dict[str, bytes], *tracks: Track) -> Mixed:
    return mix(tracks, lambda track: BytesIO(sounds[track.source[1]]), a_studio(folder))


def encoded(mixed: Mixed, path: Path, **more: Any) -> mastering.Measured:
    with path.open("w+b") as file:
        return encode(mixed, file, **more)


def whole(mixed: Mixed) -> bytes:
    mixed.sound.seek(0)
    return mixed.sound.read()


def track(name: str, start_ms: int, length_ms: int, envelope: tuple[tuple[int, float], ...] = FULL) -> Track:
    return Track(("clip", name), start_ms, length_ms, envelope)


def foreign(path: Path) -> tuple[float, float, float]:
    """Loudness (LUFS), true peak (dBTP) and length (s) by PyAV alone: its own demuxer, its own filter."""
    with av.open(str(path)) as container:
        graph = av.filter.Graph()
        source = graph.add_abuffer(
            sample_rate=48_000, format="fltp", layout="mono", time_base=Fraction(1, 48_000)
        )  # fmt: skip
        meter, sink = graph.add("ebur128", "metadata=1:peak=true"), graph.add("abuffersink")
        source.link_to(meter)
        meter.link_to(sink)
        graph.configure()
        said: dict[str, str] = {}
        for frame in itertools.chain(container.decode(audio=0), [None]):
            source.push(frame)
            while True:
                try:
                    said.update(sink.pull().metadata)
                except (av.error.BlockingIOError, av.error.EOFError):
                    break
        peak = float(said["lavfi.r128.true_peak"])
        return float(said["lavfi.r128.I"]), float(20 * np.log10(peak)), container.duration / 1_000_000


def test_a_finished_file_is_as_loud_and_as_long_as_it_should_be(tmp_path: Path) -> None:
    data = flac(heard(speech("hardop.mp3"))[: 15 * CANONICAL_RATE + 431])
    ms = length(data)
    mixed = a_mix(tmp_path, {"a": data}, track("a", 500, ms))
    chapters = [Chapter(0, "Begin & <verder>"), Chapter(2_500, "Één ‘twee’")]
    measured = encoded(mixed, tmp_path / "x.mp3", title="Titel", chapters=chapters)
    lufs, peak, seconds = foreign(tmp_path / "x.mp3")
    assert abs(lufs - -19.0) <= 1.0 and peak <= -1.0
    assert abs(seconds * 1000 - (ms + 500)) <= 50
    assert measured.lufs == pytest.approx(lufs, abs=0.1) and measured.peak_db == pytest.approx(peak, abs=0.1)
    with av.open(str(tmp_path / "x.mp3")) as container:
        stream = container.streams.audio[0]
        assert (stream.rate, stream.channels, stream.bit_rate) == (48_000, 1, 128_000)
        found = [(c["start"] * c["time_base"], c["metadata"]["title"]) for c in container.chapters()]
        assert found == [(0, "Begin & <verder>"), (Fraction(5, 2), "Één ‘twee’")]
        assert container.metadata == {"title": "Titel"}


@pytest.mark.parametrize("gain_db", [-30.0, 12.0])
def test_a_whisper_and_a_shout_end_up_equally_loud(tmp_path: Path, gain_db: float) -> None:
    """The shout is loud and clips; the whisper is lifted by no more than MOST_GAIN_DB before the whole is."""
    voice = heard(speech("hardop.mp3"))[: 12 * CANONICAL_RATE]
    data = flac(np.clip(voice * np.float32(10 ** (gain_db / 20)), -1, 1))
    mixed = a_mix(tmp_path, {"a": data}, track("a", 0, 12_000))
    encoded(mixed, tmp_path / "x.mp3", title="Titel", chapters=[Chapter(0, "Begin")])
    lufs, peak, _ = foreign(tmp_path / "x.mp3")
    assert abs(lufs - -19.0) <= 1.0 and peak <= -1.0


def test_of_two_tellers_the_soft_one_is_lifted(tmp_path: Path) -> None:
    voice = heard(speech("hardop.mp3"))[: 8 * CANONICAL_RATE]
    mixed = a_mix(
        tmp_path, {"luid": flac(voice), "zacht": flac(voice * np.float32(0.2))},
        track("luid", 0, 8_000), track("zacht", 8_000, 8_000),
    )  # fmt: skip
    sound = np.concatenate(list(samples(mixed.sound, rate=CANONICAL_RATE)))
    first, second = measure([sound[: len(sound) // 2]])[0], measure([sound[len(sound) // 2 :]])[0]
    assert first == pytest.approx(second, abs=0.3) == pytest.approx(mastering.MIX_LUFS, abs=0.3)


def test_the_same_sounds_give_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for name in ("een", "twee"):
        (tmp_path / name).mkdir()
        mixed = a_mix(tmp_path / name, {"a": speech()}, track("a", 0, 3_000))
        encoded(mixed, tmp_path / name / "x.mp3", title="Titel", chapters=[Chapter(0, "Begin")])
        made.append((tmp_path / name / "x.mp3").read_bytes())
    assert made[0] == made[1]


def test_the_file_has_no_tag_but_its_title_and_chapters(tmp_path: Path) -> None:
    mixed = a_mix(tmp_path, {"a": speech()}, track("a", 0, 3_000))
    encoded(mixed, tmp_path / "x.mp3", title="Titel", chapters=[Chapter(0, "Begin")])
    data = (tmp_path / "x.mp3").read_bytes()
    assert not [name for name in (b"TSSE", b"TENC", b"TDRC", b"TYER", b"COMM", b"TAG") if name in data]


def test_sounds_stand_at_their_time_and_the_envelope_shapes_them(tmp_path: Path) -> None:
    fade = ((0, 0.0), (1_000, 1.0), (2_000, 1.0))
    mixed = a_mix(tmp_path, {"a": tone(2_000)}, track("a", 1_500, 2_000, fade))
    sound = np.concatenate(list(samples(mixed.sound, rate=CANONICAL_RATE)))
    assert len(sound) == 3_500 * 48
    assert not sound[: 1_500 * 48].any()
    steady, rising = _loudest(sound, 2_600, 3_400), _loudest(sound, 1_990, 2_010)
    assert rising == pytest.approx(steady / 2, rel=0.03)


def _loudest(sound: Samples, start_ms: int, end_ms: int) -> float:
    return float(np.abs(sound[start_ms * 48 : end_ms * 48]).max())


def test_two_sounds_at_once_are_added(tmp_path: Path) -> None:
    both = a_mix(tmp_path, {"a": tone(4_000), "b": tone(4_000, 1_000)}, track("a", 0, 4_000), track("b", 1_000, 3_000))
    sound = np.concatenate(list(samples(both.sound, rate=CANONICAL_RATE)))
    alone, together = _loudest(sound, 100, 900), _loudest(sound, 1_500, 3_500)
    assert together > alone * 1.6


def test_a_sound_that_ends_early_leaves_silence_and_no_error(tmp_path: Path) -> None:
    mixed = a_mix(tmp_path, {"a": tone(1_000)}, track("a", 0, 2_000))
    sound = np.concatenate(list(samples(mixed.sound, rate=CANONICAL_RATE)))
    assert len(sound) == 96_000 and not sound[48_100:].any()


def test_an_episode_of_silence_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        a_mix(tmp_path, {"a": flac(np.zeros(96_000, np.float32))}, track("a", 0, 2_000))
    assert refused.value.code == "silent"


def test_what_does_not_become_loud_enough_is_refused(tmp_path: Path, monkeypatch) -> None:
    mixed = a_mix(tmp_path, {"a": speech()}, track("a", 0, 3_000))
    monkeypatch.setattr(mastering, "TOLERANCE_LU", -1.0)  # nothing is ever right
    with pytest.raises(Refused) as refused:
        encoded(mixed, tmp_path / "x.mp3", title="Titel", chapters=[Chapter(0, "Begin")])
    assert refused.value.code == "not_loud_enough" and "LUFS" in refused.value.message


def test_a_first_try_that_missed_is_made_again_from_the_mix(tmp_path: Path, monkeypatch) -> None:
    mixed = a_mix(tmp_path, {"a": speech()}, track("a", 0, 3_000))
    monkeypatch.setattr(mastering, "LOST_LU", 4.0)  # far too loud the first time
    measured = encoded(mixed, tmp_path / "x.mp3", title="Titel", chapters=[Chapter(0, "Begin")])
    assert measured.is_right and abs(foreign(tmp_path / "x.mp3")[0] - -19.0) <= 1.0


def test_a_job_that_was_stopped_goes_on_from_the_whole_mix(tmp_path: Path) -> None:
    tracks = [track("a", 0, 3_000)]
    opened: list[str] = []

    def open_(one: Track) -> BytesIO:
        opened.append(one.source[1])
        return BytesIO(speech())

    def stop(done: int, total: int) -> None:
        if done > total // 4 + 1_000:
            raise Cancelled("jobs.cancelled")

    with pytest.raises(Cancelled):
        mix(tracks, open_, a_studio(tmp_path, stop))
    assert list(tmp_path.iterdir()) == []  # half a mix is none
    first = mix(tracks, open_, a_studio(tmp_path))
    before, count = whole(first), len(opened)
    second = mix(tracks, open_, a_studio(tmp_path))
    assert (whole(second), second.lufs, second.duration_ms) == (before, first.lufs, first.duration_ms)
    assert len(opened) == count
    again = mix([track("a", 100, 3_000)], open_, a_studio(tmp_path))  # another episode: not what lies there
    assert len(opened) > count and whole(again) != before


def test_what_a_job_leaves_is_sealed_and_another_piece_cannot_read_it(tmp_path: Path) -> None:
    mixed = a_mix(tmp_path, {"a": speech()}, track("a", 0, 3_000))
    left = {path.name: path.read_bytes() for path in (tmp_path / "half").iterdir()}
    assert set(left) == {"mix.flac", "mix.json"} and list(tmp_path.iterdir()) == [tmp_path / "half"]
    assert all(data.startswith(b"VPS1") for data in left.values())
    assert (tmp_path / "half").stat().st_mode & 0o777 == 0o700
    assert whole(mixed)[1_000:1_064] not in left["mix.flac"] and b"made_of" not in left["mix.json"]
    half = Halfway(KEY, tmp_path / "half", "p1").open("mix.json")
    assert half is not None and set(json.loads(half.read())) == {"made_of", "lufs"}
    other = Halfway(KEY, tmp_path / "half", "p2").open("mix.json")
    assert other is not None
    with pytest.raises(SealBroken):
        other.read()


def test_progress_only_goes_forward_and_reaches_the_end(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    tick = lambda done, total: told.append((done, total))  # noqa: E731
    mixed = mix([track("a", 0, 3_000)], lambda _: BytesIO(speech()), a_studio(tmp_path, tick))
    encoded(mixed, tmp_path / "x.mp3", title="Titel", chapters=[Chapter(0, "Begin")], tick=tick)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert {total for _, total in told} == {12_000} and told[-1][0] >= 11_900


def test_the_meter_reads_what_ebu_says_of_a_sine() -> None:
    """EBU Tech 3341: a 1 kHz sine of -23 dBFS in both channels is -23 LUFS, so one channel alone is 3 LU less."""
    at = np.arange(20 * CANONICAL_RATE)
    sine = (10 ** (-23 / 20) * np.sin(2 * np.pi * 1_000 * at / CANONICAL_RATE)).astype(np.float32)
    lufs, peak = measure(_seconds(sine), peak=True)
    assert lufs == pytest.approx(-26.0, abs=0.1) and peak == pytest.approx(-23.0, abs=0.1)
    assert measure([np.zeros(48_000, np.float32)], peak=True) == (-70.0, -np.inf)


def _seconds(sound: Samples) -> Iterable[Samples]:
    return (sound[at : at + CANONICAL_RATE] for at in range(0, len(sound), CANONICAL_RATE))
