"""Exports of WhatsApp as phones write them, made on the spot."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from tests.capture.documents import a_zip

LRM = "\u200e"
SECURE = {
    "nl": "Berichten en gesprekken zijn end-to-end versleuteld. Niemand buiten deze chat kan ze lezen of beluisteren.",
    "en": "Messages and calls are end-to-end encrypted. No one outside of this chat can read or listen to them.",
}


def _half(at: datetime, am: str = "AM", pm: str = "PM") -> str:
    return pm if at.hour >= 12 else am


STYLES: dict[str, Callable[[datetime], str]] = {
    "android nl": lambda at: f"{at:%d-%m-%Y %H:%M} - ",
    "android nl short": lambda at: f"{at:%d-%m-%y %H:%M} - ",
    "android be": lambda at: f"{at.day}/{at.month}/{at.year} {at:%H:%M} - ",
    "android uk": lambda at: f"{at:%d/%m/%Y, %H:%M} - ",
    "android us": lambda at: f"{at.month}/{at.day}/{at:%y}, {at.hour % 12 or 12}:{at:%M} {_half(at)} - ",
    "android us new": lambda at: f"{at.month}/{at.day}/{at:%y}, {at.hour % 12 or 12}:{at:%M}\u202f{_half(at)} - ",
    "android nl 12": lambda at: f"{at:%d-%m-%Y} {at.hour % 12 or 12}:{at:%M} {_half(at, 'a.m.', 'p.m.')} - ",
    "android es 12": lambda at: f"{at:%d/%m/%Y}, {at.hour % 12 or 12}:{at:%M} {_half(at, 'a. m.', 'p. m.')} - ",
    "android de": lambda at: f"{at:%d.%m.%y, %H:%M} - ",
    "android iso": lambda at: f"{at:%Y-%m-%d %H:%M} - ",
    "android ja": lambda at: f"{at:%Y/%m/%d, %H:%M} - ",
    "iphone nl": lambda at: f"[{at:%d-%m-%Y %H:%M:%S}] ",
    "iphone nl comma": lambda at: f"[{at:%d-%m-%Y, %H:%M:%S}] ",
    "iphone uk": lambda at: f"[{at:%d/%m/%Y, %H:%M:%S}] ",
    "iphone us": lambda at: f"[{at.month}/{at.day}/{at:%y}, {at.hour % 12 or 12}:{at:%M:%S}\u202f{_half(at)}] ",
    "iphone de": lambda at: f"[{at:%d.%m.%y, %H:%M:%S}] ",
}


def an_export(
    style: str, said: Iterable[tuple[datetime, str, str]], *, language: str = "nl", group: str = "Thuis"
) -> str:
    """`said` is (moment, sender, text as it stands in the file); an empty sender is WhatsApp itself."""
    stamp = STYLES[style]
    said = list(said)
    bracketed = style.startswith("iphone")
    first = f"{group}: {LRM}{SECURE[language]}" if bracketed else SECURE[language]
    lines = [stamp(said[0][0] if said else datetime(2021, 3, 13, 14, 5)) + first]
    lines += [stamp(at) + (f"{sender}: {text}" if sender else text) for at, sender, text in said]
    return "\r\n".join(line.replace("\n", "\r\n") for line in lines) + "\r\n" if bracketed else "\n".join(lines) + "\n"


def chat_zip(text: str, files: Mapping[str, bytes] | None = None, name: str = "_chat.txt") -> bytes:
    return a_zip({name: text.encode(), **dict(files or {})})


def locked(data: bytes) -> bytes:
    """The same ZIP, saying that its members are encrypted."""
    changed = bytearray(data)
    for magic, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(magic)
        while place >= 0:
            changed[place + at] |= 1
            place = data.find(magic, place + 1)
    return bytes(changed)


def many_members(count: int, name: Callable[[int], bytes] = lambda n: b"%d" % n) -> bytes:
    """A ZIP whose directory lists so many members, each nothing; written by hand, for that goes by in a moment."""
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0x800, 0, 0, 33, 0, 0, 0, 0, 0)
    rows = []
    for number in range(count):
        called = name(number)
        head = struct.pack(
            "<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0x800, 0, 0, 33, 0, 0, 0, len(called), 0, 0, 0, 0, 0, 0
        )
        rows.append(head + called)
    directory = b"".join(rows)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count & 0xFFFF, count & 0xFFFF, len(directory), len(local), 0)
    return local + directory + end
