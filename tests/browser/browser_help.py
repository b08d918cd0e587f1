"""A real Chromium around the real app: what every browser chapter needs.

with chapters_in(folder, recording) as chapters:
    page = chapters.page(width=390)                      # a stranger with a phone
    page = chapters.page("Ed", Role.REDACTEUR)           # somebody who is logged in
    press(page, "groot_kind")                            # a button by its key
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import wave
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import pytest
from app_fixture import RunningApp, running_app
from PIL import Image

from stories.people import Role

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: use `make test`")

expect = sync_api.expect
expect.set_options(timeout=30_000)  # a busy machine draws late; it is still right then

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
MODEL = ROOT / "examples" / "model"
RECORDINGS = ROOT / "examples" / "recordings"
SPOKEN_S = 20
SCREENS = ROOT / "docs" / "screens" if os.environ.get("VERTELPUNT_SCREENS") else None
PHONE, DESKTOP = 390, 1280

MARKS = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: `apt install chromium` (or put one on the PATH)"),
]


@dataclass
class Chapters:
    """The app, the browser, and what one chapter leaves for the next (`kept`)."""

    app: RunningApp
    browser: Any
    screens: Path
    outside: list[str] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)

    def page(self, user: str = "", *roles: Role, width: int = DESKTOP) -> Any:
        """A fresh visitor with their own cookies; logged in when `user` is named."""
        context = self.browser.new_context(viewport={"width": width, "height": 900}, permissions=["microphone"])
        context.add_init_script(COUNT_SENT)
        if user:
            context.add_cookies([self.app.cookie(self.app.log_in(user, *roles))])
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("request", self._note)
        return page

    def _note(self, request: Any) -> None:
        if not request.url.startswith((self.app.base_url, "blob:", "data:", self.app.base_url.replace("http", "ws"))):
            self.outside.append(request.url)

    def picture(self, page: Any, name: str) -> None:
        """Keep what is on the screen for the documents."""
        page.wait_for_timeout(800)  # until animations are over
        if page.locator("[data-test-script-state]").count():  # the door's own pages have none
            settled(page)
        path = self.screens / f"{name}.png"
        page.screenshot(path=path)
        Image.open(path).convert("RGB").quantize(128).save(path, optimize=True)  # small in the repository

    def open_own_story(self, code: str, width: int = PHONE) -> Any:
        """Give a receipt code at the door; the page that opens."""
        page = self.page(width=width)
        page.goto(self.app.base_url + "/mijn-verhaal/code")
        page.locator("form input:not([type=hidden])").first.fill(code)
        page.locator("form button").first.click()
        page.wait_for_url(re.compile("/mijn-verhaal$"))
        return page


@contextlib.contextmanager
def chapters_in(folder: Path, recording: Path = RECORDINGS / "broodtrommel.m4a") -> Iterator[Chapters]:
    """The app with the practice model, and a Chromium whose microphone plays the beginning of `recording`."""
    model = folder / "model"
    shutil.copytree(MODEL, model, ignore=shutil.ignore_patterns("NOT_A_REAL_MODEL.txt"))
    sound = spoken(recording, folder / "microphone.wav")
    screens = SCREENS or folder / "screens"
    screens.mkdir(parents=True, exist_ok=True)
    switches = [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync",
        "--disable-component-update", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={sound}",
    ]  # fmt: skip
    with running_app(folder, MODEL=str(model)) as app, sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=switches)
        yield Chapters(app, browser, screens)
        browser.close()


def spoken(recording: Path, target: Path) -> Path:
    """The first seconds of a recording as the WAV that Chromium plays into its fake microphone."""
    resampler = av.AudioResampler("s16", "mono", 48_000)
    with av.open(str(recording)) as source, wave.open(str(target), "wb") as out:
        out.setparams((1, 2, 48_000, 0, "NONE", ""))
        for frame in source.decode(audio=0):
            for part in resampler.resample(frame):
                out.writeframes(part.to_ndarray().tobytes())
            if frame.time and frame.time > SPOKEN_S:
                break
    return target


def button(page: Any, name: str | re.Pattern[str]) -> None:
    """Press the first button with these words."""
    tap(page, page.get_by_role("button", name=name).first)


def press(page: Any, *keys: str) -> None:
    """Press buttons, switches and pictures by their keys, one screen after another."""
    for key in keys:
        tap(page, page.locator(f".st-key-{key} :is(button, label)").first)


def tap(page: Any, target: Any) -> None:
    """Press what makes the app run, once it stands still, and wait for the screen that follows.

    A press on something that is drawn anew under the finger is lost, for a person too. That shows in what the page
    sends: then it is pressed again. What was sent is never pressed twice, however slow the answer is.
    """
    target.wait_for()
    _leave_field(page)
    for _ in range(PRESSES):
        settled(page)
        sent = page.evaluate(WATCH)
        target.click()
        try:
            page.wait_for_function("(before) => window.sent > before", arg=sent, timeout=2000)
            page.evaluate("() => window.ran")
            break
        except sync_api.Error:  # nothing was sent; or the press led to another page
            if not target.is_visible():
                break
    settled(page)


def pick(page: Any, label: str, option: str) -> None:
    """Choose from a list by its label. An open list closes when the page moves under it: then it is opened again."""
    settled(page)
    box = page.get_by_role("combobox", name=label)
    wanted = page.get_by_role("option", name=option)
    for _ in range(PRESSES):
        if not wanted.is_visible():
            box.click()
        with contextlib.suppress(sync_api.TimeoutError):
            wanted.click(timeout=5000)
            return
    raise AssertionError(f"{label}: the list with {option} does not stay open")


def _leave_field(page: Any) -> None:
    """What was typed is sent when the field is left; that is not the press."""
    sent = page.evaluate(WATCH)
    page.evaluate("() => document.activeElement?.blur()")
    if page.evaluate("() => window.sent") > sent:
        page.evaluate("() => window.ran")


PRESSES = 3

COUNT_SENT = """
  window.sent = 0;
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) { window.sent += 1; return send.call(this, data); };
"""
"""Put into every page before it loads: counts what it sends to the app."""

WATCH = """() => {
  const app = document.querySelector("[data-test-script-state]");
  window.ran = !app || new Promise((tell) => {
    const ran = (change) => [change.oldValue, app.dataset.testScriptState].includes("running");
    const watch = { attributeFilter: ["data-test-script-state"], attributeOldValue: true };
    new MutationObserver((changes) => changes.some(ran) && tell(true)).observe(app, watch);
    setTimeout(() => tell(false), 5000); // so short a run that it never showed
  });
  return window.sent;
}"""
"""Remembers in `window.ran` that the app begins to run; gives what was sent until now."""

STILL = """() => new Promise((tell) => {
  const app = document.querySelector("[data-test-script-state]");
  if (!app) return tell(true);
  let since = performance.now();
  const began = since, seen = new MutationObserver(() => { since = performance.now(); });
  seen.observe(app, { subtree: true, childList: true, attributeFilter: ["data-test-script-state"] });
  const clock = setInterval(() => {
    const now = performance.now(), idle = app.dataset.testScriptState === "notRunning" && now - since > 250;
    if (idle || !app.isConnected || now - began > 30000) { clearInterval(clock); seen.disconnect(); tell(idle); }
  }, 50);
})"""
"""True once the app does not run, and nothing on its page came or went, for a quarter of a second."""


def settled(page: Any) -> None:
    """Wait until the page is drawn: a press on a screen that is just being replaced would be lost."""
    page.locator("[data-test-script-state=notRunning]").first.wait_for()
    page.evaluate(STILL)


def codes(page: Any) -> list[str]:
    """The receipt codes on the screen, each as `1234 5678 9012 3456`."""
    page.locator(".vp-code").first.wait_for()
    return [re.sub(r"\s+", " ", text).strip() for text in page.locator(".vp-code").all_inner_texts()]
