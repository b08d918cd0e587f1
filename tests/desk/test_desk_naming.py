"""Looking at names on a real store: decisions, taking them back, what a place becomes, how long it took; and the
second reader of a child's story."""

from __future__ import annotations

import pytest
from role_place import Place
from spoken import written_out

from anonymise import Decision
from desk import administering, namework, naming, reviewing, secondreading, transcripts
from desk.naming import Change, Looking
from desk.places import Does
from stories.consent import Outcome
from stories.errors import InputRefused, Moved, Refused
from stories.model import AgeBand, Story, Teller, TellerRole
from stories.people import Role, User
from stories.stages import State
from stories.store import Store
from stories.use import READ_THROUGH
from tests.following_house import CHILD, House

EDITOR = User("u-redacteur", "Ed", frozenset({Role.REDACTEUR}))


@pytest.fixture
def place(store: Store) -> Place:
    return Place.open(store)


@pytest.fixture
def house(store: Store) -> House:
    return House.open(store)


def now(store: Store, story: Story) -> Story:
    with store.read() as books:
        return books.story(story.id)


def looking(store: Store, story: Story) -> Looking:
    return naming.opened(store, EDITOR, story.id)


def decide(store: Store, story: Story, words: str, does: Does = Does.MASK, **more: object) -> None:
    seen = looking(store, story)
    start = seen.raw.index(words)
    change = Change(does, start, start + len(words), **more)  # type: ignore[arg-type]
    naming.change(store, EDITOR, story.id, change, expected=seen.story.row_version)


def decisions(store: Store, story: Story) -> tuple[Decision, ...]:
    return reviewing.review(store, EDITOR, story.id).decisions


# what is seen


def test_each_place_knows_its_sound_its_label_and_how_often_it_is_there(store: Store) -> None:
    story = written_out(store, ("Mijn zus Sanne mocht niet mee.", "Er was geen geld.", "sanne huilde."))
    seen = looking(store, story)
    by_word = {seen.raw[slice(*one.place.span)]: one for one in seen.shown}
    sanne = by_word["Sanne"]
    assert (sanne.same, sanne.label) == (2, "[naam 1]") and by_word["sanne"].label == sanne.label
    assert sanne.sound is not None and by_word["sanne"].sound is not None
    first, second = sanne.sound, by_word["sanne"].sound
    assert 0 < first[0] < first[1] < 2000 and 3500 <= second[0] < second[1], "its own words, with a little around them"


def test_what_the_text_becomes_is_told_label_by_label(store: Store) -> None:
    story = written_out(store)
    decide(store, story, "geld", type="organisatie")
    seen = looking(store, story)
    for (start, end), at in zip(seen.clean.labels, seen.after, strict=True):
        assert seen.clean.text[start:end] == seen.shown[at].label


def test_nothing_is_shown_of_a_story_that_is_not_at_the_editors(place: Place) -> None:
    story = place.offered()
    with pytest.raises(Refused):
        naming.opened(place.store, EDITOR, story.id)


# deciding


def test_words_the_machine_missed_are_masked_everywhere(store: Store) -> None:
    story = written_out(store, ("Er was geen geld.", "Geld is alles.", "Zonder geld geen bus."))
    decide(store, story, "geld", everywhere=True, type="plaats")
    clean = looking(store, story).clean.text
    assert "geld" not in clean.lower() and clean.count("[plaats 1]") == 3


def test_a_decision_on_an_older_screen_is_refused(store: Store) -> None:
    story = written_out(store)
    decide(store, story, "geld")
    with pytest.raises(Moved):
        naming.change(store, EDITOR, story.id, Change(Does.MASK, 0, 4), expected=story.row_version)


def test_outside_the_text_and_a_name_as_replacement_are_refused_and_change_nothing(store: Store) -> None:
    story = written_out(store)
    with pytest.raises(Refused):
        naming.change(store, EDITOR, story.id, Change(Does.MASK, 5, 10_000), expected=story.row_version)
    with pytest.raises(InputRefused):
        decide(store, story, "geld", replacement="Sanne")
    with pytest.raises(ValueError, match="known type"):
        decide(store, story, "geld", type="held")
    assert now(store, story) == story and not looking(store, story).can_undo


# taking back


def test_decisions_are_taken_back_one_by_one_and_made_again(store: Store) -> None:
    story = written_out(store)
    before = decisions(store, story)
    decide(store, story, "geld")
    decide(store, story, "Sanne", Does.KEEP)
    made = decisions(store, story)
    for undone in (1, 2):
        naming.undo(store, EDITOR, story.id, expected=now(store, story).row_version)
        assert looking(store, story).can_undo is (undone == 1)
    assert decisions(store, story) == before
    for _ in range(2):
        naming.redo(store, EDITOR, story.id, expected=now(store, story).row_version)
    assert decisions(store, story) == made and not looking(store, story).can_redo


def test_a_new_decision_ends_what_could_be_made_again(store: Store) -> None:
    story = written_out(store)
    decide(store, story, "geld")
    naming.undo(store, EDITOR, story.id, expected=now(store, story).row_version)
    decide(store, story, "Sanne", Does.KEEP)
    with pytest.raises(Refused):
        naming.redo(store, EDITOR, story.id, expected=now(store, story).row_version)


