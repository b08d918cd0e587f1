"""Our own recogniser: what it holds, what it says, and that no name of a story can be read from it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymise import find, lexicon, lists, own
from anonymise.matrices import Matrices
from anonymise.text import plain
from anonymise.view import read
from stories.errors import NotReady
from stories.model import Certainty

ROOT = Path(__file__).resolve().parents[2]
GOLD = [*sorted((ROOT / "tests" / "gold").glob("*.jsonl")), ROOT / "tests" / "anonymise" / "gold.jsonl"]
VOTER = own.OwnVoter()


def files() -> list[Path]:
    return sorted(path for path in own.FOLDER.rglob("*") if path.is_file())


def marked() -> set[str]:
    """Every word of every marked name of our stories, folded, from six letters: shorter ones occur in any bytes."""
    found: set[str] = set()
    for path in GOLD:
        for line in path.read_text(encoding="utf-8").splitlines():
            for entity in json.loads(line)["entities"]:
                found |= {plain(word) for word in re.findall(r"[^\W\d_]{6,}", entity["text"])}
    return found - set(own.LABELS)


def public() -> set[str]:
    """What anybody may read: our lists, the sentences we wrote for the purpose, and the dictionary."""
    templates = plain((ROOT / "training" / "templates.txt").read_text(encoding="utf-8"))
    listed = lists.given() | lists.family() | lists.ordinary_given() | lists.ordinary_family() | lists.schools()
    places = {word for place in lists.places() | lists.ordinary_places() for word in re.findall(r"\w+", place)}
    return (
        {word for word in marked() if lexicon.is_known(word, word)}
        | listed
        | places
        | set(re.findall(r"\w+", templates))
    )


def readable(path: Path) -> set[str]:
    """Every run of letters in a file's bytes, however they are read."""
    held = path.read_bytes()
    texts = (held.decode(code, errors="ignore") for code in ("utf-8", "latin-1", "utf-16-le", "utf-16-be"))
    return {plain(word) for text in texts for word in re.findall(r"[^\W\d_]{5,}", text)}


def test_no_name_of_a_story_or_list_can_be_read_in_the_model() -> None:
    assert [path.name for path in files()] == ["meta.json", *own.MODELS]
    for path in files():
        assert not readable(path) & marked()
        assert not readable(path) & {name for name in lists.given() | lists.family() if len(name) > 6}


@pytest.mark.parametrize("path", [*files(), *sorted(lists.DATA.glob("*.json"))], ids=lambda path: path.name)
def test_nothing_that_was_built_holds_a_name_that_only_a_story_told(path: Path) -> None:
    secret = marked() - public()
    assert len(secret) > 100
    assert not readable(path) & secret


def test_a_name_in_a_built_file_would_be_seen(tmp_path: Path) -> None:
    secret = sorted(marked() - public())
    for code in ("utf-8", "utf-16-le"):
        (tmp_path / "model").write_bytes(b"\x93\x00" + f"x {secret[3].upper()} y".encode(code) + b"\xff")
        assert readable(tmp_path / "model") & set(secret)


def test_the_model_is_small() -> None:
    assert sum(path.stat().st_size for path in files()) < 8_000_000


def test_an_unknown_word_is_read_by_what_it_is_and_not_by_its_letters() -> None:
    one, other = (own.codes(own.solid(read(f"toen kwam {name} binnen"))) for name in ("xqwortel", "zzwortel"))
    assert (one == other).all()


def test_everyday_words_are_seen_as_names_where_a_name_stands() -> None:
    text = "en toen zei ik tegen storm en roos dat ze bij wolf z'n moeder moesten wachten"
    words = own.solid(read(text))
    rows = VOTER.likelihoods(words)
    named = {word.plain for word, row in zip(words, rows, strict=True) if row[0] < 0.5}
    assert named & {"storm", "roos", "wolf"}
    assert not named & {"toen", "zei", "tegen", "moeder", "wachten", "moesten"}


def test_the_model_only_adds() -> None:
    text = "mijn juf marloes woont in wolvega en haar hond heet bouke"
    masked = [f for f in find(text, voters=()) if f.certainty is Certainty.RED]
    more = [f for f in find(text) if f.certainty is Certainty.RED]
    assert masked and all(any(m.start <= f.start and f.end <= m.end for m in more) for f in masked)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("en toen zei hanneke kruimel dat ze niet kwam", "hanneke kruimel"),
        ("ze heet jada blik en ze woont boven", "jada blik"),
        ("we hebben les van meester jan trommel", "jan trommel"),
        ("we gaan altijd naar de halve maan voor spullen", "de halve maan"),
        ("bij de rode draad geven ze ook eten", "de rode draad"),
        ("ik ga naar de warme sok voor koffie", "de warme sok"),
    ],
)
def test_names_made_of_everyday_words_are_masked_whole(text: str, whole: str) -> None:
    assert whole in {text[f.start : f.end] for f in find(text) if f.certainty is Certainty.RED}


@pytest.mark.parametrize(
    ("text", "masked", "shown"),
    [
        ("ik zit bij het dappere mandje op donderdag", "mandje", "het dappere"),
        ("ze werkt in de volle maan en daar is het druk", "maan", "de volle"),
    ],
)
def test_of_a_name_that_is_partly_masked_the_rest_is_shown(text: str, masked: str, shown: str) -> None:
    found = {text[f.start : f.end]: f.certainty for f in find(text)}
    assert found[masked] is Certainty.RED and found[shown] is Certainty.AMBER


def _of_other_types(folder: Path) -> None:
    (folder / "meta.json").write_text('{"labels": ["", "dier"]}', encoding="utf-8")


def _cut_off(folder: Path) -> None:
    weights = folder / own.MODELS[0]
    weights.write_bytes(weights.read_bytes()[:100_000])


def _half(folder: Path) -> None:
    (folder / own.MODELS[1]).unlink()


@pytest.mark.parametrize("spoil", [_of_other_types, _cut_off, _half, shutil.rmtree])
def test_without_a_whole_model_nobody_looks_for_names(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    folder = tmp_path / "ner"
    shutil.copytree(own.FOLDER, folder)
    own.OwnVoter(folder)
    spoil(folder)
    with pytest.raises(NotReady) as refused:
        own.OwnVoter(folder)
    assert refused.value.code == "recogniser_broken"


def test_a_long_text_is_read_in_parts_with_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    words = own.solid(read("ik heet samira en mijn broer jelte woont in goor. " * 12))
    whole = VOTER.likelihoods(words)
    monkeypatch.setattr(own, "_CHUNK", 17)
    assert np.allclose(whole, VOTER.likelihoods(words), atol=1e-5)


def test_the_networks_are_read_as_thinc_reads_them() -> None:
    read_in = own.codes(own.solid(read("ik heet samira en mijn broer jelte woont in goor. " * 3)))
    models = [own.network().from_bytes((own.FOLDER / name).read_bytes()) for name in own.MODELS]
    for rows in (read_in[:1], read_in[:3], read_in):
        likely = Matrices(models, own.WIDTH, own.WINDOW).predict(rows)
        assert np.allclose(likely, sum(model.predict(rows) for model in models) / len(models), atol=1e-5)


@settings(deadline=None)  # the first text that needs it waits for a dictionary
@given(st.text(max_size=60))
def test_votes_lie_inside_any_text(text: str) -> None:
    assert all(0 <= hit.start < hit.end <= len(text) for hit in VOTER.votes(read(text)))
