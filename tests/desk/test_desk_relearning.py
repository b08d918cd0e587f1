"""Learning from confirmed tags: only with a yes to it, no name in what is learned, and only once a person accepts."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from builders import MOMENT, a_consent, a_story, a_version, a_withdrawal

import pipeline
from anonymise import learn
from desk import relearning, weighing
from desk.relearned import FEWEST
from stories.consent import Purpose
from stories.errors import NotFound, Refused
from stories.model import Name, StoryKind, Theme
from stories.stages import Stage, State
from stories.store import Store
from stories.told import Audience, TellerTags

NAME = "Zwaluwina"
TODAY = MOMENT.date()
LEARN = (Purpose.INTERN_LEREN, Purpose.BIJZONDER)
TOLD = {
    "fijn_thuis": f"Bij ons zit schimmel en het tocht, zegt {NAME}. De kamer is koud en de glazenwasser zag het ook. ",
    "gezonde_dag": f"Ik had honger op school, zei {NAME}, en de glazenwasser gaf mij brood met kaas en fruit. ",
}


def add(
    store: Store, theme: str, *, purposes: tuple[Purpose, ...] = LEARN, confirmed: bool = True, **about: Any
) -> str:
    story = a_story(stage=Stage.TAGGED, state=State.IN_REDACTIE, kind=StoryKind.TEXT, **about)
    with store.write() as books:
        story = books.add_story(story)
        books.add_consent(*a_consent(story, purposes))
        books.keep_names(story.id, [Name(NAME, "persoon", "[naam 1]")])
        books.add_version(a_version(story, TOLD[theme] * 6, themes=(Theme(theme, "redactie", confirmed=confirmed),)))
    return story.id


def fill(store: Store, count: int = FEWEST) -> list[str]:
    return [add(store, list(TOLD)[i % 2]) for i in range(count)]


def weights(store: Store, number: int) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(weighing.weights_file(store.settings, number).read_text(encoding="utf-8"))
    return loaded


def learned_from(store: Store) -> list[str]:
    return list(relearning._teachers(store, TODAY).examples)


@pytest.fixture(autouse=True)
def few_gold_stories(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some real ones: learning from all takes a minute."""
    tuning, _, marked = learn.gold()
    monkeypatch.setattr(learn, "gold", lambda: (tuning[:30], [], marked))


def test_nobody_is_learned_from_without_a_yes_to_it(sqlite_store: Store) -> None:
    store = sqlite_store
    yes = add(store, "fijn_thuis")
    add(store, "fijn_thuis", purposes=(Purpose.NIEUWSBRIEF, Purpose.ONDERZOEK, Purpose.BIJZONDER))
    add(store, "fijn_thuis", confirmed=False)
    add(store, "fijn_thuis", is_example=True)
    below = add(store, "fijn_thuis")
    with store.write() as books:
        books.keep_tags(below, TellerTags(audience=Audience.REDACTIE))
    stopped = add(store, "fijn_thuis")
    with store.write() as books:
        row = books.story(stopped)
        books.save(row.moved(state=State.GEPAUZEERD), expected=row.row_version)
    assert learned_from(store) == [yes]


def test_too_few_stories_teach_nothing(sqlite_store: Store) -> None:
    fill(sqlite_store, FEWEST - 1)
    with pytest.raises(Refused) as refused:
        relearning.retrain(sqlite_store, today=TODAY)
    assert refused.value.code == "too_few" and not weighing.folder(sqlite_store.settings).exists()


