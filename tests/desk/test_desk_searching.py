"""Search finds only what a person checked, only for whoever may see it, and never keeps a word in the clear."""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing
from datetime import timedelta

import pytest
from builders import MOMENT, a_consent, a_story, a_teller, a_version, a_withdrawal
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from role_place import TEXT, Place
from searchable import told
from sqlalchemy import select

import anonymise
from desk import indexing, reviewing, searching, withdrawing
from desk.searching import Facets, phrases_of, search, snippet
from desk.tagging import PassageTags
from stories import tables as t
from stories.books_search import _Places
from stories.consent import Form, Outcome, Party, Purpose
from stories.model import StoryKind, TellerRole
from stories.people import Role, User
from stories.stages import Stage, State
from stories.store import Store

EDITOR = User("u-redactie", "Ed", frozenset({Role.REDACTEUR}))
OFFICER = User("u-com", "Co", frozenset({Role.COMMUNICATIE}))
TODAY = MOMENT.date()


def ids(store: Store, words: str = "", facets: Facets = searching.ANYTHING, user: User = EDITOR) -> list[str]:
    return [hit.story.id for hit in search(store, user, words, facets, on=TODAY).hits]


def index_rows(store: Store) -> int:
    with store.connect(write=False) as connection:
        return sum(len(connection.execute(select(table)).all()) for table in (t.search_doc, t.search_mark))


def marks(store: Store) -> set[int]:
    with store.connect(write=False) as connection:
        return set(connection.scalars(select(t.search_mark.c.mark)))


# what is found


def test_all_words_must_be_there_and_otherwise_one_of_them(store: Store) -> None:
    both = told(store, "Er was geen geld voor de schoolreis.")
    one = told(store, "Wij hadden geld, en een hond.")
    assert ids(store, "geld schoolreis") == [both.id]
    assert set(ids(store, "geld")) == {both.id, one.id}
    found = search(store, EDITOR, "schoolreis hond", on=TODAY)
    assert found.any_of and found.total == 2
    assert search(store, EDITOR, "olifant giraf", on=TODAY) == searching.Results((), 0, 1, 1)


def test_words_between_quotes_follow_each_other(store: Store) -> None:
    follows = told(store, "Ik mocht niet mee naar zee.")
    told(store, "Mee mocht ik wel, maar niet met de klas.")
    assert ids(store, '"mocht niet mee"') == [follows.id]
    assert ids(store, '"mochten niet mee" zee') == [follows.id]
    assert ids(store, '"niet mee') == [follows.id], "a quote that is not closed closes at the end"
    assert len(ids(store, "mocht niet mee")) == 2
    assert ids(store, '"mee niet"') == []


def test_a_word_that_is_said_more_often_in_a_shorter_text_comes_first(store: Store) -> None:
    little = told(store, "De school belde. " + "Het was een gewone dag met van alles en nog wat. " * 8, hours=2)
    much = told(store, "School, school en nog eens school.", hours=1)
    assert ids(store, "school") == [much.id, little.id]
    assert ids(store) == [little.id, much.id], "without words the newest first"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("kinderen", "Een kind vroeg het."),
        ("KIND", "De kinderen vroegen het."),
        ("pesten", "Ik werd gepest."),
        ("schuld", "Wij hadden schulden."),
        ("huizen", "Het huis was koud."),
        ("creche", "Naar de crèche."),
        ("crèche", "Naar de creche."),
        ("financiele", "Onze financiële problemen."),
        ("fiets", "Wij fietsten, met de fietsen van oma."),
        ("hulp", "De schuldhulpverlening belde."),
        ("knuffelkamers", "In de knuffelkamer."),  # in no dictionary: there Snowball's rules go
        ("schuldhulpverlening", "De schuldhulpverlening belde."),
        ("voedselbanken", "Bij de voedselbank."),
        ("café", "In het cafe\u0301."),  # e with a combining accent
        ("geld", "Er was geen g\u200beld."),  # an invisible sign within
    ],
)
def test_a_word_is_found_in_its_other_forms(sqlite_store: Store, asked: str, said: str) -> None:
    """The dictionary of Dutch forms does more than Snowball, which parts `schuld` from `schulden`."""
    story = told(sqlite_store, said)
    (hit,) = search(sqlite_store, EDITOR, asked, on=TODAY).hits
    assert hit.story.id == story.id and hit.snippet.spans, "what was found is marked too"
    assert ids(sqlite_store, "olifant") == []


