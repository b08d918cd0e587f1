"""Walking through the telling: which screens a teller meets, how far they are, and the buttons that go on and back."""

from __future__ import annotations

import html

import streamlit as st

from stories.consent import Outcome
from stories.model import AgeBand, TellerRole
from stories.sitting import Authority
from stories.words import say
from ui.pictures import pictures
from ui.state import set_telling, telling
from ui.steps import Step, Telling

ADULTS = (TellerRole.OUDER, TellerRole.ERVARINGSWERKER)


def path(t: Telling) -> tuple[Step, ...]:
    """The screens this teller meets, as far as their answers so far tell."""
    steps = [Step.WHO]
    if t.helper is not None:
        steps += [Step.HELPER, Step.WHOSE]
    if t.role not in ADULTS:
        steps.append(Step.AGE)
    if t.age_band is AgeBand.FROM_12:
        steps.append(Step.SIXTEEN)
    steps += [Step.NOTICE, Step.ANSWER]
    if t.under_16:
        steps.append(Step.PARENT)
        if t.representative is Outcome.JA:
            steps += [Step.RELATION, Step.AUTHORITY]
            steps += [Step.OTHER_PARENT] if t.authority is Authority.SAMEN else []
    steps += [Step.HOW, Step.TELL, Step.OTHERS, Step.ABOUT, Step.FEEL, Step.LENS, Step.AUDIENCE]
    if t.shares:
        steps += [Step.CHANNELS, Step.SPECIAL, Step.RECOGNISE, Step.PREVIEW]
    return (*steps, Step.CHECK, Step.DONE)


def progress() -> None:
    """A row of bars, of which those that were passed are filled."""
    t = telling()
    steps = [step for step in path(t) if step not in (Step.WHO, Step.DONE)]
    if t.step not in steps:
        return
    at = steps.index(t.step)
    bars = "".join(f"<i class='{'on' if number <= at else ''}'></i>" for number in range(len(steps)))
    label = html.escape(say("tell.progress", at=at + 1, of=len(steps)))
    st.html(f"<div class='vp-steps' role='img' aria-label='{label}'>{bars}</div>")


def on(**changes: object) -> None:
    """Keep these answers and go to the next screen."""
    set_telling(**changes)
    steps = path(telling())
    go(steps[steps.index(telling().step) + 1])


def go(step: Step, **changes: object) -> None:
    """To `step`, with these answers kept."""
    set_telling(step=step, **changes)
    st.rerun()


def next_button(label: str, *, disabled: bool = False) -> bool:
    return st.button(label, type="primary", key=f"verder_{telling().step}", disabled=disabled, width="stretch")


def big_button(label: str, *, key: str, picture: str = "", chosen: bool = False) -> bool:
    """A large answer with its picture; the one that was chosen before is filled."""
    if picture:
        pictures({f"groot_{key}": picture})
    return st.button(label, key=f"groot_{key}", type="primary" if chosen else "secondary", width="stretch")


def back_button(**changes: object) -> None:
    """Back one screen; `changes` are the answers of this screen, which are kept."""
    steps = path(telling())
    if st.button(say("tell.back"), key=f"terug_{telling().step}", type="tertiary"):
        go(steps[max(0, steps.index(telling().step) - 1)], **changes)
