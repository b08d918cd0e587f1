"""The contact vault: in without a way back, opened with four eyes for a day, and gone when nothing needs it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

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
    PARENT,
    YES,
    Place,
    quoted,
)

from desk import answering, contacts, helping, readback, retention, reviewing, telling, withdrawing
from desk.contacts import OPEN_FOR, Ask, Contact, Reason
from desk.foureyes import ASK_DAYS
from stories.consent import Outcome, Party, Purpose
from stories.errors import ConsentRefused, InputRefused, NotAllowed, NotFound, Refused
from stories.model import Story
from stories.people import Holder, Role
from stories.stages import State
from stories.store import Store
from stories.vault import Kind

CALL = Contact(name="Fatima Yilmaz", phone="06 12345678", safely="niet op de voicemail")
MOTHER = Contact(name="Moeder", email="moeder@voorbeeld.nl")
NOW = datetime.now(UTC)


@pytest.fixture
def place(sqlite_store: Store) -> Place:
    return Place.open(sqlite_store)


@pytest.fixture
def both(store: Store) -> Place:
    """On SQLite and on PostgreSQL."""
    return Place.open(store)


def kept(place: Place, *channels: tuple[Purpose, None]) -> Story:
    """A story whose teller may be called again, with how."""
    story = place.handed_in(channels=(NEWSLETTER, CALL_AGAIN, *channels))
    contacts.keep_contact(place.store, place.helper, story.id, Holder.VERTELLER, CALL)
    return place.now(story.id)


def asked(place: Place, reason: Reason = Reason.HERCONTACT) -> Ask:
    return contacts.ask_contact(place.store, place.anna, kept(place).id, reason)


def granted(place: Place, reason: Reason = Reason.HERCONTACT) -> Ask:
    return contacts.approve_contact(place.store, place.bram, asked(place, reason).id)


def there(place: Place, story_id: str) -> tuple[Holder, ...]:
    with place.store.read() as books:
        return contacts.kept(books, story_id)


# in


def test_the_helper_puts_it_in_and_does_not_see_it_again(both: Place) -> None:
    story = kept(both)
    file = helping.case(both.store, both.helper, story.id)
    assert file.contact_kept == (Holder.VERTELLER,)
    assert "12345678" not in repr(file) and "Fatima" not in repr(file)
    for opening in (contacts.with_contact, contacts.asks):
        with pytest.raises(NotAllowed):
            opening(both.store, both.helper)
    with pytest.raises(NotAllowed):
        contacts.ask_contact(both.store, both.helper, story.id, Reason.HERCONTACT)


def test_nothing_of_it_lies_readable_on_disk(place: Place) -> None:
    ask = granted(place)
    contacts.open_contact(place.store, place.anna, ask.id)
    stored = b"".join(p.read_bytes() for p in place.store.settings.data_dir.rglob("*") if p.is_file())
    for word in (b"Fatima", b"12345678", b"voicemail"):
        assert word not in stored


def test_writing_again_replaces_without_opening(place: Place) -> None:
    story = kept(place)
    contacts.keep_contact(place.store, place.helper, story.id, Holder.VERTELLER, MOTHER)
    with place.store.read() as books:
        assert books.numbers(story.id, Kind.CONTACT) == (1,)
    ask = contacts.ask_contact(place.store, place.anna, story.id, Reason.HERCONTACT)
    contacts.approve_contact(place.store, place.bram, ask.id)
    assert contacts.open_contact(place.store, place.anna, ask.id) == {Holder.VERTELLER: MOTHER}


@pytest.mark.parametrize("contact", [Contact(), Contact(name="Fatima"), Contact(phone="  "), Contact(phone="0" * 201)])
def test_what_reaches_nobody_or_is_too_long_is_refused(place: Place, contact: Contact) -> None:
    story = place.handed_in(channels=(CALL_AGAIN,))
    with pytest.raises(InputRefused):
        contacts.keep_contact(place.store, place.helper, story.id, Holder.VERTELLER, contact)
    assert there(place, story.id) == ()


def test_without_a_reason_nothing_is_kept(place: Place) -> None:
    story = place.handed_in()
    for holder in Holder:
        with pytest.raises(Refused) as refusal:
            contacts.keep_contact(place.store, place.helper, story.id, holder, CALL)
        assert refusal.value.key == "helper.contact_not_needed"
    with_call = place.handed_in(channels=(CALL_AGAIN,))
    with pytest.raises(Refused):
        contacts.keep_contact(place.store, place.helper, with_call.id, Holder.VERTEGENWOORDIGER, CALL)


@pytest.mark.parametrize(
    ("said", "channels", "wanted"),
    [
        (KID, (), {Holder.VERTEGENWOORDIGER}),
        ({**KID, Party.VERTEGENWOORDIGER: DOUBT}, (), {Holder.VERTEGENWOORDIGER}),
        ({**KID, Party.VERTEGENWOORDIGER: NO}, (), set()),
        (BOTH, (), set()),
        (BOTH, (CALL_AGAIN,), set(Holder)),
        (PARENT, (CALL_AGAIN,), set(Holder)),
    ],
)
def test_of_a_child_contact_is_kept_to_reach_whoever_must_answer_or_may_be_called(
    place: Place, said: dict[Party, Outcome], channels: tuple[tuple[Purpose, None], ...], wanted: set[Holder]
) -> None:
    story = place.agreed(CHILD, said, channels)
    assert set(helping.case(place.store, place.helper, story.id).contact_wanted) == wanted


# four eyes


def test_one_asks_another_agrees_and_the_first_opens(both: Place) -> None:
    ask = asked(both)
    with pytest.raises(Refused):
        contacts.open_contact(both.store, both.anna, ask.id)
    contacts.approve_contact(both.store, both.bram, ask.id)
    assert contacts.open_contact(both.store, both.anna, ask.id) == {Holder.VERTELLER: CALL}


def test_nobody_agrees_with_themselves(both: Place) -> None:
    ask = asked(both)
    with pytest.raises(Refused) as refusal:
        contacts.approve_contact(both.store, both.anna, ask.id)
    assert refusal.value.key == "desk.four_eyes"
    with pytest.raises(Refused):
        contacts.open_contact(both.store, both.anna, ask.id)


def test_whoever_agreed_does_not_open(place: Place) -> None:
    ask = granted(place)
    with pytest.raises(NotFound):
        contacts.open_contact(place.store, place.bram, ask.id)


def test_an_administrator_neither_asks_nor_agrees(place: Place) -> None:
    ask = asked(place)
    with place.store.write() as books:
        admin = books.add_user("Noor", "wachtwoord voor Noor", [Role.BEHEERDER])
    for call in (contacts.approve_contact, contacts.open_contact, contacts.refuse_contact):
        with pytest.raises(NotAllowed):
            call(place.store, admin, ask.id)


def test_an_opening_lasts_a_day_and_each_one_is_in_the_audit(place: Place) -> None:
    ask = granted(place)
    assert ask.granted_at is not None
    almost, over = ask.granted_at + OPEN_FOR - timedelta(seconds=1), ask.granted_at + OPEN_FOR
    contacts.open_contact(place.store, place.anna, ask.id)
    contacts.open_contact(place.store, place.anna, ask.id, now=almost)
    with pytest.raises(Refused):
        contacts.open_contact(place.store, place.anna, ask.id, now=over)
    actions = place.audit(ask.story.id)
    assert actions.count("contact_opened") == 2
    assert {"contact_kept", "contact_asked", "contact_granted"} <= set(actions)
    with place.store.read() as books:
        assert "12345678" not in str(books.audit_trail(story_id=ask.story.id))


def test_an_ask_that_is_a_week_old_is_asked_again(place: Place) -> None:
    ask = asked(place)
    later = ask.at + timedelta(days=ASK_DAYS)
    assert not contacts.asks(place.store, place.bram, now=later)
    with pytest.raises(Refused):
        contacts.approve_contact(place.store, place.bram, ask.id, now=later)


def test_a_refused_ask_stays_closed(place: Place) -> None:
    ask = asked(place)
    contacts.refuse_contact(place.store, place.bram, ask.id)
    for call in (contacts.approve_contact, contacts.refuse_contact):
        with pytest.raises(Refused):
            call(place.store, place.bram, ask.id)
    with pytest.raises(Refused):
        contacts.open_contact(place.store, place.anna, ask.id)
    assert contacts.asks(place.store, place.anna) == ()


def test_an_agreement_is_given_once(place: Place) -> None:
    ask = granted(place)
    with pytest.raises(Refused):
        contacts.approve_contact(place.store, place.bram, ask.id)


def test_each_sees_what_waits_and_only_the_asker_what_is_open(place: Place) -> None:
    ask = asked(place)
    for user in (place.anna, place.bram):
        assert [a.id for a in contacts.asks(place.store, user)] == [ask.id]
    contacts.approve_contact(place.store, place.bram, ask.id)
    assert [a.id for a in contacts.asks(place.store, place.anna)] == [ask.id]
    assert contacts.asks(place.store, place.bram) == ()


def test_an_opening_for_one_story_opens_no_other(place: Place) -> None:
    ask, other = granted(place), kept(place)
    with pytest.raises(NotFound):
        contacts.open_contact(place.store, place.anna, other.id)
    assert ask.story.id != other.id


# reasons


def test_calling_again_needs_the_yes_of_that_moment(place: Place) -> None:
    ask = granted(place)
    answering.record_answers(place.store, place.helper, ask.story.id, {Party.TELLER: DOUBT})
    with pytest.raises(ConsentRefused):
        contacts.open_contact(place.store, place.anna, ask.id)


def test_for_a_yes_of_a_parent_only_that_parent_is_shown(place: Place) -> None:
    story = place.handed_in(CHILD, KID, ())
    contacts.keep_contact(place.store, place.helper, story.id, Holder.VERTEGENWOORDIGER, MOTHER)
    with pytest.raises(ConsentRefused):
        contacts.ask_contact(place.store, place.anna, story.id, Reason.HERCONTACT)
    ask = contacts.ask_contact(place.store, place.anna, story.id, Reason.TOESTEMMING)
    contacts.approve_contact(place.store, place.bram, ask.id)
    assert contacts.open_contact(place.store, place.anna, ask.id) == {Holder.VERTEGENWOORDIGER: MOTHER}


def test_where_everybody_said_yes_there_is_nothing_to_ask(place: Place) -> None:
    story = kept(place)
    with pytest.raises(ConsentRefused):
        contacts.ask_contact(place.store, place.anna, story.id, Reason.TOESTEMMING)


def test_safety_is_a_reason_also_when_the_story_stands_still(place: Place) -> None:
    story = kept(place)
    reviewing.pause(place.store, place.anna, story.id, expected=story.row_version)
    ask = contacts.ask_contact(place.store, place.anna, story.id, Reason.VEILIGHEID)
    contacts.approve_contact(place.store, place.bram, ask.id)
    assert contacts.open_contact(place.store, place.anna, ask.id)


def test_a_story_without_contact_data_cannot_be_asked_for(place: Place) -> None:
    story = place.handed_in(channels=(CALL_AGAIN,))
    for reason in Reason:
        with pytest.raises(NotFound):
            contacts.ask_contact(place.store, place.anna, story.id, reason)


def test_a_lost_code_is_replaced_through_the_vault(both: Place) -> None:
    ask = granted(both, Reason.CODE_KWIJT)
    contacts.open_contact(both.store, both.anna, ask.id)
    code = contacts.replace_code(both.store, both.anna, ask.id, Holder.VERTELLER)
    with both.store.read() as books:
        assert books.holder_of_receipt(code).story_id == ask.story.id
    assert "code_replaced" in both.audit(ask.story.id)


def test_no_code_is_replaced_with_an_opening_for_something_else_or_of_yesterday(place: Place) -> None:
    other = granted(place)
    with pytest.raises(Refused):
        contacts.replace_code(place.store, place.anna, other.id, Holder.VERTELLER)
    ask = granted(place, Reason.CODE_KWIJT)
    with pytest.raises(Refused):
        contacts.replace_code(place.store, place.anna, ask.id, Holder.VERTELLER, now=NOW + timedelta(days=2))
    with pytest.raises(NotFound):
        contacts.replace_code(place.store, place.bram, ask.id, Holder.VERTELLER)


# gone


def withdraw_call(place: Place, story_id: str) -> object:
    return withdrawing.withdraw(place.store, story_id, Party.TELLER, purpose=Purpose.HERCONTACT)


def switch_off(place: Place, story_id: str) -> object:
    return answering.record_answers(place.store, place.helper, story_id, {Party.TELLER: YES}, [NEWSLETTER])


@pytest.mark.parametrize("no", [withdraw_call, switch_off])
def test_contact_data_goes_at_once_when_calling_again_is_taken_back(
    both: Place, no: Callable[[Place, str], object]
) -> None:
    story = kept(both)
    no(both, story.id)
    assert there(both, story.id) == ()
    assert "contact_erased" in both.audit(story.id)


def test_a_parents_contact_goes_when_the_parent_has_answered(place: Place) -> None:
    story = place.handed_in(CHILD, KID, ())
    contacts.keep_contact(place.store, place.helper, story.id, Holder.VERTEGENWOORDIGER, MOTHER)
    answering.record_answers(place.store, place.helper, story.id, {Party.VERTEGENWOORDIGER: YES}, [NEWSLETTER])
    assert there(place, story.id) == ()


def test_a_parents_contact_stays_when_calling_again_needs_it(place: Place) -> None:
    story = place.handed_in(CHILD, KID, ())
    contacts.keep_contact(place.store, place.helper, story.id, Holder.VERTEGENWOORDIGER, MOTHER)
    answering.record_answers(place.store, place.helper, story.id, {Party.VERTEGENWOORDIGER: YES}, [CALL_AGAIN])
    assert there(place, story.id) == (Holder.VERTEGENWOORDIGER,)


def test_the_daily_job_finds_what_another_way_of_answering_left(place: Place) -> None:
    """The parent answered with a code of their own: no ervaringswerker was there."""
    story = place.handed_in(CHILD, KID, ())
    contacts.keep_contact(place.store, place.helper, story.id, Holder.VERTEGENWOORDIGER, MOTHER)
    telling.representative_says(place.store, story.id, Outcome.JA, [NEWSLETTER])
    retention.tidy(place.store)
    assert there(place, story.id) == ()
    assert contacts.tidy(place.store) == (), "it may run twice"


def test_contact_data_is_erased_with_the_story(place: Place) -> None:
    ask = granted(place)
    readback.stop(place.store, place.helper, ask.story.id)
    later = NOW + timedelta(days=place.store.settings.grace_days + 1)
    retention.tidy(place.store, now=later)
    assert place.now(ask.story.id).state is State.GEWIST
    assert there(place, ask.story.id) == ()
    assert contacts.with_contact(place.store, place.anna) == ()
    with pytest.raises(NotFound):
        contacts.open_contact(place.store, place.anna, ask.id)


def test_the_list_shows_rows_of_stories_and_no_address(place: Place) -> None:
    story = kept(place)
    place.handed_in()
    assert [s.id for s in contacts.with_contact(place.store, place.anna)] == [story.id]
    assert "Fatima" not in repr(contacts.with_contact(place.store, place.anna))


def test_a_teller_who_may_be_called_and_was_quoted_keeps_both_apart(place: Place) -> None:
    """Contact data has nothing to do with the text: it survives a new version and shows nowhere in it."""
    story, _ = quoted(place, ADULT, channels=(NEWSLETTER, CALL_AGAIN))
    contacts.keep_contact(place.store, place.helper, story.id, Holder.VERTELLER, CALL)
    seen = repr(reviewing.review(place.store, place.releaser, story.id))
    assert "12345678" not in seen
    assert there(place, story.id) == (Holder.VERTELLER,)
