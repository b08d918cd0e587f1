"""A transcript from elsewhere, against the same recording: WebVTT, SubRip, our own JSON, or Whisper's.

    imported = read_transcript(data, "interview.vtt", duration_ms=recording.duration_ms)
    transcript = timed_by(imported, heard)

What a file is, is seen from what stands in it. It is a stranger's file: the answer is a clean transcript in order of
time, or InputRefused with a sentence.
"""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from stories.errors import InputRefused
from stories.model import NOT_SURE, Segment, Transcript, Word
from transcription.align import folded, mean_confidence, one_line, opcodes, retimed, spread
from transcription.editing import MAX_LINE, MAX_SPEAKER, is_typed
from transcription.importjson import MAX_SEGMENTS, from_json

MAX_BYTES = 5 * 1024 * 1024
TOLERANCE_MS = 2_000
"""A cue may end this much after the recording: players round, and people let a text stand a little longer."""
NEAR_MS = 500
"""A word that was heard this much before or after its cue may still be the cue's."""

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_CLOCK = r"(?:([0-9]{1,6}):)?([0-9]{1,2}):([0-9]{1,2})[.,]([0-9]{1,3})"
_TIMES = re.compile(rf"[ \t]*{_CLOCK}[ \t]*-->[ \t]*{_CLOCK}(?:[ \t].*)?")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?[ \t]+([^<>]*)>")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<[0-9:.]+>|</>")
_OVERRIDE = re.compile(r"\{\\[^{}]*\}")
_ASIDE = re.compile(r"(?:NOTE|STYLE|REGION)(?:[ \t]|$)")


