"""Reading beforehand changes how often the database is asked, and no answer."""

from __future__ import annotations

from builders import A_NOTICE, MOMENT, a_withdrawal
from searchable import told
from sqlalchemy import event

from desk import searching
from desk.standing import standing
from stories.errors import NotFound, SealBroken
from stories.people import Role, User
from stories.sitting import Sitting
from stories.stages import State
from stories.store import Books, Store
from stories.told import Audience, TellerTags
from stories.use import Standing

EDITOR = User("u-redactie", "Ed", frozenset({Role.REDACTEUR}))


def asked(books: Books, story_id: str) -> Standing | type[Exception]:
    try:
        return standing(books, story_id)
    except (NotFound, SealBroken) as error:
        return type(error)


def test_how_a_story_stands_is_the_same_when_it_was_read_beforehand(store: Store) -> None:
    plain, tagged, gone, erased = (told(store, f"Er was geen geld {number}.").id for number in range(4))
    with store.write() as books:
        books.keep_tags(tagged, TellerTags(audience=Audience.PARTNERS))
        books.add_sitting(Sitting("z1", tagged, MOMENT, "verteller", A_NOTICE, preview=True))
        books.add_consent(a_withdrawal(books.story(gone)))
        leaving = books.story(erased)
        books.save(leaving.moved(state=State.INGETROKKEN), expected=leaving.row_version)
        books.erase(erased, why="withdrawn")
    ids = (plain, tagged, gone, erased, "s-nergens")
    with store.read() as books:
        expected = [asked(books, story_id) for story_id in ids]
    with store.one_moment(), store.read() as books:
        books.look_ahead(ids)
        assert [asked(books, story_id) for story_id in ids] == expected
    assert {type(one) for one in expected} == {Standing, type}


def test_a_page_asks_the_database_no_more_for_twenty_stories_than_for_two(store: Store) -> None:
    def asked_for(words: str) -> int:
        seen: list[str] = []
        listen = ("before_cursor_execute", lambda c, cur, text, *rest: seen.append(text))
        event.listen(store.engine, *listen)
        with store.one_moment():
            assert searching.search(store, EDITOR, words, on=MOMENT.date()).hits
        event.remove(store.engine, *listen)
        return len(seen)

    for number in range(20):
        told(store, f"Er was geen geld {'in huis' if number < 2 else 'voor de bus'}.", hours=number)
    assert asked_for("huis") == asked_for("geld")


def test_without_one_moment_nothing_is_kept(store: Store) -> None:
    story = told(store, "Er was geen geld.")
    with store.read() as books:
        books.look_ahead([story.id])
        before = standing(books, story.id)
    with store.write() as books:
        books.look_ahead([story.id])
        books.add_consent(a_withdrawal(story))
        assert len(books.consent(story.id).events) == len(before.consent.events) + 1
