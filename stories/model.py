"""What a story is made of, gathered from its subjects: frozen values that refuse to be wrong.

Times are whole milliseconds on the clock of the canonical FLAC (48 kHz mono), offsets are Python character
offsets, digests are lower-case SHA-256 hex.
"""

# ruff: noqa: F403 - every value of every subject is here, by its own name

from __future__ import annotations

from stories.model_pieces import *
from stories.model_said import *
from stories.model_story import *
from stories.model_text import *
from stories.values import *
