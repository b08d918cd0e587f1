"""Versions of a story's anonymised text: made by the machine first, then by an editor's decisions.

A version is immutable. Every change of names or themes makes a new one, so that an approval can belong to
exactly one text.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime

import anonymise
from anonymise import Decision
from desk import card, passages, queue_facts, tagging
from desk.carrying import carried
from desk.style import seed_of, style_of
from desk.tagging import PassageTags
from stories.model import (
    Certainty,
    Finding,
    RawText,
    Story,
    StoryKind,
    StoryVersion,
    Theme,
)
from stories.store import Books
from stories.vault import Kind
from stories.words import say

MACHINE = "machine"
"""Actor name of the worker in versions and audit."""

EXCLUDED = "weggelaten"
"""The type of a passage that the teller excluded: replaced as a whole, and no row of the name table."""


def raw_text(books: Books, story: Story) -> RawText:
    """What was really said or typed: for a recording the transcript, one segment per line."""
    if story.kind is StoryKind.TEXT:
        return books.text(story.id)
    return RawText(books.transcript(story.id).text)


def findings_of(books: Books, story_id: str) -> tuple[tuple[Finding, ...], tuple[Decision, ...]]:
    """The machine's findings and the editors' decisions so far, as sealed with the story."""
    data = json.loads(books.fetch(story_id, Kind.FINDINGS))
    findings = tuple(Finding(**{**row, "certainty": Certainty(row["certainty"])}) for row in data["findings"])
    return findings, tuple(Decision(**row) for row in data["decisions"])


def _found(books: Books, story_id: str, raw: RawText) -> tuple[tuple[Finding, ...], tuple[Decision, ...]]:
    """What was found in exactly this text; found anew when the text is another one, with the decisions that still say
    something about it."""
    known = books.intake_names(story_id)
    if not books.has(story_id, Kind.FINDINGS):
        return anonymise.find(raw.text, known_names=known), ()
    about = json.loads(books.fetch(story_id, Kind.FINDINGS)).get("about")
    findings, decisions = findings_of(books, story_id)
    if about is None or about["digest"] == raw.digest:
        return findings, decisions
    before = about.get("text")
    if before is None:  # kept before texts could be edited: it can only have grown at its end
        before = raw.text[: about["length"]]
        if RawText(before).digest != about["digest"]:
            return anonymise.find(raw.text, known_names=known), ()
    return anonymise.find(raw.text, known_names=known), carried(decisions, before, raw.text)


def _excluded(books: Books, story_id: str, raw: RawText) -> list[Finding]:
    """What the teller keeps for the house alone leaves the text as a whole, whatever stands in it.

    Raises Refused (desk.excluded_lost): a text in which such a passage cannot be found is no version of anything.
    """
    reason = say("desk.excluded_reason")
    places = passages.spans(books.excluded(story_id), raw.text)
    return [Finding(start, end, EXCLUDED, reason, Certainty.RED) for start, end in places]


def masked_in(books: Books, story: Story, raw: RawText) -> tuple[Finding, ...]:
    """What is masked in this text as it is now: what was found and decided, and what the teller keeps for the house.

    Raises Refused (desk.excluded_lost).
    """
    findings, decided = _found(books, story.id, raw)
    final = [*anonymise.apply_decisions(findings, decided), *_excluded(books, story.id, raw)]
    return tuple(sorted((f for f in final if f.certainty is Certainty.RED), key=lambda f: (f.start, f.end)))


def new_version(
    books: Books,
    story: Story,
    *,
    by: str,
    decisions: Sequence[Decision] | None = None,
    themes: Sequence[Theme] | None = None,
    passage_tags: Sequence[PassageTags] | None = None,
) -> tuple[Story, StoryVersion]:
    """Find, replace and store: the next version of a story, with its sealed findings and name table.

    `decisions` None keeps the earlier ones; `themes` None keeps the earlier tags, and `passage_tags` None those of
    passages that still stand in the text. The findings are made once for a text, by the machine; later versions of it
    differ only by what people decided. Raises InputRefused for a replacement among `decisions` that is a name of this
    story or somebody else's.
    """
    about = "names" if decisions is not None else "themes" if themes is not None and by != MACHINE else "text"
    raw = raw_text(books, story)
    findings, earlier = _found(books, story.id, raw)
    table, sheet = books.names(story.id), books.intake_names(story.id)
    decided = tuple(decisions) if decisions is not None else earlier
    final = [*anonymise.apply_decisions(findings, decided), *_excluded(books, story.id, raw)]
    before = books.version(story.id) if story.version else None
    if decisions is None:  # nobody is there to be told that a replacement does not fit any more
        decided = anonymise.still_fitting(raw, final, decided, names=table, known_names=sheet)
    cleaned = anonymise.clean(
        raw, final, names=table, decisions=decided, known_names=sheet,
        style=style_of(books, story.id), seed=seed_of(books, story.id),
    )  # fmt: skip
    if themes is None:
        themes = before.themes if before else tagging.proposed(books, story.id, cleaned.text.text)
    if passage_tags is None and before:
        earlier_tags = tagging.kept(books, story.id, before.number)
        passage_tags = tagging.carried(earlier_tags, before.clean.text, cleaned.text.text)
    version = StoryVersion(
        story_id=story.id,
        number=story.version + 1,
        clean=cleaned.text,
        made_by=by,
        made_at=datetime.now(UTC),
        themes=tuple(themes),
    )
    _keep_findings(books, story.id, raw, findings, decided)
    books.keep_names(story.id, [name for name in cleaned.names if name.type != EXCLUDED])
    version = books.add_version(version)
    card.keep_values(books, version)
    tagging.keep(books, version, passage_tags or ())
    queue_facts.note(books, story, version, findings, decided)
    detail = f"{about} names={len(cleaned.names)}"
    books.audit(by, "version_made", story_id=story.id, subject=str(version.number), detail=detail)
    return replace(story, version=version.number), version


def _keep_findings(
    books: Books, story_id: str, raw: RawText, findings: Sequence[Finding], decisions: Sequence[Decision]
) -> None:
    data = {
        "about": {"text": raw.text, "digest": raw.digest},
        "findings": [asdict(f) for f in findings],
        "decisions": [asdict(d) for d in decisions],
    }
    books.keep(story_id, Kind.FINDINGS, json.dumps(data).encode())
