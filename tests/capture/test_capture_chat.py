"""A chat becomes one person's story: every word of theirs, no word of anybody else."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capture import Chat, Message, Sender, TextLimits, TextPart, check_text, is_chat, read_chat, story_of
from capture.text import tidied
from capture.whatsapp import clean_name
from stories.errors import InputRefused
from tests.capture.chat_reading import ANY_LENGTH, AT, CHAT, ELS, JAN, PTT, export, read, refusal, story, texts
from tests.capture.chats import LRM, STYLES, an_export, chat_zip
from tests.capture.command import Command
from tests.capture.documents import a_zip

# Who says what


def test_a_chat_of_two_is_read_and_the_story_is_one_persons() -> None:
    chat = read(export((JAN, "Hoi"), (ELS, "GEHEIM"), (JAN, "Ik had het koud."), (JAN, "Altijd."), (ELS, "Ach.")))
    assert chat.senders == (Sender(JAN, messages=3), Sender(ELS, messages=2))
    assert story(chat) == ["Hoi\nIk had het koud.\nAltijd."]
    assert chat.others(JAN) == (ELS,)
    assert chat.of(JAN)[0] == Message(JAN, AT.replace(second=0), "Hoi")


def test_the_example_in_the_docstring_is_read_in_both_kinds_of_phone() -> None:
    for text, at in (
        ("12-03-2021 14:05 - Jan: tekst\n12-03-2021 14:05 - Jan: nog een\n", datetime(2021, 3, 12, 14, 5)),
        ("3/12/21, 2:05 PM - Jan: tekst\n3/13/21, 2:05 PM - Jan: nog een\n", datetime(2021, 3, 12, 14, 5)),
        ("[12-03-2021, 14:05:33] Jan: tekst\n[12-03-2021, 14:05:34] Jan: x\n", datetime(2021, 3, 12, 14, 5, 33)),
    ):
        first = read(text).messages[0]
        assert (first.sender, first.text, first.at) == ("Jan", "tekst", at)


@pytest.mark.parametrize(
    ("lines", "at"),
    [
        (["1/2/21, 2:05 PM - A: x", "2/1/21, 2:05 PM - A: y"], datetime(2021, 1, 2, 14, 5)),
        (["1/2/2021, 14:05 - A: x", "2/1/2021, 14:05 - A: y"], datetime(2021, 1, 2, 14, 5)),
        (["1/2/2021, 14:05 - A: x", "1/2/2021, 14:06 - A: y"], datetime(2021, 2, 1, 14, 5)),
        (["1/2/21, 2:05 PM - A: x", "1/2/21, 2:06 PM - A: y"], datetime(2021, 1, 2, 14, 5)),
        (["1/2/21, 12:05 AM - A: x", "1/25/21, 2:06 PM - A: y"], datetime(2021, 1, 2, 0, 5)),
        (["25/2/21, 12:05 PM - A: x", "1/3/21, 2:06 PM - A: y"], datetime(2021, 2, 25, 12, 5)),
        (["0-0-2021 14:05 - A: x", "13-2-2021 14:06 - A: y"], None),
        (["29-2-2021 14:05 - A: x", "13-2-2021 25:99 - A: y"], None),
    ],
    ids=ascii,
)
def test_which_number_is_the_day_is_told_by_the_whole_chat(lines: list[str], at: datetime | None) -> None:
    assert read("\n".join(lines)).messages[0].at == at


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_style_of_stamp_is_a_chat(style: str, language: str) -> None:
    said = [(AT, JAN, "Eerste regel\n\nderde regel"), (AT.replace(day=14, hour=0), ELS, "Hoi: jij")]
    text = an_export(style, said, language=language)
    assert is_chat(io.BytesIO(text.encode())) and is_chat(io.BytesIO(b"\xef\xbb\xbf" + text.encode()))
    chat = read(text)
    assert [sender.name for sender in chat.senders] == [JAN, ELS], "WhatsApp and the group are nobody"
    assert texts(chat) == ["Eerste regel\n\nderde regel"] and texts(chat, ELS) == ["Hoi: jij"]
    seconds = 33 if style.startswith("iphone") else 0
    assert [m.at for m in chat.messages] == [AT.replace(second=seconds), datetime(2021, 3, 14, 0, 5, seconds)]


def test_a_name_is_shown_as_people_see_it() -> None:
    chat = read(export(("\u202a+31 6 12345678\u202c", "hoi"), ("~\u202fPiet", "ha"), ("Cafe\u0301", "zo")))
    assert [sender.name for sender in chat.senders] == ["+31 6 12345678", "~ Piet", "Café"]


def test_people_who_are_addressed_are_names_to_hide_too() -> None:
    chat = read(
        export(
            (JAN, "Vraag @\u2068Tante Ria\u2069 of @\u2068Jan de Vries\u2069"), (ELS, "foto.jpg (bestand bijgevoegd)")
        )
    )
    assert chat.others(JAN) == (ELS, "Tante Ria")
    assert story(chat) == ["Vraag @Tante Ria of @Jan de Vries"]


def test_somebody_elses_chat_pasted_into_a_message_makes_nobody_speak() -> None:
    """With another shape of stamp it stays the words of who pasted it."""
    pasted = "Kijk:\n[12-03-2021, 10:00:00] Jan de Vries: niet van mij"
    chat = read(export((JAN, "hoi"), (ELS, pasted)))
    assert story(chat) == ["hoi"]
    assert [sender.name for sender in chat.senders] == [JAN, ELS]


def test_a_diary_is_no_chat() -> None:
    for text in (
        "Ik had het koud.\n12-03-2021 14:05 - Jan: hoi\n12-03-2021 14:05 - Jan: hoi\n",
        "12-03-2021\nVandaag weer geen brood.\n13-03-2021\nNiets.\n",
        "12-03-2021 14:05 - Vandaag weer geen brood.\n13-03-2021 14:05 - Niets gegeten\n",
        "12-03-2021 14:05 - Vandaag: geen brood.\n",
        "",
        "\n\n",
        "[12-03-2021 14:05 - Jan: hoi\n[12-03-2021 14:06 - Jan: hoi\n",
    ):
        assert not is_chat(io.BytesIO(text.encode())), text
        assert refusal(text.encode()) == "chat_unknown"


def test_another_apps_export_is_refused_with_what_to_do() -> None:
    telegram = b'{"name": "Els", "type": "personal_chat", "messages": [{"from": "Jan", "text": "hoi"}]}'
    for data in (telegram, a_zip({"result.json": telegram}), a_zip({"messages.html": b"<html>"}), a_zip({})):
        assert refusal(data) == "chat_unknown"
    with pytest.raises(InputRefused, match=r"WhatsApp.*Kopieer"):
        read(telegram)


# What WhatsApp says itself
SYSTEM = {
    "android": [
        ("", "Je beveiligingscode met Els is gewijzigd. Tik voor meer informatie."),
        ("", 'Els heeft de groep "Thuis" gemaakt'),
        ("", "Els heeft het onderwerp gewijzigd van “Thuis: oud” naar “Thuis: nieuw”"),
        ("", 'Els changed the group name from "a: b" to "c"'),
        (JAN, "<Media weggelaten>"),
        (JAN, "<Media omitted>"),
        (JAN, "Dit bericht is verwijderd"),
        (JAN, "Je hebt dit bericht verwijderd."),
        (JAN, "U hebt dit bericht verwijderd"),
        (JAN, "This message was deleted"),
        (JAN, "You deleted this message"),
        (JAN, "null"),
        (JAN, "Gemiste spraakoproep"),
        (JAN, "Gemiste groepsvideo-oproep om 14:05"),
        (JAN, "Missed voice call"),
        (JAN, "Live locatie gedeeld"),
        (JAN, "locatie: https://maps.google.com/?q=52.3702,4.8952"),
        (JAN, f"{LRM}IMG-20210313-WA0001.jpg (bestand bijgevoegd)"),
        (JAN, "VID-20210313-WA0001.mp4 (file attached)"),
        (JAN, "DOC-20220502-WA0006. (bestand bijgevoegd)\nUitkering Jan.pdf"),
        (JAN, "Tante Ria.vcf (bestand bijgevoegd)"),
    ],
    "iphone": [
        ("Thuis", f"{LRM}Els heeft de groepsafbeelding gewijzigd"),
        (JAN, f"{LRM}afbeelding weggelaten"),
        (JAN, f"{LRM}video omitted"),
        (JAN, f"{LRM}sticker weggelaten"),
        (JAN, f"{LRM}GIF weggelaten"),
        (JAN, f"{LRM}Dit bericht is verwijderd."),
        (JAN, f"{LRM}Gemiste spraakoproep, {LRM}Tik om terug te bellen"),
        (JAN, f"{LRM}PEILING:\nZullen we gaan?\n{LRM}OPTIE: Ja ({LRM}2 stemmen)"),
        (JAN, f"{LRM}Locatie: https://maps.google.com/?q=52.3702,4.8952"),
        (JAN, f"{LRM}<bijgevoegd: 00000014-PHOTO-2022-05-02-16-17-01.jpg>"),
        (JAN, f"Uitkering Jan.pdf • {LRM}116 pagina's {LRM}<bijgevoegd: 00000017-Uitkering Jan.pdf>"),
    ],
}


@pytest.mark.parametrize("phone", SYSTEM)
def test_what_whatsapp_says_is_nobodys_story(phone: str) -> None:
    said = [(JAN, "Voor."), *SYSTEM[phone], (JAN, "Na.")]
    chat = read(export(*said, style=f"{phone} nl"))
    assert story(chat) == ["Voor.\nNa."]
    assert [sender.name for sender in chat.senders] == [JAN]


@pytest.mark.parametrize(
    ("style", "written", "kept"),
    [
        ("android nl", "Ik had het koud <Dit bericht is bewerkt>", "Ik had het koud"),
        ("iphone nl", f"Ik had het koud {LRM}<This message was edited>", "Ik had het koud"),
        ("android nl", f"{LRM}IMG-1.jpg (bestand bijgevoegd)\nDit was ons huis", "Dit was ons huis"),
        ("iphone nl", f"Dit was ons huis {LRM}<bijgevoegd: 00000014-PHOTO.jpg>", "Dit was ons huis"),
        ("android nl", "Kom: https://maps.google.com/?q=52.3702,4.8952\nom zeven uur", "om zeven uur"),
        ("android nl", "Ik kreeg een gemiste spraakoproep", "Ik kreeg een gemiste spraakoproep"),
        ("android nl", "<3 <grapje> (echt waar)", "<3 <grapje> (echt waar)"),
        ("android nl", "NULL", "NULL"),
        ("android nl", "dit bericht is verwijderd door hem", "dit bericht is verwijderd door hem"),
        ("iphone nl", f"kijk {LRM} hier\n{LRM}", "kijk  hier"),
        ("android nl", "nota.pdf (die van mijn moeder)", "nota.pdf (die van mijn moeder)"),
        ("android nl", "https://example.org/?q=52.1", "https://example.org/?q=52.1"),
    ],
    ids=ascii,
)
def test_a_persons_own_words_stay_beside_what_whatsapp_adds(style: str, written: str, kept: str) -> None:
    chat = read(export((ELS, "hoi"), (JAN, written), (ELS, "hoi"), style=style))
    assert texts(chat) == [kept]


# The story


def test_a_period_can_be_chosen() -> None:
    days = [(datetime(2021, 3, day, 12), JAN, f"dag {day}") for day in (10, 13, 20)]
    chat = read(an_export("android nl", days))
    assert story(chat, since=date(2021, 3, 13)) == ["dag 13\ndag 20"]
    assert story(chat, until=date(2021, 3, 13)) == ["dag 10\ndag 13"]
    with pytest.raises(InputRefused) as caught:
        story(chat, since=date(2022, 1, 1))
    assert caught.value.code == "chat_nothing"


def test_a_story_has_the_limits_of_every_story() -> None:
    chat = read(export((JAN, "ja"), (JAN, "nee"), (ELS, "<Media weggelaten>")))
    for sender, limits, code in (
        (JAN, TextLimits(), "text_too_short"),
        (JAN, TextLimits(min_letters=3, max_characters=6), "chat_too_long"),
        (ELS, TextLimits(), "chat_nothing"),
        ("Niemand", TextLimits(), "chat_nothing"),
    ):
        with pytest.raises(InputRefused) as caught:
            story_of(chat, sender, limits=limits)
        assert caught.value.code == code
    assert story_of(chat, JAN, limits=TextLimits(min_letters=3, max_characters=7))


def test_values_refuse_to_be_wrong() -> None:
    with pytest.raises(ValueError):
        Message(JAN, None, None)
    with pytest.raises(ValueError):
        Chat((), (Message(JAN, None, "hoi"),))
    with pytest.raises(ValueError):
        Chat((Sender(JAN), Sender(JAN)), ())


def test_a_chat_in_a_log_line_shows_no_words() -> None:
    chat = read(export((JAN, "GEHEIM een"), (ELS, "GEHEIM twee")))
    assert "GEHEIM" not in repr(chat) + repr(chat.messages)


LETTERS = st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n", exclude_characters=LRM)
ITS_OWN = ("null", "verwijder", "delete", "weggelaten", "omitted", "emist", "issed", "bewerkt", "edited", "location")
ITS_OWN += ("bijgevoegd", "attached", "locatie", "maps", "end-to-end", "achten op", "aiting for", " - ", "] ")
WORDS = (
    st.text(LETTERS, min_size=1, max_size=80)
    .filter(lambda words: bool(tidied(words)))
    .filter(lambda words: not any(part in words for part in ITS_OWN))
)
NAMES = st.text(st.characters(categories=["L", "N", "So"]), min_size=1, max_size=20).map(clean_name).filter(bool)
PAIRS = st.tuples(NAMES, NAMES).filter(lambda pair: pair[0] != pair[1])
TIMES = st.datetimes(datetime(2015, 1, 13), datetime(2030, 1, 13)).map(lambda at: at.replace(day=13, microsecond=0))


@settings(deadline=None)
@given(st.sampled_from(sorted(STYLES)), st.lists(st.tuples(st.booleans(), WORDS), min_size=1, max_size=8), PAIRS, TIMES)
def test_any_message_survives_any_export_and_nobody_elses_comes_along(
    style: str, said: list[tuple[bool, str]], names: tuple[str, str], at: datetime
) -> None:
    lines = [(at + timedelta(minutes=n), names[not mine], words) for n, (mine, words) in enumerate(said)]
    chat = read(an_export(style, lines))
    seconds = {} if style.startswith("iphone") else {"second": 0}
    assert [(m.at, m.sender, tidied(m.text or "")) for m in chat.messages] == [
        (when.replace(**seconds), sender, tidied(words)) for when, sender, words in lines
    ]
    for name in names:
        spoken = [words for _, sender, words in lines if sender == name]
        if any(character.isalnum() for words in spoken for character in words):
            wanted = TextPart(check_text("\n".join(map(tidied, spoken)), ANY_LENGTH))
            assert story_of(chat, name, limits=ANY_LENGTH) == (wanted,)


# The command


def test_the_command_counts_and_names_nobody(command: Command, tmp_path: Path) -> None:
    text = export(
        (JAN, "Ik had het koud"),
        (ELS, "Ach jongen"),
        (JAN, f"{PTT} (bestand bijgevoegd)"),
        (ELS, "x.opus (bestand bijgevoegd)"),
    )
    for data in (chat_zip(text, {PTT: b"OggS"}), text.encode()):
        (tmp_path / "Jan.mp3").write_bytes(data)
        done = command("read", tmp_path / "Jan.mp3")
        assert done.code == 0 and done.err == ""
        facts = done.json
        zipped = int(data.startswith(b"PK"))
        assert (facts["accepted"], facts["format"], facts["words"]) == (True, "chat", 6)
        assert facts["senders"] == [
            {"messages": 1, "words": 4, "voice_notes": zipped, "missing": 1 - zipped, "left_out": 0},
            {"messages": 1, "words": 2, "voice_notes": 0, "missing": 1, "left_out": 0},
        ]
        assert not any(word in done.out for word in ("Jan", "Els", "koud", "PTT"))


def test_a_stream_is_left_where_it_was(tmp_path: Path) -> None:
    for data in (CHAT.encode(), chat_zip(CHAT)):
        (tmp_path / "in").write_bytes(data)
        with (tmp_path / "in").open("rb") as file:
            file.seek(5)
            assert is_chat(file) and is_chat(tmp_path / "in")
            assert read_chat(file) == read_chat(tmp_path / "in")
            assert file.tell() == 5 and not file.closed
    with pytest.raises(InputRefused) as caught:
        read_chat(tmp_path)
    assert caught.value.code == "unreadable"
