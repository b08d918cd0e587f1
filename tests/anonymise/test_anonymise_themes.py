"""Themes: several per story, with the words that led to them, and what is denied does not count."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from anonymise import themes

VOCABULARY: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).resolve().parents[2] / "stories" / "themes.yaml").read_text(encoding="utf-8")
)["opgaven"]


def a_theme(*words: str) -> list[dict[str, Any]]:
    return [{"id": "proef", "naam": "Proef", "nr": 9, "bevestigd": "ja", "betekenis": "", "woorden": list(words)}]


def test_a_story_has_its_themes_with_the_words_that_led_to_them() -> None:
    text = "Er zat schimmel in huis en we moesten verhuizen. De deurwaarder kwam en ik lag wakker van de post."
    hits = themes(text, VOCABULARY)
    by_id = {hit.id: hit for hit in hits}
    assert {"fijn_thuis", "stress"} <= set(by_id)
    assert "schimmel" in by_id["fijn_thuis"].words
    assert all(text[a:b].lower() for hit in hits for a, b in hit.spans)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_inflections_count_as_the_same_word() -> None:
    for said in ("twee schoolreisjes en een luier", "dat schoolreisje met luiers"):
        assert themes(said, a_theme("schoolreis", "luiers"))


def test_what_is_denied_does_not_count() -> None:
    lacking = a_theme("geen eigen bed", "geen eigen kamer")
    assert themes("ik heb geen eigen bed en ook geen eigen kamer", lacking)
    assert not themes("nu heb ik wel een eigen bed en een eigen kamer", lacking)
    burden = a_theme("honger", "schimmel")
    assert themes("ik had honger en er was schimmel", burden)
    assert not themes("ik had nooit honger en er was geen schimmel", burden)


def test_a_working_theme_of_our_own_is_no_opgave() -> None:
    hits = themes("schulden, een deurwaarder, een aanmaning en een blauwe envelop", VOCABULARY)
    own = next(hit for hit in hits if hit.id == "eigen_geldzorgen")
    assert not own.is_opgave and own.confirmed == "nee"


def test_an_administrators_words_count_at_once() -> None:
    assert themes("wij gingen naar de wensboom en naar de wensput", a_theme("wensboom", "wensput"))[0].name == "Proef"


@pytest.mark.parametrize("text", ["", "   ", "\x00", "😀" * 50])
def test_a_text_without_words_has_no_themes(text: str) -> None:
    assert themes(text, VOCABULARY) == ()