def read_transcript(data: bytes, name_hint: str = "", *, duration_ms: int) -> Transcript:
    """The transcript in a file. `name_hint` is the file's name, which only decides what is said when it cannot be read.

    Raises InputRefused: too large, no text, no known format, times that cannot be, or of another recording.
    """
    if len(data) > MAX_BYTES:
        raise InputRefused("transcription.import_too_large", mb=MAX_BYTES // 1024**2)
    text = _text(data)
    start = text.lstrip()[:1]
    if start in ("{", "["):
        language, model, segments = from_json(text)
    elif "-->" in text:
        language, model, segments = "und", "import", list(_cues(text))
    else:
        known = name_hint.lower().endswith((".vtt", ".srt", ".json"))
        raise InputRefused("transcription.import_unreadable" if known else "transcription.import_unknown")
    if not any(segment.text for segment in segments):
        raise InputRefused("transcription.import_empty")
    if len(segments) > MAX_SEGMENTS:
        raise InputRefused("transcription.import_too_many", count=MAX_SEGMENTS)
    placed = [_placed(segment, duration_ms) for segment in segments]
    placed.sort(key=lambda segment: (segment.start_ms, segment.end_ms))
    return Transcript(language, duration_ms, model, tuple(placed))


def _text(data: bytes) -> str:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _decoded(data.removeprefix(bom), encoding)
    if data[:200].count(0) * 3 > len(data[:200]):  # UTF-16 without its mark: every second byte of Latin text is nought
        return _decoded(data[: len(data) // 2 * 2], "utf-16-le" if data[:1] != b"\0" else "utf-16-be")
    try:
        return _lines(data.decode("utf-8"))
    except UnicodeDecodeError:
        lenient = data.decode("utf-8", "replace")
        broken = lenient.count("\ufffd")
        if sum(char > "\x7f" for char in lenient) > 2 * broken:  # mostly sound UTF-8: as Windows text it would be mush
            raise InputRefused("transcription.import_no_text") from None
    return _decoded(data, "cp1252")


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return _lines(data.decode(encoding))
    except UnicodeDecodeError:
        raise InputRefused("transcription.import_no_text") from None


def _lines(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _cues(text: str) -> Iterator[Segment]:
    """The cues of WebVTT or SubRip. Text after an empty line belongs to the cue before it, so that none is lost."""
    is_vtt = text.lstrip().startswith("WEBVTT")
    lines = [*text.split("\n"), ""]
    times: tuple[int, int] | None = None
    said: list[str] = []
    skips = is_vtt  # the head of the file, a remark, or how it should look: up to an empty line
    begins = True
    if text.count("-->") > MAX_SEGMENTS:
        raise InputRefused("transcription.import_too_many", count=MAX_SEGMENTS)
    for line, following in itertools.pairwise(lines):
        if not line.strip():
            begins, skips = True, False
        elif "-->" in line:
            if times:
                yield from _told(times, said, is_vtt)
            times, said, skips, begins = _read_times(line), [], False, False
        elif "-->" in following and (begins or line.strip().isdigit()):
            begins = False  # the name or number of the cue that follows
        elif not skips:
            skips = is_vtt and begins and _ASIDE.match(line) is not None
            begins = False
            if times and not skips:
                said.append(line)
    if times:
        yield from _told(times, said, is_vtt)


def _read_times(line: str) -> tuple[int, int]:
    found = _TIMES.fullmatch(line)
    if found is None:
        raise InputRefused("transcription.import_times")
    start, end = _ms(*found.groups()[:4]), _ms(*found.groups()[4:])
    if end < start:
        raise InputRefused("transcription.import_times")
    return start, end


def _ms(hours: str | None, minutes: str, seconds: str, part: str) -> int:
    if int(minutes) > 59 or int(seconds) > 59:
        raise InputRefused("transcription.import_times")
    return ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(part.ljust(3, "0"))


def _told(times: tuple[int, int], lines: Sequence[str], is_vtt: bool) -> list[Segment]:
    """One cue per voice; voices in one cue share its time by the length of what they say."""
    raw = " ".join(lines)
    if len(raw) > 4 * MAX_LINE:
        raise InputRefused("transcription.import_cue_too_long", count=MAX_LINE)
    pieces = _VOICE.split(raw)
    voices = [None, *(_bare(name, is_vtt)[:MAX_SPEAKER].strip() or None for name in pieces[1::2])]
    said = [(voice, _bare(text, is_vtt)) for voice, text in zip(voices, pieces[0::2], strict=True)]
    said = [(voice, text) for voice, text in said if text]
    spans = spread([text for _, text in said], *times) if said else []
    return [
        Segment(start, max(end, start + 1), text, 1.0, voice)  # said by somebody, so not without any length
        for (start, end), (voice, text) in zip(spans, said, strict=True)
    ]


def _bare(text: str, is_vtt: bool) -> str:
    """Text without tags and codes."""
    text = _OVERRIDE.sub("", _TAG.sub("", text))
    return one_line(html.unescape(text) if is_vtt else text)


def _placed(segment: Segment, duration_ms: int) -> Segment:
    """The segment within the recording, whose end it may pass by a little."""
    if segment.end_ms > duration_ms + TOLERANCE_MS:
        raise InputRefused("transcription.import_other_recording")
    if len(segment.text) > MAX_LINE:
        raise InputRefused("transcription.import_cue_too_long", count=MAX_LINE)
    if segment.end_ms <= duration_ms:
        return segment
    latest = duration_ms if is_typed(segment) else duration_ms - 1
    return replace(
        segment,
        start_ms=min(segment.start_ms, latest),
        end_ms=duration_ms,
        words=tuple(
            replace(word, start_ms=min(word.start_ms, duration_ms), end_ms=min(word.end_ms, duration_ms))
            for word in segment.words
        ),
    )


def timed_by(imported: Transcript, heard: Transcript) -> Transcript:
    """The import with a time for every word, and with what only we know.

    Words that agree with what was heard at that moment get its times and confidence; the others share their cue by
    length. A cue that says what stands there already is the segment that stands there, doubt and all; what was shown
    as not understood stays what it was. Typed lines, and speech in which no word was heard, stay.
    """
    typed = [segment for segment in heard.segments if is_typed(segment)]
    typed_texts = {(segment.start_ms, one_line(segment.text)) for segment in typed}
    standing = {(segment.start_ms, one_line(segment.said)): segment for segment in heard.segments if segment.text}
    speakers = {segment.speaker for segment in heard.segments if segment.speaker}
    matcher = _Matcher(heard)
    made: list[Segment] = []
    for cue in imported.segments:
        cue = _with_speaker(cue, speakers)
        key = (cue.start_ms, one_line(cue.text))
        same = standing.get(key)
        if key in typed_texts or is_typed(cue):
            continue
        if cue.words or not cue.text:
            made.append(cue)
        elif same is not None and abs(same.end_ms - cue.end_ms) <= 1:
            made.append(replace(same, speaker=cue.speaker or same.speaker))
        elif cue.text == NOT_SURE:
            made.append(cue)
        else:
            made.append(matcher.timed(cue))
    made += [one for one in heard.segments if not one.text and one.flags and not _covered(one, made)]
    made += typed
    made.sort(key=lambda segment: (segment.start_ms, segment.end_ms))
    return replace(imported, segments=tuple(made))


def _with_speaker(cue: Segment, speakers: set[str]) -> Segment:
    """SubRip writes who speaks before the text; it counts when we know that name."""
    name, colon, rest = cue.text.partition(": ")
    if cue.speaker is None and colon and name in speakers and rest and not cue.words:
        return replace(cue, text=rest, speaker=name)
    return cue


def _covered(segment: Segment, by: Sequence[Segment]) -> bool:
    return any(one.start_ms < segment.end_ms and segment.start_ms < one.end_ms for one in by)


class _Matcher:
    """Gives cues, in order of time, the words that were heard; no heard word is given twice."""

    def __init__(self, heard: Transcript) -> None:
        words = [word for segment in heard.segments for word in segment.words]
        self._words = sorted(words, key=lambda word: word.start_ms + word.end_ms)
        self._first = 0
        self._given: set[int] = set()

    def timed(self, cue: Segment) -> Segment:
        """A cue with the times and doubt of the words that were heard there; a heard word is given once."""
        texts = cue.text.split()
        near = self._near(cue)
        folds = [folded(self._words[at].text) for at in near]
        same = (block for block in opcodes(folds, [folded(text) for text in texts]) if block[0] == "equal")
        agreed = {near[n] for _, first, stop, _, _ in same for n in range(first, stop)}
        self._given |= agreed
        old = [self._words[at] for at in near if at in agreed or self._is_inside(at, cue)]
        start = min([cue.start_ms, *(word.start_ms for word in old)])
        end = max([cue.end_ms, *(word.end_ms for word in old)])
        old.sort(key=lambda word: word.start_ms)
        words = retimed(old, texts, start, end) if old else _spread_words(texts, cue)
        return replace(
            cue,
            start_ms=min(cue.start_ms, words[0].start_ms),
            end_ms=max(cue.end_ms, *(word.end_ms for word in words)),
            text=" ".join(texts),
            words=words,
            confidence=mean_confidence(words),
        )

    def _near(self, cue: Segment) -> list[int]:
        low, high = 2 * (cue.start_ms - NEAR_MS), 2 * (cue.end_ms + NEAR_MS)
        while self._first < len(self._words) and self._middle(self._first) < low:
            self._first += 1
        found, at = list[int](), self._first
        while at < len(self._words) and self._middle(at) <= high:
            if at not in self._given:
                found.append(at)
            at += 1
        return found

    def _middle(self, at: int) -> int:
        return self._words[at].start_ms + self._words[at].end_ms

    def _is_inside(self, at: int, cue: Segment) -> bool:
        return 2 * cue.start_ms <= self._middle(at) < 2 * cue.end_ms


def _spread_words(texts: Sequence[str], cue: Segment) -> tuple[Word, ...]:
    spans = spread(texts, cue.start_ms, cue.end_ms)
    return tuple(Word(*span, text, 1.0) for span, text in zip(spans, texts, strict=True))
