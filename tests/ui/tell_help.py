"""Walking a teller through the telling, screen by screen, as a person presses."""

from __future__ import annotations

from ui_help import TEXT, House, Screen

from stories.model import AgeBand, TellerRole
from stories.told import Audience
from ui.steps import Step, Way

ADULTS = [TellerRole.OUDER, TellerRole.ERVARINGSWERKER]
YOUNG = [
    (TellerRole.KIND, AgeBand.UNDER_12),
    (TellerRole.KIND, AgeBand.FROM_12),
    *((TellerRole.JONGERE, band) for band in AgeBand),
]
TELLERS = [*((role, AgeBand.ADULT) for role in ADULTS), *YOUNG]
UNDER_16 = [(role, band) for role, band in YOUNG if band.needs_representative]
NEWSLETTER = "kanaal_nieuwsbrief_tekst"


def next_from(screen: Screen, step: Step) -> Screen:
    return screen.press(f"verder_{step}")


def back_from(screen: Screen, step: Step) -> Screen:
    return screen.press(f"terug_{step}")


def to_notice(house: House, role: TellerRole, band: AgeBand = AgeBand.ADULT) -> Screen:
    screen = house.screen().open("vertel").press(f"groot_{role}")
    if role in ADULTS:
        return screen
    screen.press(f"groot_{band.name}")
    return screen.press("groot_zestien_nee") if band is AgeBand.FROM_12 else screen


def to_answer(house: House, role: TellerRole, band: AgeBand = AgeBand.ADULT) -> Screen:
    return next_from(to_notice(house, role, band), Step.NOTICE)


def to_how(
    house: House, role: TellerRole = TellerRole.OUDER, band: AgeBand = AgeBand.ADULT, *, later: bool = False
) -> Screen:
    """Everybody said yes; a parent is there and decides alone, unless `later`."""
    screen = to_answer(house, role, band).press("groot_ja")
    if not band.needs_representative:
        return screen
    if later:
        return screen.press("groot_ouder_later")
    return screen.press("groot_ouder_ja").press("groot_band_ouder").press("groot_gezag_alleen")


def to_typing(house: House, role: TellerRole = TellerRole.OUDER, band: AgeBand = AgeBand.ADULT, **how: bool) -> Screen:
    return to_how(house, role, band, **how).press(f"groot_{Way.TYPEN}")


def typed(screen: Screen, text: str = TEXT) -> Screen:
    screen.app.text_area(key="verhaaltekst").set_value(text)
    return next_from(screen, Step.TELL)


def to_audience(screen: Screen) -> Screen:
    """From the names on, choosing nothing."""
    for step in (Step.OTHERS, Step.ABOUT, Step.FEEL, Step.LENS):
        next_from(screen, step)
    return screen


def to_check(screen: Screen, *channels: str, audience: Audience = Audience.IEDEREEN) -> Screen:
    """From the audience on: these channels, no special words, unrecognisable, no preview."""
    screen.press(f"groot_wie_{audience}")
    if audience is Audience.REDACTIE:
        return screen
    switch(screen, *channels)
    next_from(screen, Step.CHANNELS).press("groot_bijzonder_nee").press("groot_geheel_onherkenbaar")
    return screen.press("groot_zien_nee")


def send(screen: Screen) -> Screen:
    return next_from(screen, Step.CHECK)


def switch(screen: Screen, *keys: str, on: bool = True) -> Screen:
    for key in keys:
        screen.app.toggle(key=key).set_value(on)
    return screen.run() if keys else screen


def the_only_story(house: House) -> str:
    with house.store.read() as books:
        (story,) = books.stories()
    return story.id


def told_story(house: House, screen: Screen) -> str:
    with house.store.read() as books:
        return books.holder_of_receipt(screen.code).story_id
