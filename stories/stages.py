"""Two axes of a story, each one table.

The *stage* says how far the machine is. The *editorial state* says what people decided. What the queue shows
("wacht op toestemming", "namen nakijken") is derived from both and from consent (`stories.books_queue`), and stored
nowhere.
"""

from __future__ import annotations

from enum import StrEnum

from stories.errors import StageRefused


class Stage(StrEnum):
    """How far the machine is."""

    CAPTURED = "captured"
    TRANSCRIBED = "transcribed"
    ANONYMISED = "anonymised"
    TAGGED = "tagged"


class State(StrEnum):
    """What people decided."""

    CONCEPT = "concept"
    INGEDIEND = "ingediend"
    QUARANTAINE = "quarantaine"
    IN_REDACTIE = "in_redactie"
    BIJ_TELLER = "bij_teller"
    TER_VRIJGAVE = "ter_vrijgave"
    VRIJGEGEVEN = "vrijgegeven"
    GEPAUZEERD = "gepauzeerd"
    INGETROKKEN = "ingetrokken"
    GEWIST = "gewist"


NEXT_STAGE: dict[Stage, Stage | None] = {
    Stage.CAPTURED: Stage.TRANSCRIBED,
    Stage.TRANSCRIBED: Stage.ANONYMISED,
    Stage.ANONYMISED: Stage.TAGGED,
    Stage.TAGGED: None,
}

# Withdrawal is possible from every living state; erasure follows it, unless whoever withdrew changes their mind within
# the days of grace (`desk.withdrawing.undo` alone goes that way). A pause goes back to the editors.
NEXT_STATES: dict[State, frozenset[State]] = {
    State.CONCEPT: frozenset({State.INGEDIEND, State.INGETROKKEN}),
    State.INGEDIEND: frozenset({State.QUARANTAINE, State.IN_REDACTIE, State.GEPAUZEERD, State.INGETROKKEN}),
    State.QUARANTAINE: frozenset({State.INGEDIEND, State.GEPAUZEERD, State.INGETROKKEN}),
    State.IN_REDACTIE: frozenset({State.BIJ_TELLER, State.TER_VRIJGAVE, State.GEPAUZEERD, State.INGETROKKEN}),
    State.BIJ_TELLER: frozenset({State.IN_REDACTIE, State.TER_VRIJGAVE, State.GEPAUZEERD, State.INGETROKKEN}),
    State.TER_VRIJGAVE: frozenset({State.IN_REDACTIE, State.VRIJGEGEVEN, State.GEPAUZEERD, State.INGETROKKEN}),
    State.VRIJGEGEVEN: frozenset({State.IN_REDACTIE, State.GEPAUZEERD, State.INGETROKKEN}),
    State.GEPAUZEERD: frozenset({State.IN_REDACTIE, State.INGEDIEND, State.INGETROKKEN}),
    State.INGETROKKEN: frozenset({State.GEWIST, State.INGEDIEND, State.IN_REDACTIE, State.GEPAUZEERD}),
    State.GEWIST: frozenset(),
}

STOPPED: frozenset[State] = frozenset({State.QUARANTAINE, State.GEPAUZEERD, State.INGETROKKEN, State.GEWIST})
"""In these states the machine does nothing with a story."""

SEARCHABLE: frozenset[State] = frozenset({State.BIJ_TELLER, State.TER_VRIJGAVE, State.VRIJGEGEVEN})
"""Only in these states a person has checked the text, so that it may be searched (`stories.books_search`)."""


def check_stage(old: Stage, new: Stage) -> None:
    """Raise StageRefused unless `new` is the next stage, or the text goes back: to be anonymised again after a
    correction, or to the beginning when the teller told more."""
    redo = new is Stage.CAPTURED or (new is Stage.TRANSCRIBED and old in (Stage.ANONYMISED, Stage.TAGGED))
    if new is not old and NEXT_STAGE[old] is not new and not redo:
        raise StageRefused("stories.stage_refused", old=old, new=new)


def check_state(old: State, new: State) -> None:
    """Raise StageRefused unless people may take a story from `old` to `new`."""
    if new is not old and new not in NEXT_STATES[old]:
        raise StageRefused("stories.state_refused", old=old, new=new)
