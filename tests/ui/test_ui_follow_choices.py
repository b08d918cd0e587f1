"""Mijn verhaal, the choices: each channel a yes and a no of equal size, for whoever may say it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from ui_help import CHILD, House, Screen

from desk import choosing, rules, withdrawing
from stories.clock import today
from stories.consent import Form, Party, Purpose, Recognisability, may_use
from stories.model import PieceState, Story
from stories.people import CodeHolder
from stories.told import Audience
from stories.words import say
from ui.parts import channel_with_form, day

NEWSLETTER = "nieuwsbrief_tekst"


def may_page(house: House, story: Story) -> Screen:
    return house.screen(teller=story.id).open("mijn-verhaal").press("groot_mag")


def allowed(house: House, story: Story, purpose: Purpose, form: Form | None, on: date | None = None) -> bool:
    with house.store.read() as books:
        return bool(may_use(books.consent(story.id), purpose, form, on=on or today()))


def test_every_channel_is_a_button_that_says_how_it_stands(house: House) -> None:
    screen = may_page(house, house.told())
    for purpose, form in rules.shown_channels(house.store):
        key = f"groot_mag_{purpose}_{form}" if form else f"groot_mag_{purpose}"
        yes = (purpose, form) == (Purpose.NIEUWSBRIEF, Form.TEKST)
        what = channel_with_form(purpose, form)
        assert screen.app.button(key=key).label == say(f"follow.channel_{'yes' if yes else 'no'}", what=what)


def test_a_yes_says_until_when_and_a_no_works_at_once(house: House) -> None:
    story = house.released()
    piece = house.piece(story)
    screen = may_page(house, story).press(f"groot_mag_{NEWSLETTER}")
    with house.store.read() as books:
        until = choosing.allowed_until(books.consent(story.id), Purpose.NIEUWSBRIEF, Form.TEKST)
    assert until is not None
    assert say("follow.stands_yes", until=day(until)) in screen.text
    assert say("follow.means_nieuwsbrief") in screen.text and not screen.has("groot_ja")
    screen.press("groot_nee")
    assert screen.title == say("follow.go_may"), "back to the list"
    assert not allowed(house, story, Purpose.NIEUWSBRIEF, Form.TEKST)
    with house.store.read() as books:
        assert books.piece(piece.id).state is PieceState.GEBLOKKEERD
    screen.press(f"groot_mag_{NEWSLETTER}")
    assert say("follow.stands_no", why=say("consent.withdrawn")) in screen.text
    screen.press("groot_ja")
    assert allowed(house, story, Purpose.NIEUWSBRIEF, Form.TEKST)


def test_an_own_voice_is_warned_for(house: House) -> None:
    screen = may_page(house, house.told()).press("groot_mag_podcast_eigen_stem")
    assert say("follow.means_eigen_stem") in screen.text


def test_a_child_can_say_no_everywhere_and_yes_nowhere(house: House) -> None:
    story = house.told(teller=CHILD)
    for key in (NEWSLETTER, "website_tekst"):
        screen = may_page(house, story).press(f"groot_mag_{key}")
        assert screen.has("groot_nee") and not screen.has("groot_ja")
        assert say("follow.parent_decides") in screen.text
    screen = may_page(house, story).press(f"groot_mag_{NEWSLETTER}").press("groot_nee")
    assert not allowed(house, story, Purpose.NIEUWSBRIEF, Form.TEKST)
    screen.press(f"groot_mag_{NEWSLETTER}")
    assert screen.app.button(key="groot_ja").label == say("follow.no_back")
    screen.press("groot_ja")
    assert allowed(house, story, Purpose.NIEUWSBRIEF, Form.TEKST)
    assert not may_page(house, story).has("groot_herkenbaar"), "a parent sets the conditions"


def test_a_child_keeps_it_closer_than_a_parent_allows(house: House) -> None:
    story = house.told(teller=CHILD)
    screen = may_page(house, story).press("groot_wie").press(f"groot_wie_{Audience.HELPERS}")
    what = channel_with_form(Purpose.NIEUWSBRIEF, Form.TEKST)
    assert screen.app.button(key=f"groot_mag_{NEWSLETTER}").label == say("follow.channel_no", what=what)
    screen.press(f"groot_mag_{NEWSLETTER}")
    assert say("follow.stands_no", why=say("consent.audience")) in screen.text
    assert not may_page(house, house.told()).has("groot_wie"), "who decides alone has the channels for it"


def test_how_recognisable_is_one_of_three_and_pressing_the_one_that_holds_changes_nothing(house: House) -> None:
    story = house.told()
    screen = may_page(house, story).press("groot_herkenbaar")
    with house.store.read() as books:
        before = books.consent(story.id)
    now = say("follow.is_so", what=say(f"tell.recognise_{Recognisability.ONHERKENBAAR}"))
    screen.press(now).press("groot_herkenbaar")
    with house.store.read() as books:
        assert books.consent(story.id) == before, "what is so is not said again"
    screen.press(f"groot_{Recognisability.SCHUILNAAM}")
    assert choosing.choices(house.store, CodeHolder(story.id)).conditions.recognisability is Recognisability.SCHUILNAAM


def test_it_may_wait_and_it_may_end(house: House) -> None:
    story = house.told()
    screen = may_page(house, story).press("groot_vanaf").press("groot_over_30")
    later = today() + timedelta(days=30)
    assert not allowed(house, story, Purpose.NIEUWSBRIEF, Form.TEKST)
    assert allowed(house, story, Purpose.NIEUWSBRIEF, Form.TEKST, on=later)
    screen.press("groot_vanaf")
    assert say("follow.from_now", date=day(later)) in screen.text
    screen.press("groot_meteen").press("groot_tot")
    ends = today() + timedelta(days=182)
    screen.press(f"groot_tot_{ends}")
    assert allowed(house, story, Purpose.NIEUWSBRIEF, Form.TEKST, on=ends)
    assert not allowed(house, story, Purpose.NIEUWSBRIEF, Form.TEKST, on=ends + timedelta(days=1))


@pytest.mark.parametrize("teller", ["adult", "child"])
def test_the_wish_to_see_it_first_is_asked_and_taken_back(house: House, teller: str) -> None:
    story = house.told(teller=CHILD) if teller == "child" else house.told()

    def wished() -> bool:
        return choosing.choices(house.store, CodeHolder(story.id)).preview

    screen = may_page(house, story).press("groot_eerst").press("groot_eerst_ja")
    assert wished()
    screen.press("groot_eerst").press("groot_eerst_nee")
    assert not wished()


def test_a_choice_in_an_old_tab_after_everything_stopped_changes_nothing(house: House) -> None:
    story = house.told()
    screen = may_page(house, story).press("groot_mag_website_tekst")
    withdrawing.withdraw(house.store, story.id, Party.TELLER)
    screen.press("groot_ja")
    with house.store.read() as books:
        assert books.consent(story.id).last(Party.TELLER, Purpose.WEBSITE, Form.TEKST) is None
