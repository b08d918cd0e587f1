"""What was filled in on the form or its screen, by the names of `desk.paper`, becomes answers.

Empty means: not asked, or no. Nothing is filled in by us.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from desk import answering, paper
from desk.paper import Answer, AskedBy, Field, Spoken
from stories.consent import Outcome, Party, Recognisability, Way
from stories.errors import InputRefused, NotFound
from stories.people import Act, User
from stories.store import Store

PARTIES = {"own": Party.TELLER, "assent": Party.KIND, "representative": Party.VERTEGENWOORDIGER}

SITTING = {"other_parent", "preview"} | {field.name for field in paper.MEETING.fields}
"""Questions whose answers are kept in the sitting."""

T = TypeVar("T")


def record_form(
    store: Store,
    user: User,
    story_id: str,
    filled: Mapping[str, object],
    fields: Sequence[Field],
    *,
    way: Way,
    proof: int = 0,
    notice_version: int | None = None,
    now: datetime | None = None,
) -> None:
    """Write down one filled-in form. `fields` are the questions that were on it, `filled` their answers by name.

    Raises NotFound for an answer that was not on the form, InputRefused for paper of which nobody says which notice
    belongs to it; otherwise as `answering.record_answers`.
    """
    user.require(Act.TAKE_STORY)
    if way is Way.PAPIER and notice_version is None:
        with store.read() as books:
            if len(answering.notice_versions(books)) > 1:
                raise InputRefused("helper.notice_missing")
    answers = {field.name: _answer(field, filled.get(field.name)) for field in fields}
    said = {party: Outcome(answers[name]) for name, party in PARTIES.items() if answers.get(name) is not None}
    channels = [field.channel for field in fields if field.channel is not None and answers[field.name] is True]
    answering.record_answers(
        store, user, story_id, said, channels,
        recognisability=_of(Recognisability, answers.get("recognisability")) or Recognisability.ONHERKENBAAR,
        embargo_until=_of(date, answers.get("embargo_until")), valid_until=_of(date, answers.get("valid_until")),
        way=way, circumstances=_circumstances(answers, user), proof=proof, notice_version=notice_version, now=now,
    )  # fmt: skip


def _answer(field: Field, value: object) -> Any:
    """The answer as a value of ours; None for an empty one."""
    if value is None or field.answer is not Answer.ONE:
        return value
    for option in field.options:
        if option == value:
            return option
    raise NotFound("stories.not_found")


def _circumstances(answers: Mapping[str, Any], user: User) -> dict[str, Any]:
    """The fields of the sitting that were answered."""
    facts = {name: value for name, value in answers.items() if name in SITTING and value is not None}
    if "assent_asked_by" in facts:
        facts["assent_asked_by"] = user.id if facts["assent_asked_by"] is AskedBy.IK else ""
    if isinstance(facts.get("language"), Spoken):
        facts["language"] = facts["language"].value
    return facts


def _of(kind: type[T], value: object) -> T | None:
    return value if isinstance(value, kind) else None
