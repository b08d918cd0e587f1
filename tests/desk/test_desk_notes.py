"""Notes between colleagues: no name of the story in one, whoever is named sees it, and nothing is left of it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from builders import a_consent, a_story
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from role_place import PASSWORD, Place
from sqlalchemy import text

from desk import notes, queue, reviewing, withdrawing
from stories.consent import Party
from stories.errors import InputRefused, Moved, NotFound, Refused
from stories.model import Name, Story
from stories.people import Act, Role, User
from stories.stages import Stage, State
from stories.store import Store

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def place(store: Store) -> Place:
    return Place.open(store)


def at_editors(place: Place, state: State = State.IN_REDACTIE) -> Story:
    story = a_story(stage=Stage.TAGGED, state=state)
    with place.store.write() as books:
        books.add_story(story)
        books.add_consent(*a_consent(story))
        books.keep_names(story.id, [Name("Samira", "voornaam", "[naam 1]")])
        books.keep_intake_names(story.id, ["Spreeuwstraat"])
    return story


def editor(place: Place) -> User:
    return place.staff[Role.REDACTEUR]


def releaser(place: Place) -> User:
    return place.staff[Role.VRIJGEVER]


@pytest.mark.parametrize(
    "words", ["Vraag het Samira.", "bel sjamira nog", "De SPREEUWSTRAAT staat er nog in.", "Sa-mira"]
)
def test_a_note_with_a_name_of_the_story_is_not_taken(place: Place, words: str) -> None:
    story = at_editors(place)
    with pytest.raises(InputRefused) as refusal:
        notes.write(place.store, editor(place), story.id, words)
    assert refusal.value.code == "has_name" and words not in refusal.value.message
    note = notes.write(place.store, editor(place), story.id, "Vraag het de moeder.")
    with pytest.raises(InputRefused):
        notes.rewrite(place.store, editor(place), note.id, words)
    (shown,) = notes.notes(place.store, editor(place), story.id)
    assert shown.note.text == "Vraag het de moeder."


def test_only_whoever_wrote_it_changes_it_or_takes_it_back_and_not_once_it_is_done(place: Place) -> None:
    story = at_editors(place)
    note = notes.write(place.store, editor(place), story.id, "Kijk nog eens.")
    for change in (
        lambda user: notes.rewrite(place.store, user, note.id, "Anders."),
        lambda user: notes.take_back(place.store, user, note.id),
    ):
        with pytest.raises(NotFound):
            change(releaser(place))
    assert notes.rewrite(place.store, editor(place), note.id, "Kijk nog eens goed.").edited_at
    notes.resolve(place.store, releaser(place), note.id)
    first = notes.resolve(place.store, editor(place), note.id)
    assert first.resolved_by == releaser(place).id, "done once is done"
    with pytest.raises(Refused):
        notes.rewrite(place.store, editor(place), note.id, "Te laat.")
    with pytest.raises(Refused):
        notes.take_back(place.store, editor(place), note.id)


def test_only_colleagues_who_may_read_it_can_be_named(place: Place) -> None:
    known = {one.id for one in notes.colleagues(place.store, editor(place))}
    assert known == {user.id for role, user in place.staff.items() if user.may(Act.READ_STORY)} - {editor(place).id}
    story = at_editors(place)
    for user in (place.staff[Role.COMMUNICATIE], editor(place)):
        with pytest.raises(NotFound):
            notes.write(place.store, editor(place), story.id, "Kijk eens.", [user.id])


def test_a_paused_story_keeps_its_notes_and_a_stopped_one_shows_none(place: Place) -> None:
    story = at_editors(place)
    note = notes.write(place.store, editor(place), story.id, "Kijk nog eens.", [releaser(place).id])
    reviewing.pause(place.store, editor(place), story.id, expected=story.row_version)
    assert notes.notes(place.store, releaser(place), story.id) and notes.calls(place.store, releaser(place))
    withdrawing.withdraw(place.store, story.id, Party.TELLER)
    assert not notes.calls(place.store, releaser(place))
    for look in (
        lambda: notes.notes(place.store, releaser(place), story.id),
        lambda: notes.resolve(place.store, releaser(place), note.id),
        lambda: notes.write(place.store, releaser(place), story.id, "Nog iets."),
    ):
        with pytest.raises(Refused):
            look()


def test_nobody_writes_about_what_was_not_handed_in(place: Place) -> None:
    with pytest.raises(NotFound):
        notes.write(place.store, editor(place), at_editors(place, State.CONCEPT).id, "Kijk eens.")


def test_notes_mentions_and_presence_are_erased_with_the_story(place: Place) -> None:
    story = at_editors(place)
    notes.write(place.store, editor(place), story.id, "Kijk nog eens.", [releaser(place).id])
    withdrawing.withdraw(place.store, story.id, Party.TELLER)
    with place.store.write() as books:
        books.erase(story.id, why="withdrawn_all")
    with place.store.connect(write=False) as connection:
        left = [connection.scalar(text(f"SELECT count(*) FROM {name}")) for name in ("note", "mention", "presence")]
    assert left == [0, 0, 0]


def test_the_words_of_a_note_are_sealed(sqlite_store: Store) -> None:
    place = Place.open(sqlite_store)
    notes.write(place.store, editor(place), at_editors(place).id, "Zwanenburgerdwarsweg")
    files = [path for path in place.store.settings.data_dir.rglob("*") if path.is_file()]
    assert files and not [path.name for path in files if b"Zwanenburgerdwarsweg" in path.read_bytes()]


def test_only_the_rooms_of_the_story_page_open_the_notebook() -> None:
    """No export, search, training or teller's screen can read a note: they have no way to one."""
    users = set()
    for folder in ("desk", "door", "publish", "anonymise", "capture", "transcription", "ui", "training"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute) and node.attr == "notebook":
                    users.add(str(path.relative_to(ROOT)))
    assert users == {"desk/notes.py", "desk/presence.py"}


DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["write", "rewrite", "take_back", "resolve", "see"]),
        st.integers(0, 2),  # who
        st.integers(0, 3),  # which note
        st.sets(st.integers(0, 2)),  # whom they name
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
def test_exactly_whoever_is_named_and_did_not_look_is_called(sqlite_store: Store, deeds: list) -> None:
    place = Place(sqlite_store, {})
    people = _people(place)
    story = at_editors(place)
    written: list[str] = []
    open_for: dict[str, set[int]] = {}  # by note: who still has to look
    named_in: dict[str, set[int]] = {}
    author: dict[str, int] = {}
    for deed, who, which, whom in deeds:
        user, whom = people[who], whom - {who}
        names = [people[one].id for one in sorted(whom)]
        if deed == "write":
            note = notes.write(place.store, user, story.id, "Kijk eens.", names).id
            written.append(note)
            open_for[note], named_in[note], author[note] = set(whom), set(whom), who
        elif deed == "see":
            notes.seen(place.store, user, story.id)
            for waits in open_for.values():
                waits.discard(who)
        elif which < len(written):
            note = written[which]
            mine = author[note] == who and note in open_for
            try:
                if deed == "rewrite":
                    notes.rewrite(place.store, user, note, "Kijk eens goed.", names)
                    open_for[note] = (open_for[note] & whom) | (whom - named_in[note])
                    named_in[note] = set(whom)
                elif deed == "take_back":
                    notes.take_back(place.store, user, note)
                    del open_for[note]
                else:
                    notes.resolve(place.store, user, note)
                    open_for.pop(note, None)
                assert deed == "resolve" or mine
            except (NotFound, Refused):
                assert not mine
    for number, user in enumerate(people):
        called = {one.mention.note_id for one in notes.calls(place.store, user) if one.story.id == story.id}
        assert called == {note for note, waits in open_for.items() if number in waits}


def _people(place: Place) -> list[User]:
    with place.store.write() as books:
        known = {one.name: one for one in books.users()}
        return [known.get(name) or books.add_user(name, PASSWORD, [Role.REDACTEUR]) for name in ("Anna", "Bo", "Cas")]


def test_the_queue_counts_what_is_not_done_and_what_calls_me_but_nothing_of_a_story_that_is_closed(
    place: Place,
) -> None:
    ours, other = at_editors(place), at_editors(place)
    by, to = editor(place), releaser(place)
    done = notes.write(place.store, by, ours.id, "Bel de school.", [to.id])
    for words in ("Wie belt?", "En wanneer?"):
        notes.write(place.store, by, ours.id, words, [to.id])
    notes.write(place.store, to, ours.id, "Ik bel.", [by.id])
    notes.resolve(place.store, to, done.id)

    def counted(user: User) -> dict[str, tuple[int, int]]:
        return {row.story.id: (row.notes, row.calls) for row in queue.queue(place.store, user).rows}

    assert counted(to) == {ours.id: (3, 2), other.id: (0, 0)} and counted(by)[ours.id] == (3, 1)
    notes.seen(place.store, to, ours.id)
    assert counted(to)[ours.id] == (3, 0)
    reviewing.pause(place.store, by, ours.id, expected=0)
    assert counted(by)[ours.id] == (3, 1), "a story that stands still keeps its notes"
    with place.store.write() as books:
        books.save(books.story(ours.id).moved(state=State.INGETROKKEN), expected=1)
    withdrawn = queue.queue(place.store, by, queue.Filters(heading=queue.Heading.INGETROKKEN))
    assert [(row.notes, row.calls) for row in withdrawn.rows] == [(0, 0)]


def test_whoever_a_story_is_taken_from_is_told_by_a_note_and_nobody_else(place: Place) -> None:
    story, by, to = at_editors(place), editor(place), releaser(place)
    queue.take(place.store, to, story.id, expected=None)
    assert not notes.notes(place.store, by, story.id), "of nobody's story nobody is told"
    queue.take(place.store, by, story.id, expected=to.id)
    (called,) = notes.calls(place.store, to)
    assert (called.story.id, called.mention.by) == (story.id, by.id) and not notes.calls(place.store, by)
    with pytest.raises(Moved):
        queue.take(place.store, to, story.id, expected=None)
    queue.take(place.store, by, story.id, expected=by.id)
    assert len(notes.notes(place.store, by, story.id)) == 1, "nobody is told what they did, nor of a take that failed"
    with place.store.read() as books:
        details = [line["detail"] for line in books.audit_trail(story_id=story.id) if line["action"] == "story_taken"]
    assert details[-2:] == ["from_somebody=1", "from_somebody=0"]


def test_a_colleague_who_left_is_not_told(place: Place) -> None:
    story, by = at_editors(place), editor(place)
    queue.take(place.store, User("u-weg", "Weg", frozenset({Role.REDACTEUR})), story.id, expected=None)
    queue.take(place.store, by, story.id, expected="u-weg")
    assert not notes.notes(place.store, by, story.id)
