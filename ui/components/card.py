"""The card with a receipt code: big on the screen, and on paper alone on its page.

The code is shown once. It travels to the page and nowhere else: what the QR code holds stands behind a `#`, which no
browser sends to a server.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from ui.components import load

_CARD = load("card")


@dataclass(frozen=True, slots=True)
class CardWords:
    """What the card says. `lines` and `where` are for paper: on the screen the page itself says so."""

    title: str
    scan: str
    lines: tuple[str, ...]
    where: str
    print: str


def card(code: str, qr: str | None, address: str, words: CardWords, *, key: str) -> None:
    """Show `code` ("1234 5678 9012 3456"), with `qr` (a picture as data URI) where there is one, and a button that
    prints this card alone. `address` is where the code is to be given."""
    groups = code.split()
    halves = [" ".join(groups[at : at + 2]) for at in range(0, len(groups), 2)]  # each stays on one line
    _CARD(key=key, data={"code": halves, "qr": qr, "address": address, "words": asdict(words)})
