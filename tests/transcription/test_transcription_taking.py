"""Importing a folder: only a whole and honest model gets on the shelf, and whatever breaks off leaves nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_help import plain_copy, sha256
from transcription_help import ROOT

from stories.errors import Cancelled, InputRefused, NotFound, NotReady, VertelpuntError
from stories.settings import Settings
from transcription import find_model, fingerprint, load_engine, records, shelf, taking
from transcription.models import EXAMPLE_MARK, cache_dir, is_name, shelf_of
from transcription.records import Checked, FileSum, Record


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, model_dir=tmp_path / "modellen", cpu_threads=1)


@pytest.fixture
def stick(model: Path, tmp_path: Path) -> Path:
    """A folder on a USB stick, say."""
    return plain_copy(model, tmp_path / "stick" / "faster-whisper-large-v2")


def refused(settings: Settings, folder: Path | str, **words: str) -> str:
    with pytest.raises(VertelpuntError) as error:
        taking.take_in(settings, taking.look(settings, str(folder), **words))
    assert len(error.value.message) > 40, "a sentence that says what to do"
    assert left(settings) == set()
    return error.value.key


def left(settings: Settings) -> set[str]:
    folder = shelf_of(settings)
    return {path.name for path in folder.iterdir()} - {".slot"} if folder.exists() else set()


def test_a_folder_is_taken_in_and_found_by_its_name(stick: Path, settings: Settings) -> None:
    told: list[tuple[int, int]] = []
    what = taking.look(settings, str(stick))
    record = taking.take_in(settings, what, by="u1", watch=lambda done, total: told.append((done, total)))
    assert (record.name, record.licence, record.by, record.source) == ("large-v2", "MIT", "u1", "folder")
    assert record.checked is Checked.NOTHING and told[-1] == (record.size, record.size)
    assert {file.name: file.sha256 for file in record.files} == {
        path.name: sha256(path) for path in stick.iterdir()
    }  # fmt: skip
    info = find_model("large-v2", settings)
    assert info.sha256 == record.sha256 == sha256(stick / "model.bin") and fingerprint(info) == record.sha256[:12]
    assert load_engine("large-v2", settings).name == "large-v2"
    assert records.read(info.folder) == record


def test_a_name_of_its_own_makes_it_found_under_that_name(stick: Path, settings: Settings) -> None:
    taking.take_in(settings, taking.look(settings, str(stick), "dialect-2"))
    assert find_model("dialect-2", settings).name == "dialect-2"
    assert records.read(shelf_of(settings) / "dialect-2").licence == "", "nobody told us whose that is"  # type: ignore[union-attr]


def test_two_names_of_one_model_are_one_place_on_the_shelf(stick: Path, settings: Settings) -> None:
    taking.take_in(settings, taking.look(settings, str(stick), "large-v3-turbo"))
    assert find_model("turbo", settings).folder == find_model("large-v3-turbo", settings).folder
    assert find_model("turbo", settings).name == "turbo"


def test_the_exercise_model_is_never_taken_in(model: Path, settings: Settings) -> None:
    assert refused(settings, model, name="echt") == "transcription.example_model_refused"


def test_a_marked_folder_on_the_shelf_is_refused_all_the_same(stick: Path, settings: Settings) -> None:
    taking.take_in(settings, taking.look(settings, str(stick)))
    (shelf_of(settings) / "large-v2" / EXAMPLE_MARK).touch()
    with pytest.raises(NotReady) as error:
        find_model("large-v2", settings)
    assert error.value.code == "example_model_refused"


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"<!DOCTYPE html><html>404", "transcription.model_is_web_page"),
        (b"ggml", "transcription.model_is_no_model"),
        (None, "transcription.model_incomplete"),
    ],
)
def test_what_is_no_model_is_refused(stick: Path, settings: Settings, content: bytes | None, key: str) -> None:
    (stick / "model.bin").unlink()
    if content is not None:
        (stick / "model.bin").write_bytes(content)
    assert refused(settings, stick) == key


def test_a_folder_that_is_not_there_or_not_whole_a_path_is_refused(settings: Settings, tmp_path: Path) -> None:
    assert refused(settings, tmp_path / "weg", name="x") == "transcription.model_folder_missing"
    for path in ("modellen/large-v2", "", "~niemand-heet-zo/x", "\0", "/" + "x" * 5000):
        assert refused(settings, path, name="x") == "models.path_wrong"


# sums


def test_a_sum_that_fits_is_noted_and_one_that_does_not_is_refused(stick: Path, settings: Settings) -> None:
    assert refused(settings, stick, expected="0" * 64) == "models.sum_wrong"
    assert refused(settings, stick, expected="abc") == "models.sum_unreadable"
    what = taking.look(settings, str(stick), expected=f" {sha256(stick / 'model.bin').upper()}\n")
    assert taking.take_in(settings, what).checked is Checked.SUM


def test_a_list_of_sums_beside_the_model_is_kept_to(stick: Path, settings: Settings) -> None:
    done = subprocess.run("sha256sum *", shell=True, cwd=stick, capture_output=True, text=True, check=True)
    (stick / "SHA256SUMS").write_text(done.stdout)
    what = taking.look(settings, str(stick))
    assert what.checked is Checked.LIST and len(what.expected) == len(what.files)
    (stick / "tokenizer.json").write_bytes((stick / "tokenizer.json").read_bytes() + b" ")
    assert refused(settings, stick) == "models.sum_wrong"
    (stick / "SHA256SUMS").write_text("wat is dit\n")
    assert refused(settings, stick) == "models.sums_unreadable"


def test_a_list_without_the_weights_is_no_check_of_the_model(stick: Path, settings: Settings) -> None:
    (stick / "SHA256SUMS").write_text(f"{sha256(stick / 'config.json')}  ./config.json\n")
    assert taking.look(settings, str(stick)).checked is Checked.NOTHING


# what a folder can hide


@pytest.mark.parametrize("file", ["model.bin", "vocabulary.json", "README.md"])
def test_links_are_refused(stick: Path, settings: Settings, tmp_path: Path, file: str) -> None:
    outside = tmp_path / "geheim"
    outside.write_bytes((stick / file).read_bytes() if (stick / file).exists() else b"geheim")
    (stick / file).unlink(missing_ok=True)
    (stick / file).symlink_to(outside)
    assert refused(settings, stick) == "models.link_inside"


def test_a_file_that_became_a_link_after_it_was_looked_at_is_not_followed(stick: Path, settings: Settings) -> None:
    what = taking.look(settings, str(stick))
    real = stick / "model.bin"
    real.rename(stick.parent / "echt")
    real.symlink_to(stick.parent / "echt")
    with pytest.raises(InputRefused) as error:
        taking.take_in(settings, what)
    assert error.value.key == "models.unreadable" and left(settings) == set()


def test_a_pipe_in_place_of_a_file_does_not_hang_the_worker(stick: Path, settings: Settings) -> None:
    os.mkfifo(stick / "README.md")
    assert refused(settings, stick) == "models.link_inside"


@pytest.mark.parametrize("file", [".", "model.bin"])
def test_what_everybody_may_write_to_needs_a_sum(stick: Path, settings: Settings, file: str) -> None:
    (stick / file).chmod(0o777)
    assert refused(settings, stick) == "models.open_to_all"
    assert taking.look(settings, str(stick), expected=sha256(stick / "model.bin")).checked is Checked.SUM


def test_what_is_no_part_of_a_model_stays_where_it_is(stick: Path, settings: Settings) -> None:
    (stick / "verhaal.txt").write_text("van iemand")
    (stick / "meer").mkdir()
    taking.take_in(settings, taking.look(settings, str(stick)))
    assert not {"verhaal.txt", "meer"} & {path.name for path in (shelf_of(settings) / "large-v2").iterdir()}


def test_a_folder_that_changes_while_it_is_copied_is_refused(stick: Path, settings: Settings) -> None:
    what = taking.look(settings, str(stick))
    for change in (b"en nog wat", None):
        data = (stick / "tokenizer.json").read_bytes()
        (stick / "tokenizer.json").write_bytes(data + change if change else data[: len(data) // 2])
        with pytest.raises(InputRefused) as error:
            taking.take_in(settings, what)
        assert error.value.key == "models.changed_meanwhile" and left(settings) == set()


@given(st.text(max_size=80))
def test_a_name_is_one_plain_folder_on_the_shelf(text: str) -> None:
    if is_name(text):
        assert (Path("/plank") / text).parent == Path("/plank") and not text.startswith(".") and text.isascii()
    suggested = taking.name_of(f"/media/{text}")
    assert suggested == "" or is_name(suggested)


def test_a_name_that_is_taken_is_refused(stick: Path, settings: Settings) -> None:
    taking.take_in(settings, taking.look(settings, str(stick)))
    for name in ("large-v2", "Large-v2", "../weg", "", ".verborgen", "x" * 61):
        with pytest.raises(InputRefused) as error:
            taking.look(settings, str(stick), name)
        assert error.value.key in ("models.name_taken", "models.name_wrong")


# the disk, and being interrupted


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Two megabytes of real file system."""
    folder = tmp_path / "kleine-schijf"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip("may not mount a small file system here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_is_too_small_is_said_before_copying(stick: Path, small_disk: Path) -> None:
    settings = Settings(_env_file=None, model_dir=small_disk)
    with pytest.raises(NotReady) as error:
        taking.look(settings, str(stick))
    assert error.value.key == "models.disk_full" and "large-v2" in error.value.message


def test_a_disk_that_runs_full_while_copying_leaves_nothing(
    stick: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(_env_file=None, model_dir=small_disk)
    # As if somebody else filled the disk after we looked: then the system's own error is what stops us.
    monkeypatch.setattr(shelf, "free_bytes", lambda _settings: 2**40)
    with pytest.raises(NotReady) as error:
        taking.take_in(settings, taking.look(settings, str(stick)))
    assert error.value.key == "models.disk_full" and left(settings) == set()


def test_stopping_it_leaves_nothing(stick: Path, settings: Settings) -> None:
    def stop(done: int, _total: int) -> None:
        if done > 2**20:
            raise Cancelled("jobs.cancelled")

    with pytest.raises(Cancelled):
        taking.take_in(settings, taking.look(settings, str(stick)), watch=stop)
    assert left(settings) == set()


SLOW = """
import sys, time
from stories.settings import Settings
from transcription import taking

settings = Settings(_env_file=None, model_dir=sys.argv[1])
def watch(done, total):
    print("at", done, flush=True)
    time.sleep(0.2)
taking.take_in(settings, taking.look(settings, sys.argv[2]), watch=watch)
"""


def test_kill_9_leaves_nothing_that_the_next_one_does_not_sweep_away(stick: Path, settings: Settings) -> None:
    program = [sys.executable, "-c", SLOW, str(settings.model_dir), str(stick)]
    with subprocess.Popen(program, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        while "at 3" not in process.stdout.readline():
            pass
        with pytest.raises(NotReady) as error:  # it holds the shelf
            taking.take_in(settings, taking.look(settings, str(stick)))
        assert error.value.key == "models.busy"
        process.send_signal(signal.SIGKILL)
    assert shelf.names(settings) == () and any(name.startswith(".neem-") for name in left(settings))
    taking.take_in(settings, taking.look(settings, str(stick)))
    assert left(settings) == {"large-v2"}


def test_removing_takes_the_whole_folder(stick: Path, settings: Settings) -> None:
    taking.take_in(settings, taking.look(settings, str(stick)))
    shelf.remove(settings, "large-v2")
    assert left(settings) == set()
    with pytest.raises(NotFound):
        shelf.remove(settings, "large-v2")
    with pytest.raises(InputRefused):
        shelf.remove(settings, "../modellen")


# records and sums


def test_a_record_that_was_changed_is_not_believed(stick: Path, settings: Settings) -> None:
    taking.take_in(settings, taking.look(settings, str(stick)))
    path = shelf_of(settings) / "large-v2" / records.RECORD
    text = path.read_text()
    for wrong in (text.replace("folder", "hub:", 1), text[: len(text) // 2], "[]", "{}", text.replace('"MIT"', "7")):
        path.write_text(wrong)
        found = records.read(path.parent)
        assert found is None or found.manifest == Record.from_json(__import__("json").loads(text)).manifest
    path.write_text(text.replace(sha256(stick / "model.bin"), "0" * 64))
    assert records.read(path.parent) is None


names = st.text(
    st.characters(codec="ascii", exclude_characters="/", exclude_categories=["Cc"]), min_size=1, max_size=20
)
sums = st.text("0123456789abcdef", min_size=64, max_size=64)


@given(st.dictionaries(names, st.tuples(st.integers(0, 2**40), sums)), sums, st.sampled_from(Checked))
def test_a_record_comes_back_as_it_was_written(files: dict[str, tuple[int, str]], weights: str, how: Checked) -> None:
    rows = [FileSum(name, *row) for name, row in files.items() if name != "model.bin"]
    moment = records.datetime.now(records.UTC)
    record = Record("x", "folder", "", how, (*rows, FileSum("model.bin", 5, weights)), moment, "u1", 3)
    assert Record.from_json(record.to_json()) == record


def test_a_sum_is_read_once_and_anew_when_the_file_changed(stick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []
    real = records.hashed
    monkeypatch.setattr(records, "hashed", lambda path: read.append(path) or real(path))
    first = records.model_sum(stick)
    assert records.model_sum(stick) == first == sha256(stick / "model.bin") and len(read) == 1
    time.sleep(0.01)
    with (stick / "model.bin").open("ab") as file:
        file.write(b"x")
    assert records.model_sum(stick) == sha256(stick / "model.bin") != first and len(read) == 2


def test_the_shelf_lies_beside_what_was_downloaded(settings: Settings) -> None:
    assert shelf_of(settings) == cache_dir(settings.model_dir) / "vertelpunt"
