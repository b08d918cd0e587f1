"""The card with the code and the proof, on a phone and on paper, in a real Chromium."""

from __future__ import annotations

import json
import re

from browser_help import MARKS, codes, expect, press
from phone import OWN_WORDS, Phone

pytestmark = MARKS

ON_PAPER = """() => {
  const seen = [];
  const walk = (node) => {
    if (node.nodeType === 3 && node.nodeValue.trim()) {
      const range = document.createRange();
      range.selectNode(node);
      if (range.getClientRects().length) seen.push(node.nodeValue.trim());
    }
    if (node.nodeType === 1 && getComputedStyle(node).display === "none") return;
    for (const child of (node.shadowRoot ?? node).childNodes) walk(child);
  };
  walk(document.body);
  return seen.join(" ");
}"""
"""Every text that has a place on the page, also inside our components."""


def to_the_code(phone: Phone) -> str:
    page = phone.page
    phone.open("/vertel")
    press(page, "groot_ouder", "verder_notice", "groot_ja", "groot_typen")
    page.locator(".st-key-verhaaltekst textarea").fill(OWN_WORDS)
    page.keyboard.press("Tab")
    for key in ("tell", "others", "about", "feel", "lens"):
        page.locator(f".st-key-verder_{key}").wait_for()
        page.wait_for_timeout(700)  # what was typed is on its way
        press(page, f"verder_{key}")
    press(page, "groot_wie_redactie", "verder_check")
    (code,) = codes(page)
    return code


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page[^s]", pdf))


def test_the_button_prints_the_card_alone_and_the_page_is_whole_again(phone: Phone) -> None:
    page = phone.page
    code = to_the_code(phone)
    assert re.fullmatch(r"\d{4} \d{4} \d{4} \d{4}", code)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.evaluate("() => { window.print = () => undefined; }")  # its window would wait for a person
    page.emulate_media(media="print")
    assert "Dank u wel" in page.evaluate(ON_PAPER), "before the press all of it would be printed"
    page.emulate_media(media="screen")
    page.locator(".print").click()
    page.emulate_media(media="print")
    paper = page.evaluate(ON_PAPER)
    assert code in paper.replace("  ", " ") and "U kunt altijd stoppen." in paper and "/mijn-verhaal" in paper
    assert "Dank u wel" not in paper and "Druk deze kaart af" not in paper and "Lees voor" not in paper
    assert pages_of(page.pdf(format="A4")) == 1
    page.locator("html:not(.vp-print-card)").wait_for()
    page.emulate_media(media="screen")
    assert "Dank u wel" in page.evaluate(ON_PAPER) and page.locator("[data-vp-card]").count() == 0
    assert not [url for url in phone.requests if re.search(r"\d{4}.?\d{4}.?\d{4}.?\d{4}", url)], "a code in a URL"
    assert not phone.outside


def test_the_proof_fits_a_phone_prints_on_one_page_and_can_be_kept(phone: Phone, own_code: str) -> None:
    page = phone.page
    phone.open_own_story(own_code)
    page.wait_for_url(re.compile("/mijn-verhaal$"))
    phone.open("/mijn-verhaal/bewijs")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.locator("#afdrukken")).to_be_visible()
    assert pages_of(page.pdf(format="A4")) == 1
    page.emulate_media(media="print")
    paper = page.evaluate(ON_PAPER)
    assert "Nieuwsbrief, als tekst, tot en met" in paper and "Afdrukken" not in paper and "Lees voor" not in paper
    page.emulate_media(media="screen")
    with page.expect_download() as kept:
        page.get_by_role("link", name="Bewaar als bestand").click()
    assert kept.value.suggested_filename == "vertelpunt-bewijs.json"
    text = kept.value.path().read_text(encoding="utf-8")
    assert json.loads(text)["jurisdiction"] == "NL" and OWN_WORDS[:20] not in text
    assert not phone.outside
