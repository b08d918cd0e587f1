"""Fragmenten: a quote to hear, in the order from safe to open, and ears that must have heard it to its end."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from cleared_sound import SENTENCE, quote, released, spoken_again
from plainrun import PlainRun
from ui_help import House, Screen

from desk import clipmaking, cliprules, clips, redacting, redactions, withdrawing
from desk.cliprules import ClipState
from stories import jobs, tickets
from stories.consent import Form, Party
from stories.model import Quote, QuoteKind, Story
from stories.people import Role
from stories.products import Clip
from stories.words import say
from ui.shell import PAGES


@pytest.fixture
def story(house: House) -> Story:
    return released(house.store, by=house.staff[Role.REDACTEUR].id)


def at(house: House, one: Quote, role: Role = Role.REDACTEUR) -> Screen:
    return house.screen(role).open("fragmenten", citaat=one.id)


def made(house: House, one: Quote) -> Clip:
    clipmaking.work(house.store, house.store.settings, one.story_id, PlainRun())
    with house.store.read() as books:
        return books.clips.of_quotes([one.id])[-1]


def play(screen: Screen, clip: Clip) -> Screen:
    """As the player says it once all of it was played."""
    key = f"fragment_{clip.id}"
    return screen.touch(key, "whole", screen.data(key)["src"])


def state(house: House, clip: Clip) -> ClipState:
    with house.store.read() as books:
        return cliprules.state_of(books, clip)


def in_order(screen: Screen, words: Sequence[str]) -> bool:
    places = [screen.text.index(one) for one in words]
    return places == sorted(places)


def test_the_safest_form_stands_first_and_each_says_for_which_channels(house: House, story: Story) -> None:
    screen = at(house, quote(house.store, story))
    forms = [say(f"clips.form_{form}") for form in (Form.NAGESPROKEN, Form.VERVORMDE_STEM, Form.EIGEN_STEM)]
    assert in_order(screen, [SENTENCE, say("clips.order"), *forms])
    assert "Podcast" in screen.text and "herkennen" in screen.text and "anoniem" not in screen.text.lower()
    for recipe in ("fluister-1", "vlak-1", "piep-1"):
        assert screen.has(f"maak_{recipe}")


def test_asked_made_played_to_its_end_and_heard_by_a_second_person(house: House, story: Story) -> None:
    one = quote(house.store, story)
    screen = at(house, one).press("maak_fluister-1")
    recipe = say("clips.recipe_fluister-1")
    assert say("clips.coming", recipe=recipe) in screen.text and not screen.has("maak_fluister-1")
    clip = made(house, one)
    screen = at(house, one)
    assert screen.data(f"fragment_{clip.id}")["src"] == f"/fragment/{clip.id}/audio"
    assert not screen.enabled(f"gehoord_{clip.id}") and say("clips.confirm_first") in screen.text
    play(screen, clip).press(f"gehoord_{clip.id}")
    name = house.staff[Role.REDACTEUR].name
    assert say("clips.heard_once", names=name) in screen.text and not screen.has(f"gehoord_{clip.id}")
    assert state(house, clip) is ClipState.TE_HOREN
    second = house.screen(Role.VRIJGEVER).open("fragmenten")
    assert SENTENCE in second.text and say("clips.waiting_title") in second.text
    play(second, clip).press(f"gehoord_{clip.id}")
    assert state(house, clip) is ClipState.KLAAR and say("clips.waiting_none") in second.text


def test_each_of_several_clips_has_its_own_ears(house: House, story: Story) -> None:
    first, second = (spoken_again(house.store, quote(house.store, story)) for _ in range(2))
    screen = house.screen(Role.VRIJGEVER).open("fragmenten")
    play(screen, first)
    assert screen.enabled(f"gehoord_{first.id}") and not screen.enabled(f"gehoord_{second.id}")
    play(screen, second)
    assert screen.enabled(f"gehoord_{first.id}") and screen.enabled(f"gehoord_{second.id}")


def test_a_releaser_listens_and_makes_nothing(house: House, story: Story) -> None:
    one = quote(house.store, story)
    clip = spoken_again(house.store, one)
    screen = at(house, one, Role.VRIJGEVER)
    assert screen.has(f"gehoord_{clip.id}")
    assert not [button.key for button in screen.app.button if button.key and button.key.startswith(("maak_", "weg_"))]
    assert not screen.app.segmented_control


def test_a_form_without_a_yes_says_why_and_has_no_button(house: House) -> None:
    story = released(house.store, forms=[Form.TEKST, Form.NAGESPROKEN])
    one = quote(house.store, story)
    screen = at(house, one)
    assert not screen.has("maak_piep-1") and not screen.has("maak_vlak-1")
    assert screen.app.segmented_control
    for form in clips.seen(house.store, house.staff[Role.REDACTEUR], one.id).forms:
        assert form.why_not in screen.text


def test_what_is_missing_is_told_and_a_safe_recording_can_be_asked_for_here(house: House, story: Story) -> None:
    with house.store.write() as books:
        redactions.drop(books, story.id)
    one = quote(house.store, story)
    screen = at(house, one)
    assert say("clips.no_safe_recording") in screen.text and f"/nakijken?verhaal={story.id}" in screen.raw_html
    screen.press("veilig_eigen_stem")
    assert [job.name for job in jobs.status(house.store, story.id)] == [redacting.JOB]
    assert say("clips.safe_coming") in screen.text and not screen.has("veilig_eigen_stem")
    assert say("clips.not_listened") in at(house, quote(house.store, story, kind=QuoteKind.PARAFRASE)).text


def test_somebody_speaks_the_words_again_into_the_phone(house: House, story: Story) -> None:
    one, reader = quote(house.store, story), house.staff[Role.COMMUNICATIE]
    screen = at(house, one, Role.COMMUNICATIE)
    screen.app.segmented_control[0].set_value(say("clips.again_speak"))
    (recorder,) = [key for key in screen.run().components if key.startswith("opname_")]
    ticket = screen.data(recorder)["ticket"]
    about = tickets.redeem(house.store.settings, tickets.UPLOAD, ticket)
    assert about == clips.errand(reader, one.id, clips.MENS)
    screen.touch(recorder, "given", {"what": "audio", "duration_ms": 2000, "number": 1})
    assert say("clips.again_saved") in screen.text and recorder not in screen.components


def test_a_file_may_be_of_a_machine_and_says_so(house: House, story: Story) -> None:
    one = quote(house.store, story)
    screen = at(house, one)
    screen.app.segmented_control[0].set_value(say("clips.again_file"))
    screen.run()
    screen.app.checkbox[0].check()
    screen.run()
    (sender,) = [key for key in screen.components if key.startswith("zenden_")]
    about = tickets.redeem(house.store.settings, tickets.UPLOAD, screen.data(sender)["tickets"][0]) or ""
    assert clips.SYNTHETISCH in about


def test_an_old_clip_is_not_played_and_can_be_thrown_away(house: House, story: Story) -> None:
    one = quote(house.store, story)
    at(house, one).press("maak_piep-1")
    clip = made(house, one)
    with house.store.write() as books:
        redactions.drop(books, story.id)
    screen = at(house, one)
    assert say("clips.stale") in screen.text and f"fragment_{clip.id}" not in screen.components
    screen.press(f"weg_{clip.id}")
    with house.store.read() as books:
        assert books.clips.all() == ()


def test_whoever_makes_or_releases_products_finds_the_page(house: House) -> None:
    (acts,) = [page.acts for page in PAGES if page.path == "fragmenten"]
    for role in Role:
        shown = house.screen(role).open("fragmenten").title == say("clips.title")
        assert shown == any(house.staff[role].may(act) for act in acts), role


def test_clips_that_went_with_a_no_are_said_to_be_made_again(house: House, story: Story) -> None:
    one = quote(house.store, story)
    spoken_again(house.store, one)
    assert say("clips.gone") not in at(house, one).text
    withdrawing.withdraw(house.store, story.id, Party.TELLER)
    withdrawing.undo(house.store, story.id, Party.TELLER)
    screen = at(house, one)
    assert say("clips.gone") in screen.text
