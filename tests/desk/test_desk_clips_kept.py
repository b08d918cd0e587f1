"""What a teller reads about clips that are kept, and what is said of those that went with their no."""

from __future__ import annotations

from cleared_sound import quote, released, spoken_again
from plainrun import PlainRun

from desk import clipmaking, clips, keeping, proof, withdrawing
from stories.consent import Party
from stories.model import Quote, Story, Voice
from stories.people import Role, User
from stories.store import Store

ED = User("u-red", "Ed", frozenset({Role.REDACTEUR}))


def with_clips(store: Store) -> tuple[Story, Quote]:
    """A story with a clip of the teller's voice and one that was spoken again, both of one quote."""
    story = released(store)
    words = quote(store, story)
    clips.ask(store, ED, words.id, Voice.PIEP, clips.PIEP)
    clipmaking.work(store, store.settings, story.id, PlainRun())
    spoken_again(store, words)
    return story, words


def kept(store: Store, story: Story) -> dict[str, str]:
    rows = keeping.kept_until(store, story.id)
    return {row.why: row.in_words() for row in rows if row.what == "fragmenten"}


def test_what_is_kept_of_a_teller_names_their_clips_and_what_was_spoken_again(sqlite_store: Store) -> None:
    story, words = with_clips(sqlite_store)
    told = kept(sqlite_store, story)
    assert set(told) == {"stem", "nagesproken"} and all(": 1." in sentence for sentence in told.values())
    rows = proof.receipt_json(sqlite_store, story.id)["vertelpunt"]["kept"]
    assert {(row["what"], row["why"]) for row in rows} >= {("fragmenten", "stem"), ("fragmenten", "nagesproken")}
    with sqlite_store.write() as books:
        for clip in books.clips.of_quotes([words.id]):
            books.clips.remove(clip.id)
    assert kept(sqlite_store, story) == {}


def test_a_withdrawal_that_is_undone_brings_no_clip_back_and_the_screen_says_so(sqlite_store: Store) -> None:
    story, words = with_clips(sqlite_store)
    assert not clips.seen(sqlite_store, ED, words.id).gone
    withdrawing.withdraw(sqlite_store, story.id, Party.TELLER)
    assert kept(sqlite_store, story) == {}
    withdrawing.undo(sqlite_store, story.id, Party.TELLER)
    seen = clips.seen(sqlite_store, ED, words.id)
    assert seen.gone and seen.clips == ()
    spoken_again(sqlite_store, words)
    assert not clips.seen(sqlite_store, ED, words.id).gone, "it was made again"
