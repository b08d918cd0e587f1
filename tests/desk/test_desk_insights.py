"""Insights: what is counted, of whom, and what is said about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from builders import a_withdrawal
from hypothesis import given, settings
from hypothesis import strategies as st
from insights_fixture import tell
from role_place import Place

from desk import facts, gaps, insights
from desk.disclosure import Band
from desk.facts import Fact, by_teller, of_tags
from desk.figures import ALL, ROLES, figures
from desk.insights import Selection, chosen
from desk.standing import standing
from desk.tagging import PassageTags
from stories import clock
from stories.consent import Party, Purpose
from stories.errors import NotAllowed
from stories.model import CleanText, StoryVersion, TellerRole, Theme
from stories.people import Role
from stories.sitting import Sitting
from stories.stages import State
from stories.told import Audience, TellerTags
from stories.use import may_use_version
from stories.vocabulary import Soort, built_in, soort

KINDS = {row["id"]: soort(row) for row in built_in()}
NAMES = {row["id"]: str(row["naam"]) for row in built_in()}
DAY = date(2026, 3, 2)
KIND, OUDER = TellerRole.KIND, TellerRole.OUDER


def a_fact(teller: str, role: TellerRole = OUDER, region: str = "Oost", on: date = DAY, *tags: str) -> Fact:
    about = tags or ("werkgever", "gaat_fout")
    pairs = {(o, t) for o in about for t in about if KINDS[o] is Soort.OPGAVE and KINDS[t] is not Soort.OPGAVE}
    return Fact(teller, role, region, on, frozenset(about), frozenset(pairs), (f"s-{teller}-{on}",))


def some(count: int, role: TellerRole = OUDER, region: str = "Oost", on: date = DAY, *tags: str) -> list[Fact]:
    return [a_fact(f"{role}{region}{on}{tags}{number}", role, region, on, *tags) for number in range(count)]


# counting


def test_tellers_are_counted_and_not_stories() -> None:
    told_often = [a_fact("a", on=DAY + timedelta(days=day)) for day in range(9)]
    counted = figures(told_often, built_in(), limit=5, code=str.casefold)
    assert counted.band(ALL) == Band(0, 4)
    (merged,) = by_teller(told_often)
    assert (merged.told_on, len(merged.story_ids)) == (DAY, 9)


def test_a_count_is_found_back_under_every_filter() -> None:
    told = [*some(7), *some(6, KIND), *some(12, region="Noord", on=date(2025, 1, 9)), *some(3, KIND, "Zuid")]
    counted = figures(told, built_in(), limit=5, code=str.casefold)
    oost, zuid = "oost", "zuid"
    assert counted.band("werkgever") == Band(25, 29)
    assert counted.band(("werkgever", "gaat_fout"), role=KIND, region=oost, year=2026) == Band(5, 9)
    assert counted.band("werkgever", region=zuid) == Band(0, 4)
    assert counted.band("werkgever", year=2025) == Band(10, 14)
    assert counted.band("meedoen") == counted.band("bestaat_niet") == counted.band(ALL, year=1900) == Band(0, 4)
    assert counted.quarter("werkgever", 2025, 1) == Band(10, 14)
    assert counted.quarter("werkgever", 2025, 2) == counted.quarter("werkgever", 1900, 2) == Band(0, 4)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(ROLES), st.sampled_from(["A", "B"]), st.integers(1, 12)), max_size=60))
def test_every_number_is_true_and_wide_enough(told: list[tuple[TellerRole, str, int]]) -> None:
    found = [a_fact(str(n), role, region, date(2026, month, 1)) for n, (role, region, month) in enumerate(told)]
    counted = figures(found, built_in(), limit=5, code=str.casefold)
    for role in (None, *ROLES):
        for region in (None, "A", "B"):
            really = sum(role in (None, f.role) and region in (None, f.region) for f in found)
            seen = counted.band("werkgever", role=role, region=region and region.casefold())
            assert seen.low is None or (seen.high is not None and seen.low <= really <= seen.high == seen.low + 4)


def test_a_lens_belongs_to_an_opgave_of_the_same_passage() -> None:
    themes = tuple(Theme(tag, "redactie", confirmed=True) for tag in ("meedoen", "stress", "zou_helpen"))
    proposed = Theme("werkgever", "machine")
    version = StoryVersion("s1", 1, CleanText("a", "b"), "x", datetime.now(UTC), (*themes, proposed))
    passages = [PassageTags(0, 5, ("meedoen", "gaat_goed")), PassageTags(5, 9, ("gaat_fout", "van_vroeger"))]
    tags, pairs = of_tags(version, passages, KINDS)
    assert tags == {"meedoen", "stress", "zou_helpen", "gaat_goed", "gaat_fout"}, "confirmed, and in the vocabulary"
    assert pairs == {("meedoen", "gaat_goed"), ("stress", "zou_helpen")}


# words


def test_gaps_say_what_is_missing_and_never_that_somebody_is_the_only_one() -> None:
    told = [*some(9, OUDER, "Oost", date(2026, 3, 9)), a_fact("kind", KIND)]
    counted = figures(told, built_in(), limit=5, code=str.casefold)
    found = gaps.find(told, counted, ["werkgever", "stress"], NAMES, today=date(2026, 11, 26))
    assert [gap.sentence for gap in found] == [
        "Nog geen of heel weinig verhalen over De rol van de werkgever van kinderen, jongeren en ervaringswerkers.",
        "Nog niets of heel weinig over wat zou helpen bij De rol van de werkgever.",
        "Nog niets of heel weinig over wat goed gaat bij De rol van de werkgever.",
        "Geen verhalen over De rol van de werkgever van ouders sinds maart 2026.",
        f"Nog geen of heel weinig verhalen over {NAMES['stress']}.",
    ]
    without = figures(told[:-1], built_in(), limit=5, code=str.casefold)
    same = gaps.find(told[:-1], without, ["werkgever", "stress"], NAMES, today=date(2026, 11, 26))
    assert same == found, "one child more or less is not heard in a gap"


def test_codes_of_a_url_that_are_none_count_as_not_chosen() -> None:
    bad = {"doel": "verwerken", "jaar": "20x6", "rol": "baas", "regio": "<b>", "opgave": "", "lens": None}
    assert chosen(bad) == Selection()
    good = {"doel": "kenniskring", "jaar": "2026", "rol": "kind", "regio": "0123456789abcdef", "opgave": "werkgever"}
    assert chosen(good).codes == good


# what may be counted


def test_counted_is_what_is_released_and_allowed_for_this_purpose_now(place: Place) -> None:
    user = place.staff[Role.COMMUNICATIE]
    ids = tell(place.store, 6, opgave="werkgever", lens="gaat_fout", role=OUDER, region="Oost")
    tell(place.store, 4, opgave="werkgever", purposes=[Purpose.KENNISKRING])
    circle, inside = Selection(Purpose.KENNISKRING), Selection()
    assert insights.look(place.store, user, circle).tellers == Band(10, 14)
    assert insights.look(place.store, user, inside).tellers == Band(5, 9)
    now = datetime.now(UTC)
    with place.store.write() as books:
        books.add_consent(a_withdrawal(books.story(ids[0]), Purpose.KENNISKRING, at=now))
    assert insights.look(place.store, user, circle).tellers == Band(5, 9)
    assert insights.look(place.store, user, inside).tellers == Band(5, 9), "learning inside is still allowed"
    with place.store.write() as books:
        story = books.story(ids[1])
        books.save(story.moved(state=State.GEPAUZEERD), expected=story.row_version)
        books.add_consent(a_withdrawal(books.story(ids[2]), at=now))
    assert insights.look(place.store, user, inside).tellers == Band(0, 4)
    nobody = replace(user, roles=frozenset({Role.BEHEERDER}))
    with pytest.raises(NotAllowed):
        insights.look(place.store, nobody, inside)


def test_a_story_counts_exactly_when_it_may_be_used(place: Place) -> None:
    """Counting reads ten thousand stories at once; the answer is that of the one by one."""
    ids = tell(place.store, 12, role=KIND)
    now = datetime.now(UTC)
    with place.store.write() as books:
        books.keep_tags(ids[0], TellerTags(audience=Audience.HELPERS))  # not as far as research
        books.keep_tags(ids[1], TellerTags(audience=Audience.REDACTIE))
        version = books.version(ids[2])
        books.save_themes(ids[2], 1, version.themes[:1])  # another digest: nobody approved that
        books.add_consent(a_withdrawal(books.story(ids[3]), Purpose.ONDERZOEK, party=Party.VERTEGENWOORDIGER, at=now))
        books.add_consent(a_withdrawal(books.story(ids[4]), party=Party.KIND, at=now))
        books.add_version(replace(books.version(ids[5]), number=2, made_by="vrijgever"))
        story = books.story(ids[6])
        books.save(story.moved(state=State.IN_REDACTIE), expected=story.row_version)
    with place.store.read() as books:
        for purpose, form in facts.PURPOSES.items():
            counted = {fact.teller for fact in facts.read(books, purpose, on=clock.today())}
            assert counted == {s for s in ids if may_use_version(standing(books, s), purpose, form, on=clock.today())}
        assert 0 < len(counted) < len(ids) - 4


def test_quotes_are_of_different_tellers_of_the_cell_and_none_stand_behind_a_small_one(place: Place) -> None:
    user = place.staff[Role.REDACTEUR]
    tell(place.store, 6, opgave="werkgever", lens="gaat_fout", role=OUDER, region="Oost")
    tell(place.store, 4, opgave="werkgever", lens="gaat_fout", role=KIND, region="Oost")
    seen = insights.look(place.store, user, Selection(opgave="werkgever", lens="gaat_fout"))
    assert len({quoted.story_id for quoted in seen.quotes}) == 3
    assert {quoted.role for quoted in seen.quotes} == {None, OUDER}, "four children are too few to name one"
    small = insights.look(place.store, user, Selection(opgave="werkgever", role=KIND))
    assert small.cell == Band(0, 4) and not small.quotes
    assert not insights.look(place.store, user, Selection()).quotes, "no cell, no quotes"


def test_whoever_wants_to_see_a_product_first_is_not_quoted_outside(place: Place) -> None:
    user = place.staff[Role.REDACTEUR]
    ids = tell(place.store, 5, opgave="werkgever", lens="gaat_fout", role=OUDER, region="Oost")
    with place.store.write() as books:
        for story_id in ids:
            notice = books.consent(story_id).events[0].notice
            books.add_sitting(
                Sitting(f"z{story_id}", story_id, datetime.now(UTC), "verteller", notice, language="nl", preview=True)
            )
    assert insights.look(place.store, user, Selection(opgave="werkgever")).quotes
    assert not insights.look(place.store, user, Selection(Purpose.KENNISKRING, opgave="werkgever")).quotes
