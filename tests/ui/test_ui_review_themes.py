"""The themes of a story on the editor's screen: the teller's, the machine's and the editor's, each told apart."""

from __future__ import annotations

import pytest
from ui_help import House, Screen

from desk import tagging
from stories.model import Story
from stories.people import Role
from stories.told import Feeling, TellerTags
from stories.words import say


def open_as(house: House, story: Story, role: Role = Role.REDACTEUR) -> Screen:
    return house.screen(role).open("nakijken", verhaal=story.id, deel="themas")


def tags_of(house: House, story: Story) -> dict[str, str]:
    with house.store.read() as books:
        return {theme.id: theme.by for theme in books.version(story.id).themes if theme.confirmed}


def passage_keys(screen: Screen) -> list[str]:
    return [str(group.key) for group in screen.app.button_group if str(group.key).startswith("stukje_")]


def test_what_the_teller_chose_stands_apart_from_what_the_machine_proposes(house: House) -> None:
    story = house.worked()
    with house.store.write() as books:
        books.keep_tags(story.id, TellerTags(opgaven=("werkgever",), feelings=(Feeling.SCHAAMTE,)))
        books.save_themes(story.id, 1, tagging.retagged(books, books.version(story.id)))
    text = open_as(house, story).text
    assert say("themes.teller") in text and say("tell.feel_schaamte") in text
    assert say("themes.by_teller") in text and say("themes.by_machine", words="").split(":")[0] in text


def test_a_teller_who_chose_nothing_is_not_spoken_for(house: House) -> None:
    assert say("themes.teller_none") in open_as(house, house.worked()).text


def test_levels_and_questions_are_confirmed_beside_the_themes(house: House) -> None:
    story = house.worked()
    screen = open_as(house, story)
    screen.app.checkbox(key="thema_veranderen").check()
    screen.app.checkbox(key="thema_gaat_fout").check()
    screen.press("themas_bewaren")
    editor = house.staff[Role.REDACTEUR]
    assert tags_of(house, story) == {"veranderen": editor.id, "gaat_fout": editor.id}
    assert say("themes.confirmed_by", name=editor.name) in open_as(house, story).text


def test_passages_are_shown_only_when_asked_and_nothing_is_chosen_beforehand(house: House) -> None:
    story = house.worked()
    screen = open_as(house, story)
    assert not passage_keys(screen)
    screen.app.toggle(key="per_stukje").set_value(True).run()
    keys = passage_keys(screen)
    assert keys and all(not group.value for group in screen.app.button_group if group.key in keys)


def test_a_passage_is_confirmed_with_one_tap_and_keeps_who_did(house: House) -> None:
    story = house.worked()
    screen = open_as(house, story)
    screen.app.toggle(key="per_stukje").set_value(True).run()
    (group, *_) = [g for g in screen.app.button_group if str(g.key).startswith("stukje_")]
    group.set_value([first_tag(house, story)]).run()
    screen.press("themas_bewaren")
    editor = house.staff[Role.REDACTEUR]
    found = tagging.tagged_passages(house.store, editor, story.id)
    (kept,) = [passage.confirmed for passage in found if passage.confirmed]
    assert kept.by == editor.id and kept.tags == (first_tag(house, story),)


def first_tag(house: House, story: Story) -> str:
    found = tagging.tagged_passages(house.store, house.staff[Role.REDACTEUR], story.id)
    return next(passage.proposed[0].id for passage in found if passage.proposed)


@pytest.mark.parametrize("role", [Role.VRIJGEVER])
def test_who_may_not_confirm_has_no_button(house: House, role: Role) -> None:
    screen = open_as(house, house.offered(), role)
    assert not screen.has("themas_bewaren")
    assert all(box.disabled for box in screen.app.checkbox if str(box.key).startswith("thema_"))
