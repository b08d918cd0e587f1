"""Voice messages, photos and files in a chat: the voices come along, and no name of a file."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture import Message, Sender, VoicePart, check_file, is_chat, story_of
from capture import voice_note as write_voice
from stories.errors import InputRefused
from stories.settings import Settings
from tests.capture.chat_reading import ELS, JAN, OPUS, PTT, export, read, story
from tests.capture.chats import LRM, chat_zip
from tests.capture.sounds import encode, voice


@pytest.mark.parametrize(
    ("style", "line", "name"),
    [
        ("iphone nl", f"{LRM}<bijgevoegd: {OPUS}>", OPUS),
        ("iphone us", f"{LRM}<attached: {OPUS}>", OPUS),
        ("iphone de", f"{LRM}<Anhang: {OPUS}>", OPUS),
        ("android nl", f"{LRM}{PTT} (bestand bijgevoegd)", PTT),
        ("android us", f"{PTT} (file attached)", PTT),
        ("android de", f"{PTT} (Datei angehängt)", PTT),
        ("android nl", "AUD-20210313-WA0002.m4a (bestand bijgevoegd)", "AUD-20210313-WA0002.m4a"),
    ],
    ids=ascii,
)
def test_a_voice_message_comes_out_as_it_went_in(style: str, line: str, name: str) -> None:
    sound = encode("ogg", "libopus", voice(1.0))
    text = export((JAN, "Luister:"), (JAN, line), (ELS, "Ach"), (JAN, "Dat was het."), style=style)
    data = chat_zip(text, {name: sound, "IMG.jpg": b"\xff\xd8"})
    assert is_chat(io.BytesIO(data))
    chat = read(data)
    assert chat.senders[0] == Sender(JAN, messages=2, voice_notes=1) and chat.missing == 0
    assert story(chat) == ["Luister:", "voice", "Dat was het."]
    part = story_of(chat, JAN)[1]
    assert isinstance(part, VoicePart)
    target = io.BytesIO()
    write_voice(io.BytesIO(data), part.message, target)
    assert target.getvalue() == sound
    assert name not in repr(chat) + repr(part) and "opus" not in repr(chat.messages)
    assert check_file(target, Settings(_env_file=None)).format == "ogg"  # type: ignore[call-arg]


def test_a_caption_beside_a_voice_message_comes_after_it() -> None:
    text = export((JAN, f"{PTT} (bestand bijgevoegd)\nover vroeger"), (JAN, "en nu"))
    chat = read(chat_zip(text, {PTT: b"OggS"}))
    assert story(chat) == ["voice", "over vroeger\nen nu"]
    assert chat.senders == (Sender(JAN, messages=2, voice_notes=1),)


def test_a_voice_message_that_is_not_in_the_file_is_counted_and_not_forgotten() -> None:
    said = ((JAN, f"{PTT} (bestand bijgevoegd)"), (JAN, "tekst"), (ELS, "PTT-2.opus (bestand bijgevoegd)"))
    assert read(export(*said)).senders == (Sender(JAN, messages=1, missing=1), Sender(ELS, missing=1))
    assert read(chat_zip(export(*said), {"PTT-2.opus": b"OggS"})).missing == 1
    omitted = export((JAN, f"{LRM}audio weggelaten"), (JAN, "tekst"), style="iphone nl")
    assert read(omitted).senders == (Sender(JAN, messages=1, missing=1),)


def test_photos_videos_and_files_are_left_out_and_counted() -> None:
    names = ("IMG-1.jpg", "VID-1.mp4", "brief.pdf")
    said = [(JAN, f"{name} (bestand bijgevoegd)") for name in names] + [(JAN, "<Media weggelaten>"), (JAN, "hoi")]
    chat = read(chat_zip(export(*said), dict.fromkeys(names, b"x")))
    assert chat.senders == (Sender(JAN, messages=1, left_out=4),)
    assert story(chat) == ["hoi"]


def test_a_voice_that_two_people_claim_is_nobodys() -> None:
    """One of them only typed the name of the other's recording."""
    line = f"{PTT} (bestand bijgevoegd)"
    chat = read(chat_zip(export((ELS, line), (JAN, line), (JAN, "hoi")), {PTT: b"OggS"}))
    assert chat.senders == (Sender(ELS, missing=1), Sender(JAN, messages=1, missing=1))
    assert not any(message.voice_note for message in chat.messages)


def test_a_chat_in_a_folder_with_names_from_a_mac_is_read() -> None:
    name = "Café opname.opus"
    decomposed = "Cafe\u0301 opname.opus"
    text = export((JAN, f"{LRM}<bijgevoegd: {name}>"), (JAN, "hoi"), style="iphone nl")
    files = {f"Chat met Els/{decomposed}": b"OggS", "__MACOSX/Chat met Els/._chat.txt": text.encode()}
    chat = read(chat_zip(text, files, name="Chat met Els/_chat.txt"))
    assert chat.senders == (Sender(JAN, messages=1, voice_notes=1),)


def test_a_voice_of_another_file_or_too_large_is_not_given() -> None:
    text = export((JAN, f"{PTT} (bestand bijgevoegd)"), (JAN, "hoi"))
    data, other = chat_zip(text, {PTT: b"OggS" * 100}), chat_zip(text, {PTT: b"OggX" * 100})
    message = read(data).messages[0]
    for source, spoken, most, code in (
        (other, message, 1_000, "chat_voice_unknown"),
        (text.encode(), message, 1_000, "chat_voice_unknown"),
        (data, Message(JAN, None, "hoi"), 1_000, "chat_voice_unknown"),
        (data, Message(JAN, None, None, "0.zzz"), 1_000, "chat_voice_unknown"),
        (data, message, 399, "chat_voice_too_big"),
    ):
        with pytest.raises(InputRefused) as caught:
            write_voice(io.BytesIO(source), spoken, io.BytesIO(), most)
        assert caught.value.code == code


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\\"), max_size=40), st.booleans())
def test_no_file_name_ever_comes_along(made_up: str, iphone: bool) -> None:
    sound, paper = f"GEHEIM{made_up}.opus", f"GEHEIM{made_up}x.pdf"
    if iphone:
        lines = [f"{LRM}<bijgevoegd: {sound}>", f"{paper} • {LRM}3 pagina's {LRM}<bijgevoegd: 0001-{paper}>"]
    else:
        lines = [f"{LRM}{sound} (bestand bijgevoegd)", f"{LRM}DOC-1. (bestand bijgevoegd)\n{paper}"]
    text = export((JAN, "Luister:"), *((JAN, line) for line in lines), style="iphone nl" if iphone else "android nl")
    chat = read(chat_zip(text, {sound: b"OggS", f"0001-{paper}": b"%PDF"}, name=f"GEHEIM{made_up}.txt"))
    assert chat.senders == (Sender(JAN, messages=1, voice_notes=1, left_out=1),)
    shown = repr((chat, chat.messages, [message.text for message in chat.messages], story_of(chat, JAN)))
    assert "GEHEIM" not in shown
