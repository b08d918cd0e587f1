"""The bundle of a piece: made at once, or by the computer while everybody can see how far it is; then taken along."""

from __future__ import annotations

import html
from collections.abc import Sequence
from functools import partial

import streamlit as st

from desk import exporting
from stories.jobs import UNFINISHED, JobState
from stories.model import Export, Piece, PieceState
from stories.people import Act
from stories.words import say
from ui.parts import act, day, small
from ui.visit import Visit

LOOK_S = 2
"""Seconds between two looks how far it is."""


def bundle_part(visit: Visit, piece: Piece, exports: Sequence[Export], *, blocked: bool) -> None:
    """On the page of a piece: make a bundle, follow it, take it along. `blocked`: the gate, or four eyes, say no."""
    if not visit.staff.may(Act.EXPORT):
        return
    job = exporting.coming(visit.store, visit.staff, piece.id)
    if job is not None and job.state in UNFINISHED:
        _coming(visit, piece)
    elif piece.state is PieceState.VRIJGEGEVEN:
        if job is not None and job.state is JobState.FAILED and job.message:
            reason = say("register.bundle_failed", why=say(job.message))
            st.html(f"<p class='vp-finding'>{html.escape(reason)}</p>")
        act(
            say("ui.piece_export"), partial(exporting.ask, visit.store, visit.staff, piece.id),
            say("register.bundle_asked" if piece.kind in exporting.WITH_SOUND else "ui.piece_exported"),
            key="stuk_bundel", primary=True, disabled=blocked,
        )  # fmt: skip
    for made in exports:
        if made.manifest and made.piece_digest == piece.digest:
            label = html.escape(say("ui.download", when=day(made.made_at)))
            st.html(f"<a class='vp-go soft' href='/bundel/{made.id}' target='_self'>{label}</a>")


def _coming(visit: Visit, piece: Piece) -> None:
    """How far it is; drawn anew when it is there."""

    @st.fragment(run_every=LOOK_S)
    def until_there() -> None:
        job = exporting.coming(visit.store, visit.staff, piece.id)
        if job is None or job.state not in UNFINISHED:
            st.rerun()
        elif job.state is JobState.BLOCKED and job.message:
            st.html(f"<p class='vp-finding warn'>{html.escape(say(job.message))}</p>")
        elif job.state is JobState.RUNNING and job.total:
            st.progress(min(1.0, job.done / job.total))
            small(say("register.bundle_made", percent=min(100, 100 * job.done // job.total)))
        else:
            small(say("register.bundle_waits"))

    until_there()
    act(
        say("register.bundle_stop"), partial(exporting.stop, visit.store, visit.staff, piece.id),
        say("register.bundle_stopped"), key="bundel_stoppen",
    )  # fmt: skip
