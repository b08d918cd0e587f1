"""One story at the editor's, and its release by somebody else."""

from __future__ import annotations

import secrets

import pytest
from ui_help import CHILD, TEXT, House, Screen

from desk import namework, reviewing, withdrawing
from desk.names import Style
from stories.consent import Party
from stories.model import Story, StoryVersion
from stories.people import Role
from stories.stages import State
from stories.words import say


def open_as(house: House, story: Story, role: Role = Role.REDACTEUR, deel: str = "namen") -> Screen:
    return house.screen(role).open("nakijken", verhaal=story.id, deel=deel)


def mark_of(screen: Screen, word: str) -> dict[str, object]:
    start = TEXT.index(word)
    return next(mark for mark in screen.data("origineel")["marks"] if mark["start"] == start)


def send(screen: Screen, action: str, **more: object) -> Screen:
    """What the browser reports when somebody touches the text."""
    touched = {"number": secrets.token_hex(4), "action": action, "revision": screen.data("origineel")["revision"]}
    return screen.touch("origineel", "touched", touched | more)


def press_word(screen: Screen, word: str) -> Screen:
    """Say the other thing of this place than what was said."""
    mark = mark_of(screen, word)
    return send(screen, "keep" if mark["kind"] == "red" else "mask", start=mark["start"], end=mark["end"])


def pick(screen: Screen, word: str) -> Screen:
    start = TEXT.index(word)
    return send(screen, "mask", start=start, end=start + len(word))


def clean_of(screen: Screen) -> str:
    """What the text becomes, as the editor sees it."""
    return str(screen.data("origineel")["clean"])


def version(house: House, story: Story) -> StoryVersion:
    with house.store.read() as books:
        return books.version(story.id)


# names


def test_the_machine_has_marked_what_points_at_somebody(house: House) -> None:
    shown = open_as(house, house.worked()).data("origineel")
    marks = {TEXT[mark["start"] : mark["end"]]: mark for mark in shown["marks"]}
    assert shown["text"] == TEXT and {marks[word]["kind"] for word in ("Samira", "Emre", "Deventer")} == {"red"}
    assert "Samira" not in shown["clean"] and marks["Samira"]["label"] in shown["clean"]
    assert all(reason.endswith(".") for mark in shown["marks"] for reason in mark["reasons"]), "each says why in Dutch"
    labels = {place: shown["clean"][start:end] for start, end, place in shown["labels"]}
    assert all(mark["label"] == labels.get(at, "") for at, mark in enumerate(shown["marks"]))


def test_pressing_a_mark_keeps_the_word_and_pressing_it_again_hides_it(house: House) -> None:
    story = house.worked()
    screen = press_word(open_as(house, story), "Deventer")
    assert "Deventer" in clean_of(screen)
    assert mark_of(screen, "Deventer")["kind"] == "kept"
    press_word(screen, "Deventer")
    assert "Deventer" not in clean_of(screen)
    assert house.now(story.id).version == 3, "every change is a version of its own"


def test_picked_words_are_replaced_and_come_back_when_they_may_stay(house: House) -> None:
    screen = pick(open_as(house, house.worked()), "potje")
    assert "potje" not in clean_of(screen)
    assert mark_of(screen, "potje")["reasons"] == [say("names.added")]
    assert "potje" in clean_of(press_word(screen, "potje"))


def test_a_type_and_another_word_are_kept_until_they_are_taken_back(house: House) -> None:
    screen = open_as(house, house.worked())
    at = {name: mark_of(screen, "Emre")[name] for name in ("start", "end")}
    send(screen, "mask", **at, type="school", replacement="[een vriend]")
    mark = mark_of(screen, "Emre")
    assert (mark["type"], mark["replacement"], mark["label"]) == ("school", "[een vriend]", "[een vriend]")
    send(screen, "undo")
    assert mark_of(screen, "Emre")["replacement"] == "" and screen.data("origineel")["redo"]
    send(screen, "redo")
    assert mark_of(screen, "Emre")["label"] == "[een vriend]"


def test_a_replacement_that_is_a_name_is_refused_where_it_was_typed(house: House) -> None:
    screen = open_as(house, house.worked())
    at = {name: mark_of(screen, "Emre")[name] for name in ("start", "end")}
    send(screen, "mask", **at, replacement="Samira")
    assert screen.data("origineel")["refused"] == say("replacing.still_a_name")
    assert screen.run().data("origineel")["refused"] == "", "once"


