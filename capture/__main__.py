"""May this come in, and what is it? One JSON object on standard output.

    python -m capture check FILE    a recording: its format and length
    python -m capture read FILE     a document or a chat: how many words, and how much of each person; never their words

Exit status: 0 accepted, 2 refused (the Dutch sentence on standard error), 64 wrong usage (sysexits.h).
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from capture.audio import Checked, check_file
from capture.chat import is_chat, read_chat
from capture.document import kind_of, read_document
from stories.errors import InputRefused, NotReady
from stories.settings import Settings
from stories.words import say

ACCEPTED, REFUSED, USAGE = 0, 2, 64


def main(arguments: Sequence[str]) -> int:
    """Run the command; never a traceback."""
    if len(arguments) != 2 or arguments[0] not in ("check", "read"):
        print(say("capture.usage"), file=sys.stderr)
        return USAGE
    try:
        settings = Settings()
    except ValueError:
        print(say("capture.bad_settings"), file=sys.stderr)
        return USAGE
    path = Path(arguments[1])
    facts = _check(path, settings) if arguments[0] == "check" else _read(path)
    print(json.dumps(facts, ensure_ascii=True))
    if not facts["accepted"]:
        print(facts["message"], file=sys.stderr)
    return ACCEPTED if facts["accepted"] else REFUSED


def _check(path: Path, settings: Settings) -> dict[str, Any]:
    try:
        return check_file(path, settings).to_json()
    except NotReady as error:
        return Checked(False, error.code, error.message).to_json()


def _read(path: Path) -> dict[str, Any]:
    """Counts only. `senders` is empty for a document, and nobody in it has a name."""
    facts: dict[str, Any] = {"accepted": True, "reason": None, "message": None}
    try:
        if is_chat(path):
            chat = read_chat(path)
            words = Counter[str]()
            for message in chat.messages:
                words[message.sender] += _words(message.text or "")
            people = [
                {
                    "messages": sender.messages,
                    "words": words[sender.name],
                    "voice_notes": sender.voice_notes,
                    "missing": sender.missing,
                    "left_out": sender.left_out,
                }
                for sender in chat.senders
            ]
            return facts | {"format": "chat", "words": words.total(), "senders": people}
        return facts | {"format": kind_of(path).value, "words": _words(read_document(path).text), "senders": []}
    except InputRefused as refusal:
        facts = {"accepted": False, "reason": refusal.code, "message": refusal.message}
        return facts | {"format": None, "words": None, "senders": []}


def _words(text: str) -> int:
    return sum(1 for _ in re.finditer(r"\S+", text))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
