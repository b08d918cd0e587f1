"""Answers that an ervaringswerker writes down, also later and on paper, and the proof of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from helper_place import (
    ADULT,
    BOTH,
    CALL_AGAIN,
    CHILD,
    DOUBT,
    KID,
    NEWSLETTER,
    NO,
    OWN,
    PARENT,
    PDF,
    TODAY,
    YES,
    Place,
    a_voice,
    quoted,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk import answering, helping, proofs, readback, receiving, telling
from stories import tickets
from stories.consent import Form, Outcome, Party, Purpose, Recognisability, Way, may_use
from stories.errors import InputRefused, NotFound, Refused
from stories.model import PieceState, Teller
from stories.sitting import Asked, Authority, Compensation, Explained, OtherParent, Relation
from stories.sitting import Place as Where
from stories.store import Store
from stories.terms import Terms
from stories.vault import Kind


@pytest.fixture
def place(sqlite_store: Store) -> Place:
    return Place.open(sqlite_store)


@pytest.fixture
def both(store: Store) -> Place:
    """On SQLite and on PostgreSQL."""
    return Place.open(store)


# answers


def test_one_conversation_becomes_events_and_one_sitting_with_all_circumstances(both: Place) -> None:
    story = both.case(CHILD)
    facts = {
        "language": "ar", "explained": Explained.TOLK, "copy_given": True, "place": Where.SCHOOL,
        "relation": Relation.VOOGD, "authority": Authority.VOOGD, "other_parent": OtherParent.NIET,
        "assent_asked": Asked.ALLEEN, "assent_asked_by": both.helper.id,
        "compensation": Compensation.CADEAUBON, "compensation_euro": 20, "preview": True,
    }  # fmt: skip
    answering.record_answers(
        both.store, both.helper, story.id, BOTH, (NEWSLETTER, CALL_AGAIN), recognisability=Recognisability.SCHUILNAAM,
        embargo_until=TODAY + timedelta(days=9), valid_until=TODAY + timedelta(days=90), way=Way.GESPROKEN,
        circumstances=facts,
    )  # fmt: skip
    with both.store.read() as books:
        consent, (sitting,) = books.consent(story.id), books.sittings(story.id)
    assert {name: getattr(sitting, name) for name in facts} == facts
    assert {(e.way, e.recorded_by) for e in consent.events} == {(Way.GESPROKEN, both.helper.id)}
    channel = consent.last(Party.VERTEGENWOORDIGER, *NEWSLETTER)
    assert channel is not None
    assert channel.recognisability is Recognisability.SCHUILNAAM
    assert (channel.embargo_until, channel.valid_until) == (TODAY + timedelta(days=9), TODAY + timedelta(days=90))
    later = TODAY + timedelta(days=10)
    assert may_use(consent, *NEWSLETTER, on=later, recognisability=Recognisability.SCHUILNAAM)
    assert may_use(consent, Purpose.VERWERKEN, on=TODAY), "an embargo on a channel does not stop the work"
    assert not may_use(consent, *NEWSLETTER, on=TODAY)
    assert not may_use(consent, *NEWSLETTER, on=TODAY + timedelta(days=91))


def test_no_yes_lasts_longer_than_the_house_keeps_stories(place: Place) -> None:
    story = place.case()
    answering.record_answers(place.store, place.helper, story.id, OWN, valid_until=TODAY + timedelta(days=4000))
    with place.store.read() as books:
        (event,) = books.consent(story.id).events
    assert event.valid_until == TODAY + Terms().story


def test_a_yes_that_comes_later_lets_the_work_begin(both: Place) -> None:
    story = both.handed_in(CHILD, KID, ())
    assert story.waiting_for == "consent.vertegenwoordiger_not_asked"
    answering.record_answers(
        both.store, both.helper, story.id, {Party.VERTEGENWOORDIGER: YES}, [NEWSLETTER], way=Way.GESPROKEN,
        circumstances={"relation": Relation.OUDER, "authority": Authority.SAMEN},
    )  # fmt: skip
    assert both.now(story.id).waiting_for is None
    with both.store.read() as books:
        consent = books.consent(story.id)
        assert [s.relation for s in books.sittings(story.id)] == [None, Relation.OUDER]
    assert may_use(consent, *NEWSLETTER, on=TODAY)


def test_what_is_no_longer_on_becomes_a_no(place: Place) -> None:
    story = place.agreed(channels=(NEWSLETTER, (Purpose.WEBSITE, Form.TEKST)))
    answering.record_answers(place.store, place.helper, story.id, {Party.TELLER: YES}, [NEWSLETTER])
    with place.store.read() as books:
        consent = books.consent(story.id)
    assert may_use(consent, *NEWSLETTER, on=TODAY)
    assert not may_use(consent, Purpose.WEBSITE, Form.TEKST, on=TODAY)
    assert may_use(consent, Purpose.VERWERKEN, on=TODAY)


def test_an_objection_of_the_other_parent_stops_everything_and_blocks_the_draft(place: Place) -> None:
    story, piece_id = quoted(place, CHILD)
    answering.record_answers(place.store, place.helper, story.id, {Party.ANDERE_OUDER: NO})
    with place.store.read() as books:
        assert not may_use(books.consent(story.id), *NEWSLETTER, on=TODAY)
        assert books.piece(piece_id).state is PieceState.GEBLOKKEERD
    assert place.now(story.id).waiting_for == "consent.andere_ouder_says_nee"


def test_a_known_objection_in_the_circumstances_is_that_parents_no(place: Place) -> None:
    story = place.case(CHILD)
    objects, agrees = {"other_parent": OtherParent.BEZWAAR}, {"other_parent": OtherParent.EENS}
    answering.record_answers(place.store, place.helper, story.id, BOTH, circumstances=objects)
    assert "andere_ouder_says_nee" in place.missing(story.id)
    with pytest.raises(Refused) as refusal:
        helping.hand_in(place.store, place.helper, story.id)
    assert refusal.value.key == "helper.somebody_said_no"
    answering.record_answers(place.store, place.helper, story.id, BOTH, circumstances=agrees)
    helping.hand_in(place.store, place.helper, story.id)
    with place.store.read() as books:
        assert may_use(books.consent(story.id), Purpose.VERWERKEN, on=TODAY)


def test_a_channel_that_is_switched_off_later_blocks_its_draft_only(place: Place) -> None:
    story, piece_id = quoted(place, ADULT, channels=(NEWSLETTER, (Purpose.WEBSITE, Form.TEKST)))
    answering.record_answers(place.store, place.helper, story.id, {Party.TELLER: YES}, [NEWSLETTER])
    with place.store.read() as books:
        assert books.piece(piece_id).state is PieceState.CONCEPT, "the website went, the newsletter did not"
    answering.record_answers(place.store, place.helper, story.id, {Party.TELLER: YES}, [])
    with place.store.read() as books:
        assert books.piece(piece_id).state is PieceState.GEBLOKKEERD


@pytest.mark.parametrize(
    ("teller", "said", "channels", "key"),
    [
        (ADULT, {}, (), "helper.nobody_answered"),
        (ADULT, {Party.VERTEGENWOORDIGER: YES}, (), "helper.party_not_asked"),
        (ADULT, {Party.ANDERE_OUDER: NO}, (), "helper.party_not_asked"),
        (CHILD, {Party.TELLER: YES}, (), "helper.party_not_asked"),
        (ADULT, {Party.TELLER: Outcome.INGETROKKEN}, (), "helper.taking_back_is_another_thing"),
        (CHILD, KID, (NEWSLETTER,), "helper.channels_need_yes_parent"),
        (ADULT, {Party.TELLER: DOUBT}, (NEWSLETTER,), "helper.channels_need_yes"),
        (ADULT, OWN, ((Purpose.VERWERKEN, None),), "helper.channel_unknown"),
        (ADULT, OWN, ((Purpose.NIEUWSBRIEF, None),), "helper.channel_unknown"),
        (ADULT, OWN, ((Purpose.HERCONTACT, Form.TEKST),), "helper.channel_unknown"),
    ],
)
def test_answers_that_do_not_fit_are_refused_and_leave_nothing(
    place: Place, teller: Teller, said: dict[Party, Outcome], channels: telling.Channels, key: str
) -> None:
    story = place.case(teller)
    with pytest.raises(Refused) as refusal:
        answering.record_answers(place.store, place.helper, story.id, said, channels)
    assert refusal.value.key == key
    with place.store.read() as books:
        assert not books.consent(story.id).events and not books.sittings(story.id)


def test_dates_the_wrong_way_round_are_refused(place: Place) -> None:
    story = place.case()
    with pytest.raises(InputRefused):
        answering.record_answers(
            place.store, place.helper, story.id, OWN, embargo_until=TODAY + timedelta(days=9),
            valid_until=TODAY + timedelta(days=8),
        )  # fmt: skip


def test_the_notice_printed_on_the_form_is_the_one_that_counts(place: Place) -> None:
    story = place.case()
    with place.store.read() as books:
        assert answering.notice_versions(books) == (1,)
    answering.record_answers(place.store, place.helper, story.id, OWN, notice_version=1)
    with pytest.raises(NotFound):
        answering.record_answers(place.store, place.helper, story.id, OWN, notice_version=7)
    with place.store.read() as books:
        assert {event.notice.version for event in books.consent(story.id).events} == {1}


def test_the_wish_to_see_it_first_stands_until_it_is_asked_again(place: Place, tmp_path: Path) -> None:
    story = place.case(CHILD)

    def wish() -> bool:
        return helping.case(place.store, place.helper, story.id).sittings[-1].preview

    wants, no_more = {"preview": True}, {"preview": False}
    answering.record_answers(place.store, place.helper, story.id, KID, way=Way.PAPIER, circumstances=wants)
    answering.record_answers(place.store, place.helper, story.id, PARENT, way=Way.GESPROKEN)
    assert wish()
    proofs.receive_proof(place.store, place.store.settings, story.id, proof_file(tmp_path, PDF))
    answering.bind_proof(place.store, place.helper, story.id)
    assert wish()
    answering.record_answers(place.store, place.helper, story.id, BOTH, circumstances=no_more)
    assert not wish()


def test_nothing_is_added_to_what_was_stopped(place: Place) -> None:
    story = place.handed_in()
    readback.stop(place.store, place.helper, story.id)
    with pytest.raises(Refused):
        answering.record_answers(place.store, place.helper, story.id, {Party.TELLER: YES})


SAYINGS = st.lists(
    st.tuples(
        st.sampled_from([Party.VERTEGENWOORDIGER, Party.KIND, Party.ANDERE_OUDER]), st.sampled_from([YES, NO, DOUBT])
    ),
    max_size=5,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SAYINGS)
def test_a_story_of_a_child_is_worked_only_when_the_last_word_of_everybody_is_yes(
    place: Place, said: list[tuple[Party, Outcome]]
) -> None:
    story = place.case(CHILD)
    for party, outcome in said:
        answering.record_answers(place.store, place.helper, story.id, {party: outcome})
    last = dict(said)
    needed = {last.get(Party.VERTEGENWOORDIGER), last.get(Party.KIND)}
    with place.store.read() as books:
        consent = books.consent(story.id)
    assert bool(may_use(consent, Purpose.VERWERKEN, on=TODAY)) is (needed == {YES} and set(last.values()) == {YES})
    try:
        helping.hand_in(place.store, place.helper, story.id)
    except Refused:
        assert set(last.values()) != {YES} or not needed & {YES}
    else:
        assert set(last.values()) == {YES} and YES in needed


def test_a_moment_of_now_is_used_unless_told(place: Place) -> None:
    then = datetime.now(UTC) - timedelta(days=3)
    story = place.case()
    answering.record_answers(place.store, place.helper, story.id, OWN, now=then)
    with place.store.read() as books:
        assert {event.at for event in books.consent(story.id).events} == {then}


# proofs


def proof_file(folder: Path, data: bytes, name: str = "in-1") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40 + b"IEND\xaeB`\x82"
JPG = b"\xff\xd8\xff\xe0" + b"\x00" * 40 + b"\xff\xd9" + b"film" * 2000  # a phone may hang a film behind a photo


@pytest.mark.parametrize("data", [PDF, PNG, JPG], ids=["pdf", "png", "jpg"])
def test_a_scan_lies_sealed_under_a_running_number_as_it_came(both: Place, tmp_path: Path, data: bytes) -> None:
    story = both.case(text="")
    for number in (1, 2):
        received = proofs.take(both.store, both.store.settings, proofs.subject(story.id), proof_file(tmp_path, data))
        assert (received.what, received.number) == ("proof", number)
    with both.store.read() as books:
        assert books.fetch(story.id, Kind.PROOF, version=2) == data
        assert not books.parts(story.id), "a proof is no part of the story"
    assert data not in b"".join(path.read_bytes() for path in files_of(both.store))


def files_of(store: Store) -> list[Path]:
    return [path for path in store.settings.data_dir.rglob("*") if path.is_file()]


def test_a_spoken_yes_becomes_flac(place: Place, tmp_path: Path) -> None:
    story = place.case()
    received = proofs.take(place.store, place.store.settings, proofs.subject(story.id), a_voice(tmp_path / "in-2"))
    assert received.number == 1 and received.duration_ms == pytest.approx(1000, abs=60)
    with place.store.read() as books:
        assert books.fetch(story.id, Kind.PROOF, version=1).startswith(b"fLaC")


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "helper.proof_unknown"),
        (b"MZ\x90\x00" + b"\x00" * 500, "helper.proof_unknown"),
        (b"<html><script>alert(1)</script>", "helper.proof_unknown"),
        (b"#!/bin/sh\nrm -rf /\n%PDF-1.4 %%EOF", "helper.proof_unknown"),
        (b"GIF89a" + b"\x00" * 500, "helper.proof_unknown"),
        (PDF[:20], "helper.proof_torn"),
        (PNG[:-12], "helper.proof_torn"),
        (JPG[:30], "helper.proof_torn"),
        (PDF[:-6] + b"x" * 20_000_001 + b"%%EOF", "helper.proof_too_big"),
    ],
    ids=range(9),
)
def test_what_is_no_scan_photo_or_sound_is_refused(place: Place, tmp_path: Path, data: bytes, key: str) -> None:
    story = place.case()
    with pytest.raises(InputRefused) as refusal:
        proofs.receive_proof(place.store, place.store.settings, story.id, proof_file(tmp_path, data))
    assert refusal.value.key == key
    assert helping.case(place.store, place.helper, story.id).proofs == ()


def test_on_paper_without_a_scan_is_missing_until_the_scan_comes(place: Place, tmp_path: Path) -> None:
    story = place.case()
    answering.record_answers(place.store, place.helper, story.id, OWN, way=Way.PAPIER)
    assert "proof_papier" in place.missing(story.id)
    proofs.receive_proof(place.store, place.store.settings, story.id, proof_file(tmp_path, PDF))
    assert helping.case(place.store, place.helper, story.id).loose_proof == 1
    answering.bind_proof(place.store, place.helper, story.id)
    file = helping.case(place.store, place.helper, story.id)
    assert "proof_papier" not in place.missing(story.id) and file.loose_proof == 0
    assert [sitting.proof for sitting in file.sittings] == [0, 1], "the first sitting was not edited"
    with pytest.raises(Refused):
        answering.bind_proof(place.store, place.helper, story.id)


def test_a_proof_that_came_first_goes_with_the_answers(place: Place, tmp_path: Path) -> None:
    story = place.case()
    proofs.receive_proof(place.store, place.store.settings, story.id, proof_file(tmp_path, PDF))
    with pytest.raises(NotFound):
        answering.record_answers(place.store, place.helper, story.id, OWN, way=Way.PAPIER, proof=2)
    answering.record_answers(place.store, place.helper, story.id, OWN, way=Way.PAPIER, proof=1)
    assert place.missing(story.id) == {"not_handed_in"}


def test_the_hash_of_a_proof_survives_erasure_and_the_proof_does_not(place: Place, tmp_path: Path) -> None:
    story = place.case()
    proofs.receive_proof(place.store, place.store.settings, story.id, proof_file(tmp_path, PDF))
    helping.throw_away(place.store, place.helper, story.id)
    with place.store.read() as books:
        assert not books.has(story.id, Kind.PROOF, version=1)
        (line,) = [x for x in books.audit_trail(story_id=story.id) if x["action"] == "proof_kept"]
    assert "sha256=" in line["detail"] and line["actor"] == place.helper.id


def test_a_ticket_for_a_part_never_leaves_a_proof_and_the_other_way_round(place: Place, tmp_path: Path) -> None:
    story = place.case(text="")
    settings = place.store.settings
    ticket = tickets.issue(settings, tickets.UPLOAD, proofs.subject(story.id), 60)
    errand = tickets.redeem(settings, tickets.UPLOAD, ticket)
    assert errand is not None
    proofs.take(place.store, settings, errand, a_voice(tmp_path / "in-3"))
    assert receiving.parts(place.store, story.id) == ()
    proofs.take(place.store, settings, story.id, a_voice(tmp_path / "in-4"))
    assert len(receiving.parts(place.store, story.id)) == 1
    assert helping.case(place.store, place.helper, story.id).proofs == (1,)


def test_no_proof_is_taken_for_a_story_that_was_stopped(place: Place, tmp_path: Path) -> None:
    story = place.handed_in()
    readback.stop(place.store, place.helper, story.id)
    with pytest.raises(Refused):
        proofs.receive_proof(place.store, place.store.settings, story.id, proof_file(tmp_path, PDF))
