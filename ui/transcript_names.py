"""The names of a story beside its sound: the same places, panel and decisions as on the page Nakijken."""

from __future__ import annotations

from desk import naming
from desk.transcripts import Opened
from stories.errors import VertelpuntError
from stories.model import Transcript
from stories.people import Act
from stories.stages import Stage
from ui.components.naming import Touched, about_panel, marks, packed_ideas
from ui.names import carry_out, ideas
from ui.parts import refusal
from ui.state import refused, set_refused
from ui.visit import Visit


def names_of(visit: Visit, seen: Opened, *, key: str) -> dict[str, object]:
    """What the transcript shows of names. `waits`: the machine has not looked at this text yet, so nothing can be
    decided in it."""
    given = about_panel() | {
        "begins": begins(seen.transcript), "edit": visit.staff.may(Act.EDIT_NAMES), "refused": refused(key),
    }  # fmt: skip
    if seen.story.stage is not Stage.TAGGED:
        return given | {"waits": True, "marks": [], "amber": 0, "undo": False, "redo": False, "ideas": None}
    looking = naming.opened(visit.store, visit.staff, seen.story.id)
    return given | {
        "waits": False,
        "marks": marks(looking),
        "amber": looking.amber,
        "undo": looking.can_undo,
        "redo": looking.can_redo,
        "ideas": packed_ideas(ideas(visit, seen.story.id, looking)),
    }


def decide(visit: Visit, story_id: str, did: Touched, *, key: str) -> None:
    """One decision; why it is refused is said in the transcript itself."""
    try:
        carry_out(visit, story_id, did)
    except VertelpuntError as error:
        set_refused(key, refusal(error))


def begins(transcript: Transcript) -> list[int]:
    """At which character of the text that names are looked for in each line begins; -1 for a line whose words are not
    in it."""
    found, at = list[int](), 0
    for segment in transcript.segments:
        found.append(at if segment.said == segment.text else -1)
        at += len(segment.said) + 1
    return found
