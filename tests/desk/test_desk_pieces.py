"""Pieces of every kind at the desk: each is asked for its own purpose, and each form in it for itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
from role_place import ADULT, NEXT_WEEK, QUOTED, TEXT, Place

from desk import publishing, receiving, reviewing, telling
from stories.consent import Form, Outcome, Purpose
from stories.errors import ConsentRefused, Refused
from stories.model import BlockKind, Name, Piece, PieceKind, StoryKind, Voice
from stories.people import Role
from tests.publish.pieces import a_piece

NEWS, PODCAST = (Purpose.NIEUWSBRIEF, Form.TEKST), (Purpose.PODCAST, Form.NAGESPROKEN)


def quoted(place: Place, *channels: tuple[Purpose, Form | None]) -> str:
    """A quote of a released story whose teller allows these channels."""
    editor = place.staff[Role.REDACTEUR]
    yes = telling.answers(ADULT, own=Outcome.JA, channels=channels)
    story = telling.begin(place.store, yes, kind=StoryKind.TEXT)
    receiving.receive_text(place.store, story.id, TEXT)
    telling.hand_in(place.store, story.id)
    place.work(place.now(story.id))
    reviewing.mark_heard(place.store, editor, story.id)
    story = place.now(story.id)
    story = reviewing.offer_for_release(place.store, editor, story.id, expected=story.row_version)
    reviewing.release(place.store, place.staff[Role.VRIJGEVER], story.id, expected=story.row_version)
    with place.store.read() as books:
        start = books.version(story.id).clean.text.index(QUOTED)
    return publishing.cut_quote(place.store, editor, story.id, start, start + len(QUOTED)).id


def composed(place: Place, kind: PieceKind, *quotes: str, **more: object) -> Piece:
    editor = place.staff[Role.REDACTEUR]
    return publishing.compose(place.store, editor, quotes, kind=kind, title="", publish_on=NEXT_WEEK, **more)  # type: ignore[arg-type]


def edited(place: Place, piece: Piece, **changes: object) -> Piece:
    blocks = tuple(replace(b, **changes) if b.quote_id else b for b in piece.blocks)  # type: ignore[arg-type]
    return publishing.edit(
        place.store, place.staff[Role.REDACTEUR], piece.id, title=piece.title, preheader="", publish_on=NEXT_WEEK,
        blocks=blocks, expected=piece.row_version,
    )  # fmt: skip


def test_a_story_that_may_only_be_heard_can_be_quoted_and_only_there_be_used(place: Place) -> None:
    quote = quoted(place, PODCAST)
    episode = composed(place, PieceKind.PODCAST, quote)
    assert [b.voice for b in episode.blocks if b.quote_id] == [Voice.NAGESPROKEN]
    for kind in PieceKind:
        if kind is not PieceKind.PODCAST:
            with pytest.raises(ConsentRefused):
                composed(place, kind, quote)
    for voice in (None, Voice.PIEP, Voice.VERVORMD):
        with pytest.raises(ConsentRefused):
            composed(place, PieceKind.PODCAST, quote, voices={quote: voice})


def test_a_story_that_may_be_used_nowhere_is_not_quoted(place: Place) -> None:
    with pytest.raises(ConsentRefused):
        quoted(place)


def test_another_form_is_asked_about_when_a_piece_is_edited(place: Place) -> None:
    quote = quoted(place, NEWS, PODCAST)
    episode = composed(place, PieceKind.PODCAST, quote)
    for changes in ({"voice": Voice.PIEP}, {"voice": None, "kind": BlockKind.QUOTE}):
        with pytest.raises(ConsentRefused):
            edited(place, episode, **changes)
    assert edited(place, episode, voice=Voice.NAGESPROKEN).row_version == episode.row_version + 1


def test_the_desk_says_which_forms_a_teller_allows_in_a_kind(place: Place) -> None:
    quote, editor = quoted(place, NEWS, PODCAST), place.staff[Role.REDACTEUR]
    said = publishing.forms_allowed(place.store, editor, [quote], PieceKind.PODCAST, on=NEXT_WEEK)[quote]
    assert {form for form, verdict in said.items() if verdict} == {Form.NAGESPROKEN}
    assert all(verdict or verdict.sentence for verdict in said.values())
    said = publishing.forms_allowed(place.store, editor, [quote], PieceKind.ITEM, on=NEXT_WEEK)[quote]
    assert {form: bool(verdict) for form, verdict in said.items()} == {Form.TEKST: True}


def test_a_derived_piece_holds_only_what_its_tellers_allow_in_the_new_channel(place: Place) -> None:
    editor, both, news = place.staff[Role.REDACTEUR], quoted(place, NEWS, PODCAST), quoted(place, NEWS)
    letter = composed(place, PieceKind.NIEUWSBRIEF, both, news)
    made = publishing.derive(place.store, editor, letter.id, PieceKind.PODCAST)
    assert made.piece.quote_ids == (both,) and [one.quote_id for one in made.left_out] == [news]
    assert made.left_out[0].teller == "een ouder" and made.left_out[0].why
    kept = publishing.piece_view(place.store, editor, made.piece.id)[0]
    assert kept == made.piece and kept.derived_from == letter.id and kept.made_by == editor.id
    alone = composed(place, PieceKind.NIEUWSBRIEF, news)
    before = publishing.pieces(place.store, editor)
    with pytest.raises(Refused):
        publishing.derive(place.store, editor, alone.id, PieceKind.VLOG)
    assert publishing.pieces(place.store, editor) == before


def test_names_of_whoever_was_left_out_are_still_looked_for_in_a_derived_piece(place: Place) -> None:
    editor, both, news = place.staff[Role.REDACTEUR], quoted(place, NEWS, PODCAST), quoted(place, NEWS)
    made = publishing.derive(place.store, editor, composed(place, PieceKind.ITEM, both, news).id, PieceKind.PODCAST)
    with place.store.write() as books:
        (quote,) = books.quotes(ids=[news])
        books.keep_names(quote.story_id, [Name("Samira", "voornaam", "[naam 1]")])
    piece = publishing.edit(
        place.store, editor, made.piece.id, title="Met dank aan Samira", preheader="", publish_on=NEXT_WEEK,
        blocks=made.piece.blocks, expected=made.piece.row_version,
    )  # fmt: skip
    found = publishing.findings(place.store, editor, piece.id)
    assert "leak_in_title" in {finding.code for finding in found if finding.blocks}


BEFORE = "2cf7722efe8e536c7c926bc523fa801cad2ac222cd2a9d4fb3564daa3b3bde56"
"""Digest of the newsletter of `tests.publish.pieces` as it was before there were clips and templates."""


def test_what_was_approved_before_there_were_clips_and_templates_still_is() -> None:
    assert a_piece().digest == BEFORE
    drafted = tuple(replace(block, drafted=True) for block in a_piece().blocks)
    assert a_piece(blocks=drafted, derived_from="p0").digest == BEFORE
    assert a_piece(template_version=2).digest != BEFORE