def test_a_part_of_a_word_does_not_find_the_whole_by_its_letters(sqlite_store: Store) -> None:
    told(sqlite_store, "De kinderen speelden.")
    assert ids(sqlite_store, "kin") == ids(sqlite_store, "eren") == ids(sqlite_store, "kind%")[1:] == []


def test_every_facet_narrows_and_they_combine(store: Store) -> None:
    child = told(store, "Ik wil naar school.", teller=a_teller(TellerRole.KIND), region="Oost", themes=("meedoen",))
    parent = told(store, "Ik wil naar school.", region="West", themes=("meedoen", "stress"), kind=StoryKind.AUDIO)
    shown = told(store, "Ik wil naar school.", is_example=True, hours=1)

    def by(**facets: object) -> set[str]:
        return set(ids(store, "school", Facets(**facets)))  # type: ignore[arg-type]

    assert by() == {child.id, parent.id, shown.id}
    assert by(tags=("meedoen",)) == {child.id, parent.id}
    assert by(tags=("meedoen", "stress")) == {parent.id}
    assert by(tags=("meedoen",), role=TellerRole.KIND) == {child.id}
    assert by(region="West") == by(kind=StoryKind.AUDIO) == {parent.id}
    assert by(example=True) == {shown.id} and by(example=False) == {child.id, parent.id}
    assert by(tags=("school",)) == set(), "a tag is not a word"
    regions = searching.choices(store, EDITOR).regions
    assert list(regions.values()) == ["Oost", "West"] and "Oost" not in regions, "an address holds no word of a region"


def test_what_a_passage_is_about_counts_as_well(place: Place) -> None:
    story, editor = place.heard(), place.staff[Role.REDACTEUR]
    passage = PassageTags(0, len(TEXT), ("stress",))
    with place.store.read() as books:
        span = anonymise.passage_spans(books.version(story.id).clean.text)[0]
    passage = PassageTags(*span, ("stress",))
    reviewing.confirm_themes(place.store, editor, story.id, ["meedoen"], expected=story.row_version, passages=[passage])
    offered = reviewing.offer_for_release(place.store, editor, story.id, expected=place.now(story.id).row_version)
    found = search(place.store, editor, facets=Facets(tags=("stress", "meedoen"))).hits
    assert [hit.story.id for hit in found] == [offered.id]
    assert not search(place.store, editor, facets=Facets(tags=("gezonde_dag",))).hits


def test_a_channel_is_asked_of_consent_at_the_moment_of_the_search(store: Store) -> None:
    podcast = told(store, "Alles mag.")
    letter = told(store, "Alleen een brief.", consent=lambda s: a_consent(s, [Purpose.NIEUWSBRIEF], forms=[Form.TEKST]))
    nothing = told(store, "Nergens voor.", consent=lambda s: a_consent(s, []))
    waiting = told(store, "Nog niet vrij.", state=State.TER_VRIJGAVE)
    everything = {podcast.id, letter.id, nothing.id, waiting.id}
    assert set(ids(store)) == everything
    assert ids(store, "", Facets(channel=Purpose.PODCAST)) == [podcast.id]
    assert set(ids(store, "", Facets(channel=Purpose.NIEUWSBRIEF))) == {podcast.id, letter.id}
    assert set(ids(store, "", Facets(form=Form.TEKST))) == {podcast.id, letter.id}
    assert ids(store, "", Facets(channel=Purpose.NIEUWSBRIEF, form=Form.EIGEN_STEM)) == [podcast.id]
    with store.write() as books:
        books.add_consent(a_withdrawal(podcast, Purpose.PODCAST, at=MOMENT + timedelta(hours=1)))
    left = search(store, EDITOR, "", Facets(channel=Purpose.PODCAST), on=TODAY)
    assert left.hits == () and left.held_back == 1
    assert set(ids(store)) == everything
    with store.write() as books:
        books.add_consent(*a_consent(podcast, [], outcome=Outcome.NEE, at=MOMENT + timedelta(hours=2)))
    assert podcast.id not in ids(store), "a no to everything closes it at once, whatever the index holds"


