"""Reading aloud in a real Chromium: our own clips in order, and the browser's voice only where it stays on the device.

Sound plays at sixteen times its speed, and the voices of the browser are a list that the test hands out, because which
ones there are differs per machine.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from browser_help import MARKS, expect, press, tap
from phone import OWN_WORDS, Phone

from stories.words import languages, say, speaking

ROOT = Path(__file__).resolve().parents[2]

pytestmark = MARKS

CLIP = re.compile(r"/stem/(\w+)/(\w+\.mp3)$")
FAST = """
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () { this.playbackRate = 16; return play.call(this); };
"""

VOICES = """
window.said = [];
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
const engine = {
  getVoices: () => %s,
  speak: (utterance) => {
    window.said.push([utterance.text, utterance.voice.name, utterance.lang]);
    setTimeout(() => utterance.onend?.(), 30);
  },
  cancel() {}, addEventListener() {},
};
Object.defineProperty(window, "speechSynthesis", { value: engine });
"""
ON_THE_DEVICE = {"name": "Lotte", "lang": "nl-NL", "localService": True}
ELSEWHERE = {"name": "Wolk", "lang": "nl-NL", "localService": False}
FOREIGN = {"name": "Daniel", "lang": "en-GB", "localService": True}


def index(language: str = "nl") -> dict[str, str]:
    return dict(json.loads((ROOT / "door" / "stem" / language / "index.json").read_text(encoding="utf-8")))


def clips(phone: Phone) -> list[str]:
    """The texts whose clips were asked for, in order."""
    texts = {(code, name): text for code in languages() for text, name in index(code).items()}
    asked = [CLIP.search(url) for url in phone.requests]
    found = [texts[found.group(1), found.group(2)] for found in asked if found]
    return [text for at, text in enumerate(found) if at == 0 or found[at - 1] != text]  # one clip, asked in parts


def prepare(phone: Phone, *voices: dict[str, object]) -> None:
    phone.page.add_init_script(FAST)
    phone.page.add_init_script(VOICES % json.dumps(voices))


def start(phone: Phone) -> Any:
    button = phone.page.get_by_role("button", name=say("tell.reader_start"))
    button.click()
    return phone.page.locator("button[aria-pressed]").first


def read_own_story(phone: Phone, code: str) -> None:
    """The screen with the teller's own words."""
    phone.open_own_story(code)
    press(phone.page, "groot_lees")
    phone.page.locator("[data-whole]", has_text="verwarming").first.wait_for()


def until_it_stops(phone: Phone) -> None:
    phone.page.get_by_role("button", name=say("tell.reader_start")).wait_for(timeout=60_000)


def said(phone: Phone) -> list[str]:
    return [text for text, _, _ in phone.page.evaluate("window.said")]


def test_the_front_page_is_read_from_its_heading_to_its_end(phone: Phone) -> None:
    prepare(phone)
    phone.open("/")
    button = start(phone)
    expect(button).to_have_attribute("aria-pressed", "true")
    phone.page.get_by_role("button", name=say("tell.reader_stop")).wait_for()
    until_it_stops(phone)
    read = clips(phone)
    home = [say(f"tell.{key}") for key in ("home_title", "home_lead", "home_tell", "home_follow")]
    promises = [say(f"tell.promise_{key}") for key in ("hidden", "choose", "stop", "no_effect")]
    assert [text for text in read if text in {*home, *promises}] == [*home, *promises]
    assert read[0] == say("tell.home_title") and "English" in read
    expect(button).to_have_attribute("aria-pressed", "false")
    assert phone.outside == [] and said(phone) == []


def test_stop_stops_and_stays_stopped_on_the_next_screen(phone: Phone) -> None:
    prepare(phone)
    phone.open("/vertel")
    start(phone)
    phone.page.get_by_role("button", name=say("tell.reader_stop")).click()
    until_it_stops(phone)
    so_far = len(clips(phone))
    tap(phone.page, phone.page.locator("[class*=st-key-groot] button").first)
    phone.page.wait_for_timeout(2500)
    assert len(clips(phone)) == so_far


def test_once_switched_on_each_next_screen_is_read_too(phone: Phone) -> None:
    prepare(phone, ON_THE_DEVICE)
    phone.open("/vertel")
    phone.page.get_by_role("heading", level=1).first.wait_for()
    start(phone)
    until_it_stops(phone)
    before = clips(phone)
    tap(phone.page, phone.page.locator("[class*=st-key-groot] button").first)
    phone.page.get_by_role("button", name=say("tell.reader_stop")).wait_for()
    until_it_stops(phone)
    heading = phone.page.get_by_role("heading", level=1).first.inner_text()
    assert heading in [*clips(phone)[len(before) :], *said(phone)], "the next screen was read without a press"


