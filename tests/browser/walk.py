"""Every screen a teller can meet, and how to get there: one list, for every test that looks at all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from browser_help import press, tap
from phone import OWN_WORDS, Phone

from stories.words import say


@dataclass(frozen=True)
class Stop:
    """A screen: what it is called in a failure, how to get there from the stop before, and the heading it has."""

    name: str
    go: Callable[[Phone], None]
    heading: str  # of the catalogue; empty for a page without one of its own

    def reach(self, phone: Phone) -> None:
        """Go there, and wait until it stands."""
        self.go(phone)
        named = {"name": say(self.heading), "exact": True} if self.heading else {}
        phone.page.get_by_role("heading", **named).first.wait_for()
        phone.page.locator("[data-test-script-state=notRunning], .card, .reading").first.wait_for()
        phone.page.wait_for_timeout(400)  # until what fades in has its colours


def opened(path: str) -> Callable[[Phone], None]:
    return lambda phone: phone.open(path)


def pressed(*keys: str) -> Callable[[Phone], None]:
    return lambda phone: press(phone.page, *keys)


def _typed(phone: Phone) -> None:
    phone.page.locator(".st-key-verhaaltekst textarea").fill(OWN_WORDS)
    press(phone.page, "verder_tell")


def _named(phone: Phone) -> None:
    phone.page.locator(".st-key-persoon_0 input").fill("Nouri")
    press(phone.page, "nog_iemand")
    phone.page.locator(".st-key-persoon_1 input").wait_for()
    press(phone.page, "verder_others")


def _in_danger(phone: Phone) -> None:
    press(phone.page, "gevaar")
    phone.page.get_by_text(say("tell.danger_what")).wait_for()


def _doubts(phone: Phone) -> None:
    press(phone.page, "groot_twijfel")
    phone.page.get_by_text(say("tell.no_is_fine_young")).wait_for()


DOOR = (
    Stop("code", opened("/mijn-verhaal/code"), "door.receipt_title"),
    Stop("wrong code", lambda phone: phone.open_own_story("1234 1234 1234 1234"), "door.receipt_title"),
    Stop("close my story", opened("/mijn-verhaal/uit"), "door.receipt_out_title"),
    Stop("no such page", opened("/nergens"), "door.not_here_title"),
    Stop("notice to print", opened("/formulier/uitleg"), ""),
)

PARENT = (
    Stop("front page", opened("/"), "tell.home_title"),
    Stop("my story, without a code", opened("/mijn-verhaal"), "follow.title"),
    Stop("who", opened("/vertel"), "tell.who"),
    Stop("notice", pressed("groot_ouder"), "tell.notice"),
    Stop("answer", pressed("verder_notice"), "tell.own_yes"),
    Stop("how", pressed("groot_ja"), "tell.story"),
    Stop("speaking", pressed("groot_spreken"), "tell.tell_spreken"),
    Stop("how again", pressed("andere_manier"), "tell.story"),
    Stop("a file", pressed("groot_bestand"), "tell.tell_bestand"),
    Stop("how once more", pressed("andere_manier"), "tell.story"),
    Stop("typing", pressed("groot_typen"), "tell.tell_typen"),
    Stop("others", _typed, "tell.others"),
    Stop("about", _named, "tell.about"),
    Stop("feelings", pressed("prent_gaat_over_fijn_thuis", "verder_about"), "tell.feel"),
    Stop("lens", pressed("prent_voelt_boos", "verder_feel"), "tell.lens"),
    Stop("audience", pressed("verder_lens"), "tell.audience"),
    Stop("channels", pressed("groot_wie_iedereen"), "tell.channels"),
    Stop("special", pressed("kanaal_nieuwsbrief_tekst", "verder_channels"), "tell.special"),
    Stop("recognise", pressed("groot_bijzonder_nee"), "tell.recognise"),
    Stop("preview", pressed("groot_geheel_onherkenbaar"), "tell.preview"),
    Stop("check", pressed("groot_zien_ja"), "tell.check"),
    Stop("check, in danger", _in_danger, "tell.check"),
    Stop("done", pressed("verder_check"), "tell.done_title"),
)

CHILD = (
    Stop("who, for a child", opened("/vertel"), "tell.who"),
    Stop("helper", pressed("groot_helper"), "tell.helper"),
    Stop("whose", pressed("groot_hulp_school"), "tell.whose"),
    Stop("age", pressed("groot_kind"), "tell.age"),
    Stop("sixteen", pressed("groot_FROM_12"), "tell.sixteen"),
    Stop("notice for a child", pressed("groot_zestien_nee"), "tell.notice"),
    Stop("assent", pressed("verder_notice"), "tell.assent"),
    Stop("a doubt", _doubts, "tell.assent"),
    Stop("parent", pressed("groot_ja"), "tell.representative"),
    Stop("relation", pressed("groot_ouder_ja"), "tell.relation"),
    Stop("authority", pressed("groot_band_ouder"), "tell.authority"),
    Stop("other parent", pressed("groot_gezag_samen"), "tell.other_parent"),
    Stop("how, for a child", pressed("groot_ander_eens"), "tell.story_young"),
)


def _back_and(*keys: str) -> Callable[[Phone], None]:
    """The way back stands above every screen of Mijn verhaal."""

    def go(phone: Phone) -> None:
        tap(phone.page, phone.page.locator("[class*=st-key-terug_] button").first)
        press(phone.page, *keys)

    return go


def opened_anew(*keys: str) -> Callable[[Phone], None]:
    def go(phone: Phone) -> None:
        phone.open("/mijn-verhaal")
        press(phone.page, *keys)

    return go


def _first_channel(phone: Phone) -> None:
    tap(phone.page, phone.page.locator("[class*=st-key-groot_mag_] button").first)


def with_code(code: str) -> Callable[[Phone], None]:
    return lambda phone: phone.open_own_story(code)


def own_story(code: str) -> tuple[Stop, ...]:
    """Mijn verhaal of an adult who typed, topic by topic, and the proof to take home."""
    return (
        Stop("my story", with_code(code), "follow.title"),
        Stop("where it is", pressed("groot_waar"), "follow.go_where"),
        Stop("read", _back_and("groot_lees"), "follow.told"),
        Stop("what it is about", pressed("groot_over"), "follow.go_about"),
        Stop("tell more", opened_anew("groot_meer"), "follow.go_more"),
        Stop("tell more by typing", pressed("groot_typen"), "tell.tell_typen"),
        Stop("change", opened_anew("groot_verander"), "follow.go_change"),
        Stop("where it may go", opened_anew("groot_mag"), "follow.go_may"),
        Stop("one channel", _first_channel, "terms.purpose_intern_leren"),
        Stop("first see it", _back_and("groot_eerst"), "tell.preview"),
        Stop("recognise", _back_and("groot_herkenbaar"), "tell.recognise"),
        Stop("from when", _back_and("groot_vanaf"), "follow.go_from"),
        Stop("until when", _back_and("groot_tot"), "follow.go_until"),
        Stop("what it is in", opened_anew("groot_stukken"), "follow.go_products"),
        Stop("stop", _back_and("groot_stop"), "follow.go_stop"),
        Stop("danger", _back_and("groot_gevaar"), "follow.go_danger"),
        Stop("proof", opened("/mijn-verhaal/bewijs"), "proof.title"),
    )


def parents_story(code: str) -> tuple[Stop, ...]:
    """The parent or guardian, with a code of their own: they read no word of the story."""
    return (
        Stop("parent", with_code(code), "follow.parent_home"),
        Stop("parent: notice", pressed("groot_begin"), "tell.notice"),
        Stop("parent: relation", pressed("groot_begrepen"), "follow.ask_relation"),
        Stop("parent: authority", pressed("groot_relation_ouder"), "tell.authority"),
        Stop("parent: the other parent", pressed("groot_authority_samen"), "tell.other_parent"),
        Stop("parent: answer", pressed("groot_other_parent_eens"), "follow.ask_answer"),
        Stop("parent: where it may go", pressed("groot_antwoord_ja"), "follow.go_may"),
        Stop("parent: one channel", _first_channel, "terms.purpose_intern_leren"),
        Stop("parent: stop", opened_anew("groot_stop"), "follow.go_stop"),
    )
