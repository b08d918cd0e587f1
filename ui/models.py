"""The speech models: which work now, which there are, and getting one. No story content."""

from __future__ import annotations

import html
from functools import partial

import streamlit as st

from desk import models
from desk.models import Card, Overview, Standing
from stories.jobs import JobState, JobStatus
from stories.words import has, say
from ui.parts import act, badge, badges, heading, plain, small, told_plainly
from ui.state import flash, next_turn, turn
from ui.visit import Visit

REFRESH_S = 3
"""Seconds between two looks while a model is on its way."""

_TONE = {"ready": "good", "can_download_unknown": "warn", "missing": "stop"}
_GB, _MB = 10**9, 10**6


def page(visit: Visit) -> None:
    heading(say("models.title"), say("models.lead"))
    st.html(f"<p class='vp-link'><a href='/beheer' target='_self'>{html.escape(say('models.back'))}</a></p>")
    busy = any(card.busy for card in models.overview(visit.store, visit.settings, visit.staff).cards)

    @st.fragment(run_every=REFRESH_S if busy else None)
    def live() -> None:
        now = models.overview(visit.store, visit.settings, visit.staff)
        if busy and not any(card.busy for card in now.cards):
            st.rerun()  # arrived: draw it all, and look no more
        _now(now)
        st.html(f"<h2>{html.escape(say('models.list'))}</h2>")
        for card in now.cards:
            if _first(card):
                _card(visit, card)
        with st.expander(say("models.others")):
            for card in now.cards:
                if not _first(card):
                    _card(visit, card)
        small(say("models.shelf", folder=now.shelf, free=_size(now.free)))

    live()
    _take(visit)


def _now(now: Overview) -> None:
    with st.container(key="kaart_nu"):
        st.html(f"<h2>{html.escape(say('models.now'))}</h2>")
        for each in now.standings:
            standing(each)
        if len(now.standings) == 1:
            small(say("models.no_draft"))
        small(say("models.other_choice"))


def standing(which: Standing) -> None:
    """How one of the two models of the settings is, and what to do when it is not here."""
    model = which.name.rstrip("/").rpartition("/")[2]  # of a folder its name alone
    name = say("models.standing", use=say(f"models.use_{which.use}"), model=model)
    sign = badge(say(f"models.state_{which.status}"), _TONE[which.status])
    st.html(f"<div class='vp-row'><div><b>{html.escape(name)}</b></div><div class='vp-badges'>{sign}</div></div>")
    if which.trouble:
        small(which.trouble)
    elif which.status != "ready":
        small(say(f"models.not_here_{which.use}"))


def _first(card: Card) -> bool:
    """Advised, chosen, here or on its way. The rest is one press away."""
    return card.known is None or card.known.is_advised or bool(card.uses) or card.here is not None or card.busy


def _card(visit: Visit, card: Card) -> None:
    with st.container(key=f"kaart_model_{_key(card)}"):
        st.html(f"<h3>{html.escape(card.name)}</h3>")
        badges(*_signs(card))
        small(say(f"models.purpose_{card.known.purpose}" if card.known else "models.purpose_own"))
        licence = card.record.licence if card.record else card.known.licence if card.known else ""
        size = say("models.size" if card.here else "models.about", size=_size(card.size))
        small(f"{size} {say('models.licence' if licence else 'models.licence_unknown', licence=licence)}")
        if card.sha256:
            small(say("models.sha256", sha256=card.sha256))
        if card.job is not None:
            _job(card.name, card.job)
        _buttons(visit, card)


def _signs(card: Card) -> list[str]:
    signs = [badge(say(f"models.in_use_{use}")) for use in card.uses]
    if card.here is None:
        return [badge(say("models.not_here_badge"), "calm"), *signs]
    checked = card.record.checked if card.record else "unknown"
    tone = "good" if checked in ("hub", "sum", "list") else "warn"
    return [badge(say("models.here"), "good"), badge(say(f"models.checked_{checked}"), tone), *signs]


def _job(name: str, job: JobStatus) -> None:
    """How far it is, or why it stopped. What is done is told by the model being here."""
    if job.state is JobState.RUNNING and job.total:
        left = -(-job.remaining_ms // 60_000) if job.remaining_ms else 0
        key = "models.under_way_left" if left else "models.under_way"
        text = say(key, done=_size(job.done), total=_size(job.total), minutes=left)
        st.progress(min(1.0, job.done / job.total), text=text)
    elif job.state in (JobState.WAITING, JobState.RUNNING):
        small(say("models.waits"))
    elif job.state in (JobState.BLOCKED, JobState.FAILED):
        st.warning(plain(_why(job.message, name)))


def _why(key: str | None, name: str) -> str:
    """The sentence for what a job left: only the model's name is known now."""
    if key == "transcription.model_missing":
        return say("models.hub_away")
    if key is None or not has(key):
        return say("models.failed")
    try:
        return say(key, model=name)
    except KeyError:
        return say("models.failed")


def _buttons(visit: Visit, card: Card) -> None:
    place = (visit.store, visit.settings, visit.staff, card.name)
    key = _key(card)
    if card.busy:
        act(say("models.stop"), partial(models.stop, *place), say("models.stopped"), key=f"stop_{key}")
    elif card.here is None and card.known is not None:
        act(
            say("models.get"), partial(models.get, *place), say("models.asked"), key=f"haal_{key}",
            primary=bool(card.uses),
        )  # fmt: skip
    elif card.removable:
        with st.expander(say("models.remove")):
            sure = plain(say("models.remove_sure", model=card.name))
            act(sure, partial(models.remove, *place), say("models.removed"), key=f"weg_{key}")
    elif card.here is not None and not card.uses:
        small(say("models.elsewhere"))


def _take(visit: Visit) -> None:
    number = turn("map_overnemen")  # empty fields once it was taken; what was refused stays to be mended
    with st.container(key="kaart_overnemen"):
        st.html(f"<h2>{html.escape(say('models.take_title'))}</h2>")
        small(say("models.take_what"))
        with st.form(f"overnemen_{number}", border=False):
            folder = st.text_input(say("models.take_folder"), key=f"map_{number}")
            small(say("models.take_folder_help"))
            name = st.text_input(say("models.take_name"), key=f"modelnaam_{number}")
            small(say("models.take_name_help"))
            sha256 = st.text_input(say("models.take_sum"), key=f"som_{number}")
            small(say("models.take_sum_help"))
            if st.form_submit_button(say("models.take"), type="primary"):
                with told_plainly():
                    taken = models.take_in(visit.store, visit.settings, visit.staff, folder, name, sha256)
                    next_turn("map_overnemen")
                    flash(say("models.taken", model=taken))
                    st.rerun()


def _key(card: Card) -> str:
    return card.name.replace(".", "_")


def _size(size: int) -> str:
    """Bytes as people say them: 486 MB, 3,1 GB."""
    return f"{size / _GB:.1f} GB".replace(".", ",") if size >= _GB else f"{round(size / _MB)} MB"
