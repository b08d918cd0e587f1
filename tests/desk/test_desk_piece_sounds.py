"""A piece that is heard, at the desk: from a quote without a sound to one that two people heard, and back again when
anything under it changes."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from io import BytesIO

import pytest
from cleared_sound import SENTENCE, quote, released, safe, spans_of, spoken_again, transcript
from role_place import NEXT_WEEK, Place

from desk import clips, publishing
from stories.consent import Form
from stories.errors import GateRefused
from stories.model import Piece, PieceKind, PieceState, Quote, Voice, new_id
from stories.people import Role
from stories.products import Clip


def bleeped(place: Place, of: Quote) -> Clip:
    """A clip cut from the safe recording of now. What it sounds like is of no matter."""
    sound = b"fLaC" + of.id.encode()
    made = Clip(
        new_id("f"), of.story_id, of.id, of.version, Voice.PIEP, "piep-1", place.safe_digest(of.story_id),
        hashlib.sha256(sound).hexdigest(), 3_000, place.staff[Role.REDACTEUR].id, place.now(of.story_id).created_at,
    )  # fmt: skip
    with place.store.write() as books:
        books.clips.add(made, BytesIO(sound))
    return made


def hear(place: Place, clip: Clip, *roles: Role) -> None:
    for role in roles:
        clips.heard(place.store, place.staff[role], clip.id, digest=clip.digest)


def episode(place: Place, quote_id: str, voice: Voice) -> Piece:
    editor = place.staff[Role.REDACTEUR]
    return publishing.compose(
        place.store, editor, [quote_id], kind=PieceKind.PODCAST, title="Bij de halte", publish_on=NEXT_WEEK,
        voices={quote_id: voice},
    )  # fmt: skip


def with_sound(place: Place, piece: Piece, clip: Clip) -> Piece:
    blocks = [replace(block, clip_id=clip.id) if block.quote_id else block for block in piece.blocks]
    return publishing.edit(
        place.store, place.staff[Role.REDACTEUR], piece.id, title=piece.title, preheader="", publish_on=NEXT_WEEK,
        blocks=blocks, expected=piece.row_version,
    )  # fmt: skip


def in_the_way(place: Place, piece: Piece) -> list[str]:
    found = publishing.findings(place.store, place.staff[Role.REDACTEUR], piece.id)
    return [finding.code for finding in found if finding.blocks]


@pytest.mark.parametrize("voice", [Voice.PIEP, Voice.NAGESPROKEN])
def test_a_piece_is_offered_once_its_sound_was_heard_by_two(place: Place, voice: Voice) -> None:
    words = quote(place.store, released(place.store))
    piece = episode(place, words.id, voice)
    assert in_the_way(place, piece) == ["clip_missing"]
    clip = bleeped(place, words) if voice is Voice.PIEP else spoken_again(place.store, words)
    piece = with_sound(place, piece, clip)
    assert in_the_way(place, piece) == ["clip_not_heard"]
    hear(place, clip, Role.REDACTEUR)
    assert in_the_way(place, piece) == ["clip_heard_once"]
    with pytest.raises(GateRefused):
        publishing.offer(place.store, place.staff[Role.REDACTEUR], piece.id, expected=piece.row_version)
    hear(place, clip, Role.VRIJGEVER)
    assert in_the_way(place, piece) == []
    offered = publishing.offer(place.store, place.staff[Role.REDACTEUR], piece.id, expected=piece.row_version)
    assert offered.state is PieceState.TER_VRIJGAVE
    assert publishing.hints(place.store, place.staff[Role.REDACTEUR], piece.id).length.seconds


def test_a_new_safe_recording_makes_older_sounds_of_it_old(place: Place) -> None:
    story = released(place.store)
    words = quote(place.store, story)
    cut, again = bleeped(place, words), spoken_again(place.store, words)
    for clip in (cut, again):
        hear(place, clip, Role.REDACTEUR, Role.VRIJGEVER)
    pieces = [episode(place, words.id, voice) for voice in (Voice.PIEP, Voice.NAGESPROKEN)]
    named = [next(b.clip_id for b in piece.blocks if b.quote_id) for piece in pieces]
    assert named == [cut.id, again.id], "a draft takes the sound that is ready"
    assert [in_the_way(place, piece) for piece in pieces] == [[], []]
    with place.store.read() as books:
        version = books.version(story.id)
    safe(place.store, story, version, [*spans_of(transcript()), (0, 400)])
    assert [in_the_way(place, piece) for piece in pieces] == [["clip_redaction_old"], []]
    assert [b.clip_id for b in episode(place, words.id, Voice.PIEP).blocks if b.quote_id] == [None]


def test_a_form_that_nobody_allowed_is_not_proposed(place: Place) -> None:
    words = quote(place.store, released(place.store, forms=[Form.TEKST, Form.EIGEN_STEM]), SENTENCE)
    editor = place.staff[Role.REDACTEUR]
    piece = publishing.compose(
        place.store, editor, [words.id], kind=PieceKind.VLOG, title="", publish_on=NEXT_WEEK
    )  # fmt: skip
    assert [block.voice for block in piece.blocks if block.quote_id] == [Voice.PIEP]
