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

MACHINE = "machine"
"""Actor name of the worker in versions and audit."""


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


def new_version(
    books: Books,
    story: Story,
    *,
    by: str,
    decisions: Sequence[Decision] | None = None,
    themes: Sequence[Theme] | None = None,
) -> tuple[Story, StoryVersion]:
    """Find, replace and store: the next version of a story, with its sealed findings and name table.

    `decisions` None keeps the earlier ones; `themes` None keeps the earlier tags. The findings are made once,
    by the machine; later versions differ only by what people decided.
    """
    raw = raw_text(books, story)
    if books.has(story.id, Kind.FINDINGS):
        findings, earlier = findings_of(books, story.id)
    else:
        findings, earlier = anonymise.find(raw.text, known_names=books.intake_names(story.id)), ()
    decided = tuple(decisions) if decisions is not None else earlier
    final = anonymise.apply_decisions(findings, decided)
    cleaned = anonymise.clean(raw, final, names=books.names(story.id))
    if themes is None:
        themes = books.version(story.id).themes if story.version else machine_themes(books, cleaned.text.text)
    version = StoryVersion(
        story_id=story.id,
        number=story.version + 1,
        clean=cleaned.text,
        made_by=by,
        made_at=datetime.now(UTC),
        themes=tuple(themes),
    )
    _keep_findings(books, story.id, findings, decided)
    books.keep_names(story.id, cleaned.names)
    version = books.add_version(version)
    books.audit(
        by, "version_made", story_id=story.id, subject=str(version.number), detail=f"names={len(cleaned.names)}"
    )
    return replace(story, version=version.number), version


def machine_themes(books: Books, text: str) -> tuple[Theme, ...]:
    """What the vocabulary proposes for this text: never confirmed, a person does that."""
    _, vocabulary = books.vocabulary()
    return tuple(
        Theme(id=hit.id, source=MACHINE, words=tuple(dict.fromkeys(hit.words)))
        for hit in anonymise.themes(text, vocabulary)
    )


def _keep_findings(books: Books, story_id: str, findings: Sequence[Finding], decisions: Sequence[Decision]) -> None:
    data = {"findings": [asdict(f) for f in findings], "decisions": [asdict(d) for d in decisions]}
    books.keep(story_id, Kind.FINDINGS, json.dumps(data).encode())
