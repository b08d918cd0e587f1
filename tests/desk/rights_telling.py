"""Who may help somebody to tell, write down what they said, and reach them again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rights import Doing, Right, of_case, of_house, of_story
from role_place import ADULT, TEXT, YES, Place

from desk import answering, contacts, entry, helping, paper, readback, taken, telling
from desk.contacts import Contact, Reason
from desk.readback import Heard
from stories.consent import Outcome, Purpose, Way
from stories.lastword import LastWord
from stories.model import AgeBand, Story, StoryKind, Teller, TellerRole
from stories.people import Act, Holder, Role, User
from stories.told import TellerTags, ThirdPerson


def _begin(place: Place) -> Doing:
    answers = telling.answers(Teller(TellerRole.OUDER, AgeBand.ADULT), own=Outcome.JA)
    return lambda user: telling.begin(place.store, answers, kind=StoryKind.TEXT, helper=user)


def _own_case(check: Callable[..., Story]) -> Callable[[Place], Doing]:
    def prepare(place: Place) -> Doing:
        story = place.taken()

        def look(user: User) -> Story:
            with place.store.read() as books:
                return check(books, user, story.id)

        return look

    return prepare


def _finish(place: Place) -> Doing:
    task = place.task()
    return lambda user: helping.finish(place.store, user, task)


def _asked(function: Callable[..., Any], *given: Any, reason: Reason = Reason.HERCONTACT) -> Callable[[Place], Doing]:
    """About an ask of another contactpersoon."""

    def prepare(place: Place) -> Doing:
        ask = place.ask(place.second(), reason)
        return lambda user: function(place.store, user, ask, *given)

    return prepare


def _granted(function: Callable[..., Any], *given: Any, reason: Reason = Reason.HERCONTACT) -> Callable[[Place], Doing]:
    """About an ask of the contactpersoon of the place, to which another one agreed."""

    def prepare(place: Place) -> Doing:
        ask = place.ask(place.staff[Role.CONTACTPERSOON], reason)
        contacts.approve_contact(place.store, place.second(), ask)
        return lambda user: function(place.store, user, ask, *given)

    return prepare


def of_own_product(function: Callable[..., Any], *given: Any, answers: bool = False) -> Callable[[Place], Doing]:
    """About an offered newsletter in which a case of the ervaringswerker is quoted."""

    def prepare(place: Place) -> Doing:
        story, piece = place.own_product()
        words = {"digest": piece.digest} if answers else {}
        return lambda user: function(place.store, user, story.id, piece.id, *given, **words)

    return prepare


HELPER = (Act.TAKE_STORY,)
VAULT = (Act.OPEN_CONTACT,)


RIGHTS: dict[str, Right] = {
    "taken.own_case": Right(HELPER, _own_case(taken.own_case)),
    "taken.going_on": Right(HELPER, _own_case(taken.going_on)),
    "helping.cases": Right(HELPER, of_house(helping.cases)),
    "helping.case": Right(HELPER, of_case(helping.case, Place.taken)),
    "helping.start": Right(HELPER, of_house(helping.start, ADULT)),
    "helping.correct_teller": Right(HELPER, of_case(helping.correct_teller, Place.begun, ADULT)),
    "helping.write_down": Right(HELPER, of_case(helping.write_down, Place.begun, TEXT)),
    "helping.drop_part": Right(HELPER, of_case(helping.drop_part, Place.taken, 1)),
    "helping.name_others": Right(HELPER, of_case(helping.name_others, Place.begun, [ThirdPerson("Emre")])),
    "helping.tag": Right(HELPER, of_case(helping.tag, Place.begun, TellerTags())),
    "helping.throw_away": Right(HELPER, of_case(helping.throw_away, Place.begun)),
    "helping.hand_in": Right(HELPER, of_case(helping.hand_in, Place.taken)),
    "helping.new_code": Right(HELPER, of_case(helping.new_code, Place.taken_in, Holder.VERTELLER)),
    "helping.finish": Right(HELPER, _finish),
    "answering.record_answers": Right(HELPER, of_case(answering.record_answers, Place.begun, YES)),
    "entry.record_form": Right(
        HELPER, of_case(entry.record_form, Place.begun, {"own": Outcome.JA}, paper.SAID.fields, way=Way.PAPIER)
    ),
    "answering.bind_proof": Right(HELPER, of_case(answering.bind_proof, Place.with_proof)),
    "readback.reading": Right(HELPER, of_case(readback.reading, Place.taken_and_worked)),
    "readback.read_back": Right(HELPER, of_case(readback.read_back, Place.taken_and_worked, Heard.AKKOORD, number=1)),
    "readback.stop": Right(HELPER, of_case(readback.stop, Place.taken_in)),
    "readback.products": Right(HELPER, of_case(readback.products, Place.taken_in)),
    "readback.see_product": Right(HELPER, of_own_product(readback.see_product)),
    "readback.answer_product": Right(HELPER, of_own_product(readback.answer_product, LastWord.AKKOORD, answers=True)),
    "readback.wishes": Right((Act.OPEN_ORIGINAL,), of_story(readback.wishes, Place.worked)),
    "contacts.keep_contact": Right(
        HELPER,
        of_case(
            contacts.keep_contact,
            lambda place: place.taken((Purpose.HERCONTACT, None)),
            Holder.VERTELLER,
            Contact(phone="06 12345678"),
        ),
    ),
    "contacts.with_contact": Right(VAULT, of_house(contacts.with_contact)),
    "contacts.ask_contact": Right(VAULT, of_case(contacts.ask_contact, Place.with_contact, Reason.HERCONTACT)),
    "contacts.asks": Right(VAULT, of_house(contacts.asks)),
    "contacts.approve_contact": Right(VAULT, _asked(contacts.approve_contact)),
    "contacts.refuse_contact": Right(VAULT, _asked(contacts.refuse_contact)),
    "contacts.open_contact": Right(VAULT, _granted(contacts.open_contact)),
    "contacts.replace_code": Right(VAULT, _granted(contacts.replace_code, Holder.VERTELLER, reason=Reason.CODE_KWIJT)),
    "telling.begin": Right((Act.TAKE_STORY,), _begin),
}
