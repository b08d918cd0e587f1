"""Citaten on the screens: quotes over stories, cutting, the basket, and a piece of any kind made of it."""

from __future__ import annotations

import cleared_sound
from ui_help import QUOTED, TEXT, House, Screen

from desk import basket, withdrawing
from stories.consent import Form, Party, Purpose
from stories.model import BlockKind, PieceKind, Quote, QuoteKind, Story, Voice
from stories.people import Role
from stories.words import say

READ, HEARD = (Purpose.NIEUWSBRIEF, Form.TEKST), (Purpose.PODCAST, Form.NAGESPROKEN)


def cut(house: House, story: Story, words: str = QUOTED, role: Role = Role.REDACTEUR) -> Quote:
    with house.store.read() as books:
        start = books.version(story.id).clean.text.index(words)
    return basket.cut(house.store, house.staff[role], story.id, start, start + len(words))


def in_basket(house: House, role: Role = Role.REDACTEUR) -> list[str]:
    return [row.quote.text for row in basket.basket(house.store, house.staff[role]).rows]


def pick(screen: Screen, story: Story, words: str) -> Screen:
    key = f"tekst_{story.id}"
    start = screen.data(key)["text"].index(words)
    return screen.touch(key, "picked", {"start": start, "end": start + len(words)})


def test_words_that_are_picked_in_a_story_become_a_quote_in_the_basket(house: House) -> None:
    story = house.released(channels=(READ, HEARD))
    screen = house.screen(Role.REDACTEUR).open("citaten")
    screen.app.selectbox(key="citaat_verhaal").set_value(story.id)
    pick(screen.run(), story, QUOTED)
    assert say("compose.cut_done") in screen.text and QUOTED in screen.text
    assert f"{say('terms.purpose_podcast')} ({say('compose.form_nagesproken')})" in screen.text
    shown = screen.data(f"tekst_{story.id}")
    assert [shown["text"][tint["start"] : tint["end"]] for tint in shown["tints"]] == [QUOTED], "what was cut is marked"
    assert in_basket(house) == [QUOTED]
    assert in_basket(house, Role.COMMUNICATIE) == [], "a basket is of one person"


def test_stories_of_one_day_are_told_apart_in_the_list_to_choose_from(house: House) -> None:
    """A browser sends back the words of a choice: with two of the same the first story would be cut."""
    one, other = house.released(), house.released()
    screen = house.screen(Role.REDACTEUR).open("citaten", verhaal=other.id)
    names = screen.app.selectbox(key="citaat_verhaal").options
    assert len(set(names)) == len(names) == 3
    pick(screen, other, QUOTED)
    (row,) = basket.basket(house.store, house.staff[Role.REDACTEUR]).rows
    assert row.story.id == other.id != one.id


def test_a_quote_goes_into_the_basket_and_out_again(house: House) -> None:
    quote = cut(house, house.released())
    officer = house.screen(Role.COMMUNICATIE).open("citaten").press(f"mand_in_{quote.id}")
    assert say("compose.put_in_done") in officer.text and in_basket(house, Role.COMMUNICATIE) == [QUOTED]
    officer.press(f"mand_uit_{quote.id}")
    assert in_basket(house, Role.COMMUNICATIE) == []


def test_the_basket_is_ordered_and_becomes_a_podcast_with_what_may_be_heard(house: House) -> None:
    read, heard = cut(house, house.released(channels=(READ,))), cut(house, house.released(channels=(READ, HEARD)))
    screen = house.screen(Role.REDACTEUR).open("citaten", mandje="1")
    screen.press(f"mand_op_{heard.id}")
    assert [row.quote.id for row in basket.basket(house.store, house.staff[Role.REDACTEUR]).rows] == [heard.id, read.id]
    screen.app.selectbox(key="mand_soort").set_value(PieceKind.PODCAST)
    screen.run()
    assert say("compose.not_for", kind=say("compose.a_podcast")) in screen.text
    screen.press("mand_maak")
    with house.store.read() as books:
        (piece,) = books.pieces()
    assert piece.kind is PieceKind.PODCAST
    assert [b.voice for b in piece.blocks if b.kind is BlockKind.CLIP] == [Voice.NAGESPROKEN]
    assert [row.quote.id for row in basket.basket(house.store, house.staff[Role.REDACTEUR]).rows] == [read.id]


