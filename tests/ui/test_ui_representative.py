"""Mijn verhaal with a parent's code: one question per screen, and not one word of what the child told."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from ui_help import CHILD, QUOTED, TEXT, House, Screen

from desk import choosing, receiving, retention, withdrawing
from stories import jobs
from stories.clock import today
from stories.consent import Consent, Form, Outcome, Party, Purpose, may_use
from stories.model import AgeBand, PieceState, Story, Teller, TellerRole
from stories.people import CodeHolder
from stories.sitting import Authority, OtherParent, Relation, Sitting
from stories.stages import State
from stories.words import say
from ui.steps import Topic

NEWSLETTER = "groot_mag_nieuwsbrief_tekst"


@pytest.fixture
def story(house: House) -> Story:
    """Told by a child whose parent was not there."""
    return house.told(teller=CHILD, assent=Outcome.JA, representative=None)


def theirs(house: House, story: Story) -> Screen:
    return house.screen(parent=story.id).open("mijn-verhaal")


def consent(house: House, story: Story) -> Consent:
    with house.store.read() as books:
        return books.consent(story.id)


def last_sitting(house: House, story: Story) -> Sitting:
    with house.store.read() as books:
        return books.sittings(story.id)[-1]


def asked(house: House, story: Story) -> Screen:
    """Up to the answer: a parent who decides together with another, who agrees."""
    screen = theirs(house, story).press("groot_begin").press("groot_begrepen")
    screen.press(f"groot_relation_{Relation.OUDER}").press(f"groot_authority_{Authority.SAMEN}")
    return screen.press(f"groot_other_parent_{OtherParent.EENS}")


def test_a_yes_is_asked_step_by_step_and_lets_the_work_begin(house: House, story: Story) -> None:
    assert not jobs.status(house.store, story.id)
    screen = asked(house, story).press("groot_antwoord_ja")
    assert say("follow.parent_said_ja") in screen.text and screen.title == say("follow.go_may")
    sitting = last_sitting(house, story)
    assert (sitting.relation, sitting.authority, sitting.other_parent, sitting.recorded_by) == (
        Relation.OUDER,
        Authority.SAMEN,
        OtherParent.EENS,
        "vertegenwoordiger",
    )
    assert jobs.status(house.store, story.id)
    assert not may_use(consent(house, story), Purpose.NIEUWSBRIEF, Form.TEKST, on=today()), "nowhere, until asked"
    screen.press(NEWSLETTER).press("groot_ja")
    assert may_use(consent(house, story), Purpose.NIEUWSBRIEF, Form.TEKST, on=today())
    assert not may_use(consent(house, story), Purpose.WEBSITE, Form.TEKST, on=today())


@pytest.mark.parametrize(("answer", "outcome"), [("nee", Outcome.NEE), ("twijfel", Outcome.TWIJFEL)])
def test_a_no_and_a_doubt_are_kept_and_nothing_begins(
    house: House, story: Story, answer: str, outcome: Outcome
) -> None:
    screen = asked(house, story).press(f"groot_antwoord_{answer}")
    assert say(f"follow.parent_said_{answer}") in screen.text
    last = consent(house, story).last(Party.VERTEGENWOORDIGER, Purpose.VERWERKEN, None)
    assert last is not None and last.outcome is outcome
    assert not jobs.status(house.store, story.id) and not screen.has("groot_mag")


def test_who_decides_alone_is_not_asked_about_another_parent(house: House, story: Story) -> None:
    screen = theirs(house, story).press("groot_begin").press("groot_begrepen")
    screen.press(f"groot_relation_{Relation.VOOGD}").press(f"groot_authority_{Authority.VOOGD}")
    assert screen.has("groot_antwoord_ja")


def test_an_objection_of_the_other_parent_blocks_and_is_told(house: House, story: Story) -> None:
    screen = theirs(house, story).press("groot_begin").press("groot_begrepen")
    screen.press(f"groot_relation_{Relation.OUDER}").press(f"groot_authority_{Authority.SAMEN}")
    screen.press(f"groot_other_parent_{OtherParent.BEZWAAR}").press("groot_antwoord_ja")
    assert not may_use(consent(house, story), Purpose.VERWERKEN, on=today())
    home = theirs(house, story)
    assert say("follow.parent_other_objects") in home.text and say("follow.when_andere_ouder_nee") in home.text


def everywhere(house: House, story: Story) -> list[Screen]:
    """Every screen that a parent's code can show, also when the tab's memory says something else."""
    found = []
    for topic in Topic:
        screen = house.screen(parent=story.id)
        screen.open("mijn-verhaal")
        memory = screen.app.session_state["following"]
        screen.app.session_state["following"] = replace(memory, topic=topic, about="nieuwsbrief_tekst")
        found.append(screen.run())
    return found


def test_no_screen_of_a_parent_shows_or_plays_a_word_of_the_child(house: House) -> None:
    story = house.released(teller=CHILD)
    piece = house.released_piece(story)
    receiving.receive_text(house.store, story.id, "Mijn vader slaapt in de schuur.")
    house.spoken_part(story.id, 5000)
    for screen in everywhere(house, story):
        shown = screen.text + screen.raw_html + "".join(str(screen.data(str(name))) for name in screen.components)
        for words in (TEXT, QUOTED, "Samira", "Emre", "schuur", piece.title, "/geluid/"):
            assert words not in shown, (screen.title, words)
        assert not screen.app.get("iframe")


def test_a_parent_is_spoken_to_with_u(house: House) -> None:
    for screen in everywhere(house, house.released(teller=CHILD)):
        seen = screen.text if not screen.app.markdown else ""  # the notice speaks to children too
        assert not re.search(r"\b(je|jij|jouw?)\b", seen, re.IGNORECASE), screen.text


def test_a_parent_changes_an_answer_and_takes_one_channel_back(house: House) -> None:
    story = house.released(teller=CHILD)
    piece = house.piece(story)
    screen = theirs(house, story).press("groot_mag").press(NEWSLETTER).press("groot_nee")
    assert not may_use(consent(house, story), Purpose.NIEUWSBRIEF, Form.TEKST, on=today())
    with house.store.read() as books:
        assert books.piece(piece.id).state is PieceState.GEBLOKKEERD
    assert screen.title == say("follow.go_may")
    again = asked(house, story).press("groot_antwoord_nee")
    assert say("follow.when_vertegenwoordiger_nee") in again.text


def test_a_childs_no_is_not_the_parents_to_undo(house: House) -> None:
    story = house.told(teller=CHILD)
    choosing.decide(house.store, CodeHolder(story.id), Purpose.NIEUWSBRIEF, Form.TEKST, False)
    screen = theirs(house, story).press("groot_mag").press(NEWSLETTER)
    assert say("follow.stands_no", why=say("consent.kind_says_nee")) in screen.text
    assert not screen.has("groot_ja"), "their own yes is there already"


def test_a_parent_asks_that_the_child_sees_it_first(house: House) -> None:
    story = house.told(teller=CHILD)
    screen = theirs(house, story).press("groot_mag").press("groot_eerst").press("groot_eerst_ja")
    assert choosing.choices(house.store, CodeHolder(story.id)).preview
    assert not screen.press("groot_eerst").has("groot_eerst_nee"), "only the child takes it back"


def test_a_parent_stops_everything_and_thinks_better_of_it(house: House) -> None:
    story = house.worked(teller=CHILD)
    screen = theirs(house, story).press("groot_stop")
    assert not screen.enabled("stop_alles")
    screen.app.checkbox(key="zeker").check()
    screen.run().press("stop_alles")
    assert house.now(story.id).state is State.INGETROKKEN
    last = consent(house, story).events[-1]
    assert (last.party, last.outcome, last.recorded_by) == (
        Party.VERTEGENWOORDIGER,
        Outcome.INGETROKKEN,
        "vertegenwoordiger",
    )
    screen.press("groot_bedacht")
    assert house.now(story.id).state is State.IN_REDACTIE


def test_a_parent_does_not_undo_what_the_child_stopped(house: House) -> None:
    story = house.worked(teller=CHILD)
    withdrawing.withdraw(house.store, story.id, Party.KIND)
    screen = theirs(house, story)
    assert say("follow.stopped_by_other") in screen.text and not screen.has("groot_bedacht")


def test_at_sixteen_the_parents_code_has_nothing_to_decide(house: House) -> None:
    turned = Teller(TellerRole.KIND, AgeBand.FROM_12, today())
    story = house.told(teller=turned, assent=Outcome.JA, representative=Outcome.JA)
    screen = theirs(house, story)
    assert say("follow.parent_no_longer") in screen.text
    assert not screen.has("groot_begin") and not screen.has("groot_mag")


def test_a_story_of_a_grown_up_has_nothing_for_such_a_code(house: House) -> None:
    assert say("follow.parent_no_longer") in theirs(house, house.told()).text


def test_after_erasure_the_parents_code_says_so(house: House, story: Story) -> None:
    withdrawing.withdraw(house.store, story.id, Party.KIND)
    retention.tidy(house.store, now=datetime.now(UTC) + timedelta(days=30))
    assert theirs(house, story).title == say("follow.erased_title")
