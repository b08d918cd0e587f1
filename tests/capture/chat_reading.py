"""A small chat between Jan and Els, read as the product reads it."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta

import pytest

from capture import Chat, TextLimits, TextPart, is_chat, read_chat, story_of
from stories.errors import InputRefused
from tests.capture.chats import an_export

AT = datetime(2021, 3, 13, 14, 5, 33)
JAN, ELS = "Jan de Vries", "Els"
OPUS = "00000004-AUDIO-2021-03-13-14-05-33.opus"
PTT = "PTT-20210313-WA0001.opus"
ANY_LENGTH = TextLimits(min_letters=1)


def export(*said: tuple[str, str], style: str = "android nl") -> str:
    return an_export(style, [(AT + timedelta(minutes=n), sender, text) for n, (sender, text) in enumerate(said)])


def read(text: str | bytes) -> Chat:
    return read_chat(io.BytesIO(text if isinstance(text, bytes) else text.encode()))


def texts(chat: Chat, sender: str = JAN) -> list[str | None]:
    return [message.text for message in chat.of(sender)]


def story(chat: Chat, sender: str = JAN, **options: date) -> list[str]:
    """The story as a list: words, or `voice`."""
    parts = story_of(chat, sender, limits=ANY_LENGTH, **options)
    return [part.text.text if isinstance(part, TextPart) else "voice" for part in parts]


def refusal(data: bytes) -> str:
    with pytest.raises(InputRefused) as caught:
        read(data)
    assert not is_chat(io.BytesIO(data)) or caught.value.code in ("chat_ambiguous", "chat_too_big", "zip_too_big")
    assert caught.value.key == f"capture.{caught.value.code}" and caught.value.message.endswith(".")
    return caught.value.code


CHAT = export((JAN, "hoi"), (ELS, "ha"))