def test_communications_find_only_what_is_released_and_may_go_somewhere(store: Store) -> None:
    cleared = told(store, "Een verhaal over school.")
    told(store, "Een verhaal over school.", state=State.TER_VRIJGAVE)
    told(store, "Een verhaal over school.", state=State.BIJ_TELLER)
    inside = told(
        store, "Een verhaal over school.", consent=lambda s: a_consent(s, [Purpose.INTERN_LEREN, Purpose.HERCONTACT])
    )
    assert ids(store, "school", user=OFFICER) == ids(store, user=OFFICER) == [cleared.id]
    assert len(ids(store, "school")) == 4
    with store.write() as books:  # nobody released exactly this text
        story = a_story(stage=Stage.TAGGED, state=State.VRIJGEGEVEN)
        books.add_story(story)
        books.add_consent(*a_consent(story))
        version = books.add_version(a_version(story, "Een verhaal over school."))
        indexing.index(books, version)
    assert ids(store, "school", user=OFFICER) == [cleared.id] and inside.id not in ids(store, user=OFFICER)


def test_pages_hold_twenty_and_a_page_that_is_not_there_is_the_last(sqlite_store: Store) -> None:
    stories = [told(sqlite_store, "Over school.", hours=hour) for hour in range(23)]
    first, second = (search(sqlite_store, EDITOR, "school", page=number, on=TODAY) for number in (1, 2))
    assert (first.total, first.pages, len(first.hits), len(second.hits)) == (23, 2, 20, 3)
    assert {hit.story.id for hit in (*first.hits, *second.hits)} == {story.id for story in stories}
    assert search(sqlite_store, EDITOR, "school", page=99, on=TODAY) == second
    assert search(sqlite_store, EDITOR, "school", page=-1, on=TODAY) == first


# leaving the states in which a person checked it


def test_a_story_is_found_from_its_offer_on_and_not_before(place: Place) -> None:
    story, editor = place.heard(), place.staff[Role.REDACTEUR]
    assert not search(place.store, editor, "schoolreisje").hits
    reviewing.offer_for_release(place.store, editor, story.id, expected=story.row_version)
    assert [hit.story.id for hit in search(place.store, editor, "schoolreisje").hits] == [story.id]


@pytest.mark.parametrize("leaves", ["sent_back", "paused", "edited", "withdrawn", "erased"])
def test_what_leaves_is_out_of_the_index_in_the_same_transaction(place: Place, leaves: str) -> None:
    story, editor = place.offered(), place.staff[Role.REDACTEUR]
    assert index_rows(place.store) > 10
    match leaves:
        case "sent_back":
            reviewing.send_back(place.store, editor, story.id, expected=story.row_version)
        case "paused":
            reviewing.pause(place.store, editor, story.id, expected=story.row_version)
        case "edited":
            reviewing.confirm_themes(place.store, editor, story.id, [], expected=story.row_version)
        case "withdrawn":
            withdrawing.withdraw(place.store, story.id, party=Party.TELLER)
        case "erased":
            with place.store.write() as books:
                books.save(story.moved(state=State.INGETROKKEN), expected=story.row_version)
                books.erase(story.id, why="withdrawn_all")
    assert index_rows(place.store) == 0 and not search(place.store, editor, "schoolreisje").hits


def test_an_undone_decision_leaves_the_story_in(sqlite_store: Store) -> None:
    story = told(sqlite_store, "Over school.")
    with pytest.raises(ZeroDivisionError), sqlite_store.write() as books:
        books.save(story.moved(state=State.GEPAUZEERD), expected=story.row_version)
        raise ZeroDivisionError
    assert ids(sqlite_store, "school") == [story.id]


def test_only_the_newest_version_that_was_checked_can_be_put_in(sqlite_store: Store) -> None:
    story = told(sqlite_store, "Over school.", state=State.IN_REDACTIE)
    with pytest.raises(ValueError, match="checked"), sqlite_store.write() as books:
        indexing.index(books, books.version(story.id))
    assert index_rows(sqlite_store) == 0


