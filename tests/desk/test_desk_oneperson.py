"""One person: off by default, a day's wait that every edit begins anew, and nothing left of it once it is off."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from role_place import NEXT_WEEK, PASSWORD, QUOTED, Place

from desk import exporting, oneperson, publishing, receiving, reviewing, secondreading, standing, telling
from desk.keeping import clock, recording_end
from stories.consent import Form, Outcome, Purpose
from stories.errors import GateRefused, Moved, Refused
from stories.model import AgeBand, Piece, PieceState, Story, StoryKind, Teller, TellerRole
from stories.people import Role, User
from stories.stages import State
from stories.use import ALONE_WAIT, RELEASED_ALONE, may_use_version

EVERYTHING = [Role.REDACTEUR, Role.VRIJGEVER, Role.COMMUNICATIE]


@pytest.fixture
def alone(place: Place) -> User:
    """The one person of a small house."""
    with place.store.write() as books:
        return books.add_user("alleen", PASSWORD, EVERYTHING)


def later(hours: float = 25) -> datetime:
    return datetime.now(UTC) + timedelta(hours=hours)


def turn(place: Place, on: bool) -> int:
    admin = place.staff[Role.BEHEERDER]
    return oneperson.turn(place.store, admin, on, expected=oneperson.mode(place.store, admin).version)


def offered(place: Place, user: User) -> Story:
    story = place.worked()
    reviewing.mark_heard(place.store, user, story.id)
    return reviewing.offer_for_release(place.store, user, story.id, expected=story.row_version)


def released(place: Place, user: User, hours: float = 25) -> Story:
    story = offered(place, user)
    return reviewing.release(place.store, user, story.id, expected=story.row_version, now=later(hours))


def usable(place: Place, story: Story) -> bool:
    with place.store.read() as books:
        now = standing.standing(books, story.id)
    return bool(may_use_version(now, Purpose.NIEUWSBRIEF, Form.TEKST, on=NEXT_WEEK))


def offered_piece(place: Place, user: User, story: Story) -> Piece:
    with place.store.read() as books:
        start = books.version(story.id).clean.text.index(QUOTED)
    quote = publishing.cut_quote(place.store, user, story.id, start, start + len(QUOTED))
    piece = publishing.compose(place.store, user, [quote.id], title="Ziek gemeld", publish_on=NEXT_WEEK)
    return publishing.offer(place.store, user, piece.id, expected=piece.row_version)


def test_it_is_off_until_an_administrator_turns_it_on(place: Place, alone: User) -> None:
    assert oneperson.mode(place.store, place.staff[Role.BEHEERDER]).since is None
    story = offered(place, alone)
    assert oneperson.of_story(place.store, alone, story.id) is None
    with pytest.raises(Refused) as no:
        reviewing.release(place.store, alone, story.id, expected=story.row_version, now=later(1000))
    assert no.value.key == "desk.four_eyes"


def test_one_person_releases_their_own_story_a_day_later_and_the_audit_says_so(place: Place, alone: User) -> None:
    turn(place, True)
    story = offered(place, alone)
    shown = oneperson.of_story(place.store, alone, story.id)
    assert shown is not None and shown.own and not shown.is_ready
    with pytest.raises(Refused) as no:
        reviewing.release(place.store, alone, story.id, expected=story.row_version, now=later(23.5))
    assert no.value.key == "oneperson.wait" and "1 uur" in no.value.message
    reviewing.release(place.store, alone, story.id, expected=story.row_version, now=later(24.1))
    assert usable(place, story)
    actions = [line["action"] for line in reviewing.history(place.store, alone, story.id)]
    assert actions[0] == "story_released_alone" and "story_released" not in actions
    with place.store.read() as books:
        assert [a.role for a in books.approvals(story.id)][-1] == RELEASED_ALONE
        assert [line["action"] for line in books.audit_trail(action="one_person_on")] == ["one_person_on"]


def test_a_second_person_needs_no_wait_and_leaves_no_such_trace(place: Place, alone: User) -> None:
    turn(place, True)
    story = offered(place, alone)
    reviewing.release(place.store, place.staff[Role.VRIJGEVER], story.id, expected=story.row_version)
    with place.store.read() as books:
        assert RELEASED_ALONE not in {a.role for a in books.approvals(story.id)}
    assert turn(place, False) == 0 and usable(place, story)


def test_what_was_offered_before_the_mode_waits_from_the_mode(place: Place, alone: User) -> None:
    story = offered(place, alone)
    admin = place.staff[Role.BEHEERDER]
    oneperson.turn(place.store, admin, True, expected=0, now=later(48))
    with pytest.raises(Refused):
        reviewing.release(place.store, alone, story.id, expected=story.row_version, now=later(71))
    reviewing.release(place.store, alone, story.id, expected=story.row_version, now=later(73))
    assert usable(place, story)


def test_an_edit_begins_the_wait_anew_also_back_to_the_same_text(place: Place, alone: User) -> None:
    turn(place, True)
    story = offered(place, alone)
    reviewing.confirm_themes(place.store, alone, story.id, ["meedoen"], expected=story.row_version)
    with pytest.raises(Refused) as no:
        reviewing.release(place.store, alone, story.id, expected=place.now(story.id).row_version, now=later())
    assert no.value.key == "desk.not_offered"
    reviewing.confirm_themes(place.store, alone, story.id, [], expected=place.now(story.id).row_version)
    story = place.now(story.id)
    story = reviewing.offer_for_release(place.store, alone, story.id, expected=story.row_version)
    with place.store.read() as books:
        offers = [a.at for a in books.approvals(story.id) if a.role == reviewing.OFFERED]
    assert len(offers) == 2
    with pytest.raises(Refused):
        between = offers[0] + ALONE_WAIT + (offers[1] - offers[0]) / 2
        reviewing.release(place.store, alone, story.id, expected=story.row_version, now=between)


def test_a_childs_story_keeps_its_second_reader(place: Place, alone: User) -> None:
    turn(place, True)
    child = Teller(TellerRole.KIND, AgeBand.UNDER_12)
    said = telling.answers(
        child, assent=Outcome.JA, representative=Outcome.JA, channels=[(Purpose.NIEUWSBRIEF, Form.TEKST)]
    )
    story = telling.begin(place.store, said, kind=StoryKind.TEXT)
    receiving.receive_text(place.store, story.id, "Ik mocht niet mee op schoolreisje.")
    telling.hand_in(place.store, story.id)
    story = place.work(story)
    reviewing.mark_heard(place.store, alone, story.id)
    story = reviewing.offer_for_release(place.store, alone, story.id, expected=story.row_version)
    with place.store.read() as books:
        digest = books.version(story.id).digest
    with pytest.raises(Refused) as own:
        secondreading.mark_read_through(place.store, alone, story.id, digest=digest)
    with pytest.raises(Refused) as unread:
        reviewing.release(place.store, alone, story.id, expected=story.row_version, now=later())
    assert (own.value.key, unread.value.key) == ("names.reading_four_eyes", "names.not_read_through")
    secondreading.mark_read_through(place.store, place.staff[Role.VRIJGEVER], story.id, digest=digest)
    reviewing.release(place.store, alone, story.id, expected=story.row_version, now=later())
    assert usable(place, story)


def test_a_piece_waits_a_day_too_and_the_gate_sees_the_same(place: Place, alone: User) -> None:
    turn(place, True)
    piece = offered_piece(place, alone, released(place, alone))
    with pytest.raises(Refused):
        publishing.release(place.store, alone, piece.id, expected=piece.row_version)
    shown = oneperson.of_piece(place.store, alone, piece.id)
    assert shown is not None and shown.own and not shown.is_ready
    publishing.release(place.store, alone, piece.id, expected=piece.row_version, now=later())
    assert publishing.findings(place.store, alone, piece.id) == ()
    made = exporting.export(place.store, alone, piece.id)
    turn(place, False)
    with pytest.raises((GateRefused, Refused)):
        exporting.download(place.store, alone, made.id)


def test_turned_off_nothing_of_one_person_is_used_until_a_second_looks(place: Place, alone: User) -> None:
    turn(place, True)
    story = released(place, alone)
    piece = offered_piece(place, alone, story)
    piece = publishing.release(place.store, alone, piece.id, expected=piece.row_version, now=later())
    assert turn(place, False) == 2
    assert not usable(place, story) and place.now(story.id).state is State.IN_REDACTIE
    with place.store.read() as books:
        assert books.piece(piece.id).state is PieceState.TER_VRIJGAVE
        assert {line["action"] for line in books.audit_trail(limit=2)} == {
            "story_alone_taken_back",
            "piece_alone_taken_back",
        }
    turn(place, True)
    assert not usable(place, story), "turning it on again brings nothing back"
    story = place.now(story.id)
    story = reviewing.offer_for_release(place.store, alone, story.id, expected=story.row_version)
    reviewing.release(place.store, place.staff[Role.VRIJGEVER], story.id, expected=story.row_version)
    assert usable(place, story)


def test_a_switch_of_a_moment_ago_is_not_turned_twice(place: Place) -> None:
    admin = place.staff[Role.BEHEERDER]
    oneperson.turn(place.store, admin, True, expected=0)
    with pytest.raises(Moved):
        oneperson.turn(place.store, admin, False, expected=0)
    assert oneperson.mode(place.store, admin).since is not None


def test_a_recording_released_by_one_person_has_its_term_too(place: Place, alone: User) -> None:
    turn(place, True)
    story = replace(released(place, alone), kind=StoryKind.AUDIO)
    with place.store.read() as books:
        assert recording_end(books, story, books.consent(story.id), clock(place.store, books)) is not None
