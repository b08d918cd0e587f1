"""Whatever a phone sends becomes a part: a document, and of a chat only the messages of one person."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from desk import chats, joining, receiving, telling
from stories.consent import Outcome
from stories.errors import InputRefused, NotFound
from stories.model import AgeBand, StoryKind, Teller, TellerRole
from stories.store import Store
from stories.told import ChatSender, ThirdPerson
from stories.vault import Kind
from tests.capture.chats import an_export, chat_zip

ADULT = Teller(TellerRole.OUDER, AgeBand.ADULT)
VOICE = Path(__file__).resolve().parents[2] / "examples" / "recordings" / "deurbel.ogg"
MOMENT = datetime(2026, 3, 2, 14, 5)
SAID = [
    (MOMENT, "Samira", "Wij hadden die maand geen geld voor brood."),
    (MOMENT, "Joris", "Wat erg, dat wist ik niet van jullie."),
    (MOMENT, "Samira", "PTT-20260302-WA0001.opus (bestand bijgevoegd)"),
    (MOMENT, "Samira", "Daarna hielp de school met een boodschappenkaart."),
]


def begun(store: Store) -> str:
    return telling.begin(store, telling.answers(ADULT, own=Outcome.JA), kind=StoryKind.TEXT).id


def sent(store: Store, story_id: str, data: bytes) -> receiving.Received:
    return receiving.receive(store, store.settings, story_id, io.BytesIO(data))


def a_chat() -> bytes:
    return chat_zip(an_export("android nl", SAID), {"PTT-20260302-WA0001.opus": VOICE.read_bytes()})


def test_a_text_document_becomes_a_part(sqlite_store: Store) -> None:
    story_id = begun(sqlite_store)
    received = sent(sqlite_store, story_id, b"Ik had het thuis altijd koud.\n")
    assert (received.what, received.words, received.number) == ("text", 6, 1)
    with sqlite_store.read() as books:
        assert books.part_text(story_id, 1).text == "Ik had het thuis altijd koud."


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\x7fELF" + bytes(range(256)) * 40, "unknown_file"),
        (b"#EXTM3U\nhttp://voorbeeld.test/a.mp3\n", "playlist"),
        (b"ffconcat version 1.0\nfile ../../geheim.wav\n", "playlist"),
        (b"%PDF-1.7\n" + b"x" * 200, "document_old"),
    ],
)
def test_what_is_no_story_is_refused_and_nothing_stays_behind(sqlite_store: Store, data: bytes, code: str) -> None:
    story_id = begun(sqlite_store)
    with pytest.raises(InputRefused) as refusal:
        sent(sqlite_store, story_id, data)
    assert refusal.value.code == code
    assert not receiving.parts(sqlite_store, story_id)
    assert not list((sqlite_store.settings.data_dir / "incoming").glob("*"))


def test_a_chat_waits_until_somebody_says_whose_messages_are_the_story(sqlite_store: Store) -> None:
    story_id = begun(sqlite_store)
    assert sent(sqlite_store, story_id, a_chat()).what == "chat"
    assert not receiving.parts(sqlite_store, story_id)
    assert chats.waiting_senders(sqlite_store, story_id) == (ChatSender("Samira", 2, 1), ChatSender("Joris", 1, 0))


def test_of_a_chat_only_one_persons_words_and_voice_stay(store: Store) -> None:
    story_id = begun(store)
    sent(store, story_id, a_chat())
    assert chats.take_chat(store, store.settings, story_id, "Samira") == chats.Taken(3)
    parts = receiving.parts(store, story_id)
    assert [part.kind for part in parts] == [StoryKind.TEXT, StoryKind.AUDIO, StoryKind.TEXT]
    with store.read() as books:
        kept = "\n".join(books.part_text(story_id, part.number).text for part in parts if part.words)
        assert not books.has(story_id, Kind.CHAT) and not books.senders(story_id)
        assert books.third_persons(story_id) == (ThirdPerson("Joris"),), "the other is somebody to hide"
    assert "geen geld voor brood" in kept and "Wat erg" not in kept and "WA0001" not in kept
    joining.join(store, store.settings, story_id)
    with store.read() as books:
        assert books.story(story_id).kind is StoryKind.AUDIO and len(books.typed(story_id)) == 2


def test_nobody_elses_words_are_in_any_file_once_the_choice_is_made(sqlite_store: Store) -> None:
    story_id = begun(sqlite_store)
    sent(sqlite_store, story_id, a_chat())
    (name,) = [path for path in (sqlite_store.settings.data_dir / "media").rglob("*") if path.is_file()]
    chats.take_chat(sqlite_store, sqlite_store.settings, story_id, "Samira")
    assert not name.exists(), "the sealed export is gone"


def test_an_unknown_sender_takes_nothing(sqlite_store: Store) -> None:
    story_id = begun(sqlite_store)
    sent(sqlite_store, story_id, a_chat())
    with pytest.raises(NotFound):
        chats.take_chat(sqlite_store, sqlite_store.settings, story_id, "Iemand anders")
    assert chats.waiting_senders(sqlite_store, story_id)


def test_a_chat_can_be_thrown_away(sqlite_store: Store) -> None:
    story_id = begun(sqlite_store)
    sent(sqlite_store, story_id, a_chat())
    chats.drop_chat(sqlite_store, story_id)
    assert not chats.waiting_senders(sqlite_store, story_id)
    with pytest.raises(NotFound):
        chats.take_chat(sqlite_store, sqlite_store.settings, story_id, "Samira")


def test_a_voice_message_that_cannot_be_read_keeps_the_rest_of_the_chat_not_out(sqlite_store: Store) -> None:
    story_id = begun(sqlite_store)
    broken = chat_zip(an_export("android nl", SAID), {"PTT-20260302-WA0001.opus": b"OggS" + bytes(500)})
    sent(sqlite_store, story_id, broken)
    taken = chats.take_chat(sqlite_store, sqlite_store.settings, story_id, "Samira")
    assert taken == chats.Taken(2, unreadable=1)
    assert [part.number for part in receiving.parts(sqlite_store, story_id)] == [1, 2]


def test_only_the_chosen_period_of_a_chat_is_taken(sqlite_store: Store) -> None:
    story_id = begun(sqlite_store)
    later = [*SAID, (datetime(2026, 5, 1, 9, 0), "Samira", "En in mei ging het al veel beter met ons.")]
    sent(sqlite_store, story_id, chat_zip(an_export("android nl", later)))
    since = datetime(2026, 4, 1).date()
    assert chats.take_chat(sqlite_store, sqlite_store.settings, story_id, "Samira", since=since) == chats.Taken(1)
    with sqlite_store.read() as books:
        assert books.part_text(story_id, 1).text == "En in mei ging het al veel beter met ons."


def test_a_zip_that_is_no_chat_is_refused_in_dutch(sqlite_store: Store) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("foto.jpg", b"\xff\xd8\xff")
    with pytest.raises(InputRefused):
        sent(sqlite_store, begun(sqlite_store), target.getvalue())
