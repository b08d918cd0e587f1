"""How a story stands now: everything `stories.use.may_use_version` asks about, read in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import anonymise
from stories.consent import Purpose, may_use
from stories.model import Approval, StoryVersion
from stories.sitting import wants_preview
from stories.store import Books
from stories.use import Standing

SPECIAL_YES, SPECIAL_NO = "bijzonder_ja", "bijzonder_nee"
"""Roles of approvals of a story's raw text (its digest): what an editor says about words of special data in it."""


def standing(books: Books, story_id: str) -> Standing:
    """Raises NotFound for a story without a version, or whose words were erased."""
    version, approvals = books.version(story_id), books.approvals(story_id)
    return Standing(
        story=books.story(story_id),
        consent=books.consent(story_id),
        version=version,
        approvals=approvals,
        special=holds_special(version, approvals),
        preview=wants_preview(books.sittings(story_id)),
        audience=books.tags(story_id).audience,
        one_person_since=one_person_since(books),
    )


ONE_PERSON = "one_person"
"""The house's choice of that name: "on" or "off", and off while nobody chose."""


def one_person_since(books: Books) -> datetime | None:
    """Since when one person may release after a day's wait; None while nobody may (see `desk.oneperson`)."""
    chosen = books.chosen(ONE_PERSON)
    return chosen.at if chosen is not None and chosen.body == "on" else None


@dataclass(frozen=True, slots=True)
class Special:
    """Special data in a version, as an editor sees it.

    `kinds` are those of the machine's signs; any there are when only the editor says so.
    """

    holds: bool
    kinds: tuple[str, ...]
    said: bool  # an editor looked
    allowed: bool  # everybody who must said yes to it


def special_in(now: Standing, on: date) -> Special:
    """Of one story, on the date `on`."""
    signs = anonymise.special_signs(now.version.clean.text)
    return Special(
        holds=now.special,
        kinds=signs or (anonymise.special_kinds() if now.special else ()),
        said=editor_says_special(now.version, now.approvals) is not None,
        allowed=bool(may_use(now.consent, Purpose.BIJZONDER, on=on)),
    )


def holds_special(version: StoryVersion, approvals: Sequence[Approval]) -> bool:
    """Does this version hold words of special data? An editor's word counts, else the machine's signs."""
    said = editor_says_special(version, approvals)
    return bool(anonymise.special_signs(version.clean.text)) if said is None else said


def editor_says_special(version: StoryVersion, approvals: Sequence[Approval]) -> bool | None:
    """What an editor said last about the text that this version was made of; None when nobody did."""
    said = [
        a.role for a in approvals if a.digest == version.clean.source_digest and a.role in (SPECIAL_YES, SPECIAL_NO)
    ]
    return said[-1] == SPECIAL_YES if said else None
