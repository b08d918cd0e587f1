"""The voices that ship with the app say what the screens say: every sentence of a teller, and nothing that is gone.

After a change of such a sentence: `make voices` (it needs espeak-ng), and commit door/stem/ with it.
"""

from __future__ import annotations

import json
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.words import DEFAULT_LANGUAGE, languages, say, speaking
from voices.texts import clip_name, heard, texts

FOLDER = Path(__file__).resolve().parents[2] / "door" / "stem"
HINT = "run `make voices` and commit door/stem/"
MOST_BYTES = 10 * 1024 * 1024


def index(language: str) -> dict[str, str]:
    return dict(json.loads((FOLDER / language / "index.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize("language", languages())
def test_every_text_that_tellers_read_has_its_clip(language: str) -> None:
    lacking = set(texts(language)) - set(index(language))
    assert not lacking, f"{HINT}: {sorted(lacking)}"


@pytest.mark.parametrize("language", languages())
def test_no_clip_says_what_no_screen_says_any_more(language: str) -> None:
    stale = set(index(language)) - set(texts(language))
    assert not stale, f"{HINT}: {sorted(stale)}"
    files = {path.name for path in (FOLDER / language).glob("*.mp3")}
    assert files == set(index(language).values()), HINT


@pytest.mark.parametrize("language", languages())
def test_a_clip_is_the_one_of_its_text_and_voice(language: str) -> None:
    wanted = {text: clip_name(text, voice) for text, voice in texts(language).items()}
    assert {text: name for text, name in index(language).items() if wanted.get(text) != name} == {}, HINT


@pytest.mark.parametrize("language", languages())
def test_every_clip_is_sound_and_as_long_as_its_text(language: str) -> None:
    for text, name in index(language).items():
        with av.open(str(FOLDER / language / name)) as clip:
            samples = np.concatenate([frame.to_ndarray()[0] for frame in clip.decode(audio=0)])
            seconds = samples.size / clip.streams.audio[0].rate
        assert np.abs(samples).max() > 0.1, f"silent: {text}"
        assert seconds >= 0.2 and len(text) / 30 <= seconds <= 3 + len(text) / 4, f"{seconds} s: {text}"


def test_all_voices_together_are_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*")) < MOST_BYTES
    assert {path.name for path in FOLDER.iterdir()} == set(languages())


def test_a_sentence_that_is_filled_in_on_the_screen_has_no_clip() -> None:
    assert not [text for code in languages() for text in texts(code) if "{" in text or "}" in text]
    assert heard(say("door.wait")) not in texts(DEFAULT_LANGUAGE)


def test_what_stands_around_it_has() -> None:
    there = texts(DEFAULT_LANGUAGE)
    assert say("tell.check_where") == "Het mag naar: {channels}." and "Het mag naar" in there
    assert say("follow.stands_no") == "Dit mag nu niet. {why}" and "Dit mag nu niet." in there


def test_the_notice_has_a_clip_for_each_of_its_paragraphs() -> None:
    assert "Meedoen mag, het moet niet." in " ".join(texts("nl"))
    assert "You can always stop" in texts("en")


def test_a_language_is_called_by_its_own_voice() -> None:
    assert texts("nl")["English"] == "en" and texts("en")["Nederlands"] == "nl"
    assert clip_name("English", "en") != clip_name("English", "nl")


def test_staff_screens_have_no_clips() -> None:
    for key in ("queue.lead", "door.login_intro", "desk.four_eyes"):
        assert heard(say(key)) not in texts("nl")
        with speaking("en"):
            assert heard(say(key)) not in texts("en")


@given(st.text())
def test_what_is_heard_is_stable_and_has_single_spaces(text: str) -> None:
    once = heard(text)
    assert heard(once) == once and once == " ".join(once.split())


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("🧒  Ik ben een kind", "Ik ben een kind"),
        ("👍🏽 Ja", "Ja"),
        ("●  Begin", "Begin"),
        ("a\n\nb", "a b"),
        ("🙂", ""),
    ],
)
def test_pictures_and_signs_are_not_spoken(written: str, spoken: str) -> None:
    assert heard(written) == spoken
