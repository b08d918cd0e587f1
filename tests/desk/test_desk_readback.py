"""Reading back to whoever told it, and the table behind the paper form."""

from __future__ import annotations

import pytest
from helper_place import (
    ADULT,
    CHILD,
    DOUBT,
    Place,
    quoted,
)

from desk import answering, paper, publishing, readback, reviewing
from desk.readback import Heard
from stories.consent import Outcome, Party
from stories.errors import ConsentRefused, InputRefused, Moved, Refused
from stories.lastword import LastWord
from stories.model import AgeBand, Piece, PieceState, Story, Teller
from stories.stages import State
from stories.store import Store
from stories.vault import Kind


@pytest.fixture
def place(sqlite_store: Store) -> Place:
    return Place.open(sqlite_store)


@pytest.fixture
def both(store: Store) -> Place:
    """On SQLite and on PostgreSQL."""
    return Place.open(store)


# reading back


def test_the_text_for_reading_holds_no_name_and_belongs_to_one_version(both: Place) -> None:
    story = both.worked()
    read = readback.reading(both.store, both.helper, story.id)
    assert "Samira" not in read.version.clean.text and read.outcome is None
    readback.read_back(both.store, both.helper, story.id, Heard.AKKOORD, number=read.version.number)
    assert readback.reading(both.store, both.helper, story.id).outcome is Heard.AKKOORD
    with both.store.read() as books:
        (heard,) = [a for a in books.approvals(story.id) if a.role == readback.HEARD_BY_TELLER]
    assert (heard.digest, heard.by) == (read.version.digest, both.helper.id)


def test_a_new_version_must_be_read_again(place: Place) -> None:
    story = place.worked()
    readback.read_back(place.store, place.helper, story.id, Heard.AKKOORD, number=story.version)
    masked = [reviewing.added(0, 6)]
    reviewing.decide_names(place.store, place.editor, story.id, masked, expected=story.row_version)
    assert readback.reading(place.store, place.helper, story.id).outcome is None
    assert place.missing(story.id) == {"read_back"}
    with pytest.raises(Moved):
        readback.read_back(place.store, place.helper, story.id, Heard.AKKOORD, number=story.version)


def test_anders_takes_a_released_story_back_with_a_sealed_note_and_a_task(both: Place) -> None:
    story, _ = quoted(both, ADULT)
    wish = "De zin over Anneke moet eruit."
    readback.read_back(both.store, both.helper, story.id, Heard.ANDERS, wish, number=story.version)
    assert both.now(story.id).state is State.IN_REDACTIE
    with both.store.read() as books:
        assert books.fetch(story.id, Kind.TELLER_NOTE, version=1).decode() == wish
        (task,) = [t for t in books.tasks() if t.kind == readback.CHANGE_TASK]
        assert (task.story_id, task.owner, task.subject) == (story.id, "redactie", "1")
        trail = str(books.audit_trail(story_id=story.id))
    assert "Anneke" not in trail
    assert both.missing(story.id) == {"read_back_changes"}


def test_anders_says_what_must_change(place: Place) -> None:
    story = place.worked()
    for note in ("", "  \n"):
        with pytest.raises(InputRefused):
            readback.read_back(place.store, place.helper, story.id, Heard.ANDERS, note, number=story.version)
    with place.store.read() as books:
        assert not books.has(story.id, Kind.TELLER_NOTE, version=1)


def test_a_second_wish_does_not_replace_the_first(place: Place) -> None:
    story = place.worked()
    for wish in ("De school moet eruit.", "En de straat ook."):
        readback.read_back(place.store, place.helper, story.id, Heard.ANDERS, wish, number=story.version)
    with place.store.read() as books:
        assert books.numbers(story.id, Kind.TELLER_NOTE) == (1, 2)


@pytest.mark.parametrize("teller", [ADULT, CHILD])
def test_stop_withdraws_everything_in_the_tellers_name(place: Place, teller: Teller) -> None:
    story, piece_id = quoted(place, teller)
    readback.read_back(place.store, place.helper, story.id, Heard.STOP, number=story.version)
    assert place.now(story.id).state is State.INGETROKKEN
    with place.store.read() as books:
        assert books.piece(piece_id).state is PieceState.GEBLOKKEERD
        last = books.consent(story.id).events[-1]
    assert last.outcome is Outcome.INGETROKKEN and last.recorded_by == place.helper.id
    assert last.party is (Party.KIND if teller is CHILD else Party.TELLER)


def test_nothing_is_read_without_consent_or_before_there_is_a_text(place: Place) -> None:
    concept = place.agreed()
    with pytest.raises(Refused):
        readback.reading(place.store, place.helper, concept.id)
    waiting = place.handed_in()
    with pytest.raises(Refused):
        readback.reading(place.store, place.helper, waiting.id)
    story = place.worked()
    answering.record_answers(place.store, place.helper, story.id, {Party.TELLER: DOUBT})
    with pytest.raises(ConsentRefused):
        readback.reading(place.store, place.helper, story.id)


def test_a_concept_is_thrown_away_and_not_withdrawn(place: Place) -> None:
    story = place.case()
    with pytest.raises(Refused) as refusal:
        readback.stop(place.store, place.helper, story.id)
    assert refusal.value.key == "helper.stop_is_throwing_away"


# what editors see of it


