"""Whatever can be read in a file of a bundle is shown to the check on names, and what cannot be read does not leave."""

from __future__ import annotations

import io
import json
import struct
import wave
import zipfile
import zlib
from collections.abc import Callable
from email.message import EmailMessage
from fractions import Fraction
from pathlib import Path

import av
import docx
import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from publish.readable import READERS, texts
from stories.errors import Refused

NAME = "Zwanenburg"
FIRST, LAST = "Nouri", "Terlouw"


def word(fill: Callable[[docx.document.Document], object]) -> bytes:
    document = docx.Document()
    fill(document)
    packed = io.BytesIO()
    document.save(packed)
    return packed.getvalue()


def in_runs(document: docx.document.Document) -> None:
    paragraph = document.add_paragraph("Dit zei Zwan")
    paragraph.add_run("enburg").bold = True


def in_a_comment(document: docx.document.Document) -> None:
    document.add_comment(document.add_paragraph("Woorden").runs, text="Nog vragen", author=NAME)


def in_alt_text(document: docx.document.Document) -> None:
    picture = document.add_picture(io.BytesIO(png()))
    picture._inline.docPr.set("descr", NAME)


def png(**words: str) -> bytes:
    info, packed = PngInfo(), io.BytesIO()
    for key, value in words.items():
        {"z": info.add_text, "i": info.add_itxt}.get(key[0], info.add_text)(key, value, zip=key[0] in "zi")
    Image.new("RGB", (4, 4)).save(packed, "PNG", pnginfo=info)
    return packed.getvalue()


def mp3(chapter: str = "Begin", **tags: str) -> bytes:
    packed = io.BytesIO()
    with av.open(packed, "w", format="mp3") as target:
        stream = target.add_stream("mp3", rate=44_100)
        target.metadata.update(tags)
        target.set_chapters(
            [{"id": 0, "start": 0, "end": 100, "time_base": Fraction(1, 1000), "metadata": {"title": chapter}}]
        )
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 44_100), np.int16), "s16p", "mono")
        frame.rate = 44_100
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            target.mux(packet)
    return packed.getvalue()


def wav(info: bytes = b"") -> bytes:
    packed = io.BytesIO()
    with wave.open(packed, "wb") as sound:
        sound.setparams((1, 2, 48_000, 0, "NONE", ""))
        sound.writeframes(b"\0\0" * 480)
    return packed.getvalue() + (b"LIST" + struct.pack("<I", len(info)) + info if info else b"")


def mail(**more: str) -> bytes:
    message = EmailMessage()
    message["Subject"] = more.get("subject", "Nieuws")
    message.set_content(more.get("text", "Dag"))
    message.add_alternative(f"<p>{more.get('html', 'Dag')}</p>", subtype="html")
    message.add_attachment(png(Author=more.get("author", "")), "image", "png", filename=more.get("file", "a") + ".png")
    return message.as_bytes()


HOLDING: dict[str, tuple[str, bytes]] = {
    "plain words": ("a.txt", f"Dag {NAME}.".encode()),
    "markdown with a sign in it": ("a.md", rb"Dag \*Zwanenburg\*"),
    "a page": ("a.html", f"<p>Dag <b>Zwanen</b>burg, {NAME}</p>".encode()),
    "a comment in a page": ("a.html", f"<p>Dag</p><!-- {NAME} -->".encode()),
    "an address in a page": ("a.html", b"<a href='https://a.example/Zwanen%62urg'>Dag</a>"),
    "an entity in a page": ("a.html", b"<p title='Zwanen&#98;urg'>Dag</p>"),
    "a subject": ("a.eml", mail(subject=f"Over {NAME}")),
    "a mail's words": ("a.eml", mail(text=NAME)),
    "a mail's page": ("a.eml", mail(html=NAME)),
    "the name of what hangs on a mail": ("a.eml", mail(file=NAME)),
    "a picture in a mail": ("a.eml", mail(author=NAME)),
    "runs of a document": ("a.docx", word(in_runs)),
    "whoever commented on a document": ("a.docx", word(in_a_comment)),
    "what a picture in a document shows": ("a.docx", word(in_alt_text)),
    "the maker of a document": ("a.docx", word(lambda made: setattr(made.core_properties, "author", NAME))),
    "the voice of a subtitle": ("a.vtt", f"WEBVTT\n\n00:01.000 --> 00:02.000\n<v {NAME}>Dag".encode()),
    "a chapter": ("a.json", json.dumps({"chapters": [{"title": NAME}]}).encode()),
    "a key": ("a.json", json.dumps({"metadata": {NAME: 1}}).encode()),
    "a clip of a montage": ("a.otio", json.dumps({"name": f"{NAME}.wav"}).encode()),
    "an element": ("a.xml", f"<a><b>{NAME}</b></a>".encode()),
    "behind an element": ("a.rss", f"<a><b/>{NAME}</a>".encode()),
    "an attribute": ("a.xml", f"<a url='file:///{NAME}.wav'/>".encode()),
    "a comment in XML": ("a.svg", f"<svg><!-- {NAME} --></svg>".encode()),
    "a title of a drawing": ("a.svg", f"<svg><title>{NAME}</title></svg>".encode()),
    "a row of a montage": ("a.edl", f"* FROM CLIP NAME: {NAME}".encode()),
    "a cell": ("a.csv", f"1,{NAME}".encode()),
    "text in a picture": ("a.png", png(Comment=NAME)),
    "packed text in a picture": ("a.png", png(z=NAME)),
    "international text in a picture": ("a.png", png(i=NAME)),
    "a tag of an episode": ("a.mp3", mp3(artist=NAME)),
    "a comment of an episode": ("a.mp3", mp3(comment=NAME)),
    "a tag of one's own": ("a.mp3", mp3(eigen=NAME)),
    "a chapter of an episode": ("a.mp3", mp3(chapter=NAME)),
    "an old tag behind an episode": ("a.mp3", mp3() + b"TAG" + NAME.encode().ljust(125, b"\0")),
    "a list in a sound": ("a.wav", wav(b"INFOIART" + struct.pack("<I", 12) + NAME.encode().ljust(12, b"\0"))),
}


