"""One story in a real Chromium: spoken into a (fake) microphone on a phone, and out as a newsletter bundle.

The microphone hears one of the example recordings, the worker is the real one, and the speech model is the practice
model as a test may have it: a copy without its mark, because this story is not one of the examples. What the model
makes of sound that went through a browser is not the point here; that its words travel all the way is.

The chapters run in order and share one app. With VERTELPUNT_SCREENS=1 they also make the pictures of docs/screens/.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import wave
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import av
import pyotp
import pytest
from app_fixture import PASSWORD, RunningApp, running_app
from PIL import Image

from stories.people import Role

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: use `make test`")

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
MODEL = ROOT / "examples" / "model"
SPOKEN_S = 20
OVERVIEW = ("03-begin", "07-opnemen", "11-nakijken")
SCREENS = ROOT / "docs" / "screens" if os.environ.get("VERTELPUNT_SCREENS") else None

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: `apt install chromium` (or put one on the PATH)"),
]


@dataclass
class Chapters:
    """What one chapter leaves for the next."""

    app: RunningApp
    browser: sync_api.Browser
    screens: Path
    outside: list[str] = field(default_factory=list)
    code: str = ""
    story_url: str = ""
    piece_url: str = ""

    def page(self, user: str = "", *roles: Role, width: int = 1280) -> sync_api.Page:
        context = self.browser.new_context(viewport={"width": width, "height": 900}, permissions=["microphone"])
        if user:
            context.add_cookies([self.app.cookie(self.app.log_in(user, *roles))])  # type: ignore[list-item]
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("request", self._note)
        return page

    def _note(self, request: sync_api.Request) -> None:
        if not request.url.startswith((self.app.base_url, "blob:", "data:", self.app.base_url.replace("http", "ws"))):
            self.outside.append(request.url)

    def picture(self, page: sync_api.Page, name: str) -> None:
        page.wait_for_timeout(800)  # until animations are over
        path = self.screens / f"{name}.png"
        page.screenshot(path=path)
        Image.open(path).convert("RGB").quantize(128).save(path, optimize=True)  # small in the repository


@pytest.fixture(scope="module")
def chapters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chapters]:
    folder = tmp_path_factory.mktemp("story")
    model = folder / "model"
    shutil.copytree(MODEL, model, ignore=shutil.ignore_patterns("NOT_A_REAL_MODEL.txt"))
    sound = spoken(ROOT / "examples" / "recordings" / "broodtrommel.m4a", folder / "microphone.wav")
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


def button(page: sync_api.Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()


def test_chapter_1_the_first_administrator_comes_in_with_the_code_from_the_terminal(chapters: Chapters) -> None:
    page = chapters.page()
    page.goto(chapters.app.base_url + "/eerste-keer")
    chapters.picture(page, "01-eerste-keer")
    fields = page.locator("form input:not([type=hidden])")
    for number, value in enumerate((chapters.app.first_run_code, "Noor", PASSWORD)):
        fields.nth(number).fill(value)
    page.get_by_role("button").first.click()
    shown = re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", page.inner_text("body"))
    assert shown, "the second factor's key is shown as text beside the picture"
    page.locator("form input:not([type=hidden])").first.fill(pyotp.TOTP(shown.group().replace(" ", "")).now())
    page.get_by_role("button").first.click()
    page.goto(chapters.app.base_url + "/beheer")
    page.get_by_role("heading", name="Voorbeeldverhalen").wait_for()
    chapters.picture(page, "02-beheer")
    button(page, "Laad de voorbeeldverhalen")
    page.get_by_text("De voorbeelden zijn geladen").wait_for()


def test_chapter_2_a_child_tells_with_a_phone_and_keeps_a_code(chapters: Chapters) -> None:
    page = chapters.page(width=390)
    page.goto(chapters.app.base_url + "/")
    page.get_by_text("Ik wil iets vertellen").wait_for()
    chapters.picture(page, "03-begin")
    page.get_by_text("Ik wil iets vertellen").click()
    button(page, "Ik ben een kind")
    button(page, "Jonger dan 12")
    page.get_by_text("goed om te weten").wait_for()
    chapters.picture(page, "04-uitleg")
    button(page, "Ik begrijp het")
    page.get_by_text("👍").click()
    page.get_by_text("Ja, die is erbij").click()
    chapters.picture(page, "05-antwoord")
    button(page, "Verder")
    page.get_by_text("Alles staat op nee").wait_for()
    assert page.locator("input[type=checkbox]:checked").count() == 0
    page.get_by_text("Nieuwsbrief").first.click()
    chapters.picture(page, "06-waarvoor")
    button(page, "Verder")
    page.get_by_text("Inspreken").click()
    button(page, "Begin met opnemen")
    page.wait_for_timeout(SPOKEN_S * 1000)
    chapters.picture(page, "07-opnemen")
    button(page, "Klaar met opnemen")
    button(page, "Bewaar deze opname")
    page.get_by_text(re.compile("Je opname van .* is veilig bewaard")).wait_for()
    button(page, "Verder")
    page.locator("textarea").fill("Nouri\nSef")
    button(page, "Verstuur mijn verhaal")
    page.get_by_text("Dank je wel voor je verhaal").wait_for()
    chapters.picture(page, "08-code")
    chapters.code = page.locator(".vp-code").inner_text()
    assert re.fullmatch(r"\d{4} \d{4}\s+\d{4} \d{4}", chapters.code.strip())


def test_chapter_3_the_teller_sees_the_story_with_the_code(chapters: Chapters) -> None:
    page = chapters.page(width=390)
    page.goto(chapters.app.base_url + "/mijn-verhaal/code")
    page.locator("form input:not([type=hidden])").first.fill(chapters.code)
    page.get_by_role("button").first.click()
    page.get_by_text("Waar het voor gebruikt mag worden").wait_for()
    chapters.picture(page, "09-mijn-verhaal")
    assert chapters.code.replace(" ", "") not in page.url


def test_chapter_4_an_editor_listens_checks_and_offers(chapters: Chapters) -> None:
    page = chapters.page("Ed", Role.REDACTEUR)
    page.goto(chapters.app.base_url + "/verhalen")
    told = page.get_by_role("link", name=re.compile(r"^Verhaal van een kind · \d"))  # no region: told on this phone
    told.wait_for(timeout=180_000)
    chapters.picture(page, "10-verhalen")
    chapters.story_url = chapters.app.base_url + str(told.get_attribute("href"))
    page.goto(chapters.story_url)
    page.get_by_text("Zo komt de tekst naar buiten").wait_for()
    chapters.picture(page, "11-nakijken")
    assert page.get_by_role("button", name="Klaar: bied aan").is_disabled()
    button(page, "Ik heb de gele plekken bekeken")  # "negen jaar": an age, not a name
    page.get_by_text("De gele plekken blijven staan").wait_for()
    page.get_by_role("tab", name="Thema's").click()
    chapters.picture(page, "12-themas")
    button(page, "Ik heb de hele opname beluisterd")
    page.get_by_text("Genoteerd").wait_for()
    button(page, "Klaar: bied aan om vrij te geven")
    page.get_by_text("Iemand anders geeft het vrij").wait_for()


def test_chapter_5_somebody_else_releases_the_story(chapters: Chapters) -> None:
    page = chapters.page("Vera", Role.VRIJGEVER)
    page.goto(chapters.story_url)
    button(page, "Geef dit verhaal vrij")
    page.get_by_text("Vrijgegeven.").wait_for()
    chapters.picture(page, "13-vrijgegeven")


def test_chapter_6_words_become_a_newsletter(chapters: Chapters) -> None:
    page = chapters.page("Ed", Role.REDACTEUR)
    page.goto(chapters.app.base_url + "/stukken")
    page.locator("summary").first.click()
    words = page.locator(".word")
    words.nth(3).click()
    words.nth(9).click()
    page.get_by_text("(citaat)").first.click()
    chapters.picture(page, "14-citaten")
    button(page, "Maak een nieuwsbrief (gekozen: 1)")
    page.get_by_text("Alles klaar voor vrijgave").wait_for()
    chapters.picture(page, "15-stuk")
    button(page, "Bied aan om vrij te geven")
    page.get_by_text("Iemand anders geeft het vrij").wait_for()
    chapters.piece_url = page.url


def test_chapter_7_a_second_person_releases_and_communications_takes_the_bundle(chapters: Chapters) -> None:
    second = chapters.page("Vera", Role.VRIJGEVER)
    second.goto(chapters.piece_url)
    button(second, "Geef dit stuk vrij")
    second.get_by_text("Het stuk kan nu mee").wait_for()
    page = chapters.page("Coen", Role.COMMUNICATIE)
    page.goto(chapters.piece_url)
    button(page, "Maak de bundel")
    page.get_by_text("De bundel staat klaar").wait_for()
    chapters.picture(page, "16-bundel")
    with page.expect_download() as download:
        page.get_by_text("Download de bundel").click()
    with zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as bundle:
        names = set(bundle.namelist())
        letter = bundle.read("newsletter.html").decode()
    assert names == {"newsletter.html", "newsletter.txt", "newsletter.eml", "manifest.json"}
    assert "Nouri" not in letter and "een kind" in letter


def test_chapter_8_the_teller_stops_and_the_bundle_is_gone(chapters: Chapters) -> None:
    page = chapters.page(width=390)
    page.goto(chapters.app.base_url + "/mijn-verhaal/code")
    page.locator("form input:not([type=hidden])").first.fill(chapters.code)
    page.get_by_role("button").first.click()
    page.get_by_text("Ik wil met alles stoppen").click()
    button(page, "Stop en wis mijn verhaal")
    page.get_by_text("Niemand gebruikt je verhaal nog").wait_for()
    chapters.picture(page, "17-gestopt")
    officer = chapters.page("Coen", Role.COMMUNICATIE)
    officer.goto(chapters.piece_url)
    officer.get_by_text("op slot").first.wait_for()
    assert officer.get_by_text("Maak de bundel").count() == 0


def test_the_pictures_make_one_overview(chapters: Chapters) -> None:
    """What the README shows: the front page, the recorder, the review screen and the piece, side by side."""
    height, gap = 900, 24
    parts = [Image.open(chapters.screens / f"{name}.png").convert("RGB") for name in OVERVIEW]
    parts = [part.resize((part.width * height // part.height, height)) for part in parts]
    whole = Image.new("RGB", (sum(part.width + gap for part in parts) - gap, height), "#d9cfbf")
    at = 0
    for part in parts:
        whole.paste(part, (at, 0))
        at += part.width + gap
    whole.quantize(128).save(chapters.screens / "overview.png", optimize=True)
    assert whole.width > whole.height


def test_no_browser_asked_anything_of_the_outside_world(chapters: Chapters) -> None:
    assert chapters.outside == []


def test_nothing_of_the_story_stands_in_the_log(chapters: Chapters) -> None:
    log = chapters.app.log_text()
    with chapters.app.store.read() as books:
        told = [s for s in books.stories(limit=50) if not s.is_example]
        words = {w for s in told for w in books.transcript(s.id).text.split() if len(w) > 6}
    assert not [word for word in words | {"Nouri", "broodtrommel"} if word in log]
