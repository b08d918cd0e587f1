"""What a new rule must be before anybody may propose it: a text in, the text as it will be kept out.

Each function raises InputRefused with a sentence that says what is wrong, and where. The text may be anything at all:
it was typed, pasted or sent by a program.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from desk.rules import OFFERED, Channel, channels_from_json
from stories.consent import Form, Purpose
from stories.errors import InputRefused
from stories.terms import Terms
from stories.vocabulary import Soort

LONGEST_BODY = 100_000
"""Characters of any rule as it is kept."""

LONGEST_NOTICE = 20_000
"""Characters: nobody reads more (the built-in one has 2,500)."""

FEWEST_CHAPTERS = 3

NOTICE_PARTS = ("who", "what", "choose", "free", "stop", "printed", "keep", "others", "under_16")
"""What a notice must say: whoever proposes one ticks each of them, `rules.part_<name>`."""

SIGNS = frozenset(".,;:?!()'\"’‘“”„…–—-/%€+،؛؟")
"""The signs a text of the house may hold, beside letters, digits and spaces. None of them makes markup by itself."""

_HEADING = re.compile(r"(#{1,3}) (\S.*)")
_ONLY_DASHES = re.compile(r"[-–— ]+")
_COLON_INSIDE = re.compile(r":(?=\S)")
_ADDRESS = re.compile(r"\bwww\.", re.IGNORECASE)

FORMS = (Form.TEKST, Form.NAGESPROKEN, Form.VERVORMDE_STEM, Form.EIGEN_STEM, Form.BEELD)
"""From safest to most open, as they are offered."""

PURPOSES = tuple(dict.fromkeys(purpose for purpose, _ in OFFERED))
"""What can be offered, in that order. `verwerken` and `bijzonder` are always asked, each in a question of its own."""

LIMITS: dict[str, tuple[int, int]] = {
    "raw_audio_days": (7, 365),
    "story_months": (3, 60),
    "unconsented_days": (8, 90),
    "warning_days": (3, 30),
    "ask_again_days": (7, 60),
    "proof_years": (1, 10),
}
"""Least and most of each term: our own proposal, like the terms themselves."""

MOST_THEMES, MOST_WORDS, LONGEST_WORD = 60, 60, 60
LONGEST_THEME_NAME, LONGEST_MEANING, LONGEST_SOURCE = 60, 300, 200
STATUSES = ("ja", "waarschijnlijk", "nee")
_THEME_ID = re.compile(r"[a-z0-9_]{2,40}")
_THEME_FIELDS = {"id", "naam", "nr", "bevestigd", "bron", "betekenis", "woorden"}


# notices


def notice(body: str) -> str:
    """Headings, paragraphs and lists; no HTML, link, picture or any other markup. Line ends and spaces are tidied."""
    if len(body) > LONGEST_NOTICE:
        raise InputRefused("rules.notice_long", most=LONGEST_NOTICE)
    lines = [" ".join(line.split()) for line in unicodedata.normalize("NFC", body).splitlines()]
    levels = []
    for number, line in enumerate(lines, 1):
        heading = _HEADING.fullmatch(line)
        if heading:
            levels.append(len(heading[1]))
        words = heading[2] if heading else line
        if (sign := foreign_sign(words)) is not None:
            raise InputRefused("rules.notice_sign", line=number, sign=sign)
        if _COLON_INSIDE.search(words) or _ADDRESS.search(words):
            raise InputRefused("rules.notice_link", line=number)
        if words and _ONLY_DASHES.fullmatch(words):
            raise InputRefused("rules.notice_dashes", line=number)
    first = next((line for line in lines if line), "")
    if not first.startswith("# ") or levels.count(1) != 1:
        raise InputRefused("rules.notice_title")
    if levels.count(2) < FEWEST_CHAPTERS:
        raise InputRefused("rules.notice_chapters", count=FEWEST_CHAPTERS)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def foreign_sign(words: str) -> str | None:
    """The first character that is no letter, digit, space or sign of ours, in a form that can be shown."""
    for one in words:
        if one != " " and one not in SIGNS and unicodedata.category(one)[0] not in "LMN":
            return one if one.isprintable() else f"U+{ord(one):04X}"
    return None


# purposes


def purposes(body: str) -> str:
    """`[["nieuwsbrief", "tekst"], ["onderzoek", null], ...]`, in the order in which it is offered."""
    try:
        channels = channels_from_json(_json(body))
    except (TypeError, ValueError):
        raise InputRefused("rules.not_readable") from None
    if not {purpose for purpose, _ in channels} <= set(PURPOSES):
        raise InputRefused("rules.purpose_always")
    if not channels:
        raise InputRefused("rules.purposes_empty")
    return purposes_body(channels)


def purposes_body(channels: Sequence[Channel]) -> str:
    """The channels as they are kept."""

    def place(channel: Channel) -> tuple[int, int]:
        purpose, form = channel
        return PURPOSES.index(purpose), -1 if form is None else FORMS.index(form)

    return json.dumps([[str(p), None if f is None else str(f)] for p, f in sorted(channels, key=place)])


def could_be_offered(purpose: Purpose) -> tuple[Form | None, ...]:
    """The forms in which a purpose can be offered; one None for a purpose that publishes nothing."""
    return (None,) if (purpose, None) in OFFERED else FORMS


# terms


def terms(body: str) -> str:
    """All of `stories.terms.Terms`, each within its limits."""
    given = _json(body)
    if not isinstance(given, dict) or set(given) != set(LIMITS):
        raise InputRefused("rules.not_readable")
    for name, (least, most) in LIMITS.items():
        if type(given[name]) is not int or not least <= given[name] <= most:
            raise InputRefused(f"rules.limit_{name}", least=least, most=most)
    if given["warning_days"] >= given["unconsented_days"]:
        raise InputRefused("rules.warning_late")
    checked = Terms.from_json(given)
    if checked.ask_again_days >= checked.story.days:
        raise InputRefused("rules.ask_again_early")
    return json.dumps(checked.to_json())


# themes


def themes(body: str, before: Sequence[Mapping[str, Any]]) -> str:
    """A list of rows as in `themes.yaml`, with `soort` and `actief`. Every opgave of `before` is still there: stories
    have it. The levels and lenses that a list of before there were any does not know are put behind it."""
    given = _json(body)
    if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
        raise InputRefused("rules.not_readable")
    if len(given) > MOST_THEMES:
        raise InputRefused("rules.themes_many", most=MOST_THEMES)
    rows = [_theme(row) for row in given]
    known = {row["id"] for row in rows}
    rows += [_theme(row) for row in before if row.get("soort", Soort.OPGAVE) != Soort.OPGAVE and row["id"] not in known]
    ids = [row["id"] for row in rows]
    active = [row for row in rows if row["actief"]]
    if len(set(ids)) < len(ids):
        raise InputRefused("rules.theme_twice")
    if not {row["id"] for row in before} <= set(ids):
        raise InputRefused("rules.theme_gone")
    kinds = {row["id"]: row.get("soort", Soort.OPGAVE) for row in before}
    if any(kinds.get(row["id"], row["soort"]) != row["soort"] for row in rows):
        raise InputRefused("themes.kind_changed")
    if len({row["naam"].casefold() for row in rows}) < len(rows):
        raise InputRefused("rules.theme_name_twice")
    numbers = [row["nr"] for row in active if row["nr"] is not None]
    if len(set(numbers)) < len(numbers):
        raise InputRefused("rules.theme_number_twice")
    if not any(row["soort"] == Soort.OPGAVE for row in active):
        raise InputRefused("rules.themes_none")
    kept = themes_body(rows)
    if len(kept) > LONGEST_BODY:
        raise InputRefused("rules.too_long")
    return kept


def _theme(row: Mapping[str, Any]) -> dict[str, Any]:
    extra = set(row) - _THEME_FIELDS
    if _THEME_FIELDS - set(row) or extra - {"actief", "soort"} or row.get("soort", Soort.OPGAVE) not in [*Soort]:
        raise InputRefused("rules.not_readable")
    theme_id, nr, status, words = row["id"], row["nr"], row["bevestigd"], row["woorden"]
    if not isinstance(theme_id, str) or not _THEME_ID.fullmatch(theme_id):
        raise InputRefused("rules.theme_id")
    if status not in STATUSES:
        raise InputRefused("rules.theme_status", theme=theme_id)
    if nr is not None and (type(nr) is not int or not 1 <= nr <= 99 or status == "nee"):
        raise InputRefused("rules.theme_number", theme=theme_id)
    if nr is not None and row.get("soort", Soort.OPGAVE) != Soort.OPGAVE:
        raise InputRefused("rules.theme_number", theme=theme_id)
    if not isinstance(row.get("actief", True), bool) or not isinstance(words, list):
        raise InputRefused("rules.not_readable")
    source = _line(row["bron"], LONGEST_SOURCE, "rules.theme_source_line", theme_id)
    if status != "nee" and source in ("", "geen"):
        raise InputRefused("rules.theme_source", theme=theme_id)
    name = _line(row["naam"], LONGEST_THEME_NAME, "rules.theme_name", theme_id)
    meaning = _line(row["betekenis"], LONGEST_MEANING, "rules.theme_meaning", theme_id)
    if not _has_letter(name) or not _has_letter(meaning):
        raise InputRefused("rules.theme_empty", theme=theme_id)
    said = [_line(word, LONGEST_WORD, "rules.theme_word", theme_id) for word in words]
    if not all(_has_letter(word) for word in said):
        raise InputRefused("rules.theme_word", theme=theme_id, most=LONGEST_WORD)
    once: dict[str, str] = {}
    for word in said:
        once.setdefault(word.casefold(), word)
    if len(once) > MOST_WORDS:
        raise InputRefused("rules.theme_words_many", theme=theme_id, most=MOST_WORDS)
    told = {"naam": name, "bron": source or "geen", "betekenis": meaning, "woorden": [*once.values()]}
    return {**row, **told, "actief": row.get("actief", True), "soort": row.get("soort", str(Soort.OPGAVE))}


def themes_body(rows: Sequence[Mapping[str, Any]]) -> str:
    """The themes as they are kept: every field, in one order. What an older vocabulary left out is filled in."""
    status = {True: "ja", False: "nee"}
    whole = [
        {
            "id": row["id"],
            "naam": row.get("naam", row["id"]),
            "nr": row.get("nr"),
            "bevestigd": status.get(row.get("bevestigd", "nee"), row.get("bevestigd", "nee")),
            "bron": row.get("bron", "geen"),
            "betekenis": row.get("betekenis", row["id"]),
            "woorden": row.get("woorden") or [],
            "actief": row.get("actief", True),
            "soort": str(row.get("soort", Soort.OPGAVE)),
        }
        for row in rows
    ]
    return json.dumps(whole, ensure_ascii=False)


def _line(value: object, most: int, key: str, theme_id: str) -> str:
    """One line of plain words of at most so many characters, or the refusal `key`."""
    if isinstance(value, str):
        line = " ".join(unicodedata.normalize("NFC", value).split())
        bare = foreign_sign(line) is None and not _COLON_INSIDE.search(line) and not _ADDRESS.search(line)
        if len(line) <= most and bare:
            return line
    raise InputRefused(key, theme=theme_id, most=most)


def _has_letter(line: str) -> bool:
    return any(one.isalpha() for one in line)


def theme_id(name: str, taken: Sequence[str]) -> str:
    """An id for a new theme, made from its name: `Een fijn thuis` -> `een_fijn_thuis`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    bare = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:36].strip("_")
    bare = bare if len(bare) >= 2 else "thema"
    free = (f"{bare}_{number}" if number > 1 else bare for number in range(1, MOST_THEMES + 2))
    return next((found for found in free if found not in taken), bare)


def _json(body: str) -> object:
    """Raises InputRefused for what is no JSON. NaN and such are no JSON either."""
    if len(body) > LONGEST_BODY:
        raise InputRefused("rules.too_long")
    try:
        return json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise InputRefused("rules.not_readable") from None


def _no_constant(_name: str) -> object:
    raise ValueError("no number")