def test_nothing_is_made_of_a_kind_that_no_teller_allows(house: House) -> None:
    cut(house, house.released())
    screen = house.screen(Role.REDACTEUR).open("citaten", mandje="1")
    screen.app.selectbox(key="mand_soort").set_value(PieceKind.VLOG)
    assert not screen.run().enabled("mand_maak")


def test_the_filters_stand_in_the_address_and_nonsense_there_changes_nothing(house: House) -> None:
    quote = cut(house, house.released())
    screen = house.screen(Role.REDACTEUR).open("citaten", kanaal="podcast")
    assert not screen.has(f"mand_uit_{quote.id}") and say("compose.quotes_none") in screen.text
    for name in ("kanaal", "rol", "soort", "p"):
        assert screen.open("citaten", **{name: "<script>"}).has(f"mand_uit_{quote.id}"), name
    screen.app.selectbox(key="citaat_rol").set_value("kind")
    assert screen.run().app.query_params["rol"] == "kind" and not screen.has(f"mand_uit_{quote.id}")


def test_what_stands_around_a_quote_is_one_press_away(house: House) -> None:
    quote = cut(house, house.released())
    screen = house.screen(Role.REDACTEUR).open("citaten")
    assert "schoolreisje" in TEXT and "schoolreisje" not in screen.text
    screen.app.session_state[f"rond_{quote.id}"] = True
    assert "schoolreisje" in screen.run().text
    assert f"href='/nakijken?verhaal={quote.story_id}'" in screen.raw_html


def test_who_releases_reads_quotes_but_cuts_and_chooses_nothing(house: House) -> None:
    story = house.released()
    quote = cut(house, story)
    screen = house.screen(Role.VRIJGEVER).open("citaten", verhaal=story.id)
    assert QUOTED in screen.text and not screen.has(f"mand_in_{quote.id}")
    assert screen.data(f"tekst_{story.id}")["pick"] is False


def test_a_story_that_may_be_used_for_nothing_says_why_and_offers_no_words(house: House) -> None:
    story = house.released(channels=((Purpose.INTERN_LEREN, None),))
    screen = house.screen(Role.REDACTEUR).open("citaten", verhaal=story.id)
    assert not screen.has(f"tekst_{story.id}") and say("consent.no_answer") in screen.text


def test_what_was_withdrawn_is_shown_to_nobody(house: House) -> None:
    story = house.released()
    cut(house, story)
    withdrawing.withdraw(house.store, story.id, Party.TELLER)
    screen = house.screen(Role.REDACTEUR).open("citaten", mandje="1")
    assert QUOTED not in screen.text and say("compose.basket_empty") in screen.text
    screen.open("citaten", verhaal=story.id)
    assert QUOTED not in screen.text and not screen.has(f"tekst_{story.id}")


def test_a_paraphrase_is_made_literal_beside_the_sentences_around_it(house: House) -> None:
    story = cleared_sound.released(house.store)
    one = cleared_sound.quote(house.store, story, kind=QuoteKind.PARAFRASE)
    screen = house.screen(Role.REDACTEUR).open("citaten")
    assert say("ui.quote_parafrase") in screen.text and not screen.has(f"letterlijk_{one.id}")
    screen.app.session_state[f"rond_{one.id}"] = True
    screen.run().press(f"letterlijk_{one.id}")
    assert say("literal.done") in screen.text and say("ui.quote_citaat") in screen.text
    assert not screen.has(f"letterlijk_{one.id}")
