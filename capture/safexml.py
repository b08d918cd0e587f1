"""XML from a stranger, read as a stream by expat: no tree in memory, no entity, no file, no address.

A document type declaration is refused when it begins, so there is nothing an entity could be declared in. Depth,
number and size of elements are limited while they pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO, ClassVar
from xml.parsers import expat

from capture.archive import CHUNK
from stories.errors import InputRefused

MAX_DEPTH = 500
"""Word nests some 30 deep."""
MAX_ELEMENTS = 1_000_000
"""The longest story, every word in a run of its own with its properties, is a third of this. Three seconds at most."""
MAX_TAG_BYTES = 2**20
"""One tag with its attributes, or one comment. Word keeps small drawings in an attribute."""

Attributes = Mapping[str, str]


class SafeXml:
    """Read a part with `read`; say in the three methods what its elements mean.

    Names are `prefix:name` after `prefixes` (namespace to prefix), or `:name` when the namespace is not ours. `path`
    is where we are, this element included.
    """

    prefixes: ClassVar[Mapping[str, str]]

    def __init__(self) -> None:
        self.path: list[str] = []
        self._elements = 0

    def started(self, name: str, attributes: Attributes) -> None:
        """An element begins."""

    def ended(self, name: str) -> None:
        """An element ends; `path` still holds it."""

    def said(self, text: str) -> None:
        """Characters inside the last element of `path`."""

    def read(self, stream: BinaryIO) -> None:
        """Read to the end. Raises InputRefused: capture.document_damaged, capture.document_too_heavy."""
        self.path.clear()
        parser = expat.ParserCreate("utf-8", " ")  # or UTF-16 by its mark; a declared encoding is not followed
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self.said
        fed = 0
        try:
            while chunk := stream.read(CHUNK):
                parser.Parse(chunk, False)
                fed += len(chunk)
                if fed - parser.CurrentByteIndex > MAX_TAG_BYTES:
                    raise InputRefused("capture.document_too_heavy")
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise InputRefused("capture.document_damaged") from error

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if len(self.path) >= MAX_DEPTH or self._elements > MAX_ELEMENTS:
            raise InputRefused("capture.document_too_heavy")
        short = self._short(name)
        self.path.append(short)
        self.started(short, {self._short(key): value for key, value in attributes.items()} if attributes else {})

    def _end(self, name: str) -> None:
        self.ended(self.path[-1])
        self.path.pop()

    def _short(self, name: str) -> str:
        namespace, _, local = name.rpartition(" ")
        return f"{self.prefixes.get(namespace, '')}:{local}"


def _refuse(*_: object) -> None:
    raise InputRefused("capture.document_damaged")
