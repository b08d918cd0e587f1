"""Marked stories to a gold corpus: the offsets are right because nobody counts them.

A person writes a story with marks, `mijn broer [[persoon/turks|Emre]] woont in [[plaats|Goor]]`; this module takes the
marks out and remembers where they stood. It also refuses what a tired writer overlooks: an unknown type, a name that is
marked once and forgotten two lines later, a BSN that fails its checksum.

    python tests/gold/mark.py tests/gold/gold1      # writes tests/gold/gold1.jsonl

The format of a source file is explained in the README beside this file.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent

DIRECT = (
    "persoon",
    "plaats",
    "straat",
    "school",
    "organisatie",
    "telefoon",
    "email",
    "iban",
    "bsn",
    "postcode",
    "datum",
    "handle",
    "kenteken",
    "overig_naam",
)
INDIRECT = ("leeftijd", "quasi")
TYPES = frozenset(DIRECT + INDIRECT)
NARRATORS = frozenset({"kind", "jongere", "ouder", "grootouder", "pleegouder", "ervaringswerker", "professional"})
FORMS = frozenset({"spoken", "interview", "written", "chat"})
CASES = frozenset({"normal", "lower", "mixed"})
LEVELS = frozenset({"verzachten", "versterken", "veranderen"})
OPGAVEN = frozenset(
    {
        "Meedoen",
        "Een fijn thuis",
        "Kansrijk opgroeien",
        "Ontwikkelkansen bieden",
        "De rol van de werkgever",
        "Armoede en preventie van (early life) stress",
        "Ervaringsdeskundigheid",
        "Een gezonde dag",
    }
)
ORIGINS = frozenset(
    {
        "nederlands",
        "woord",
        "vlaams",
        "fries",
        "turks",
        "marokkaans",
        "surinaams",
        "antilliaans",
        "pools",
        "oekraiens",
        "syrisch",
        "somalisch",
        "eritrees",
        "chinees",
        "ghanees",
        "overig",
    }
)
"""Groups of names, to see whether the finder is worse for one of them; `woord` is a name that is an ordinary word."""

SMALL_WORDS = (
    "aan achter bij boven d dat de den der die dit een eerste en het huis ik in is je klein kleine la m maar met mijn"
    " naar niet nu of om onder op oude over s straat t te ten ter tot u uit van vier voor was weg wij ze zes zijn"
)
LOOSE = frozenset(SMALL_WORDS.split())
"""Small words of a longer name that are not checked alone."""

DIGIT_WORDS = "nul een twee drie vier vijf zes zeven acht negen"
DIGITS = {word: str(digit) for digit, word in enumerate(DIGIT_WORDS.split())}
MARK = re.compile(r"\[\[([a-z_]+)(?:/([a-z]+))?\|([^\[\]|]+)\]\]")
HEADER = re.compile(r"^=== (\S+)$")
KEYS = frozenset({"narrator", "form", "case", "opgaven", "verandertheorie", "ordinary", "notes"})


class MarkError(ValueError):
    """A source that must be corrected; the message names the story and says what is wrong."""


@dataclass(frozen=True)
class Source:
    """One story as it was written: its header fields and its marked text."""

    id: str
    fields: dict[str, str]
    marked: str

    def list_of(self, key: str) -> list[str]:
        return [part.strip() for part in self.fields.get(key, "").split(";") if part.strip()]


@dataclass
class Plain:
    """Text without marks, and what was marked in it."""

    text: str = ""
    entities: list[dict[str, Any]] = field(default_factory=list)
    quotes: list[str] = field(default_factory=list)


def part_of(story_id: str) -> str:
    """`test` for about one story in three, else `tuning`: random, but the same for ever for the same id."""
    return "test" if hashlib.sha256(story_id.encode()).digest()[0] % 3 == 0 else "tuning"


def read_sources(path: Path) -> Iterator[Source]:
    """The stories of one source file, in order.

    Raises MarkError for a line before the first story or an unknown header field."""
    for block in re.split(r"(?m)^(?==== )", path.read_text(encoding="utf-8")):
        if not block.strip():
            continue
        first, _, rest = block.partition("\n")
        heading = HEADER.match(first)
        if not heading:
            raise MarkError(f"{path.name}: a story starts with '=== <id>', not with {first[:40]!r}")
        head, _, body = rest.partition("\n\n")
        fields = {}
        for line in head.splitlines():
            key, colon, value = line.partition(":")
            if not colon or key not in KEYS:
                raise MarkError(f"{heading[1]}: unknown header line {line[:40]!r}")
            fields[key] = value.strip()
        yield Source(heading[1], fields, body)


def take_marks_out(source: Source) -> Plain:
    """The text a finder sees. Lines are wrapped for the reader: a blank line is a line end, any other break a space.

    Raises MarkError for an unknown type or group of names and for marks that do not close."""
    marked = "\n".join(" ".join(par.split()) for par in re.split(r"\n\s*\n", source.marked.strip()))
    plain, quote_from, at = Plain(), None, 0
    for token in re.finditer(rf"{MARK.pattern}|<<|>>", marked):
        plain.text += marked[at : token.start()]
        at = token.end()
        if token[0] == "<<":
            if quote_from is not None:
                raise MarkError(f"{source.id}: a quote opens inside a quote")
            quote_from = len(plain.text)
        elif token[0] == ">>":
            if quote_from is None:
                raise MarkError(f"{source.id}: a quote closes that never opened")
            plain.quotes.append(plain.text[quote_from:].strip())
            quote_from = None
        else:
            kind, origin, words = token[1], token[2], token[3]
            if kind not in TYPES:
                raise MarkError(f"{source.id}: unknown type {kind!r}")
            if words != words.strip():
                raise MarkError(f"{source.id}: spaces at the edge of {words!r}")
            start = len(plain.text)
            plain.text += words
            entity = {"start": start, "end": start + len(words), "text": words, "type": kind}
            if kind == "persoon":
                entity["origin"] = origin or "nederlands"
                if entity["origin"] not in ORIGINS:
                    raise MarkError(f"{source.id}: unknown group of names {origin!r}")
            elif origin:
                raise MarkError(f"{source.id}: only a persoon has a group of names, not {words!r}")
            plain.entities.append(entity)
    plain.text += marked[at:]
    if quote_from is not None or re.search(r"\[\[|\]\]|<<|>>", plain.text):
        raise MarkError(f"{source.id}: a mark or quote is not closed")
    return plain


def forgotten(plain: Plain, ordinary: list[str]) -> set[str]:
    """Words that are marked in one place of the story and stand unmarked in another, except those named as ordinary."""
    allowed = LOOSE | {word.lower() for word in ordinary}
    outside = list(plain.text)
    for entity in plain.entities:
        outside[entity["start"] : entity["end"]] = "\n" * (entity["end"] - entity["start"])
    left = {word.lower() for word in re.findall(r"[^\W\d_]+", "".join(outside))}
    left |= {word.removesuffix("s") for word in left}
    names = (e["text"] for e in plain.entities if e["type"] in DIRECT and e["type"] not in {"datum", "telefoon", "bsn"})
    return {w for name in names for w in re.findall(r"[^\W\d_]{2,}", name.lower()) if w in left and w not in allowed}


def digits_of(spoken: str) -> str:
    """`nul zes twaalf` is no number here, `nul zes een twee` is 0612: only digits and the names of digits count."""
    return "".join(DIGITS.get(part, part) for part in re.findall(r"[a-z]+|\d", spoken.lower().replace("één", "een")))


def iban_is_right(written: str) -> bool:
    code = digits_of(written) if " " in written and not written[:2].isupper() else re.sub(r"\W", "", written)
    code = code.upper()
    return bool(re.fullmatch(r"[A-Z]{2}\d\d[A-Z0-9]{11,30}", code)) and (
        int("".join(str(int(c, 36)) for c in code[4:] + code[:4])) % 97 == 1
    )


def bsn_is_right(written: str) -> bool:
    """The elfproef of nine digits."""
    code = digits_of(written)
    if not re.fullmatch(r"\d{9}", code):
        return False
    return (sum((9 - n) * int(d) for n, d in enumerate(code[:8])) - int(code[8])) % 11 == 0


def check(source: Source, plain: Plain) -> None:
    """Raises MarkError for a story that breaks a rule of the README."""

    def insist(holds: bool, why: str) -> None:
        if not holds:
            raise MarkError(f"{source.id}: {why}")

    insist(source.fields.get("narrator") in NARRATORS, "unknown narrator")
    insist(source.fields.get("form") in FORMS, "unknown form")
    insist(source.fields.get("case") in CASES, "unknown case")
    insist(set(source.list_of("opgaven")) <= OPGAVEN, f"unknown opgave in {source.list_of('opgaven')}")
    insist(set(source.list_of("verandertheorie")) <= LEVELS, "unknown level of the verandertheorie")
    insist(
        bool(source.list_of("opgaven")) == bool(source.list_of("verandertheorie")),
        "a level of the verandertheorie goes with an opgave, and an opgave with a level",
    )
    insist(40 <= len(plain.text.split()) <= 500, f"{len(plain.text.split())} words, not 40 to 500")
    insist(bool(plain.quotes) or not source.list_of("opgaven"), "an opgave without a quote that shows it")
    if source.fields["case"] == "lower":
        insist(plain.text == plain.text.lower(), "a lower-case story with a capital")
        insist(
            not re.search(r"[.,;:!?]", plain.text) or source.fields["form"] != "spoken",
            "a recogniser's lower-case story has no punctuation",
        )
    left = forgotten(plain, source.list_of("ordinary"))
    insist(not left, f"marked in one place and not in another: {sorted(left)}; mark it, or name it under 'ordinary'")
    for entity in plain.entities:
        if entity["type"] == "iban":
            insist(iban_is_right(entity["text"]), f"IBAN {entity['text']} fails its checksum")
        if entity["type"] == "bsn":
            insist(bsn_is_right(entity["text"]), f"BSN {entity['text']} fails the elfproef")


def story_of(source: Source) -> dict[str, Any]:
    """One line of the corpus. Raises MarkError when the source is not right."""
    plain = take_marks_out(source)
    check(source, plain)
    return {
        "id": source.id,
        "part": part_of(source.id),
        "narrator": source.fields["narrator"],
        "form": source.fields["form"],
        "case": source.fields["case"],
        "text": plain.text,
        "entities": plain.entities,
        "opgaven": source.list_of("opgaven"),
        "verandertheorie": source.list_of("verandertheorie"),
        "relevant_quotes": plain.quotes,
        "language_notes": source.fields.get("notes", ""),
    }


def corpus(folder: Path) -> list[dict[str, Any]]:
    """Every story of a folder of source files, ordered by file name and place in the file.

    Raises MarkError for the first story that is not right, and for an id used twice."""
    stories = [story_of(source) for path in sorted(folder.glob("*.txt")) for source in read_sources(path)]
    ids = [story["id"] for story in stories]
    double = {i for i in ids if ids.count(i) > 1}
    if double:
        raise MarkError(f"ids used twice: {sorted(double)}")
    return stories


def as_jsonl(stories: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(story, ensure_ascii=False) + "\n" for story in stories)


def main(folders: list[str]) -> int:
    for name in folders:
        folder = Path(name)
        try:
            stories = corpus(folder)
        except MarkError as wrong:
            print(wrong, file=sys.stderr)
            return 1
        target = folder.with_suffix(".jsonl")
        target.write_text(as_jsonl(stories), encoding="utf-8")
        print(f"{target.name}: {len(stories)} stories, {sum(len(s['entities']) for s in stories)} marks")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or [str(HERE / "gold1")]))
