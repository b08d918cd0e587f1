"""The ervaringswerker's desk: own cases, what is missing, beginning one or many, and handing in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from helper_place import (
    ADULT,
    BOTH,
    CHILD,
    DOUBT,
    KID,
    NO,
    PARENT,
    TEEN,
    TEXT,
    TODAY,
    YES,
    Place,
)
from hypothesis import given
from hypothesis import strategies as st

from desk import answering, helping, readback, reviewing, telling
from desk.readback import Heard
from stories.consent import Outcome, Party
from stories.errors import InputRefused, NotFound, Refused
from stories.model import AgeBand, StoryKind, Task, Teller, TellerRole, new_id
from stories.people import Holder
from stories.stages import State
from stories.store import Store
from stories.terms import Terms
from stories.told import Agreed, Audience, Feeling, TellerTags, ThirdPerson
from stories.words import room


@pytest.fixture
def place(sqlite_store: Store) -> Place:
    return Place.open(sqlite_store)


@pytest.fixture
def both(store: Store) -> Place:
    """On SQLite and on PostgreSQL."""
    return Place.open(store)


# the list


def test_the_list_holds_own_cases_only_newest_first(both: Place) -> None:
    first, second = both.case(), both.case(CHILD)
    (of_another,) = helping.start(both.store, both.other, ADULT)
    answers = telling.answers(ADULT, own=YES)
    telling.begin(both.store, answers, kind=StoryKind.TEXT)
    assert [case.story.id for case in helping.cases(both.store, both.helper)] == [second.id, first.id]
    assert [case.story.id for case in helping.cases(both.store, both.other)] == [of_another.id]


def test_a_fresh_case_says_everything_that_is_missing(place: Place) -> None:
    child = place.case(CHILD, text="")
    assert place.missing(child.id) == {"vertegenwoordiger_not_asked", "kind_not_asked", "nothing_told"}
    adult = place.case(text="")
    assert place.missing(adult.id) == {"teller_not_asked", "nothing_told"}


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        (KID, {"vertegenwoordiger_not_asked", "contact_vertegenwoordiger"}),
        (PARENT, {"kind_not_asked"}),
        ({**PARENT, Party.KIND: DOUBT}, {"kind_says_twijfel"}),
        ({**KID, Party.VERTEGENWOORDIGER: NO}, {"vertegenwoordiger_says_nee"}),
        ({**BOTH, Party.ANDERE_OUDER: NO}, {"andere_ouder_says_nee"}),
        (BOTH, set()),
    ],
)
def test_what_is_missing_follows_what_was_said(place: Place, said: dict[Party, Outcome], missing: set[str]) -> None:
    story = place.case(CHILD)
    answering.record_answers(place.store, place.helper, story.id, said)
    assert place.missing(story.id) == missing | {"not_handed_in"}


def test_a_story_that_is_worked_asks_to_be_read_back_and_then_nothing_more(place: Place) -> None:
    story = place.worked()
    assert place.missing(story.id) == {"read_back"}
    readback.read_back(place.store, place.helper, story.id, Heard.AKKOORD, number=story.version)
    assert place.missing(story.id) == set()


def test_what_was_stopped_misses_nothing_and_says_when_it_is_erased(place: Place) -> None:
    story = place.handed_in()
    readback.stop(place.store, place.helper, story.id)
    (case,) = helping.cases(place.store, place.helper)
    assert case.missing == ()
    assert case.erased_on == TODAY + timedelta(days=place.store.settings.grace_days)


def test_without_every_yes_the_day_of_erasure_is_shown(place: Place) -> None:
    story = place.handed_in(CHILD, KID, ())
    due = TODAY + timedelta(days=Terms().unconsented_days)
    assert helping.case(place.store, place.helper, story.id).case.erased_on == due
    answering.record_answers(place.store, place.helper, story.id, {Party.VERTEGENWOORDIGER: YES})
    assert helping.case(place.store, place.helper, story.id).case.erased_on is None


def test_every_missing_thing_can_be_said_in_words() -> None:
    words = room("helper")
    for party in Party:
        for outcome in (Outcome.NEE, Outcome.TWIJFEL, Outcome.INGETROKKEN):
            assert f"missing_{party}_says_{outcome}" in words
    for holder in Holder:
        assert f"missing_contact_{holder}" in words


def test_a_task_of_ones_own_is_shown_and_can_be_finished_by_nobody_else(place: Place) -> None:
    story = place.handed_in()
    mine = Task(new_id("t"), "warning", story.id, "", place.helper.id, TODAY)
    editors = Task(new_id("t"), "warning", story.id, "", "redactie", TODAY)
    with place.store.write() as books:
        books.add_task(mine)
        books.add_task(editors)
    assert [task.id for task in helping.case(place.store, place.helper, story.id).case.tasks] == [mine.id]
    with pytest.raises(NotFound):
        helping.finish(place.store, place.helper, editors.id)
    helping.finish(place.store, place.helper, mine.id)
    assert helping.case(place.store, place.helper, story.id).case.tasks == ()


# beginning


def test_many_recordings_become_as_many_cases_without_a_word_of_consent(place: Place) -> None:
    stories = helping.start(place.store, place.helper, CHILD, region="Oost", count=5)
    assert len({story.id for story in stories}) == 5
    with place.store.read() as books:
        for story in stories:
            assert books.story(story.id).state is State.CONCEPT
            assert books.consent(story.id).events == () and books.sittings(story.id) == ()
    for story in stories:
        with pytest.raises(Refused) as refusal:
            helping.hand_in(place.store, place.helper, story.id)
        assert refusal.value.key == "helper.nobody_said_yes"


@pytest.mark.parametrize("count", [0, -1, helping.MOST_AT_ONCE + 1])
def test_too_many_at_once_are_refused(place: Place, count: int) -> None:
    with pytest.raises(InputRefused):
        helping.start(place.store, place.helper, ADULT, count=count)
    assert not helping.cases(place.store, place.helper)


@pytest.mark.parametrize("region", ["x" * 61, "Oost\x00", "links‮rechts"])
def test_a_region_is_one_short_plain_line(place: Place, region: str) -> None:
    with pytest.raises(InputRefused):
        helping.start(place.store, place.helper, ADULT, region=region)


@given(st.text())
def test_a_tidy_region_is_short_and_on_one_line_or_refused(typed: str) -> None:
    try:
        place = helping.tidy_region(typed)
    except InputRefused:
        return
    assert len(place) <= helping.LONGEST_REGION and "\n" not in place and place == place.strip()


@pytest.mark.parametrize("months", [-1, 0, 60])
def test_a_month_that_cannot_be_when_somebody_turns_16_is_refused(place: Place, months: int) -> None:
    teen = Teller(TellerRole.JONGERE, AgeBand.FROM_12, TODAY + timedelta(days=31 * months))
    with pytest.raises(InputRefused):
        helping.start(place.store, place.helper, teen)


def test_a_role_and_an_age_that_do_not_go_together_are_refused_in_words() -> None:
    with pytest.raises(InputRefused):
        helping.teller_of(TellerRole.KIND, AgeBand.ADULT)
    assert helping.teller_of(TellerRole.KIND, AgeBand.UNDER_12, TODAY).turns_16_on is None


def test_the_teller_can_be_corrected_until_somebody_answered(place: Place) -> None:
    story = place.case(ADULT)
    assert helping.correct_teller(place.store, place.helper, story.id, CHILD).teller == CHILD
    answering.record_answers(place.store, place.helper, story.id, KID)
    with pytest.raises(Refused) as refusal:
        helping.correct_teller(place.store, place.helper, story.id, ADULT)
    assert refusal.value.key == "desk.other_teller"
    changed = helping.correct_teller(place.store, place.helper, story.id, CHILD, region="West")
    assert (changed.teller, changed.region) == (CHILD, "West"), "the region is nobody's consent"


def test_teen_is_a_teller_whose_month_is_known(place: Place) -> None:
    story = place.case(TEEN)
    assert place.now(story.id).teller.turns_16_on == TEEN.turns_16_on


# the story


def test_what_was_told_named_and_tagged_is_handed_in_with_a_code_for_each_who_needs_one(both: Place) -> None:
    story = both.case(CHILD, text="")
    helping.write_down(both.store, both.helper, story.id, TEXT)
    persons = [ThirdPerson("Samira", Agreed.WEET_EN_GOED), ThirdPerson("Emre", Agreed.WIL_NIET)]
    helping.name_others(both.store, both.helper, story.id, persons)
    tags = TellerTags(feelings=(Feeling.BOOS,), audience=Audience.PARTNERS)
    helping.tag(both.store, both.helper, story.id, tags)
    answering.record_answers(both.store, both.helper, story.id, KID)
    codes = helping.hand_in(both.store, both.helper, story.id)
    with both.store.read() as books:
        assert books.third_persons(story.id) == tuple(persons)
        assert books.intake_names(story.id) == ("Samira", "Emre")
        assert books.tags(story.id) == tags
        assert books.holder_of_receipt(codes.teller).holder is Holder.VERTELLER
        assert codes.representative is not None
        assert books.holder_of_receipt(codes.representative).holder is Holder.VERTEGENWOORDIGER
    assert helping.case(both.store, both.helper, story.id).others == (), "names are shown in a concept only"


def test_a_part_can_be_taken_away_and_nothing_told_is_not_handed_in(place: Place) -> None:
    story = place.agreed()
    helping.drop_part(place.store, place.helper, story.id, 1)
    with pytest.raises(Refused) as refusal:
        helping.hand_in(place.store, place.helper, story.id)
    assert refusal.value.key == "desk.nothing_told"


@pytest.mark.parametrize("said", [{**KID, Party.VERTEGENWOORDIGER: NO}, {**PARENT, Party.KIND: DOUBT}])
def test_while_somebody_says_no_or_doubts_nothing_is_handed_in(place: Place, said: dict[Party, Outcome]) -> None:
    story = place.case(CHILD)
    answering.record_answers(place.store, place.helper, story.id, said)
    with pytest.raises(Refused) as refusal:
        helping.hand_in(place.store, place.helper, story.id)
    assert refusal.value.key == "helper.somebody_said_no"


def test_what_is_thrown_away_is_erased_at_once(place: Place) -> None:
    story = place.case()
    helping.throw_away(place.store, place.helper, story.id)
    assert place.now(story.id).state is State.GEWIST
    assert helping.cases(place.store, place.helper) == ()


def test_danger_pauses_the_story_when_it_comes_in_and_later(place: Place) -> None:
    story = place.agreed()
    helping.hand_in(place.store, place.helper, story.id, danger=True)
    assert place.now(story.id).state is State.GEPAUZEERD
    other = place.worked()
    reviewing.pause(place.store, place.helper, other.id, expected=other.row_version)
    assert place.now(other.id).state is State.GEPAUZEERD
    with place.store.read() as books:
        assert books.tags(story.id) == TellerTags(), "danger is never a tag"
    with pytest.raises(Refused):
        readback.reading(place.store, place.helper, other.id)


def test_a_lost_code_is_replaced_in_person_and_the_old_one_stops_working(place: Place) -> None:
    story = place.agreed()
    old = helping.hand_in(place.store, place.helper, story.id).teller
    new = helping.new_code(place.store, place.helper, story.id, Holder.VERTELLER)
    with place.store.read() as books:
        assert books.holder_of_receipt(new).story_id == story.id
        with pytest.raises(NotFound):
            books.holder_of_receipt(old)
    assert "code_replaced" in place.audit(story.id)
    with pytest.raises(Refused):
        helping.new_code(place.store, place.helper, story.id, Holder.VERTEGENWOORDIGER)
