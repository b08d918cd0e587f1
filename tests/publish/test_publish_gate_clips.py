"""The gate about sounds: no voice is heard that was not allowed, and none leaves that two people did not hear."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.evidence import ClipEvidence, Evidence
from publish.gate import inspect
from stories.consent import Form, Outcome, Party, Purpose
from stories.lastword import LastWord
from stories.model import Block, BlockKind, Piece, PieceKind, Voice
from stories.products import CLIP_HEARD, PURPOSES, SPOKEN, Clip
from tests.publish.pieces import NOON, PARENT, PUBLISH_ON, TENT, TODAY, approves, leaks_of, quote_of, released, said

WORDS = "Er zit nu een nieuwe batterij in de bel."
SAFE = "5" * 64
MAKER, SECOND = "u-redacteur", "u-vrijgever"
CLIP = Clip("f1", "s1", "q1", 2, Voice.VERVORMD, "vlak", SAFE, "d" * 64, 4_000, MAKER, NOON)
SPOKEN_AGAIN = replace(CLIP, voice=Voice.NAGESPROKEN, recipe="mens", redaction="")


def heard(clip: Clip, *people: str, **changes: object) -> ClipEvidence:
    said_so = [approves(clip.id, clip.digest, by, CLIP_HEARD) for by in people]
    return ClipEvidence(clip, tuple(replace(one, **changes) for one in said_so))  # type: ignore[arg-type]


def a_clip(voice: Voice, version: int, redaction: str, quote_id: str) -> Clip:
    made_of = "" if voice is Voice.NAGESPROKEN else redaction
    return replace(CLIP, voice=voice, version=version, quote_id=quote_id, redaction=made_of)


def an_episode(voice: Voice = Voice.VERVORMD, kind: PieceKind = PieceKind.PODCAST, **changes: object) -> Piece:
    blocks = (
        Block(BlockKind.CLIP, WORDS, quote_id="q1", voice=voice, clip_id="f1"),
        Block(BlockKind.HELPLINE, "Kindertelefoon: 0800-0432."),
    )
    made = Piece("p1", kind, "De deurbel", PUBLISH_ON, blocks, "u-communicatie", preheader="Een ouder vertelt.")
    return replace(made, **changes)  # type: ignore[arg-type]


def allowing(piece: Piece, *forms: Form, clip: ClipEvidence | None = None, redaction: str = SAFE) -> Evidence:
    """The teller allows these forms for this kind of piece, and saw the piece; everything else is in order."""
    purpose = PURPOSES[piece.kind]
    known = released("s1", TENT, PARENT, redaction=redaction)
    yes = [said("s1", Party.TELLER, purpose, form=form, id=f"e-{form}") for form in forms]
    bare = tuple(e for e in known.consent.events if e.purpose is Purpose.VERWERKEN)
    known = replace(known, consent=replace(known.consent, events=(*bare, *yes)))
    seen = replace(approves("p1", piece.digest, "s1", LastWord.AKKOORD), at=NOON + timedelta(days=20))
    return Evidence(
        quotes={"q1": quote_of(known, WORDS, "q1")},
        stories={"s1": known},
        leaks=leaks_of(),
        piece_approvals=(approves("p1", piece.digest), seen),
        clips={} if clip is None else {clip.clip.id: clip},
    )


def hindrances(piece: Piece, evidence: Evidence) -> list[str]:
    return [finding.code for finding in inspect(piece, evidence, on=TODAY) if finding.blocks]


BOTH = heard(CLIP, MAKER, SECOND)


def test_a_clip_that_two_people_heard_in_an_allowed_form_passes() -> None:
    piece = an_episode()
    assert hindrances(piece, allowing(piece, Form.VERVORMDE_STEM, clip=BOTH)) == []
    again = an_episode(Voice.NAGESPROKEN)
    both = heard(SPOKEN_AGAIN, MAKER, SECOND)
    assert hindrances(again, allowing(again, Form.NAGESPROKEN, clip=both, redaction="")) == []


@pytest.mark.parametrize(
    ("clip", "code"),
    [
        (None, "clip_unknown"),
        (heard(replace(CLIP, quote_id="q2"), MAKER, SECOND), "clip_of_another_quote"),
        (heard(replace(CLIP, story_id="s2"), MAKER, SECOND), "clip_of_another_quote"),
        (heard(SPOKEN_AGAIN, MAKER, SECOND), "clip_of_another_voice"),
        (heard(replace(CLIP, voice=Voice.PIEP), MAKER, SECOND), "clip_of_another_voice"),
        (heard(replace(CLIP, version=1), MAKER, SECOND), "clip_outdated"),
        (heard(replace(CLIP, redaction="6" * 64), MAKER, SECOND), "clip_redaction_old"),
        (heard(CLIP), "clip_not_heard"),
        (heard(CLIP, MAKER), "clip_heard_once"),
        (heard(CLIP, MAKER, MAKER), "clip_heard_once"),
        (heard(CLIP, SECOND), "clip_heard_once"),
        (heard(CLIP, MAKER, SECOND, digest="e" * 64), "clip_not_heard"),  # they heard another sound
        (heard(CLIP, MAKER, SECOND, subject="f2"), "clip_not_heard"),
        (heard(CLIP, MAKER, SECOND, role="vrijgever"), "clip_not_heard"),
    ],
    ids=range(14),
)
def test_what_is_wrong_with_a_sound_is_one_finding_that_names_the_teller(clip: ClipEvidence, code: str) -> None:
    piece = an_episode()
    found = [f for f in inspect(piece, allowing(piece, Form.VERVORMDE_STEM, clip=clip), on=TODAY) if f.blocks]
    assert [(f.code, f.block_index, f.story_id) for f in found] == [(code, 0, "s1")]
    assert "Blok 1" in found[0].sentence and "een ouder" in found[0].sentence


def test_a_block_to_be_heard_needs_a_sound() -> None:
    whole = an_episode()
    piece = replace(whole, blocks=(replace(whole.blocks[0], clip_id=None), *whole.blocks[1:]))
    assert hindrances(piece, allowing(piece, Form.VERVORMDE_STEM)) == ["clip_missing"]


def test_without_a_safe_recording_only_spoken_again_words_are_heard() -> None:
    piece = an_episode()
    evidence = allowing(piece, Form.VERVORMDE_STEM, clip=BOTH, redaction="")
    assert hindrances(piece, evidence) == ["clip_redaction_missing"]


def test_one_form_allowed_is_not_another_form_allowed() -> None:
    piece = an_episode()
    others = [Form(form) for form in Form if form is not Form.VERVORMDE_STEM]
    assert hindrances(piece, allowing(piece, *others, clip=BOTH)) == ["consent_no_answer"]


def test_what_is_heard_in_a_piece_to_read_needs_a_yes_to_text_as_well() -> None:
    post = an_episode(kind=PieceKind.POST)
    assert hindrances(post, allowing(post, Form.VERVORMDE_STEM, clip=BOTH)) == ["consent_no_answer"]
    assert hindrances(post, allowing(post, Form.VERVORMDE_STEM, Form.TEKST, clip=BOTH)) == []


def test_each_form_of_a_piece_is_asked_about() -> None:
    whole = an_episode()
    piece = replace(whole, blocks=(Block(BlockKind.QUOTE, WORDS, quote_id="q1"), *whole.blocks))
    for forms in ([Form.TEKST], [Form.VERVORMDE_STEM]):
        assert hindrances(piece, allowing(piece, *forms, clip=BOTH)) == ["consent_no_answer"]
    assert hindrances(piece, allowing(piece, Form.TEKST, Form.VERVORMDE_STEM, clip=BOTH)) == []


def test_a_name_in_the_alt_text_of_a_picture_is_found() -> None:
    whole = an_episode()
    piece = replace(whole, blocks=(*whole.blocks, Block(BlockKind.VISUAL, "Een deur.", alt="De deur van Pleun")))
    evidence = replace(allowing(piece, Form.VERVORMDE_STEM, clip=BOTH), leaks=leaks_of("Pleun"))
    assert hindrances(piece, evidence) == ["leak_in_block"]


FORMS = st.frozensets(st.sampled_from(Form))
CLIPS = st.builds(
    heard,
    st.builds(a_clip, st.sampled_from(Voice), st.sampled_from([1, 2]), st.just(SAFE), st.sampled_from(["q1", "q2"])),
    st.sampled_from([MAKER, SECOND, "u-derde"]),
    st.sampled_from([MAKER, SECOND, "u-derde"]),
)


@given(
    st.sampled_from(Voice), st.sampled_from(PieceKind), FORMS, st.none() | CLIPS, st.sampled_from([SAFE, ""]),
    st.booleans(),
)  # fmt: skip
def test_no_piece_passes_with_an_unheard_sound_or_a_form_that_nobody_allowed(
    voice: Voice, kind: PieceKind, forms: frozenset[Form], clip: ClipEvidence | None, safe: str, withdrawn: bool
) -> None:
    piece = an_episode(voice, kind)
    evidence = allowing(piece, *forms, clip=clip, redaction=safe)
    if withdrawn:
        known = evidence.stories["s1"]
        no = said("s1", Party.TELLER, PURPOSES[kind], Outcome.INGETROKKEN, form=None, at=NOON + timedelta(days=1))
        evidence = replace(evidence, stories={"s1": replace(known, consent=known.consent.plus(no))})
    passes = not hindrances(piece, evidence)
    sound = (
        clip is not None
        and (clip.clip.quote_id, clip.clip.version, clip.clip.voice) == ("q1", 2, voice)
        and (voice is Voice.NAGESPROKEN or clip.clip.redaction == safe)
        and len({a.by for a in clip.approvals}) == 2
    )
    allowed = Form(voice) in forms and (kind in SPOKEN or Form.TEKST in forms)
    assert passes == (sound and allowed and not withdrawn)


def test_an_episode_in_which_nothing_is_heard_is_no_episode() -> None:
    piece = an_episode(blocks=(Block(BlockKind.QUOTE, WORDS, quote_id="q1"),))
    quiet = {one.code for one in inspect(piece, allowing(piece, Form.TEKST), on=TODAY) if one.blocks}
    assert quiet == {"nothing_to_hear"}
    assert "nothing_to_hear" not in {one.code for one in inspect(an_episode(), allowing(an_episode()), on=TODAY)}
