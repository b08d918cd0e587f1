"""Where a story is, in a few plain steps: derived from stage, state, consent and jobs, and stored nowhere.

The steps hold codes, numbers and dates; the words stand in the catalogue (`follow.when_<code>`). They say nothing of
what was told, so that a parent with a code of their own may see them too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from stories import clock
from stories.consent import Consent, Party, Purpose, may_use, required_parties
from stories.jobs import JobState, JobStatus
from stories.model import Story, StoryKind
from stories.stages import Stage, State

MINUTE_MS = 60_000


class Mark(StrEnum):
    """How a step stands."""

    DONE = "done"
    NOW = "now"
    STILL = "still"  # nothing moves until somebody does something
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class Moment:
    """One step of the way. `values` fill the sentence: dates and numbers."""

    code: str
    mark: Mark
    values: Mapping[str, object] = field(default_factory=dict)


def timeline(
    story: Story,
    consent: Consent,
    jobs: Sequence[JobStatus],
    *,
    now: datetime,
    erased_after: datetime | None = None,
) -> tuple[Moment, ...]:
    """The way of one story, first step first. `jobs` are its jobs, newest first."""
    received = Moment("received", Mark.DONE, {"date": story.created_at})
    if story.state is State.INGETROKKEN:
        gone = {"date": erased_after} if erased_after else {}
        return (
            received,
            Moment("stopped", Mark.STILL),
            Moment("erased_on" if gone else "erased_soon", Mark.AHEAD, gone),
        )
    if story.state is State.GEWIST:
        return (received, Moment("erased", Mark.DONE))
    if story.state in (State.GEPAUZEERD, State.QUARANTAINE):
        return (received, Moment("paused", Mark.STILL))
    agreed = _agreed(consent, now)
    if agreed.mark is not Mark.DONE:
        return (received, agreed, *_ahead("machine", "people", "ready"))
    machine = _machine(story, jobs)
    if machine.mark is not Mark.DONE:
        return (received, agreed, machine, *_ahead("people", "ready"))
    if story.state is State.BIJ_TELLER:
        return (received, agreed, machine, Moment("with_teller", Mark.NOW), *_ahead("ready"))
    if story.state is not State.VRIJGEGEVEN:
        return (received, agreed, machine, Moment("people", Mark.NOW), *_ahead("ready"))
    return (received, agreed, machine, Moment("people", Mark.DONE), Moment("ready", Mark.DONE))


def _ahead(*codes: str) -> tuple[Moment, ...]:
    return tuple(Moment(code, Mark.AHEAD) for code in codes)


def _agreed(consent: Consent, now: datetime) -> Moment:
    """Has everybody said yes? Otherwise what the story waits for."""
    verdict = may_use(consent, Purpose.VERWERKEN, on=clock.today(now))
    if verdict:
        parent = Party.VERTEGENWOORDIGER in required_parties(consent.teller)
        return Moment("parent_yes" if parent else "own_yes", Mark.DONE)
    code = (verdict.code or "").partition(".")[2]
    if code in ("turned_16", "expired"):
        return Moment(code, Mark.STILL)
    if code in ("vertegenwoordiger_not_asked", "vertegenwoordiger_says_twijfel"):
        return Moment("waits_for_parent", Mark.NOW)
    party, _, said = code.partition("_says_")
    return Moment(f"{party}_{said}" if said else "no_yes", Mark.STILL)


def _machine(story: Story, jobs: Sequence[JobStatus]) -> Moment:
    if story.stage is Stage.TAGGED:
        return Moment("machine", Mark.DONE)
    job = jobs[0] if jobs else None
    if job is not None and job.state is JobState.FAILED:
        return Moment("machine_failed", Mark.STILL)
    if job is not None and job.state is JobState.BLOCKED:
        return Moment("machine_waits", Mark.STILL)
    if story.stage is not Stage.CAPTURED:
        return Moment("names", Mark.NOW)
    if story.kind is StoryKind.AUDIO and job is not None and job.total:
        minutes = {"done": job.done // MINUTE_MS, "total": -(-job.total // MINUTE_MS)}
        return Moment("writing_out_of", Mark.NOW, minutes)
    return Moment("writing_out" if story.kind is StoryKind.AUDIO else "machine", Mark.NOW)
