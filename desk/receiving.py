"""Receiving: what was sent, by its content: a further part of the story, or a chat that waits for a choice."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from capture import is_chat, opened, read_document
from desk.chats import keep_chat
from desk.parts import Received, drop, parts, receive_sound, receive_text
from stories.errors import InputRefused
from stories.settings import Settings
from stories.sniff import NotSound, Sniffed, sniff
from stories.store import Store

__all__ = ["Received", "drop", "parts", "receive", "receive_text"]


def receive(store: Store, settings: Settings, story_id: str, upload: Path | BinaryIO) -> Received:
    """Whatever was sent, by its content: a recording or a document becomes the next part, a chat export waits.

    `upload` itself is the caller's to delete. Raises InputRefused with the reason in Dutch.
    """
    with opened(upload) as file:
        found = sniff(file)
        file.seek(0)
        if isinstance(found, Sniffed) or found is not NotSound.NOT_AUDIO:
            return receive_sound(store, settings, story_id, upload)
        if is_chat(file):
            return keep_chat(store, story_id, file)
        try:
            text = read_document(file).text
        except InputRefused as refused:
            if refused.code == "document_unknown":  # not a recording, not a text, not a chat
                raise InputRefused("capture.unknown_file") from None
            raise
    part = receive_text(store, story_id, text)
    return Received("text", words=part.words, number=part.number)
