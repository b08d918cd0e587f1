from __future__ import annotations

import io
from dataclasses import replace

import pytest
from builders import a_consent, a_recording, a_story, a_transcript

from desk import finals
from stories.model import Segment, StoryKind, Word
from stories.stages import Stage, State
from stories.store import Store


@pytest.mark.parametrize("state", [State.VRIJGEGEVEN, State.TER_VRIJGAVE])
def test_a_story_that_is_not_at_the_editors_keeps_its_text_also_between_its_sentences(
    store: Store, state: State
) -> None:
    story = a_story(kind=StoryKind.AUDIO, stage=Stage.TAGGED, state=state)
    draft = replace(a_transcript(("Mijn zus mocht niet mee.",)), duration_ms=9_000)
    more = Segment(5_000, 6_000, "en toen", 0.9, words=(Word(5_000, 5_500, "en", 0.9), Word(5_500, 6_000, "toen", 0.9)))
    with store.write() as books:
        books.add_story(story)
        books.add_consent(*a_consent(story))
        books.keep_recording(story.id, a_recording(duration_ms=9_000), io.BytesIO(b"flac"))
        books.keep_transcript(story.id, draft)
        heard = replace(draft, model="groot", segments=(*draft.segments, more))
        after = finals.take_in(books, books.story(story.id), heard, from_ms=0, made_by="model=groot")
        assert books.transcript(story.id) == draft
    assert (after.stage, after.state) == (Stage.TAGGED, state)
