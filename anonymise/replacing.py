"""Put something else in the place of names: one person one label, in every spelling; two people never one label."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from anonymise import grammar, lists, roles
from anonymise.finding import Decision
from anonymise.hits import OTHER, PERSON
from anonymise.labels import Labels, Style
from anonymise.people import words_of
from anonymise.text import plain
from stories.errors import InputRefused
from stories.model import Certainty, CleanText, Finding, Name, RawText
from stories.words import say

_THE = re.compile(r"(?<!\w)de[ ]+$", re.IGNORECASE)

__all__ = ["Cleaned", "Style", "clean", "still_fitting", "suggestions"]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The anonymised text and the story's name table, which is sealed: earlier rows first, one row per spelling."""

    text: CleanText
    names: tuple[Name, ...]


def clean(
    raw: RawText,
    findings: Sequence[Finding],
    *,
    names: Sequence[Name] = (),
    decisions: Sequence[Decision] = (),
    style: Style = Style.NUMBERS,
    known_names: Sequence[str] = (),
    seed: str = "",
) -> Cleaned:
    """`raw` with every RED finding replaced, in the way of `style`: `[naam 1]`, `[mijn broer]`, or another name.

    Labels of an earlier table (`names`) are used again for the same person or thing. What an editor typed
    (`Decision.replacement`) goes before the style. AMBER findings stay. `known_names` is the intake sheet: nobody gets
    such a name. `seed` decides which other names; empty, the text itself does. Raises InputRefused when a finding lies
    outside the text, and for a replacement that is a name of this story or somebody else's.
    """
    red = _without_overlap(raw.text, findings)
    labels = Labels(
        raw.text, red, findings, names, decisions, style=style, known_names=known_names, seed=seed or raw.digest
    )
    pieces: list[str] = []
    spans: list[tuple[int, int]] = []
    renamed: list[tuple[int, int]] = []
    length = at = 0
    for number, finding in enumerate(red):
        limit = red[number + 1].start if number + 1 < len(red) else len(raw.text)
        start, end, before, label, after = _fitted(raw.text, finding, labels, at, limit)
        kept = raw.text[at:start] + before
        spans.append((length + len(kept), length + len(kept) + len(label)))
        if finding.type in (PERSON, OTHER) and not label.startswith("["):
            renamed.append(spans[-1])
        pieces += [kept, label, after]
        length += len(kept) + len(label) + len(after)
        at = end
    pieces.append(raw.text[at:])
    return Cleaned(CleanText("".join(pieces), raw.digest, tuple(spans), tuple(renamed)), labels.table())


def still_fitting(
    raw: RawText,
    findings: Sequence[Finding],
    decisions: Sequence[Decision],
    *,
    names: Sequence[Name] = (),
    known_names: Sequence[str] = (),
) -> tuple[Decision, ...]:
    """The decisions, without the replacements that do not fit any more: a text that was written out again may hold a
    new person of that name. The words stay hidden, and the story's style decides."""
    kept: list[Decision] = []
    red = _without_overlap(raw.text, findings)
    for decision in decisions:
        try:
            if decision.replacement:
                Labels(raw.text, red, findings, names, [*kept, decision], known_names=known_names)
        except InputRefused:
            decision = replace(decision, replacement="")
        kept.append(decision)
    return tuple(kept)


def suggestions(
    text: str,
    findings: Sequence[Finding],
    span: tuple[int, int],
    *,
    names: Sequence[Name] = (),
    known_names: Sequence[str] = (),
    seed: str = "",
    decisions: Sequence[Decision] = (),
) -> tuple[str, ...]:
    """What an editor may put in the place of the words `span`: who it is, a number, some other names. `decisions` tell
    who is somebody else.

    Raises InputRefused for a span outside the text.
    """
    if not 0 <= span[0] < span[1] <= len(text):
        raise InputRefused("anonymise.finding_outside_text")
    met = next((f for f in findings if f.start < span[1] and span[0] < f.end), None)
    kind = met.type if met else PERSON
    here = Finding(
        min(span[0], met.start if met else span[0]), max(span[1], met.end if met else span[1]), kind, "", Certainty.RED
    )
    red = _without_overlap(text, [*(f for f in findings if f is not met), here])
    here = next(f for f in red if f.start <= here.start < f.end)
    seed = seed or RawText(text).digest
    decisions = [replace(one, replacement="") for one in decisions if one.action != "keep"]
    found: list[str] = []
    for style, number in ((Style.ROLES, 0), (Style.NUMBERS, 0), *((Style.NAMES, n) for n in range(3))):
        labels = Labels(
            text, red, findings, names, decisions, style=style, known_names=known_names, seed=f"{seed}{number or ''}"
        )
        found.append(labels.of(here))
    return tuple(dict.fromkeys(found))


def _fitted(text: str, finding: Finding, labels: Labels, floor: int, limit: int) -> tuple[int, int, str, str, str]:
    """What goes (start, end), and what comes: words before the label, the label, an ending after it."""
    start, end, label = finding.start, finding.end, labels.of(finding)
    name, bracketed = text[start:end], label.startswith("[")
    before = after = ""
    if labels.speaks(finding):
        start -= roles.lead(text, start, label, floor)
        if text[start : start + 1].isupper() and grammar.opens_sentence(text, start):
            label = grammar.capital(label)
    if finding.type in (PERSON, OTHER):
        taken = grammar.tail(text, finding.start, end, limit)
        owns, small, plural = _form(text, finding, labels)
        end += taken
        owns = owns or taken > 0 or plain(name).endswith("'s")
        if plural and not taken:
            owns, before = False, say("replacing.family") + " "
        if small and labels.is_other_name(finding):
            label = grammar.diminutive(label)
        if owns:
            whole = grammar.genitive(label)
            label, after = (label, whole[len(label) :]) if bracketed else (whole, "")
    return start, end, before, label, after


def _form(text: str, finding: Finding, labels: Labels) -> tuple[bool, bool, bool]:
    """Is the name written as whose it is, as a small one, or as a family?"""
    name = text[finding.start : finding.end]
    bare, words = labels.people.bare(name), words_of(name)
    if not bare or not words:
        return False, False, False
    if words[-1] != bare + "s":
        return words[-1].endswith("s") and not bare.endswith("s"), True, False
    article = _THE.search(text, max(0, finding.start - 4), finding.start) is not None
    family = bare in lists.last() or bare not in lists.first()
    return True, False, article and family


def _without_overlap(text: str, findings: Iterable[Finding]) -> list[Finding]:
    """The red findings in order; overlapping ones become one."""
    red: list[Finding] = []
    for finding in sorted((f for f in findings if f.certainty is Certainty.RED), key=lambda f: (f.start, f.end)):
        if finding.end > len(text):
            raise InputRefused("anonymise.finding_outside_text")
        if red and finding.start < red[-1].end:
            last = red.pop()
            finding = Finding(last.start, max(last.end, finding.end), last.type, last.reason, Certainty.RED)
        red.append(finding)
    return red