def test_an_editor_reads_the_wish_until_the_teller_heard_a_text_and_agreed(place: Place) -> None:
    story = place.worked()
    assert readback.wishes(place.store, place.editor, story.id) == ()
    for wish in ("De school moet eruit.", "En de straat ook."):
        readback.read_back(place.store, place.helper, story.id, Heard.ANDERS, wish, number=story.version)
    assert readback.wishes(place.store, place.editor, story.id) == ("De school moet eruit.", "En de straat ook.")
    masked = [reviewing.added(0, 6)]
    reviewing.decide_names(place.store, place.editor, story.id, masked, expected=story.row_version)
    assert len(readback.wishes(place.store, place.editor, story.id)) == 2, "not heard yet"
    readback.read_back(place.store, place.helper, story.id, Heard.AKKOORD, number=2)
    assert readback.wishes(place.store, place.editor, story.id) == ()
    with place.store.read() as books:
        assert not [task for task in books.tasks() if task.kind == readback.CHANGE_TASK]


def test_a_wish_is_closed_with_the_story(place: Place) -> None:
    story = place.worked()
    readback.read_back(place.store, place.helper, story.id, Heard.ANDERS, "De school moet eruit.", number=1)
    answering.record_answers(place.store, place.helper, story.id, {Party.TELLER: DOUBT})
    assert readback.wishes(place.store, place.editor, story.id) == ()


# the finished product, for a teller without a phone


def offered(place: Place) -> tuple[Story, Piece]:
    story, piece_id = quoted(place, ADULT)
    with place.store.read() as books:
        piece = books.piece(piece_id)
    return story, publishing.offer(place.store, place.editor, piece_id, expected=piece.row_version)


@pytest.mark.parametrize("word", list(LastWord))
def test_the_last_word_is_the_tellers_written_down_by_the_helper(both: Place, word: LastWord) -> None:
    story, piece = offered(both)
    (product,) = readback.products(both.store, both.helper, story.id)
    assert product.can_see and "Ziek gemeld" in readback.see_product(both.store, both.helper, story.id, piece.id)
    readback.answer_product(both.store, both.helper, story.id, piece.id, word, "korter", digest=product.digest)
    with both.store.read() as books:
        (said,) = [a for a in books.approvals(piece.id) if a.role in set(LastWord)]
        (line,) = [x for x in books.audit_trail(story_id=story.id) if x["action"] == "product_answered"]
    assert (said.by, said.role, line["actor"]) == (story.id, word, both.helper.id)


def test_an_answer_is_about_the_product_that_was_shown(place: Place) -> None:
    story, piece = offered(place)
    with pytest.raises(Moved):
        readback.answer_product(place.store, place.helper, story.id, piece.id, LastWord.AKKOORD, digest="een andere")


# the table of the form


GOLDEN_CODES = {
    "A1": "role", "A2": "age_band", "A3": "turns_16_on", "A4": "region",
    "B1": "own", "B2": "assent", "B3": "representative", "B4": "other_parent",
    "C1": "may_intern_leren_None", "C2a": "may_nieuwsbrief_tekst", "C3a": "may_social_tekst",
    "C4a": "may_website_tekst", "C5b": "may_podcast_eigen_stem", "C5c": "may_podcast_vervormde_stem",
    "C5d": "may_podcast_nagesproken", "C6d": "may_vlog_nagesproken", "C6e": "may_vlog_beeld",
    "C7a": "may_kenniskring_tekst", "C8": "may_onderzoek_None", "C9": "may_hercontact_None",
    "C10": "may_bijzonder_None",
    "D1": "recognisability", "D2": "embargo_until", "D3": "valid_until", "D4": "preview",
    "E1": "helper", "E2": "language", "E3": "interpreter", "E4": "place", "E5": "explained", "E6": "copy_given",
    "E7": "relation", "E8": "authority", "E9": "assent_asked", "E10": "assent_asked_by", "E11": "compensation",
    "E12": "compensation_euro", "F1": "others",
}  # fmt: skip
"""What is printed today is typed in months later: a code that stands here never gets another meaning."""


def test_a_code_never_changes_its_meaning(place: Place) -> None:
    form = paper.blank_form(place.store)
    codes = {field.code: field.name for section in form.sections for field in section.fields}
    assert codes == GOLDEN_CODES


def test_every_circumstance_of_a_sitting_is_asked_on_the_form() -> None:
    from dataclasses import fields

    from stories.sitting import Sitting

    own = {"id", "story_id", "at", "recorded_by", "notice", "way", "proof"}
    asked = {field.name for section in (paper.SAID, paper.LIMITS, paper.MEETING) for field in section.fields}
    assert {field.name for field in fields(Sitting)} - own <= asked


def test_every_question_and_every_answer_has_words(place: Place) -> None:
    for section in paper.blank_form(place.store).sections:
        assert section.title
        for field in section.fields:
            assert field.label
            assert all(field.option(value) for value in field.options)


@pytest.mark.parametrize("band", list(AgeBand))
def test_a_question_is_asked_of_the_ages_it_is_for(band: AgeBand) -> None:
    asked = {field.name for field in paper.SAID.asked_of(band)}
    if band.needs_representative:
        assert asked == {"assent", "representative", "other_parent"}
    else:
        assert asked == {"own"}


def test_the_form_names_the_notice_it_belongs_to(place: Place) -> None:
    form = paper.blank_form(place.store)
    assert form.edition == f"{form.notice.id} nl-{form.notice.version} · {form.notice.sha256[:8]}"
