"""The queue: every story under exactly one heading, filters and counts that agree with a plain recount, who does what.

The heading is worked out by the database; here it is worked out once more in plain Python, from the rules in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest
from builders import a_consent, a_story, a_teller, a_version
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from queue_help import stale
from role_place import Place
from sqlalchemy import func, select, update

from desk import oneperson, queue, queue_filters, reviewing, withdrawing
from desk.queue import HEADINGS, Filters, Heading, Whose
from desk.secondreading import mark_read_through
from stories import clock
from stories import tables as t
from stories.consent import Party
from stories.errors import Moved, NotAllowed, NotFound, Refused
from stories.model import AgeBand, Story, TellerRole, Theme, new_id
from stories.people import Role, User
from stories.stages import Stage, State
from stories.store import Store

EDITOR = User("u-ed", "Ed", frozenset({Role.REDACTEUR}))
OTHER = User("u-an", "An", frozenset({Role.REDACTEUR}))
RELEASER = User("u-vera", "Vera", frozenset({Role.VRIJGEVER}))
TODAY = date(2026, 6, 1)
REGIONS = ("", "Oost", "Deventer; DROP TABLE story")
TAGS = ("meedoen", "stress", "werkgever")
WAITING = (None, "consent.teller_not_asked", "transcription.model_missing")


@dataclass(frozen=True)
class Made:
    """A story as it was made, and everything its heading may depend on."""

    story: Story
    names_left: int | None
    heard: bool
    confirmed: bool
    read_through: bool
    tags: tuple[str, ...]
    due_on: date | None
    assigned_to: str | None
    moved_on: date


def heading(made: Made) -> Heading:
    """The rules in words."""
    story, state = made.story, made.story.state
    if state is State.INGETROKKEN:
        return Heading.INGETROKKEN
    if state in (State.GEPAUZEERD, State.QUARANTAINE):
        return Heading.GEPAUZEERD
    if state is State.VRIJGEGEVEN:
        return Heading.VRIJGEGEVEN
    if state is State.TER_VRIJGAVE:
        young = story.teller.age_band in (AgeBand.UNDER_12, AgeBand.FROM_12)
        return Heading.TWEEDE_LEZER if young and not made.read_through else Heading.VRIJGEVEN
    if story.waiting_for and story.waiting_for.startswith("consent."):
        return Heading.WACHT_OP_TOESTEMMING
    if story.stage is not Stage.TAGGED:
        return Heading.WORDT_UITGESCHREVEN
    if state is State.BIJ_TELLER:
        return Heading.BIJ_DE_VERTELLER
    if made.names_left != 0 or not made.heard:
        return Heading.NAMEN_NAKIJKEN
    return Heading.AANBIEDEN if made.confirmed else Heading.THEMAS


def last_day(store: Store, made: Made) -> date | None:
    if heading(made) in (Heading.VRIJGEGEVEN, Heading.INGETROKKEN):
        return None
    term = queue.terms(store.settings).get(heading(made))
    return made.due_on or (made.moved_on + timedelta(days=term) if term else None)


def make(store: Store, made: Made) -> None:
    with store.write() as books:
        story = books.add_story(made.story)
        books.queue.note(story.id, names_left=made.names_left, heard=made.heard, read_through=made.read_through)
        books.queue.note_themes(story.id, [Theme(tag, "redactie", confirmed=made.confirmed) for tag in made.tags])
        books.queue.note(story.id, read_through=made.read_through)
        books.queue.set_due(story.id, made.due_on, expected=None)
        books.queue.assign(story.id, made.assigned_to, expected=None)
        books._tx.update(t.story, t.story.c.id == story.id, moved_on=made.moved_on, themes_done=made.confirmed)


@st.composite
def stories(draw: st.DrawFn) -> Made:
    role = draw(st.sampled_from(list(TellerRole)))
    days = st.integers(0, 40).map(lambda back: TODAY - timedelta(days=back))
    story = a_story(
        stage=draw(st.sampled_from(list(Stage))),
        state=draw(st.sampled_from([state for state in State if state is not State.GEWIST])),
        teller=a_teller(role),
        region=draw(st.sampled_from(REGIONS)),
        waiting_for=draw(st.sampled_from(WAITING)),
        created_at=datetime.combine(draw(days), datetime.min.time(), UTC) + timedelta(seconds=draw(st.integers(0, 9))),
    )
    return Made(
        story,
        names_left=draw(st.sampled_from([None, 0, 0, 3])),
        heard=draw(st.booleans()),
        confirmed=draw(st.booleans()),
        read_through=draw(st.booleans()),
        tags=tuple(draw(st.sets(st.sampled_from(TAGS)))),
        due_on=draw(st.none() | days),
        assigned_to=draw(st.sampled_from([None, EDITOR.id, OTHER.id])),
        moved_on=draw(days),
    )


filters = st.builds(
    Filters,
    heading=st.none() | st.sampled_from(HEADINGS),
    role=st.none() | st.sampled_from(list(TellerRole)),
    region=st.none() | st.sampled_from(REGIONS[1:]),  # its mark is put in its place
    tag=st.none() | st.sampled_from(TAGS),
    whose=st.none() | st.sampled_from(list(Whose)),
    late=st.booleans(),
)


def fits(store: Store, wanted: Filters, made: Made) -> bool:
    """Whatever the heading."""
    until = last_day(store, made)
    return (
        (wanted.role is None or made.story.teller.role is wanted.role)
        and (wanted.region is None or made.story.region == wanted.region)
        and (wanted.tag is None or wanted.tag in made.tags)
        and (wanted.whose is not Whose.MINE or made.assigned_to == EDITOR.id)
        and (wanted.whose is not Whose.NOBODYS or made.assigned_to is None)
        and (not wanted.late or (until is not None and until < TODAY))
    )


def test_every_story_stands_under_one_heading_and_filters_and_counts_agree_with_a_plain_recount(store: Store) -> None:
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(stories(), max_size=8), filters)
    def recount(everything: list[Made], wanted: Filters) -> None:
        with store.write() as books:
            for table in (t.story_tag, t.story_key, t.story):
                books._tx.delete(table)
        for one in everything:
            make(store, one)
        shown = [one for one in everything if one.story.state is not State.CONCEPT and fits(store, wanted, one)]
        with store.read() as books:
            known = {region: books.region_mark(region) for region in books.queue.regions()}
        if wanted.region not in (None, *known):
            return  # no story has it yet: nothing to choose
        asked = queue_filters.Filters.from_codes(
            wanted.codes | ({"regio": known[wanted.region]} if wanted.region else {})
        )
        seen = queue.queue(store, EDITOR, asked, today=TODAY)
        for one in HEADINGS:
            under = [made for made in shown if heading(made) is one]
            until = [last_day(store, made) for made in under]
            assert seen.counts[one].stories == len(under), one
            assert seen.counts[one].late == sum(day is not None and day < TODAY for day in until), one
        listed = [
            made for made in shown
            if (heading(made) is wanted.heading if wanted.heading else heading(made) not in queue.FINISHED)
        ]  # fmt: skip
        listed.sort(key=lambda m: (last_day(store, m) or date.max, m.story.created_at, m.story.id))
        rows = seen.rows
        assert [row.story.id for row in rows] == [made.story.id for made in listed]
        assert [row.heading for row in rows] == [heading(made) for made in listed]
        assert [row.last_day for row in rows] == [last_day(store, made) for made in listed]
        assert [{tag.id for tag in row.tags} for row in rows] == [set(made.tags) for made in listed]
        assert len(rows) == seen.total

    recount()


def test_a_page_behind_the_last_is_the_last_and_what_is_unknown_in_an_address_is_left_out(store: Store) -> None:
    with store.write() as books:
        for number in range(queue.PER_PAGE + 1):
            books.add_story(a_story(created_at=datetime(2026, 3, 1, 12, number, tzinfo=UTC)))
    page = queue.queue(store, EDITOR, page=99)
    assert (page.page, page.pages, len(page.rows), page.total) == (2, 2, 1, queue.PER_PAGE + 1)
    hostile = ("", "' OR 1=1 --", "\x00", "\ud800", "x" * 5000, "<script>", "%", "-1", "1e9", "٣", "None")
    for nonsense in hostile:
        asked = Filters.from_codes(dict.fromkeys(queue_filters.NAMES, nonsense))
        seen = queue.queue(store, EDITOR, asked)
        assert seen.filters == Filters() and seen.total == queue.PER_PAGE + 1
        assert queue_filters.page_number(nonsense) == 1
    assert queue_filters.page_number("12") == 12


@given(filters)
def test_filters_come_back_from_an_address(wanted: Filters) -> None:
    assert Filters.from_codes(wanted.codes) == wanted
    assert set(wanted.codes) <= set(queue_filters.NAMES)


# what a story needs next, through the real functions


def test_a_story_goes_from_heading_to_heading(place: Place) -> None:
    editor, releaser = place.staff[Role.REDACTEUR], place.staff[Role.VRIJGEVER]

    def needs(story_id: str) -> Heading:
        with place.store.read() as books:
            return books.queue.of(story_id, {}).heading

    story = place.told()
    assert needs(story.id) is Heading.WORDT_UITGESCHREVEN
    story = place.worked()
    assert needs(story.id) is Heading.NAMEN_NAKIJKEN, "nobody read the original yet"
    reviewing.mark_heard(place.store, editor, story.id)
    kept = [reviewing.keep(one) for one in reviewing.review(place.store, editor, story.id).findings]
    reviewing.decide_names(place.store, editor, story.id, kept, expected=story.row_version)
    assert needs(story.id) is Heading.THEMAS
    expected = place.now(story.id).row_version
    reviewing.confirm_themes(place.store, editor, story.id, ["meedoen"], expected=expected)
    assert needs(story.id) is Heading.AANBIEDEN
    story = reviewing.offer_for_release(place.store, editor, story.id, expected=place.now(story.id).row_version)
    assert needs(story.id) is Heading.VRIJGEVEN
    reviewing.release(place.store, releaser, story.id, expected=story.row_version)
    assert needs(story.id) is Heading.VRIJGEGEVEN
    withdrawing.withdraw(place.store, story.id, Party.TELLER)
    assert needs(story.id) is Heading.INGETROKKEN
    with place.store.write() as books:
        books.erase(story.id, why="withdrawn")
        tags = select(func.count()).where(t.story_tag.c.story_id == story.id)
        assert books._tx.one(tags)[0] == 0, "the marks of an erased story are gone"
        with pytest.raises(NotFound):
            books.queue.of(story.id, {})


def test_a_childs_story_waits_for_a_second_reader_until_its_text_changes(place: Place) -> None:
    child = a_teller(TellerRole.KIND, AgeBand.FROM_12)
    story = a_story(stage=Stage.TAGGED, state=State.TER_VRIJGAVE, teller=child, waiting_for=None)
    with place.store.write() as books:
        books.add_story(story)
        version = books.add_version(a_version(story, made_by=EDITOR.id))
    assert queue.queue_row(place.store, RELEASER, story.id).heading is Heading.TWEEDE_LEZER
    with place.store.write() as books:
        books.add_consent(*a_consent(story))
    mark_read_through(place.store, RELEASER, story.id, digest=version.digest)
    assert queue.queue_row(place.store, RELEASER, story.id).heading is Heading.VRIJGEVEN
    with place.store.write() as books:
        books.save_themes(story.id, 1, [Theme("stress", "redactie", confirmed=True)])
    assert queue.queue_row(place.store, RELEASER, story.id).heading is Heading.TWEEDE_LEZER
    assert not stale(place.store)


def test_what_was_never_counted_is_counted_by_the_worker(place: Place) -> None:
    story, unreadable = place.heard(), place.heard()
    untold = update(t.story).values(names_left=None, heard=False)
    with place.store.write() as books:
        books._tx.write(untold)
        books._tx.delete(t.story_tag)
        books._tx.delete(t.sealed, t.sealed.c.story_id == unreadable.id)
    assert queue.queue_row(place.store, EDITOR, story.id).heading is Heading.NAMEN_NAKIJKEN, "unknown is not done"
    assert queue.count_again(place.store) == 1
    assert queue.queue_row(place.store, EDITOR, story.id).heading is not Heading.NAMEN_NAKIJKEN
    assert queue.queue_row(place.store, EDITOR, unreadable.id).heading is Heading.NAMEN_NAKIJKEN
    assert queue.count_again(place.store) == 0


# who does it


def ready(store: Store, **changes: object) -> Story:
    values: dict[str, object] = {"stage": Stage.TAGGED, "state": State.IN_REDACTIE, "created_at": datetime.now(UTC)}
    story = a_story(**(values | changes))  # type: ignore[arg-type]
    with store.write() as books:
        return books.add_story(story)


def test_the_next_is_the_most_urgent_that_is_nobody_elses(store: Store) -> None:
    now = datetime.now(UTC)
    old, middle, new = (ready(store, created_at=now - timedelta(days=days)) for days in (9, 5, 1))
    tomorrow = clock.today() + timedelta(days=1)
    queue.set_last_day(store, EDITOR, new.id, tomorrow, expected=None)
    queue.take(store, OTHER, old.id, expected=None)

    def after(story: Story | None, user: User = EDITOR, wanted: Filters | None = None) -> str | None:
        row = queue.next_for(store, user, wanted, after=story.id if story else None)
        return row.story.id if row else None

    assert after(None) == new.id, "an editor set a day that comes first"
    assert after(new) == middle.id and after(middle) == new.id, "one after the other, and from the top again"
    assert after(None, OTHER) == new.id and after(new, OTHER) == old.id, "one's own work is one's work"
    assert after(old) == new.id, "a story that is not among these: from the top"
    assert after(None, RELEASER) is None, "nothing to release"
    assert after(None, EDITOR, Filters(heading=Heading.THEMAS)) is None
    assert after(None, EDITOR, Filters(whose=Whose.MINE)) is None
    reviewing.pause(store, EDITOR, new.id, expected=new.row_version)
    assert after(middle) is None, "what stands still waits for somebody who looks"


def test_whoever_made_or_offered_a_story_is_not_sent_to_release_it(place: Place) -> None:
    both = User("u-beide", "Bo", frozenset({Role.REDACTEUR, Role.VRIJGEVER}))
    story = place.heard()
    reviewing.offer_for_release(place.store, both, story.id, expected=story.row_version)
    assert queue.next_for(place.store, both) is None
    row = queue.next_for(place.store, place.staff[Role.VRIJGEVER])
    assert row is not None and (row.story.id, row.heading) == (story.id, Heading.VRIJGEVEN)
    oneperson.turn(place.store, place.staff[Role.BEHEERDER], True, expected=0)
    alone = queue.next_for(place.store, both)
    assert alone is not None and alone.story.id == story.id, "in one-person mode a maker may release"


def test_two_people_take_one_story_and_the_second_hears_so(store: Store) -> None:
    story = ready(store)
    queue.take(store, EDITOR, story.id, expected=None)
    with pytest.raises(Moved):
        queue.take(store, OTHER, story.id, expected=None)
    with pytest.raises(Moved):
        queue.give_back(store, OTHER, story.id)
    assert queue.queue_row(store, OTHER, story.id).assigned_to == EDITOR.id
    queue.take(store, OTHER, story.id, expected=EDITOR.id)  # knowingly, from a colleague who is ill
    queue.give_back(store, OTHER, story.id)
    assert queue.queue_row(store, OTHER, story.id).assigned_to is None
    with store.read() as books:
        assert [line["action"] for line in books.audit_trail(story_id=story.id)] == [
            "story_given_back", "story_taken", "story_taken"
        ]  # fmt: skip
        assert books.story(story.id) == story, "who does it is no edit of the story"


def test_a_last_day_is_set_with_open_eyes_and_taken_away_again(store: Store) -> None:
    story, tomorrow = ready(store), clock.today() + timedelta(days=1)
    queue.set_last_day(store, EDITOR, story.id, tomorrow, expected=None)
    row = queue.queue_row(store, EDITOR, story.id)
    assert row.last_day == tomorrow and row.by_hand and not row.is_late
    assert queue.queue_row(store, EDITOR, story.id, today=tomorrow + timedelta(days=1)).is_late
    with pytest.raises(Moved):
        queue.set_last_day(store, OTHER, story.id, None, expected=None)
    with pytest.raises(Refused):
        queue.set_last_day(store, EDITOR, story.id, clock.today() - timedelta(days=1), expected=tomorrow)
    queue.set_last_day(store, EDITOR, story.id, None, expected=tomorrow)
    house = queue.queue_row(store, EDITOR, story.id)
    assert house.last_day == clock.today() + timedelta(days=store.settings.desk_days) and not house.by_hand


def test_the_term_begins_anew_when_a_story_gets_further(store: Store) -> None:
    story = ready(store, created_at=datetime.combine(clock.today() - timedelta(days=100), time(12), UTC))
    assert queue.queue_row(store, EDITOR, story.id).is_late
    with store.write() as books:
        story = books.save(story.moved(region="Oost"), expected=story.row_version)
    assert queue.queue_row(store, EDITOR, story.id).is_late, "another word in its row is no step"
    with store.write() as books:
        books.save(story.moved(state=State.TER_VRIJGAVE), expected=story.row_version)
    row = queue.queue_row(store, EDITOR, story.id)
    assert row.last_day == clock.today() + timedelta(days=store.settings.release_days) and row.age == 100


def test_an_ervaringswerker_and_an_administrator_do_not_see_the_queue(store: Store) -> None:
    for role in (Role.ERVARINGSWERKER, Role.BEHEERDER, Role.COMMUNICATIE, Role.CONTACTPERSOON):
        for look in (queue.queue, queue.next_for):
            with pytest.raises(NotAllowed):
                look(store, User(new_id("u"), "x", frozenset({role})))


def test_the_database_does_not_know_which_opgave_a_story_has(store: Store) -> None:
    story = ready(store)
    with store.write() as books:
        books.queue.note_themes(story.id, [Theme("meedoen", "machine")])
        (row,) = books._tx.rows(select(t.story_tag))
    assert "meedoen" not in str(tuple(row)) and not row.confirmed
    assert [tag.id for tag in queue.queue_row(store, EDITOR, story.id).tags] == ["meedoen"]
