"""What a proposal changes, in words: for the administrator who makes it, and for the one who has to approve it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from desk.rules import Channel, channels_from_json
from stories.rulebook import RuleKind
from stories.terms import Terms
from stories.vocabulary import Soort
from stories.words import say

ALIKE = 0.5
"""Lines with fewer words in common are two different lines, not one that was rewritten."""


class Sign(StrEnum):
    """`rules.sign_<value>` is the word for it."""

    ADDED = "added"
    GONE = "gone"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `where` is the heading or the theme it stands under, or empty; `spans` are the characters of
    `text` that are other words than before (empty: all of it)."""

    sign: Sign
    text: str
    where: str = ""
    spans: tuple[tuple[int, int], ...] = ()


def changes(kind: RuleKind, before: str, after: str) -> tuple[Change, ...]:
    """From one body of a rule to another; both were checked (`desk.rulechecks`)."""
    match kind:
        case RuleKind.NOTICE:
            return tuple(_lines(before, after))
        case RuleKind.PURPOSES:
            return tuple(_channels(channels_from_json(json.loads(before)), channels_from_json(json.loads(after))))
        case RuleKind.TERMS:
            return tuple(_terms(*(Terms.from_json(json.loads(body)).to_json() for body in (before, after))))
        case RuleKind.THEMES:
            return tuple(_themes(json.loads(before), json.loads(after)))


def _lines(before: str, after: str) -> Iterator[Change]:
    old, new = ([line for line in text.splitlines() if line] for text in (before, after))
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        pairs = b - a == d - c  # as many lines as before: each was rewritten
        for at in range(a, b):
            spans = _other_words(old[at], new[c + at - a]) if pairs else ()
            yield Change(Sign.GONE, old[at], _heading(old[:at]), spans)
        for at in range(c, d):
            spans = _other_words(new[at], old[a + at - c]) if pairs else ()
            yield Change(Sign.ADDED, new[at], _heading(new[:at]), spans)


def _other_words(line: str, other: str) -> tuple[tuple[int, int], ...]:
    """The characters of `line` whose words are not in `other`; nothing when they have too little in common."""
    words, others = ([match.span() for match in re.finditer(r"\S+", text)] for text in (line, other))
    matcher = SequenceMatcher(None, [line[a:b] for a, b in words], [other[a:b] for a, b in others], autojunk=False)
    if matcher.ratio() < ALIKE:
        return ()
    return tuple(
        (words[a][0], words[b - 1][1]) for tag, a, b, _, _ in matcher.get_opcodes() if tag != "equal" and b > a
    )


def _heading(lines: Sequence[str]) -> str:
    return next((line.lstrip("# ") for line in reversed(lines) if line.startswith("#")), "")


def channel_in_words(channel: Channel) -> str:
    """ "Podcast, nagesproken door iemand anders" """
    purpose, form = channel
    return say(f"terms.purpose_{purpose}") + (f", {say(f'terms.form_{form}')}" if form else "")


def _channels(before: Sequence[Channel], after: Sequence[Channel]) -> Iterator[Change]:
    yield from (Change(Sign.ADDED, channel_in_words(one)) for one in after if one not in before)
    yield from (Change(Sign.GONE, channel_in_words(one)) for one in before if one not in after)


def term_in_words(name: str, value: int) -> str:
    """ "De opname: 90 dagen nadat de tekst is goedgekeurd" """
    return say(f"rules.says_{name}", number=value)


def _terms(before: dict[str, int], after: dict[str, int]) -> Iterator[Change]:
    for name, value in after.items():
        if value != before[name]:
            text = say("rules.from_to", old=before[name], new=term_in_words(name, value))
            yield Change(Sign.CHANGED, text, say(f"rules.term_{name}"))


def _themes(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Iterator[Change]:
    old = {row["id"]: row for row in before}
    for row in after:
        was = old.get(row["id"])
        if was is None:
            yield Change(Sign.ADDED, _theme_in_words(row), row["naam"])
        elif was != row:
            yield from _theme(was, row)
    order = [row["id"] for row in after if row["id"] in old]
    if order != list(old):
        yield Change(Sign.CHANGED, say("rules.theme_order"))


def _theme_in_words(row: dict[str, Any]) -> str:
    words = ", ".join(row["woorden"]) or say("rules.no_words")
    status = say(f"rules.status_{row['bevestigd']}", number=row["nr"] or say("rules.no_number"), source=row["bron"])
    if row.get("soort", Soort.OPGAVE) != Soort.OPGAVE:
        status = say(f"themes.kind_{row['soort']}")
    return say("rules.theme_new", meaning=row["betekenis"], words=words, status=status)


def _theme(was: dict[str, Any], row: dict[str, Any]) -> Iterator[Change]:
    where = row["naam"]
    for field in ("naam", "nr", "bevestigd", "bron", "betekenis"):
        if was[field] != row[field]:
            old, new = (_field(field, one[field]) for one in (was, row))
            yield Change(
                Sign.CHANGED, say("rules.theme_field", field=say(f"rules.field_{field}"), old=old, new=new), where
            )
    if was.get("actief", True) != row.get("actief", True):
        yield Change(Sign.CHANGED, say("rules.theme_on" if row.get("actief", True) else "rules.theme_off"), where)
    added = [word for word in row["woorden"] if word not in was["woorden"]]
    gone = [word for word in was["woorden"] if word not in row["woorden"]]
    if added:
        yield Change(Sign.ADDED, say("rules.theme_words", words=", ".join(added)), where)
    if gone:
        yield Change(Sign.GONE, say("rules.theme_words", words=", ".join(gone)), where)
    if not added and not gone and was["woorden"] != row["woorden"]:
        yield Change(Sign.CHANGED, say("rules.theme_words_order"), where)


def _field(field: str, value: object) -> str:
    if field == "bevestigd":
        return say(f"rules.confirmed_{value}")
    return str(value) if value is not None else say("rules.no_number")
