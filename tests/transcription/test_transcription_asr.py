"""The command that measures a real model: its counting, what it shows, and (with a real model) its figures."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from transcription_help import ROOT

sys.path.insert(0, str(ROOT))
from benchmarks.asr import NOTHING, VARIABLE, clips_in, default_clips, distance, scored, words_of
from stories.settings import Settings
from transcription import load_engine
from transcription.whisper import WhisperEngine

RECORDINGS = ROOT / "examples" / "recordings"


def run(*arguments: str, model: str | None = None) -> subprocess.CompletedProcess[str]:
    surroundings = {name: value for name, value in os.environ.items() if name != VARIABLE}
    surroundings |= {} if model is None else {VARIABLE: model}
    command = [sys.executable, "benchmarks/asr.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True)


def test_words_wrong_missing_and_too_many_are_counted() -> None:
    truth = words_of("Mijn moeder zei: 'Café De Spil is dicht.'")
    assert truth == ["mijn", "moeder", "zei", "cafe", "de", "spil", "is", "dicht"]
    assert distance(truth, words_of("mijn moeder zei café de spil is dicht")) == 0
    assert distance(truth, words_of("Mijn vader zei café spil is nu dicht")) == 3
    assert distance(truth, []) == 8


def test_without_a_model_it_says_so_and_is_no_failure() -> None:
    done = run()
    assert done.returncode == 0 and VARIABLE in done.stdout


def test_both_ways_of_keeping_transcripts_are_read(tmp_path: Path) -> None:
    (tmp_path / "b.flac").touch()
    (tmp_path / "b.txt").write_text("Twee woorden", encoding="utf-8")
    (tmp_path / "a.wav").touch()
    assert [(clip.audio.name, clip.text) for clip in clips_in(tmp_path)] == [("b.flac", "Twee woorden")]
    row = {"id": 1, "file": "a.wav", "text": "Drie hele woorden"}
    (tmp_path / "metadata.jsonl").write_text(json.dumps(row) + "\n\n", encoding="utf-8")
    assert [(clip.audio.name, clip.text) for clip in clips_in(tmp_path)] == [("a.wav", "Drie hele woorden")]


def test_a_recording_is_scored_through_the_whole_stage(
    engine: WhisperEngine, settings: Settings, tmp_path: Path
) -> None:
    shutil.copy(RECORDINGS / "mensenstem.flac", tmp_path / "geheim.flac")
    told = json.loads((RECORDINGS / "mensenstem.json").read_text(encoding="utf-8"))
    (tmp_path / "geheim.txt").write_text(" ".join(part["text"] for part in told), encoding="utf-8")
    (clip,) = clips_in(tmp_path)
    score = scored(clip, engine, settings)
    assert score.word_error_rate <= 0.05 and score.flagged == 0 and 10 < score.audio_s < 30 and score.cpu_s > 0
    both = score + score + NOTHING
    assert both.word_error_rate == score.word_error_rate and both.words == 2 * score.words


def test_only_figures_are_shown(tmp_path: Path, model: Path) -> None:
    """With a copy of the practice model that does not say it is one: no real model is needed to look at the output."""
    real = tmp_path / "eigen-model"
    shutil.copytree(model, real, ignore=shutil.ignore_patterns("NOT_A_REAL_MODEL.txt"))
    audio = tmp_path / "opnames"
    audio.mkdir()
    shutil.copy(RECORDINGS / "mensenstem.flac", audio / "Fatima-uit-Gouda.flac")
    (audio / "Fatima-uit-Gouda.txt").write_text("Een geheime boodschap over Fatima", encoding="utf-8")
    (audio / "stuk.flac").write_bytes(b"niets")
    (audio / "stuk.txt").write_text("Ook geheim", encoding="utf-8")
    done = run("--audio", str(audio), "--threads", "1", model=str(real))
    assert done.returncode == 0, done.stderr
    assert "eigen-model" in done.stdout and "peak memory" in done.stdout and "1 recordings could not" in done.stdout
    assert not [word for word in ("fatima", "gouda", "geheim", "stuk") if word in (done.stdout + done.stderr).lower()]
    assert {path.name for path in audio.iterdir()} == {
        "Fatima-uit-Gouda.flac",
        "Fatima-uit-Gouda.txt",
        "stuk.flac",
        "stuk.txt",
    }


@pytest.mark.whisper
@pytest.mark.skipif(VARIABLE not in os.environ, reason=f"needs a real speech model, named in {VARIABLE}")
def test_a_real_model_hears_dutch() -> None:
    settings = Settings(_env_file=None, cpu_threads=2)
    engine = load_engine(os.environ[VARIABLE], settings)
    source, clips = default_clips()
    total = sum((scored(clip, engine, settings) for clip in clips[:5]), NOTHING)
    print(f"{source}: word error rate {total.word_error_rate:.3f}, {total.real_time_factor:.2f} x real time")
    assert total.word_error_rate < 0.5 and total.flagged_share < 0.5
