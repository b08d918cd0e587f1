"""The ervaringswerker's screens: own cases, the form with its codes, many recordings, reading back, the vault."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from helping_screen import at, choose, codes_on, labels, pick, screen
from ui_help import TEXT, House

sys.path.insert(0, str(Path(__file__).parents[1] / "desk"))
from helper_place import ADULT, CALL_AGAIN, CHILD, KID, NEWSLETTER, Place

from desk import helping, paper
from door import form as door_form
from stories.consent import Form, Outcome, Party, Purpose, Recognisability, Way, may_use
from stories.model import AgeBand, TellerRole
from stories.people import Holder, Role
from stories.sitting import Compensation, Explained, OtherParent
from stories.stages import State
from stories.store import Store
from stories.told import Agreed, ThirdPerson
from stories.vault import Kind
from stories.words import say


@pytest.fixture
def place(sqlite_store: Store) -> Place:
    return Place.open(sqlite_store)


# who sees what


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ERVARINGSWERKER])
def test_only_an_ervaringswerker_has_the_page_of_conversations(house: House, role: Role) -> None:
    shown = house.screen(role).open("gesprekken")
    assert say("helper.title") != shown.title


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CONTACTPERSOON])
def test_only_a_contactpersoon_has_the_page_of_the_vault(house: House, role: Role) -> None:
    shown = house.screen(role).open("contacten")
    assert say("helper.vault_title") != shown.title


def test_somebody_elses_case_is_not_found(place: Place) -> None:
    story = place.agreed()
    shown = screen(place, place.other).open("gesprekken", geval=story.id)
    assert shown.errors == [say("stories.not_found")]
    assert not shown.app.segmented_control


def test_the_list_says_what_each_case_needs_and_when_it_goes(place: Place) -> None:
    place.case(CHILD)
    place.worked()
    shown = screen(place).open("gesprekken")
    for key in ("missing_vertegenwoordiger_not_asked", "missing_kind_not_asked", "missing_read_back"):
        assert say(f"helper.{key}") in shown.text
    assert say("helper.without_consent", count=1) in shown.text and say("helper.with_consent", count=1) in shown.text
    assert "wordt gewist op" in shown.text
    assert "Samira" not in shown.raw_html


def test_no_word_of_a_story_and_no_name_stands_in_the_list(place: Place) -> None:
    story = place.case()
    helping.name_others(place.store, place.helper, story.id, [ThirdPerson("Anneke")])
    shown = screen(place).open("gesprekken")
    assert "Anneke" not in shown.text and "schoolreisje" not in shown.text


# a new conversation


def test_a_new_conversation_begins_with_who_tells_and_nothing_is_chosen(place: Place) -> None:
    shown = screen(place).open("gesprekken", doe="nieuw")
    assert all(question.value is None for question in shown.app.segmented_control)
    shown.press("begin")
    assert shown.errors == [say("helper.teller_missing")]
    pick(shown, "rol_nieuw", TellerRole.KIND)
    pick(shown, "leeftijd_nieuw", AgeBand.ADULT).press("begin")
    assert shown.errors == [say("helper.teller_refused")]
    pick(shown, "leeftijd_nieuw", AgeBand.FROM_12)
    shown.app.text_input(key="regio_nieuw").set_value("Oost")
    shown.press("begin")
    (case,) = helping.cases(place.store, place.helper)
    assert (case.story.teller.role, case.story.region) == (TellerRole.KIND, "Oost")
    assert say("helper.section_b") not in shown.text, "first: how was it said"


def test_the_month_is_asked_of_12_to_15_only(place: Place) -> None:
    shown = screen(place).open("gesprekken", doe="nieuw")
    for band in AgeBand:
        pick(shown, "leeftijd_nieuw", band)
        assert shown.has("zestien_nieuw") is (band is AgeBand.FROM_12)


# the form


def test_every_code_of_the_paper_form_stands_on_the_screen_and_the_other_way_round(place: Place) -> None:
    """Whoever types in a form finds every question; nothing is asked on the screen that is not on paper."""
    on_screen = codes_on(screen(place).open("gesprekken", doe="nieuw"))
    on_screen |= codes_on(pick(screen(place).open("gesprekken", doe="nieuw"), "leeftijd_nieuw", AgeBand.FROM_12))
    for story in (place.case(ADULT), place.case(CHILD)):
        on_screen |= codes_on(pick(at(place, story), f"hoe_{story.id}", Way.PAPIER))
        on_screen |= codes_on(at(place, story, "others"))
    page = door_form.sheet(paper.blank_form(place.store)).body.decode()
    on_paper = set(re.findall(r'<b class="code">(.*?)</b>', page))
    assert on_paper == on_screen and len(on_paper) > 30


def test_question_and_answers_read_the_same_on_paper_and_on_the_screen(place: Place) -> None:
    page = re.sub(r"<[^>]+>", " ", door_form.sheet(paper.blank_form(place.store)).body.decode())
    page = " ".join(page.split())
    story = place.case(CHILD)
    shown = pick(at(place, story), f"hoe_{story.id}", Way.PAPIER)
    for label in labels(shown):
        code, _, question = label.partition(" · ")
        if question:
            assert f"{code} {question}" in page, label
    for group in shown.app.segmented_control:
        if re.match(r"[A-F]\d", group.label):
            assert all(option.content in page for option in group.proto.options), group.label
    for box in shown.app.selectbox:
        if re.match(r"[A-F]\d", box.label):
            assert all(option in page for option in box.options), box.label


@pytest.mark.parametrize("teller", [ADULT, CHILD])
def test_nothing_is_filled_in_beforehand(place: Place, teller: object) -> None:
    story = place.case(teller)  # type: ignore[arg-type]
    shown = pick(at(place, story), f"hoe_{story.id}", Way.SCHERM)
    assert not any(toggle.value for toggle in shown.app.toggle)
    asked = [group for group in shown.app.segmented_control if re.match(r"[B-F]\d", group.label)]
    assert asked and all(group.value is None for group in asked)
    assert all(box.value is None for box in shown.app.selectbox)
    assert all(day.value is None for day in shown.app.date_input)


def test_a_paper_form_typed_in_becomes_exactly_these_answers(place: Place) -> None:
    story = place.case(CHILD)
    shown = pick(at(place, story), f"hoe_{story.id}", Way.PAPIER)
    name = f"{story.id}_0"
    for field, answer in {"assent": "ja", "representative": "ja"}.items():
        shown.app.segmented_control(key=f"{field}_{name}").set_value(Outcome(answer))
    shown.app.toggle(key=f"may_nieuwsbrief_tekst_{name}").set_value(True)
    choose(shown, f"other_parent_{name}", OtherParent.EENS)
    choose(shown, f"recognisability_{name}", Recognisability.SCHUILNAAM)
    choose(shown, f"explained_{name}", Explained.VOORGELEZEN)
    choose(shown, f"compensation_{name}", Compensation.CADEAUBON)
    shown.app.number_input(key=f"compensation_euro_{name}").set_value(20)
    shown.app.segmented_control(key=f"preview_{name}").set_value("yes")
    shown.press(say("helper.answers_save"))
    assert not shown.errors
    with place.store.read() as books:
        consent, (sitting,) = books.consent(story.id), books.sittings(story.id)
    said = {(e.party, e.purpose, e.form, e.outcome) for e in consent.events}
    assert said == {
        (Party.KIND, Purpose.VERWERKEN, None, Outcome.JA),
        (Party.VERTEGENWOORDIGER, Purpose.VERWERKEN, None, Outcome.JA),
        (Party.VERTEGENWOORDIGER, Purpose.NIEUWSBRIEF, Form.TEKST, Outcome.JA),
    }
    assert (sitting.way, sitting.explained, sitting.preview) == (Way.PAPIER, Explained.VOORGELEZEN, True)
    assert (sitting.compensation, sitting.compensation_euro) == (Compensation.CADEAUBON, 20)
    last = consent.last(Party.VERTEGENWOORDIGER, *NEWSLETTER)
    assert last is not None and last.recognisability is Recognisability.SCHUILNAAM
    assert say("helper.missing_proof_papier") in shown.text


def test_an_empty_form_is_no_answer(place: Place) -> None:
    story = place.case()
    shown = pick(at(place, story), f"hoe_{story.id}", Way.SCHERM).press(say("helper.answers_save"))
    assert shown.errors == [say("helper.nobody_answered")]
    with place.store.read() as books:
        assert not books.consent(story.id).events


def test_a_purpose_without_the_yes_of_who_decides_is_not_lost_silently(place: Place) -> None:
    story = place.case(CHILD)
    shown = pick(at(place, story), f"hoe_{story.id}", Way.SCHERM)
    shown.app.segmented_control(key=f"assent_{story.id}_0").set_value(Outcome.JA)
    shown.app.toggle(key=f"may_nieuwsbrief_tekst_{story.id}_0").set_value(True)
    shown.press(say("helper.answers_save"))
    assert shown.errors == [say("helper.channels_need_yes_parent")]
    assert shown.app.toggle(key=f"may_nieuwsbrief_tekst_{story.id}_0").value, "what was filled in stays"


def test_the_notice_can_be_read_before_the_questions(place: Place) -> None:
    story = place.case()
    shown = pick(at(place, story), f"hoe_{story.id}", Way.SCHERM)
    assert "U kunt altijd stoppen" in shown.text


def test_the_chooser_of_a_proof_gets_a_ticket_for_a_proof_and_not_for_a_part(place: Place) -> None:
    story = place.case()
    shown = pick(at(place, story), f"hoe_{story.id}", Way.PAPIER)
    (ticket,) = shown.data(f"zenden_bewijs_{story.id}")["tickets"]
    assert ticket.startswith(f"{story.id}~bewijs.")
    pick(shown, f"deel_{story.id}", "story")
    assert shown.data(f"spreken_{story.id}")["ticket"].startswith(f"{story.id}.")


# the rest of a case


def test_what_was_typed_survives_a_look_at_another_part(place: Place) -> None:
    story = place.case(text="")
    shown = pick(at(place, story, "story"), f"manier_{story.id}", "typen")
    shown.app.text_area(key=f"woorden_{story.id}_0").set_value(TEXT)
    shown.run()
    pick(pick(shown, f"deel_{story.id}", "others"), f"deel_{story.id}", "story")
    assert shown.app.text_area(key=f"woorden_{story.id}_0").value == TEXT
    shown.press(f"bewaar_{story.id}")
    with place.store.read() as books:
        assert books.part_text(story.id, 1).text == TEXT
    assert TEXT not in str(shown.app.session_state.to_dict().get(f"woorden_{story.id}_1", ""))


def test_names_of_others_are_kept_with_what_was_agreed(place: Place) -> None:
    story = place.case()
    shown = at(place, story, "others")
    shown.app.text_input(key=f"ander_{story.id}_0").set_value("Emre")
    choose(shown, f"afgesproken_{story.id}_0", Agreed.WIL_NIET)
    shown.press(f"nog_{story.id}")
    shown.app.text_input(key=f"ander_{story.id}_1").set_value("juf Anneke")
    shown.press(f"namen_{story.id}")
    with place.store.read() as books:
        assert books.third_persons(story.id) == (ThirdPerson("Emre", Agreed.WIL_NIET), ThirdPerson("juf Anneke"))


def test_handing_in_shows_the_codes_once(place: Place) -> None:
    story = place.agreed(CHILD, KID, ())
    shown = at(place, story, "send").press(f"instuur_{story.id}")
    assert shown.title == say("helper.codes_title")
    assert {"code_verteller", "code_vertegenwoordiger"} <= shown.components
    code = shown.code
    with place.store.read() as books:
        assert books.holder_of_receipt(code).story_id == story.id
    shown.press("code_gegeven")
    assert code not in shown.text and code not in str(shown.app.session_state.to_dict())
    assert place.now(story.id).state is State.INGEDIEND


def test_without_consent_nothing_is_handed_in(place: Place) -> None:
    story = place.case()
    shown = at(place, story, "send").press(f"instuur_{story.id}")
    assert shown.errors == [say("helper.nobody_said_yes")]
    assert place.now(story.id).state is State.CONCEPT


def test_danger_pauses_and_shows_whom_to_call(place: Place) -> None:
    story = place.agreed()
    shown = at(place, story, "send")
    shown.app.checkbox(key=f"gevaar_{story.id}").check()
    shown.run()
    assert say("ui.danger_no_contact") in shown.text
    shown.press(f"instuur_{story.id}")
    assert place.now(story.id).state is State.GEPAUZEERD
    other = place.worked()
    at(place, other).press("pauzeren")
    assert place.now(other.id).state is State.GEPAUZEERD


def test_throwing_away_is_asked_twice(place: Place) -> None:
    story = place.case()
    shown = at(place, story, "send")
    assert not shown.enabled(f"wis_{story.id}")
    shown.app.checkbox(key=f"zeker_{story.id}").check()
    shown.run().press(f"wis_{story.id}")
    assert place.now(story.id).state is State.GEWIST
    assert shown.title == say("helper.title")


def test_the_text_is_read_back_without_names_and_the_outcome_kept(place: Place) -> None:
    story = place.worked()
    shown = at(place, story)
    assert "schoolreisje" in shown.text and "Samira" not in shown.text
    pick(shown, f"gehoord_{story.id}_{story.version}", "anders")
    shown.press(f"bewaar_gehoord_{story.id}")
    assert shown.errors == [say("helper.note_empty")]
    shown.app.text_area(key=f"wens_{story.id}_{story.version}").set_value("De juf moet eruit.")
    shown.press(f"bewaar_gehoord_{story.id}")
    with place.store.read() as books:
        assert books.fetch(story.id, Kind.TELLER_NOTE, version=1) == b"De juf moet eruit."
    assert say("helper.read_said_anders") in shown.text


def test_stop_is_asked_twice_and_reaches_everything(place: Place) -> None:
    story = place.worked()
    shown = pick(at(place, story), f"gehoord_{story.id}_{story.version}", "stop")
    assert not shown.enabled(f"bewaar_gehoord_{story.id}")
    shown.app.checkbox(key=f"stop_zeker_{story.id}").check()
    shown.run().press(f"bewaar_gehoord_{story.id}")
    assert place.now(story.id).state is State.INGETROKKEN
    assert "schoolreisje" not in shown.text


def test_contact_data_goes_in_and_is_never_shown_again(place: Place) -> None:
    story = place.handed_in(channels=(NEWSLETTER, CALL_AGAIN))
    shown = at(place, story, "contact")
    shown.app.text_input(key=f"contact_tel_{Holder.VERTELLER}").set_value("06 12345678")
    shown.press(say("helper.contact_keep"))
    assert say("helper.contact_there") in shown.text
    assert "12345678" not in shown.text
    again = at(place, story, "contact")
    assert "12345678" not in again.text and not again.app.text_input(key=f"contact_tel_{Holder.VERTELLER}").value


def test_there_is_no_contact_part_when_nobody_needs_to_be_reached(place: Place) -> None:
    shown = at(place, place.handed_in())
    options = [option.content for option in shown.app.segmented_control[0].proto.options]
    assert say("helper.tab_contact") not in options


def test_a_lost_code_is_replaced_on_the_screen(place: Place) -> None:
    story = place.handed_in()
    shown = at(place, story, "code").press(f"code_{Holder.VERTELLER}")
    with place.store.read() as books:
        assert books.holder_of_receipt(shown.code).story_id == story.id


def test_an_answer_that_came_later_lets_the_story_go_on(place: Place) -> None:
    story = place.handed_in(CHILD, KID, ())
    shown = pick(at(place, story, "answers"), f"hoe_{story.id}", Way.GESPROKEN)
    shown.app.segmented_control(key=f"representative_{story.id}_1").set_value(Outcome.JA)
    shown.press(say("helper.answers_save"))
    assert not shown.errors
    with place.store.read() as books:
        assert may_use(books.consent(story.id), Purpose.VERWERKEN, on=story.created_at.date())
