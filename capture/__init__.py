"""Capture: whatever a teller gives becomes one checked thing.

    check_file(path, settings) -> Checked          may this recording come in, and what is it
    to_flac(path, target, settings) -> Recording   the canonical FLAC: 48 kHz, mono, without any tag or file name
    check_text(text) -> RawText                    typed words, tidied but not changed
    read_document(source) -> RawText               the words of a Word file, an OpenDocument text or plain text
    is_chat, read_chat, story_of, voice_note       an export of WhatsApp: one person's words and voice, nobody else's

Consent lives in `capture.consent_form`, the text that tellers are shown in `capture.notices`.
"""

from capture.audio import Checked, check_file, to_flac
from capture.chat import Chat, Message, Sender, TextPart, VoicePart, is_chat, read_chat, story_of, voice_note
from capture.document import read_document
from capture.files import opened
from capture.text import TextLimits, check_text

__all__ = [
    "Chat",
    "Checked",
    "Message",
    "Sender",
    "TextLimits",
    "TextPart",
    "VoicePart",
    "check_file",
    "check_text",
    "is_chat",
    "opened",
    "read_chat",
    "read_document",
    "story_of",
    "to_flac",
    "voice_note",
]
