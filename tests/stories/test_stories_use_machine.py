"""Everybody speaks, edits, approves and takes back in any order; a naive model that only remembers must agree.

The model is written the other way round: it keeps, for every party and every question, the one word that counts now,
and overwrites it. Time runs forward in it; clocks that do not are the business of the properties at the end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from stories.consent import (
    WITHOUT_FORM,
    Consent,
    ConsentEvent,
    Form,
    Outcome,
    Party,
    Purpose,
    Recognisability,
    Way,
    may_use,
    required_parties,
)
from stories.lastword import LastWord
from stories.model import AgeBand, Approval, CleanText, Story, StoryKind, StoryVersion, Teller, TellerRole
from stories.stages import Stage, State
from stories.use import OFFERED, READ_THROUGH, RELEASED, Product, Standing, may_use_version
from tests.stories.sayings import (
    ADULT,
    CHILD,
    DAY,
    JA,
    NEE,
    NOON,
    NOTICE,
    TEEN,
    TWIJFEL,
    WEG,
    YOUNG,
    B,
    K,
    N,
    P,
    T,
    V,
)

PURPOSES = (P, N, Purpose.PODCAST, Purpose.INTERN_LEREN, B)
FORMS = (Form.TEKST, Form.EIGEN_STEM)
DATES = (DAY, DAY + timedelta(days=30), DAY + timedelta(days=800))
QUESTIONS: tuple[tuple[Purpose, Form | None, date], ...] = tuple(
    (purpose, form, on)
    for purpose, form in (
        (N, Form.TEKST),
        (Purpose.PODCAST, Form.EIGEN_STEM),
        (Purpose.PODCAST, Form.TEKST),
        (Purpose.INTERN_LEREN, None),
    )
    for on in DATES
)
STAFF = ("een", "twee", "drie")


@dataclass(frozen=True)
class Word:
    """What one party's last word on one question comes down to."""

    outcome: Outcome
    first: date
    last: date
    at: int


