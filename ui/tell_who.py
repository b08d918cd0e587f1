"""Telling, the first screens: who tells, who helps, the notice, and the yes of everybody whose yes is needed."""

from __future__ import annotations

from datetime import date

import streamlit as st

from desk import rules
from desk import telling as desk
from desk.answering import UNKNOWN_AGE_TERM
from stories import clock
from stories.consent import Outcome, Recognisability
from stories.model import AgeBand, StoryKind, Teller, TellerRole
from stories.people import Act
from stories.sitting import Asked, Authority, Explained, Helper, OtherParent, Relation
from stories.words import say
from ui.parts import heading, say_to, small, told_plainly
from ui.state import forget_telling, set_telling, telling
from ui.steps import Step
from ui.visit import Visit
from ui.walk import ADULTS, back_button, big_button, go, next_button, on, path

HELPERS = {
    Helper.OUDER: "ouder",
    Helper.FAMILIE: "fijn_thuis",
    Helper.SCHOOL: "ontwikkelkansen",
    Helper.HULPVERLENER: "helpers",
    Helper.ERVARINGSWERKER: "ervaringswerker",
    Helper.ANDERS: "helper",
}
"""Who may be helping, each with a picture."""

BANDS = {
    AgeBand.UNDER_12: "kind",
    AgeBand.FROM_12: "jongere",
    AgeBand.FROM_16: "jongere",
    AgeBand.ADULT: "ervaringswerker",
}


def who(visit: Visit) -> None:
    heading(say("tell.who"))
    for role in TellerRole:
        if big_button(say(f"tell.i_am_{role}"), key=role, picture=role):
            _told_by(role)
    if big_button(say("tell.i_am_helper"), key="helper", picture="helper"):
        _another_teller()
        go(Step.HELPER, helper=Helper.ANDERS)


def helper(visit: Visit) -> None:
    heading(say("tell.helper"), say("tell.helper_lead"))
    for kind in HELPERS:
        if big_button(say(f"tell.helper_{kind}"), key=f"hulp_{kind}", picture=HELPERS[kind]):
            go(Step.WHOSE, helper=kind)
    back_button()


def whose(visit: Visit) -> None:
    heading(say("tell.whose"), say("tell.whose_lead"))
    for role in TellerRole:
        if big_button(say(f"tell.it_is_{role}"), key=role, picture=role):
            _told_by(role, helper=telling().helper)
    back_button()


def _told_by(role: TellerRole, helper: Helper | None = None) -> None:
    if role is not telling().role or helper is not telling().helper:
        _another_teller()
    adult = role in ADULTS
    band = AgeBand.ADULT if adult else telling().age_band
    go(Step.NOTICE if adult else Step.AGE, role=role, helper=helper, age_band=band)


def _another_teller() -> None:
    """Another teller is another story: no earlier answer counts for them."""
    forget_telling()


def age(visit: Visit) -> None:
    heading(say("tell.age"))
    t = telling()
    for band in (AgeBand.UNDER_12, AgeBand.FROM_12) if t.role is TellerRole.KIND else tuple(AgeBand):
        label = say("tell.age_" + band.name.lower())
        if big_button(label, key=band.name, picture=BANDS[band], chosen=band is t.age_band):
            if band is not t.age_band and t.age_band is not None:
                _another_teller()
            set_telling(step=Step.AGE, role=t.role, helper=t.helper, age_band=band)
            on()
    back_button()


def sixteen(visit: Visit) -> None:
    """Asked only of whom it concerns; a month is enough, and nobody has to say it."""
    heading(say("tell.sixteen"), say("tell.sixteen_lead"))
    if big_button(say("tell.sixteen_no"), key="zestien_nee", picture="later"):
        on(turns_16_on=None, sixteen_unknown=False)
    with st.container(key="kaart_zestien"):
        today = clock.today()
        months = [_months_later(today, ahead) for ahead in range(25)]
        chosen = st.selectbox(
            say("tell.sixteen_when"), months, index=None, key="zestien_maand", placeholder=say("tell.sixteen_choose"),
            format_func=lambda day: f"{say('publish.months').split()[day.month - 1]} {day.year}",
        )  # fmt: skip
        if next_button(say("tell.next"), disabled=chosen is None) and chosen is not None:
            on(turns_16_on=chosen, sixteen_unknown=False)
    if big_button(say("tell.sixteen_unknown"), key="zestien_weet_niet", picture="twijfel"):
        on(turns_16_on=None, sixteen_unknown=True)
    back_button()


