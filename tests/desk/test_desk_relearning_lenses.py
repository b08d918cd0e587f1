"""Learning lenses from passages that editors looked at: the same yes, nothing before a person accepts, no words."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pytest
from builders import MOMENT, a_consent, a_story, a_version, a_withdrawal
from gold import lenses
from gold.score import files, load

import anonymise
from anonymise import learn, learn_lenses
from anonymise.lenses import shipped
from desk import relearning, relearning_lenses, tagging, weighing
from desk.relearned import FEWEST
from desk.tagging import PassageTags
from stories.consent import Purpose
from stories.model import StoryKind, Theme
from stories.stages import Stage, State
from stories.store import Store
from stories.told import Audience, TellerTags

TODAY = MOMENT.date()
LEARN = (Purpose.INTERN_LEREN, Purpose.BIJZONDER)
TEXT = (
    "Wij wonen met ons vieren in een straat bij de kerk en mijn moeder werkt bij de bakker op de hoek van het plein. "
    "Op de gemeente werd onze aanvraag afgewezen en niemand luisterde naar mijn moeder, want de manager had geen tijd "
    "en stuurde haar weg. "
    "Daarna kreeg ik een fiets van de buurvrouw en zij ging mee naar de club, samen met de meester was ik eindelijk "
    "weer blij en trots. "
    "En nu fiets ik elke week met haar naar de markt en dan drinken wij iets warms bij de kraam van haar broer daar."
)
SPANS = anonymise.passage_spans(TEXT)
GOES_WRONG, GOES_WELL = 1, 2
TOLD = {GOES_WRONG: ("meedoen", "gaat_fout"), GOES_WELL: ("inzicht",)}
"""By place of the passage. This house sees an insight where the weights that ship see what goes well; of two passages
nobody said anything."""


def tags(told: dict[int, tuple[str, ...]]) -> list[PassageTags]:
    return [PassageTags(*SPANS[at], ids, by="redacteur") for at, ids in told.items()]


def add(
    store: Store,
    *,
    purposes: tuple[Purpose, ...] = LEARN,
    told: dict[int, tuple[str, ...]] | None = None,
    theme: str = "meedoen",
) -> str:
    """A story with a confirmed theme (none when empty) and tags of passages."""
    story = a_story(stage=Stage.TAGGED, state=State.IN_REDACTIE, kind=StoryKind.TEXT)
    themes = (Theme(theme, "redactie", confirmed=True),) if theme else ()
    with store.write() as books:
        story = books.add_story(story)
        books.add_consent(*a_consent(story, purposes))
        version = books.add_version(a_version(story, TEXT, themes=themes))
        tagging.keep(books, version, tags(TOLD if told is None else told))
    return story.id


def fill(store: Store, count: int = FEWEST) -> list[str]:
    return [add(store) for _ in range(count)]


def taught(store: Store) -> dict[str, relearning_lenses.Taught]:
    return relearning._teachers(store, TODAY).lenses


def proposals(store: Store, story_id: str) -> list[set[str]]:
    """The lenses that the app proposes now, by passage."""
    with store.read() as books:
        found = tagging.passages(books, books.version(story_id))
    return [{hit.id for hit in passage.proposed}.intersection(learn_lenses.lens_ids()) for passage in found]


@functools.cache
def few() -> tuple[learn_lenses.Rows, learn.Matrix, list[str]]:
    """The marked passages of some gold stories."""
    rows, truth, ids = learn_lenses.gold()
    count = ids.index(list(dict.fromkeys(ids))[20])
    return rows[:count], truth[:count], ids[:count]


@pytest.fixture(autouse=True)
def few_gold_stories(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Some real ones: learning from all takes a while."""
    tuning, _, marked = learn.gold()
    some = few()
    monkeypatch.setattr(learn, "gold", lambda: (tuning[:20], [], marked))
    monkeypatch.setattr(learn_lenses, "gold", lambda: some)
    yield


def test_lenses_are_learned_only_of_stories_with_a_yes_to_it(store: Store) -> None:
    yes, without_theme = add(store), add(store, theme="")
    add(store, purposes=(Purpose.NIEUWSBRIEF, Purpose.ONDERZOEK, Purpose.BIJZONDER))
    below, stopped, back = add(store), add(store), add(store)
    with store.write() as books:
        books.keep_tags(below, TellerTags(audience=Audience.REDACTIE))
        row = books.story(stopped)
        books.save(row.moved(state=State.GEPAUZEERD), expected=row.row_version)
        books.add_consent(a_withdrawal(books.story(back), Purpose.INTERN_LEREN, at=MOMENT + timedelta(minutes=1)))
    assert set(taught(store)) == {yes, without_theme}


def test_what_is_not_ticked_is_a_no_only_in_a_passage_where_something_is(sqlite_store: Store) -> None:
    story_id = add(sqlite_store, told={GOES_WRONG: ("meedoen",), GOES_WELL: ("gaat_goed", "inzicht")})
    rows, truth = taught(sqlite_store)[story_id].passages()
    assert rows == learn_lenses.rows_of(TEXT)[GOES_WRONG : GOES_WELL + 1], "of the other passages nothing is known"
    named = [{lens for lens, has in zip(learn_lenses.lens_ids(), row, strict=True) if has} for row in truth]
    assert named == [set(), {"gaat_goed", "inzicht"}]


def test_an_editor_who_uses_no_lenses_says_no_to_none(sqlite_store: Store) -> None:
    add(sqlite_store, told={GOES_WRONG: ("meedoen",), GOES_WELL: ("stress",)})
    assert not taught(sqlite_store)