def test_ideas_come_for_the_place_that_was_asked_about(house: House) -> None:
    screen = open_as(house, house.worked())
    mark = mark_of(screen, "Emre")
    assert screen.data("origineel")["ideas"] is None
    ideas = send(screen, "suggest", start=mark["start"], end=mark["end"]).data("origineel")["ideas"]
    assert ideas["start"] == mark["start"] and mark["label"] in ideas["words"]


def test_the_way_of_replacing_is_chosen_for_the_whole_story(house: House) -> None:
    story = house.worked()
    screen = open_as(house, story)
    screen.app.radio(key="stijl_1").set_value(Style.ROLES)
    screen.run()
    assert house.now(story.id).version == 2 and "[naam" not in clean_of(screen)


@pytest.mark.parametrize("sent", [{"start": 10_000, "end": 10_005}, {"start": 0, "end": 1_000_000}])
def test_places_outside_the_text_are_refused_in_dutch(house: House, sent: dict[str, int]) -> None:
    story = house.worked()
    screen = send(open_as(house, story), "mask", **sent)
    assert screen.data("origineel")["refused"] == say("anonymise.finding_outside_text")
    assert house.now(story.id).version == 1


@pytest.mark.parametrize("sent", [
    {"start": 5, "end": 3}, {"start": -4, "end": 2}, {"start": "x", "end": 3}, {"start": 0}, {"start": 0, "end": 3,
    "type": "held"}, {"start": 0, "end": 3, "everywhere": "ja"}, {"start": 0, "end": 3, "replacement": "x" * 61},
    {"start": 0, "end": 3, "revision": None}, {"start": 0, "end": 3, "number": "../.."}, {"action": "release"},
])  # fmt: skip
def test_nonsense_from_a_browser_does_nothing(house: House, sent: dict[str, object]) -> None:
    story = house.worked()
    assert not send(open_as(house, story), str(sent.pop("action", "mask")), **sent).errors
    assert house.now(story.id).version == 1


@pytest.mark.parametrize("sent", ["alles", 7, [], None])
def test_what_is_no_report_at_all_does_nothing(house: House, sent: object) -> None:
    story = house.worked()
    assert not open_as(house, story).touch("origineel", "touched", sent).errors
    assert house.now(story.id).version == 1


def test_the_screen_counts_what_nobody_looked_at(house: House) -> None:
    story = house.worked()
    seen = reviewing.review(house.store, house.staff[Role.REDACTEUR], story.id)
    marks = open_as(house, story).data("origineel")["marks"]
    assert sum(mark["kind"] == "amber" for mark in marks) == len(reviewing.undecided(seen.findings, seen.decisions))


def test_the_time_of_looking_is_added_up(house: House) -> None:
    story = house.worked()
    screen = send(open_as(house, story), "spent", seconds=31)
    press_word(screen, "Deventer")
    with house.store.read() as books:
        assert namework.read(books, story.id).seconds == 31
        assert books.version(story.id).number == 2, "time alone makes no version"


# a child's story


def test_a_childs_story_is_read_through_before_it_is_released(house: House) -> None:
    story = house.offered(teller=CHILD)
    assert not open_as(house, story).has("nagelezen"), "who offered it does not read it through"
    screen = open_as(house, story, Role.VRIJGEVER)
    assert say("names.reading_how") in screen.text and not screen.enabled("vrijgeven")
    screen.press("nagelezen")
    assert say("names.reading_is_done") in screen.text and not screen.has("nagelezen")
    screen.press("vrijgeven")
    assert house.now(story.id).state is State.VRIJGEGEVEN


def test_of_whoever_decides_alone_nobody_reads_it_through(house: House) -> None:
    screen = open_as(house, house.offered(), Role.VRIJGEVER)
    assert not screen.has("nagelezen") and screen.enabled("vrijgeven")


# themes


def test_proposed_themes_are_not_confirmed_beforehand(house: House) -> None:
    story = house.worked()
    screen = open_as(house, story, deel="themas")
    proposed = {theme.id for theme in version(house, story).themes}
    assert proposed and not any(box.value for box in screen.app.checkbox)
    assert all(screen.has(f"thema_{theme}") for theme in proposed)


def test_an_editor_confirms_exactly_the_ticked_themes(house: House) -> None:
    story = house.worked()
    screen = open_as(house, story, deel="themas")
    screen.app.checkbox(key="thema_meedoen").check()
    screen.press("themas_bewaren")
    assert say("themes.saved") in screen.text
    assert {theme.id for theme in version(house, story).themes if theme.confirmed} == {"meedoen"}
    assert open_as(house, story, deel="themas").app.checkbox(key="thema_meedoen").value is True