def _months_later(day: date, count: int) -> date:
    """The first of the month `count` months from `day`: early rather than late."""
    month = day.month - 1 + count
    return date(day.year + month // 12, month % 12 + 1, 1)


def notice(visit: Visit) -> None:
    heading(say("tell.notice"))
    with st.container(key="kaart_uitleg"):
        st.markdown(rules.shown_notice(visit.store)[1])  # our own words, approved by two administrators
    small(say("tell.notice_small"))
    if next_button(say("tell.understood")):
        on()
    back_button()


def answer(visit: Visit) -> None:
    """The teller's own answer. Under 16 a doubt is an answer too, and nobody argues with it."""
    t = telling()
    heading(say("tell.assent") if t.under_16 else say_to(t.young, "tell.own_yes"))
    small(say("tell.assent_small") if t.under_16 else say_to(t.young, "tell.own_yes_small"))
    options = (Outcome.JA, Outcome.NEE, Outcome.TWIJFEL) if t.under_16 else (Outcome.JA, Outcome.NEE)
    for option in options:
        if big_button(say(f"tell.answer_{option}"), key=option, picture=option, chosen=option is t.answer):
            set_telling(answer=option)
            if option is Outcome.JA:
                _go_on(visit)
            _nothing_is_kept(visit)
            st.rerun()
    if t.answer in (Outcome.NEE, Outcome.TWIJFEL):
        st.info(say_to(t.young, "tell.no_is_fine"))
    back_button()


def parent(visit: Visit) -> None:
    heading(say("tell.representative"), say("tell.representative_small"))
    t = telling()
    before = "later" if t.later else t.representative
    for option in (Outcome.JA, "later", Outcome.NEE):
        if big_button(say(f"tell.parent_{option}"), key=f"ouder_{option}", picture=option, chosen=option == before):
            set_telling(
                representative=None if option == "later" else option,
                later=option == "later",
                **({"relation": None, "authority": None, "other_parent": None} if option != Outcome.JA else {}),
            )
            if option != Outcome.NEE:
                _go_on(visit)
            _nothing_is_kept(visit)
            st.rerun()
    if t.representative is Outcome.NEE:
        st.info(say_to(t.young, "tell.no_is_fine"))
    back_button()


def relation(visit: Visit) -> None:
    heading(say("tell.relation"), say("tell.relation_lead"))
    for kind in Relation:
        if big_button(say(f"tell.relation_{kind}"), key=f"band_{kind}", chosen=kind is telling().relation):
            on(relation=kind)
    back_button()


def authority(visit: Visit) -> None:
    heading(say("tell.authority"), say("tell.authority_lead"))
    for kind in Authority:
        if big_button(say(f"tell.authority_{kind}"), key=f"gezag_{kind}", chosen=kind is telling().authority):
            other = None if kind is not Authority.SAMEN else telling().other_parent
            set_telling(authority=kind, other_parent=other)
            _go_on(visit)
    back_button()


def other_parent(visit: Visit) -> None:
    heading(say("tell.other_parent"), say("tell.other_parent_lead"))
    for kind in (OtherParent.EENS, OtherParent.NIET_GEVRAAGD, OtherParent.BEZWAAR):
        if big_button(say(f"tell.other_parent_{kind}"), key=f"ander_{kind}", chosen=kind is telling().other_parent):
            set_telling(other_parent=kind)
            if kind is not OtherParent.BEZWAAR:
                _go_on(visit)
            _nothing_is_kept(visit)
            st.rerun()
    if telling().other_parent is OtherParent.BEZWAAR:
        st.info(say_to(telling().young, "tell.no_is_fine"))
    back_button()


def _nothing_is_kept(visit: Visit) -> None:
    """Somebody said no or doubts: what was begun is erased at once."""
    story_id = telling().story_id
    if story_id is not None:
        with told_plainly():
            desk.discard(visit.store, story_id)
        set_telling(story_id=None, text_part=None)


def _go_on(visit: Visit) -> None:
    """To the next screen; once everybody who must be asked was asked, the story gets its row and its key."""
    t = telling()
    steps = path(t)
    following = steps[steps.index(t.step) + 1]
    if following is not Step.HOW:
        go(following)
    with told_plainly():
        if t.story_id is None:
            helps = visit.user if visit.user is not None and visit.user.may(Act.TAKE_STORY) else None
            story = desk.begin(visit.store, answers(), kind=StoryKind.TEXT, helper=helps, circumstances=circumstances())
            set_telling(story_id=story.id)
        else:
            desk.answer_again(visit.store, t.story_id, answers(), circumstances=circumstances())
        go(Step.HOW)


def answers() -> desk.Answers:
    """Everything that was answered so far about consent, as one value."""
    t = telling()
    assert t.role is not None and t.age_band is not None
    teller = Teller(t.role, t.age_band, t.turns_16_on)
    said = {"assent": t.answer, "representative": t.representative} if t.under_16 else {"own": t.answer}
    end = clock.today() + UNKNOWN_AGE_TERM if t.sixteen_unknown else None
    return desk.answers(
        teller,
        **said,
        channels=t.channels if t.shares else (),
        recognisability=t.recognisability or Recognisability.ONHERKENBAAR,
        embargo_until=t.embargo_until,
        valid_until=min(filter(None, (t.valid_until, end)), default=None),
    )


def circumstances() -> dict[str, object]:
    """How it came about, in codes: what a sitting records."""
    t = telling()
    found: dict[str, object] = {"preview": bool(t.preview)}
    if t.helper is not None:
        found |= {"helper": t.helper, "explained": Explained.UITGELEGD}
    if t.under_16:
        found["assent_asked"] = Asked.SCHERM
        found["assent_asked_by"] = "verteller"
    if t.representative is Outcome.JA:
        found |= {"relation": t.relation, "authority": t.authority, "other_parent": t.other_parent}
    return found
