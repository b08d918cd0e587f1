"""Telling, clicked through screen by screen: nothing chosen beforehand, nothing lost on the way, no yes assumed."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from tell_help import (
    ADULTS,
    NEWSLETTER,
    TELLERS,
    UNDER_16,
    YOUNG,
    back_from,
    next_from,
    send,
    switch,
    the_only_story,
    to_answer,
    to_audience,
    to_check,
    to_how,
    to_typing,
    told_story,
    typed,
)
from ui_help import TEXT, House

from desk import following
from desk.rules import OFFERED
from stories import clock
from stories.consent import Form, Outcome, Party, Purpose, may_use
from stories.model import AgeBand, StoryKind, TellerRole
from stories.people import Holder
from stories.sitting import Authority, Helper, OtherParent, Relation
from stories.stages import State
from stories.told import Audience, Feeling, Lens
from stories.words import say
from ui.steps import Step, Way

FORMAL = re.compile(r"\b(u|uw)\b", re.IGNORECASE)
INFORMAL = re.compile(r"\b(je|jij|jou|jouw)\b", re.IGNORECASE)
CODE = re.compile(r"\d{4} \d{4} \d{4} \d{4}")


def today() -> object:
    return datetime.now(UTC).date()


# nothing is assumed


@pytest.mark.parametrize(("role", "band"), TELLERS)
def test_nothing_is_chosen_or_on_beforehand(house: House, role: TellerRole, band: AgeBand) -> None:
    screen = to_audience(typed(to_typing(house, role, band)))
    assert not [button.key for button in screen.app.button if button.proto.type == "primary"]
    screen.press(f"groot_wie_{Audience.IEDEREEN}")
    assert len(screen.app.toggle) == len(OFFERED)
    assert not any(toggle.value for toggle in screen.app.toggle)


def test_no_tag_is_chosen_beforehand(house: House) -> None:
    screen = typed(to_typing(house))
    for step in (Step.OTHERS, Step.ABOUT, Step.FEEL):
        next_from(screen, step)
        assert screen.app.checkbox and not any(box.value for box in screen.app.checkbox)


@pytest.mark.parametrize("role", [role for role in TellerRole if role not in ADULTS])
def test_a_child_is_never_offered_an_age_of_16_or_over(house: House, role: TellerRole) -> None:
    screen = house.screen().open("vertel").press(f"groot_{role}")
    offered = {band for band in AgeBand if screen.has(f"groot_{band.name}")}
    assert offered == {band for known, band in YOUNG if known is role}


@pytest.mark.parametrize("no", ["nee", "twijfel"])
@pytest.mark.parametrize(("role", "band"), UNDER_16)
def test_a_child_that_says_no_or_doubts_goes_no_further(house: House, role: TellerRole, band: AgeBand, no: str) -> None:
    screen = to_answer(house, role, band).press(f"groot_{no}")
    assert screen.title == say("tell.assent") and say("tell.no_is_fine_young") in screen.text
    with house.store.read() as books:
        assert not books.stories()


def test_an_adult_who_says_no_goes_no_further(house: House) -> None:
    screen = to_answer(house, TellerRole.OUDER).press("groot_nee")
    assert screen.title == say("tell.own_yes") and say("tell.no_is_fine") in screen.text


def test_a_parents_no_stops_the_telling(house: House) -> None:
    screen = to_answer(house, TellerRole.KIND, AgeBand.UNDER_12).press("groot_ja").press("groot_ouder_nee")
    assert screen.title == say("tell.representative") and say("tell.no_is_fine_young") in screen.text
    with house.store.read() as books:
        assert not books.stories()


def test_an_objection_of_the_other_parent_stops_the_telling(house: House) -> None:
    screen = to_answer(house, TellerRole.KIND, AgeBand.UNDER_12).press("groot_ja").press("groot_ouder_ja")
    screen.press("groot_band_ouder").press("groot_gezag_samen").press("groot_ander_bezwaar")
    assert say("tell.no_is_fine_young") in screen.text
    with house.store.read() as books:
        assert not books.stories()


# the form of address, and the questions


@pytest.mark.parametrize(("role", "band"), TELLERS)
def test_children_and_youngsters_are_spoken_to_with_je_and_adults_with_u(
    house: House, role: TellerRole, band: AgeBand
) -> None:
    wrong = INFORMAL if role in ADULTS else FORMAL
    for shown in screens_after_the_notice(house, role, band):
        assert not wrong.search(shown), wrong.search(shown)


def screens_after_the_notice(house: House, role: TellerRole, band: AgeBand) -> list[str]:
    """The words of every screen; the notice itself speaks to parents and has a part for children."""
    screen = to_answer(house, role, band)
    seen = [screen.text, screen.press("groot_ja").text]
    if band.needs_representative:  # the questions to the parent speak to the parent
        screen.press("groot_ouder_ja").press("groot_band_ouder").press("groot_gezag_alleen")
        seen.append(screen.text)
    seen.append(screen.press(f"groot_{Way.TYPEN}").text)
    seen.append(typed(screen).text)
    for step in (Step.OTHERS, Step.ABOUT, Step.FEEL, Step.LENS):
        seen.append(next_from(screen, step).text)
    seen.append(screen.press(f"groot_wie_{Audience.IEDEREEN}").text)
    seen.append(next_from(screen, Step.CHANNELS).text)
    for answer in ("groot_bijzonder_nee", "groot_geheel_onherkenbaar", "groot_zien_ja"):
        seen.append(screen.press(answer).text)
    seen.append(send(screen).text)
    assert screen.code
    return seen


def test_every_role_gets_its_own_questions_before_and_during_the_telling(house: House) -> None:
    words = {TellerRole.KIND: "child", TellerRole.JONGERE: "child", TellerRole.OUDER: "parent"}
    for role in TellerRole:
        band = AgeBand.ADULT if role in ADULTS else AgeBand.FROM_12
        before = to_how(house, role, band)
        questions = [say(f"tell.guide_{words.get(role, 'worker')}_{number}") for number in range(1, 5)]
        assert all(question in before.text for question in questions)
        during = before.press(f"groot_{Way.SPREKEN}").text
        assert all(question in during for question in questions)


# the whole way


@pytest.mark.parametrize(("role", "band"), TELLERS)
def test_typing_ends_in_a_code_and_a_story_with_exactly_the_answers_given(
    house: House, role: TellerRole, band: AgeBand
) -> None:
    screen = typed(to_typing(house, role, band))
    screen.app.text_input(key="persoon_0").set_value("Samira")
    screen.press("nog_iemand").app.text_input(key="persoon_1").set_value("juf Anneke")
    screen = to_check(to_audience(screen), NEWSLETTER, "kanaal_intern_leren_None")
    assert CODE.fullmatch(send(screen).code)
    with house.store.read() as books:
        story = books.story(books.holder_of_receipt(screen.code).story_id)
        assert (story.teller.role, story.teller.age_band) == (role, band)
        assert (story.state, story.kind) == (State.INGEDIEND, StoryKind.TEXT)
        assert books.part_text(story.id, 1).text == TEXT
        assert books.intake_names(story.id) == ("Samira", "juf Anneke")
        consent = books.consent(story.id)
        sitting = books.sittings(story.id)[-1]
    decides = Party.VERTEGENWOORDIGER if band.needs_representative else Party.TELLER
    expected = {
        (decides, Purpose.VERWERKEN, None, Outcome.JA),
        (decides, Purpose.INTERN_LEREN, None, Outcome.JA),
        (decides, Purpose.NIEUWSBRIEF, Form.TEKST, Outcome.JA),
    }
    if band.needs_representative:
        expected.add((Party.KIND, Purpose.VERWERKEN, None, Outcome.JA))
        assert (sitting.relation, sitting.authority) == (Relation.OUDER, Authority.ALLEEN)
    assert {(e.party, e.purpose, e.form, e.outcome) for e in consent.events} == expected
    assert set(following.allowed_today(consent, today())) == {
        Purpose.VERWERKEN, Purpose.INTERN_LEREN, Purpose.NIEUWSBRIEF,
    }  # fmt: skip
    assert sitting.preview is False and sitting.helper is Helper.NIEMAND


def test_only_for_the_editors_asks_about_no_channel_and_allows_none(house: House) -> None:
    screen = to_check(to_audience(typed(to_typing(house))), audience=Audience.REDACTIE)
    assert screen.has(f"verder_{Step.CHECK}") and say("tell.check_inside") in screen.text
    story_id = told_story(house, send(screen))
    with house.store.read() as books:
        assert set(following.allowed_today(books.consent(story_id), today())) == {Purpose.VERWERKEN}
        assert books.tags(story_id).audience is Audience.REDACTIE


@pytest.mark.parametrize("audience", [a for a in Audience if a is not Audience.REDACTIE])
def test_who_may_hear_it_is_a_ceiling_over_the_channels_that_are_asked(house: House, audience: Audience) -> None:
    screen = to_audience(typed(to_typing(house))).press(f"groot_wie_{audience}")
    shown = {toggle.key for toggle in screen.app.toggle}
    assert shown == {f"kanaal_{purpose}_{form}" for purpose, form in OFFERED if purpose in audience.reaches}


def test_a_smaller_audience_takes_a_wider_channel_back(house: House) -> None:
    screen = to_check(to_audience(typed(to_typing(house))), "kanaal_website_tekst", NEWSLETTER)
    for step in (Step.CHECK, Step.PREVIEW, Step.RECOGNISE, Step.SPECIAL, Step.CHANNELS):
        back_from(screen, step)
    screen.press(f"groot_wie_{Audience.PARTNERS}")
    next_from(screen, Step.CHANNELS).press("groot_bijzonder_nee").press("groot_schuilnaam").press("groot_zien_nee")
    story_id = told_story(house, send(screen))
    with house.store.read() as books:
        assert set(following.allowed_today(books.consent(story_id), today())) == {
            Purpose.VERWERKEN, Purpose.NIEUWSBRIEF,
        }  # fmt: skip


def test_the_teller_tags_with_pictures(house: House) -> None:
    screen = next_from(typed(to_typing(house)), Step.OTHERS)
    pictures = {Step.ABOUT: "gaat_over_meedoen", Step.FEEL: "voelt_trots", Step.LENS: "vertelt_zou_helpen"}
    for step, picture in pictures.items():
        key = f"prent_{picture}"
        screen.app.checkbox(key=key).set_value(True)
        next_from(screen, step)
    story_id = told_story(house, send(to_check(screen, audience=Audience.REDACTIE)))
    with house.store.read() as books:
        tags = books.tags(story_id)
    assert (tags.opgaven, tags.feelings, tags.lenses) == (("meedoen",), (Feeling.TROTS,), (Lens.ZOU_HELPEN,))


def test_special_words_a_preview_and_dates_are_kept_as_they_were_said(house: House) -> None:
    screen = to_audience(typed(to_typing(house))).press(f"groot_wie_{Audience.IEDEREEN}")
    next_from(switch(screen, NEWSLETTER), Step.CHANNELS).press("groot_bijzonder_ja").press("groot_voornaam")
    day = datetime.now(UTC).date().replace(month=12, day=31)
    screen.app.date_input(key="tot").set_value(day)
    screen.run().press("groot_zien_ja")
    story_id = told_story(house, send(screen))
    with house.store.read() as books:
        consent, sittings = books.consent(story_id), books.sittings(story_id)
    assert sittings[-1].preview is True
    assert may_use(consent, Purpose.NIEUWSBRIEF, Form.TEKST, on=today(), special=True)  # type: ignore[arg-type]
    assert {e.valid_until for e in consent.events if e.purpose is Purpose.NIEUWSBRIEF} == {day}
    assert {str(e.recognisability) for e in consent.events if e.purpose is Purpose.NIEUWSBRIEF} == {"voornaam"}


def test_dates_that_cannot_be_are_said_and_go_no_further(house: House) -> None:
    screen = to_audience(typed(to_typing(house))).press(f"groot_wie_{Audience.IEDEREEN}")
    next_from(screen, Step.CHANNELS).press("groot_bijzonder_nee").press("groot_voornaam")
    screen.app.date_input(key="vanaf").set_value(datetime(2027, 6, 1).date())
    screen.app.date_input(key="tot").set_value(datetime(2027, 1, 1).date())
    screen.run().press("groot_zien_nee")
    assert say("tell.when_wrong") in screen.text and screen.title == say("tell.preview")


def test_danger_stands_the_story_still_and_says_whom_to_call(house: House) -> None:
    screen = to_check(to_audience(typed(to_typing(house))), audience=Audience.REDACTIE)
    screen.app.checkbox(key="gevaar").set_value(True)
    assert "112" in screen.run().text
    story = house.now(told_story(house, send(screen)))
    assert story.state is State.GEPAUZEERD


def test_somebody_who_helps_is_written_down_and_the_teller_decides(house: House) -> None:
    screen = house.screen().open("vertel").press("groot_helper").press("groot_hulp_school")
    screen.press(f"groot_{TellerRole.OUDER}")
    next_from(screen, Step.NOTICE).press("groot_ja").press(f"groot_{Way.TYPEN}")
    story_id = told_story(house, send(to_check(to_audience(typed(screen)), audience=Audience.REDACTIE)))
    with house.store.read() as books:
        assert books.sittings(story_id)[-1].helper is Helper.SCHOOL
        assert books.story(story_id).teller.role is TellerRole.OUDER


# sixteen


def test_the_month_of_turning_16_ends_what_the_parent_may_say(house: House) -> None:
    screen = house.screen().open("vertel").press("groot_jongere").press("groot_FROM_12")
    months = screen.app.selectbox(key="zestien_maand")
    months.set_value(months.options[3])
    next_from(screen.run(), Step.SIXTEEN)
    next_from(screen, Step.NOTICE).press("groot_ja").press("groot_ouder_later").press(f"groot_{Way.TYPEN}")
    story_id = told_story(house, send(to_check(to_audience(typed(screen)), audience=Audience.REDACTIE)))
    turns = house.now(story_id).teller.turns_16_on
    assert turns is not None and turns.day == 1 and 60 < (turns - datetime.now(UTC).date()).days < 125


def test_who_does_not_say_when_they_turn_16_is_asked_again_after_half_a_year(house: House) -> None:
    screen = house.screen().open("vertel").press("groot_kind").press("groot_FROM_12").press("groot_zestien_weet_niet")
    next_from(screen, Step.NOTICE).press("groot_ja").press("groot_ouder_later").press(f"groot_{Way.TYPEN}")
    story_id = told_story(house, send(to_check(to_audience(typed(screen)), audience=Audience.REDACTIE)))
    with house.store.read() as books:
        (end,) = {event.valid_until for event in books.consent(story_id).events}
    assert end is not None and (end - clock.today()).days == 182


def test_children_under_12_and_from_16_are_not_asked_when_they_turn_16(house: House) -> None:
    for band in (AgeBand.UNDER_12, AgeBand.FROM_16):
        screen = house.screen().open("vertel").press("groot_jongere").press(f"groot_{band.name}")
        assert screen.title == say("tell.notice")


# the parent


def test_a_child_whose_parent_is_not_there_waits_and_gets_a_code_for_the_parent(house: House) -> None:
    screen = typed(to_typing(house, TellerRole.KIND, AgeBand.UNDER_12, later=True))
    screen = send(to_check(to_audience(screen), NEWSLETTER))
    assert say("tell.done_waits") in screen.text
    own, parent = (" ".join(screen.data(f"code_{holder}")["code"]) for holder in Holder)
    story = house.now(the_only_story(house))
    assert story.waiting_for == "consent.vertegenwoordiger_not_asked"
    with house.store.read() as books:
        assert {event.party for event in books.consent(story.id).events} == {Party.KIND}
        assert books.holder_of_receipt(own).holder is Holder.VERTELLER
        assert books.holder_of_receipt(parent).holder is Holder.VERTEGENWOORDIGER


def test_what_is_known_of_the_other_parent_is_written_down(house: House) -> None:
    screen = to_answer(house, TellerRole.KIND, AgeBand.UNDER_12).press("groot_ja").press("groot_ouder_ja")
    screen.press("groot_band_voogd").press("groot_gezag_samen").press("groot_ander_eens").press(f"groot_{Way.TYPEN}")
    story_id = told_story(house, send(to_check(to_audience(typed(screen)), audience=Audience.REDACTIE)))
    with house.store.read() as books:
        sitting = books.sittings(story_id)[-1]
    assert (sitting.relation, sitting.authority, sitting.other_parent) == (
        Relation.VOOGD, Authority.SAMEN, OtherParent.EENS,
    )  # fmt: skip
