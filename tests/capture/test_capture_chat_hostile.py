"""A chat that was made to harm is refused with its reason, quickly, and in little memory."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capture import is_chat
from capture import voice_note as write_voice
from stories.errors import InputRefused
from tests.capture.chat_reading import CHAT, JAN, PTT, export, read, refusal
from tests.capture.chats import LRM, chat_zip, locked, many_members
from tests.capture.command import Command
from tests.capture.documents import a_zip


def with_method(data: bytes, method: int) -> bytes:
    return a_zip({"_chat.txt": data}, method)


def twice(name: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr(name, CHAT)
        archive.writestr(name, CHAT.replace("hoi", "anders"))
    return file.getvalue()


def lying(data: bytes, *, claims: int) -> bytes:
    """The directory says another unpacked size than is true."""
    place = data.index(b"PK\x01\x02") + 24
    return data[:place] + claims.to_bytes(4, "little") + data[place + 4 :]


LINE = "12-03-2021 14:05 - Jan: hoi\n"
SLOW = ["<", "<a: ", "<a: >", " (a", ".a (", LRM, "12-03-2021 ", "https://maps.google.nl/", "@\u2068", " ", "null"]
"""Repeated to 8 MB in one line: no pattern may take more than its share of looking."""
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "locked": (lambda: locked(chat_zip(CHAT)), "zip_locked"),
    "two texts": (lambda: chat_zip(CHAT, {"b.txt": CHAT.encode()}, "a.txt"), "chat_ambiguous"),
    "two chats": (lambda: chat_zip(CHAT, {"b/_chat.txt": CHAT.encode()}, "a/_chat.txt"), "chat_ambiguous"),
    "two of one name": (lambda: twice("_chat.txt"), "zip_damaged"),
    "two files of one name": (lambda: chat_zip(CHAT, {"é": b"1", "e\u0301": b"2"}), "zip_damaged"),
    "a zip in a zip": (lambda: a_zip({"chat.zip": chat_zip(CHAT)}), "chat_unknown"),
    "100,000 members": (lambda: many_members(100_000), "zip_too_big"),
    "21,000 members": (lambda: many_members(21_000), "zip_too_big"),
    "a directory of 9 MB": (lambda: many_members(200_000), "zip_too_big"),
    "a bomb beside the text": (lambda: chat_zip(CHAT, {"a.opus": bytes(200_000_000)}), "zip_too_big"),
    "a text of 300 MB": (lambda: lying(chat_zip(CHAT), claims=300_000_000), "zip_too_big"),
    "a bare text of 17 MB": (lambda: (LINE + "x" * 17_000_000 + "\n" + LINE).encode() + LINE.encode(), "chat_unknown"),
    "a long bare text": (lambda: (LINE * 2 + "x" * 17_000_000).encode(), "chat_too_big"),
    "a text of 17 MB": (lambda: chat_zip(LINE * 2 + "x" * 17_000_000), "chat_too_big"),
    "200,001 lines": (lambda: (LINE * 2 + "\n" * 200_001).encode(), "chat_too_big"),
    "6,000 senders": (
        lambda: "".join(LINE.replace("Jan", f"{n}") for n in range(6_000)).encode(),
        "chat_too_big",
    ),
    "lzma": (lambda: with_method(CHAT.encode(), zipfile.ZIP_LZMA), "zip_damaged"),
    "torn": (lambda: chat_zip(CHAT)[:-10], "zip_damaged"),
    "torn at the front": (lambda: b"PK\x03\x04" + chat_zip(CHAT)[60:], "zip_damaged"),
    "another checksum": (lambda: chat_zip(CHAT).replace(b"_chat.txt", b"_chat.txx", 1), "zip_damaged"),
    "larger than it says": (lambda: lying(chat_zip(CHAT), claims=40), "zip_damaged"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_chat_is_refused_with_its_reason(kind: str) -> None:
    build, code = HOSTILE[kind]
    assert refusal(build()) == code


@pytest.mark.parametrize("kind", [*SLOW, "a directory of 9 MB", "6,000 senders", "a long bare text", "200,001 lines"])
def test_an_answer_is_quick_and_small(kind: str, command: Command, tmp_path: Path) -> None:
    repeated = kind * (8_000_000 // len(kind.encode()))
    data = HOSTILE[kind][0]() if kind in HOSTILE else (LINE + LINE[:-4] + repeated).encode()
    (tmp_path / "in").write_bytes(data)
    done = command("read", tmp_path / "in")
    assert done.code == (0 if kind in SLOW else 2)
    assert done.rss_bytes < 300 * 2**20 and done.cpu_s < 15, done


@pytest.mark.slow
def test_the_largest_chat_that_is_let_in_stays_small(command: Command, tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(chat_zip("".join(f"12-03-2021 14:05 - P{n % 9}: {n} hoi\n" for n in range(100_000))))
    done = command("read", tmp_path / "in")
    assert done.code == 0 and sum(one["messages"] for one in done.json["senders"]) == 100_000
    assert done.rss_bytes < 250 * 2**20 and done.cpu_s < 20, done


@pytest.mark.parametrize(
    "name",
    ["../../evil.opus", "/etc/passwd.opus", "C:\\evil.opus", "a/../b.opus", "\u202eevil.opus", "n" * 200 + ".opus"],
)
def test_a_hostile_member_name_is_only_a_name(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path / "in")
    data = chat_zip(export((JAN, f"{LRM}{name} (bestand bijgevoegd)"), (JAN, "hoi")), {name: b"OggS"})
    message = read(data).messages[0]
    assert message.voice_note is not None and "evil" not in repr(message)
    target = io.BytesIO()
    write_voice(io.BytesIO(data), message, target)
    assert target.getvalue() == b"OggS"
    assert not list((tmp_path / "in").iterdir()) and [path.name for path in tmp_path.iterdir()] == ["in"]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 2_000), st.booleans())
def test_any_bytes_get_an_answer(noise: bytes, place: int, zipped: bool) -> None:
    good = chat_zip(CHAT, {PTT: b"OggS"}) if zipped else CHAT.encode()
    place %= len(good)
    for data in (noise, good[:place] + noise + good[place + len(noise) :], good[:place] + noise):
        try:
            is_chat(io.BytesIO(data))
            read(data)
        except InputRefused as error:
            assert error.message
