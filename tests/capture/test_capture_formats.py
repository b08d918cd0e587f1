"""Everything people send comes in, whole, and leaves its tags at the door."""

from __future__ import annotations

import io
import re
import tempfile
from pathlib import Path

import numpy as np
import pytest

from capture import check_file, to_flac
from capture.audio import Checked
from stories.errors import Cancelled, InputRefused, NotReady
from stories.settings import Settings
from tests.capture.command import ROOT, Command
from tests.capture.sounds import (
    NAME_TAGS,
    decoded,
    encode,
    id3,
    id3_frame,
    voice,
    wav,
)

SECONDS = 2.5
TOLERANCE_MS = 60


def build(kind: str) -> tuple[bytes, str]:
    """(bytes, the format's name in JSON)."""
    mono, stereo = voice(SECONDS), voice(SECONDS, channels=2)
    match kind:
        case "wav":
            return wav(mono), "wav"
        case "wav 8 kHz":
            return wav(voice(SECONDS, 8_000), 8_000), "wav"
        case "wav 24 bits":
            return encode("wav", "pcm_s24le", mono, sample_format="s32"), "wav"
        case "flac 192 kHz":
            return encode("flac", "flac", voice(SECONDS, 192_000), rate=192_000, tags=NAME_TAGS), "flac"
        case "flac 8 channels":
            return encode("flac", "flac", voice(SECONDS, channels=8), layout="7.1"), "flac"
        case "m4a 8 channels":
            return encode("ipod", "aac", voice(SECONDS, channels=8), layout="7.1", sample_format="fltp"), "m4a"
        case "m4a":
            return encode("ipod", "aac", stereo, layout="stereo", sample_format="fltp", tags=NAME_TAGS), "m4a"
        case "m4a 44.1 kHz":
            return encode("ipod", "aac", voice(SECONDS, 44_100), rate=44_100, sample_format="fltp"), "m4a"
        case "alac":
            return encode("ipod", "alac", mono, sample_format="s16p"), "m4a"
        case "mp3":
            return encode("mp3", "libmp3lame", mono, sample_format="s16p", tags=NAME_TAGS), "mp3"
        case "mp3 without tags":
            bare = {"write_xing": "0", "id3v2_version": "0"}
            return encode("mp3", "libmp3lame", mono, sample_format="s16p", options=bare), "mp3"
        case "ogg opus":
            return encode("ogg", "libopus", mono, tags=NAME_TAGS), "ogg"
        case "webm":
            return encode("webm", "libopus", mono, tags=NAME_TAGS), "webm"
        case "webm live":
            return encode("webm", "libopus", mono, options={"live": "1"}), "webm"
        case "webm video":
            return encode("webm", "libopus", mono, picture=True), "webm"
        case "mp4 video":
            return encode("mp4", "aac", mono, sample_format="fltp", picture=True, tags=NAME_TAGS), "mp4"
        case "mov video":
            return encode("mov", "aac", mono, sample_format="fltp", picture=True, tags=NAME_TAGS), "mov"
        case "matroska":
            return encode("matroska", "flac", mono, tags=NAME_TAGS), "matroska"
        case "3gp":
            return encode("3gp", "libopencore_amrnb", voice(SECONDS, 8_000), rate=8_000, bit_rate=12_200), "3gp"
        case "amr":
            return encode("amr", "libopencore_amrnb", voice(SECONDS, 8_000), rate=8_000, bit_rate=12_200), "amr"
        case "aac":
            return encode("adts", "aac", mono, sample_format="fltp"), "aac"
        case "aac with id3":
            return id3(id3_frame(b"TIT2", b"\0Samira")) + encode("adts", "aac", mono, sample_format="fltp"), "aac"
        case "caf":
            return encode("caf", "pcm_s16be", mono), "caf"
        case "aiff":
            return encode("aiff", "pcm_s16be", mono), "aiff"
    raise AssertionError(kind)


KINDS = """
wav, wav 8 kHz, wav 24 bits, flac 192 kHz, flac 8 channels, m4a 8 channels, m4a, m4a 44.1 kHz, alac, mp3,
mp3 without tags, ogg opus, webm, webm live, webm video, mp4 video, mov video, matroska, 3gp, amr, aac, aac with id3,
caf, aiff
"""