def test_a_lens_counts_only_while_its_passage_stands_in_the_text(sqlite_store: Store) -> None:
    kept, lost = add(sqlite_store), add(sqlite_store)
    for story_id, after in ((kept, TEXT.replace("bij de kerk", "bij het park")), (lost, TEXT[: SPANS[0][1]])):
        with sqlite_store.write() as books:
            story, before = books.story(story_id), books.version(story_id)
            version = books.add_version(a_version(story, after, number=2))
            rows = tagging.carried(tagging.kept(books, story_id, 1), before.clean.text, after)
            tagging.keep(books, version, rows)
            books.save(story.moved(version=2), expected=story.row_version)
    assert set(taught(sqlite_store)) == {kept}


def test_new_lenses_are_proposed_only_once_accepted_and_the_report_says_per_lens_what_changes(
    sqlite_store: Store,
) -> None:
    store = sqlite_store
    ids = fill(store)
    before = proposals(store, ids[0])
    assert before[GOES_WELL] == {"gaat_goed"}
    report = relearning.retrain(store, today=TODAY)
    found = report.lenses
    assert (found.learned_from, found.passages, found.held_out) == (FEWEST, 2 * FEWEST, FEWEST)
    by_lens = {change.tag: change for change in found.changes}
    assert list(by_lens) == [*learn_lenses.lens_ids(), ""]
    insight = by_lens["inzicht"]
    assert insight.marked == FEWEST and insight.house_before == 0 and insight.house_after == 1
    assert by_lens["gevolg"].house_after is None and 0 < by_lens["gevolg"].gold_before < 1
    assert "Alle lenzen samen" in report.text
    assert proposals(store, ids[0]) == before, "nobody accepted them"
    relearning.accept(store, today=TODAY)
    assert "inzicht" in proposals(store, ids[0])[GOES_WELL]
    relearning.use_shipped(store)
    assert proposals(store, ids[0]) == before


def test_stories_that_the_weights_know_are_no_measure_and_none_of_their_words_is_learned(
    sqlite_store: Store,
) -> None:
    fill(sqlite_store)
    relearning.retrain(sqlite_store, today=TODAY)
    relearning.accept(sqlite_store, today=TODAY)
    learned = weighing.current(sqlite_store.settings)
    assert learned is not None and learned["lenses"]["bias"].keys() == shipped()["bias"].keys()
    assert learned["lenses"]["weights"].keys() <= shipped()["weights"].keys(), "groups of words that ship"
    found = relearning.retrain(sqlite_store, today=TODAY).lenses
    assert found.held_out == 0 and all(change.house_before is None for change in found.changes)


def test_too_few_stories_with_lenses_leave_the_lenses_that_ship(sqlite_store: Store) -> None:
    store = sqlite_store
    fill(store, FEWEST - 1)
    other = add(store, told={})
    before = proposals(store, other)
    report = relearning.retrain(store, today=TODAY)
    assert not report.lenses.changes and f"{FEWEST - 1} verhalen hebben bevestigde lenzen" in report.text
    relearning.accept(store, today=TODAY)
    assert proposals(store, other) == before


def test_a_yes_taken_back_removes_lenses_that_learned_from_that_story(sqlite_store: Store) -> None:
    store = sqlite_store
    ids = fill(store)
    before = proposals(store, ids[0])
    only_lenses = add(store, theme="")
    relearning.retrain(store, today=TODAY)
    relearning.accept(store, today=TODAY)
    assert relearning.tidy(store, today=TODAY) == 0 and proposals(store, ids[0]) != before
    with store.write() as books:
        story = books.story(only_lenses)
        books.add_consent(a_withdrawal(story, Purpose.INTERN_LEREN, at=MOMENT + timedelta(minutes=1)))
    assert relearning.tidy(store, today=TODAY) == 1
    assert proposals(store, ids[0]) == before and not weighing.weights_file(store.settings, 1).exists()


def test_a_passage_is_predicted_by_weights_that_did_not_learn_from_its_story() -> None:
    rows, truth, ids = few()
    mine = np.array([one == ids[0] for one in ids])
    other = np.where(mine[:, None], 1 - truth, truth)
    seen, changed = (learn_lenses.cross_validate(rows, has, ids) for has in (truth, other))
    assert (seen[mine] == changed[mine]).all() and not (seen[~mine] == changed[~mine]).all()


def ticked() -> list[relearning_lenses.Taught]:
    """Other gold stories, as if editors ticked the passages of them that have a lens and left the others alone."""
    marks = {i: told for i, told in lenses.marked().items() if i not in few()[2]}
    texts = [(marks[story["id"]], story["text"]) for story in load(files()) if story["id"] in marks]
    told = [(text, {at: row[at[0]] for at in anonymise.passage_spans(text) if row[at[0]]}) for row, text in texts[:40]]
    return [relearning_lenses.Taught(text, passages) for text, passages in told if passages]


def test_that_editors_tick_passages_with_a_lens_does_not_make_the_machine_propose_more() -> None:
    house, (rows, truth, _) = ticked(), few()
    _, aware = relearning_lenses.learn({str(at): one for at, one in enumerate(house)}, (), None)
    found = [one.passages() for one in house]
    unaware = learn_lenses.learn(
        [*rows, *(row for one, _ in found for row in one)], np.vstack([truth, *(np.array(has) for _, has in found)])
    )
    assert aware is not None
    assert learn_lenses.proposed(rows, aware).sum() < learn_lenses.proposed(rows, unaware).sum()
