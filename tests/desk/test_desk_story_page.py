"""What the page of one story tells: who is here, what changed, what may be done, where it is used, and what is missing;
and the turn of the teller."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from builders import A_NOTICE
from mailed import mailed
from role_place import NEXT_WEEK, Place

from desk import (
    changes,
    consented,
    naming,
    presence,
    readback,
    readtask,
    ready,
    retention,
    reviewing,
    used,
    withdrawing,
    withteller,
)
from desk.consented import Channel
from desk.naming import Change
from desk.places import Does
from desk.presence import Deel
from desk.readback import Heard
from stories.consent import ConsentEvent, Form, Outcome, Party, Purpose, Recognisability, Way, may_use
from stories.errors import Moved, Refused
from stories.model import PieceState, Story, new_id
from stories.people import Role, User
from stories.stages import State
from stories.store import Store

NOW = datetime(2026, 5, 3, 12, 0, tzinfo=UTC)


@pytest.fixture
def place(sqlite_store: Store) -> Place:
    return Place.open(sqlite_store)


def editor(place: Place) -> User:
    return place.staff[Role.REDACTEUR]


def releaser(place: Place) -> User:
    return place.staff[Role.VRIJGEVER]


# who is here


def test_colleagues_see_each_other_until_a_minute_of_silence(place: Place) -> None:
    story = place.worked()
    here = lambda user, deel, later: presence.here(  # noqa: E731
        place.store, user, story.id, deel, now=NOW + timedelta(seconds=later)
    )
    assert here(editor(place), Deel.NAMEN, 0) == ()
    (other,) = here(releaser(place), Deel.THEMAS, 5)
    assert (other.name, other.deel) == ("redacteur", Deel.NAMEN)
    here(editor(place), Deel.TOESTEMMING, 6)
    assert [one.deel for one in here(releaser(place), Deel.THEMAS, 20)] == [Deel.TOESTEMMING], "one row each"
    assert here(releaser(place), Deel.THEMAS, 67) == ()


def test_of_whoever_left_nothing_is_kept(place: Place) -> None:
    story = place.worked()
    presence.here(place.store, editor(place), story.id, Deel.NAMEN, now=NOW)
    retention.tidy(place.store)
    with place.store.read() as books:
        assert books.notebook.present(story.id, since=NOW - timedelta(days=1)) == ()


# what changed


def test_the_slower_one_is_told_who_did_what(place: Place) -> None:
    story = place.worked()
    line = changes.newest_line(place.store, releaser(place), story.id)
    naming.change(place.store, editor(place), story.id, Change(Does.MASK, 0, 4), expected=story.row_version)
    reviewing.mark_heard(place.store, editor(place), story.id)
    now = place.now(story.id)
    reviewing.offer_for_release(place.store, editor(place), story.id, expected=now.row_version)
    told = changes.changes_since(place.store, releaser(place), story.id, line)
    assert [one.did for one in told] == [
        changes.did("offered_for_release", ""), changes.did("original_heard", ""), changes.did("version_made", "names"),
    ]  # fmt: skip
    assert {one.name for one in told} == {"redacteur"} and not any(one.by_self for one in told)
    assert changes.changes_since(place.store, editor(place), story.id, line)[0].by_self


def test_looking_is_no_change(place: Place) -> None:
    story = place.worked()
    line = changes.newest_line(place.store, editor(place), story.id)
    reviewing.review(place.store, editor(place), story.id)
    assert changes.changes_since(place.store, releaser(place), story.id, line) == ()


def test_each_kind_of_version_has_a_sentence_of_its_own() -> None:
    said = {changes.did("version_made", f"{about} names=3") for about in ("names", "themes", "text")}
    assert len(said) == 3 and changes.did("version_made", "names=3") in said


# what may be done


def says(story: Story, purpose: Purpose, outcome: Outcome, party: Party = Party.TELLER, **more: object) -> ConsentEvent:
    shape = None if purpose in (Purpose.VERWERKEN, Purpose.INTERN_LEREN) else Form.TEKST
    return ConsentEvent(
        id=new_id("c"), story_id=story.id, at=datetime.now(UTC), party=party, purpose=purpose, outcome=outcome,
        notice=A_NOTICE, way=Way.SCHERM, recorded_by="verteller", form=shape, **more,
    )  # fmt: skip


def channel(place: Place, story: Story, purpose: Purpose, today: date | None = None) -> Channel:
    found = consented.consented(place.store, editor(place), story.id, today=today)
    return next(one for one in found.channels if one.purpose is purpose)


def test_a_yes_names_its_last_day_and_who_said_it(place: Place) -> None:
    story = place.released()
    until = datetime.now(UTC).date() + timedelta(days=100)
    with place.store.write() as books:
        books.add_consent(
            says(story, Purpose.WEBSITE, Outcome.JA, valid_until=until, recognisability=Recognisability.SCHUILNAAM)
        )
    website = channel(place, story, Purpose.WEBSITE)
    assert website.may and website.until == until and website.recognisability is Recognisability.SCHUILNAAM
    assert [(one.party, one.outcome) for one in website.said] == [(Party.TELLER, Outcome.JA)]
    after = channel(place, story, Purpose.WEBSITE, until + timedelta(days=1))
    assert not after.may and after.ask == (Party.TELLER,), "it is over: ask again"


def test_an_embargo_names_its_day_and_asks_nobody(place: Place) -> None:
    story, day = place.released(), datetime.now(UTC).date() + timedelta(days=30)
    with place.store.write() as books:
        books.add_consent(says(story, Purpose.WEBSITE, Outcome.JA, embargo_until=day))
    website = channel(place, story, Purpose.WEBSITE)
    assert not website.may and website.since == day and website.ask == ()


def test_of_a_no_nobody_asks_again_and_of_a_doubt_they_do(place: Place) -> None:
    story = place.released()
    for outcome, asked in ((Outcome.NEE, ()), (Outcome.TWIJFEL, (Party.TELLER,))):
        with place.store.write() as books:
            books.add_consent(says(story, Purpose.SOCIAL, outcome))
        social = channel(place, story, Purpose.SOCIAL)
        assert not social.may and social.ask == asked and social.why_not
    assert channel(place, story, Purpose.PODCAST).said == (), "nobody said anything about it"


def test_the_page_says_yes_exactly_when_the_rules_do(place: Place) -> None:
    story = place.released()
    with place.store.read() as books:
        consent = books.consent(story.id)
    today = datetime.now(UTC).date()
    found = consented.consented(place.store, editor(place), story.id)
    assert {(c.purpose, c.form): c.may for c in found.channels} == {
        (c.purpose, c.form): bool(may_use(consent, c.purpose, c.form, on=today)) for c in found.channels
    }
    assert found.not_yet == "" and any(c.may for c in found.channels)
    assert consented.consented(place.store, editor(place), place.offered().id).not_yet


# where it is used


def test_quotes_pieces_bundles_and_the_limit_are_told(place: Place) -> None:
    place.bundle()
    with place.store.read() as books:
        (piece,) = books.pieces()
        (quote,) = books.quotes(ids=piece.quote_ids)
    found = used.used(place.store, releaser(place), quote.story_id)
    (shown,) = found.pieces
    assert (shown.id, shown.state, shown.quotes, len(shown.bundles)) == (piece.id, PieceState.VRIJGEGEVEN, 1, 1)
    assert [(one.quote.id, one.used, one.is_old) for one in found.quotes] == [(quote.id, True, False)]
    assert (found.public, found.limit) == (0, 3)
    mailed(place.store, place.staff[Role.COMMUNICATIE], piece)
    after = used.used(place.store, releaser(place), quote.story_id)
    assert after.public == 1 and after.pieces[0].published_at is not None
    assert after.pieces[0].publish_on == NEXT_WEEK


# what is still missing


def test_what_is_missing_goes_one_by_one(place: Place) -> None:
    story = place.worked()
    codes = lambda user: [n.code for n in ready.needs(place.store, user, reviewing.review(place.store, user, story.id))]  # noqa: E731
    assert codes(editor(place)) == ["read"]
    reviewing.mark_heard(place.store, editor(place), story.id)
    assert codes(editor(place)) == []
    reviewing.offer_for_release(place.store, editor(place), story.id, expected=story.row_version)
    assert codes(editor(place)) == ["other_person"] and codes(releaser(place)) == []


# the teller's turn


def test_a_text_goes_to_the_teller_and_comes_back_with_the_answer_of_whoever_reads_it(place: Place) -> None:
    story = place.taken_and_worked()
    withteller.send(place.store, editor(place), story.id, expected=story.row_version)
    now = withteller.standing_of(place.store, releaser(place), story.id)
    assert now.helper == "ervaringswerker" and now.since and now.until == now.since + timedelta(days=14)
    with place.store.read() as books:
        (task,) = [one for one in books.tasks() if one.kind == readtask.READ_TASK]
    assert task.owner == place.helper.id
    readback.read_back(place.store, place.helper, story.id, Heard.AKKOORD, number=1)
    assert place.now(story.id).state is State.IN_REDACTIE
    assert withteller.standing_of(place.store, editor(place), story.id).said is Heard.AKKOORD
    with place.store.read() as books:
        assert not [one for one in books.tasks() if one.kind == readtask.READ_TASK]


def test_nobody_is_asked_to_read_to_a_teller_who_stopped_meanwhile(place: Place) -> None:
    story = place.taken_and_worked()
    withteller.send(place.store, editor(place), story.id, expected=story.row_version)
    withdrawing.withdraw(place.store, story.id, Party.TELLER)
    with place.store.read() as books:
        assert not [one for one in books.tasks() if one.kind == readtask.READ_TASK]
    withdrawing.undo(place.store, story.id, Party.TELLER)
    assert place.now(story.id).state is State.IN_REDACTIE


@pytest.mark.parametrize("wish", ["", "Zet er bij dat het nu goed gaat."])
def test_a_teller_answers_alone_with_the_code(place: Place, wish: str) -> None:
    story = place.with_teller()
    withteller.answer(place.store, story.id, Heard.ANDERS, wish, number=1)
    assert place.now(story.id).state is State.IN_REDACTIE
    (told,) = readback.wishes(place.store, editor(place), story.id)
    assert told == wish or (not wish and told)
    with pytest.raises(Moved):
        withteller.answer(place.store, story.id, Heard.AKKOORD, number=1)


def test_an_answer_is_about_the_text_that_was_shown(place: Place) -> None:
    story = place.with_teller()
    with pytest.raises(Moved):
        withteller.answer(place.store, story.id, Heard.AKKOORD, number=2)
    assert place.now(story.id).state is State.BIJ_TELLER


def test_the_editors_may_take_it_back_and_nothing_is_decided_meanwhile(place: Place) -> None:
    story = place.with_teller()
    with pytest.raises(Refused):
        naming.change(place.store, editor(place), story.id, Change(Does.MASK, 0, 4), expected=story.row_version)
    back = withteller.fetch_back(place.store, editor(place), story.id, expected=story.row_version)
    assert back.state is State.IN_REDACTIE
    with pytest.raises(Refused):
        withteller.fetch_back(place.store, editor(place), story.id, expected=back.row_version)


def test_a_text_is_not_sent_to_a_teller_whom_nobody_can_reach(place: Place) -> None:
    story = place.spoken()
    with pytest.raises(Refused) as refusal:
        withteller.send(place.store, editor(place), story.id, expected=story.row_version)
    assert refusal.value.code == "nobody_to_read_to"
