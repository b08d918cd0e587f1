"""The queue on the screen: what somebody chose stands in the address, whatever is in that address."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from builders import a_consent, a_story, a_teller, a_version
from spoken import written_out
from ui_help import House, Screen

from desk import notes, queue
from desk.queue import Heading
from stories import clock
from stories.model import Story, StoryKind, TellerRole, Theme
from stories.people import Role
from stories.stages import Stage, State
from stories.words import say
from ui.parts import day


def ready(house: House, days: int = 0, role: TellerRole = TellerRole.OUDER, **changes: object) -> Story:
    """A story at the editors' that was told so many days ago."""
    values: dict[str, object] = {"stage": Stage.TAGGED, "state": State.IN_REDACTIE, "version": 0} | changes
    told = datetime.now(UTC) - timedelta(days=days)
    story = a_story(teller=a_teller(role), created_at=told, **values)  # type: ignore[arg-type]
    with house.store.write() as books:
        return books.add_story(story)


def shown(screen: Screen) -> list[str]:
    """The stories on the screen, in their order."""
    return [key.removeprefix("pakken_") for key in (str(b.key) for b in screen.app.button) if key.startswith("pakken_")]


def address(screen: Screen) -> dict[str, str]:
    given = screen.app.query_params.items()
    return {name: value if isinstance(value, str) else value[0] for name, value in given}


def test_counters_and_lists_put_a_choice_in_the_address_and_one_press_takes_it_away(house: House) -> None:
    child, parent = ready(house, role=TellerRole.KIND), ready(house, days=3)
    told = ready(house, stage=Stage.CAPTURED, state=State.INGEDIEND)
    screen = house.screen(Role.REDACTEUR).open("verhalen")
    assert shown(screen) == [parent.id, child.id, told.id], "the last day first, then what has none"
    screen.press("kop_namen_nakijken")
    assert address(screen) == {"kop": "namen_nakijken"} and shown(screen) == [parent.id, child.id]
    screen.app.selectbox(key="kies_rol").set_value("kind")
    screen.run()
    assert address(screen) == {"kop": "namen_nakijken", "rol": "kind"} and shown(screen) == [child.id]
    screen.press("kies_laat")
    assert address(screen)["laat"] == "1" and say("queue.nothing_here") in screen.text
    screen.press("wissen")
    assert address(screen) == {} and len(shown(screen)) == 3


def test_an_address_can_be_shared_and_what_is_unknown_in_it_is_left_out(house: House) -> None:
    here = ready(house, region="Oost <b>x</b>")
    with house.store.write() as books:
        books.queue.note_themes(here.id, [Theme("stress", "machine")])
        region = books.region_mark(here.region)
    ready(house)
    screen = house.screen(Role.REDACTEUR)
    screen.open("verhalen", regio=region, opgave="stress", kop="namen_nakijken")
    assert shown(screen) == [here.id]
    assert screen.app.selectbox(key="kies_regio").value == region
    assert "Oost" not in region, "no word of anybody stands in an address"
    for nonsense in ("' OR 1=1", "x" * 5000, "<script>", "\x00", "é"):
        screen.open("verhalen", kop=nonsense, rol=nonsense, regio=nonsense, opgave=nonsense, van=nonsense, p=nonsense)
        assert len(shown(screen)) == 2 and not screen.errors


def test_pages_are_turned_and_a_choice_begins_at_the_first(house: House) -> None:
    told = [ready(house, days=number) for number in range(queue.PER_PAGE + 2)]
    screen = house.screen(Role.REDACTEUR).open("verhalen")
    screen.press("naar_following_onder")
    assert address(screen) == {"p": "2"} and shown(screen) == [told[1].id, told[0].id]
    assert say("queue.pages", page=2, pages=2) in screen.text
    screen.press("kop_namen_nakijken")
    assert "p" not in address(screen)


def test_a_story_is_taken_given_back_and_said_to_be_a_colleagues(house: House) -> None:
    story = ready(house)
    editor = house.screen(Role.REDACTEUR).open("verhalen")
    editor.press(f"pakken_{story.id}")
    assert say("queue.mine") in editor.text and say("queue.taken") in editor.text
    colleague = house.screen(Role.VRIJGEVER).open("verhalen")
    name = house.staff[Role.REDACTEUR].name
    assert say("queue.somebodys", name=name) in colleague.text and not shown(colleague)
    editor.press(f"pakken_{story.id}")
    assert say("queue.mine") not in editor.text
    assert shown(colleague.run()) == [story.id]


def test_a_row_counts_the_notes_and_says_which_are_for_me(house: House) -> None:
    story, editor, releaser = ready(house), house.staff[Role.REDACTEUR], house.staff[Role.VRIJGEVER]
    with house.store.write() as books:
        books.add_consent(*a_consent(story))
    notes.write(house.store, editor, story.id, "Wie belt de school?")
    asked = notes.write(house.store, editor, story.id, "Kijk jij hier even naar?", [releaser.id])
    text = house.screen(Role.VRIJGEVER).open("verhalen").text
    assert say("queue.calls_one") in text and say("queue.notes", count=2) in text and "even naar" not in text
    writer = house.screen(Role.REDACTEUR).open("verhalen")
    assert say("queue.calls_one") not in writer.text and say("queue.notes", count=2) in writer.text
    notes.seen(house.store, releaser, story.id)
    assert say("queue.calls_one") not in house.screen(Role.VRIJGEVER).open("verhalen").text
    notes.resolve(house.store, editor, asked.id)
    assert say("queue.notes_one") in writer.run().text


