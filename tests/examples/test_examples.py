"""The example stories, their recordings, and the practice model that understands only them."""

import json
import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import pytest
import yaml

import transcription
from stories.settings import Settings

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
RECORDINGS = EXAMPLES / "recordings"
MODEL = EXAMPLES / "model"
SETTINGS = Settings(_env_file=None)

STORIES: list[dict[str, Any]] = yaml.safe_load((EXAMPLES / "stories.yaml").read_text(encoding="utf-8"))
SPOKEN = [story for story in STORIES if story["kind"] == "audio"]
SOUNDS = sorted(path for path in RECORDINGS.iterdir() if path.suffix not in {".json", ".md"})

FIELDS = {
    "id", "title", "role", "age_band", "region", "kind", "text", "names", "themes", "consent", "assent",
    "withdrawn_after", "quotes", "expected",
}  # fmt: skip
ROLES = {"kind", "jongere", "ouder", "ervaringswerker"}
AGE_BANDS = {"<12", "12-15", "16-17", "18+"}
PARTIES = {"teller", "vertegenwoordiger", "kind"}
PURPOSES = {
    "verwerken", "intern_leren", "nieuwsbrief", "social", "website", "podcast", "vlog", "kenniskring", "onderzoek",
    "hercontact",
}  # fmt: skip
FORMS = {"tekst", "eigen_stem", "vervormde_stem", "nagesproken", "beeld"}
OUTCOMES = {"ja", "nee", "twijfel"}
STAGES = {"transcribed", "anonymised", "tagged"}
THEMES = {
    "meedoen", "fijn_thuis", "gezonde_dag", "kansrijk_opgroeien", "ontwikkelkansen", "werkgever",
    "ervaringsdeskundigheid", "stress", "eigen_geldzorgen", "eigen_regels",
}  # fmt: skip

LARGEST_RECORDINGS_BYTES = 4_000_000
LARGEST_MODEL_BYTES = 9_500_000
HIGHEST_WORD_ERROR_RATE = 0.02
LARGEST_MEDIAN_START_ERROR_MS = 100


def whole_text(story: dict[str, Any]) -> str:
    text = story["text"]
    return text if isinstance(text, str) else " ".join(turn["text"] for turn in text)


def plain_words(text: str) -> list[str]:
    return re.sub(r"[^\w ]", "", text.lower()).split()


def word_errors(reference: list[str], hypothesis: list[str]) -> int:
    """Fewest words to replace, add or leave out."""
    row = list(range(len(hypothesis) + 1))
    for count, wanted in enumerate(reference, start=1):
        previous, row[0] = row[0], count
        for place, found in enumerate(hypothesis, start=1):
            previous, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, previous + (wanted != found))
    return row[-1]


def truth_of(sound: Path) -> list[dict[str, Any]]:
    turns: list[dict[str, Any]] = json.loads(sound.with_suffix(".json").read_text(encoding="utf-8"))
    return turns


def decoded_seconds(sound: Path) -> float:
    with av.open(str(sound)) as container:
        rate = container.streams.audio[0].rate
        return sum(frame.samples for frame in container.decode(audio=0)) / rate


every_story = pytest.mark.parametrize("story", STORIES, ids=[story["id"] for story in STORIES])
every_spoken_story = pytest.mark.parametrize("story", SPOKEN, ids=[story["id"] for story in SPOKEN])
every_sound = pytest.mark.parametrize("sound", SOUNDS, ids=[sound.name for sound in SOUNDS])


def test_there_are_eight_stories_with_different_names() -> None:
    assert len(STORIES) == 8
    assert len({story["id"] for story in STORIES}) == 8


@every_story
def test_a_story_has_exactly_the_fields_that_are_promised(story: dict[str, Any]) -> None:
    spoken = {"recording"} if story["kind"] == "audio" else set()
    assert set(story) == FIELDS | spoken


@every_story
def test_a_story_holds_only_allowed_values(story: dict[str, Any]) -> None:
    assert re.fullmatch(r"[a-z]+", story["id"])
    assert story["role"] in ROLES
    assert story["age_band"] in AGE_BANDS
    assert story["kind"] in {"audio", "text"}
    assert story["withdrawn_after"] in STAGES | {None}
    assert 1 <= len(story["themes"]) <= 2 and set(story["themes"]) <= THEMES
    assert story["expected"].endswith(".")


@every_story
def test_a_child_is_asked_and_an_adult_is_not(story: dict[str, Any]) -> None:
    if story["age_band"] in {"<12", "12-15"}:
        assert story["assent"] in OUTCOMES | {"niet_gevraagd"}
        assert {given["party"] for given in story["consent"]} <= {"vertegenwoordiger", "kind"}
    else:
        assert story["assent"] is None
        assert {given["party"] for given in story["consent"]} == {"teller"}


