"""The page of one story: its tabs, what comes next, notes and who else looks, and what is told to the slower of two."""

from __future__ import annotations

import pytest
from ui_help import NEWSLETTER, House, Screen

from desk import notes, reviewing, withteller
from desk.changes import did
from desk.presence import Deel
from stories.consent import Form, Purpose
from stories.model import Story
from stories.people import Role
from stories.stages import State
from stories.words import say


def open_as(house: House, story: Story, deel: str = "", role: Role = Role.REDACTEUR) -> Screen:
    more = {"deel": deel} if deel else {}
    return house.screen(role).open("nakijken", verhaal=story.id, **more)


def to_tab(screen: Screen, deel: Deel) -> Screen:
    """Press a tab: AppTest cannot, so its label is put where the press would put it."""
    screen.app.session_state["tabs_deel"] = say(f"storypage.deel_{deel}")
    return screen.run()


SIGN = {
    Deel.NAMEN: "review_clean", Deel.THEMAS: "themes.how", Deel.TOESTEMMING: "storypage.may_head",
    Deel.GESCHIEDENIS: "storypage.history_today", Deel.GEBRUIKT: "storypage.used_pieces", Deel.NOTITIES: "notes.lead",
}  # fmt: skip


@pytest.mark.parametrize("role", [Role.REDACTEUR, Role.VRIJGEVER])
def test_every_tab_opens_by_its_url_and_shows_what_comes_next(house: House, role: Role) -> None:
    story = house.offered()
    for deel, sign in SIGN.items():
        screen = open_as(house, story, deel, role)
        assert not screen.errors
        assert screen.has("schoon") if deel is Deel.NAMEN else say(sign) in screen.text, deel
        assert (
            say("storypage.next_release" if role is Role.VRIJGEVER else "storypage.next_waits_release") in screen.text
        )
        assert screen.has("vrijgeven") is (role is Role.VRIJGEVER)


@pytest.mark.parametrize("deel", ["", "nergens", "luisteren"])
def test_an_unknown_tab_and_one_that_this_story_has_not_is_names(house: House, deel: str) -> None:
    assert open_as(house, house.worked(), deel).has("origineel")


def test_the_tab_stays_open_after_a_decision_and_what_was_ticked_while_another_is_open(house: House) -> None:
    story = house.worked()
    screen = open_as(house, story, "themas")
    screen.app.checkbox(key="thema_meedoen").check()
    to_tab(screen.run(), Deel.GESCHIEDENIS)
    assert not screen.has("thema_meedoen")
    to_tab(screen, Deel.THEMAS)
    assert screen.app.checkbox(key="thema_meedoen").value is True
    screen.press("themas_bewaren")
    assert say("themes.saved") in screen.text and screen.has("thema_meedoen")


def test_what_was_ticked_for_one_story_is_not_ticked_for_the_next(house: House) -> None:
    one, other = house.worked(), house.worked()
    screen = open_as(house, one, "themas")
    screen.app.checkbox(key="thema_meedoen").check()
    screen.run()
    screen.app.query_params["verhaal"] = other.id
    assert screen.run().app.checkbox(key="thema_meedoen").value is False


# what comes next


def test_what_is_missing_stands_there_with_the_way_to_it(house: House) -> None:
    story = house.worked()
    screen = open_as(house, story, "toestemming")
    assert (
        say("storypage.need_read") in screen.text and f"/nakijken?verhaal={story.id}&amp;deel=namen" in screen.raw_html
    )
    assert not screen.enabled("aanbieden")
    screen.press("beluisterd")
    assert say("storypage.need_none") in screen.text and screen.enabled("aanbieden")


def test_whoever_offered_is_told_that_somebody_else_releases(house: House) -> None:
    story = house.worked()
    both = Screen(house.store, house.somebody(Role.REDACTEUR, Role.VRIJGEVER)).open("nakijken", verhaal=story.id)
    both.press("beluisterd").press("aanbieden")
    assert say("storypage.need_other_person") in both.text


# toestemming, geschiedenis


def test_consent_is_told_per_channel_with_who_said_it(house: House) -> None:
    channels = (NEWSLETTER, (Purpose.PODCAST, Form.NAGESPROKEN), (Purpose.PODCAST, Form.TEKST))
    shown = open_as(house, house.worked(channels=channels), "toestemming").raw_html
    assert "<b>Nieuwsbrief</b>: mag als tekst, helemaal onherkenbaar, tot en met " in shown
    assert "<b>Podcast</b>: mag als tekst en nagesproken door iemand anders" in shown, "what is the same is one line"
    assert "Verteller ja (" in shown and "Niet gevraagd, dus nee: Er zelf van leren" in shown


def test_history_tells_who_did_what_and_the_same_again_once(house: House) -> None:
    story = house.worked()
    for _ in range(3):
        reviewing.mark_heard(house.store, house.staff[Role.REDACTEUR], story.id)
    shown = open_as(house, story, "geschiedenis", Role.VRIJGEVER)
    assert shown.text.count(did("original_heard", "")) == 1 and say("storypage.history_times", count=3) in shown.text
    assert say("storypage.history_today") in shown.text


def test_where_it_is_used_leads_to_the_piece(house: House) -> None:
    piece = house.piece(house.released())
    with house.store.read() as books:
        (quote,) = books.quotes(ids=piece.quote_ids)
    shown = open_as(house, house.now(quote.story_id), "gebruikt")
    assert f"/stukken?stuk={piece.id}" in shown.raw_html and quote.text in shown.text
    assert say("storypage.used_public", count=0, limit=3) in shown.text


