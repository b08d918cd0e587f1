"""Telling: one question per screen, big buttons, nothing ticked beforehand."""

from __future__ import annotations

import html
from collections.abc import Callable

import streamlit as st

from desk import receiving, rules
from desk import telling as desk
from stories import tickets
from stories.consent import Outcome
from stories.model import AgeBand, StoryKind, Teller, TellerRole
from stories.people import Act
from stories.told import ThirdPerson
from stories.words import say
from ui.components.giver import giver
from ui.parts import CHANNELS, channel_with_form, heading, minutes, paragraphs, qr, say_to, small, told_plainly
from ui.state import Step, drop_fields, forget_telling, keep_fields, set_telling, telling
from ui.visit import Visit

TICKET_LIVES_S = 4 * 3600
"""Long enough to record an interview at one's own pace and send it."""

LATER = "later"
"""The answer "the representative is not here now": not a yes and not a no."""


def page(visit: Visit) -> None:
    step = telling().step
    if step not in (Step.WHO, Step.DONE):
        _progress(step)
    if step is not Step.DONE:
        keep_fields(*(field for field, where in _FIELDS.items() if where is not step))
    else:
        drop_fields(*_FIELDS)
    _SCREENS[step](visit)


def _who(visit: Visit) -> None:
    heading(say("tell.who"))
    for role in TellerRole:
        if _big(say(f"tell.i_am_{role}"), key=f"groot_{role}"):
            adult = role in (TellerRole.OUDER, TellerRole.ERVARINGSWERKER)
            _told_by(Step.NOTICE if adult else Step.AGE, role, AgeBand.ADULT if adult else None)
    small(say("tell.helper"))


def _age(visit: Visit) -> None:
    heading(say("tell.age"))
    role = telling().role
    assert role is not None
    for band in (AgeBand.UNDER_12, AgeBand.FROM_12) if role is TellerRole.KIND else tuple(AgeBand):
        if _big(say("tell.age_" + band.name.lower()), key=f"groot_{band.name}"):
            _told_by(Step.NOTICE, role, band)
    _back(Step.WHO)


def _told_by(step: Step, role: TellerRole, age_band: AgeBand | None) -> None:
    """On to `step` with this teller. Another teller is another story: no earlier answer counts for them."""
    t = telling()
    same = role is t.role and age_band in (None, t.age_band)
    if not same:
        forget_telling()
    _go(step, role=role, age_band=t.age_band if same else age_band)


def _notice(visit: Visit) -> None:
    heading(say("tell.notice"))
    with st.container(key="kaart_uitleg"):
        st.markdown(rules.shown_notice(visit.store)[1])  # our own words, from a file in the repository
    small(say("tell.notice_small"))
    if _next(say("tell.understood")):
        _go(Step.VOICES)
    _back(Step.AGE if telling().young else Step.WHO)


def _voices(visit: Visit) -> None:
    """The yes itself: the teller's own, or the child's and the representative's."""
    t = telling()
    if not t.under_16:
        heading(say_to(t.young, "tell.own_yes"))
        small(say("tell.own_yes_small"))
        own = _answer("own_yes", (Outcome.JA, Outcome.NEE), t.own_yes)
        if own is Outcome.NEE:
            st.info(say_to(t.young, "tell.no_is_fine"))
        answers = {"own_yes": own}
        ready = own is Outcome.JA
    else:
        heading(say("tell.assent"))
        assent = _answer("assent", (Outcome.JA, Outcome.NEE, Outcome.TWIJFEL), t.assent)
        if assent in (Outcome.NEE, Outcome.TWIJFEL):
            st.info(say("tell.no_is_fine_young"))
        st.html(f"<h2>{html.escape(say('tell.representative'))}</h2>")
        small(say("tell.representative_small"))
        parent = _answer("representative", (Outcome.JA, Outcome.NEE, LATER), LATER if t.later else t.representative)
        later = parent is LATER
        answers = {"assent": assent, "representative": None if later else parent, "later": later}
        ready = assent is Outcome.JA and parent in (Outcome.JA, LATER)
    said = (answers.get("own_yes"), answers.get("assent"), answers.get("representative"))
    if Outcome.NEE in said and t.story_id is not None:  # "wij bewaren niets": so nothing is kept
        with told_plainly():
            desk.discard(visit.store, t.story_id)
        set_telling(story_id=None, given_ms=None)
    if _next(say("tell.next"), disabled=not ready):
        _go(Step.CHANNELS, **answers)
    _back(Step.NOTICE, **answers)


def _channels(visit: Visit) -> None:
    heading(say_to(telling().young, "tell.channels"), say("tell.channels_lead"))
    chosen = []
    for purpose, shape in CHANNELS:
        if st.toggle(
            channel_with_form(purpose, shape),
            key=f"kanaal_{purpose}_{shape}",
            value=(purpose, shape) in telling().channels,
        ):
            chosen.append((purpose, shape))
    small(say("tell.print_stays"))
    if _next(say("tell.next")):
        set_telling(channels=tuple(chosen))
        _open_story(visit)
    _back(Step.VOICES, channels=tuple(chosen))


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
            helps = visit.user if visit.user is not None and visit.user.may(Act.TAKE_STORY) else None
            story = desk.begin(visit.store, answers, kind=t.kind, helper=helps)
            _go(Step.TELL, story_id=story.id)
        desk.answer_again(visit.store, t.story_id, answers)
        _go(Step.TELL)


