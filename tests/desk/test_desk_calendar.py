"""The editorial calendar: cadence and gaps, what is late, which quotes fit a day, and what ends before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from role_place import Place

from desk import calendar, expiring, ics, renewing, withdrawing
from desk.cadence import PLAN, WEEKLY, Gap, gaps, periods
from stories.clock import today
from stories.consent import STORY_TERM, Form, Outcome, Party, Purpose
from stories.errors import InputRefused, Moved, NotFound
from stories.model import PieceState, new_id
from stories.people import Role
from stories.planned import CHANNELS, MAX_TITLE, Planned, PlannedState, Slot
from stories.store import Store
from tests.stories.sayings import CHILD, everybody_says_yes

DAY = timedelta(days=1)
NEWSLETTERS = {"nieuwsbrief": 6}
NOW = date(2026, 11, 26)  # a Thursday


def planned(day: date, slot: Slot = Slot.NIEUWSBRIEF, state: PlannedState = PlannedState.GEPLAND) -> Planned:
    return Planned("a1", day, slot, "Titel", "u1", state=state)


# cadence


def said(found: tuple[Gap, ...]) -> list[tuple[str, str, date]]:
    return [(gap.slot.channel, gap.when, gap.proposed) for gap in found]


@pytest.mark.parametrize(
    ("per_year", "expected"),
    [
        ({"nieuwsbrief": 6}, [("nieuwsbrief", "november en december", date(2026, 12, 1))]),
        ({"nieuwsbrief": 12}, [("nieuwsbrief", "november", date(2026, 11, 26)),
                               ("nieuwsbrief", "december", date(2026, 12, 16))]),
        ({"social": WEEKLY}, [("social", "de week van 23 november", date(2026, 11, 26)),
                              ("social", "de week van 30 november", date(2026, 12, 3))]),
        ({"leernetwerk": 4}, [("leernetwerk", "oktober tot en met december", date(2026, 11, 26))]),
        ({"kenniskring": 8}, [("kenniskring", "16 november tot en met 31 december", date(2026, 12, 8))]),
        ({}, []),
    ],
)  # fmt: skip
def test_the_cadence_says_where_nothing_is_planned(per_year: Mapping[str, int], expected: object) -> None:
    until = date(2026, 12, 5)
    assert said(gaps(per_year, [], NOW, until)) == expected


def test_what_is_planned_or_done_fills_a_period_and_what_is_called_off_does_not() -> None:
    for state, left in ((PlannedState.GEPLAND, 0), (PlannedState.GEDAAN, 0), (PlannedState.AFGEBLAZEN, 1)):
        assert len(gaps(NEWSLETTERS, [planned(date(2026, 11, 2), state=state)], NOW, date(2026, 12, 31))) == left
    assert len(gaps(NEWSLETTERS, [planned(date(2026, 11, 2), Slot.SOCIAL)], NOW, date(2026, 12, 31))) == 1
    podcast = planned(date(2026, 11, 2), Slot.PODCAST_EIGEN_STEM)
    assert gaps({"podcast": 6}, [podcast], NOW, date(2026, 12, 31)) == (), "a channel is one, whatever its form"


@settings(max_examples=60, deadline=None)
@given(st.integers(1, WEEKLY), st.dates(date(2024, 1, 1), date(2030, 1, 1)), st.integers(0, 500))
def test_periods_are_the_days_without_a_hole_or_a_double(per_year: int, first: date, days: int) -> None:
    last = first + days * DAY
    found = list(periods(per_year, first, last))
    assert found[0][0] <= first and found[-1][1] >= last
    assert all(begin <= end for begin, end in found)
    assert all(before[1] + DAY == after[0] for before, after in pairwise(found))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(CHANNELS), st.integers(1, WEEKLY), st.dates(date(2024, 1, 1), date(2030, 1, 1)))
def test_filling_every_gap_leaves_none_and_a_proposal_is_never_in_the_past(
    channel: str, times: int, first: date
) -> None:
    until = first + 120 * DAY
    found = gaps({channel: times}, [], first, until)
    assert all(gap.first <= gap.proposed <= gap.last and gap.proposed >= first for gap in found)
    made = [planned(gap.proposed, gap.slot) for gap in found]
    assert gaps({channel: times}, made, first, until) == ()


def test_a_house_chooses_its_own_cadence(place: Place) -> None:
    editor = place.staff[Role.REDACTEUR]
    assert calendar.how_often(place.store, editor) == calendar.Cadence(dict(PLAN), 0)
    calendar.set_cadence(place.store, editor, {"nieuwsbrief": 4, "social": 0}, expected=0)
    assert calendar.how_often(place.store, editor) == calendar.Cadence({"nieuwsbrief": 4}, 1)
    with pytest.raises(Moved):
        calendar.set_cadence(place.store, editor, {"nieuwsbrief": 5}, expected=0)
    for wrong in ({"rooksignaal": 1}, {"nieuwsbrief": 53}, {"nieuwsbrief": -1}):
        with pytest.raises(InputRefused):
            calendar.set_cadence(place.store, editor, wrong, expected=1)
    assert {gap.slot.channel for gap in seen(place).gaps} == {"nieuwsbrief"}


# planning


def seen(place: Place, days: int = 60) -> calendar.Calendar:
    return calendar.overview(place.store, place.staff[Role.REDACTEUR], today() - 60 * DAY, today() + days * DAY)


def plan(place: Place, **given: object) -> Planned:
    values = {"day": today() + 7 * DAY, "slot": Slot.NIEUWSBRIEF, "title": "Winternummer"} | given
    return calendar.plan(place.store, place.staff[Role.REDACTEUR], **values)  # type: ignore[arg-type]


def test_what_is_planned_is_seen_late_and_done(place: Place) -> None:
    editor = place.staff[Role.REDACTEUR]
    ahead, late = plan(place), plan(place, day=today() - DAY, title="  Te \n laat ")
    shown = seen(place)
    assert [line.item.id for line in shown.lines] == [late.id, ahead.id]
    assert [(line.item.title, line.is_late) for line in shown.late] == [("Te laat", True)]
    calendar.decide(place.store, editor, late.id, PlannedState.GEDAAN, expected=0)
    assert seen(place).late == ()


def test_a_stale_save_is_refused_and_changes_nothing(place: Place) -> None:
    editor, item = place.staff[Role.REDACTEUR], plan(place)
    words = {"day": item.day, "slot": item.slot, "owner": item.owner}
    calendar.move(place.store, editor, item.id, title="Eerst", expected=0, **words)  # type: ignore[arg-type]
    with pytest.raises(Moved):
        calendar.move(place.store, editor, item.id, title="Daarna", expected=0, **words)  # type: ignore[arg-type]
    with pytest.raises(Moved):
        calendar.decide(place.store, editor, item.id, PlannedState.AFGEBLAZEN, expected=0)
    line = calendar.detail(place.store, editor, item.id).line
    assert (line.item.title, line.item.state, line.owner) == ("Eerst", PlannedState.GEPLAND, editor.name)


@pytest.mark.parametrize(
    "wrong",
    [{"title": " "}, {"title": "x" * (MAX_TITLE + 1)}, {"owner": "u-niemand"}, {"theme": "bestaat_niet"}],
)
def test_what_cannot_be_planned_is_refused(place: Place, wrong: dict[str, object]) -> None:
    with pytest.raises(InputRefused):
        plan(place, **wrong)
    with pytest.raises(InputRefused):
        plan(place, owner=place.staff[Role.BEHEERDER].id)  # who cannot see it does not own it
    with pytest.raises(NotFound):
        plan(place, piece_id="p0")
    assert seen(place).lines == ()


def test_a_title_is_sealed_and_stands_in_no_audit(store: Store) -> None:
    place = Place.open(store)
    plan(place, title="Geheime actie")
    with store.connect(write=False) as connection:
        rows = connection.exec_driver_sql("SELECT * FROM planned").fetchall()
        lines = connection.exec_driver_sql("SELECT * FROM audit").fetchall()
    assert rows and "Geheime" not in repr([*rows, *lines])


# which quotes fit


def fits(place: Place, slot: Slot = Slot.NIEUWSBRIEF, day: date | None = None, theme: str = "") -> list[str]:
    with place.store.read() as books:
        found = expiring.fitting(books, slot, day or today() + 7 * DAY, theme, today=today())
    return [quote.id for fit in found for quote in fit.quotes]


def test_only_what_may_be_used_for_this_channel_on_this_day_fits(place: Place) -> None:
    quote = place.quote()
    assert fits(place) == [quote]
    given = datetime.now(UTC).date()  # a consent ends by the day that it was written down with
    assert fits(place, day=given + STORY_TERM) == [quote], "its last day"
    assert fits(place, day=given + STORY_TERM + DAY) == []
    assert fits(place, day=today() - 30 * DAY) == [quote], "a day that is past is asked of today"
    assert fits(place, theme="meedoen") == []
    for slot in set(Slot) - {Slot.NIEUWSBRIEF}:
        assert fits(place, slot) == [], slot
    with place.store.read() as books:
        (made,) = books.quotes(ids=[quote])
    withdrawing.withdraw(place.store, made.story_id, Party.TELLER, purpose=Purpose.NIEUWSBRIEF)
    assert fits(place) == []


def test_an_item_shows_what_fits_and_channels_nobody_was_asked_about_show_nothing(place: Place) -> None:
    quote, item, other = place.quote(), plan(place), plan(place, slot=Slot.LEERNETWERK)
    communicatie = place.staff[Role.COMMUNICATIE]
    found = calendar.detail(place.store, communicatie, item.id).fits
    assert [q.id for fit in found for q in fit.quotes] == [quote]
    assert calendar.detail(place.store, communicatie, other.id).fits == ()


# what ends


def short_yes(place: Place, quote_id: str, days: int) -> str:
    """The teller says yes again, until a day so far from now."""
    with place.store.write() as books:
        (quote,) = books.quotes(ids=[quote_id])
        until = today() + days * DAY
        again = [
            replace(event, id=new_id("c"), at=event.at + timedelta(seconds=1), valid_until=until)
            for event in books.consent(quote.story_id).events
        ]
        books.add_consent(*again)
    return quote.story_id


def test_a_piece_that_is_planned_after_the_yes_ends_is_flagged(place: Place) -> None:
    piece = place.piece()
    story_id = short_yes(place, piece.quote_ids[0], 20)
    in_time, too_late = plan(place, day=today() + 20 * DAY, piece_id=piece.id), plan(
        place, day=today() + 21 * DAY, piece_id=piece.id
    )  # fmt: skip
    wrong = {line.item.id: [story.id for story, _ in line.wrong] for line in seen(place).lines}
    assert wrong == {in_time.id: [], too_late.id: [story_id]}
    (ending,) = seen(place).endings
    assert (ending.story.id, ending.day, ending.why) == (story_id, today() + 21 * DAY, "expired")
    assert ending.channels == (Slot.NIEUWSBRIEF,)
    assert [p.id for p in ending.pieces] == [piece.id]
    assert {item.id for item in ending.planned} == {in_time.id, too_late.id}
    assert ending.ask_from is not None and ending.gone_on is not None and ending.ask_from < ending.day < ending.gone_on
    (fit,) = calendar.detail(place.store, place.staff[Role.REDACTEUR], in_time.id).fits
    assert fit.last_day == today() + 20 * DAY


def test_a_new_yes_takes_the_flag_away(place: Place) -> None:
    piece = place.piece()
    story_id = short_yes(place, piece.quote_ids[0], 20)
    plan(place, day=today() + 40 * DAY, piece_id=piece.id)
    (line,) = seen(place).lines
    assert line.wrong
    says = {Party.TELLER: Outcome.JA}
    later = datetime.now(UTC) + timedelta(seconds=5)  # than the yes that ends, which was said a second ahead
    renewing.renew(place.store, story_id, says, [(Purpose.NIEUWSBRIEF, Form.TEKST)], now=later)
    shown = seen(place)
    (line,) = shown.lines
    assert line.wrong == () and shown.endings == ()


def test_a_withdrawal_is_seen_and_an_erased_story_takes_the_title_with_it(place: Place) -> None:
    piece = place.piece()
    item = plan(place, piece_id=piece.id, title="Het schoolreisje van Emre")
    with place.store.read() as books:
        (quote,) = books.quotes(ids=piece.quote_ids)
    withdrawing.withdraw(place.store, quote.story_id, Party.TELLER)
    line = calendar.detail(place.store, place.staff[Role.REDACTEUR], item.id).line
    assert line.is_blocked and line.wrong
    with place.store.write() as books:
        books.erase(quote.story_id, why="test")
    shown = calendar.detail(place.store, place.staff[Role.REDACTEUR], item.id)
    assert "Emre" not in shown.line.item.title and shown.fits == ()
    assert shown.line.piece is not None and shown.line.piece.state is PieceState.GEBLOKKEERD
    assert seen(place).endings == ()


def test_what_ends_is_also_found_where_nothing_is_planned_and_not_when_it_is_far_away(place: Place) -> None:
    quote = place.quote()
    assert seen(place).endings == ()
    short_yes(place, quote, 90)
    assert seen(place).endings == ()
    short_yes(place, quote, 89)
    (ending,) = seen(place).endings
    assert ending.pieces == () and ending.day == today() + 90 * DAY


@pytest.mark.parametrize("days", [1, 30])
def test_turning_sixteen_ends_a_childs_yes(days: int) -> None:
    turns = today() + days * DAY
    said_of = everybody_says_yes(replace(CHILD, turns_16_on=turns))
    for until, no in ((turns - DAY, None), (turns, (turns, "turned_16"))):
        assert expiring.first_no(said_of, Purpose.NIEUWSBRIEF, Form.TEKST, today(), until) == no


# for another calendar


def test_a_file_for_another_calendar_has_titles_only_when_asked(place: Place) -> None:
    officer = place.staff[Role.COMMUNICATIE]
    plan(place, title="Winter, sneeuw; en kou")
    gone = plan(place, title="Gaat niet door")
    calendar.decide(place.store, officer, gone.id, PlannedState.AFGEBLAZEN, expected=0)
    bare = calendar.as_ics(place.store, officer, titles=False)
    assert "SUMMARY:Nieuwsbrief\r\n" in bare and "Winter" not in bare and bare.count("BEGIN:VEVENT") == 1
    assert "SUMMARY:Winter\\, sneeuw\\; en kou (Nieuwsbrief)\r\n" in calendar.as_ics(place.store, officer, titles=True)


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=150))
def test_a_title_never_begins_a_line_of_its_own(title: str) -> None:
    text = ics.calendar([("a1", NOW, title)], name="x", made=datetime(2026, 11, 26, 9, 0))
    lines = text.split("\r\n")
    assert all(len(line.encode("utf-8", "replace")) <= ics.LINE_BYTES for line in lines)
    unfolded = text.replace("\r\n ", "").split("\r\n")
    assert [line.partition(":")[0].partition(";")[0] for line in unfolded if line] == [
        "BEGIN", "VERSION", "PRODID", "X-WR-CALNAME", "BEGIN", "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY",
        "TRANSP", "END", "END",
    ]  # fmt: skip
    assert "\n" not in text.replace("\r\n", "") and "\r" not in text.replace("\r\n", "")