@every_story
def test_every_answer_about_consent_is_well_formed_and_given_once(story: dict[str, Any]) -> None:
    for given in story["consent"]:
        assert set(given) == {"party", "purpose", "form", "outcome", "recognisability"}
        assert given["party"] in PARTIES
        assert given["purpose"] in PURPOSES
        assert given["form"] in FORMS
        assert given["outcome"] in OUTCOMES
        assert given["recognisability"] == "geheel_onherkenbaar"
    answers = [(given["party"], given["purpose"], given["form"]) for given in story["consent"]]
    assert len(answers) == len(set(answers))


@every_story
def test_every_name_on_the_intake_sheet_is_in_the_story(story: dict[str, Any]) -> None:
    assert story["names"]
    for name in story["names"]:
        assert re.search(rf"\b{re.escape(name)}\b", whole_text(story))


@every_story
def test_title_and_quotes_hold_no_name(story: dict[str, Any]) -> None:
    for name in (part for whole in story["names"] for part in whole.split() if part[0].isupper()):
        for text in [story["title"], *story["quotes"]]:
            assert not re.search(rf"\b{re.escape(name)}\b", text)


@every_story
def test_every_quote_is_literally_in_the_story(story: dict[str, Any]) -> None:
    assert 2 <= len(story["quotes"]) <= 3
    for quote in story["quotes"]:
        assert quote in whole_text(story)


@every_story
def test_a_written_story_is_as_long_as_a_newsletter_can_bear(story: dict[str, Any]) -> None:
    if story["kind"] == "text":
        assert 120 <= len(story["text"].split()) <= 250
    else:
        assert all(4 <= len(turn["text"].split()) <= 12 for turn in story["text"])
        assert {turn["speaker"] for turn in story["text"]} <= {"A", "B"}


@every_spoken_story
def test_the_truth_of_a_recording_says_what_the_story_says(story: dict[str, Any]) -> None:
    turns = truth_of(RECORDINGS / story["recording"])
    assert [{"speaker": turn["speaker"], "text": turn["text"]} for turn in turns] == story["text"]


@every_sound
def test_a_recording_decodes_and_is_as_long_as_its_truth(sound: Path) -> None:
    turns = truth_of(sound)
    words = [word for turn in turns for word in turn["words"]]
    assert [word["text"] for word in words] == " ".join(turn["text"] for turn in turns).split()
    assert all(0 <= word["start_ms"] < word["end_ms"] for word in words)
    assert all(before["end_ms"] <= after["start_ms"] for before, after in pairwise(words))
    after_last_word_s = decoded_seconds(sound) - words[-1]["end_ms"] / 1000
    assert 0 < after_last_word_s < 2


def test_every_recording_belongs_to_a_story_or_is_the_human_voice() -> None:
    assert {sound.name for sound in SOUNDS} == {story["recording"] for story in SPOKEN} | {"mensenstem.flac"}


def test_the_recordings_stay_small() -> None:
    assert sum(path.stat().st_size for path in RECORDINGS.iterdir()) < LARGEST_RECORDINGS_BYTES


def test_the_model_stays_small_and_says_that_it_is_no_real_model() -> None:
    assert sum(path.stat().st_size for path in MODEL.iterdir()) < LARGEST_MODEL_BYTES
    assert "oefenmodel" in (MODEL / "NOT_A_REAL_MODEL.txt").read_text(encoding="utf-8").lower()
    assert (MODEL / "MODEL_CARD.md").exists()


@cache
def practice_engine() -> transcription.Engine:
    return transcription.load_engine(str(MODEL), SETTINGS, allow_example=True)


@pytest.mark.slow
@every_sound
def test_the_practice_model_understands_a_recording(sound: Path) -> None:
    """As the product listens: in chunks cut where nobody speaks. (Whole files are in the model card.)"""
    heard = transcription.transcribe_file(sound, practice_engine(), SETTINGS, "nl")
    found = [word for segment in heard.segments for word in segment.words]
    wanted = [word for turn in truth_of(sound) for word in turn["words"]]
    wanted_text = plain_words(" ".join(word["text"] for word in wanted))
    found_text = plain_words(" ".join(word.text for word in found))
    assert word_errors(wanted_text, found_text) / len(wanted_text) <= HIGHEST_WORD_ERROR_RATE
    if wanted_text == found_text:
        off_ms = sorted(abs(heard.start_ms - word["start_ms"]) for heard, word in zip(found, wanted, strict=True))
        assert off_ms[len(off_ms) // 2] < LARGEST_MEDIAN_START_ERROR_MS
