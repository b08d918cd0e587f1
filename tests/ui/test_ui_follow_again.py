"""Mijn verhaal asks again: at 16, and before a yes ends; and it says until when what is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ui_help import NEWSLETTER, TEXT, House, Screen

from desk import keeping, receiving, telling
from stories import clock
from stories.consent import Form, Outcome, Party, Purpose, may_use
from stories.model import AgeBand, Story, StoryKind, Teller, TellerRole
from stories.words import say


def told(house: House, teller: Teller, *, ago: timedelta = timedelta(0), **said: Outcome) -> Story:
    """A story told `ago`, with a yes to the newsletter."""
    then = datetime.now(UTC) - ago
    answers = telling.answers(teller, channels=[NEWSLETTER], **said)
    story = telling.begin(house.store, answers, kind=StoryKind.TEXT, now=then)
    receiving.receive_text(house.store, story.id, TEXT)
    telling.hand_in(house.store, story.id)
    return house.now(story.id)


def turned_16(house: House) -> Story:
    teller = Teller(TellerRole.JONGERE, AgeBand.FROM_12, turns_16_on=clock.today() - timedelta(days=1))
    return told(house, teller, assent=Outcome.JA, representative=Outcome.JA)


def mine(house: House, story: Story) -> Screen:
    return house.screen(teller=story.id).open("mijn-verhaal")


def may_newsletter(house: House, story: Story) -> bool:
    with house.store.read() as books:
        return bool(may_use(books.consent(story.id), Purpose.NIEUWSBRIEF, Form.TEKST, on=clock.today()))


def test_at_16_nothing_a_parent_allowed_goes_on_and_the_young_person_decides(house: House) -> None:
    story = turned_16(house)
    screen = mine(house, story)
    assert say("follow.sixteen_lead") in screen.text
    screen.press("groot_zestien_ja")
    assert say("follow.sixteen_lead") not in screen.text
    assert house.now(story.id).teller.age_band is AgeBand.FROM_16
    with house.store.read() as books:
        assert may_use(books.consent(story.id), Purpose.VERWERKEN, on=clock.today())
    assert not may_newsletter(house, story), "channels are asked after the yes"


def test_a_no_at_16_takes_everything_back(house: House) -> None:
    story = turned_16(house)
    mine(house, story).press("groot_zestien_nee")
    with house.store.read() as books:
        assert books.consent(story.id).withdrawn


def test_somebody_of_15_is_not_asked_yet(house: House) -> None:
    teller = Teller(TellerRole.JONGERE, AgeBand.FROM_12, turns_16_on=clock.today() + timedelta(days=40))
    story = told(house, teller, assent=Outcome.JA, representative=Outcome.JA)
    assert not mine(house, story).has("groot_zestien_ja")


def test_before_a_yes_ends_it_is_asked_again_and_a_yes_renews_what_stood(house: House) -> None:
    adult = Teller(TellerRole.OUDER, AgeBand.ADULT)
    story = told(house, adult, ago=timedelta(days=715), own=Outcome.JA)
    screen = mine(house, story)
    assert screen.has("groot_opnieuw_ja")
    screen.press("groot_opnieuw_ja")
    assert not screen.has("groot_opnieuw_ja") and may_newsletter(house, story)
    with house.store.read() as books:
        said = books.consent(story.id).last(Party.TELLER, Purpose.VERWERKEN, None)
    assert said is not None and said.valid_until is not None
    assert (said.valid_until - clock.today()).days > 700


def test_a_fresh_yes_is_not_asked_again(house: House) -> None:
    story = told(house, Teller(TellerRole.OUDER, AgeBand.ADULT), own=Outcome.JA)
    assert not mine(house, story).has("groot_opnieuw_ja")


def test_the_parent_is_asked_again_with_their_own_code(house: House) -> None:
    child = Teller(TellerRole.KIND, AgeBand.UNDER_12)
    story = told(house, child, ago=timedelta(days=715), assent=Outcome.JA, representative=Outcome.JA)
    parent = Screen(house.store, parent=story.id)
    parent.open("mijn-verhaal").press("groot_opnieuw_ja")
    with house.store.read() as books:
        said = books.consent(story.id).last(Party.VERTEGENWOORDIGER, Purpose.VERWERKEN, None)
    assert said is not None and said.valid_until is not None and (said.valid_until - clock.today()).days > 700


def test_where_it_is_says_until_when_it_is_kept(house: House) -> None:
    story = told(house, Teller(TellerRole.OUDER, AgeBand.ADULT), own=Outcome.JA)
    shown = mine(house, story).press("groot_waar").text
    for kept in keeping.kept_until(house.store, story.id):
        assert kept.in_words() in shown
