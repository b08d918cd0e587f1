from __future__ import annotations

from desk.reviewing import Review
from ui.visit import Visit


def section(visit: Visit, seen: Review) -> None:
    pass