def test_the_hourly_look_puts_in_what_is_missing_and_takes_out_what_may_not_be_there(store: Store) -> None:
    right, gone, old = told(store, "Over school."), told(store, "Over school."), told(store, "Over school.")
    with store.connect(write=True) as connection:  # as a defect or a restored file might leave it
        connection.execute(t.story.update().where(t.story.c.id == gone.id).values(state=str(State.GEPAUZEERD)))
        connection.execute(t.search_doc.update().where(t.search_doc.c.story_id == old.id).values(method=0))
    assert gone.id not in ids(store, "school"), "the story's own row decides"
    assert indexing.tidy(store) == 2 and indexing.tidy(store) == 0
    with store.connect(write=True) as connection:
        connection.execute(t.story.update().where(t.story.c.id == gone.id).values(state=str(State.VRIJGEGEVEN)))
    assert indexing.tidy(store) == 1
    before = marks(store)
    assert indexing.rebuild(store) == 3 and marks(store) == before
    assert set(ids(store, "school")) == {right.id, gone.id, old.id}


# what the database knows


def files_with(store: Store, needle: bytes) -> list[str]:
    return [p.name for p in store.settings.data_dir.rglob("*") if p.is_file() and needle in p.read_bytes()]


def test_no_word_and_no_tag_stands_in_a_file_and_equal_words_have_equal_marks(sqlite_store: Store) -> None:
    told(sqlite_store, "Zwanenburgerdwarsweg", themes=("zonderling",))
    one = marks(sqlite_store)
    told(sqlite_store, "Zwanenburgerdwarsweg", themes=("zonderling",))
    assert marks(sqlite_store) == one, "or nothing would ever be found"
    assert not files_with(sqlite_store, b"wanenburger") and not files_with(sqlite_store, b"zonderling")


def test_where_a_word_stands_cannot_be_read_without_the_key(sqlite_store: Store) -> None:
    """Marks in the order of a text would be a cipher that falls to counting letters."""
    told(sqlite_store, "school " * 4)
    told(sqlite_store, "school " * 4)
    with sqlite_store.connect(write=False) as connection:
        rows = connection.execute(select(t.search_mark.c.places)).scalars().all()
    assert len(rows) == len(set(rows)) == 2 and bytes([1, 1, 1, 1]) not in rows


def test_erasing_overwrites_the_marks_of_a_story_in_the_file(sqlite_store: Store) -> None:
    """A full-text table of SQLite keeps deleted words in its segments; rows of a table are zeroed. A stray copy may
    stay where a page was split, about one mark in five hundred: VACUUM takes those."""
    for number in range(12):
        told(sqlite_store, f"Gewone woorden {number} over school en thuis. " * 5)
    before = marks(sqlite_store)
    story = told(sqlite_store, " ".join(f"zeldzaam{number}woord" for number in range(300)))
    own = [struct.pack(">q", mark) for mark in marks(sqlite_store) - before]
    for number in range(12):
        told(sqlite_store, f"Nog meer woorden {number} over school en geld. " * 5)
    with sqlite_store.write() as books:
        books.save(story.moved(state=State.INGETROKKEN), expected=story.row_version)
        books.erase(story.id, why="withdrawn_all")
    file = sqlite_store.settings.data_dir / "vertelpunt.db"
    assert len(own) == 300 and sum(mark in file.read_bytes() for mark in own) < 10
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert not [mark for mark in own if mark in file.read_bytes()]
    assert search(sqlite_store, EDITOR, "school", on=TODAY).total == 24 and not ids(sqlite_store, "zeldzaam7woord")


# hostile questions


HOSTILE = [
    "%", "_", '"', '""', '" "', "a:b", "NEAR(school huis)", "school*", "*", "-school", "school OR huis",
    "'; DROP TABLE story;--", "\x00", "scho\x00ol", "\ud800", "\u202eloohcs", "z\u0337a\u0337l\u0337g\u0337o\u0337",
    "(((",
    "\\", "{}", "&|!<->", "\ufb01ets", "\u00df", "\u0130",
]  # fmt: skip


@pytest.mark.parametrize("question", HOSTILE)
def test_a_hostile_question_is_words_or_nothing(store: Store, question: str) -> None:
    told(store, "Wij gingen naar school.")
    search(store, EDITOR, question, on=TODAY)
    search(store, OFFICER, question, Facets(region=None), on=TODAY)
    assert len(ids(store, "school")) == 1


def test_ten_kilobytes_are_as_harmless_as_ten_letters(sqlite_store: Store) -> None:
    story = told(sqlite_store, "Wij gingen naar school.")
    assert ids(sqlite_store, "school " * 1500) == [story.id]
    assert ids(sqlite_store, '"' * 10_000) == ids(sqlite_store, "a" * 10_000) == []
    assert len([w for p in phrases_of("woord%d " * 900) for w in p]) <= searching.MOST_WORDS


