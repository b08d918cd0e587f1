"""The transcript next to its sound, in a real Chromium with real speech: listen, follow, correct; nothing is lost.

The page is the real component behind the real door, with almost nothing around it (`transcript_app.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from app_fixture import RunningApp, running_app
from axe import serious
from browser_help import CHROMIUM, DESKTOP, MARKS, PHONE, expect, settled, sync_api
from transcript_screen import INSIDE, LINES, TEXTS, Screen, word

from stories.people import Role

pytestmark = [*MARKS, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    with running_app(tmp_path_factory.mktemp("transcript"), script="tests/browser/transcript_app.py") as started:
        started.user("Noor", Role.BEHEERDER)  # or the first page would be that of the first time
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.fixture
def screen(app: RunningApp, browser: Any) -> Iterator[Callable[..., Screen]]:
    opened: list[Screen] = []

    def at(**asked: Any) -> Screen:
        opened.append(Screen(app, browser, **asked))
        return opened[-1]

    yield at
    for one in opened:
        one.close()


# listening


def test_a_press_or_enter_on_a_word_goes_to_its_second(screen: Callable[..., Screen]) -> None:
    one = screen()
    one.word(1, 8).click()
    assert one.place_s() == LINES[1].words[8][0] // 1000 and one.now() == "Spreeuwstraat."
    one.word(6, 2).focus()
    one.keys("Enter")
    assert one.place_s() == LINES[6].words[2][0] // 1000
    assert one.now() == one.word(6, 2).inner_text()
    expect(one.button("play"), "only playing plays").to_be_visible()


def test_playing_moves_through_the_words(screen: Callable[..., Screen]) -> None:
    one = screen()
    one.word(1, 0).click()
    one.button("play").click()
    one.page.wait_for_function(f"() => {INSIDE}.querySelector('.word.now')?.textContent === 'Sef'")
    one.button("pause").click()
    assert one.row(1).get_attribute("class").split().count("playing") == 1
    expect(one.page.locator(".word.now")).to_have_count(1)


def test_only_what_was_played_counts_as_heard(screen: Callable[..., Screen]) -> None:
    one = screen()
    one.word(0, 0).click()
    one.button("play").click()
    one.page.wait_for_timeout(3500)
    one.word(9, 0).click()  # a jump over many lines
    one.page.wait_for_timeout(1500)
    one.button("pause").click()
    (report,) = one.got(1)
    (a, b), (c, d) = report["spans"]
    start = LINES[9].words[0][0]
    assert LINES[0].start_ms <= a <= LINES[0].start_ms + 300 and 2500 < b - a < 5000
    assert start <= c <= start + 400 and 700 < d - c < 3000
    one.row(0).locator(".tick").wait_for()
    assert one.row(6).locator(".tick").count() == 0 and one.row(9).locator(".tick").count() == 0
    left = sum(not line.heard and bool(line.text) for line in LINES) - 1
    one.page.get_by_text(word("left", str(left))).wait_for()


def test_seeking_and_stepping_alone_is_not_listening(screen: Callable[..., Screen]) -> None:
    one = screen()
    for row in (0, 3, 7):
        one.row(row).scroll_into_view_if_needed()
        one.button("ahead").click()
    one.page.locator(".place").fill("30")
    one.page.wait_for_timeout(800)
    expect(one.page.get_by_text("gekregen")).to_have_count(0)
    assert one.place_s() == 30


def test_speed_goes_up_to_twice_and_two_seconds_go_back(screen: Callable[..., Screen]) -> None:
    one = screen()
    one.page.locator(".speed").select_option("2")
    one.word(5, 0).click()
    before = one.place_s()
    one.button("back").click()
    assert before - one.place_s() in (2, 3)
    one.button("ahead").click()
    assert abs(one.place_s() - before) <= 1
    one.word(0, 0).click()
    one.keys("Space")
    one.page.wait_for_timeout(2000)
    one.keys("Space")
    (report,) = one.got(1)
    ((a, b),) = report["spans"]
    assert b - a > 2500, "twice as fast as the clock, and still heard"


def test_the_text_follows_the_voice_until_the_reader_scrolls_away(screen: Callable[..., Screen]) -> None:
    one = screen(height=560)
    scroller = one.page.locator(".scroller")
    one.word(0, 0).click()
    one.keys("Space")
    one.page.locator(".place").fill("35")
    one.page.wait_for_function(f"() => {INSIDE}.querySelector('.scroller').scrollTop > 200")
    scroller.hover()
    one.page.mouse.wheel(0, -5000)
    one.button("return").wait_for()
    one.page.wait_for_timeout(2500)
    assert scroller.evaluate("box => box.scrollTop") < 60, "left where the reader put it"
    one.button("return").click()
    one.page.wait_for_function(f"() => {INSIDE}.querySelector('.scroller').scrollTop > 200")
    one.page.locator(".follow input").uncheck()
    scroller.hover()
    one.page.mouse.wheel(0, -5000)
    one.page.wait_for_timeout(2000)
    assert scroller.evaluate("box => box.scrollTop") < 60 and not one.button("return").is_visible()


def test_playing_scrolling_and_typing_survive_that_the_page_is_drawn_again(screen: Callable[..., Screen]) -> None:
    one = screen(height=560)
    one.word(0, 0).click()
    one.keys("Space")
    one.type_in(2, "Half getypt")
    one.page.locator(".scroller").evaluate("box => { box.scrollTop = 40; }")
    again = "() => [...document.querySelectorAll('button')].find((b) => b.textContent.includes('Nog een keer')).click()"
    one.page.evaluate(again)
    one.page.get_by_text("getekend: 2").wait_for()
    settled(one.page)
    expect(one.page.locator("textarea")).to_have_value("Half getypt")
    assert one.page.locator(".scroller").evaluate("box => box.scrollTop") == 40
    assert one.page.evaluate(f"() => {INSIDE}.activeElement?.tagName") == "TEXTAREA"
    before = one.place_s()
    one.page.wait_for_timeout(1500)
    assert one.place_s() > before and one.button("pause").is_visible()
    other_place = "() => document.querySelector('[data-testid=stCheckbox] input').click()"
    one.page.evaluate(other_place)  # everything below is made anew
    one.page.get_by_text("Nu staat er iets boven.").wait_for()
    settled(one.page)
    expect(one.page.locator("textarea")).to_have_value("Half getypt")
    before = one.place_s()
    one.page.wait_for_timeout(1500)
    assert one.place_s() > before and one.button("pause").is_visible()
    one.page.locator("textarea").focus()
    one.keys("Escape")


# the keyboard


def test_everything_can_be_reached_by_keys_with_one_tab_stop_in_the_text(screen: Callable[..., Screen]) -> None:
    one = screen()
    stops = f"() => [...{INSIDE}.querySelectorAll('.lines [tabindex=\"0\"]')].length"
    assert one.page.evaluate(stops) == 1
    one.stand(0)
    one.keys("ArrowRight", "ArrowRight")
    assert one.focused() == "heet" and one.page.evaluate(stops) == 1
    one.keys("ArrowDown")
    assert one.focused() == "woon"
    one.keys("Enter")
    assert one.place_s() == LINES[1].words[1][0] // 1000
    one.keys("ArrowLeft", "ArrowLeft", "ArrowUp", "End")
    assert TEXTS[-1] in one.focused()
    one.keys("Home", "Space")
    one.button("pause").wait_for()
    one.keys("Space", "F4")
    one.button("pause").wait_for()
    one.keys("Alt+p")
    one.button("play").wait_for()
    one.word(6, 0).click()
    before = one.place_s()
    one.keys("Control+ArrowLeft")
    assert before - one.place_s() in (2, 3)


def test_sound_can_be_stopped_and_started_while_typing_and_escape_saves_nothing(screen: Callable[..., Screen]) -> None:
    one = screen()
    one.type_in(2, "r c rustig typen")
    one.keys("F4")
    one.button("pause").wait_for()
    one.page.wait_for_timeout(600)
    one.keys("Alt+ArrowLeft", "Alt+p")
    one.button("play").wait_for()
    expect(one.page.locator("textarea")).to_have_value("r c rustig typen")
    one.keys("Escape")
    expect(one.row(2).locator(".said")).to_have_text(TEXTS[2])
    assert TEXTS[2] in one.focused(), "the focus is where it was"
    one.page.wait_for_timeout(500)
    assert [report["action"] for report in one.got(1)] == ["heard"]


def test_the_next_doubt_is_an_unsure_word_a_name_or_a_line_with_a_reason(screen: Callable[..., Screen]) -> None:
    one = screen()
    seen = []
    for _ in range(6):
        one.button("doubt").click()
        seen.append(one.focused())
    assert seen[:3] == ["Nouri", "mama", "Spreeuwstraat."] and word("unsure") in seen[3]
    assert "tweede keer" in seen[4] and seen[5] == "Nouri", "round and round"
    label = one.word(1, 3).get_attribute("class")
    one.word(1, 3).focus()
    assert "low" in label and "middle" in str(one.word(1, 5).get_attribute("class"))


# changing


def test_what_is_typed_is_saved_when_the_editor_goes_on(screen: Callable[..., Screen]) -> None:
    one = screen()
    one.type_in(2, "  Ik zit op   een school.\nEcht waar. ")
    one.row(5).locator(".side").click()
    assert one.changes(1) == [
        {"action": "retype", "revision": 1, "index": 2, "text": "Ik zit op een school. Echt waar."}
    ]
    one.word(2, 6).wait_for()
    expect(one.row(2).locator(".draft")).to_have_count(0)
    one.keys("Control+z")
    assert one.changes(2)[1] == {"action": "undo", "revision": 2}
    one.page.get_by_text(TEXTS[2]).wait_for()


def test_a_second_change_waits_for_the_first_and_goes_with_the_newest_revision(screen: Callable[..., Screen]) -> None:
    one = screen(traag="1")
    one.type_in(0, "Eerste.")
    one.keys("Control+Enter")
    one.type_in(1, "Tweede.")
    one.keys("Control+Enter")
    one.page.get_by_text(word("waiting")).wait_for()
    one.type_in(0, "Eerste, nog beter.")
    one.keys("Enter")
    sent = one.changes(3)
    assert [(change["revision"], change["index"], change["text"]) for change in sent] == [
        (1, 0, "Eerste."), (2, 1, "Tweede."), (3, 0, "Eerste, nog beter."),
    ]  # fmt: skip
    one.page.locator(".draft").first.wait_for(state="detached")
    expect(one.row(0).locator(".said")).to_have_text("Eerste, nog beter.")


def test_a_change_that_met_the_machine_goes_again_with_the_newest_revision(screen: Callable[..., Screen]) -> None:
    one = screen(beweegt="2")
    one.word(1, 4).click()
    one.button("split", "en").click()
    assert [change["revision"] for change in one.changes(3)] == [1, 2, 3]
    one.page.get_by_text("Ik woon met mama", exact=True).wait_for()
    expect(one.page.locator(".note")).to_have_text("")


def test_what_was_refused_stays_to_be_read_and_leaving_is_asked_about(screen: Callable[..., Screen]) -> None:
    one = screen(weiger="ja")
    asked: list[str] = []
    one.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    one.type_in(0, "Dit mag niet weg.")
    one.keys("Control+Enter")
    refused = one.row(0).locator(".draft.refused")
    refused.wait_for()
    assert word("refused") in refused.inner_text() and "Dit mag niet weg." in refused.inner_text()
    expect(one.row(0).locator(".said")).to_have_text(TEXTS[0])
    one.page.get_by_text("Nog een keer tekenen").click()
    one.page.get_by_text("getekend: 4").wait_for()
    expect(refused).to_be_visible()
    one.page.close(run_before_unload=True)
    one.page.wait_for_timeout(1000)
    assert asked == ["beforeunload"]
    one.button("retry").click()
    assert len(one.changes(2)) == 2
    refused.wait_for()
    one.button("drop").click()
    refused.wait_for(state="detached")


def test_what_another_editor_wrote_meanwhile_is_not_overwritten_and_nothing_typed_is_lost(
    screen: Callable[..., Screen],
) -> None:
    one = screen()
    one.type_in(0, "Mijn versie.")
    one.page.evaluate(
        "() => [...document.querySelectorAll('button')].find((b) => b.textContent.includes('Verander regel')).click()"
    )
    one.page.get_by_text("getekend: 2").wait_for()
    settled(one.page)
    expect(one.page.locator("textarea")).to_have_value("Mijn versie.")
    one.keys("Control+Enter")
    refused = one.row(0).locator(".draft.refused")
    refused.wait_for()
    assert word("refused_other") in refused.inner_text() and "Mijn versie." in refused.inner_text()
    expect(one.row(0).locator(".said")).to_have_text("Iemand anders was hier.")
    expect(one.page.get_by_text("gekregen")).to_have_count(0)
    one.button("retry").click()
    assert one.changes(1)[0]["revision"] == 2


def test_a_line_is_split_before_a_word_and_put_together_again(screen: Callable[..., Screen]) -> None:
    one = screen()
    one.word(1, 4).click()
    one.button("split", "en").click()
    assert one.changes(1) == [{"action": "split", "revision": 1, "index": 1, "word": 4}]
    one.page.get_by_text("Ik woon met mama", exact=True).wait_for()
    one.stand(1)
    one.keys("Alt+m")
    assert one.changes(2)[1] == {"action": "merge", "revision": 2, "index": 1}
    one.page.locator(".said").get_by_text(TEXTS[1]).wait_for()
    one.type_in(2, "Een twee drie vier.")
    one.page.locator("textarea").evaluate("field => field.setSelectionRange(6, 6)")
    one.keys("Alt+s")  # saves first, then splits what was saved
    assert [change["action"] for change in one.changes(4)[2:]] == ["retype", "split"]
    assert one.changes(4)[3] == {"action": "split", "revision": 4, "index": 2, "word": 1}


def test_a_word_can_be_opened_with_a_double_press(screen: Callable[..., Screen]) -> None:
    one = screen()
    one.word(2, 3).dblclick()
    expect(one.page.locator("textarea")).to_have_value(TEXTS[2])
    assert one.page.locator("textarea").evaluate("field => field.selectionStart") == LINES[2].words[3][3]


def test_an_unsure_line_hides_what_the_computer_thought_and_never_types_it_for_you(
    screen: Callable[..., Screen],
) -> None:
    one = screen()
    expect(one.row(3).get_by_text(word("unsure"))).to_be_visible()
    expect(one.row(3).locator(".said")).to_be_hidden()
    expect(one.row(3).get_by_text("herhaling")).to_be_visible()
    one.row(3).get_by_text(word("thought")).click()
    expect(one.row(3).locator(".said")).to_be_visible()
    one.stand(3)
    one.keys("Enter")
    expect(one.page.locator("textarea")).to_have_value("")
    one.keys("Control+Enter")
    one.button("confirm").click()
    assert one.changes(1) == [{"action": "confirm", "revision": 1, "index": 3}]
    one.row(3).get_by_text(word("unsure")).wait_for(state="detached")
    one.button("empty").click()
    assert one.changes(2)[1] == {"action": "empty", "revision": 2, "index": 3}
    one.row(3).get_by_text(word("nothing")).wait_for()


def test_what_was_heard_the_second_time_is_taken_or_left(screen: Callable[..., Screen]) -> None:
    one = screen()
    one.button("keep_own").click()
    assert one.changes(1) == [{"action": "keep_own", "revision": 1, "index": 4}]
    one.page.locator(".other").wait_for(state="detached")
    one.stand(6)
    one.keys("Control+z")
    one.button("take_other").click()
    assert one.changes(3)[2] == {"action": "take_other", "revision": 3, "index": 4}
    one.page.locator(".said").get_by_text("Dat hoorde de tweede keer.").wait_for()


def test_voices_are_named_given_and_swapped(screen: Callable[..., Screen]) -> None:
    one = screen()
    first = LINES[0].speaker
    assert first is not None
    one.stand(0)
    one.button("speaker").click()
    one.page.get_by_label(word("speaker_rest")).check()
    one.page.locator(".voice[aria-pressed=false]").first.click()
    change = one.changes(1)[0]
    assert change["action"] == "speaker" and change["name"] == ({"A", "B"} - {first}).pop()
    run = next((i for i, line in enumerate(LINES) if line.speaker != first), len(LINES))
    assert change["indices"] == list(range(run))
    one.stand(0)
    one.button("speaker").click()
    one.page.get_by_label(word("speaker_new")).fill("Mevrouw Sloot")
    one.button("speaker_rename", str(change["name"])).click()
    assert one.changes(2)[1] == {"action": "name_speaker", "revision": 2, "old": change["name"], "new": "Mevrouw Sloot"}
    one.page.locator(".who").get_by_text("Mevrouw Sloot").first.wait_for()


def test_who_may_not_edit_can_listen_and_nothing_else(screen: Callable[..., Screen]) -> None:
    one = screen(lezer="ja")
    one.word(1, 2).click()
    one.keys("Alt+s", "Alt+m", "Control+z", "Escape", "Enter")
    expect(one.page.locator("textarea, .tools button, .undo:visible")).to_have_count(0)
    one.button("play").click()
    one.page.wait_for_timeout(1200)
    one.button("pause").click()
    assert [report["action"] for report in one.got(1)] == ["heard"]


# for everyone


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_it_is_readable_without_sideways_scrolling_and_without_severe_faults(
    screen: Callable[..., Screen], width: int
) -> None:
    one = screen(width=width)
    right = f"[...{INSIDE}.querySelectorAll('*')].map((node) => node.getBoundingClientRect().right)"
    wide = f"() => Math.max(document.documentElement.scrollWidth, ...{right})"

    def look() -> None:
        assert one.page.evaluate(wide) <= width
        assert one.page.locator(".scroller").evaluate("box => box.scrollWidth <= box.clientWidth")
        assert serious(one.page) == []

    look()
    one.word(1, 3).click()
    one.button("speaker").click()
    one.page.locator(".keys summary").click()
    look()
    one.type_in(2, "Een heel lang woord: " + "aan" * 60)
    look()
    one.keys("Escape")


def test_no_word_of_a_story_lies_in_the_storage_of_the_browser(screen: Callable[..., Screen]) -> None:
    one = screen()
    one.type_in(0, "Geheim van Nouri.")
    one.keys("Control+Enter")
    one.changes(1)
    stored = one.page.evaluate("() => JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "Nouri" not in stored and "Spreeuwstraat" not in stored
