"""Telling: one question per screen, big buttons, nothing ticked beforehand."""

from __future__ import annotations

import html
from collections.abc import Callable

import streamlit as st

from desk import telling as desk
from stories import tickets
from stories.consent import Outcome
from stories.model import AgeBand, StoryKind, Teller, TellerRole
from stories.words import say
from ui.components.giver import giver
from ui.parts import CHANNELS, channel_with_form, heading, minutes, paragraphs, say_to, small, told_plainly
from ui.state import Step, forget_telling, set_telling, telling
from ui.visit import Visit

TICKET_LIVES_S = 4 * 3600
"""Long enough to record an interview at one's own pace and send it."""


def page(visit: Visit) -> None:
    step = telling().step
    if step not in (Step.WHO, Step.DONE):
        _progress(step)
    _SCREENS[step](visit)


def _who(visit: Visit) -> None:
    heading(say("ui.tell_who"))
    for role in TellerRole:
        if _big(say(f"ui.i_am_{role}"), key=f"groot_{role}"):
            adult = role in (TellerRole.OUDER, TellerRole.ERVARINGSWERKER)
            _go(Step.NOTICE if adult else Step.AGE, role=role, age_band=AgeBand.ADULT if adult else None)
    small(say("ui.tell_helper"))


def _age(visit: Visit) -> None:
    heading(say("ui.tell_age"))
    child = telling().role is TellerRole.KIND
    for band in (AgeBand.UNDER_12, AgeBand.FROM_12) if child else tuple(AgeBand):
        if _big(say("ui.age_" + band.name.lower()), key=f"groot_{band.name}"):
            _go(Step.NOTICE, age_band=band)
    _back(Step.WHO)


def _notice(visit: Visit) -> None:
    heading(say("ui.tell_notice"))
    with st.container(key="kaart_uitleg"):
        st.markdown(desk.shown_notice()[1])  # our own words, from a file in the repository
    small(say("ui.tell_notice_small"))
    if _next(say("ui.tell_understood")):
        _go(Step.VOICES)
    _back(Step.WHO)


def _voices(visit: Visit) -> None:
    """The yes itself: the teller's own, or the child's and the representative's."""
    t = telling()
    if not t.under_16:
        heading(say_to(t.young, "ui.tell_own_yes"))
        small(say("ui.tell_own_yes_small"))
        own = _answer("own_yes", (Outcome.JA, Outcome.NEE), t.own_yes)
        if own is Outcome.NEE:
            st.info(say_to(t.young, "ui.tell_no_is_fine"))
        if _next(say("ui.next"), disabled=own is not Outcome.JA):
            _go(Step.CHANNELS, own_yes=own)
    else:
        heading(say("ui.tell_assent"))
        assent = _answer("assent", (Outcome.JA, Outcome.NEE, Outcome.TWIJFEL), t.assent)
        if assent in (Outcome.NEE, Outcome.TWIJFEL):
            st.info(say("ui.tell_no_is_fine_young"))
        st.html(f"<h2>{html.escape(say('ui.tell_representative'))}</h2>")
        small(say("ui.tell_representative_small"))
        parent = _answer("representative", (Outcome.JA, Outcome.NEE), t.representative, later=True)
        if _next(say("ui.next"), disabled=assent is not Outcome.JA or parent is Outcome.NEE):
            _go(Step.CHANNELS, assent=assent, representative=parent)
    _back(Step.NOTICE)


def _channels(visit: Visit) -> None:
    heading(say_to(telling().young, "ui.tell_channels"), say("ui.tell_channels_lead"))
    chosen = []
    for purpose, shape in CHANNELS:
        if st.toggle(
            channel_with_form(purpose, shape),
            key=f"kanaal_{purpose}_{shape}",
            value=(purpose, shape) in telling().channels,
        ):
            chosen.append((purpose, shape))
    small(say("ui.tell_print_stays"))
    if _next(say("ui.next")):
        set_telling(channels=tuple(chosen))
        _open_story(visit)
    _back(Step.VOICES)


def _open_story(visit: Visit) -> None:
    """Consent is complete: the story gets its row and its key, unless going back and forth made one already."""
    t = telling()
    assert t.role is not None and t.age_band is not None
    with told_plainly():
        answers = desk.answers(
            Teller(t.role, t.age_band),
            own=t.own_yes,
            assent=t.assent,
            representative=t.representative,
            channels=t.channels,
        )
        if t.story_id is None:
            story = desk.begin(visit.store, answers, kind=t.kind)
            _go(Step.TELL, story_id=story.id)
        desk.answer_again(visit.store, t.story_id, answers)
        _go(Step.TELL)


