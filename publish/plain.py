"""What people typed, made harmless as *text*: nothing invisible, nothing that is more than one line, no odd links.

Escaping is the renderer's business. These functions only take out what no reader can see and what could hide a
name from the check on names (zero-width characters, direction marks) or break a line where a header ends.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

MAX_LINK = 2000
"""Characters. Longer links are cut by Outlook."""

_BREAKS = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_MAX_MARKS = 2  # combining marks on one letter; Vietnamese needs two, more is only noise ("zalgo")
_LINK = re.compile(r"[A-Za-z0-9:/?#\[\]@!$&()*+,;=._~%-]+")  # RFC 3986, without the single quote
_ADDRESS = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_TOKEN = re.compile(r"[\[{*|%$][\w\[\]{}*|%$.: -]{1,100}[\]}*|%]")


def tidy(text: str) -> str:
    """The same words in NFC, with only characters that a reader can see, and `\\n` as the one line break."""
    text = unicodedata.normalize("NFC", _BREAKS.sub("\n", text))
    kept: list[str] = []
    marks = 0
    for position, char in enumerate(text):
        category = unicodedata.category(char)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks > _MAX_MARKS:
            continue
        if char == "\n":
            kept.append(char)
        elif category == "Zs" or char == "\t":
            kept.append(" ")
        elif category in ("Cc", "Cf", "Cs", "Co", "Cn"):
            if char == "\u200d" and _joins_pictures(text, position):
                kept.append(char)
        else:
            kept.append(char)
    return "\n".join(line.strip() for line in "".join(kept).split("\n")).strip()


def one_line(text: str) -> str:
    """`tidy`, as one line with single spaces: for a title, a subject, a quote."""
    return " ".join(tidy(text).split())


def lines(text: str) -> tuple[str, ...]:
    """`tidy`, as its lines that hold something."""
    return tuple(" ".join(line.split()) for line in tidy(text).split("\n") if line)


def paragraphs(text: str) -> tuple[tuple[str, ...], ...]:
    """`tidy`, as paragraphs (separated by an empty line) of lines."""
    return tuple(found for part in re.split(r"\n{2,}", tidy(text)) if (found := lines(part)))


def safe_link(url: str) -> str | None:
    """The link when it is an https address with a host, or `mailto:` one address; otherwise None.

    Refused as well: user names in front of the host, characters outside ASCII (look-alike hosts), and any
    parameter behind a mail address (a place to smuggle headers in).
    """
    if len(url) > MAX_LINK or not _LINK.fullmatch(url):
        return None
    try:
        parts = urlsplit(url)
        port_is_a_number = parts.port is None or parts.port > 0
    except ValueError:
        return None
    if parts.scheme == "mailto":
        return url if _ADDRESS.fullmatch(url.partition(":")[2]) else None
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc or not port_is_a_number:
        return None
    return url if "." in parts.hostname else None


def safe_unsubscribe(token: str) -> str | None:
    """A mail provider's token such as `[[uitschrijflink]]` or `{{unsubscribe}}`, or a safe link; otherwise None."""
    return token if _TOKEN.fullmatch(token) else safe_link(token)


def _joins_pictures(text: str, position: int) -> bool:
    """A zero-width joiner belongs between emoji; between letters it only hides a word."""
    around = text[max(0, position - 1) : position] + text[position + 1 : position + 2]
    return len(around) == 2 and all(unicodedata.category(char) in ("So", "Sk", "Mn") for char in around)


def capital(text: str) -> str:
    """The same words, the first letter a capital."""
    return text[:1].upper() + text[1:]