@pytest.mark.parametrize("kind", [kind.strip() for kind in KINDS.split(",")])
def test_what_people_send_becomes_a_bare_flac_of_the_same_length(kind: str, settings: Settings, tmp_path: Path) -> None:
    data, name = build(kind)
    source, target = tmp_path / "Samira de Wit.bin", tmp_path / "out.flac"
    source.write_bytes(data)

    recording = to_flac(source, target, settings)

    assert recording.source_format == name
    assert abs(recording.duration_ms - SECONDS * 1000) <= TOLERANCE_MS
    samples, facts = decoded(target)
    assert facts == {"metadata": {}, "streams": ["audio"], "rate": 48_000, "channels": 1}
    assert abs(len(samples) / 48 - recording.duration_ms) <= 1
    assert np.abs(samples.astype(int)).max() > 5_000, "the voice is still as loud"
    written = target.read_bytes()
    assert not any(word in written for word in (b"Samira", b"52.37", b"Spreeuw", b"Lavf"))


@pytest.mark.parametrize("kind", ["m4a", "webm live", "amr", "mov video"])
def test_the_command_says_what_a_file_is(kind: str, command: Command, tmp_path: Path) -> None:
    data, name = build(kind)
    (tmp_path / "in").write_bytes(data)
    run = command("check", tmp_path / "in")
    assert run.code == 0 and run.err == ""
    facts = run.json
    assert list(facts) == ["accepted", "reason", "message", "format", "duration_ms", "sample_rate", "channels"]
    assert facts["accepted"] is True and facts["reason"] is None and facts["message"] is None
    assert facts["format"] == name and abs(facts["duration_ms"] - SECONDS * 1000) <= TOLERANCE_MS
    assert facts["sample_rate"] in (8_000, 48_000) and facts["channels"] in (1, 2)


def test_the_example_recordings_are_taken_in_wholly(settings: Settings) -> None:
    recordings = [path for path in (ROOT / "examples" / "recordings").iterdir() if path.suffix not in (".json", ".md")]
    for recording in recordings:
        checked = check_file(recording, settings)
        assert checked.accepted and checked.duration_ms is not None, recording.name
        spoken_until = max(
            int(ms) for ms in re.findall(r'"end_ms": *(\d+)', recording.with_suffix(".json").read_text())
        )
        assert spoken_until <= checked.duration_ms + TOLERANCE_MS, recording.name


def test_real_speech_keeps_every_sample(settings: Settings, tmp_path: Path) -> None:
    clips = sorted((ROOT.parent / "shared" / "audio" / "nathalie").glob("*.flac"))
    if not clips:
        pytest.skip("no real speech at hand")
    before, facts = decoded(clips[0])
    recording = to_flac(clips[0], tmp_path / "o.flac", settings)
    after, _ = decoded(tmp_path / "o.flac")
    assert abs(len(after) / 48_000 - len(before) / facts["rate"]) < 0.005
    assert recording.sample_rate == 48_000