def test_of_a_text_that_changed_nothing_is_taken_back(store: Store) -> None:
    story = written_out(store)
    decide(store, story, "geld")
    text = "Er was weinig geld voor de bus."
    transcripts.retype(store, EDITOR, story.id, 1, text, expected=now(store, story).row_version)
    with pytest.raises(Refused):
        naming.undo(store, EDITOR, story.id, expected=now(store, story).row_version)


def test_only_the_last_steps_are_kept() -> None:
    work = namework.Work(about="x")
    for number in range(namework.MOST_STEPS + 5):
        work = work.after(namework.Step.NEW, (Decision(number, number + 1, "keep"),))
    assert len(work.back) == namework.MOST_STEPS and work.back[-1][0].start == namework.MOST_STEPS + 4


# how long it takes


def test_the_time_is_added_up_and_told_at_the_offer_as_a_median(place: Place) -> None:
    editor, admin = place.staff[Role.REDACTEUR], place.staff[Role.BEHEERDER]
    told: list[tuple[int, int] | None] = []
    for seconds in (40, 100, 4000):
        story = place.heard()
        naming.spent(place.store, editor, story.id, 20)
        naming.spent(place.store, editor, story.id, seconds - 20)
        reviewing.offer_for_release(place.store, editor, story.id, expected=story.row_version)
        told.append(administering.health(place.store, place.store.settings, admin).names_s)
    assert told == [(40, 1), (70, 2), (100, 3)]
    with place.store.read() as books:
        details = {line["detail"] for line in books.audit_trail(action="offered_for_release")}
    assert details == {"seconds=40", "seconds=100", f"seconds={20 + 10 * naming.IDLE_S}"}, "a browser is not believed"


def test_without_any_time_there_is_no_median(place: Place) -> None:
    place.offered()
    admin = place.staff[Role.BEHEERDER]
    assert administering.health(place.store, place.store.settings, admin).names_s is None


# the second reader


def digest(house: House, story: Story) -> str:
    with house.store.read() as books:
        return books.version(story.id).digest


def offered(house: House, who: Teller = CHILD, **said: Outcome) -> Story:
    story = house.worked(who, **said)
    return offer(house, story)


def offer(house: House, story: Story) -> Story:
    reviewing.mark_heard(house.store, house.editor, story.id)
    return reviewing.offer_for_release(house.store, house.editor, story.id, expected=house.now(story).row_version)


def release(house: House, story: Story) -> Story:
    return reviewing.release(house.store, house.releaser, story.id, expected=house.now(story).row_version)


def read(house: House, user: User, story: Story) -> None:
    secondreading.mark_read_through(house.store, user, story.id, digest=digest(house, story))


def test_a_childs_story_is_not_released_before_a_second_person_read_it(house: House) -> None:
    story = offered(house)
    with pytest.raises(Refused) as refusal:
        release(house, story)
    assert refusal.value.code == "not_read_through"
    read(house, house.releaser, story)
    assert release(house, story).state is State.VRIJGEGEVEN


@pytest.mark.parametrize("band", [AgeBand.FROM_16, AgeBand.ADULT])
def test_whoever_decides_alone_needs_no_second_reader(house: House, band: AgeBand) -> None:
    role = TellerRole.JONGERE if band is AgeBand.FROM_16 else TellerRole.OUDER
    story = offered(house, Teller(role, band), own=Outcome.JA)
    assert release(house, story).state is State.VRIJGEGEVEN


def test_whoever_offered_or_decided_about_names_before_does_not_read_it_through(house: House) -> None:
    with house.store.write() as books:
        other = books.add_user("ander", "wachtwoord van een ander", [Role.REDACTEUR])
    story = house.worked(CHILD)
    naming.change(house.store, other, story.id, Change(Does.MASK, 0, 2), expected=story.row_version)
    now = house.now(story)
    naming.change(house.store, house.editor, story.id, Change(Does.KEEP, 0, 2), expected=now.row_version)
    offer(house, story)
    for user in (house.editor, other):
        with pytest.raises(Refused) as refusal:
            read(house, user, story)
        assert refusal.value.code == "reading_four_eyes"


def test_reading_is_of_exactly_this_text(house: House) -> None:
    story = offered(house)
    old = digest(house, story)
    read(house, house.releaser, story)
    now = house.now(story)
    reviewing.send_back(house.store, house.releaser, story.id, expected=now.row_version)
    now = house.now(story)
    naming.change(house.store, house.editor, story.id, Change(Does.MASK, 0, 2), expected=now.row_version)
    with pytest.raises(Refused):
        secondreading.mark_read_through(house.store, house.releaser, story.id, digest=old)  # not offered yet
    offer(house, story)
    with pytest.raises(Moved):
        secondreading.mark_read_through(house.store, house.releaser, story.id, digest=old)
    with pytest.raises(Refused):
        release(house, story)
    read(house, house.releaser, story)
    assert release(house, story).state is State.VRIJGEGEVEN


def test_reading_stands_in_the_audit(house: House) -> None:
    story = house.released(CHILD)
    read(house, house.releaser, story)  # also once it is released: one from before this rule waits for its reader
    with house.store.read() as books:
        assert "story_read_through" in {line["action"] for line in books.audit_trail(story_id=story.id)}
        assert READ_THROUGH in {approval.role for approval in books.approvals(story.id)}
