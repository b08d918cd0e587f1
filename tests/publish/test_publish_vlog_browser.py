"""The script of a vlog in a real Chromium, on a phone and on a desk: it fits, it reads, it asks for nothing."""

from __future__ import annotations

import shutil

import pytest

from publish.vlog import preview
from tests.browser.axe import serious
from tests.publish.vlogs import a_letter

pytestmark = pytest.mark.browser


@pytest.fixture
def page(tmp_path):
    sync_api = pytest.importorskip("playwright.sync_api")
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        pytest.skip("no Chromium found; `apt-get install chromium` gives one")
    (tmp_path / "vlog-script.html").write_text(preview(a_letter()), encoding="utf-8")
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        opened = browser.new_page()
        opened.asked = []
        opened.on("request", lambda request: opened.asked.append(request.url))
        opened.goto(f"file://{tmp_path / 'vlog-script.html'}")
        yield opened
        browser.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_script_fits_asks_for_nothing_and_can_be_read(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert [url for url in page.asked if not url.startswith("file:")] == []
    sizes = page.eval_on_selector_all("p, th, td", "all => all.map(e => parseFloat(getComputedStyle(e).fontSize))")
    assert min(sizes) >= 14
    video, audio = (page.get_by_role("columnheader", name=name).bounding_box() for name in ("VIDEO", "AUDIO"))
    assert video["x"] < audio["x"] and abs(video["width"] - audio["width"]) < 2
    assert page.get_by_role("rowheader").count() == page.get_by_role("row").count() - 1
    assert serious(page) == []
