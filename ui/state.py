"""Everything a page remembers between reruns, typed and in one place: ids and choices, never a role.

The words of a story are here only as fields of the telling, until they are handed in (`keep_fields`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import streamlit as st

from stories.consent import Form, Outcome, Purpose
from stories.model import AgeBand, StoryKind, TellerRole

_TELLING = "telling"


class Step(StrEnum):
    """The screens of telling, in order."""

    WHO = "who"
    AGE = "age"
    NOTICE = "notice"
    VOICES = "voices"
    CHANNELS = "channels"
    TELL = "tell"
    NAMES = "names"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Telling:
    """Where a teller is, and what they chose so far."""

    step: Step = Step.WHO
    role: TellerRole | None = None
    age_band: AgeBand | None = None
    own_yes: Outcome | None = None
    assent: Outcome | None = None
    representative: Outcome | None = None
    later: bool = False  # the representative is not here now and answers with the code
    channels: tuple[tuple[Purpose, Form | None], ...] = ()
    kind: StoryKind = StoryKind.TEXT
    story_id: str | None = None
    given_ms: int | None = None
    code: str | None = None

    @property
    def young(self) -> bool:
        """Children and young people are spoken to with je, adults with u."""
        return self.role in (TellerRole.KIND, TellerRole.JONGERE)

    @property
    def under_16(self) -> bool:
        return self.age_band is not None and self.age_band.needs_representative


def telling() -> Telling:
    return st.session_state.get(_TELLING, Telling())


def set_telling(**changes: Any) -> None:
    st.session_state[_TELLING] = replace(telling(), **changes)


def forget_telling() -> None:
    """Start afresh. What is in the fields stays until the story is handed in: nobody types a story twice."""
    st.session_state.pop(_TELLING, None)


def keep_fields(*names: str) -> None:
    """Fields that are not on the screen in this run keep what was typed or chosen in them for the next one.

    Never call it for a field that is drawn in this run: it would undo what is being typed at this moment.
    """
    for name in names:
        st.session_state[name] = st.session_state.get(name, _FIRST.get(name, ""))


def drop_fields(*names: str) -> None:
    """The story is handed in: its words are in the vault, and nowhere else."""
    for name in names:
        st.session_state.pop(name, None)


_FIRST = {"hoe": "typen"}


def shown_before(name: str, now: int) -> int:
    """The row version of `name` that this tab showed when somebody pressed something; `now` when it showed none.

    A page is drawn anew before it handles a press. Whoever decides, decides about what they saw, not about what
    somebody else made of it meanwhile.
    """
    return int(st.session_state.get(f"shown_{name}", now))


def is_shown(name: str, row_version: int) -> None:
    """The page is drawn: this is what the tab shows now."""
    st.session_state[f"shown_{name}"] = row_version


def chosen(name: str) -> str | None:
    """The id in the page's URL, such as `?verhaal=v12ab`."""
    value = st.query_params.get(name)
    return str(value) if value else None


def choose(name: str, value: str | None) -> None:
    if value is None:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = value


def flash(text: str) -> None:
    """A sentence shown once, after the rerun that follows a decision."""
    st.session_state["flash"] = text


def take_flash() -> str | None:
    return st.session_state.pop("flash", None)