@pytest.mark.parametrize("place", HOLDING)
def test_a_name_is_found_in(place: str) -> None:
    assert NAME in " ".join(texts(*HOLDING[place]).values())


CUE = "{number}\n00:00:01,000 --> 00:00:02,000\n"
SPLIT = {
    "two cues": ("a.srt", f"{CUE}Dat zei {FIRST}\n\n{CUE}{LAST} ook".replace("{number}", "1")),
    "two lines": ("a.txt", f"Dat zei {FIRST}\n   {LAST} ook"),
    "two lines of a mail": ("a.html", f"<p>Dat zei {FIRST}\n{LAST}</p>"),
}  # fmt: skip


@pytest.mark.parametrize("place", SPLIT)
def test_a_name_of_two_words_is_found_over(place: str) -> None:
    name, words = SPLIT[place]
    assert f"{FIRST} {LAST}" in " ".join(texts(name, words.encode()).values())


@pytest.mark.parametrize("name", ["a.exe", "a.pdf", "a", "a.docm", "a.jpeg", "a.flac", ".png"])
def test_what_nobody_can_read_does_not_leave(name: str) -> None:
    with pytest.raises(Refused) as refused:
        texts(name, b"")
    assert refused.value.code == "file_unreadable"


def _with_part(name: str) -> bytes:
    packed = io.BytesIO(word(lambda made: None))
    with zipfile.ZipFile(packed, "a") as package:
        package.writestr(name, b"\xff\xd8\xff")
    return packed.getvalue()


def _png_with(kind: bytes) -> bytes:
    chunk = struct.pack(">I", 3) + kind + b"abc" + struct.pack(">I", zlib.crc32(kind + b"abc"))
    return png()[:33] + chunk + png()[33:]


BROKEN = {
    "not what its name says": ("a.png", b"GIF89a"),
    "half a picture": ("a.png", png()[:40]),
    "something behind a picture": ("a.png", png() + NAME.encode()),
    "where a picture was taken": ("a.png", _png_with(b"eXIf")),
    "a part of nobody knows what": ("a.docx", _with_part("word/embeddings/a.bin")),
    "a photograph in a document": ("a.docx", _with_part("word/media/image1.jpeg")),
    "words of no alphabet": ("a.txt", b"\xff\xfe\x00"),
    "an entity of its own": ("a.xml", f"<!DOCTYPE a [<!ENTITY n '{NAME}'>]><a>&n;</a>".encode()),
    "half of XML": ("a.xml", b"<a>"),
    "half of JSON": ("a.json", b"{"),
    "packed tags": ("a.mp3", b"ID3\x04\x00\x80\x00\x00\x00\x00" + mp3()),
    "an unknown tag": ("a.mp3", b"ID3\x04\x00\x00\x00\x00\x00\x0eABCD\x00\x00\x00\x04\x00\x00abcd" + mp3()),
    "tags of another kind": ("a.mp3", mp3() + b"APETAGEX" + bytes(24)),
    "a sound with a map": ("a.wav", wav() + b"bext" + struct.pack("<I", 4) + b"abcd"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_this_does_not_leave(what: str) -> None:
    with pytest.raises(Refused):
        texts(*BROKEN[what])


def test_a_big_file_is_read_from_disk(tmp_path: Path) -> None:
    with (tmp_path / "b").open("w+b") as file:
        file.write(mp3(title=NAME))
        assert NAME in " ".join(texts("a.mp3", file).values())


def test_fonts_tags_and_hashes_are_not_words() -> None:
    shown = [
        *texts("a.html", b"<style>p{font:Georgia}</style><p style='color:red' class='Anna'>Dag</p>").values(),
        *texts("a.svg", b"<svg><text font-family='Georgia'>Dag</text></svg>").values(),
        *texts("a.json", json.dumps({"sha256": "abcdef0123456789" * 4, "title": "Dag"}).encode()).values(),
        *texts("a.docx", word(lambda made: made.add_paragraph("Dag"))).values(),
    ]
    assert "Dag" in " ".join(shown)
    assert not any(word in " ".join(shown) for word in ("Georgia", "Anna", "abcdef", "Calibri", "Cambria"))


def test_every_reader_is_tried_here() -> None:
    tried = {name.rpartition(".")[2] for name, _ in [*HOLDING.values(), *SPLIT.values()]}
    assert tried == set(READERS)
