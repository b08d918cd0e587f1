"""An ervaringswerker with interviews, in a real Chromium: sent together, a consent each, on paper with its proof,
handed in, read back; and the form as it comes out of a printer. Two contactpersonen open an address together.

The chapters run in order and share one app. axe looks at every screen.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe import serious
from browser_help import DESKTOP, MARKS, PHONE, Chapters, button, chapters_in, press, tap

sys.path.insert(0, str(Path(__file__).parents[1] / "desk"))
from helper_place import CALL_AGAIN, NEWSLETTER, PDF, TEXT, Place, a_voice

from desk import helping
from stories.people import Role
from stories.stages import Stage, State
from stories.vault import Kind
from stories.words import say
from ui.parts import minutes

pytestmark = MARKS
RECORDINGS = 3
NAME = "interview met Fatima Yilmaz"


@pytest.fixture(scope="module")
def chapters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chapters]:
    with chapters_in(tmp_path_factory.mktemp("helper")) as found:
        yield found


@pytest.fixture(scope="module")
def place(chapters: Chapters) -> Place:
    app = chapters.app
    app.user("Noor", Role.BEHEERDER)
    people = {
        "helper": app.user("Hanna", Role.ERVARINGSWERKER), "other": app.user("Otis", Role.ERVARINGSWERKER),
        "editor": app.user("Ed", Role.REDACTEUR), "releaser": app.user("Vera", Role.VRIJGEVER),
        "anna": app.user("Anna", Role.CONTACTPERSOON), "bram": app.user("Bram", Role.CONTACTPERSOON),
    }  # fmt: skip
    return Place(app.store, **people)


def at(chapters: Chapters, path: str, name: str = "Hanna", role: Role = Role.ERVARINGSWERKER, **size: int) -> Any:
    page = chapters.page(name, role, **size)
    page.goto(chapters.app.base_url + path)
    page.locator(".vp-title").first.wait_for()
    return page


def pick(page: Any, *answers: str) -> None:
    """Press answers that stand beside each other."""
    for answer in answers:
        radio = page.get_by_role("radio", name=answer, exact=True)
        tap(page, radio.or_(page.get_by_role("button", name=answer, exact=True)).first)


def keeps_nobody_out(page: Any) -> None:
    page.locator("[data-test-script-state=notRunning]").wait_for()
    page.wait_for_timeout(400)
    assert "\n".join(serious(page)) == ""
    width = page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_chapter_1_the_form_is_two_sheets_of_paper(chapters: Chapters, place: Place) -> None:
    page = chapters.page()
    page.goto(chapters.app.base_url + "/formulier")
    sheets = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page[^s]", sheets)) == 2
    assert re.search(rb"/MediaBox\s*\[0 0 59[45][.\d]* 84[12][.\d]*\]", sheets), "A4"
    assert "\n".join(serious(page)) == ""
    page.goto(chapters.app.base_url + "/formulier/uitleg")
    assert "\n".join(serious(page)) == ""


def test_chapter_2_interviews_are_sent_together_and_each_is_a_case(
    chapters: Chapters, place: Place, tmp_path: Path
) -> None:
    page = at(chapters, "/gesprekken?doe=veel")
    pick(page, say("helper.role_ouder"), say("helper.age_band_adult"))
    files = [str(a_voice(tmp_path / f"{NAME} {number}.wav", 1.5 + number)) for number in range(RECORDINGS)]
    page.locator(".sender input").set_input_files(files)
    keeps_nobody_out(page)
    page.get_by_role("button", name=say("helper.sender_send")).click()
    page.get_by_text(say("helper.sender_finished")).wait_for()
    lines = page.locator(".sender li").all_inner_texts()
    assert len(lines) == RECORDINGS and all("veilig bewaard" in line and "nummer" in line for line in lines)
    cases = {case.number: case for case in helping.cases(place.store, place.helper)}
    assert all(case.story.state is State.CONCEPT and not case.agreed for case in cases.values())
    for line in lines:
        ((length, number),) = re.findall(r"duurt (\d+:\d+) · nummer (\w+)", line)
        assert length == minutes(cases.pop(number).length_ms), "each recording became the case that is named beside it"
    assert not cases
    assert NAME not in chapters.app.log_text() and "Fatima" not in chapters.app.log_text()


def test_chapter_3_the_list_shows_which_have_no_consent(chapters: Chapters, place: Place) -> None:
    for width in (PHONE, DESKTOP):
        page = at(chapters, "/gesprekken", width=width)
        page.get_by_text(say("helper.without_consent", count=RECORDINGS)).wait_for()
        keeps_nobody_out(page)
    chapters.picture(page, "18-gesprekken")


def test_chapter_4_a_paper_form_is_typed_in_with_its_scan_and_handed_in(
    chapters: Chapters, place: Place, tmp_path: Path
) -> None:
    case = helping.cases(place.store, place.helper)[-1]
    page = at(chapters, f"/gesprekken?geval={case.story.id}")
    pick(page, say("helper.way_papier"))
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(PDF)
    page.locator(".sender input").set_input_files(str(scan))
    page.get_by_role("button", name=say("helper.sender_send_one")).click()
    page.get_by_text(say("helper.proof_there", count=1)).wait_for()
    pick(page, "ja")
    tap(page, page.get_by_text("C2a · Nieuwsbrief"))
    keeps_nobody_out(page)
    chapters.picture(page, "19-toestemming")
    button(page, say("helper.answers_save"))
    page.get_by_text(say("helper.answers_saved")).wait_for()
    pick(page, say("helper.tab_send"))
    tap(page, page.get_by_role("button", name=say("helper.send"), exact=True))
    page.get_by_role("heading", name=say("helper.codes_title")).wait_for()
    keeps_nobody_out(page)
    button(page, say("helper.codes_given"))
    assert place.now(case.story.id).state is not State.CONCEPT
    with place.store.read() as books:
        (sitting,) = books.sittings(case.story.id)
        assert sitting.proof == 1 and books.fetch(case.story.id, Kind.PROOF, version=1) == PDF


def test_chapter_5_a_new_conversation_on_a_phone(chapters: Chapters, place: Place) -> None:
    page = at(chapters, "/gesprekken?doe=nieuw", width=PHONE)
    pick(page, say("helper.role_ouder"), say("helper.age_band_adult"))
    keeps_nobody_out(page)
    press(page, "begin")
    page.get_by_text(say("helper.started")).wait_for()
    pick(page, say("helper.way_scherm"))
    page.get_by_role("button", name=say("helper.answers_save")).wait_for()
    keeps_nobody_out(page)
    pick(page, say("helper.tab_story"), say("helper.told_typen"))
    page.locator("textarea").first.fill(TEXT)
    button(page, say("helper.told_keep"))
    page.get_by_text(say("helper.told_kept")).wait_for()
    keeps_nobody_out(page)
    for part in ("others", "send"):
        pick(page, say(f"helper.tab_{part}"))
        keeps_nobody_out(page)


def test_chapter_6_the_text_is_read_back(chapters: Chapters, place: Place) -> None:
    story = place.handed_in(channels=(NEWSLETTER, CALL_AGAIN))
    until = time.monotonic() + 60
    while place.now(story.id).stage is not Stage.TAGGED and time.monotonic() < until:
        time.sleep(0.5)
    page = at(chapters, f"/gesprekken?geval={story.id}", width=PHONE)
    page.get_by_text("schoolreisje").wait_for()
    keeps_nobody_out(page)
    chapters.picture(page, "20-voorlezen")
    pick(page, say("helper.read_akkoord"))
    button(page, say("helper.read_keep"))
    page.get_by_text(say("helper.read_said_akkoord")).wait_for()
    pick(page, say("helper.tab_contact"))
    page.get_by_label(say("helper.contact_phone")).fill("06 12345678")
    button(page, say("helper.contact_keep"))
    page.get_by_text(say("helper.contact_there")).wait_for()
    keeps_nobody_out(page)
    chapters.kept["called"] = story.id


def test_chapter_7_two_contactpersonen_open_an_address_together(chapters: Chapters, place: Place) -> None:
    anna = at(chapters, "/contacten", "Anna", Role.CONTACTPERSOON)
    anna.get_by_role("combobox").first.click()
    anna.get_by_text(say("helper.reason_hercontact")).click()
    button(anna, say("helper.vault_ask"))
    anna.get_by_text(say("helper.vault_asked")).wait_for()
    keeps_nobody_out(anna)
    bram = at(chapters, "/contacten", "Bram", Role.CONTACTPERSOON, width=PHONE)
    button(bram, say("helper.vault_agree"))
    bram.get_by_text(say("helper.vault_agreed")).wait_for()
    assert "12345678" not in bram.inner_text("body")
    anna.reload()
    button(anna, say("helper.vault_open"))
    anna.get_by_text("06 12345678").wait_for()
    keeps_nobody_out(anna)


def test_nothing_was_asked_of_the_outside_world_and_no_word_is_in_the_log(chapters: Chapters) -> None:
    assert chapters.outside == []
    log = chapters.app.log_text()
    assert not [word for word in ("Samira", "schoolreisje", "12345678", "Fatima") if word in log]
