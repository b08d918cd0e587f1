"""Templates at the desk: version 1 is what the product came with, and a piece names the version it was made with."""

from __future__ import annotations

from dataclasses import replace

import pytest
from role_place import NEXT_WEEK, Place

from desk import publishing, templates
from publish import built_in
from stories.errors import InputRefused, Moved, NotFound, Refused
from stories.model import BlockKind, PieceKind
from stories.people import Role

BODY = "titel: Ons bericht\nblokken:\n  - tekst: Dit schreven wij.\n  - citaten\n"
ITEM = PieceKind.ITEM


def made(place: Place, kind: PieceKind = ITEM) -> publishing.Piece:
    return publishing.compose(
        place.store, place.staff[Role.REDACTEUR], [place.quote()], kind=kind, title="", publish_on=NEXT_WEEK
    )


def test_a_new_house_has_the_built_in_template_as_version_1(place: Place) -> None:
    admin = place.staff[Role.BEHEERDER]
    for kind in PieceKind:
        shown = templates.of(place.store, admin, kind)
        assert (shown.newest, shown.now.body, shown.now.is_built_in) == (1, built_in(kind), True)
    assert made(place).template_version == 1
    assert [one.number for one in templates.of(place.store, admin, ITEM).versions] == [1]


def test_a_change_is_a_new_version_and_an_old_one_can_be_taken_again(place: Place) -> None:
    admin = place.staff[Role.BEHEERDER]
    saved = templates.save(place.store, admin, ITEM, BODY, expected=1)
    piece = made(place)
    assert saved.version == piece.template_version == 2 and piece.title == "Ons bericht"
    assert [block.text for block in piece.blocks if block.drafted] == ["Dit schreven wij."]
    again = templates.take_again(place.store, admin, ITEM, 1, expected=2)
    shown = templates.of(place.store, admin, ITEM)
    assert [one.number for one in shown.versions] == [3, 2, 1] and again.body == built_in(ITEM)
    assert shown.now.by == admin and shown.versions[2].by is None
    assert made(place).template_version == 3
    assert publishing.piece_view(place.store, place.staff[Role.REDACTEUR], piece.id)[0].template_version == 2


def test_nobody_overwrites_what_somebody_else_saved_meanwhile(place: Place) -> None:
    admin = place.staff[Role.BEHEERDER]
    templates.save(place.store, admin, ITEM, BODY, expected=1)
    with pytest.raises(Moved):
        templates.save(place.store, admin, ITEM, BODY + "  - kop: A\n", expected=1)
    with pytest.raises(Refused):
        templates.save(place.store, admin, ITEM, BODY, expected=2)
    with pytest.raises(NotFound):
        templates.take_again(place.store, admin, ITEM, 9, expected=2)
    assert templates.of(place.store, admin, ITEM).newest == 2


def test_a_template_that_cannot_be_is_tried_out_and_not_saved(place: Place) -> None:
    admin = place.staff[Role.BEHEERDER]
    bad = BODY + "  - tekst: '{{ config }}'\n"
    tried = templates.try_out(place.store, admin, ITEM, bad)
    assert tried.problem.startswith("Regel 5: ") and tried.blocks == ()
    with pytest.raises(InputRefused, match="Regel 5"):
        templates.save(place.store, admin, ITEM, bad, expected=1)
    assert templates.of(place.store, admin, ITEM).newest == 1


@pytest.mark.parametrize("kind", PieceKind)
def test_trying_out_shows_the_whole_draft_with_made_up_quotes(place: Place, kind: PieceKind) -> None:
    tried = templates.try_out(place.store, place.staff[Role.BEHEERDER], kind, built_in(kind))
    told = [block for block in tried.blocks if block.quote_id]
    assert not tried.problem and tried.title and len(told) == 3
    assert {block.kind for block in told} == {BlockKind.CLIP if kind in templates.SPOKEN else BlockKind.QUOTE}


def test_a_better_template_of_the_product_counts_where_nobody_changed_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = place.staff[Role.BEHEERDER]
    assert made(place).template_version == 1
    templates.save(place.store, admin, PieceKind.POST, BODY, expected=1)
    monkeypatch.setattr(templates, "built_in", lambda kind: BODY + "  - kop: Nieuw\n")
    assert templates.of(place.store, admin, ITEM).newest == 2
    assert made(place).template_version == 2
    assert templates.of(place.store, admin, PieceKind.POST).newest == 2


def test_what_the_template_said_is_known_until_somebody_changes_it(place: Place) -> None:
    editor, piece = place.staff[Role.REDACTEUR], made(place, PieceKind.NIEUWSBRIEF)
    blocks = [replace(block, drafted=False) for block in piece.blocks]
    blocks[1] = replace(blocks[1], text="Dit schreef ik.", drafted=True)
    saved = publishing.edit(
        place.store, editor, piece.id, title=piece.title, preheader="", publish_on=NEXT_WEEK, blocks=blocks,
        expected=piece.row_version,
    )  # fmt: skip
    was = [block.drafted for block in piece.blocks]
    assert was[1] and [block.drafted for block in saved.blocks] == [was[0], False, *was[2:]]