def test_new_weights_count_only_when_accepted_and_the_report_says_what_changes(
    sqlite_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    store = sqlite_store
    ids = fill(store)
    report = relearning.retrain(store, today=TODAY)
    assert (report.number, report.learned_from, report.held_out) == (1, len(ids), len(ids))
    assert weighing.current(store.settings) is None, "nobody accepted them"
    assert {"meedoen", "stress", "veranderen", ""} <= {change.tag for change in report.changes}
    (home,) = [change for change in report.changes if change.tag == "fijn_thuis"]
    assert home.marked == len(ids) // 2 and home.house_after is not None and 0 < home.gold_before <= 1
    assert "Een fijn thuis" in report.text and "--accept" in report.text
    assert pipeline.retrain_themes(store, accept=True) == 0
    assert weighing.current(store.settings) == weights(store, 1)["learned"]
    assert pipeline.retrain_themes(store, shipped=True) == 0
    assert weighing.current(store.settings) is None
    with store.read() as books:
        actions = {line["action"] for line in books.audit_trail()}
    assert {"theme_weights_made", "theme_weights_accepted", "theme_weights_shipped"} <= actions


def test_no_name_and_no_word_outside_the_dictionary_is_in_what_is_learned(sqlite_store: Store) -> None:
    store = sqlite_store
    fill(store)
    relearning.retrain(store, today=TODAY)
    learned = weights(store, 1)["learned"]
    stems = {name[1:] for name in learned["weights"] if name.startswith("~")} | set(learned["rarity"])
    assert len(stems) > 40 and all(learn.is_everyday(stem) for stem in stems)
    written = "".join(file.read_text(encoding="utf-8") for file in weighing.folder(store.settings).iterdir()).lower()
    assert NAME.lower() not in written
    assert "glazenwasser" in written, "an everyday word that several stories share may be learned"


def test_an_everyday_word_that_is_hidden_somewhere_is_not_learned(sqlite_store: Store) -> None:
    store = sqlite_store
    ids = fill(store)
    with store.write() as books:
        books.keep_names(ids[0], [Name("de glazenwasser", "quasi", "[iemand]")])
    relearning.retrain(store, today=TODAY)
    assert "glazenwasser" not in weights(store, 1)["learned"]["rarity"]


def test_a_yes_taken_back_removes_what_was_learned(sqlite_store: Store) -> None:
    store = sqlite_store
    ids = fill(store)
    relearning.retrain(store, today=TODAY)
    relearning.accept(store, today=TODAY)
    assert relearning.tidy(store, today=TODAY) == 0
    with store.write() as books:
        story = books.story(ids[0])
        books.add_consent(a_withdrawal(story, Purpose.INTERN_LEREN, at=MOMENT + timedelta(minutes=1)))
    assert relearning.tidy(store, today=TODAY) == 1
    assert weighing.current(store.settings) is None and not weighing.weights_file(store.settings, 1).exists()
    with pytest.raises(NotFound):
        relearning.accept(store, today=TODAY)


@pytest.mark.parametrize("damage", ["", "{}", '{"learned": 3}', "[" * 50])
def test_weights_that_somebody_changed_do_not_count(sqlite_store: Store, damage: str) -> None:
    settings = sqlite_store.settings
    file = weighing.weights_file(settings, 1)
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"stories": [], "learned": {"bias": {}, "rarity": {}}}), encoding="utf-8")
    weighing.accept(settings, 1)
    assert weighing.current(settings) == {"bias": {}, "rarity": {}}
    file.write_text(damage, encoding="utf-8")
    assert weighing.current(settings) is None and weighing.accepted(settings) is None


def test_weights_of_before_stems_were_weighed_by_rarity_do_not_count(sqlite_store: Store) -> None:
    file = weighing.weights_file(sqlite_store.settings, 1)
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"stories": [], "learned": {"bias": {}, "weights": {}}}), encoding="utf-8")
    weighing.accept(sqlite_store.settings, 1)
    assert weighing.current(sqlite_store.settings) is None and weighing.accepted(sqlite_store.settings) is None


def test_a_list_of_what_counts_that_is_damaged_means_the_shipped_ones(sqlite_store: Store, tmp_path: Path) -> None:
    folder = weighing.folder(sqlite_store.settings)
    folder.mkdir(parents=True)
    for damage in ("", "nee", "[]", '{"number": 1}'):
        (folder / weighing.ACCEPTED).write_text(damage, encoding="utf-8")
        assert weighing.current(sqlite_store.settings) is None
