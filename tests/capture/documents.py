"""Word and OpenDocument files made on the spot, good and hostile: the parts that Word writes, with what we put in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
MAKER = "Samira Makerson"
PLACE = "52.3702"

_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_SPACES = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)


def paragraph(*runs: str, properties: str = "") -> str:
    return f"<w:p>{properties}{''.join(runs)}</w:p>"


def run(text: str, properties: str = "") -> str:
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def part(body: str, root: str = "document", namespace: str = W) -> bytes:
    inner = f"<w:body>{body}</w:body>" if root == "document" else body
    return f'<?xml version="1.0"?><w:{root} xmlns:w="{namespace}" {_SPACES}>{inner}</w:{root}>'.encode()


def content_types(main: str = "word/document.xml", kind: str = "document.main") -> bytes:
    rows = {f"/{main}": kind, "/word/footnotes.xml": "footnotes", "/word/endnotes.xml": "endnotes"}
    rows |= {"/word/comments.xml": "comments", "/word/header1.xml": "header", "/word/footer1.xml": "footer"}
    overrides = "".join(f'<Override PartName="{p}" ContentType="{_TYPE}.{k}+xml"/>' for p, k in rows.items())
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    ).encode()


def a_docx(
    body: str, *, main: str = "word/document.xml", namespace: str = W, more: Mapping[str, bytes] | None = None
) -> bytes:
    """A .docx with this body, and with everything around it that must never come along."""
    parts = {
        "[Content_Types].xml": content_types(main),
        main: part(body, namespace=namespace),
        "docProps/core.xml": f"<cp:coreProperties xmlns:cp='c'>{MAKER}</cp:coreProperties>".encode(),
        "docProps/app.xml": f"<Properties><Company>{MAKER}</Company></Properties>".encode(),
        "word/comments.xml": part(paragraph(run("OPMERKING")), "comments"),
        "word/header1.xml": part(paragraph(run("KOPTEKST")), "hdr"),
        "word/footer1.xml": part(paragraph(run("VOETTEKST")), "ftr"),
        "word/media/image1.jpeg": b"\xff\xd8\xff\xe1 Exif GPS " + PLACE.encode(),
    }
    return a_zip(parts | dict(more or {}))


def an_odt(body: str, *, more: Mapping[str, bytes] | None = None) -> bytes:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{urn}:1.0"'
        for name, urn in (("office", "office"), ("text", "text"), ("draw", "drawing"), ("svg", "svg-compatible"))
    )
    content = (
        f"<office:document-content {spaces}><office:body><office:text>{body}"
        "</office:text></office:body></office:document-content>"
    )
    parts = {
        "mimetype": b"application/vnd.oasis.opendocument.text",
        "content.xml": content.encode(),
        "meta.xml": f"<m>{MAKER}</m>".encode(),
        "styles.xml": b"<s>KOPTEKST</s>",
    }
    return a_zip(parts | dict(more or {}))


def a_zip(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()
