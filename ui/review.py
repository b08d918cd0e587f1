"""One story at the editor's: listen, names, themes, what may be done with it, and release by somebody else."""

from __future__ import annotations

import html
from functools import partial

import streamlit as st

from desk import readback, reviewing, transcripts
from desk.reviewing import Review
from stories.model import StoryKind, joined
from stories.people import Act
from stories.stages import Stage, State
from stories.words import say
from ui import alone, names, review_card, review_sound, review_themes, second_reading
from ui.components.player import player
from ui.components.words import label_marks, words
from ui.parts import act, allowed_list, badge, badges, day, happened, heading, name_of, small
from ui.review_parts import no_story, steps
from ui.state import asked_once, chosen, is_shown, shown_before
from ui.visit import Visit

LOOK_S = 2
"""Seconds between two looks whether the names are found."""


def page(visit: Visit) -> None:
    story_id = chosen("verhaal")
    if story_id is None:
        no_story()
        return
    paused = reviewing.paused_row(visit.store, visit.staff, story_id)
    if paused is not None:
        heading(name_of(paused), say("ui.paused_lead"))
        act(
            say("ui.resume"),
            partial(reviewing.resume, visit.store, visit.staff, story_id, expected=paused.row_version),
            say("ui.resumed"), key="verder_gaan",
        )  # fmt: skip
        return
    seen = reviewing.review(visit.store, visit.staff, story_id)
    heading(name_of(seen.story))
    steps(seen.story, "nakijken")
    badges(
        badge(say(f"terms.state_{seen.story.state}")),
        badge(say("ui.version", number=seen.version.number)),
        *([badge(say("ui.example"), "warn")] if seen.story.is_example else []),
    )
    expected = shown_before(story_id, seen.story.row_version)
    names_tab, themes_tab, consent_tab, history_tab = st.tabs(
        [say(f"ui.tab_{t}") for t in ("names", "themes", "consent", "history")]
    )
    with names_tab:
        _text(visit, seen, expected)
    with themes_tab:
        review_themes.themes(visit, seen, expected)
    with consent_tab:
        allowed_list(seen.may)
        for event in seen.consent.events:
            shape = f" ({say(f'terms.form_{event.form}')})" if event.form else ""
            about = f"{say(f'terms.purpose_{event.purpose}')}{shape}: {say(f'terms.outcome_{event.outcome}')}"
            small(f"{day(event.at)}: {say(f'terms.party_{event.party}')}: {about}")
        if not seen.special.kinds:
            _mark_special(visit, seen, True, "ui.special_add")
    with history_tab:
        for line in reviewing.history(visit.store, visit.staff, story_id):
            small(happened(line))
    review_card.section(visit, seen, expected)
    review_sound.section(visit, seen)
    _next_step(visit, seen, expected)
    is_shown(story_id, seen.story.row_version)


def _text(visit: Visit, seen: Review, expected: int) -> None:
    user = visit.staff
    if seen.raw is not None and user.may(Act.OPEN_ORIGINAL):
        if seen.story.kind is StoryKind.AUDIO:
            player(f"/geluid/{seen.story.id}/audio", say("ui.review_sound"), key="geluid")
        if seen.story.stage is not Stage.TAGGED:
            _names_are_looked_for(visit, seen)
            return
        for wish in readback.wishes(visit.store, user, seen.story.id):
            st.html(f"<p class='vp-finding warn'><b>{html.escape(say('ui.review_wish'))}</b> {html.escape(wish)}</p>")
        names.look(visit, seen)
        left = reviewing.undecided(seen.findings, seen.decisions)
        if left:
            kept = [*seen.decisions, *(reviewing.keep(finding) for finding in left)]
            act(
                say("ui.review_keep_rest"),
                lambda: reviewing.decide_names(visit.store, user, seen.story.id, kept, expected=expected),
                say("ui.review_kept_rest"), key="rest_laten_staan",
            )  # fmt: skip
        return
    second_reading.before_text(seen)
    words(seen.version.clean.text, label_marks(seen.version.clean), key="schoon")
    second_reading.after_text(visit, seen)


