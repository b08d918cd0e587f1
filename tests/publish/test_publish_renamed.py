"""Other names in a quote are told to the reader, a leak in what was made by its place; raw text never comes in."""

from __future__ import annotations

import ast
import inspect
from dataclasses import replace
from pathlib import Path

import pytest

import publish
from publish.letter import lay_out, to_text
from publish.newsletter import SeenText, to_html
from publish.quotes import cut
from stories.errors import GateRefused
from stories.model import CleanText, StoryVersion
from stories.words import say
from tests.publish.leaving import exported
from tests.publish.pieces import TENT, a_piece, approves, the_evidence, with_story

CHANGED = "De namen in de verhalen zijn veranderd."


def renamed(word: str):
    """The evidence of a piece of which one story was told with `word` as another name."""
    evidence = the_evidence()
    known = evidence.stories["s1"]
    start = TENT.index(word)
    clean = CleanText(TENT, "0" * 64, (span := (start, start + len(word)),), (span,))
    version = replace(known.version, clean=clean)
    return with_story(evidence, "s1", version=version, approvals=(approves("s1", version.digest),))


def test_a_reader_is_told_that_names_were_changed():
    text = to_text(lay_out(a_piece(), renamed("dochter")))
    assert CHANGED in " ".join(text.split())
    html = SeenText.of(to_html(lay_out(a_piece(), renamed("dochter")))).text
    assert CHANGED in html and say("publish.credits_more") not in html


def test_nothing_is_said_of_changed_names_where_no_quote_holds_one():
    for evidence in (the_evidence(), renamed("nieuwe")):  # the last sentence is quoted nowhere
        assert CHANGED not in " ".join(to_text(lay_out(a_piece(), evidence)).split())


def test_a_leak_in_what_was_made_is_told_by_its_place_and_not_repeated():
    def only_in_files(texts):
        return [place for place in texts if place in ("newsletter.html:0", "manifest", "names")]

    evidence = replace(the_evidence(), leaks=only_in_files)
    with pytest.raises(GateRefused) as refusal:
        exported(a_piece(), evidence)
    assert refusal.value.code == "leak_in_output"
    assert "de namen van de bestanden, newsletter.html en de lijst van wat erin zit" in refusal.value.message


def test_publishing_takes_clean_text_only():
    """By type: a quote is cut from a version, a version holds clean text, and no module of this room names raw text."""
    assert inspect.signature(cut, eval_str=True).parameters["version"].annotation is StoryVersion
    assert inspect.signature(StoryVersion, eval_str=True).parameters["clean"].annotation is CleanText
    for file in Path(publish.__file__).parent.glob("*.py"):
        names = {node.id for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Name)}
        names |= {
            alias.name
            for node in ast.walk(ast.parse(file.read_text()))
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        assert not names & {"RawText", "Transcript", "Name"}, file.name


def test_clean_text_is_made_in_two_places_only():
    """The anonymiser makes it, and the store gives back what the anonymiser made."""
    root = Path(publish.__file__).parents[1]
    making = set()
    for file in root.glob("*/*.py"):
        if file.parts[-2] in ("anonymise", "capture", "desk", "door", "publish", "stories", "transcription", "ui"):
            calls = [n for n in ast.walk(ast.parse(file.read_text())) if isinstance(n, ast.Call)]
            if any(isinstance(call.func, ast.Name) and call.func.id == "CleanText" for call in calls):
                making.add(f"{file.parts[-2]}/{file.name}")
    assert making == {"anonymise/replacing.py", "stories/books_stories.py"}
