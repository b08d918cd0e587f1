"""How WhatsApp writes a chat down: pure functions from lines to entries, and from an entry to what somebody said.

    12-03-2021 14:05 - Jan: tekst                  Android; the stamp follows the phone's country
    3/12/21, 2:05 PM - Jan: text
    [12-03-2021, 14:05:33] Jan: tekst              iPhone

An entry runs on until the next line with a stamp *of the same shape*: a diary or somebody else's chat, pasted into a
message, stays in that message. What WhatsApp adds itself stands behind an invisible mark (U+200E) on an iPhone, and
has no sender or a known wording on Android. Dutch and English wordings are known; attachments in any language.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

MAX_NAME = 120
"""Characters of a sender's name. A longer one is a system line with a colon in it."""
_LONGEST_FILE_LINE = 400

_MARK = "\u200e"
_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"))
_LEADING = "[\u200e\u200f\u202a-\u202e\ufeff]*"
_STAMP = re.compile(
    _LEADING + r"(?P<open>\[?)"
    r"(?P<a>\d{1,4})(?P<sep>[./-])(?P<b>\d{1,2})(?P=sep)(?P<c>\d{1,4})(?P<comma>,?)\s"
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?"
    r"(?:\s?(?P<half>[AaPp])\.?\s?[Mm]\.?)?"
    r"(?P<close>\]\s|\s[-–]\s)"
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """Date and time as they stand there. `shape` is the same for every stamp of one export."""

    date: tuple[int, int, int]
    clock: tuple[int, int, int]
    half: str
    shape: tuple[object, ...]
    bracketed: bool
    year_first: bool


@dataclass(slots=True)
class Entry:
    """What stands behind one stamp. Without a sender it is WhatsApp that speaks."""

    stamp: Stamp
    sender: str | None
    lines: list[str] = field(repr=False)


class LeftOut(StrEnum):
    """What WhatsApp says it did not export."""

    VOICE = "voice"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Said:
    """What is left of an entry: words (may be empty), the files it came with, and what WhatsApp left out of it.

    `mentioned` are names of people; `attached` are file names, for looking up and then forgetting.
    """

    text: str = field(repr=False)
    attached: tuple[str, ...] = field(default=(), repr=False)
    left_out: LeftOut | None = None
    mentioned: tuple[str, ...] = ()


# From lines to entries


def stamp_of(line: str) -> tuple[Stamp, str] | None:
    """The stamp at the start of a line and the rest of that line."""
    found = _STAMP.match(line)
    if found is None or bool(found["open"]) != found["close"].startswith("]"):
        return None
    date = int(found["a"]), int(found["b"]), int(found["c"])
    clock = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    half = (found["half"] or "").lower()
    bracketed, year_first = bool(found["open"]), len(found["a"]) == 4
    shape = (bracketed, year_first, found["sep"], found["comma"], found["second"] is None, bool(half))
    return Stamp(date, clock, half, shape, bracketed, year_first), line[found.end() :]


def looks_like_chat(lines: Iterable[str]) -> bool:
    """Whether these first lines are an export: it begins with a stamp, has a second one, and somebody speaks."""
    started = list(itertools.islice(entries(lines), 50))
    return len(started) > 1 and any(entry.sender is not None for entry in started)


def entries(lines: Iterable[str]) -> Iterator[Entry]:
    """The entries in order, none when the first line with words has no stamp. The first stamp sets the shape."""
    current: Entry | None = None
    for line in lines:
        line = line.rstrip("\r\n")
        found = stamp_of(line)
        if found is not None and (current is None or found[0].shape == current.stamp.shape):
            if current is not None:
                yield current
            sender, words = _sender(found[1])
            current = Entry(found[0], sender, [words])
        elif current is not None:
            current.lines.append(line)
        elif line.translate(_MARKS).strip():
            return
    if current is not None:
        yield current


_EVENT = re.compile(r"\b(heeft|hebt|changed|created)\b.*[\"“”„]")  # a group's subject with a colon in it


def _sender(rest: str) -> tuple[str | None, str]:
    name, colon, words = rest.partition(": ")
    if not colon:
        name, words = (rest.rstrip()[:-1], "") if rest.rstrip().endswith(":") else ("", rest)
    name = clean_name(name)
    if not name or len(name) > MAX_NAME or _EVENT.search(name):
        return None, rest
    return name, words


def clean_name(name: str) -> str:
    """A name as people see it: no invisible marks, single spaces, NFC."""
    seen = "".join(" " if c.isspace() else c for c in name if unicodedata.category(c) not in ("Cf", "Cc", "Cs", "Co"))
    return unicodedata.normalize("NFC", " ".join(seen.split()))


# From stamps to moments


def moments(stamps: list[Stamp]) -> list[datetime | None]:
    """The local time of every stamp; None where it cannot be. Which number is the day is told by all of them.

    A number above 12 is a day. Else the order in which time does not run backwards; else what the phone's country
    would do: month first only beside a 12-hour clock, slashes and a short year.
    """
    if not stamps:
        return []
    day_first = [_moment(stamp, day_first=True) for stamp in stamps]
    if stamps[0].year_first:
        return day_first
    month_first = [_moment(stamp, day_first=False) for stamp in stamps]
    american = bool(stamps[0].half) and "/" in stamps[0].shape and stamps[0].date[2] < 100
    wrong_day, wrong_month = _trouble(day_first), _trouble(month_first)
    if wrong_day != wrong_month:
        return day_first if wrong_day < wrong_month else month_first
    return month_first if american else day_first


def _trouble(times: list[datetime | None]) -> tuple[int, int]:
    known = [time for time in times if time is not None]
    return len(times) - len(known), sum(later < earlier for earlier, later in itertools.pairwise(known))


def _moment(stamp: Stamp, *, day_first: bool) -> datetime | None:
    a, b, c = stamp.date
    if stamp.year_first:
        year, month, day = a, b, c
    else:
        year, (day, month) = c, (a, b) if day_first else (b, a)
    hour, minute, second = stamp.clock
    if stamp.half and hour <= 12:
        hour = hour % 12 + (12 if stamp.half == "p" else 0)
    try:
        return datetime(year + 2000 if year < 100 else year, month, day, hour, minute, second)
    except ValueError:
        return None


# From an entry to what somebody said

_ATTACHED = ("attached", "bijgevoegd", "file attached", "bestand bijgevoegd")
_IPHONE_FILE = re.compile(_MARK + r"?<(?P<word>[^<>:\n]{1,40}):\s?(?P<file>[^\n]{1,300})>")
_ANDROID_FILE = re.compile(_MARK + r"?(?P<file>[^\n]{1,300}?\.\w{0,8}) \((?P<word>[^()\n]{1,40})\)")
_FILE_NAME = re.compile(r"[^\n]{1,300}\.\w{1,8}")
_MEDIA = re.compile(r"\.(jpe?g|png|gif|webp|heic|mp4|mov|3gp|opus|ogg|oga|m4a|aac|mp3|amr|wav)$", re.I)
_EDITED = ("<Dit bericht is bewerkt>", "<This message was edited>")
_PLACE = re.compile(r"https?://(?:maps\.google\.[a-z.]{2,6}/\?q=-?\d|maps\.app\.goo\.gl/)", re.I)
_MENTION = re.compile("@\u2068([^\u2068\u2069\n]{1,120})\u2069")

# Letter for letter: who types "Null" or "dit bericht is verwijderd" means something by it.
_VOICE_LEFT_OUT = frozenset({"audio weggelaten", "audio omitted"})
_OTHER_LEFT_OUT = frozenset(
    {"<Media weggelaten>", "<Media omitted>", "contactkaart weggelaten", "visitekaartje weggelaten"}
    | {f"{what} weggelaten" for what in ("afbeelding", "video", "videobericht", "GIF", "sticker", "document")}
    | {f"{what} omitted" for what in ("image", "video", "video note", "GIF", "sticker", "document", "Contact card")}
)
_NOTICES = frozenset(
    {"null", "Dit bericht is verwijderd", "U hebt dit bericht verwijderd", "Je hebt dit bericht verwijderd"}
    | {"This message was deleted", "You deleted this message", "Live locatie gedeeld", "Live location shared"}
    | {"live location shared"}
)
_NOTICE = re.compile(
    r"Gemiste (groeps)?(spraak|video)-?oproep( om \d{1,2}[:.]\d\d)?"
    r"|Missed (group )?(voice|video) call( at \d{1,2}[:.]\d\d)?"
    r"|(Berichten en (gesprekken|oproepen)|Messages and calls) (zijn|are) end-to-end .*"
    r"|Wachten op dit bericht\. Dit kan even duren"
    r"|Waiting for this message\. This may take a while"
)
_LONGEST_NOTICE = 400


def said(entry: Entry, known_file: Callable[[str], bool]) -> Said:
    """What the sender of an entry said. `known_file` tells whether the archive holds a file of that name."""
    mentioned = tuple(filter(None, (clean_name(name) for line in entry.lines for name in _MENTION.findall(line))))
    attached: list[str] = []
    kept: list[str] = []
    beside_document = False
    for number, line in enumerate(map(_unedited, entry.lines)):
        file, caption = _file_in(line, known_file, first=number == 0)
        if file is not None:
            attached.append(file)
            beside_document = not _MEDIA.search(file)
            if not beside_document:  # beside a document stands its own name, and that is not kept
                kept.append(_words(caption))
        elif entry.stamp.bracketed and line.startswith(_MARK):
            if number == 0:
                return Said("", left_out=_left_out(_words(line)), mentioned=mentioned)
        elif not (beside_document and number == 1 and _FILE_NAME.fullmatch(_words(line))):
            kept.append(_words(line))
    text = "\n".join(kept).strip()
    left_out = _left_out(text)
    return Said("" if left_out or _is_notice(text) else text, tuple(attached), left_out, mentioned)


def _file_in(line: str, known_file: Callable[[str], bool], *, first: bool) -> tuple[str | None, str]:
    """The file that a line says is attached, and what else stands on that line."""
    found = None
    if line.rstrip().endswith(">"):  # at the end of a caption, which may be long
        found = _IPHONE_FILE.search(line, max(0, len(line) - _LONGEST_FILE_LINE))
    if found is None and first and len(line) < _LONGEST_FILE_LINE:
        found = _ANDROID_FILE.fullmatch(line)
    if found is None:
        return None, line
    sure = found[0].startswith(_MARK) or found["word"].casefold() in _ATTACHED or known_file(found["file"])
    return (found["file"], line[: found.start()] + line[found.end() :]) if sure else (None, line)


def _unedited(line: str) -> str:
    """The line without WhatsApp's note that it was edited."""
    shown = line.translate(_MARKS).rstrip()
    for note in _EDITED:
        if shown.endswith(note):
            return line[: line.rindex(note)].rstrip(f"{_MARK} ")
    return line


def _words(line: str) -> str:
    """A line without invisible marks; nothing when it is a place on the map."""
    line = line.translate(_MARKS).rstrip()
    return "" if _PLACE.search(line) else line


def _left_out(text: str) -> LeftOut | None:
    line = text.strip() if len(text) < _LONGEST_NOTICE else ""
    if line in _VOICE_LEFT_OUT:
        return LeftOut.VOICE
    return LeftOut.OTHER if line in _OTHER_LEFT_OUT else None


def _is_notice(text: str) -> bool:
    line = text.strip().rstrip(".") if len(text) < _LONGEST_NOTICE else ""
    return line in _NOTICES or _NOTICE.fullmatch(line) is not None
