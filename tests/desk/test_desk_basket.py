"""Quotes over stories and the basket, on a real store: what each may be used for today, and what somebody chose."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from mailed import mailed
from role_place import ADULT, NEXT_WEEK, QUOTED, TEXT, Place

from desk import accounts, basket, publishing, quoting, receiving, reviewing, telling, withdrawing
from desk.quoting import Filters, Shown
from stories.clock import today
from stories.consent import Form, Outcome, Party, Purpose
from stories.errors import NotFound, Refused
from stories.model import BlockKind, PieceKind, Quote, QuoteKind, Story, StoryKind, TellerRole, Voice
from stories.people import Role, User

READ, HEARD = (Purpose.NIEUWSBRIEF, Form.TEKST), (Purpose.PODCAST, Form.NAGESPROKEN)


def editor(place: Place) -> User:
    return place.staff[Role.REDACTEUR]


def released(place: Place, *channels: tuple[Purpose, Form | None]) -> Story:
    yes = telling.answers(ADULT, own=Outcome.JA, channels=list(channels))
    story = telling.begin(place.store, yes, kind=StoryKind.TEXT)
    receiving.receive_text(place.store, story.id, TEXT)
    telling.hand_in(place.store, story.id)
    story = place.work(place.now(story.id))
    reviewing.mark_heard(place.store, editor(place), story.id)
    story = reviewing.offer_for_release(place.store, editor(place), story.id, expected=story.row_version)
    return reviewing.release(place.store, place.staff[Role.VRIJGEVER], story.id, expected=story.row_version)


def cut(place: Place, story: Story, words: str = QUOTED) -> Quote:
    start = TEXT.index(words)
    return basket.cut(place.store, editor(place), story.id, start, start + len(words))


def shown(place: Place, **filters: object) -> list[str]:
    found = quoting.quotes(place.store, editor(place), Filters(**filters))  # type: ignore[arg-type]
    return [row.quote.id for row in found.rows]


def in_basket(place: Place) -> list[str]:
    return [row.quote.id for row in basket.basket(place.store, editor(place)).rows]


def row_of(place: Place, quote: Quote) -> Shown:
    (row,) = [row for row in quoting.quotes(place.store, editor(place)).rows if row.quote.id == quote.id]
    return row


def test_words_are_cut_from_a_story_that_may_be_used_in_a_podcast_alone(place: Place) -> None:
    heard, learnt = released(place, HEARD), released(place, (Purpose.INTERN_LEREN, None))
    quote = cut(place, heard)
    row = row_of(place, quote)
    assert row.uses == (HEARD,) and row.forms(Purpose.PODCAST) == (Form.NAGESPROKEN,)
    assert quote.kind is QuoteKind.CITAAT, "the teller typed it"
    assert [story.id for story in quoting.sources(place.store, editor(place))] == [heard.id]
    with pytest.raises(Refused):
        cut(place, learnt)
    assert quoting.source(place.store, editor(place), learnt.id).why_not


def test_a_quote_stands_between_the_sentences_around_it(place: Place) -> None:
    row = row_of(place, cut(place, released(place, READ)))
    assert (row.before, row.after) == (TEXT.removesuffix(QUOTED).strip(), "")


def test_own_voice_is_no_use_of_a_story_without_a_recording(place: Place) -> None:
    story = released(place, READ, (Purpose.PODCAST, Form.EIGEN_STEM))
    assert row_of(place, cut(place, story)).uses == (READ,)


def test_quotes_are_found_by_channel_role_kind_story_and_theme(place: Place) -> None:
    both, read = released(place, READ, HEARD), released(place, READ)
    one, other = cut(place, both), cut(place, read)
    assert set(shown(place)) == {one.id, other.id}
    assert shown(place, channel=Purpose.PODCAST) == [one.id]
    assert shown(place, story_id=read.id) == [other.id]
    assert shown(place, role=TellerRole.KIND) == [] and len(shown(place, role=TellerRole.OUDER)) == 2
    assert shown(place, kind=QuoteKind.PARAFRASE) == [] and shown(place, theme="geen_thema") == []


def test_what_ends_soon_is_told_with_its_last_day(place: Place) -> None:
    story = released(place, READ)
    quote = cut(place, story)
    assert row_of(place, quote).ends == ()
    soon = today() + timedelta(days=30)
    with place.store.write() as books:
        last = books.consent(story.id).last(Party.TELLER, *READ)
        assert last is not None
        books.add_consent(replace(last, id="c" + last.id, valid_until=soon))
    (ends,) = row_of(place, quote).ends
    assert (ends.last_day, ends.purposes) == (soon, (Purpose.NIEUWSBRIEF,))


def test_published_quotes_are_counted(place: Place) -> None:
    story = released(place, READ)
    quote = cut(place, story)
    piece = basket.make(place.store, editor(place), PieceKind.NIEUWSBRIEF, title="Ziek", publish_on=NEXT_WEEK)
    piece = publishing.offer(place.store, editor(place), piece.id, expected=piece.row_version)
    piece = publishing.release(place.store, place.staff[Role.VRIJGEVER], piece.id, expected=piece.row_version)
    assert row_of(place, quote).public == 0
    mailed(place.store, place.staff[Role.COMMUNICATIE], piece)
    row = row_of(place, quote)
    assert (row.public, row.limit) == (1, 3)


# the basket


def test_a_basket_keeps_its_order_and_holds_a_quote_once(place: Place) -> None:
    story = released(place, READ)
    quotes = [cut(place, story, words).id for words in ("Mijn zoon", "geen geld", "Hij zei")]
    assert in_basket(place) == quotes
    basket.put(place.store, editor(place), quotes[0])
    assert in_basket(place) == quotes
    basket.move(place.store, editor(place), quotes[2], -1)
    assert in_basket(place) == [quotes[0], quotes[2], quotes[1]]
    basket.move(place.store, editor(place), quotes[0], -1)
    assert in_basket(place)[0] == quotes[0], "above the first is no place"
    basket.move(place.store, editor(place), quotes[0], 99)
    assert in_basket(place)[-1] == quotes[0]
    basket.take_out(place.store, editor(place), quotes[2])
    assert in_basket(place) == [quotes[1], quotes[0]]
    basket.clear(place.store, editor(place))
    assert in_basket(place) == []


def test_a_basket_is_of_one_person_and_goes_with_the_account(place: Place) -> None:
    quote = cut(place, released(place, READ))
    officer = place.staff[Role.COMMUNICATIE]
    assert not basket.basket(place.store, officer).rows
    basket.put(place.store, officer, quote.id)
    accounts.set_active(place.store, place.staff[Role.BEHEERDER], officer.id, False)
    with place.store.read() as books:
        assert books.baskets.of(officer.id) == () and books.baskets.of(editor(place).id) == (quote.id,)


def test_a_withdrawn_story_is_in_no_basket_and_an_erased_one_leaves_no_trace(place: Place) -> None:
    story = released(place, READ)
    quote = cut(place, story)
    withdrawing.withdraw(place.store, story.id, Party.TELLER)
    assert in_basket(place) == [] and shown(place) == []
    with pytest.raises(NotFound):
        basket.put(place.store, editor(place), quote.id)
    with place.store.write() as books:
        books.erase(story.id, why="withdrawn")
        assert books.baskets.of(editor(place).id) == ()


def test_a_quote_that_may_be_used_for_nothing_any_more_says_so_and_is_not_taken_in_again(place: Place) -> None:
    story = released(place, READ)
    quote = cut(place, story)
    withdrawing.withdraw(place.store, story.id, Party.TELLER, purpose=Purpose.NIEUWSBRIEF)
    (row,) = basket.basket(place.store, editor(place)).rows
    assert row.uses == () and row.why_not
    basket.take_out(place.store, editor(place), quote.id)
    with pytest.raises(Refused) as refused:
        basket.put(place.store, editor(place), quote.id)
    assert refused.value.code == "quote_no_use"


def test_a_full_basket_takes_no_more(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(basket, "MOST", 1)
    story = released(place, READ)
    cut(place, story)
    with pytest.raises(Refused) as refused:
        cut(place, story)
    assert refused.value.code == "basket_full"


def test_only_what_a_teller_allows_for_it_goes_into_a_piece_and_leaves_the_basket(place: Place) -> None:
    """The property behind it: no piece is made with a quote that `stories.use` says no to."""
    read, heard = cut(place, released(place, READ)), cut(place, released(place, HEARD))
    made = basket.basket(place.store, editor(place))
    assert made.fitting(PieceKind.NIEUWSBRIEF) == made.fitting(PieceKind.ITEM) == (read.id,)
    assert made.fitting(PieceKind.PODCAST) == (heard.id,) and made.fitting(PieceKind.POST) == ()
    piece = basket.make(place.store, editor(place), PieceKind.PODCAST, title="Ziek", publish_on=NEXT_WEEK)
    (block,) = [block for block in piece.blocks if block.quote_id]
    assert (block.kind, block.voice) == (BlockKind.CLIP, Voice.NAGESPROKEN)
    assert in_basket(place) == [read.id]
    with pytest.raises(Refused) as refused:
        basket.make(place.store, editor(place), PieceKind.POST, title="Ziek", publish_on=NEXT_WEEK)
    assert refused.value.code == "nothing_fits" and in_basket(place) == [read.id]
