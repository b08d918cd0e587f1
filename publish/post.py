"""The text of a post for social media, and the one count of its characters: the gate and the renderer ask it here."""

from __future__ import annotations

from publish.letter import Letter, Part, to_read
from stories.model import BlockKind
from stories.words import say


def to_text(letter: Letter) -> str:
    """The post as it is pasted, ending in one newline: its blocks with an empty line between them, credits last."""
    return "\n\n".join([*filter(None, map(_text_of, to_read(letter).parts)), credits(letter)]) + "\n"


def count(letter: Letter) -> int:
    """Characters of what is pasted, credits and thanks for pictures (`publish.pictures.credited`) included."""
    return len(to_text(letter).strip())


def credits(letter: Letter) -> str:
    """What every post ends with."""
    return say("publish.credits") + " " + say("social.credits_renamed" if letter.renamed else "social.credits")


def _text_of(part: Part) -> str:
    match part.kind:
        case BlockKind.QUOTE | BlockKind.CLIP:
            listen = f"\n{part.listen}: {part.link}" if part.listen else ""
            return f"{part.quoted}\n— {part.by}{listen}"
        case BlockKind.CALL_TO_ACTION:
            return part.text + (f": {part.link}" if part.link else "")
        case BlockKind.HELPLINE:
            return "\n".join(line for lines in part.paragraphs for line in lines)
        case _:
            text = "\n\n".join("\n".join(lines) for lines in part.paragraphs)
            return text + (f"\n{part.link}" if part.link else "")
