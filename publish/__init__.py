"""Publish: words of released stories become a piece that a reader gets, or a clear reason why not.

    quotes      cut literal words out of a version's clean text; judge how a quote is shown
    layout      a template of a kind of piece, as an administrator writes it
    sandbox     the one place where a text of a template is drawn
    draft       a first draft of any kind of piece from chosen quotes (the work is in drafting)
    deriving    the same words in another channel
    gate        one pure function that says what still stands in the way of a piece (its parts: gate_stories,
                gate_sources, hints); what is known about a piece is evidence
    lengths     how long a piece is; readability: how its own sentences read
    newsletter  a piece as responsive e-mail HTML, plain text and an .eml draft, from the same parts
    bundle      gate, render, look for names once more, and pack one ZIP that is the same every time

This room imports `stories` only. It never sees a transcript or a name table: the check for sealed names is handed
in as a plain callable, and asked over every text that leaves.
"""

from publish.bundle import Bundle, Drawn, draw, export_piece, let_go
from publish.draft import first_draft
from publish.drafting import Chosen, make_draft
from publish.evidence import Evidence, StoryEvidence
from publish.gate import NOT_APPROVED, GateFinding, inspect, require_clear
from publish.layout import built_in
from publish.quotes import TimedSpan, cut, shown_is_honest

__all__ = [
    "NOT_APPROVED",
    "Bundle",
    "Chosen",
    "Drawn",
    "Evidence",
    "GateFinding",
    "StoryEvidence",
    "TimedSpan",
    "built_in",
    "cut",
    "draw",
    "export_piece",
    "first_draft",
    "inspect",
    "let_go",
    "make_draft",
    "require_clear",
    "shown_is_honest",
]
