"""The finished newsletter in a real Chromium, on a phone and on a desk: it fits, it reads, it asks for nothing."""

from __future__ import annotations

import shutil

import pytest

from publish import kenniskring, newsletter
from tests.publish.read_pieces import STUDIO, House, a_rich_letter

pytestmark = pytest.mark.browser


@pytest.fixture
def page(tmp_path):
    sync_api = pytest.importorskip("playwright.sync_api")
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        pytest.skip("no Chromium found; `apt-get install chromium` gives one")
    for render in (newsletter.render, kenniskring.render):
        for name, data in render(a_rich_letter(), House(), STUDIO).items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_bytes(bytes(data))
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        opened = browser.new_page()
        opened.asked = []
        opened.on("request", lambda request: opened.asked.append(request.url))
        opened.folder = tmp_path
        opened.goto(f"file://{tmp_path / 'newsletter.html'}")
        yield opened
        browser.close()


@pytest.mark.parametrize("width", [320, 390, 700])
def test_it_fits_asks_for_nothing_and_can_be_read(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert [url for url in page.asked if not url.startswith("file:")] == []
    sizes = page.eval_on_selector_all(
        "p, blockquote, h1, h2, a",
        "all => all.filter(e => e.offsetHeight).map(e => parseFloat(getComputedStyle(e).fontSize))",
    )
    assert min(sizes) >= 14
    quote, text = (
        page.eval_on_selector(tag, "e => parseFloat(getComputedStyle(e).fontSize)") for tag in ("blockquote", "p")
    )
    assert quote > text
    assert page.locator("a", has_text="Praat mee").bounding_box()["height"] >= 44  # a thumb


def test_every_text_stands_out_from_its_background(page):
    """Contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3), measured on what the browser paints."""
    low = page.evaluate(
        """() => {
        const part = v => v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4;
        const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
        const parse = s => s.match(/[0-9.]+/g).map(Number);
        const behind = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor);
                              if (c.length < 4 || c[3] > 0) return c.slice(0, 3) } return [255, 255, 255] };
        const low = [];
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
          const e = walker.currentNode.parentElement;
          if (!walker.currentNode.data.trim() || !e.offsetHeight || walker.currentNode.data.trim() === '.') continue;
          const a = light(parse(getComputedStyle(e).color).slice(0, 3)), b = light(behind(e));
          const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
          if (ratio < 4.5) low.push([walker.currentNode.data.trim(), ratio]);
        }
        return low }"""
    )
    assert low == []


@pytest.mark.parametrize("width", [390, 1280])
def test_the_picture_is_seen_whole(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    box = page.locator("img").bounding_box()
    assert page.eval_on_selector("img", "picture => picture.naturalWidth") == 1024
    assert box["x"] >= 0 and box["x"] + box["width"] <= width
    assert box["width"] / box["height"] == pytest.approx(16 / 9, rel=0.02)


def test_the_page_for_a_kenniskring_fits_a_phone_and_one_sheet_of_paper(page):
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(f"file://{page.folder / 'kenniskring.html'}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert [url for url in page.asked if not url.startswith("file:")] == []
    assert b"/Count 1\n" in page.pdf(prefer_css_page_size=True)
