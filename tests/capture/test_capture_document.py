"""A document becomes the words that a reader sees, and nothing else that the file knows."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capture import TextLimits, check_text, read_document
from capture.document import Kind, kind_of
from stories.errors import InputRefused
from tests.capture.command import Command
from tests.capture.documents import (
    MAKER,
    PLACE,
    STRICT,
    a_docx,
    a_zip,
    an_odt,
    content_types,
    paragraph,
    part,
    run,
)
from tests.capture.sounds import encode, voice, wav

STORY = "Ik had het koud in bed."


def words(data: bytes) -> str:
    return read_document(io.BytesIO(data)).text


def docx_words(body: str, **options: object) -> str:
    return words(a_docx(body, **options))  # type: ignore[arg-type]


def refusal(data: bytes, limits: TextLimits | None = None) -> str:
    with pytest.raises(InputRefused) as caught:
        read_document(io.BytesIO(data), limits or TextLimits())
    assert caught.value.key == f"capture.{caught.value.code}"
    return caught.value.code


# Plain text

EURO = "Eén brood kost € 2 – “te duur” zei ma."


@pytest.mark.parametrize(
    "data",
    [
        EURO.encode(),
        b"\xef\xbb\xbf" + EURO.encode(),
        EURO.encode("utf-16"),
        b"\xff\xfe" + EURO.encode("utf-16-le"),
        b"\xfe\xff" + EURO.encode("utf-16-be"),
        EURO.encode("cp1252"),
        EURO.encode().replace(b" ", b"\r\n") + b"\x1a",
        EURO.encode() + "é".encode()[:1],
        EURO.encode("utf-16") + b"\x41",
    ],
    ids=["utf-8", "utf-8 bom", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "dos", "torn utf-8", "torn utf-16"],
)
def test_plain_text_is_read_in_every_encoding_people_have(data: bytes) -> None:
    assert words(data).replace("\n", " ") == EURO
    assert kind_of(io.BytesIO(data)) is Kind.TEXT


def test_markdown_stays_as_it_was_typed() -> None:
    typed = "# Thuis\n\n- *geen* brood\n- wel [muizen](x)"
    assert words(typed.encode()) == typed


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200), st.sampled_from(["utf-8-sig", "utf-16"]))
def test_any_text_comes_in_as_if_it_was_typed(typed: str, encoding: str) -> None:
    typed = f"{STORY} {typed}"
    assert words(typed.encode(encoding)) == check_text(typed).text


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "document_empty"),
        (b" \r\n\xc2\xa0", "document_empty"),
        ("\u200b\ufeff".encode(), "document_empty"),
        (b"hoi", "text_too_short"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5_000), "document_locked"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "document_old"),
        (b"\r\n\r\n%PDF-1.4\nIk had het koud", "document_old"),
        (rb"{\rtf1\ansi Ik had het koud in bed.}", "document_old"),
        (b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w/>', "document_old"),
        (b"<!DOCTYPE html><html><body>Ik had het koud in bed.", "document_old"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(100), "document_unknown"),
        (b"Ik had het koud \0 in bed", "document_unknown"),
        (b"\xff\xfe" + b"\x00\xd8" * 40, "document_unknown"),
        ("ik had het koud".encode("utf-16-le"), "document_unknown"),
        (b"Ik had het koud in bed \x81\x8d\x8f", "document_unknown"),
        (b"MZ\x90\0" + bytes(300), "document_unknown"),
    ],
    ids=ascii,
)
def test_what_is_no_document_is_refused_with_its_reason(data: bytes, code: str) -> None:
    assert refusal(data) == code


def test_the_length_and_the_end_of_a_text_count_too() -> None:
    assert refusal(b"ik had het koud " * 20_000) == "text_too_long"
    assert refusal(b"ik had het koud " * 300_000) == "text_too_long"
    assert refusal(b"Ik had het koud in bed " * 100 + b"\x01") == "document_unknown"
    assert refusal(STORY.encode(), TextLimits(max_characters=20)) == "text_too_long"


def test_sound_is_no_document() -> None:
    for data in (wav(voice(0.5)), encode("mp3", "libmp3lame", voice(0.5), sample_format="s16p")):
        assert refusal(data) == "document_unknown"


def test_every_refusal_of_an_old_kind_says_what_to_do() -> None:
    for data in (b"%PDF-1.7", rb"{\rtf1 x}", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), b"MZ\0"):
        with pytest.raises(InputRefused) as caught:
            read_document(io.BytesIO(data))
        assert "op als Word (.docx)" in caught.value.message and "stuur gewone tekst" in caught.value.message


# Word


def test_headings_paragraphs_lists_and_cells_come_in_order() -> None:
    style = '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>'
    bullet = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>'
    cells = "".join(f"<w:tc><w:tcPr/>{paragraph(run(word))}</w:tc>" for word in ("maandag", "niets"))
    body = (
        paragraph(run("Vroeger"), properties=style)
        + paragraph(run("Ik had het "), run("koud", "<w:rPr><w:b/></w:rPr>"), run(" in bed."))
        + paragraph()
        + paragraph(run("brood"), properties=bullet)
        + f"<w:tbl><w:tblPr/><w:tr>{cells}</w:tr></w:tbl>"
        + paragraph(run("a"), "<w:r><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t></w:r>")
    )
    assert docx_words(body) == "Vroeger\nIk had het koud in bed.\n\nbrood\nmaandag\nniets\na\tb\nc-d"
    assert kind_of(io.BytesIO(a_docx(body))) is Kind.DOCX


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (f"<w:ins>{run('erbij')}</w:ins><w:del><w:r><w:delText>WEG</w:delText></w:r></w:del>", "erbij"),
        (f"<w:del>{run('WEG')}</w:del>", ""),
        (f"<w:moveFrom>{run('WEG')}</w:moveFrom><w:moveTo>{run('hier')}</w:moveTo>", "hier"),
        (run("WEG", "<w:rPr><w:vanish/></w:rPr>") + run("zien"), "zien"),
        (run("zien", '<w:rPr><w:vanish w:val="0"/></w:rPr>'), "zien"),
        (run("zien", "<w:rPr><w:rPrChange><w:rPr><w:vanish/></w:rPr></w:rPrChange></w:rPr>"), "zien"),
        (f"<w:hyperlink w:anchor='WEG'>{run('klik')}</w:hyperlink>", "klik"),
        (f"<w:sdt><w:sdtPr/><w:sdtContent>{run('vak')}</w:sdtContent></w:sdt>", "vak"),
        (f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('WEG')}</w:sdtContent></w:sdt>", ""),
        (
            "<w:sdt><w:sdtPr><w:dataBinding w:xpath='/ns1:coreProperties[1]/ns0:creator[1]'/></w:sdtPr>"
            f"<w:sdtContent>{run('WEG')}</w:sdtContent></w:sdt>",
            "",
        ),
        (f"<w:smartTag>{run('slim')}</w:smartTag><x:new xmlns:x='y'>{run('nieuw')}</x:new>", "slimnieuw"),
        (f"<w:fldSimple w:instr=' AUTHOR \\* MERGEFORMAT '>{run('WEG')}</w:fldSimple>", ""),
        (f"<w:fldSimple w:instr=' TITLE '>{run('titel')}</w:fldSimple>", "titel"),
        (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> FILE</w:instrText></w:r>'
            "<w:r><w:instrText>NAME \\p </w:instrText></w:r>"
            f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("WEG")}<w:r><w:fldChar w:fldCharType="end"/></w:r>',
            "",
        ),
        (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>HYPERLINK "WEG"</w:instrText></w:r>'
            f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("link")}<w:r><w:fldChar w:fldCharType="end"/></w:r>',
            "link",
        ),
        ('<w:r><w:fldChar w:fldCharType="end"/></w:r>' + run("los"), "los"),
        (f"<w:r><w:commentReference w:id='1'/><wp:docPr descr='WEG' name='WEG'/></w:r>{run('rest')}", "rest"),
    ],
    ids=ascii,
)
def test_what_a_reader_sees_is_kept_and_what_nobody_sees_is_not(body: str, kept: str) -> None:
    found = docx_words(paragraph(run(STORY)) + paragraph(body) + paragraph(run("Einde.")))
    assert "WEG" not in found
    assert found.split() == [*STORY.split(), *kept.split(), "Einde."]


def test_a_deleted_row_and_a_deleted_cell_are_gone() -> None:
    cell = "<w:tc>{}" + paragraph(run("{}")) + "</w:tc>"
    rows = (
        f"<w:tr><w:trPr><w:del w:id='1'/></w:trPr>{cell.format('', 'WEG')}</w:tr>"
        f"<w:tr>{cell.format('', 'blijft')}{cell.format('<w:tcPr><w:cellDel/></w:tcPr>', 'WEG')}</w:tr>"
    )
    assert docx_words(paragraph(run(STORY)) + f"<w:tbl>{rows}</w:tbl>") == f"{STORY}\nblijft"


def test_a_text_box_is_read_once_and_on_lines_of_its_own() -> None:
    box = f"<w:txbxContent>{paragraph(run('in het vak'))}</w:txbxContent>"
    drawing = (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><wps:txbx>{box}</wps:txbx></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert docx_words(paragraph(run(STORY), drawing, run("Verder."))) == f"{STORY}\nin het vak\nVerder."


def test_notes_come_after_the_story() -> None:
    notes = {
        "word/footnotes.xml": part(f"<w:footnote>{paragraph(run('Dat was in de winter.'))}</w:footnote>", "footnotes")
    }
    assert docx_words(paragraph(run(STORY)), more=notes) == f"{STORY}\nDat was in de winter."


def test_nothing_the_file_knows_of_its_maker_comes_along() -> None:
    found = docx_words(paragraph(run(STORY)))
    assert found == STORY
    data = zipfile.ZipFile(io.BytesIO(a_docx(paragraph(run(STORY)))))
    around = b"".join(data.read(name) for name in data.namelist())
    for word in (MAKER, "KOPTEKST", "VOETTEKST", "OPMERKING", PLACE):
        assert word.encode() in around, "it was there to be taken"
        assert word not in found


def test_a_document_of_word_online_or_of_the_strict_kind_is_read() -> None:
    assert docx_words(paragraph(run(STORY)), main="word/document2.xml") == STORY
    assert docx_words(paragraph(run(STORY)), namespace=STRICT) == STORY


def test_a_part_with_a_byte_order_mark_is_read() -> None:
    main = part(paragraph(run(STORY)))
    for marked in (b"\xef\xbb\xbf" + main, main.decode().encode("utf-16")):
        assert words(a_docx("", more={"word/document.xml": marked})) == STORY


@given(st.lists(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=40), max_size=6))
def test_any_words_survive_a_word_file(lines: list[str]) -> None:
    typed = [STORY, *lines]
    assert docx_words("".join(paragraph(run(line)) for line in typed)) == check_text("\n".join(typed)).text


# OpenDocument


def test_an_open_document_text_is_read_the_same_way() -> None:
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>WEG</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
        '<text:h>Vroeger</text:h><text:p>Ik had  het<text:s text:c="2"/><text:span>koud</text:span>'
        "<office:annotation><text:p>WEG</text:p></office:annotation><text:line-break/>in<text:tab/>bed."
        "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>echt waar</text:p>"
        "</text:note-body></text:note></text:p>"
        "<text:list><text:list-item><text:p>brood</text:p></text:list-item></text:list>"
        "<text:p><text:author-name>WEG</text:author-name><text:sender-lastname>WEG</text:sender-lastname>"
        "<draw:frame><svg:desc>WEG</svg:desc></draw:frame></text:p>"
    )
    data = an_odt(body)
    assert words(data) == "Vroeger\nIk had het  koud\nin\tbed.\necht waar\n\nbrood"
    assert kind_of(io.BytesIO(data)) is Kind.ODT


# Hostile

LAUGHS = "[" + '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)) + "]"


def with_main(data: bytes) -> bytes:
    return a_docx("", more={"word/document.xml": data})


def with_dtd(declaration: str, said: str) -> bytes:
    body = part(f"<w:p><w:r><w:t>{STORY} {said}</w:t></w:r></w:p>").decode().partition("?>")[2]
    return with_main((f'<?xml version="1.0"?><!DOCTYPE w:document {declaration}>' + body).encode())


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "laughs": (lambda: with_dtd(LAUGHS, "&a9;"), "document_damaged"),
    "file entity": (lambda: with_dtd('[<!ENTITY x SYSTEM "file:///etc/passwd">]', "&x;"), "document_damaged"),
    "parameter entity": (lambda: with_dtd('[<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]', ""), "document_damaged"),
    "outside dtd": (lambda: with_dtd('SYSTEM "http://127.0.0.1:9/x.dtd"', ""), "document_damaged"),
    "bare dtd": (lambda: with_dtd("", ""), "document_damaged"),
    "unknown entity": (lambda: with_main(part(f"<w:p><w:r><w:t>{STORY} &x;</w:t></w:r></w:p>")), "document_damaged"),
    "torn xml": (lambda: with_main(part(paragraph(run(STORY)))[:-20]), "document_damaged"),
    "empty part": (lambda: with_main(b""), "document_damaged"),
    "utf-7": (lambda: with_main(b'<?xml version="1.0" encoding="utf-7"?><w>+AGE-</w>'), "document_empty"),
    "deep": (lambda: with_main(part("<w:p>" * 600 + "</w:p>" * 600)), "document_too_heavy"),
    "long tag": (lambda: with_main(b"<w" + b" a='" + b"x" * 3_000_000 + b"'/>"), "document_too_heavy"),
    "many elements": (lambda: with_main(b"<w>" + b"<a/>" * 1_100_000 + b"</w>"), "document_too_heavy"),
    "33 MB": (lambda: with_main(b"<w>" + b" " * (33 * 2**20) + b"</w>"), "zip_too_big"),
    "100 MB": (lambda: with_main(b"<w>" + b" " * (100 * 2**20) + b"</w>"), "zip_too_big"),
    "many breaks": (lambda: with_main(part(f"<w:p><w:r>{'<w:br/>' * 900_000}</w:r></w:p>")), "text_too_long"),
    "long story": (lambda: a_docx(paragraph(run("ik had het koud " * 60_000))), "text_too_long"),
    "only a picture": (lambda: a_docx(paragraph()), "document_empty"),
    "no main part": (lambda: a_zip({"[Content_Types].xml": content_types()}), "document_damaged"),
    "no types": (lambda: a_zip({"[Content_Types].xml": b"<Types/>", "word/document.xml": part("")}), "document_old"),
    "bad types": (lambda: a_zip({"[Content_Types].xml": b"geen xml"}), "document_damaged"),
    "sheet": (lambda: a_zip({"[Content_Types].xml": content_types(kind="sheet.main")}), "document_old"),
    "macros": (lambda: a_docx("", more={"[Content_Types].xml": content_types(kind="x")}), "document_old"),
    "ods": (lambda: a_zip({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "document_unknown"),
    "odt without words": (lambda: a_zip({"mimetype": b"application/vnd.oasis.opendocument.text"}), "document_damaged"),
    "pages": (lambda: a_zip({"Index/Document.iwa": b"", "preview.jpg": b""}), "document_old"),
    "docx in a zip": (lambda: a_zip({"verhaal.docx": a_docx(paragraph(run(STORY)))}), "document_unknown"),
    "empty zip": (lambda: a_zip({}), "document_unknown"),
    "torn zip": (lambda: a_docx(paragraph(run(STORY)))[:-30], "zip_damaged"),
    "torn half-way": (lambda: a_docx(paragraph(run(STORY)))[:400], "zip_damaged"),
    "only a magic": (lambda: b"PK\x03\x04" + bytes(500), "zip_damaged"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_document_is_refused_with_its_reason(kind: str) -> None:
    build, code = HOSTILE[kind]
    assert refusal(build()) == code


def test_a_refusal_is_quick_and_small(command: Command, tmp_path: Path) -> None:
    for number, data in enumerate(
        (
            with_dtd(LAUGHS, "&a9;"),
            with_main(b"<w>" + b"<a/>" * 8_000_000 + b"</w>"),
            with_main(b"<w>" + b"<a b='c' d='e'>" * 400 + b"</a>" * 400 + b"<!--" + b"x" * 20_000_000 + b"--></w>"),
            with_main(b"<w" + b"".join(b" a%d=''" % n for n in range(2_000_000)) + b"/>"),
            a_docx(paragraph(run(STORY)), more={"word/media/a.png": bytes(200_000_000)}),
        )
    ):
        (tmp_path / f"f{number}").write_bytes(data)
        done = command("read", tmp_path / f"f{number}")
        assert done.code == 2 and done.json["reason"] in ("document_damaged", "document_too_heavy", "zip_too_big")
        assert done.rss_bytes < 200 * 2**20 and done.cpu_s < 10, done


def test_a_picture_heavy_story_is_no_bomb() -> None:
    pictures = {f"word/media/{n}.bmp": bytes(range(256)) * 20_000 for n in range(10)}
    assert docx_words(paragraph(run(STORY)), more=pictures) == STORY


def test_the_command_says_what_a_document_is_and_nothing_of_it(command: Command, tmp_path: Path) -> None:
    for name, data, kind in (
        ("Samira.mp3", a_docx(paragraph(run(STORY))), "docx"),
        ("Samira.exe", an_odt(f"<text:p>{STORY}</text:p>"), "odt"),
        ("Samira.docx", STORY.encode(), "text"),
    ):
        (tmp_path / name).write_bytes(data)
        done = command("read", tmp_path / name)
        assert done.code == 0 and done.err == ""
        assert done.json == {
            "accepted": True,
            "reason": None,
            "message": None,
            "format": kind,
            "words": len(STORY.split()),
            "senders": [],
        }


def test_the_command_refuses_in_words(command: Command, tmp_path: Path) -> None:
    (tmp_path / "Samira.pdf").write_bytes(b"%PDF-1.7")
    for path, reason in (
        (tmp_path / "Samira.pdf", "document_old"),
        (tmp_path, "unreadable"),
        (tmp_path / "x", "unreadable"),
    ):
        done = command("read", path)
        assert done.code == 2 and done.json["reason"] == reason and done.json["format"] is None
        assert done.err.strip() == done.json["message"] and "Samira" not in done.out + done.err


@pytest.mark.parametrize("wrong", ["document", "chat"])
def test_the_check_of_recordings_still_takes_only_recordings(wrong: str, command: Command, tmp_path: Path) -> None:
    chat = "12-03-2021 14:05 - Jan: hoi\n12-03-2021 14:06 - Piet: ha\n"
    data = {"document": a_docx(paragraph(run(STORY))), "chat": a_zip({"_chat.txt": chat.encode()})}[wrong]
    (tmp_path / "opname.mp3").write_bytes(data)
    done = command("check", tmp_path / "opname.mp3")
    assert done.code == 2 and done.json["reason"] == "not_audio"


def test_a_stream_is_left_where_it_was(tmp_path: Path) -> None:
    for data in (STORY.encode(), a_docx(paragraph(run(STORY)))):
        (tmp_path / "in").write_bytes(data)
        with (tmp_path / "in").open("rb") as file:
            file.seek(7)
            assert read_document(file).text == read_document(tmp_path / "in").text == STORY
            assert file.tell() == 7 and not file.closed


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 2_000), st.sampled_from(["docx", "odt", "text", "zip"]))
def test_any_bytes_get_an_answer(noise: bytes, place: int, kind: str) -> None:
    good = {
        "docx": a_docx(paragraph(run(STORY))),
        "odt": an_odt(f"<text:p>{STORY}</text:p>"),
        "text": STORY.encode(),
        "zip": b"PK\x03\x04",
    }[kind]
    place %= len(good)
    for data in (noise, good[:place] + noise + good[place + len(noise) :], good[:place] + noise):
        try:
            read_document(io.BytesIO(data))
        except InputRefused as error:
            assert error.message
