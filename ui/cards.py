"""The card with a receipt code, in words for whoever will hold it."""

from __future__ import annotations

import segno

from stories.people import Holder
from stories.settings import Settings
from stories.words import say
from ui.components.card import CardWords, card
from ui.parts import say_to


def code_card(settings: Settings, code: str, holder: Holder = Holder.VERTELLER, *, young: bool = False) -> None:
    """Show a code once, with a QR code where a phone can reach us, and a card to print."""
    parent = holder is Holder.VERTEGENWOORDIGER
    what = say("proof.card_what_parent") if parent else say_to(young, "proof.card_what")
    words = CardWords(
        title=say("proof.card_title_parent") if parent else say_to(young, "proof.card_title"),
        scan=say("proof.card_scan"),
        lines=(what, say_to(young and not parent, "proof.card_stop"), say("proof.card_keep")),
        where=say("proof.card_where"),
        print=say("proof.card_print"),
    )
    address = f"{settings.origin.removeprefix('https://')}/mijn-verhaal"  # as one types it
    card(code, _picture(settings, code), address, words, key=f"code_{holder}")


def _picture(settings: Settings, code: str) -> str | None:
    """None without a public address: a phone cannot reach "localhost"."""
    if not settings.public_url:
        return None
    # behind the #, because browsers never send that part to a server: the code stays out of every log
    link = f"{settings.origin}/mijn-verhaal/code#{code.replace(' ', '')}"
    return str(segno.make(link, error="m").svg_data_uri(scale=5, dark="#1f2a37", light="#ffffff", border=2))