class OneStory(RuleBasedStateMachine):
    """It begins where everything is allowed, since chance alone rarely gets that far, and is repaired now and then."""

    @initialize(teller=st.sampled_from([CHILD, TEEN, TEEN, YOUNG, ADULT]), special=st.booleans())
    def begins(self, teller: Teller, special: bool) -> None:
        story = Story("v1", StoryKind.AUDIO, teller, Stage.TAGGED, State.IN_REDACTIE, NOON, version=1)
        self.now = Standing(story, Consent(teller), _version(1, "machine"))
        self.piece = 1
        self.answers: list[Approval] = []
        self.clock = 0
        self.words: dict[tuple[Party, Purpose, Form | None], Word] = {}
        self.maker, self.offers, self.releases, self.readers = "machine", set[str](), set[str](), set[str]()
        self.last_words: dict[int, LastWord] = {}
        self.newest_word: LastWord | None = None
        self.now = replace(self.now, special=special)
        self.everybody_who_must_says_yes(special)
        self.two_people_release_it("een", "twee")
        self.somebody_reads_it_through("twee")

    # what people do

    @rule(
        party=st.sampled_from(Party),
        purpose=st.sampled_from(PURPOSES),
        form=st.sampled_from([None, *FORMS]),
        outcome=st.sampled_from([JA, JA, JA, JA, NEE, TWIJFEL]),
        embargo=st.sampled_from([None, None, None, DATES[1]]),
        until=st.sampled_from([None, None, DATES[0], DATES[2]]),
    )
    def somebody_speaks(
        self,
        party: Party,
        purpose: Purpose,
        form: Form | None,
        outcome: Outcome,
        embargo: date | None,
        until: date | None,
    ) -> None:
        if purpose in WITHOUT_FORM:
            form = None
        elif outcome is JA and form is None:
            form = Form.TEKST
        self._say(party, purpose, form, outcome, None if purpose is P else embargo, until)

    @rule(special=st.booleans())
    def everybody_who_must_says_yes(self, special: bool) -> None:
        for party in required_parties(self.now.story.teller):
            for purpose, form in ((P, None), (N, Form.TEKST), (Purpose.PODCAST, Form.EIGEN_STEM)):
                self._say(party, purpose, form, JA, None, DATES[2])
            if special:
                self._say(party, B, None, JA, None, DATES[2])

    @rule()
    def whoever_objected_comes_round(self) -> None:
        for (party, purpose, form), word in list(self.words.items()):
            if word.outcome is not JA and not (purpose not in WITHOUT_FORM and form is None):
                self._say(party, purpose, form, JA, None, DATES[2])

    @rule(party=st.sampled_from(Party), purpose=st.sampled_from(PURPOSES), form=st.sampled_from([None, *FORMS]))
    def somebody_takes_something_back(self, party: Party, purpose: Purpose, form: Form | None) -> None:
        before = self._open()
        self._say(party, purpose, None if purpose in WITHOUT_FORM else form, WEG, None, None)
        assert self._open() <= before, "a withdrawal never opens anything"

    @precondition(lambda self: self.now.story.teller == TEEN)
    @rule()
    def the_teller_turns_sixteen(self) -> None:
        self.now = replace(
            self.now, story=self.now.story.moved(teller=YOUNG), consent=replace(self.now.consent, teller=YOUNG)
        )

    @rule(maker=st.sampled_from(STAFF), special=st.booleans())
    def the_text_changes(self, maker: str, special: bool) -> None:
        number = self.now.version.number + 1
        story = self.now.story.moved(version=number, state=State.IN_REDACTIE)
        self.now = replace(self.now, story=story, version=_version(number, maker), special=special)
        self.maker, self.offers, self.releases, self.readers = maker, set(), set(), set()
        digest = self.now.version.digest
        assert not [a for a in self.now.approvals if a.digest == digest], "a new version has no approvals"
        assert not self._open()

    @rule(first=st.sampled_from(STAFF), second=st.sampled_from(STAFF))
    def two_people_release_it(self, first: str, second: str) -> None:
        self.somebody_offers_it(first)
        self.somebody_releases_it(second)

    @rule(by=st.sampled_from(STAFF))
    def somebody_offers_it(self, by: str) -> None:
        self._approve(by, OFFERED, State.TER_VRIJGAVE)
        self.offers.add(by)

    @rule(by=st.sampled_from(STAFF))
    def somebody_releases_it(self, by: str) -> None:
        self._approve(by, RELEASED, State.VRIJGEGEVEN)
        self.releases.add(by)

    @rule(by=st.sampled_from(STAFF))
    def somebody_reads_it_through(self, by: str) -> None:
        self._approve(by, READ_THROUGH, self.now.story.state)
        self.readers.add(by)

    @rule(state=st.sampled_from([State.IN_REDACTIE, State.GEPAUZEERD, *[State.VRIJGEGEVEN] * 3]))
    def it_is_moved(self, state: State) -> None:
        self.now = replace(self.now, story=self.now.story.moved(state=state))

    @rule(back=st.booleans(), word=st.none() | st.sampled_from(LastWord))
    def the_piece_is_edited(self, back: bool, word: LastWord | None) -> None:
        """Perhaps because of what a teller just said about it."""
        if word is not None:
            self.a_last_word_is_said(word, "v1")
        self.piece = max(1, self.piece - 1) if back else self.piece + 1

    @rule(word=st.sampled_from(LastWord), by=st.sampled_from(["v1", "v1", "v2", "redacteur"]))
    def a_last_word_is_said(self, word: LastWord, by: str) -> None:
        self.answers.append(Approval("p1", f"{self.piece:064}", by, self._moment(), word))
        if by == "v1":
            self.last_words[self.piece] = self.newest_word = word

    @rule(wish=st.booleans())
    def the_teller_wants_to_see_it_first(self, wish: bool) -> None:
        self.now = replace(self.now, preview=wish)

    # what must hold

    @invariant()
    def the_answer_is_the_one_of_the_naive_model(self) -> None:
        if hasattr(self, "now"):
            for purpose, form, on in QUESTIONS:
                for product in (None, self._product()):
                    answer = may_use_version(self.now, purpose, form, on=on, product=product)
                    assert bool(answer) == self._naive(purpose, form, on, product is not None), (answer, on)

    @invariant()
    def nothing_that_was_said_was_edited(self) -> None:
        if hasattr(self, "now"):
            minutes = [event.at for event in self.now.consent.events]
            assert minutes == sorted(minutes) and len(set(minutes)) == len(minutes)

    # the model

    def _naive(self, purpose: Purpose, form: Form | None, on: date, with_product: bool) -> bool:
        if self.now.story.state is not State.VRIJGEGEVEN:
            return False
        if not self.releases - self.offers - {self.maker}:
            return False
        young = self.now.story.teller.age_band in (AgeBand.UNDER_12, AgeBand.FROM_12)
        if young and not self.readers - self.offers - {self.maker}:
            return False
        asked = {(P, None), (purpose, form)} | ({(B, None)} if self.now.special else set())
        musts = {(V, *one) for one in asked} | {(K, P, None)} if young else {(T, *one) for one in asked}
        for must in musts:
            word = self.words.get(must)
            if word is None or word.outcome is not JA or not word.first <= on <= word.last:
                return False
        for party in Party:
            for one in asked:
                word = self.words.get((party, *one))
                own = self.words.get((T, *one))
                grown = party is K and self.now.story.teller == YOUNG and own is not None and word is not None
                if word is not None and word.outcome is not JA and not (grown and own.at > word.at):
                    return False
        if not with_product:
            return True
        word_now = self.last_words.get(self.piece)
        if word_now in (LastWord.STOP, LastWord.ANDERS) or self.newest_word in (LastWord.STOP, LastWord.ANDERS):
            return False
        if self.now.preview or form is Form.EIGEN_STEM:
            return word_now is LastWord.AKKOORD and on < DATES[2]
        return True

    def _open(self) -> set[object]:
        return {
            (question, product)
            for question in QUESTIONS
            for product in (None, self._product())
            if may_use_version(self.now, *question[:2], on=question[2], product=product)
        }

    def _product(self) -> Product:
        return Product(f"{self.piece:064}", tuple(self.answers))

    def _moment(self) -> datetime:
        self.clock += 1
        return NOON + timedelta(minutes=self.clock)

    def _say(
        self,
        party: Party,
        purpose: Purpose,
        form: Form | None,
        outcome: Outcome,
        embargo: date | None,
        until: date | None,
    ) -> None:
        at = self._moment()
        event = ConsentEvent(
            f"c{self.clock}", "v1", at, party, purpose, outcome, NOTICE, Way.SCHERM, "verteller",
            form=form, embargo_until=embargo, valid_until=until,
        )  # fmt: skip
        self.now = replace(self.now, consent=self.now.consent.plus(event))
        word = Word(outcome, embargo or date.min, until or at.date() + timedelta(days=730), self.clock)
        for shape in [None, *Form] if form is None else [form]:
            self.words[party, purpose, shape] = word

    def _approve(self, by: str, role: str, state: State) -> None:
        given = Approval("v1", self.now.version.digest, by, self._moment(), role)
        story = self.now.story.moved(state=state)
        self.now = replace(self.now, story=story, approvals=(*self.now.approvals, given))


