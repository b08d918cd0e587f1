"""Many recordings at once, and the vault of contact data, on the pages of who helps."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from helping_screen import at, choose, pick, screen
from ui_help import Screen

sys.path.insert(0, str(Path(__file__).parents[1] / "desk"))
from helper_place import CALL_AGAIN, NEWSLETTER, OWN, Place

from desk import answering, contacts, helping
from desk.contacts import Contact, Reason
from stories.model import AgeBand, Story, TellerRole
from stories.people import Holder
from stories.stages import State
from stories.store import Store
from stories.words import say
from ui.parts import plain


@pytest.fixture
def place(sqlite_store: Store) -> Place:
    return Place.open(sqlite_store)


# many recordings


def to_many(place: Place) -> Screen:
    shown = screen(place).open("gesprekken", doe="veel")
    pick(shown, "rol_veel", TellerRole.OUDER)
    return pick(shown, "leeftijd_veel", AgeBand.ADULT)


def test_recordings_wait_for_who_tells_and_the_term_is_told(place: Place) -> None:
    shown = screen(place).open("gesprekken", doe="veel")
    assert shown.components == {"dutch"} and say("helper.many_safe", days=30) in shown.text


def test_each_recording_gets_a_case_and_a_ticket_of_its_own(place: Place) -> None:
    shown = to_many(place)
    assert shown.data("zenden_veel")["tickets"] == []
    shown.touch("zenden_veel", "wanted", {"count": 3, "order": 17})
    data = shown.data("zenden_veel")
    cases = helping.cases(place.store, place.helper)
    assert len(cases) == 3 and data["order"] == 17
    assert {ticket.split(".")[0] for ticket in data["tickets"]} == {case.story.id for case in cases}
    assert set(data["cases"]) == {case.number for case in cases}
    shown.touch("zenden_veel", "wanted", {"count": 3, "order": 17})
    assert len(helping.cases(place.store, place.helper)) == 3, "asked twice for the same choice"
    shown.touch("zenden_veel", "wanted", {"count": 2, "order": 18})
    assert len(helping.cases(place.store, place.helper)) == 5, "another choice is other cases"


@pytest.mark.parametrize(
    "sent",
    [{"count": 0, "order": 1}, {"count": 31, "order": 1}, {"count": "3", "order": 1}, {"count": 2}, "x", 3,
     {"count": True, "order": 1}, {"count": 2, "order": -1}, {"count": 2, "order": 1e9}],
)  # fmt: skip
def test_nonsense_of_a_browser_makes_no_case(place: Place, sent: object) -> None:
    to_many(place).touch("zenden_veel", "wanted", sent)
    assert helping.cases(place.store, place.helper) == ()


# the vault


def kept(place: Place) -> Story:
    story = place.handed_in(channels=(NEWSLETTER, CALL_AGAIN))
    contact = Contact(name="Fatima", phone="06 12345678")
    contacts.keep_contact(place.store, place.helper, story.id, Holder.VERTELLER, contact)
    return story


def ask(shown: Screen, story: Story, reason: Reason = Reason.HERCONTACT) -> Screen:
    choose(shown, f"reden_{story.id}", reason)
    return shown.run().press(f"vraag_{story.id}")


def test_two_contactpersonen_open_together_and_it_is_shown_once(place: Place) -> None:
    story = kept(place)
    anna = screen(place, place.anna).open("contacten")
    assert "12345678" not in anna.text and not anna.enabled(f"vraag_{story.id}")
    ask(anna, story)
    (waiting,) = contacts.asks(place.store, place.anna)
    assert say("helper.vault_own") in anna.text and not anna.has(f"akkoord_{waiting.id}")
    bram = screen(place, place.bram).open("contacten")
    assert "Anna" in bram.text
    bram.press(f"akkoord_{waiting.id}")
    assert "12345678" not in bram.text and not bram.has(f"open_{waiting.id}")
    anna.open("contacten").press(f"open_{waiting.id}")
    assert "06 12345678" in anna.text and "Fatima" in anna.text
    anna.run()
    assert "12345678" not in anna.text, "gone with the next press of anything"
    assert "12345678" not in str(anna.app.session_state.to_dict())


def test_a_code_is_replaced_through_the_vault(place: Place) -> None:
    story = kept(place)
    anna = ask(screen(place, place.anna).open("contacten"), story, Reason.CODE_KWIJT)
    (waiting,) = contacts.asks(place.store, place.anna)
    contacts.approve_contact(place.store, place.bram, waiting.id)
    anna.open("contacten").press(f"code_{waiting.id}_{Holder.VERTELLER}")
    with place.store.read() as books:
        assert books.holder_of_receipt(anna.code).story_id == story.id


def test_a_contactpersoon_can_pause_a_story(place: Place) -> None:
    story = kept(place)
    screen(place, place.anna).open("contacten").press(f"pauzeren_{story.id}")
    assert place.now(story.id).state is State.GEPAUZEERD


def test_labels_of_the_form_are_never_markup() -> None:
    assert plain("E1 · *Wie* hielp?").count("\\") >= 3


@pytest.mark.parametrize("open_page", [lambda s: s.open("gesprekken"), lambda s: s.open("gesprekken", doe="veel")])
def test_a_withdrawn_case_stays_readable_as_such(place: Place, open_page: Callable[[Screen], Screen]) -> None:
    story = place.handed_in()
    answering.record_answers(place.store, place.helper, story.id, OWN)
    open_page(screen(place))
    assert at(place, story).title