def test_a_screen_is_read_with_the_keyboard_alone_and_escape_stops(phone: Phone) -> None:
    prepare(phone)
    phone.open("/mijn-verhaal/code")
    button = phone.page.locator("#voorlezen")
    button.focus()
    with phone.page.expect_request(CLIP):
        phone.page.keyboard.press("Enter")
    phone.page.keyboard.press("Escape")
    until_it_stops(phone)
    assert clips(phone)[0] == say("door.receipt_title")
    button.focus()
    phone.page.keyboard.press("Space")
    until_it_stops(phone)
    assert {say("door.receipt_intro"), say("door.receipt_example"), say("door.receipt_lost")} <= set(clips(phone))
    assert phone.outside == [] and said(phone) == []


def test_the_tellers_own_words_are_spoken_by_a_voice_on_the_device(phone: Phone, own_code: str) -> None:
    prepare(phone, ELSEWHERE, FOREIGN, ON_THE_DEVICE)
    read_own_story(phone, own_code)
    start(phone)
    until_it_stops(phone)
    assert OWN_WORDS in said(phone), "as one text, not word by word"
    assert {(name, lang) for _, name, lang in phone.page.evaluate("window.said")} == {("Lotte", "nl-NL")}
    assert phone.outside == []


def test_words_of_a_teller_are_never_sent_to_a_voice_elsewhere(phone: Phone, own_code: str) -> None:
    prepare(phone, ELSEWHERE, FOREIGN)
    read_own_story(phone, own_code)
    start(phone)
    phone.page.get_by_text(say("tell.reader_no_voice")).wait_for()
    until_it_stops(phone)
    assert said(phone) == []


def test_nothing_is_read_while_somebody_records(phone: Phone) -> None:
    prepare(phone)
    phone.open("/")
    button = start(phone)
    phone.page.get_by_role("button", name=say("tell.reader_stop")).wait_for()
    phone.page.evaluate("document.documentElement.dataset.recording = '1'")
    until_it_stops(phone)
    so_far = len(clips(phone))
    expect(button).to_be_disabled()
    phone.page.evaluate("document.querySelector('main').append(document.createElement('p'))")
    phone.page.wait_for_timeout(1500)
    assert len(clips(phone)) == so_far
    phone.page.evaluate("delete document.documentElement.dataset.recording")
    phone.page.locator("button[aria-pressed]:enabled").first.wait_for()


def test_a_sound_of_the_page_itself_goes_first(phone: Phone) -> None:
    phone.page.add_init_script(VOICES % "[]")  # at its own speed: it is not over before it is stopped
    phone.open("/mijn-verhaal/code")
    with phone.page.expect_request(CLIP):
        start(phone)
    phone.page.evaluate("document.querySelector('main').append(document.createElement('audio'))")
    phone.page.evaluate("document.querySelector('main audio').dispatchEvent(new Event('play'))")
    until_it_stops(phone)
    assert say("door.receipt_lost") not in clips(phone), "it stopped halfway"


def test_another_language_is_read_in_its_own_clips(phone: Phone) -> None:
    prepare(phone)
    phone.open("/taal/en?verder=/mijn-verhaal/code")
    with speaking("en"):
        title = say("door.receipt_title")
        words = (say("tell.reader_start"), say("tell.reader_stop"))
    phone.page.get_by_role("button", name=words[0]).click()
    phone.page.get_by_role("button", name=words[1]).wait_for()
    phone.page.get_by_role("button", name=words[0]).wait_for(timeout=60_000)
    assert clips(phone)[0] == title and f"/stem/nl/{index()[say('door.receipt_title')]}" not in str(phone.requests)


def test_a_text_sounds_the_same_to_the_page_and_to_who_made_the_clips(phone: Phone) -> None:
    """`heard` is written twice: in voices/texts.py and in voorlezen.js."""
    from voices.texts import heard

    phone.open("/mijn-verhaal/code")
    odd = [
        "🧒  Ik ben een kind",
        "👩‍👧 ouder",
        "●  Begin",
        "é",
        "a\u00adb",
        "1️⃣ een",
        "a  b\n c",
        "👍🏽 Ja",
        "€ 5",
        "“ja”",
    ]
    texts = [*odd, *(text for code in languages() for text in index(code))]
    script = "async (all) => { const page = await import('/vorm/voorlezen.js'); return all.map(page.heard); }"
    assert phone.page.evaluate(script, texts) == [heard(text) for text in texts]
