"""Other recognisers that plug in: they add, never veto, and spaCy's Dutch package is taken when it is installed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import spacy

from anonymise import find, recogniser
from anonymise.own import OwnVoter
from stories.model import Certainty
from stories.settings import Settings

TEXT = "wij aten pindakaas en soep en mijn juf marloes zei niks"
PACKAGE = "nl_core_news_sm"


@pytest.fixture(autouse=True)
def _asked_anew() -> Iterator[None]:
    recogniser.installed_voters.cache_clear()
    yield
    recogniser.installed_voters.cache_clear()


def a_model(folder: Path) -> Path:
    """A real spaCy model that calls one word an organisation."""
    nlp = spacy.blank("nl")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "ORG", "pattern": "pindakaas"}])  # type: ignore[attr-defined]
    nlp.to_disk(folder)
    return folder


def a_package(folder: Path) -> None:
    """The model as pip would lay it down."""
    (folder / PACKAGE).mkdir()
    a_model(folder / PACKAGE / "model")
    (folder / PACKAGE / "__init__.py").write_text(
        "from pathlib import Path\nimport spacy\n"
        "def load(**overrides):\n    return spacy.load(Path(__file__).parent / 'model', **overrides)\n",
        encoding="utf-8",
    )
    about = folder / f"{PACKAGE}-3.8.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {PACKAGE}\nVersion: 3.8.0\n", encoding="utf-8")


def test_our_own_recogniser_always_votes() -> None:
    assert isinstance(recogniser.installed_voters()[0], OwnVoter)


def test_an_installed_dutch_package_votes_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_package(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    own, other = recogniser.installed_voters()
    assert isinstance(own, OwnVoter) and isinstance(other, recogniser.SpacyVoter)
    assert any(TEXT[f.start : f.end] == "pindakaas" for f in find(TEXT))


def test_another_voter_adds_and_takes_nothing_away(tmp_path: Path) -> None:
    other = recogniser.SpacyVoter(a_model(tmp_path / "model"))
    assert [TEXT[start:end] for start, end, _ in other(TEXT)] == ["pindakaas"]
    alone, both = find(TEXT, voters=(OwnVoter(),)), find(TEXT, voters=(OwnVoter(), other))
    seen = next(f for f in both if TEXT[f.start : f.end] == "pindakaas")
    assert seen.certainty is Certainty.AMBER, "an everyday word on one outside vote is shown, not masked"
    masked = [f for f in alone if f.certainty is Certainty.RED]
    assert masked and all(f in both for f in masked)


def test_a_local_recogniser_counts_once_it_is_accepted(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path)  # type: ignore[call-arg]
    assert recogniser.folder_in_use(settings) == recogniser.FOLDER
    settings.own_recogniser.mkdir()
    assert recogniser.folder_in_use(settings) == settings.own_recogniser
