"""The first draft: in order for the gate but for a person's yes, and honest about being a template."""

from __future__ import annotations

from dataclasses import replace

from publish.draft import first_draft
from publish.gate import NOT_APPROVED, inspect
from publish.letter import lay_out, to_text
from stories.model import BlockKind, PieceState, Theme
from tests.publish.pieces import PUBLISH_ON, TODAY, the_evidence, with_story

VOCABULARY = [{"id": "stress", "naam": "Stress"}, {"id": "meedoen", "naam": "Meedoen"}, {"id": "werk", "naam": "Werk"}]


def draft(evidence, order=("q1", "q3", "q2"), **more):
    return first_draft(
        [evidence.quotes[key] for key in order],
        stories={key: known.story for key, known in evidence.stories.items()},
        versions={key: known.version for key, known in evidence.stories.items()},
        vocabulary=VOCABULARY,
        made_by="u-communicatie",
        publish_on=PUBLISH_ON,
        **more,
    )


def themed(evidence, story_id, *themes):
    version = replace(evidence.stories[story_id].version, themes=themes)
    return with_story(evidence, story_id, version=version)


def test_a_draft_lacks_only_a_second_persons_yes():
    evidence = the_evidence()
    found = inspect(draft(evidence, link="https://vertelpunt.example/meedoen"), evidence, on=TODAY)
    assert [finding.code for finding in found if finding.blocks] == [NOT_APPROVED]
    assert [finding.code for finding in found if not finding.blocks] == ["label_shown"]


def test_a_draft_tells_story_by_story_with_tellers_by_role():
    piece = draft(the_evidence())
    headings = [block.text for block in piece.blocks if block.kind is BlockKind.HEADING]
    assert headings == ["Een ouder vertelt", "Een kind van de basisschool vertelt", "Wat kunt u doen?"]
    assert piece.quote_ids == ("q1", "q2", "q3")
    assert "een ouder en een kind van de basisschool" in piece.blocks[1].text


def test_a_draft_says_that_it_is_a_template_but_not_to_readers():
    evidence = the_evidence()
    piece = draft(evidence)
    assert piece.blocks[0].kind is BlockKind.NOTE and "sjabloon" in piece.blocks[0].text
    assert "sjabloon" not in to_text(lay_out(piece, evidence))
    assert piece.state is PieceState.CONCEPT and piece.preheader and piece.made_by == "u-communicatie"


def test_only_themes_that_a_person_confirmed_are_named():
    evidence = themed(
        the_evidence(), "s1", Theme("meedoen", "redactie", confirmed=True), Theme("stress", "machine"),
        Theme("onbekend", "redactie", confirmed=True),
    )  # fmt: skip
    assert draft(evidence).title == "Verhalen over meedoen"
    assert draft(the_evidence()).title == "Verhalen van dichtbij"
    assert draft(evidence, title=" Eigen\ntitel ").title == "Eigen titel"


def test_a_button_needs_a_place_to_go():
    kinds = [block.kind for block in draft(the_evidence()).blocks]
    assert BlockKind.CALL_TO_ACTION not in kinds and kinds[-2:] == [BlockKind.HELPLINE] * 2


def test_a_draft_without_quotes_is_still_a_draft():
    assert first_draft([], stories={}, made_by="u1", publish_on=PUBLISH_ON).quote_ids == ()