def _names_are_looked_for(visit: Visit, seen: Review) -> None:
    """The text changed a moment ago: whoever looks at the names does not wait until the editor has been quiet."""
    small(say("ui.names_are_looked_for"))
    if asked_once(f"names_{seen.story.id}", seen.story.row_version):
        transcripts.find_names_now(visit.store, visit.staff, seen.story.id)

    @st.fragment(run_every=LOOK_S)
    def until_there() -> None:
        if reviewing.queue_row(visit.store, visit.staff, seen.story.id).story.stage is Stage.TAGGED:
            st.rerun()

    until_there()


def _special(visit: Visit, seen: Review) -> None:
    """Words about health, origin, belief or sexuality: what was found, whether it may, and what the editor says."""
    special = seen.special
    if not special.kinds:
        return
    kinds = joined((say(f"terms.special_{kind}") for kind in special.kinds), last=f" {say('ui.special_or')} ")
    if special.holds:
        small(say("ui.special_holds" if special.said else "ui.special_found", kinds=kinds))
        small(say("ui.special_allowed" if special.allowed else "ui.special_not_allowed"))
    else:
        small(say("ui.special_overruled", kinds=kinds))
    yes, no = st.columns(2)
    if not (special.holds and special.said):
        with yes:
            _mark_special(visit, seen, True, "ui.special_yes")
    if special.holds and seen.story.state is State.IN_REDACTIE:
        with no:
            _mark_special(visit, seen, False, "ui.special_no")


def _mark_special(visit: Visit, seen: Review, holds: bool, label: str) -> None:
    if visit.staff.may(Act.CONFIRM_THEMES):
        act(
            say(label),
            partial(reviewing.mark_special, visit.store, visit.staff, seen.story.id, holds),
            say("ui.special_marked"), key="bijzonder_ja" if holds else "bijzonder_nee",
        )  # fmt: skip


def _next_step(visit: Visit, seen: Review, expected: int) -> None:
    """The one decision that comes next, for whoever may take it."""
    store, user, story = visit.store, visit.staff, seen.story
    st.divider()
    _special(visit, seen)
    if story.state is State.IN_REDACTIE and user.may(Act.SUBMIT_FOR_RELEASE):
        if not seen.heard and story.kind is StoryKind.AUDIO:
            small(say("ui.not_heard_yet"))
        elif not seen.heard:
            act(
                say("ui.heard_text"),
                partial(reviewing.mark_heard, store, user, story.id),
                say("ui.heard_done"),
                key="beluisterd",
            )
        left = reviewing.undecided(seen.findings, seen.decisions)
        if left or not seen.heard:
            small(say("ui.offer_not_yet"))
        act(
            say("ui.offer"),
            partial(reviewing.offer_for_release, store, user, story.id, expected=expected),
            say("ui.offered"), key="aanbieden", primary=True, disabled=bool(left) or not seen.heard,
        )  # fmt: skip
    if story.state is State.TER_VRIJGAVE and user.may(Act.RELEASE_STORY):
        waits = seen.reading.needed and not seen.reading.done
        if waits:
            small(say("names.reading_waits"))
        alone.before_story(visit, story.id)
        act(
            say("ui.release"),
            partial(reviewing.release, store, user, story.id, expected=expected),
            say("ui.released"), key="vrijgeven", primary=not waits, disabled=waits,
        )  # fmt: skip
    if story.state in (State.TER_VRIJGAVE, State.VRIJGEGEVEN):
        act(
            say("ui.send_back"),
            partial(reviewing.send_back, store, user, story.id, expected=expected),
            say("ui.sent_back"), key="terugsturen",
        )  # fmt: skip
    if user.may(Act.PAUSE):
        with st.expander(say("ui.danger")):
            small(say("ui.danger_text", contact=visit.settings.safeguarding_contact or say("ui.danger_no_contact")))
            act(
                say("ui.pause"),
                partial(reviewing.pause, store, user, story.id, expected=story.row_version),  # safety never waits
                say("ui.paused"), key="pauzeren",
            )  # fmt: skip
