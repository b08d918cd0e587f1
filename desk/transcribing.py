"""What an editor can say about the machine's listening: stop, begin again, and in which language."""

from __future__ import annotations

import re

from desk import finals
from desk.opening import living, require_consent
from desk.working import ask_for_work
from stories import jobs
from stories.errors import InputRefused, Refused
from stories.model import Story, StoryKind
from stories.people import Act, User
from stories.stages import Stage, State
from stories.store import Books, Store
from stories.vault import Kind

LANGUAGES = ("nl", "en", "de", "fr", "es", "pt", "pl", "ro", "bg", "uk", "ru", "tr", "ar", "fa", "ps", "so", "am", "zh")
"""By ISO 639-1 code: what is spoken at home most in the Netherlands, of the hundred that Whisper knows. It knows no
Frisian, Tigrinya, Papiamentu or Tamazight."""


def stop_work(store: Store, user: User, story_id: str) -> int:
    """Stop the machine's work on this story at its next step; returns how many jobs. What was heard so far is kept."""
    user.require(Act.EDIT_TEXT)
    with store.write() as books:
        living(books, story_id)
        books.audit(user.id, "work_stopped", story_id=story_id)
    return jobs.cancel(store, story_id)


def work_again(store: Store, user: User, story_id: str) -> bool:
    """Go on with a story whose work was stopped or failed: chunks that were heard are not heard again."""
    user.require(Act.EDIT_TEXT)
    with store.write() as books:
        living(books, story_id)
        books.audit(user.id, "work_again", story_id=story_id)
    return ask_for_work(store, story_id)


def choose_language(store: Store, user: User, story_id: str, code: str, *, expected: int) -> Story:
    """The recording is in another language than the machine took it for: it is heard again.

    Refused (desk.text_touched) once somebody corrected the text or listened to it, because their work would be lost.
    """
    user.require(Act.EDIT_TEXT)
    if not re.fullmatch(r"[a-z]{2,3}", code):
        raise InputRefused("transcription.language_unknown", language="?")
    with store.write() as books:
        story = living(books, story_id)
        require_consent(books, story_id)
        if story.kind is not StoryKind.AUDIO or story.state not in (State.INGEDIEND, State.IN_REDACTIE):
            raise Refused("desk.not_in_review")
        if books.has(story_id, Kind.TRANSCRIPT) and finals.touched(books, story_id, books.transcript(story_id)):
            raise Refused("desk.text_touched")
        _forget_what_was_heard(books, story_id)
        books.keep(story_id, Kind.LANGUAGE, code.encode())
        books.audit(user.id, "language_chosen", story_id=story_id, detail=f"language={code}")
        story = books.save(story.moved(stage=Stage.CAPTURED), expected=expected)
    jobs.cancel(store, story_id)
    ask_for_work(store, story_id)
    return story


def _forget_what_was_heard(books: Books, story_id: str) -> None:
    for kind in (Kind.TRANSCRIPT, Kind.CHUNK, Kind.FINAL, Kind.FINAL_CHUNK, Kind.TRANSCRIPT_EDIT, Kind.TRANSLATION):
        for number in books.numbers(story_id, kind):
            books.discard(story_id, kind, version=number)
