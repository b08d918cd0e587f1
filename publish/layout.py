"""A template of a kind of piece: YAML that an administrator writes, read into a layout or refused with its line.

titel: "Verhalen over {{ opgaven }}"
blokken:
  - tekst: Zo is het om op te groeien met weinig geld.
  - per_verhaal:
      - kop: "{{ verteller | hoofdletter }} vertelt"
      - citaten

Each block is one word (`BLOCKS`) with its text; `citaten` is where the chosen quotes come, `per_verhaal` and
`per_citaat` repeat what stands under them. Quotes have exactly one place, so that none is lost and none comes twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from publish.sandbox import TextError, check
from stories.errors import InputRefused
from stories.model import BlockKind, PieceKind
from stories.words import say

FOLDER = Path(__file__).parent / "templates" / "pieces"

MAX_BODY = 20_000
"""Characters of a whole template (our own choice: ours have fewer than 3,000)."""

MAX_NESTED = 12
"""YAML inside YAML; ours need six."""

MAX_SHOWN = 40
"""Characters of an unknown word that are repeated in an error."""

VALUES = (
    "opgaven", "lens", "verteller", "vertellers", "meervoud", "gehoord",
    "aantal_citaten", "aantal_verhalen", "maand", "jaar",
)  # fmt: skip
"""What may stand between {{ and }}. `template.value_<name>` says what each is."""

BLOCKS: dict[str, BlockKind] = {
    "kop": BlockKind.HEADING,
    "tekst": BlockKind.NARRATION,
    "beeld": BlockKind.VISUAL,
    "in_beeld": BlockKind.ON_SCREEN_TEXT,
    "muziek": BlockKind.MUSIC,
    "oproep": BlockKind.CALL_TO_ACTION,
    "hulplijn": BlockKind.HELPLINE,
    "notitie": BlockKind.NOTE,
}
"""What each word of a template makes."""

_OPENS = (
    yaml.BlockMappingStartToken, yaml.BlockSequenceStartToken, yaml.FlowMappingStartToken, yaml.FlowSequenceStartToken,
)  # fmt: skip
_CLOSES = (yaml.BlockEndToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)

TITLE, PREHEADER, BODY = "titel", "voorbeeldregel", "blokken"


@dataclass(frozen=True, slots=True)
class Text:
    """A text with its values still open. `line` is where it stands in the template, from 1."""

    source: str
    line: int


@dataclass(frozen=True, slots=True)
class Line:
    """One block of a piece."""

    kind: BlockKind
    text: Text


class Slot(StrEnum):
    """Where quotes come: all of them, or the one of `per_citaat`."""

    ALL = "citaten"
    ONE = "citaat"


class Over(StrEnum):
    """What `Each` repeats for."""

    STORY = "per_verhaal"
    QUOTE = "per_citaat"


@dataclass(frozen=True, slots=True)
class Each:
    """Items that are repeated for each story or each quote."""

    over: Over
    items: tuple[Item, ...]


Item = Line | Slot | Each


@dataclass(frozen=True, slots=True)
class Layout:
    """A template that was read and checked."""

    title: Text
    preheader: Text
    items: tuple[Item, ...]


def built_in(kind: PieceKind) -> str:
    """The template that the product comes with."""
    return (FOLDER / f"{kind}.yaml").read_text(encoding="utf-8")


def read(body: str) -> Layout:
    """Raises InputRefused `template.error`, with the line and what is wrong there in plain Dutch."""
    if len(body) > MAX_BODY:
        raise _wrong(1, "body_too_long", str(MAX_BODY))
    root = _composed(body)
    if not isinstance(root, MappingNode):
        raise _wrong(1, "no_blocks")
    parts = {_word(key): value for key, value in root.value}
    unknown = [key for key, _ in root.value if key.value not in (TITLE, PREHEADER, BODY)]
    if unknown:
        raise _wrong(_line(unknown[0]), "unknown_word", unknown[0].value)
    blocks = parts.get(BODY)
    if TITLE not in parts or not isinstance(blocks, SequenceNode):
        raise _wrong(1, "no_blocks")
    items = tuple(_item(node, ()) for node in blocks.value)
    slots = list(_slots(items))
    if len(slots) != 1:
        raise _wrong(_line(blocks), "one_place")
    empty = Text("", 1)
    return Layout(_text(parts[TITLE]), _text(parts[PREHEADER]) if PREHEADER in parts else empty, items)


def failed(text: Text, error: TextError) -> InputRefused:
    """What is wrong with one text, by the line of the whole template."""
    return _wrong(text.line + error.line - 1, error.why, error.name)


def _composed(body: str) -> Node | None:
    """YAML without references and tags, and not deeper than `MAX_NESTED`: looked at before anything is built."""
    depth = 0
    try:
        for token in yaml.scan(body, Loader=yaml.SafeLoader):
            if isinstance(token, yaml.AnchorToken | yaml.AliasToken | yaml.TagToken | yaml.DirectiveToken):
                raise _wrong(token.start_mark.line + 1, "not_allowed")
            if isinstance(token, _OPENS):
                depth += 1
            elif isinstance(token, _CLOSES):
                depth -= 1
            if depth > MAX_NESTED:
                raise _wrong(token.start_mark.line + 1, "too_deep")
        return yaml.compose(body, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        began = "scanning" in (error.context or "")  # such as quotation marks that never close
        mark = (error.context_mark if began else None) or error.problem_mark
        raise _wrong(mark.line + 1 if mark else 1, "yaml") from None
    except yaml.YAMLError:  # a character that YAML does not know
        raise _wrong(1, "yaml") from None


def _item(node: Node, inside: tuple[Over, ...]) -> Item:
    if isinstance(node, ScalarNode):
        if node.value not in list(Slot):
            raise _wrong(_line(node), "unknown_word", node.value)
        slot = Slot(node.value)
        if (slot is Slot.ONE) != (Over.QUOTE in inside):
            raise _wrong(_line(node), f"{slot}_place")
        return slot
    if not isinstance(node, MappingNode) or len(node.value) != 1:
        raise _wrong(_line(node), "one_word")
    key, value = node.value[0]
    word = _word(key)
    if word in BLOCKS:
        return Line(BLOCKS[word], _text(value))
    if word not in list(Over):
        raise _wrong(_line(key), "unknown_word", word)
    over = Over(word)
    if over in inside or Over.QUOTE in inside or not isinstance(value, SequenceNode):
        raise _wrong(_line(key), "each")
    return Each(over, tuple(_item(child, (*inside, over)) for child in value.value))


def _slots(items: tuple[Item, ...]) -> Iterator[Slot]:
    for item in items:
        match item:
            case Slot():
                yield item
            case Each():
                yield from _slots(item.items)


def _text(node: Node) -> Text:
    if not isinstance(node, ScalarNode):
        raise _wrong(_line(node), "not_text")
    text = Text(node.value, _line(node) + (node.style in ("|", ">")))
    try:
        check(text.source, VALUES)
    except TextError as error:
        raise failed(text, error) from None
    return text


def _word(node: Node) -> str:
    if not isinstance(node, ScalarNode):
        raise _wrong(_line(node), "one_word")
    return str(node.value)


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _wrong(line: int, why: str, name: str = "") -> InputRefused:
    return InputRefused("template.error", line=line, why=say(f"template.why_{why}", name=name[:MAX_SHOWN]))
