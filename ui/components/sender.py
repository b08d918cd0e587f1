"""Sending files, one or many, each with an upload ticket of its own: interviews that become cases, or a proof.

How many files were chosen is reported first, so that the page can make a case and a ticket for each. File names never
leave the browser.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stories.words import room
from ui.components import load

_SENDER = load("sender", "giver_send")

PROOFS = ".pdf,.jpg,.jpeg,.png,.m4a,.mp3,.aac,.ogg,.oga,.opus,.wav,.webm,.amr,.3gp,.mp4"
"""Extensions one by one: iOS greys out files otherwise."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many tickets are wanted for the files of this choice; `order` tells one choice from the next."""

    count: int
    order: int


@dataclass(frozen=True, slots=True)
class Sending:
    """What happened in this run: tickets are wanted, or everything that was chosen has been sent."""

    wanted: Wanted | None
    sent: bool


def sender(
    name: str, tickets: Sequence[str], *, accept: str, most: int = 1, order: int = 0, cases: Sequence[str] = ()
) -> Sending:
    """Show the chooser. With `most` 1 the one ticket is there; for more, `order` says for which choice they are, and
    `cases` how each case is called, so that somebody knows which recording became which."""
    words = {key[7:]: text for key, text in room("helper").items() if key.startswith("sender_")}
    result = _SENDER(
        key=f"zenden_{name}",
        data={
            "name": name,
            "tickets": list(tickets),
            "order": order,
            "cases": list(cases),
            "most": most,
            "accept": accept,
            "words": words,
            "run": secrets.token_hex(4),  # other data in every run: so the component knows that there was one
        },
        on_wanted_change=lambda: None,
        on_sent_change=lambda: None,
        on_stale_change=lambda: None,  # a ticket ran out while the page stood open: this run brings another
    )
    return Sending(_wanted(result.wanted, most), isinstance(result.sent, Mapping))


def _wanted(value: object, most: int) -> Wanted | None:
    """A browser can send anything."""
    if not isinstance(value, Mapping):
        return None
    count, order = value.get("count"), value.get("order")
    if type(count) is not int or type(order) is not int or not 1 <= count <= most or not 0 < order < 2**53:
        return None
    return Wanted(count, order)
