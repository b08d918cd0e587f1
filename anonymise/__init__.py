"""anonymise: find what points at somebody, replace it, check that nothing slipped through, and tag themes."""

from __future__ import annotations

from stories import onecore  # noqa: F401 - first, before numpy

# isort: split
from anonymise.finding import Decision, apply_decisions, find
from anonymise.hits import DIRECT, INDIRECT, TYPES
from anonymise.leaks import Leak, residual, sought
from anonymise.passages import Passage, passage_spans, passages, story_tags
from anonymise.replacing import Cleaned, Style, clean, still_fitting, suggestions
from anonymise.searching import METHOD as SEARCH_METHOD
from anonymise.searching import SearchWord, search_hits, search_words
from anonymise.special import special_kinds, special_signs
from anonymise.themes import ThemeHit, themes
from anonymise.whose import persons

__all__ = [
    "DIRECT",
    "INDIRECT",
    "SEARCH_METHOD",
    "TYPES",
    "Cleaned",
    "Decision",
    "Leak",
    "Passage",
    "SearchWord",
    "Style",
    "ThemeHit",
    "apply_decisions",
    "clean",
    "find",
    "passage_spans",
    "passages",
    "persons",
    "residual",
    "search_hits",
    "search_words",
    "sought",
    "special_kinds",
    "special_signs",
    "still_fitting",
    "story_tags",
    "suggestions",
    "themes",
]