def _tell(visit: Visit) -> None:
    t = telling()
    assert t.story_id is not None
    heading(say_to(t.young, "ui.tell_story"))
    words = "child" if t.young else ("worker" if t.role is TellerRole.ERVARINGSWERKER else "parent")
    st.html(
        "<ul class='vp-guide'>"
        + "".join(f"<li>{html.escape(say(f'ui.guide_{words}_{n}'))}</li>" for n in range(1, 5))
        + "</ul>"
    )
    way = st.segmented_control(
        say_to(t.young, "ui.tell_how"), ("typen", "spreken", "bestand"), default="typen", required=True, key="hoe",
        format_func=lambda w: say(f"ui.tell_{w}"), width="stretch",
    )  # fmt: skip
    ready = False
    if way == "typen":
        text = st.text_area(
            say_to(t.young, "ui.tell_text"),
            height=280,
            key="verhaaltekst",
            placeholder=say_to(t.young, "ui.tell_text_hint"),
        )
        ready = bool(text.strip())
    else:
        given = giver(
            tickets.issue(visit.settings, tickets.UPLOAD, t.story_id, TICKET_LIVES_S),
            microphone=way == "spreken",
            key=way,
        )
        if given:
            set_telling(given_ms=given.duration_ms, kind=StoryKind.AUDIO)
        if telling().given_ms is not None:
            st.success(say_to(t.young, "ui.tell_given", length=minutes(telling().given_ms or 0)))
            ready = True
    if _next(say("ui.next"), disabled=not ready and way != "typen"):
        with told_plainly():
            if way == "typen":
                desk.receive_text(visit.store, t.story_id, text)
                set_telling(given_ms=None, kind=StoryKind.TEXT)
            _go(Step.NAMES)
    _back(Step.CHANNELS)


def _names(visit: Visit) -> None:
    t = telling()
    assert t.story_id is not None
    heading(say("ui.tell_names"), say("ui.tell_names_lead"))
    names = st.text_area(say("ui.tell_names_label"), key="namen", height=160)
    if _next(say("ui.tell_send")):
        with told_plainly():
            desk.hide_names(visit.store, t.story_id, names.replace(",", "\n").splitlines())
            _go(Step.DONE, code=desk.hand_in(visit.store, t.story_id))
    _back(Step.TELL)


def _done(visit: Visit) -> None:
    t = telling()
    waits = t.under_16 and t.representative is None
    heading(say_to(t.young, "ui.done_title"), say("ui.done_waits") if waits else say_to(t.young, "ui.done_lead"))
    groups = "".join(f"<span>{html.escape(pair)}</span> " for pair in _pairs(t.code or ""))
    st.html(f"<div class='vp-code' role='group' aria-label='{html.escape(say('ui.done_code'))}'>{groups}</div>")
    paragraphs(say_to(t.young, "ui.done_keep"))
    if st.button(say("ui.done_close"), key="groot_klaar", width="stretch"):
        forget_telling()
        st.rerun()


def _pairs(code: str) -> tuple[str, str]:
    """The code in two halves that each stay on one line: `1234 5678`, `9012 3456`."""
    parts = code.split()
    return " ".join(parts[:2]), " ".join(parts[2:])


_SCREENS: dict[Step, Callable[[Visit], None]] = {
    Step.WHO: _who,
    Step.AGE: _age,
    Step.NOTICE: _notice,
    Step.VOICES: _voices,
    Step.CHANNELS: _channels,
    Step.TELL: _tell,
    Step.NAMES: _names,
    Step.DONE: _done,
}


def _progress(step: Step) -> None:
    steps = [Step.AGE, Step.NOTICE, Step.VOICES, Step.CHANNELS, Step.TELL, Step.NAMES]
    at = steps.index(step)
    bars = "".join(f"<i class='{'on' if number <= at else ''}'></i>" for number in range(len(steps)))
    label = html.escape(say("ui.tell_progress", at=at + 1, of=len(steps)))
    st.html(f"<div class='vp-steps' role='img' aria-label='{label}'>{bars}</div>")


def _answer(name: str, options: tuple[Outcome, ...], now: Outcome | None, *, later: bool = False) -> Outcome | None:
    """A question with big answers and none chosen beforehand. `later` adds "is er nu niet bij", which is None."""
    choices = [str(o) for o in options] + (["later"] if later else [])
    picked = st.segmented_control(
        say(f"ui.ask_{name}"), choices, default=str(now) if now else None, key=f"antwoord_{name}",
        format_func=lambda c: say(f"ui.answer_{name}_{c}"), label_visibility="collapsed", width="stretch",
    )  # fmt: skip
    return Outcome(picked) if picked and picked != "later" else None


def _big(label: str, *, key: str) -> bool:
    return st.button(label, key=key, width="stretch")


def _next(label: str, *, disabled: bool = False) -> bool:
    return st.button(label, type="primary", key=f"verder_{telling().step}", disabled=disabled, width="stretch")


def _back(step: Step) -> None:
    if st.button(say("ui.back"), key=f"terug_{telling().step}", type="tertiary"):
        _go(step)


def _go(step: Step, **changes: object) -> None:
    set_telling(step=step, **changes)
    st.rerun()
