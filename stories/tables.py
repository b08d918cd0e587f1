"""The tables of the newest schema, gathered from their subjects. Migrations make them; a test compares the two.

What is clear and what is sealed: ids, dates, codes, hashes and counts are clear; every word of a teller or about a
teller is in a column named `sealed` (bytes of `stories.vault`). Of each story `story_key` holds the one wrapped key.
"""

# ruff: noqa: F403, F405 - every table of every subject is here, by its own name

from __future__ import annotations

from stories.columns import metadata as metadata
from stories.tables_consent import *
from stories.tables_house import *
from stories.tables_pieces import *
from stories.tables_stories import *
from stories.tables_work import *

APPEND_ONLY = (consent_event, story_version, approval, audit, sitting)
"""Triggers refuse UPDATE and DELETE on these: what must go at erasure is not in them (the text of a version lies
sealed in `sealed`), what is in them is the proof that survives (ids, dates, codes, hashes)."""
