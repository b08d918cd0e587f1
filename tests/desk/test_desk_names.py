"""How names are replaced is an editor's choice: sealed with the story, and a new version each time."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from builders import a_consent, a_story
from role_place import Place

from anonymise import residual
from desk import names, reviewing
from desk.names import Style
from desk.versions import MACHINE, new_version
from stories.errors import InputRefused, Moved, Refused
from stories.model import RawText, Story, StoryVersion
from stories.people import Role
from stories.stages import Stage, State

TEXT = (
    "Mijn broer Sami werkt in Meppel. Sami's fiets is stuk. Juf Anja zei dat Samira Azzaoui hem helpt. "
    "Samira is aardig en mijn broer Sami ook."
)


def worked(place: Place, text: str = TEXT, known: tuple[str, ...] = ()) -> Story:
    with place.store.write() as books:
        story = books.add_story(a_story(stage=Stage.TAGGED, state=State.IN_REDACTIE))
        books.add_consent(*a_consent(story))
        books.keep_text(story.id, RawText(text))
        books.keep_intake_names(story.id, known)
        story, _ = new_version(books, story, by=MACHINE)
        return books.save(story, expected=story.row_version)


def styled(place: Place, story: Story, style: Style) -> StoryVersion:
    now = place.now(story.id)
    return names.set_style(place.store, place.staff[Role.REDACTEUR], story.id, style, expected=now.row_version)


def decided(place: Place, story: Story, word: str, replacement: str, *others: tuple[str, str]) -> StoryVersion:
    editor, now = place.staff[Role.REDACTEUR], place.now(story.id)
    seen = reviewing.review(place.store, editor, story.id)
    made = [
        names.Decision(found.start, found.end, "mask", replacement=wish)
        for wanted, wish in ((word, replacement), *others)
        for found in seen.findings
        if seen.raw and seen.raw[found.start : found.end] == wanted
    ]
    return reviewing.decide_names(place.store, editor, story.id, made, expected=now.row_version)


def test_roles_say_who_somebody_is(place: Place) -> None:
    text = styled(place, worked(place), Style.ROLES).clean.text
    assert text.startswith("[Mijn broer] werkt in [dorp of stad]. [Mijn broer]'s fiets is stuk. [De juf] zei dat ")
    assert text.endswith("en [mijn broer] ook.")


def test_another_style_is_a_new_version_that_nobody_approved(place: Place) -> None:
    story = worked(place)
    editor = place.staff[Role.REDACTEUR]
    reviewing.mark_heard(place.store, editor, story.id)
    offered = reviewing.offer_for_release(place.store, editor, story.id, expected=story.row_version)
    assert offered.state is State.TER_VRIJGAVE
    version = styled(place, story, Style.NAMES)
    now = place.now(story.id)
    assert (now.state, now.version, version.number) == (State.IN_REDACTIE, 2, 2)
    assert not [a for a in reviewing.review(place.store, editor, story.id).approvals if a.digest == version.digest]


def test_choosing_what_was_chosen_changes_nothing(place: Place) -> None:
    story = worked(place)
    assert styled(place, story, Style.NUMBERS).number == 1
    assert place.now(story.id) == story


def test_of_two_editors_the_second_is_told(place: Place) -> None:
    story = worked(place)
    styled(place, story, Style.ROLES)
    with pytest.raises(Moved):
        names.set_style(place.store, place.staff[Role.REDACTEUR], story.id, Style.NAMES, expected=story.row_version)
    with place.store.read() as books:
        assert names.style_of(books, story.id) is Style.ROLES


def test_back_and_forth_gives_the_same_names_and_the_same_numbers(place: Place) -> None:
    story = worked(place)
    with place.store.read() as books:
        numbered = books.version(story.id).clean.text
    other = styled(place, story, Style.NAMES).clean.text
    assert styled(place, story, Style.NUMBERS).clean.text == numbered
    assert styled(place, story, Style.NAMES).clean.text == other
    with place.store.read() as books:
        assert residual({"tekst": other}, [row.original for row in books.names(story.id)]) == ()


def test_nothing_of_the_style_lies_readable_on_disk(place: Place) -> None:
    styled(place, worked(place), Style.NAMES)
    stored = b"".join(p.read_bytes() for p in place.store.settings.data_dir.rglob("*") if p.is_file())
    assert b'"seed"' not in stored and b"Sami" not in stored


def test_what_the_editor_typed_stands_in_every_place_of_that_person(place: Place) -> None:
    version = decided(place, worked(place), "Sami", "[mijn grote broer]")
    assert version.clean.text.startswith("[Mijn grote broer] werkt in")
    assert version.clean.text.count("mijn grote broer") + version.clean.text.count("Mijn grote broer") == 3
    assert "Sami's" not in version.clean.text and "[Mijn grote broer]'s fiets" in version.clean.text


@pytest.mark.parametrize("wish", ["Samira", "Zamira", "de broer van sami", "Samiraatje", "Tirsa", "TIRZA"])
def test_no_name_of_the_story_or_the_sheet_may_be_typed(place: Place, wish: str) -> None:
    story = worked(place, known=("Tirza",))
    with pytest.raises(InputRefused) as refusal:
        decided(place, story, "Anja", wish)
    assert refusal.value.key == "replacing.still_a_name"
    assert place.now(story.id) == story


def test_two_people_are_not_given_the_same_words(place: Place) -> None:
    story = worked(place)
    with pytest.raises(InputRefused) as refusal:
        decided(place, story, "Sami", "Karim", ("Anja", "KARIM"))
    assert refusal.value.key == "replacing.shared"


@pytest.mark.parametrize(
    "wish",
    ["[naam", "naam]", "[a] [b]", "a [b]", "[[a]]", "x" * 61, "een\nregel", " rand ", "12", "[ 3 ]", "<b>vet</b>"],
)
def test_what_nobody_could_read_as_a_replacement_is_refused(wish: str) -> None:
    with pytest.raises(InputRefused):
        names.Decision(0, 4, "mask", replacement=wish)


def test_a_replacement_that_became_a_name_later_is_dropped_and_nothing_stops(place: Place) -> None:
    story = worked(place)
    decided(place, story, "Anja", "Karin")
    with place.store.write() as books:
        now = books.story(story.id)
        books.keep_text(story.id, RawText(f"{TEXT} Mijn zus heet Karin."))
        now, version = new_version(books, now, by=MACHINE)
        books.save(now, expected=now.row_version)
        assert residual({"tekst": version.clean.text}, [row.original for row in books.names(story.id)]) == ()
    assert "Karin" not in version.clean.text


def test_a_word_that_is_kept_is_no_name_of_the_table_any_more(place: Place) -> None:
    story = worked(place)
    seen = reviewing.review(place.store, place.staff[Role.REDACTEUR], story.id)
    kept = [reviewing.keep(f) for f in seen.findings if TEXT[f.start : f.end] == "Meppel"]
    reviewing.decide_names(place.store, place.staff[Role.REDACTEUR], story.id, kept, expected=seen.story.row_version)
    with place.store.read() as books:
        assert "Meppel" not in {row.original for row in books.names(story.id)}
        assert "Sami" in {row.original for row in books.names(story.id)}


def test_suggestions_are_a_role_a_number_and_other_names_and_fit(place: Place) -> None:
    story = worked(place)
    start = TEXT.index("Sami")
    found = names.suggested(place.store, place.staff[Role.REDACTEUR], story.id, start, start + 4)
    assert found[:2] == ("[mijn broer]", "[naam 1]")
    assert len(found) == 5 and residual({"t": " ".join(found)}, ["Sami", "Anja", "Samira Azzaoui", "Meppel"]) == ()
    for number, wish in enumerate(found):
        assert decided(place, story, "Sami", wish).number == number + 2


def test_a_word_in_doubt_is_suggested_what_fits_its_kind(place: Place) -> None:
    """Also when nobody decided about it yet: a street gets no name of a person."""
    text = "Mijn zus woont aan de Molenstraat 3."
    story = worked(place, text)
    start = text.index("Molenstraat")
    assert names.suggested(place.store, place.staff[Role.REDACTEUR], story.id, start, start + 11) == (
        "[straat]",
        "[straat 1]",
    )


@pytest.mark.parametrize("span", [(0, 0), (5, 2), (-1, 3), (0, 10_000)])
def test_a_span_outside_the_text_is_refused(place: Place, span: tuple[int, int]) -> None:
    story = worked(place)
    with pytest.raises(InputRefused):
        names.suggested(place.store, place.staff[Role.REDACTEUR], story.id, *span)


def test_a_released_story_keeps_its_names(place: Place) -> None:
    story = place.offered()
    with place.store.write() as books:
        books.save(books.story(story.id).moved(state=State.VRIJGEGEVEN), expected=story.row_version)
    for call in _calls(place, story):
        with pytest.raises(Refused):
            call()


def _calls(place: Place, story: Story) -> list[Callable[[], object]]:
    editor, now = place.staff[Role.REDACTEUR], place.now(story.id)
    return [
        lambda: names.set_style(place.store, editor, story.id, Style.ROLES, expected=now.row_version),
        lambda: names.suggested(place.store, editor, story.id, 0, 2),
    ]
