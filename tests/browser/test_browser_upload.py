"""Giving a recording or files in a real Chromium: what is not stored yet is never lost, whatever line or page do.

The page is the real component behind the real door, with almost nothing around it (`giver_app.py`).
"""

from __future__ import annotations

import re
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from app_fixture import RunningApp, running_app
from browser_help import CHROMIUM, RECORDINGS, expect, sync_api

from stories.people import Role
from stories.words import say
from tests.door.upload_help import Sender, a_concept, nothing_left

MINUTES = 4
PHONE = {"width": 390, "height": 844}
SWITCHES = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync",
    "--disable-component-update", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
]  # fmt: skip

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: `apt install chromium` (or put one on the PATH)"),
]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    with running_app(tmp_path_factory.mktemp("giver"), script="tests/browser/giver_app.py") as started:
        started.user("Noor", Role.BEHEERDER)  # or the first page would be that of the first time
        yield started


@pytest.fixture(scope="module")
def driver() -> Iterator[Any]:
    with sync_api.sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(driver: Any) -> Iterator[Any]:
    started = driver.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
    yield started
    started.close()


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Minutes of noise: 46 MB, so some ten parts."""
    path = tmp_path_factory.mktemp("big") / "lang gesprek.wav"
    with wave.open(str(path), "wb") as out:
        out.setparams((2, 2, 48_000, 0, "NONE", ""))
        noise = np.random.default_rng(0).normal(0, 3000, 48_000 * 60 * 2).astype(np.int16).tobytes()
        for _ in range(MINUTES):
            out.writeframes(noise)
    return path


class Giver:
    """The page of one story, on a phone."""

    def __init__(self, app: RunningApp, browser: Any, line: Callable[[Any], None] | None = None, **asked: str) -> None:
        self.app, self.story_id = app, a_concept(app.store)
        self.context = browser.new_context(viewport=PHONE, permissions=["microphone"])
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.posts: list[tuple[str, dict[str, str]]] = []
        self.errors: list[str] = []
        self.page.on("request", lambda r: self.posts.append((r.url.rpartition("/opname")[2], r.headers)))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        if line is not None:
            self.page.route_web_socket("**/_stcore/stream", line)
        query = "&".join(f"{name}={value}" for name, value in {"story": self.story_id, **asked}.items())
        self.page.goto(f"{app.base_url}/?{query}")
        self.note = self.page.locator(".note")

    def press(self, key: str) -> None:
        self.page.get_by_role("button", name=self.word(key), exact=True).click()

    def shows(self, key: str) -> None:
        self.page.get_by_text(self.word(key)).first.wait_for()

    def word(self, key: str) -> str:
        return say(f"tell.giver_{key}")

    def slow(self, bytes_per_s: int) -> None:
        line = self.context.new_cdp_session(self.page)
        line.send("Network.enable")
        line.send(
            "Network.emulateNetworkConditions",
            {"offline": False, "latency": 5, "downloadThroughput": -1, "uploadThroughput": bytes_per_s},
        )

    def half_way(self) -> int:
        """Wait until something, but not all, was sent; per cent."""
        self.page.wait_for_function(
            "() => { const bar = document.querySelector('[data-testid=stBidiComponentIsolated]')"
            ".shadowRoot.querySelector('progress'); return bar.value > 20 && bar.value < 95; }"
        )
        return int(self.page.locator("progress").evaluate("bar => bar.value"))

    def froms(self) -> list[int]:
        """At which offsets parts were sent."""
        return [int(headers["x-vertelpunt-vanaf"]) for door, headers in self.posts if door == "/deel"]

    def upload(self) -> str:
        return next(h["x-vertelpunt-upload"] for _, h in reversed(self.posts) if "x-vertelpunt-upload" in h)

    def parts(self) -> list[int]:
        """Lengths in ms of what is stored."""
        with self.app.store.read() as books:
            return [part.duration_ms or 0 for part in books.parts(self.story_id)]

    def close(self) -> None:
        assert self.errors == []
        self.context.close()


@pytest.fixture
def giver(app: RunningApp, browser: Any) -> Iterator[Callable[..., Giver]]:
    opened: list[Giver] = []

    def at(**asked: str) -> Giver:
        opened.append(Giver(app, browser, **asked))
        return opened[-1]

    yield at
    for one in opened:
        one.close()


# sending


def test_an_upload_that_loses_its_connection_half_way_goes_on_and_ends_safely(
    giver: Callable[..., Giver], big: Path
) -> None:
    one = giver(manier="bestand")
    one.slow(6_000_000)
    one.page.locator("input[type=file]").set_input_files(big)
    one.press("send_file")
    one.half_way()
    one.context.set_offline(True)
    one.shows("waiting")
    sent = max(one.froms())
    one.page.wait_for_timeout(3000)
    one.context.set_offline(False)
    one.shows("safe")
    assert abs(one.parts()[0] - MINUTES * 60_000) < 5 and len(one.parts()) == 1
    assert sum(door == "/begin" for door, _ in one.posts) == 1 and 0 < sent <= max(one.froms())
    assert sorted(one.froms()) == one.froms(), "never from the start again"
    one.page.get_by_text(f"gekregen: audio 1 {one.parts()[0]}").wait_for()


def test_what_the_server_has_forgotten_is_sent_anew(giver: Callable[..., Giver], app: RunningApp, big: Path) -> None:
    """As after a restart of the server in the middle of an upload."""
    one = giver(manier="bestand")
    one.slow(8_000_000)
    one.page.locator("input[type=file]").set_input_files(big)
    one.press("send_file")
    one.half_way()
    one.context.set_offline(True)
    one.shows("waiting")
    assert Sender(app, story_id=one.story_id, upload=one.upload()).away()[0] == 200
    one.context.set_offline(False)
    one.shows("safe")
    assert one.froms().count(0) == 2 and len(one.parts()) == 1


def test_an_answer_that_gets_lost_is_asked_for_and_nothing_is_stored_twice(giver: Callable[..., Giver]) -> None:
    one = giver(manier="bestand")
    lost: list[int] = []

    def lose(route: Any) -> None:
        answer = route.fetch()
        lost.append(answer.status)
        route.abort() if len(lost) == 1 else route.fulfill(response=answer)

    one.page.route("**/opname/deel", lose)
    one.page.locator("input[type=file]").set_input_files(RECORDINGS / "broodtrommel.m4a")
    one.shows("chosen_sound")
    one.press("send_file")
    one.shows("safe")
    assert lost == [200] and len(one.parts()) == 1
    assert "/waar" in [door for door, _ in one.posts]


def test_several_files_go_one_after_another_and_a_refused_one_says_why(
    giver: Callable[..., Giver], tmp_path: Path
) -> None:
    one = giver(manier="bestand")
    (tmp_path / "geen geluid.mp3").write_bytes(b"%PDF-1.7 nee" * 100)
    files = [RECORDINGS / "broodtrommel.m4a", tmp_path / "geen geluid.mp3", RECORDINGS / "deurbel.ogg"]
    one.page.locator("input[type=file]").set_input_files(files)
    one.page.get_by_role("button", name="Bewaar deze 3 bestanden").click()
    one.page.get_by_text("1 van de 3 bestanden").wait_for()
    lines = one.page.locator(".list li").all_inner_texts()
    assert [re.split(r"\n", line)[0] for line in lines] == [file.name for file in files]
    assert one.word("item_done") in lines[0] and one.word("item_done") in lines[2]
    assert say("capture.document_old") in lines[1]
    first, second = one.parts()
    one.page.get_by_text(f"gekregen: audio 1 {first}").wait_for()
    one.page.get_by_text(f"gekregen: audio 2 {second}").wait_for()
    expect(one.page.get_by_role("button", name=one.word("retry"))).to_be_visible()


def test_who_stops_sending_keeps_the_file_and_the_server_forgets_it(
    giver: Callable[..., Giver], app: RunningApp, big: Path
) -> None:
    one = giver(manier="bestand")
    one.slow(4_000_000)
    one.page.locator("input[type=file]").set_input_files(big)
    one.press("send_file")
    one.half_way()
    one.press("cancel")
    one.shows("cancelled")
    assert one.parts() == [] and nothing_left(app)
    one.slow(-1)
    one.press("send_file")
    one.shows("safe")
    assert len(one.parts()) == 1


def test_a_page_that_stood_open_too_long_gets_a_new_ticket_by_itself(giver: Callable[..., Giver]) -> None:
    one = giver(manier="bestand", leeft="1")
    one.page.locator("input[type=file]").set_input_files(RECORDINGS / "broodtrommel.m4a")
    one.page.wait_for_timeout(2500)
    one.press("send_file")
    one.shows("safe")
    assert len(one.parts()) == 1


def test_the_page_hears_what_was_stored_also_when_its_own_line_was_broken(app: RunningApp, browser: Any) -> None:
    """The file goes over HTTP; the page talks over a websocket, which a phone may lose meanwhile."""
    lines: list[tuple[Any, Any]] = []
    broken = False

    def line(page_side: Any) -> None:
        if broken:
            page_side.close()
        else:
            lines.append((page_side, page_side.connect_to_server()))

    one = Giver(app, browser, line, manier="bestand")
    one.page.locator("input[type=file]").set_input_files(RECORDINGS / "broodtrommel.m4a")
    one.shows("chosen_sound")
    broken = True
    for page_side, server_side in lines:
        server_side.close()
        page_side.close()
    one.press("send_file")
    one.shows("safe")
    expect(one.page.get_by_text("gekregen")).to_have_count(0)
    broken = False
    one.page.get_by_text(f"gekregen: audio 1 {one.parts()[0]}").wait_for()
    one.close()


# recording


def test_a_recording_survives_that_the_page_is_drawn_again(giver: Callable[..., Giver]) -> None:
    one = giver()
    one.press("record")
    one.shows("recording")
    one.page.wait_for_timeout(1500)
    one.page.get_by_role("button", name="Nog een keer tekenen").click()
    one.page.get_by_text("getekend: 2").wait_for()
    one.page.get_by_text("Schuif").click()  # everything below gets another place: the component is made anew
    one.page.get_by_text("getekend: 3").wait_for()
    one.page.wait_for_timeout(1500)
    one.press("stop")
    one.shows("listen_back")
    one.page.get_by_text("Verberg").click()
    one.page.get_by_text("getekend: 4").wait_for()
    one.page.locator(".giver").wait_for(state="detached")
    one.page.get_by_text("Verberg").click()
    one.page.locator("audio").wait_for()
    one.press("send")
    one.shows("safe_more")
    (length,) = one.parts()
    assert length > 2800, "from the first second to the last"


def test_who_walks_away_while_recording_keeps_what_was_said_and_the_microphone_goes_off(
    giver: Callable[..., Giver],
) -> None:
    one = giver()
    one.press("record")
    one.page.wait_for_timeout(1500)
    one.page.get_by_text("Verberg").click()
    one.page.locator(".giver").wait_for(state="detached")
    one.page.wait_for_timeout(5000)
    one.page.get_by_text("Verberg").click()
    one.shows("listen_back")
    one.press("send")
    one.shows("safe_more")
    assert 1000 < one.parts()[0] < 6500, "three seconds after nobody saw it any more it stopped"


def test_a_story_is_told_in_several_parts_with_pauses_and_second_thoughts(giver: Callable[..., Giver]) -> None:
    one = giver()
    one.press("record")
    one.page.wait_for_timeout(1200)
    one.press("pause")
    one.shows("paused")
    clock = one.page.locator(".clock").inner_text()
    one.page.wait_for_timeout(2500)
    expect(one.page.locator(".clock")).to_have_text(clock)
    one.press("go_on")
    one.page.wait_for_timeout(1200)
    one.press("stop")
    one.page.locator("audio").wait_for()
    one.press("again")
    one.shows("sure")
    one.press("sure_no")
    expect(one.page.locator("audio"), "nothing was thrown away").to_be_visible()
    one.press("send")
    one.shows("safe_more")
    one.press("more")
    one.page.wait_for_timeout(1500)
    one.press("stop")
    one.press("again")
    one.press("sure_yes")
    one.page.wait_for_timeout(2500)
    one.press("stop")
    one.press("send")
    one.page.get_by_text("gekregen: audio 2").wait_for()
    first, second = one.parts()
    assert first < 4500 and second > 2000


def test_leaving_the_page_is_asked_about_while_something_is_not_stored(giver: Callable[..., Giver]) -> None:
    one = giver()
    asked: list[str] = []
    one.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    one.press("record")
    one.page.wait_for_timeout(800)
    one.press("stop")
    one.page.locator("audio").wait_for()
    one.page.close(run_before_unload=True)
    one.page.wait_for_timeout(1000)
    assert asked == ["beforeunload"]
    one.press("send")
    one.shows("safe_more")
    one.page.close(run_before_unload=True)
    one.page.wait_for_event("close")
    assert asked == ["beforeunload"]


def test_a_microphone_that_hears_nothing_is_told(app: RunningApp, driver: Any, tmp_path: Path) -> None:
    silence = tmp_path / "stil.wav"
    with wave.open(str(silence), "wb") as out:
        out.setparams((1, 2, 48_000, 0, "NONE", ""))
        out.writeframes(bytes(48_000 * 2 * 5))
    browser = driver.chromium.launch(
        executable_path=CHROMIUM, args=[*SWITCHES, f"--use-file-for-fake-audio-capture={silence}"]
    )
    one = Giver(app, browser)
    one.press("record")
    one.shows("silent")
    one.close()
    browser.close()


def test_every_button_is_big_enough_and_has_a_name(giver: Callable[..., Giver]) -> None:
    one = giver()

    def look() -> None:
        for node in one.page.locator(".giver button:visible, .giver label:visible").all():
            box = node.bounding_box()
            assert box is not None and box["height"] >= 52 and box["width"] >= 52, node.inner_text()
            assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"] and node.inner_text().strip()

    look()
    one.press("record")
    one.shows("recording")
    look()
    one.page.wait_for_timeout(800)
    one.press("stop")
    one.page.locator("audio").wait_for()
    look()
    one.press("again")
    one.shows("sure")
    look()