# notities


def note_field(screen: Screen, story: Story) -> str:
    """The field of a new note."""
    return next(str(area.key) for area in screen.app.text_area if str(area.key).startswith(f"notitie_{story.id}"))


def test_a_note_reaches_whoever_it_names_and_stops_calling_once_seen(house: House) -> None:
    story, other = house.worked(), house.staff[Role.VRIJGEVER]
    screen = open_as(house, story, "notities")
    screen.app.text_area(key=note_field(screen, story)).input("Wil jij de laatste zin nalezen?")
    screen.app.multiselect[0].select(other.id)
    screen.press("notities_nieuw")
    assert say("notes.saved") in screen.text and "@vrijgever" in screen.text
    assert screen.app.text_area(key=note_field(screen, story)).value == ""
    home = house.screen(Role.VRIJGEVER).open("")
    assert say("notes.calls_title", count=1) in home.text and "laatste zin" not in home.text
    assert "laatste zin" in open_as(house, story, "notities", Role.VRIJGEVER).text
    assert say("notes.calls_title", count=1) not in home.open("").text
    assert say("storypage.notes_open", count=1) in open_as(house, story).text


def test_a_name_in_a_note_is_refused_with_the_reason_and_stays_in_the_field(house: House) -> None:
    story = house.worked()
    screen = open_as(house, story, "notities")
    screen.app.text_area(key=note_field(screen, story)).input("Bel Samira even.")
    screen.press("notities_nieuw")
    assert screen.errors == [say("notes.has_name")]
    assert screen.app.text_area(key=note_field(screen, story)).value == "Bel Samira even."
    assert not notes.notes(house.store, house.staff[Role.REDACTEUR], story.id)


def test_an_own_note_is_changed_and_taken_back_and_anybody_says_that_it_is_done(house: House) -> None:
    story = house.worked()
    editor = house.staff[Role.REDACTEUR]
    note = notes.write(house.store, editor, story.id, "Kijk nog eens.")
    screen = open_as(house, story, "notities")
    screen.app.text_area(key=f"notitie_{note.id}").input("Kijk nog eens goed.")
    screen.press(f"notities_bewaar_{note.id}")
    assert "Kijk nog eens goed." in screen.text and say("notes.changed") in screen.text
    other = open_as(house, story, "notities", Role.VRIJGEVER)
    assert not other.has(f"notities_weg_{note.id}")
    other.press(f"notities_klaar_{note.id}")
    assert say("notes.done_title", count=1) in other.text
    second = notes.write(house.store, editor, story.id, "Nog iets.")
    screen.run().press(f"notities_weg_{second.id}")
    assert "Nog iets." not in screen.text


def test_a_paused_story_shows_its_notes_to_whoever_may_let_it_go_on(house: House) -> None:
    story = house.worked()
    notes.write(house.store, house.staff[Role.REDACTEUR], story.id, "De contactpersoon belt terug.")
    reviewing.pause(house.store, house.staff[Role.VRIJGEVER], story.id, expected=story.row_version)
    screen = open_as(house, story, role=Role.VRIJGEVER)
    assert screen.has("verder_gaan") and "belt terug" in screen.text


# two people


def test_colleagues_on_the_same_story_see_each_other(house: House) -> None:
    story = house.worked()
    open_as(house, story, "themas")
    other = open_as(house, story, role=Role.VRIJGEVER)
    assert say("storypage.here_one", who="redacteur", deel=say("storypage.deel_themas")) in other.text


def test_the_slower_one_is_told_what_changed_and_keeps_what_was_ticked(house: House) -> None:
    story = house.worked()
    slow = open_as(house, story, "themas")
    other = house.somebody(Role.REDACTEUR, Role.CONTACTPERSOON)
    reviewing.confirm_themes(house.store, other, story.id, ["fijn_thuis"], expected=story.row_version)
    slow.app.checkbox(key="thema_meedoen").check()
    slow.press("themas_bewaren")
    assert slow.errors == [say("storypage.moved")]
    assert f"{other.name} {did('version_made', 'themes')}." in slow.text and say("storypage.moved_kept") in slow.text
    slow.press("nieuwe_versie")
    assert not slow.errors and slow.app.checkbox(key="thema_meedoen").value is True
    assert slow.app.checkbox(key="thema_fijn_thuis").value is True, "what nobody touched here is as the other left it"


# the teller's turn


def test_a_text_goes_to_the_teller_who_answers_with_the_code(house: House) -> None:
    story = house.worked()
    screen = open_as(house, story).press("naar_verteller")
    assert say("storypage.teller_alone") in screen.text and not screen.has("origineel")
    mine = house.screen(teller=story.id).open("mijn-verhaal").press("groot_nalezen")
    assert "Samira" not in str(mine.data("schoon")["text"])
    mine.app.text_area[0].input("Zet erbij dat het nu goed gaat.")
    mine.run().press("groot_anders")
    assert say("follow.answered_verteller_anders") in mine.text and not mine.has("groot_anders")
    assert house.now(story.id).state is State.IN_REDACTIE
    again = open_as(house, story)
    assert say("storypage.teller_said_anders") in again.text and "dat het nu goed gaat" in again.text


def test_the_editors_take_it_back_when_no_answer_comes(house: House) -> None:
    story = house.worked()
    withteller.send(house.store, house.staff[Role.REDACTEUR], story.id, expected=story.row_version)
    assert open_as(house, story).press("terughalen").has("aanbieden")
    assert not house.screen(teller=story.id).open("mijn-verhaal").has("groot_nalezen")