def test_story_words_in_a_label_are_no_markup(house: House) -> None:
    from ui.parts import plain

    assert plain("![x](http://e/x) [a](b) *c* :red[d]") == r"\!\[x\]\(http\:\/\/e\/x\) \[a\]\(b\) \*c\* \:red\[d\]"
    labels = [box.label for box in open_as(house, house.worked(), deel="themas").app.checkbox]
    assert all(plain(label.replace("\\", "")) == label for label in labels)


# the way to release


def test_nobody_offers_what_nobody_read(house: House) -> None:
    screen = open_as(house, house.worked())
    assert not screen.enabled("aanbieden")
    assert screen.press("beluisterd").enabled("aanbieden")


def test_from_offer_to_release_by_somebody_else(house: House) -> None:
    story = house.worked()
    screen = open_as(house, story).press("beluisterd").press("aanbieden")
    assert say("ui.offered") in screen.text
    assert house.now(story.id).state is State.TER_VRIJGAVE
    assert not screen.has("vrijgeven"), "an editor does not release"
    other = open_as(house, story, Role.VRIJGEVER)
    assert not other.has("origineel") and other.has("schoon"), "who releases sees what goes out"
    other.press("vrijgeven")
    assert say("ui.released") in other.text
    assert house.now(story.id).state is State.VRIJGEGEVEN


def test_who_offered_is_told_in_dutch_that_somebody_else_must_release(house: House) -> None:
    story = house.worked()
    both = Screen(house.store, house.somebody(Role.REDACTEUR, Role.VRIJGEVER)).open("nakijken", verhaal=story.id)
    both.press("beluisterd").press("aanbieden").press("vrijgeven")
    assert both.errors == [say("desk.four_eyes")]
    assert house.now(story.id).state is State.TER_VRIJGAVE


def test_a_story_can_be_sent_back(house: House) -> None:
    story = house.offered()
    screen = open_as(house, story, Role.VRIJGEVER).press("terugsturen")
    assert say("ui.sent_back") in screen.text
    assert house.now(story.id).state is State.IN_REDACTIE


def test_the_original_is_not_on_the_screen_once_released(house: House) -> None:
    screen = open_as(house, house.released())
    assert not screen.has("origineel")
    assert "Samira" not in screen.data("schoon")["text"] + screen.text


def test_danger_stops_a_story_and_says_whom_to_call(house: House) -> None:
    story = house.released()
    screen = open_as(house, story, Role.VRIJGEVER)
    assert "112" in screen.text
    screen.press("pauzeren")
    assert house.now(story.id).state is State.GEPAUZEERD
    assert not screen.components & {"schoon", "origineel"}, "it stands still for everybody"
    screen.press("verder_gaan")
    assert house.now(story.id).state is State.IN_REDACTIE, "what was released is looked at again"


def test_a_withdrawn_story_says_so_and_shows_nothing(house: House) -> None:
    story = house.released()
    withdrawing.withdraw(house.store, story.id, Party.TELLER)
    screen = open_as(house, story)
    assert screen.errors == [say("desk.story_ingetrokken")]
    assert not screen.components & {"schoon", "origineel"}


# two tabs


def test_a_tab_that_shows_an_older_version_does_not_release_the_newer_one(house: House) -> None:
    story = house.offered()
    stale = open_as(house, story, Role.VRIJGEVER)
    editor = house.staff[Role.REDACTEUR]
    now = house.now(story.id)
    reviewing.confirm_themes(house.store, editor, story.id, ["meedoen"], expected=now.row_version)
    now = house.now(story.id)
    reviewing.offer_for_release(house.store, editor, story.id, expected=now.row_version)
    stale.press("vrijgeven")
    assert stale.errors, "told that somebody was faster"
    assert house.now(story.id).state is State.TER_VRIJGAVE
    stale.press("vrijgeven")
    assert house.now(story.id).state is State.VRIJGEGEVEN, "now it is what was on the screen"


def test_of_two_editors_the_slower_one_is_told(house: House) -> None:
    story = house.worked()
    slow, fast = open_as(house, story, deel="themas"), open_as(house, story)
    press_word(fast, "Deventer")
    slow.app.checkbox(key="thema_meedoen").check()
    slow.press("themas_bewaren")
    assert slow.errors and not any(theme.confirmed for theme in version(house, story).themes)
    assert slow.app.checkbox(key="thema_meedoen").value is True, "what was ticked is still there"
    assert not slow.press("themas_bewaren").errors
