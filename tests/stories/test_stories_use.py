"""May this version be used for this purpose, in this form, on this date? One row per rule, each with its yes and no."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from stories.clock import today
from stories.consent import Form, Party, Purpose, Recognisability, Way
from stories.errors import ConsentRefused, Refused
from stories.lastword import AGREED_FOR, LastWord
from stories.model import Approval
from stories.sitting import Sitting, wants_preview
from stories.stages import State
from stories.told import Audience
from stories.use import (
    ALONE_WAIT,
    OFFERED,
    READ_THROUGH,
    RELEASED,
    RELEASED_ALONE,
    Product,
    Standing,
    every_no,
    may_use_version,
    require_use,
)
from tests.stories.sayings import (
    CHILD,
    DAY,
    NOON,
    NOTICE,
    YOUNG,
    B,
    K,
    N,
    P,
    T,
    V,
    a_standing,
    a_version,
    approval,
    everybody_says_yes,
    ja,
    nee,
    plus,
    weg,
)

GOOD = a_standing()
CHILDS = a_standing(CHILD)
THIS, EARLIER = "1" * 64, "2" * 64
"""Digests of a piece as it is now and as it was before somebody edited it."""


def in_state(state: State) -> Standing:
    return replace(GOOD, story=GOOD.story.moved(state=state))


def approved(*approvals: Approval) -> Standing:
    return replace(GOOD, approvals=approvals)


def without(standing: Standing, role: str) -> Standing:
    return replace(standing, approvals=tuple(a for a in standing.approvals if a.role != role))


def and_also(standing: Standing, by: str, role: str = RELEASED, **changes: Any) -> Standing:
    return replace(standing, approvals=(*standing.approvals, approval(standing, by, role, **changes)))


def heard_as(form: Form, standing: Standing = GOOD) -> Standing:
    """Everybody said yes to this form as well."""
    party = V if standing.story.teller.age_band.needs_representative else T
    return replace(standing, consent=plus(standing.consent, ja(party, N, form)))


def told(*said: tuple[LastWord, str], by: str = "v1", days_ago: int = 0) -> Product:
    at = NOON.replace(year=DAY.year, month=DAY.month, day=DAY.day) - timedelta(days=days_ago)
    return Product(THIS, tuple(Approval("p1", digest, by, at, word) for word, digest in said))


def with_more(*sayings: Any, standing: Standing = GOOD) -> Standing:
    return replace(standing, consent=plus(standing.consent, *sayings))


MOMENT = timedelta(microseconds=1)


def alone(
    waited: timedelta = ALONE_WAIT, since: datetime | None = NOON - ALONE_WAIT, *, standing: Standing = GOOD
) -> Standing:
    """One person offered it and released it so much later, in a house where that may `since` then."""
    kept = tuple(a for a in standing.approvals if a.role not in (OFFERED, RELEASED))
    own = (approval(standing, "een", OFFERED), approval(standing, "een", RELEASED_ALONE, at=NOON + waited))
    return replace(standing, approvals=(*kept, *own), one_person_since=since)


YES, ANDERS, STOP = LastWord.AKKOORD, LastWord.ANDERS, LastWord.STOP
SEEN_FIRST = replace(GOOD, preview=True)
NEWER = replace(GOOD, story=GOOD.story.moved(version=2), version=a_version(2, "Nu gaat het beter."))

ROWS: list[tuple[str, Standing, dict[str, Any], str | None]] = [
    ("everything in order", GOOD, {}, None),
    ("everything in order for a child", CHILDS, {}, None),

    ("released, not offered", in_state(State.TER_VRIJGAVE), {}, "use.story_not_released"),
    ("released, not with the editors", in_state(State.IN_REDACTIE), {}, "use.story_not_released"),
    ("not standing still", in_state(State.GEPAUZEERD), {}, "use.story_paused"),
    ("not set apart", in_state(State.QUARANTAINE), {}, "use.story_paused"),
    ("not withdrawn", in_state(State.INGETROKKEN), {}, "use.story_withdrawn"),
    ("not erased", in_state(State.GEWIST), {}, "use.story_withdrawn"),

    ("the newest text", replace(GOOD, story=GOOD.story.moved(version=2)), {}, "use.story_outdated"),
    ("a new text has no approvals", NEWER, {}, "use.story_not_approved"),
    ("until two people said so anew",
     replace(NEWER, approvals=(*GOOD.approvals, approval(NEWER, "redacteur", OFFERED), approval(NEWER, "vrijgever"))),
     {}, None),
    ("four eyes: nobody released", approved(approval(GOOD, "redacteur", OFFERED)), {}, "use.story_not_approved"),
    ("four eyes: not who offered it",
     approved(approval(GOOD, "een", OFFERED), approval(GOOD, "een")), {}, "use.story_not_approved"),
    ("four eyes: not who made it", approved(approval(GOOD, GOOD.version.made_by)), {}, "use.story_not_approved"),
    ("four eyes: another is enough",
     approved(approval(GOOD, "een", OFFERED), approval(GOOD, "een"), approval(GOOD, "twee")), {}, None),
    ("four eyes: exactly this text", approved(approval(GOOD, "vrijgever", digest=THIS)), {}, "use.story_not_approved"),
    ("four eyes: this story", approved(approval(GOOD, "vrijgever", subject="v2")), {}, "use.story_not_approved"),
    ("four eyes: a teller does not release", approved(approval(GOOD, "v1", YES)), {}, "use.story_not_approved"),
    ("a child's story is read through", without(CHILDS, READ_THROUGH), {}, "use.story_not_read"),
    ("read through: not by who offered it",
     and_also(without(CHILDS, READ_THROUGH), "redacteur", READ_THROUGH), {}, "use.story_not_read"),
    ("read through: exactly this text",
     and_also(without(CHILDS, READ_THROUGH), "derde", READ_THROUGH, digest=THIS), {}, "use.story_not_read"),
    ("read through: a third person may", and_also(without(CHILDS, READ_THROUGH), "derde", READ_THROUGH), {}, None),
    ("read through: releasing is not reading", and_also(without(CHILDS, READ_THROUGH), "derde"), {},
     "use.story_not_read"),
    ("read through: also where there is one person", alone(standing=without(CHILDS, READ_THROUGH)), {},
     "use.story_not_read"),
    ("read through: not by that one person",
     and_also(alone(standing=without(CHILDS, READ_THROUGH)), "een", READ_THROUGH), {}, "use.story_not_read"),
    ("read through: by another, and released by that one person",
     and_also(alone(standing=without(CHILDS, READ_THROUGH)), "twee", READ_THROUGH), {}, None),
    ("read through: not of whoever decides alone", without(a_standing(YOUNG), READ_THROUGH), {}, None),
    ("one person: a day after it was offered", alone(), {}, None),
    ("one person: not a moment sooner", alone(ALONE_WAIT - MOMENT), {}, "use.story_not_approved"),
    ("one person: not while the mode is off", alone(since=None), {}, "use.story_not_approved"),
    ("one person: the wait does not begin before the mode", alone(since=NOON + MOMENT), {}, "use.story_not_approved"),
    ("one person: not from an earlier time that the mode was on", alone(since=NOON + 2 * ALONE_WAIT), {},
     "use.story_not_approved"),
    ("one person: offered again, waited again",
     and_also(alone(), "een", OFFERED, at=NOON + MOMENT), {}, "use.story_not_approved"),
    ("one person: not what was never offered", without(alone(), OFFERED), {}, "use.story_not_approved"),
    ("one person: exactly this text",
     replace(alone(), version=NEWER.version, story=NEWER.story), {}, "use.story_not_approved"),
    ("one person: not as if there were two", replace(approved(approval(GOOD, "een", OFFERED), approval(GOOD, "een")),
     one_person_since=NOON), {}, "use.story_not_approved"),
    ("one person: two are always enough", replace(GOOD, one_person_since=NOON), {}, None),

    ("R1-R3 consent counts", replace(GOOD, consent=plus(GOOD.consent, nee(T, N))), {}, "consent.teller_says_nee"),
    ("R2 on its date", with_more(ja(T, N, valid_until=DAY)), {"on": DAY + timedelta(days=1)}, "consent.expired"),
    ("R2 in its form", GOOD, {"form": Form.EIGEN_STEM}, "consent.no_answer"),
    ("R2 as recognisable as agreed", GOOD, {"recognisability": Recognisability.SCHUILNAAM},
     "consent.too_recognisable"),
    ("R3 the parent's yes too", with_more(weg(V, N), standing=CHILDS), {}, "consent.withdrawn"),
    ("R3 the other parent objects", with_more(nee(Party.ANDERE_OUDER, P), standing=CHILDS), {},
     "consent.andere_ouder_says_nee"),
    ("R4 turned sixteen",
     replace(a_standing(CHILD_TURNS_16 := replace(CHILD, turns_16_on=DAY)),
             consent=everybody_says_yes(CHILD_TURNS_16)), {}, "consent.turned_16"),
    ("R4 and said yes anew",
     a_standing(YOUNG, consent=plus(replace(everybody_says_yes(CHILD), teller=YOUNG), ja(T, P), ja(T, N))), {}, None),
    ("R6 taken back", with_more(weg(T, N)), {}, "consent.withdrawn"),

    ("special words without a yes", replace(GOOD, special=True), {}, "consent.special_not_allowed"),
    ("special words with a yes", replace(with_more(ja(T, B)), special=True), {}, None),
    ("special words of a child: the parent's yes", replace(with_more(ja(V, B), standing=CHILDS), special=True), {},
     None),
    ("special words of a child: not against the child",
     replace(with_more(ja(V, B), nee(K, B), standing=CHILDS), special=True), {}, "consent.special_refused"),

    ("a child's own ceiling: the editors alone", replace(CHILDS, audience=Audience.REDACTIE), {}, "consent.audience"),
    ("a child's own ceiling: partners", replace(CHILDS, audience=Audience.PARTNERS), {}, None),
    ("whoever decides alone says it per channel", replace(GOOD, audience=Audience.REDACTIE), {}, None),

    ("the last word is not asked while there is no product", SEEN_FIRST, {}, None),
    ("nor of who did not ask for it", GOOD, {"product": told()}, None),
    ("who asked to see it first has not answered", SEEN_FIRST, {"product": told()}, "use.last_word_missing"),
    ("and says akkoord", SEEN_FIRST, {"product": told((YES, THIS))}, None),
    ("to exactly this product", SEEN_FIRST, {"product": told((YES, EARLIER))}, "use.last_word_missing"),
    ("and says it themselves", SEEN_FIRST, {"product": told((YES, THIS), by="u-redacteur")}, "use.last_word_missing"),
    ("not another teller", SEEN_FIRST, {"product": told((YES, THIS), by="v2")}, "use.last_word_missing"),
    ("half a year ago", SEEN_FIRST, {"product": told((YES, THIS), days_ago=AGREED_FOR.days)}, None),
    ("longer ago than that", SEEN_FIRST, {"product": told((YES, THIS), days_ago=AGREED_FOR.days + 1)},
     "use.last_word_old"),
    ("a voice is always heard first", heard_as(Form.EIGEN_STEM), {"form": Form.EIGEN_STEM, "product": told()},
     "use.last_word_missing"),
    ("a distorted voice too", heard_as(Form.VERVORMDE_STEM), {"form": Form.VERVORMDE_STEM, "product": told()},
     "use.last_word_missing"),
    ("an image too", heard_as(Form.BEELD), {"form": Form.BEELD, "product": told()}, "use.last_word_missing"),
    ("a voice with akkoord", heard_as(Form.EIGEN_STEM), {"form": Form.EIGEN_STEM, "product": told((YES, THIS))}, None),
    ("anders blocks for everybody", GOOD, {"product": told((ANDERS, THIS))}, "use.last_word_changes"),
    ("stop blocks for everybody", GOOD, {"product": told((STOP, THIS))}, "use.last_word_stop"),
    ("the newest word counts", GOOD, {"product": told((STOP, THIS), (YES, THIS))}, None),
    ("also when it is a no", SEEN_FIRST, {"product": told((YES, THIS), (STOP, THIS))}, "use.last_word_stop"),
    ("a stop is not edited away", GOOD, {"product": told((STOP, EARLIER))}, "use.last_word_missing"),
    ("nor what should be different", GOOD, {"product": told((ANDERS, EARLIER))}, "use.last_word_missing"),
    ("what changed is seen and agreed to", GOOD, {"product": told((ANDERS, EARLIER), (YES, THIS))}, None),
    ("going back to what was agreed does not pass over a later stop", GOOD,
     {"product": told((YES, THIS), (STOP, EARLIER))}, "use.last_word_missing"),
    ("an editor cannot stop in a teller's name", GOOD, {"product": told((STOP, THIS), by="u-redacteur")}, None),
]  # fmt: skip


@pytest.mark.parametrize(("standing", "asked", "code"), [r[1:] for r in ROWS], ids=[r[0] for r in ROWS])
def test_the_question_reads_as_a_table(standing: Standing, asked: dict[str, Any], code: str | None) -> None:
    question = {"purpose": N, "form": Form.TEKST, "on": DAY} | asked
    verdict = may_use_version(standing, **question)
    assert verdict.code == code
    assert bool(verdict) == (code is None)
    assert verdict.sentence.endswith(".") or not verdict.sentence


def test_every_no_is_told_once_consent_first() -> None:
    standing = replace(in_state(State.GEPAUZEERD), consent=plus(GOOD.consent, weg(T, N)), preview=True)
    noes = [no.code for no in every_no(standing, N, Form.TEKST, on=DAY, product=told())]
    assert noes == ["consent.withdrawn", "use.story_paused", "use.last_word_missing"]
    assert [*every_no(GOOD, N, Form.TEKST, on=DAY, product=told())] == []


def test_require_use_raises_the_reason_as_what_it_is() -> None:
    require_use(GOOD, N, Form.TEKST, on=DAY)
    with pytest.raises(ConsentRefused) as consent:
        require_use(with_more(weg(T, N)), N, Form.TEKST, on=DAY)
    with pytest.raises(Refused) as state:
        require_use(in_state(State.GEPAUZEERD), N, Form.TEKST, on=DAY)
    assert (consent.value.key, state.value.key) == ("consent.withdrawn", "use.story_paused")
    assert not isinstance(state.value, ConsentRefused)


def test_a_standing_is_about_one_story() -> None:
    with pytest.raises(ValueError, match="version"):
        replace(GOOD, version=replace(GOOD.version, story_id="v2"))
    with pytest.raises(ValueError, match="teller"):
        replace(GOOD, consent=everybody_says_yes(CHILD))
    other = replace(GOOD.consent, events=tuple(replace(event, story_id="v2") for event in GOOD.consent.events))
    with pytest.raises(ValueError, match="story"):
        replace(GOOD, consent=other)


def test_the_wish_of_the_newest_sitting_counts() -> None:
    def sitting(number: int, preview: bool) -> Sitting:
        return Sitting(f"z{number}", "v1", NOON, "verteller", NOTICE, Way.SCHERM, preview=preview)

    assert not wants_preview([])
    assert wants_preview([sitting(1, False), sitting(2, True)])
    assert not wants_preview([sitting(1, True), sitting(2, False)])


def test_an_audience_is_within_every_wider_one_and_never_shuts_out_the_work_itself() -> None:
    reaches = [audience.reaches for audience in Audience]
    assert all(narrow < wide for narrow, wide in pairwise(reaches))
    assert reaches[0] == {P, B} and reaches[-1] == set(Purpose)


def test_a_day_begins_at_midnight_in_the_netherlands() -> None:
    winter, summer = NOON.replace(hour=23, minute=30), NOON.replace(month=7, hour=22, minute=30)
    assert today(winter) == winter.date() + timedelta(days=1)
    assert today(summer) == summer.date() + timedelta(days=1)
    assert today(winter.replace(hour=22)) == winter.date()
