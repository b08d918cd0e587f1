"""What a recording is, by its first bytes alone: the one table, for capture and for `stories.audio`.

Names and extensions are never believed, and no demuxer is ever left to guess: a text file that begins with
`ffconcat` and is named `.wav` would make FFmpeg open the files that it lists. So there is one table, and what is not
in it is refused. Leading ID3 tags are stepped over (`Sniffed.offset`), so that the decoder never reads them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import BinaryIO

MOV = "mov,mp4,m4a,3gp,3g2,mj2"
_HEAD = 64 * 1024
"""Bytes looked at: room for the few frames that make a bare MP3 or AAC stream believable."""
_FRAMES = 3
"""So many frames must follow each other. Three 11-bit sync words with matching headers do not happen by chance."""
_TAGS = 8
"""More stacked ID3 tags than this is no recording."""

_PLAYLISTS = (
    b"ffconcat",
    b"#extm3u",
    b"[playlist]",
    b"<?xml",
    b"<asx",
    b"<smil",
    b"<mpd",
    b"<?wpl",
    b"rtsp://",
    b"http",
)
_BRANDS = {b"M4A": "m4a", b"M4B": "m4a", b"qt ": "mov", b"3gp": "3gp", b"3g2": "3gp"}
_OLD_MOV = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_ADTS_LAST_RATE = 12


@dataclass(frozen=True, slots=True)
class Sniffed:
    """`name` is for people and JSON, `demuxer` is FFmpeg's, `offset` is the byte at which the sound begins."""

    name: str
    demuxer: str
    offset: int = 0


class NotSound(StrEnum):
    """Why something is no recording. Each room says it in words of its own, under its own catalogue key."""

    EMPTY = "empty"
    PLAYLIST = "playlist"
    NOT_AUDIO = "not_audio"


def sniff(file: BinaryIO) -> Sniffed | NotSound:
    """Recognise a recording, or say why it is none. Leaves the file's position anywhere; raises nothing of its own."""
    file.seek(0)
    head = file.read(_HEAD)
    if not head:
        return NotSound.EMPTY
    offset = 0
    for _ in range(_TAGS):
        tag = _id3_length(head)
        if not tag:
            break
        offset += tag
        file.seek(offset)
        head = file.read(_HEAD)
    found = _by_magic(head) or _by_frames(head)
    if found is None:
        start = head[:256].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        return NotSound.PLAYLIST if start.startswith(_PLAYLISTS) else NotSound.NOT_AUDIO
    name, demuxer, skipped = found
    return Sniffed(name, demuxer, offset + skipped)


def _id3_length(head: bytes) -> int:
    """Bytes of the ID3v2 tag at the start of `head`, footer included; 0 when there is none."""
    if head[:3] != b"ID3" or len(head) < 10 or any(byte & 0x80 for byte in head[6:10]):
        return 0
    body = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
    return 10 + body + (10 if head[5] & 0x10 else 0)


def _by_magic(head: bytes) -> tuple[str, str, int] | None:
    if head[:4] in (b"RIFF", b"RF64", b"BW64") and head[8:12] == b"WAVE":
        return "wav", "wav", 0
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return "aiff", "aiff", 0
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:11], "mp4"), MOV, 0
    if head[4:8] in _OLD_MOV and head[0] == 0:  # QuickTime from before `ftyp`; its first atom is under 16 MiB
        return "mov", MOV, 0
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return ("webm" if b"webm" in head[:64] else "matroska"), "matroska,webm", 0
    for magic, name in ((b"fLaC", "flac"), (b"OggS", "ogg"), (b"caff", "caf")):
        if head.startswith(magic):
            return name, name, 0
    return None


def _by_frames(head: bytes) -> tuple[str, str, int] | None:
    """A bare stream of AMR, MP3 or ADTS frames; for the last two after at most some zero bytes of padding.

    AMR has a magic line, but no decoder of it ever objects: without this look any text behind that line is "sound".
    """
    for magic, bytes_by_mode in ((b"#!AMR\n", _AMR_NB), (b"#!AMR-WB\n", _AMR_WB)):
        if head.startswith(magic) and _frames_follow(head, len(magic), partial(_amr_length, bytes_by_mode)):
            return "amr", "amr", 0
    start = len(head) - len(head.lstrip(b"\0"))
    if _frames_follow(head, start, _adts_length):
        return "aac", "aac", start
    if _frames_follow(head, start, _mp3_length):
        return "mp3", "mp3", start
    return None


def _frames_follow(head: bytes, start: int, length_of: Callable[[bytes], int]) -> bool:
    at = start
    for _ in range(_FRAMES):
        length = length_of(head[at : at + 8])
        if not length:
            return False
        at += length
        if at >= len(head):
            return True  # the file ends here: there is no next frame to ask for
    return True


_MP3_KBPS = {  # (is MPEG-1, layer) -> kbit/s by index; ISO/IEC 11172-3 and 13818-3
    (True, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (True, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (False, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}


def _mp3_length(head: bytes) -> int:
    """Bytes of the MPEG audio frame (layer II or III) whose header opens `head`; 0 when it is none."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0
    version, layer = head[1] >> 3 & 3, 4 - (head[1] >> 1 & 3)
    kbps, rate = head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or layer not in (2, 3) or rate == 3 or kbps in (0, 15):
        return 0
    hertz = (44_100, 48_000, 32_000)[rate] // {3: 1, 2: 2, 0: 4}[version]
    samples = 576 if layer == 3 and version != 3 else 1152
    return samples // 8 * _MP3_KBPS[version == 3, layer][kbps] * 1000 // hertz + (head[2] >> 1 & 1)


_AMR_NB = (13, 14, 16, 18, 20, 21, 27, 32, 6, 0, 0, 0, 0, 0, 0, 1)
_AMR_WB = (18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 0, 0, 0, 0, 1, 1)
"""Bytes of a frame by mode, its first byte included; 0 is no mode. RFC 4867, section 5."""


def _amr_length(bytes_by_mode: tuple[int, ...], head: bytes) -> int:
    """Bytes of the AMR frame that opens `head`; 0 when a reserved bit is set or the mode does not exist."""
    return bytes_by_mode[head[0] >> 3 & 15] if head and not head[0] & 0x83 else 0


def _adts_length(head: bytes) -> int:
    """Bytes of the ADTS (bare AAC) frame whose header opens `head`; 0 when it is none. ISO/IEC 13818-7."""
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0 or head[2] >> 2 & 15 > _ADTS_LAST_RATE:
        return 0
    length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    return length if length > 7 else 0