def _version(number: int, maker: str) -> StoryVersion:
    return StoryVersion("v1", number, CleanText(f"Versie {number}.", "0" * 64), maker, NOON)


TestOneStory = OneStory.TestCase
TestOneStory.settings = settings(max_examples=100, stateful_step_count=12, deadline=None)


# in any order, by any clock

events = st.builds(
    lambda party, purpose, outcome, form, minute, until: ConsentEvent(
        f"c{minute}", "v1", NOON + timedelta(minutes=minute), party, purpose, outcome,
        NOTICE, Way.SCHERM, "verteller", valid_until=until,
        form=None if purpose in WITHOUT_FORM else form or (Form.TEKST if outcome is JA else None),
    ),
    st.sampled_from(Party), st.sampled_from(Purpose), st.sampled_from([JA, JA, NEE, TWIJFEL, WEG]),
    st.sampled_from([None, *FORMS]), st.integers(0, 60), st.sampled_from([None, *DATES]),
)  # fmt: skip
tellers = st.sampled_from([CHILD, TEEN, YOUNG, ADULT, Teller(TellerRole.ERVARINGSWERKER, AgeBand.ADULT)])
records = st.builds(lambda teller, said: Consent(teller, tuple(said)), tellers, st.lists(events, max_size=12))


@settings(max_examples=150, deadline=None)
@given(records, st.sampled_from(Purpose), st.sampled_from(FORMS), st.sampled_from(DATES), st.booleans())
def test_a_yes_always_rests_on_a_yes_of_every_required_party(
    record: Consent, purpose: Purpose, form: Form, on: date, special: bool
) -> None:
    if may_use(record, purpose, form, on=on, special=special):
        for party in required_parties(record.teller):
            base = record.last(party, P, None)
            assert base is not None and base.outcome is JA
        for party in set(Party) - ({K} if record.teller == YOUNG else set()):
            spoken = record.last(party, purpose, None if purpose in WITHOUT_FORM else form)
            assert spoken is None or spoken.outcome is JA


@settings(max_examples=150, deadline=None)
@given(records, events, st.sampled_from([NEE, TWIJFEL, WEG]), st.integers(-30, 90), st.booleans())
def test_whatever_is_no_yes_never_opens_anything_whatever_the_clock_says(
    record: Consent, said: ConsentEvent, outcome: Outcome, minute: int, special: bool
) -> None:
    later = replace(said, id="later", outcome=outcome, at=NOON + timedelta(minutes=minute))
    after = record.plus(later)
    for purpose, form, on in QUESTIONS:
        before = may_use(record, purpose, form, on=on, special=special)
        assert before or not may_use(after, purpose, form, on=on, special=special)
        if later.purpose in (P, purpose) and later.form in (None, form):
            assert not may_use(after, purpose, form, on=on, special=special)


@settings(max_examples=100, deadline=None)
@given(records, st.sampled_from(Recognisability), st.sampled_from(Recognisability))
def test_asking_for_more_is_never_easier(record: Consent, one: Recognisability, other: Recognisability) -> None:
    """With special words, and the more recognisable, a use is at most as allowed as without."""
    safe, open_ = sorted((one, other), key=list(Recognisability).index)
    for purpose, form, on in QUESTIONS:
        plain = may_use(record, purpose, form, on=on, recognisability=safe)
        assert plain or not may_use(record, purpose, form, on=on, recognisability=open_)
        assert plain or not may_use(record, purpose, form, on=on, recognisability=safe, special=True)
