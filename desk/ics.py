"""A calendar as text (RFC 5545): whole days, a summary, and ids that mean nothing elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

LINE_BYTES = 75
"""A line is folded after so many bytes: RFC 5545, 3.1."""


def calendar(events: Iterable[tuple[str, date, str]], *, name: str, made: datetime) -> str:
    """One event per (id, day, summary), in the order given."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Vertelpunt//NL", f"X-WR-CALNAME:{_text(name)}"]
    for event_id, day, summary in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{event_id}@vertelpunt",
            f"DTSTAMP:{made:%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_text(summary)}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _text(value: str) -> str:
    """Nothing in it ends a line or begins a property."""
    one_line = " ".join("".join(sign if sign.isprintable() else " " for sign in value).split())
    return one_line.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> str:
    parts, size = [""], 0
    for sign in line:
        width = len(sign.encode("utf-8", "replace"))
        if size + width > LINE_BYTES:
            parts.append(" ")
            size = 1
        parts[-1] += sign
        size += width
    return "\r\n".join(parts)