def test_the_same_recording_gives_the_same_bytes(settings: Settings, tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.write_bytes(build("m4a")[0])
    one = to_flac(source, tmp_path / "a.flac", settings)
    two = to_flac(source, tmp_path / "b.flac", settings)
    assert one == two and (tmp_path / "a.flac").read_bytes() == (tmp_path / "b.flac").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.flac", "b.flac", "in"], "no part file stays"


def test_48_khz_mono_goes_through_sample_by_sample(settings: Settings, tmp_path: Path) -> None:
    sound = voice(1.0)
    (tmp_path / "in").write_bytes(wav(sound))
    to_flac(tmp_path / "in", tmp_path / "o.flac", settings)
    assert np.array_equal(decoded(tmp_path / "o.flac")[0], sound[:, 0])


@pytest.mark.parametrize("channels", [2, 3, 8])
def test_a_voice_in_one_channel_of_many_is_not_lost(channels: int, settings: Settings, tmp_path: Path) -> None:
    sound = np.zeros((48_000, channels), np.int16)
    sound[:, channels - 1] = voice(1.0)[:, 0]
    (tmp_path / "in").write_bytes(wav(sound))
    to_flac(tmp_path / "in", tmp_path / "o.flac", settings)
    assert np.abs(decoded(tmp_path / "o.flac")[0].astype(int)).max() > 3_000


def test_microphones_in_opposite_phase_do_not_cancel_the_voice_out(settings: Settings, tmp_path: Path) -> None:
    sound = voice(1.0, channels=2)
    sound[:, 1] *= -1
    (tmp_path / "in").write_bytes(wav(sound))
    to_flac(tmp_path / "in", tmp_path / "o.flac", settings)
    assert np.array_equal(decoded(tmp_path / "o.flac")[0], sound[:, 0])


def test_a_recording_that_changes_half_way_is_kept_whole(settings: Settings, tmp_path: Path) -> None:
    one = encode("adts", "aac", voice(1.0, 44_100), rate=44_100, sample_format="fltp")
    two = encode("adts", "aac", voice(1.0, 16_000, 2), rate=16_000, layout="stereo", sample_format="fltp")
    (tmp_path / "in").write_bytes(one + two)
    recording = to_flac(tmp_path / "in", tmp_path / "o.flac", settings)
    assert abs(recording.duration_ms - 2_000) < 200


def test_a_very_soft_voice_is_no_silence(settings: Settings) -> None:
    assert check_file(io.BytesIO(wav(voice(1.0, level=0.0005))), settings).accepted


def test_a_stream_is_checked_as_a_file_and_left_where_it_was(settings: Settings, tmp_path: Path) -> None:
    data = wav(voice(1.0))
    (tmp_path / "in").write_bytes(data)
    memory = io.BytesIO(data)
    memory.seek(7)
    with (tmp_path / "in").open("rb") as file:
        file.seek(9)
        assert check_file(memory, settings) == check_file(file, settings) == check_file(tmp_path / "in", settings)
        assert (memory.tell(), file.tell()) == (7, 9)


def test_a_flac_without_a_name_is_the_same_flac(settings: Settings, tmp_path: Path) -> None:
    """What the product does with an upload: neither the source nor the FLAC has a name to find it by. The second sound
    is one that is converted twice, because mixing would lose the voice."""
    opposite = voice(1.0, channels=2)
    opposite[:, 1] *= -1
    for sound in (voice(1.0), opposite):
        (tmp_path / "in").write_bytes(wav(sound))
        recording = to_flac(tmp_path / "in", tmp_path / "o.flac", settings)
        with tempfile.TemporaryFile(dir=tmp_path) as source, tempfile.TemporaryFile(dir=tmp_path) as flac:
            source.write(wav(sound))
            source.seek(0)
            flac.write(bytes(1_000_000))
            assert to_flac(source, flac, settings) == recording
            assert flac.read() == (tmp_path / "o.flac").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "o.flac"]


def test_progress_counts_up_and_a_cancel_leaves_nothing(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(wav(voice(30.0)))
    seen: list[int] = []
    to_flac(tmp_path / "in", tmp_path / "o.flac", settings, seen.append)
    assert seen == sorted(seen) and seen[-1] == 30_000

    def stop(_: int) -> None:
        raise Cancelled("stories.not_found")

    with pytest.raises(Cancelled):
        to_flac(tmp_path / "in", tmp_path / "p.flac", settings, stop)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "o.flac"]


def test_a_folder_that_cannot_be_written_is_our_trouble_and_not_the_tellers(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(wav(voice(1.0)))
    with pytest.raises(NotReady) as caught:
        to_flac(tmp_path / "in", tmp_path / "nowhere" / "o.flac", settings)
    assert caught.value.code == "disk_full"


def test_a_limit_of_the_settings_holds_for_both_verbs(tmp_path: Path) -> None:
    short = Settings(_env_file=None, max_audio_hours=1.5 / 3600)  # type: ignore[call-arg]
    (tmp_path / "in").write_bytes(wav(voice(2.0)))
    checked = check_file(tmp_path / "in", short)
    assert checked.reason == "too_long" and checked.duration_ms is None
    with pytest.raises(InputRefused):
        to_flac(tmp_path / "in", tmp_path / "o.flac", short)
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_a_verdict_is_whole() -> None:
    with pytest.raises(ValueError):
        Checked(accepted=False)
    with pytest.raises(ValueError):
        Checked(accepted=True, reason="empty", message="Leeg.")
