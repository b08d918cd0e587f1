"""The scenes that the recogniser and the themes learn from: their form, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from anonymise.own import LABELS
from anonymise.scenes import Scene, scenes
from stories.vocabulary import Soort, built_in, only

SHIPPED = list(scenes())
OPGAVEN = {row["id"] for row in only(built_in(), Soort.OPGAVE) if row["bevestigd"] != "nee"}


def test_a_scene_has_its_text_its_opgaven_and_its_marks(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(
        "# meedoen; stress\nen juf [[persoon|annelot]]\nvan de [[school|wegwijzer]] zei niks\n\n# -\nhet regende\n"
    )
    assert list(scenes(tmp_path)) == [
        Scene(
            "en juf annelot van de wegwijzer zei niks", ("meedoen", "stress"), ((7, 14, "persoon"), (22, 31, "school"))
        ),
        Scene("het regende", (), ()),
    ]


@pytest.mark.parametrize("block", ["zonder kop", "# meedoen", "# -\nniet [[persoon|dicht", "# -\nniet ]] open"])
def test_what_is_no_scene_is_refused_with_its_line(tmp_path: Path, block: str) -> None:
    (tmp_path / "a.txt").write_text(f"# -\neen\ntwee\n\n{block}\n")
    with pytest.raises(ValueError, match=r"a\.txt:5"):
        list(scenes(tmp_path))


def test_every_opgave_has_hundreds_of_scenes_and_some_have_none() -> None:
    told = [one for scene in SHIPPED for one in scene.opgaven]
    assert set(told) == OPGAVEN and min(map(told.count, OPGAVEN)) > 300
    assert sum(not scene.opgaven for scene in SHIPPED) > 400


def test_marks_have_a_known_type_and_stand_on_whole_words() -> None:
    for text, _, marks in ((one.text, one.opgaven, one.marks) for one in SHIPPED):
        for start, end, kind in marks:
            assert kind in {*LABELS, "leeftijd", "quasi"} - {""}
            assert text[start:end].strip() == text[start:end] != ""
            assert not text[start - 1 : start].isalpha() or "'" in text[start - 2 : start]


def test_no_scene_stands_there_twice() -> None:
    texts = [scene.text for scene in SHIPPED]
    assert len(set(texts)) == len(texts)