FILLED = "Wij gingen naar school. Er was niet genoeg geld."


@pytest.fixture
def filled(sqlite_store: Store) -> Store:
    told(sqlite_store, FILLED)
    return sqlite_store


READS_ONLY = hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@READS_ONLY
@given(st.text(max_size=60))
@example('school" OR "x')
@example("school\x00 NOT geld")
def test_any_text_is_answered_and_never_finds_more_than_its_words_say(filled: Store, question: str) -> None:
    """Signs mean nothing: the question finds the story exactly when one of its own words is one of the story's."""
    asked = {form for phrase in phrases_of(question) for word in phrase for form in word}
    known = {form for w in anonymise.search_words(FILLED) for form in w.forms}
    found = ids(filled, question)
    if asked:
        assert len(found) <= 1 and (not found or asked & known)
    else:
        assert bool(found) is not bool(question.strip())


@READS_ONLY
@given(st.lists(st.sampled_from(["school", "geld", "mee", "niet", "%", "'", "OR", "NEAR", "*", "(", ":"]), max_size=8))
def test_whatever_stands_around_a_word_the_word_is_found(filled: Store, parts: list[str]) -> None:
    assert bool(ids(filled, " ".join(parts))) is (not parts or not {"school", "geld", "niet"}.isdisjoint(parts))


@hypothesis_settings(max_examples=50, deadline=None)
@given(st.text(max_size=300), st.sets(st.sampled_from(["school", "een", "ik"])))
def test_a_snippet_is_a_piece_of_the_text_and_marks_words_of_it(words: str, forms: set[str]) -> None:
    piece = snippet(words, frozenset(forms))
    assert piece.text in words
    assert all(0 <= a < b <= len(piece.text) for a, b in piece.spans)
    assert all(x[1] <= y[0] for x, y in zip(piece.spans, piece.spans[1:], strict=False))


@READS_ONLY
@given(
    st.lists(st.integers(0, 100_000), unique=True, max_size=200),
    st.integers(-(2**63), 2**63 - 1),
    st.integers(1, 2**31),
)
def test_places_come_back_as_they_were(filled: Store, places: list[int], mark: int, doc: int) -> None:
    with filled.read() as books:
        hide = _Places(books._tx)
    data = hide.sealed(mark, doc, sorted(places))
    assert list(hide.opened(mark, doc, data)) == sorted(places) and len(data) % 4 == 0


def test_a_question_leaves_no_word_in_audit_or_files(place: Place) -> None:
    place.offered()
    search(place.store, place.staff[Role.REDACTEUR], "Zwanenburgerdwarsweg schoolreisje")
    assert not files_with(place.store, b"wanenburger")
    with place.store.read() as books:
        assert all("search" not in line["action"] for line in books.audit_trail(limit=100))


def test_a_snippet_shows_the_words_together_and_is_of_the_sealed_text(sqlite_store: Store) -> None:
    told(sqlite_store, "Eerst over geld. " + "Het regende lang en hard. " * 40 + "Toen was er geld voor school. Einde.")
    (hit,) = search(sqlite_store, EDITOR, "geld school", on=TODAY).hits
    assert [hit.snippet.text[a:b] for a, b in hit.snippet.spans] == ["geld", "school"]
    assert hit.snippet.cut_before and not hit.snippet.cut_after and len(hit.snippet.text) < 400
    (start,) = search(sqlite_store, EDITOR, on=TODAY).hits
    assert start.snippet.text.startswith("Eerst over geld.") and start.snippet.spans == ()


@given(
    st.text(st.sampled_from("schuldhulp éé ’'.\n"), max_size=60)
    | st.sampled_from([FILLED, "Schuldhulpverlening, Geld!"]),
    st.frozensets(st.sampled_from(["schuld", "hulp", "geld", "school", "een"]), max_size=3),
)
def test_the_words_that_are_marked_are_those_that_were_found(text: str, forms: frozenset[str]) -> None:
    told = anonymise.search_words(text)
    assert anonymise.search_hits(text, forms) == tuple(w for w in told if forms & {*w.forms, *w.parts})
