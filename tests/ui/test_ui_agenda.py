"""The agenda on the screen: gaps filled with one press, items changed and decided, and what fits or ends in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from ui_help import QUOTED, House, Screen

from desk import bigexport, calendar, oneperson, publishing, reviewing
from stories.clock import today
from stories.model import new_id
from stories.people import Role
from stories.planned import Planned, PlannedState, Slot
from stories.words import say

DAY = timedelta(days=1)


def plan(house: House, **given: object) -> Planned:
    values = {"day": today() + 30 * DAY, "slot": Slot.NIEUWSBRIEF, "title": "Winternummer"} | given
    return calendar.plan(house.store, house.staff[Role.REDACTEUR], **values)  # type: ignore[arg-type]


def agenda(house: House, role: Role = Role.REDACTEUR, **query: str) -> Screen:
    return house.screen(role).open("agenda", **query)


def all_planned(house: House) -> list[Planned]:
    with house.store.read() as books:
        return list(books.planned_between(today() - 400 * DAY, today() + 400 * DAY))


def test_an_empty_period_is_named_and_filled_with_one_press(house: House) -> None:
    screen = agenda(house)
    assert "Nog geen nieuwsbrief gepland voor" in screen.text and say("calendar.nothing") in screen.text
    screen.press("gat_nieuwsbrief")
    (item,) = all_planned(house)
    assert (item.slot, item.owner, item.title) == (Slot.NIEUWSBRIEF, house.staff[Role.REDACTEUR].id, "Nieuwsbrief")
    assert item.day >= today() and say("calendar.made") in screen.text
    assert f"href='/agenda?punt={item.id}'" in screen.raw_html


def test_somebody_who_only_releases_sees_the_agenda_and_changes_nothing(house: House) -> None:
    item = plan(house)
    screen = agenda(house, Role.VRIJGEVER, vanaf=item.day.isoformat()[:7])
    assert "Winternummer" in screen.text and not screen.has("gat_nieuwsbrief")
    assert say("calendar.new") not in screen.text
    screen.open("agenda", punt=item.id)
    assert screen.title == "Winternummer" and not screen.has("punt_done")


def test_a_new_item_is_planned_with_the_form_and_a_wrong_one_is_refused_in_dutch(house: House) -> None:
    screen = agenda(house).press(say("calendar.new_make"))
    assert say("calendar.title_wrong", most=120) in screen.errors
    screen.app.text_input(key="titel_nieuw_0").set_value("Kring over werk")
    screen.app.selectbox(key="wat_nieuw_0").select(Slot.KENNISKRING)
    screen.press(say("calendar.new_make"))
    (item,) = all_planned(house)
    assert (item.title, item.slot, item.piece_id, item.theme) == ("Kring over werk", Slot.KENNISKRING, None, "")


def test_an_item_is_changed_done_and_planned_again(house: House) -> None:
    item = plan(house, day=today() - DAY)
    assert say("calendar.late_badge") in agenda(house).text
    screen = agenda(house, punt=item.id).press("punt_done")
    assert all_planned(house)[0].state is PlannedState.GEDAAN
    screen.press("punt_again")
    now = all_planned(house)[0]
    screen.app.text_input(key=f"titel_{now.id}_{now.row_version}").set_value("Lentenummer")
    screen.press(say("calendar.save"))
    assert all_planned(house)[0].title == "Lentenummer" and screen.title == "Lentenummer"


def test_who_looks_at_an_older_item_is_told_that_it_moved(house: House) -> None:
    item = plan(house)
    screen = agenda(house, punt=item.id)
    calendar.decide(house.store, house.staff[Role.REDACTEUR], item.id, PlannedState.GEPLAND, expected=0)
    screen.press("punt_done")
    assert screen.errors == [say("stories.moved")] and all_planned(house)[0].state is PlannedState.GEPLAND


def test_what_fits_is_read_there_and_what_ends_is_named_with_its_piece(house: House) -> None:
    story = house.released()
    piece = house.piece(story)
    with house.store.write() as books:
        books.add_consent(
            *(
                replace(event, id=new_id("c"), at=event.at + DAY, valid_until=today() + 20 * DAY)
                for event in books.consent(story.id).events
            )
        )
    early, late = plan(house, day=today() + 10 * DAY), plan(house, piece_id=piece.id, title="Te ver weg")
    screen = agenda(house, punt=early.id)
    assert QUOTED in screen.text and "Mag tot en met" in screen.text
    screen = agenda(house, punt=late.id)
    assert say("calendar.fits_none") in screen.text and "mag op die dag niet" in screen.text
    screen = agenda(house)
    assert say("calendar.end_expired") in screen.text and say("calendar.end_before") in screen.text
    assert f"href='/stukken?stuk={piece.id}'" in screen.raw_html
    never = plan(house, slot=Slot.LEERNETWERK)
    assert say("calendar.fits_never") in agenda(house, punt=never.id).text


@pytest.mark.parametrize("month", ["2026-13", "nee", "0000-01", "9999-12", "<b>", ""])
def test_a_made_up_month_in_the_address_shows_this_one(house: House, month: str) -> None:
    screen = agenda(house, vanaf=month)
    assert say("publish.months").split()[today().month - 1].capitalize() in screen.text and not screen.errors


def test_the_cadence_is_changed_on_the_screen(house: House) -> None:
    screen = agenda(house)
    for channel in ("nieuwsbrief", "social", "kenniskring", "leernetwerk"):
        screen.app.number_input(key=f"ritme_{channel}_0").set_value(0)
    screen.press(say("calendar.save"))
    assert say("calendar.no_gaps") in screen.text


# one person, and many stories at once


def test_one_person_mode_is_turned_on_by_the_administrator_and_said_where_somebody_releases(house: House) -> None:
    screen = house.screen(Role.BEHEERDER).open("beheer")
    assert say("oneperson.is_off") in screen.text
    screen.press("een_persoon")
    assert "Staat aan sinds" in screen.text and say("oneperson.turned_on") in screen.text
    alone = house.somebody(Role.REDACTEUR, Role.VRIJGEVER, Role.COMMUNICATIE)
    story = house.worked()
    reviewing.mark_heard(house.store, alone, story.id)
    story = reviewing.offer_for_release(house.store, alone, story.id, expected=story.row_version)
    own = Screen(house.store, alone).open("nakijken", verhaal=story.id)
    assert say("oneperson.on_here") in own.text and "Je mag het vrijgeven vanaf" in own.text
    own.press("vrijgeven")
    assert own.errors == [say("oneperson.wait", hours=24)]
    other = house.screen(Role.VRIJGEVER).open("nakijken", verhaal=story.id)
    assert say("oneperson.on_here") in other.text and "Je maakte dit zelf" not in other.text
    other.press("vrijgeven")
    piece = publishing.offer(house.store, alone, house.piece(house.now(story.id)).id, expected=0)
    assert say("oneperson.on_here") in house.screen(Role.VRIJGEVER).open("stukken", stuk=piece.id).text
    admin = house.staff[Role.BEHEERDER]
    oneperson.turn(house.store, admin, False, expected=1)
    assert say("oneperson.on_here") not in house.screen(Role.VRIJGEVER).open("stukken", stuk=piece.id).text


def test_a_big_piece_is_asked_for_and_agreed_to_on_its_page(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bigexport, "MANY", 0)
    piece = house.released_piece(house.released())
    officer = house.screen(Role.COMMUNICATIE).open("stukken", stuk=piece.id)
    assert not officer.enabled("stuk_bundel")
    officer.press("groot_vragen")
    assert say("bigexport.waits") in officer.text and not officer.has("groot_akkoord")
    house.screen(Role.VRIJGEVER).open("stukken", stuk=piece.id).press("groot_akkoord")
    officer.open("stukken", stuk=piece.id).press("stuk_bundel")
    assert say("ui.piece_exported") in officer.text
