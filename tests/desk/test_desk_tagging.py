"""Three voices about what a story is about: the teller's, the machine's and the editor's."""

from __future__ import annotations

import pytest
from builders import a_version
from role_place import NEXT_WEEK, Place

from desk import publishing, reviewing, tagging
from desk.tagging import PassageTags
from stories.errors import NotFound
from stories.model import Story, StoryVersion, Theme
from stories.people import Role
from stories.told import Lens, TellerTags


def version(place: Place, story: Story) -> StoryVersion:
    with place.store.read() as books:
        return books.version(story.id)


def confirm(place: Place, story: Story, tags: list[str], passages: list[PassageTags] | None = None) -> StoryVersion:
    editor = place.staff[Role.REDACTEUR]
    now = place.now(story.id)
    return reviewing.confirm_themes(place.store, editor, story.id, tags, expected=now.row_version, passages=passages)


def passages(place: Place, story: Story) -> tuple[tagging.TaggedPassage, ...]:
    return tagging.tagged_passages(place.store, place.staff[Role.REDACTEUR], story.id)


def test_nothing_is_confirmed_before_a_person_does_and_their_name_stays_on_it(place: Place) -> None:
    story = place.worked()
    assert version(place, story).themes and not any(t.confirmed or t.by for t in version(place, story).themes)
    confirm(place, story, ["stress", "versterken"])
    named = {t.id: t.by for t in version(place, story).themes if t.confirmed}
    assert named == dict.fromkeys(["stress", "versterken"], place.staff[Role.REDACTEUR].id)
    seen = reviewing.review(place.store, place.staff[Role.REDACTEUR], story.id)
    assert seen.confirmed_by[named["stress"]] == place.staff[Role.REDACTEUR].name


def test_who_confirmed_first_keeps_their_name_when_another_saves(place: Place) -> None:
    story = place.worked()
    confirm(place, story, ["stress"])
    with place.store.write() as books:
        second = books.add_user("Tweede", "wachtwoord van iemand", [Role.REDACTEUR])
    now = place.now(story.id)
    reviewing.confirm_themes(place.store, second, story.id, ["stress", "meedoen"], expected=now.row_version)
    named = {t.id: t.by for t in version(place, story).themes if t.confirmed}
    assert named == {"stress": place.staff[Role.REDACTEUR].id, "meedoen": second.id}


def test_the_tellers_tags_stay_theirs_beside_the_machines(place: Place) -> None:
    story = place.worked()
    with place.store.write() as books:
        books.keep_tags(story.id, TellerTags(opgaven=("werkgever",), lenses=(Lens.ZOU_HELPEN,)))
        found = {t.id: t.source for t in tagging.retagged(books, books.version(story.id))}
    assert found["werkgever"] == found["zou_helpen"] == "verteller"
    confirm(place, story, ["gezonde_dag"])
    with place.store.read() as books:
        assert books.tags(story.id).opgaven == ("werkgever",), "an editor does not choose for a teller"


def test_an_editor_confirms_a_passage_and_it_is_kept_with_its_version(place: Place) -> None:
    story = place.worked()
    first = passages(place, story)[0]
    confirm(place, story, [], [PassageTags(first.start, first.end, ("meedoen", "gevolg"))])
    kept = passages(place, story)[0].confirmed
    assert kept is not None
    assert (kept.tags, kept.by) == (("meedoen", "gevolg"), place.staff[Role.REDACTEUR].id)
    confirm(place, story, ["stress"])
    assert passages(place, story)[0].confirmed == kept, "saving the story's tags leaves the passages as they are"
    confirm(place, story, ["stress"], [])
    assert passages(place, story)[0].confirmed is None
    with place.store.read() as books:
        assert tagging.kept(books, story.id, 2), "an earlier version keeps what was said about it"


def test_nobody_signs_for_somebody_else(place: Place) -> None:
    story = place.worked()
    first = passages(place, story)[0]
    confirm(place, story, [], [PassageTags(first.start, first.end, ("meedoen",), by="een ander")])
    kept = passages(place, story)[0].confirmed
    assert kept is not None and kept.by == place.staff[Role.REDACTEUR].id


def test_a_passage_or_a_tag_there_is_not_is_refused_and_nothing_is_made(place: Place) -> None:
    story = place.worked()
    first = passages(place, story)[0]
    for wrong in (PassageTags(first.start, first.end + 1, ("meedoen",)), PassageTags(first.start, first.end, ("weg",))):
        with pytest.raises(NotFound):
            confirm(place, story, [], [wrong])
    assert place.now(story.id).version == 1


def test_tags_of_a_passage_that_stands_unchanged_in_another_text_are_carried_over() -> None:
    one = "Het is koud bij ons in huis en er zit schimmel op de muur van de kamer waar wij slapen. " * 2
    two = "Op school mocht ik niet mee op schoolreisje want dat konden wij thuis niet betalen zei mijn moeder. "
    rows = [PassageTags(*span, ("stress",), "u1") for span in tagging.anonymise.passage_spans(one + two)]
    begin = (
        "Nieuw begin van dit verhaal, met genoeg woorden om een stukje van zichzelf te zijn, denk ik nu zo bij mij. "
    )
    after = begin + two
    carried = tagging.carried(rows, one + two, after)
    assert [after[row.start : row.end] for row in carried] == [two.strip()]
    assert carried[0].by == "u1"


def test_a_level_or_a_lens_is_never_named_as_an_opgave_outside(place: Place) -> None:
    """Confirmed or not: a newsletter names opgaven."""
    with place.store.read() as books:
        levels = {row["id"] for row in tagging.rules.vocabulary(books) if row["soort"] != "opgave"}
    story = place.worked()
    confirm(place, story, ["verzachten", "inzicht"])
    assert levels & {t.id for t in version(place, story).themes if t.confirmed}
    piece = _composed(place, story)
    text = " ".join([piece.title, *(block.text for block in piece.blocks)]).lower()
    assert "verzachten" not in text and "inzicht" not in text


def _composed(place: Place, story: Story) -> publishing.Piece:
    editor = place.staff[Role.REDACTEUR]
    reviewing.mark_heard(place.store, editor, story.id)
    now = reviewing.offer_for_release(place.store, editor, story.id, expected=place.now(story.id).row_version)
    reviewing.release(place.store, place.staff[Role.VRIJGEVER], story.id, expected=now.row_version)
    quote = publishing.cut_quote(place.store, editor, story.id, 0, 30).id
    return publishing.compose(place.store, editor, [quote], title="", publish_on=NEXT_WEEK)


def test_tags_that_were_kept_without_a_name_are_still_read(place: Place) -> None:
    story = place.worked()
    with place.store.write() as books:
        books.save_themes(story.id, 1, [Theme("stress", "redactie", confirmed=True)])
        assert books.version(story.id).themes == (Theme("stress", "redactie", (), True, ""),)
    assert a_version(story).themes[0].by == ""