def _tell(visit: Visit) -> None:
    t = telling()
    assert t.story_id is not None
    heading(say_to(t.young, "tell.story"))
    words = "child" if t.young else ("worker" if t.role is TellerRole.ERVARINGSWERKER else "parent")
    st.html(
        "<ul class='vp-guide'>"
        + "".join(f"<li>{html.escape(say(f'tell.guide_{words}_{n}'))}</li>" for n in range(1, 5))
        + "</ul>"
    )
    way = st.segmented_control(
        say_to(t.young, "tell.how"), ("typen", "spreken", "bestand"), required=True, key="hoe",
        format_func=lambda w: say(f"tell.{w}"), width="stretch",
    )  # fmt: skip
    ready = False
    if way == "typen":
        text = st.text_area(
            say_to(t.young, "tell.text"),
            height=280,
            key="verhaaltekst",
            placeholder=say_to(t.young, "tell.text_hint"),
        )
        ready = bool(text.strip())
        if t.given_ms is not None:
            small(say("tell.last_counts"))
    else:
        keep_fields("verhaaltekst")
        given = giver(
            tickets.issue(visit.settings, tickets.UPLOAD, t.story_id, TICKET_LIVES_S),
            microphone=way == "spreken",
            key=way,
        )
        if given:
            set_telling(given_ms=given.duration_ms, kind=StoryKind.AUDIO)
        if telling().given_ms is not None:
            st.success(say_to(t.young, "tell.given", length=minutes(telling().given_ms or 0)))
            ready = True
    if _next(say("tell.next"), disabled=not ready and way != "typen"):
        with told_plainly():
            if way == "typen":
                receiving.receive_text(visit.store, t.story_id, text)
                set_telling(given_ms=None, kind=StoryKind.TEXT)
            _go(Step.NAMES)
    _back(Step.CHANNELS)


def _names(visit: Visit) -> None:
    t = telling()
    assert t.story_id is not None
    heading(say("tell.names"), say("tell.names_lead"))
    names = st.text_area(say("tell.names_label"), key="namen", height=160)
    if _next(say("tell.send")):
        with told_plainly():
            desk.name_others(
                visit.store, t.story_id, [ThirdPerson(n) for n in names.replace(",", "\n").splitlines() if n.strip()]
            )
            _go(Step.DONE, code=desk.hand_in(visit.store, t.story_id).teller)
    _back(Step.TELL)


def _done(visit: Visit) -> None:
    t = telling()
    waits = t.under_16 and t.representative is None
    heading(say_to(t.young, "tell.done_title"), say("tell.done_waits") if waits else say_to(t.young, "tell.done_lead"))
    groups = "".join(f"<span>{html.escape(pair)}</span> " for pair in _pairs(t.code or ""))
    label = html.escape(say_to(t.young, "tell.done_code"))
    st.html(f"<div class='vp-code' role='group' aria-label='{label}'>{groups}</div>")
    # behind the #, because browsers never send that part to a server: the code stays out of every log
    if visit.settings.public_url:  # a phone cannot reach "localhost"
        qr(f"{visit.settings.origin}/mijn-verhaal/code#{(t.code or '').replace(' ', '')}", say("tell.done_qr"))
    paragraphs(say_to(t.young, "tell.done_keep"))
    if st.button(say("tell.done_close"), key="groot_klaar", width="stretch"):
        forget_telling()
        st.rerun()


def _pairs(code: str) -> tuple[str, str]:
    """The code in two halves that each stay on one line: `1234 5678`, `9012 3456`."""
    parts = code.split()
    return " ".join(parts[:2]), " ".join(parts[2:])


_FIELDS = {"hoe": Step.TELL, "verhaaltekst": Step.TELL, "namen": Step.NAMES}
"""On which screen each field stands whose words must survive going back and forth."""

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
    label = html.escape(say("tell.progress", at=at + 1, of=len(steps)))
    st.html(f"<div class='vp-steps' role='img' aria-label='{label}'>{bars}</div>")


def _answer(name: str, options: tuple[str, ...], now: str | None) -> str | None:
    """A question with big answers and none chosen beforehand; returns the option that was chosen."""
    picked = st.segmented_control(
        say_to(telling().young, f"tell.ask_{name}"), [str(option) for option in options],
        default=str(now) if now else None, key=f"antwoord_{name}",
        format_func=lambda c: say(f"tell.answer_{name}_{c}"), label_visibility="collapsed", width="stretch",
    )  # fmt: skip
    return next((option for option in options if option == picked), None)


def _big(label: str, *, key: str) -> bool:
    return st.button(label, key=key, width="stretch")


def _next(label: str, *, disabled: bool = False) -> bool:
    return st.button(label, type="primary", key=f"verder_{telling().step}", disabled=disabled, width="stretch")


def _back(step: Step, **changes: object) -> None:
    """Back to `step`; `changes` are the answers of this screen, which are kept."""
    if st.button(say("tell.back"), key=f"terug_{telling().step}", type="tertiary"):
        _go(step, **changes)


def _go(step: Step, **changes: object) -> None:
    set_telling(step=step, **changes)
    st.rerun()