def test_late_is_said_in_words(house: House) -> None:
    late = ready(house, days=house.store.settings.desk_days + 2)
    agreed = ready(house)
    day = clock.today() + timedelta(days=1)
    queue.set_last_day(house.store, house.staff[Role.REDACTEUR], agreed.id, day, expected=None)
    text = house.screen(Role.REDACTEUR).open("verhalen").text
    assert say("queue.late", days=2) in text and "afgesproken: vóór" in text
    assert shown(house.screen(Role.REDACTEUR).open("verhalen", laat="1")) == [late.id]


def test_the_next_opens_the_most_urgent_story_and_makes_it_mine(house: House) -> None:
    story = house.worked()
    screen = house.screen(Role.REDACTEUR).open("verhalen")
    screen.press("volgende")
    editor = house.staff[Role.REDACTEUR]
    assert queue.queue_row(house.store, editor, story.id).assigned_to == editor.id
    assert address(screen) == {"verhaal": story.id}


def test_whoever_has_nothing_to_do_hears_so(house: House) -> None:
    ready(house)
    screen = house.screen(Role.VRIJGEVER).open("verhalen")
    screen.press("volgende")
    assert say("queue.next_none") in screen.text


@pytest.mark.parametrize("kind", list(StoryKind))
def test_a_story_opens_where_its_work_is_done(house: House, kind: StoryKind) -> None:
    story = ready(house, kind=kind)
    with house.store.write() as books:
        books.add_version(a_version(story))
    screen = house.screen(Role.REDACTEUR).open("verhalen")
    page = "luisteren" if kind is StoryKind.AUDIO else "nakijken"
    assert f"/{page}?verhaal={story.id}" in screen.raw_html
    assert f"/nakijken?verhaal={story.id}" in house.screen(Role.VRIJGEVER).open("verhalen").raw_html


def test_the_page_of_a_story_says_whose_it_is_and_which_comes_next(house: House) -> None:
    first, second = house.worked(), house.worked()
    screen = house.screen(Role.REDACTEUR).open("nakijken", verhaal=first.id)
    assert f"/nakijken?verhaal={second.id}" in screen.raw_html
    screen.press(f"pakken_{first.id}")
    day = clock.today() + timedelta(days=3)
    screen.app.date_input(key=f"klaar_voor_{first.id}").set_value(day)
    screen.run().press("dag_zetten")
    row = queue.queue_row(house.store, house.staff[Role.REDACTEUR], first.id)
    assert (row.last_day, row.by_hand, row.heading) == (day, True, Heading.NAMEN_NAKIJKEN)
    screen.press("dag_weg")
    assert not queue.queue_row(house.store, house.staff[Role.REDACTEUR], first.id).by_hand


def test_what_was_chosen_of_the_list_goes_along_to_the_story_its_next_and_back(house: House) -> None:
    first, other, mine = house.worked(), house.worked(), house.worked()
    queue.take(house.store, house.staff[Role.REDACTEUR], mine.id, expected=None)
    queue.take(house.store, house.staff[Role.REDACTEUR], first.id, expected=None)
    codes = {"kop": "namen_nakijken", "van": "mij"}
    chosen = "kop=namen_nakijken&amp;van=mij"
    screen = house.screen(Role.REDACTEUR).open("verhalen", **codes)
    assert f"/nakijken?verhaal={first.id}&amp;{chosen}" in screen.raw_html and other.id not in screen.raw_html
    story = house.screen(Role.REDACTEUR).open("nakijken", verhaal=first.id, **codes)
    assert f"/nakijken?verhaal={mine.id}&amp;{chosen}" in story.raw_html and other.id not in story.raw_html
    assert f"/verhalen?{chosen}" in story.raw_html
    assert f"/nakijken?verhaal={first.id}&amp;deel=namen&amp;{chosen}" in story.raw_html
    screen.press("volgende")
    assert address(screen) == {"verhaal": first.id} | codes


def test_a_story_that_was_opened_without_a_list_leads_to_the_whole_list(house: House) -> None:
    story = house.worked()
    shown = house.screen(Role.REDACTEUR).open("nakijken", verhaal=story.id, kop="' OR 1=1", regio="<script>").raw_html
    assert "'/verhalen?regio=%3Cscript%3E'" in shown and "OR" not in shown
    assert "'/verhalen'" in house.screen(Role.REDACTEUR).open("nakijken", verhaal=story.id).raw_html


@pytest.mark.parametrize("page", ["nakijken", "luisteren"])
def test_the_pages_of_a_colleagues_story_say_so_and_it_is_taken_over_with_one_press(house: House, page: str) -> None:
    story = written_out(house.store) if page == "luisteren" else house.worked()
    editor, releaser = house.staff[Role.REDACTEUR], house.staff[Role.VRIJGEVER]
    queue.take(house.store, releaser, story.id, expected=None)
    screen = house.screen(Role.REDACTEUR).open(page, verhaal=story.id)
    assert say("queue.busy", name=releaser.name) in screen.text
    screen.press(f"pakken_{story.id}")
    assert say("queue.taken_over", name=releaser.name) in screen.text
    assert say("queue.busy", name=releaser.name) not in screen.text
    assert queue.queue_row(house.store, editor, story.id).assigned_to == editor.id
    told = house.screen(Role.VRIJGEVER).open("verhalen")
    assert say("notes.call", name=editor.name, day=day(clock.today())) in told.text
