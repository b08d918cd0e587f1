"""One catalogue, more than one language: whoever tells reads all of it in theirs, and nobody hears another's."""

from __future__ import annotations

import string
import threading
from collections import Counter

import anyio
import anyio.to_thread
import pytest

from capture import notices
from stories.errors import InputRefused
from stories.words import (
    CATALOGUE,
    DEFAULT_LANGUAGE,
    is_for_tellers,
    known,
    language,
    languages,
    room,
    say,
    set_language,
    speaking,
    translations,
)

ROOMS = sorted(path.stem for path in (CATALOGUE / DEFAULT_LANGUAGE).glob("*.yaml"))
SECOND = [code for code in languages() if code != DEFAULT_LANGUAGE]


def placeholders(sentence: str) -> Counter[str]:
    return Counter(name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None)


def test_there_is_a_second_language_and_each_names_itself() -> None:
    assert dict(languages()) == {"nl": "Nederlands", "en": "English"}


@pytest.mark.parametrize("code", SECOND)
def test_whoever_tells_reads_everything_in_their_own_language(code: str) -> None:
    wanted = {f"{name}.{key}" for name in ROOMS for key in room(name, DEFAULT_LANGUAGE) if is_for_tellers(name, key)}
    there = {f"{name}.{key}" for name, rows in translations(code).items() for key in rows}
    assert wanted - there == set()


@pytest.mark.parametrize("code", SECOND)
def test_a_translation_has_the_keys_and_placeholders_of_the_dutch_sentence(code: str) -> None:
    for name, rows in translations(code).items():
        for key, sentence in rows.items():
            assert placeholders(sentence) == placeholders(room(name, DEFAULT_LANGUAGE)[key]), f"{name}.{key}"
            assert sentence, f"{name}.{key}"


@pytest.mark.parametrize("code", SECOND)
def test_twelve_months_in_every_language(code: str) -> None:
    for name in ("terms", "publish"):
        assert len(room(name, code)["months"].split()) == len(room(name, "nl")["months"].split()) == 12


@pytest.mark.parametrize("code", languages())
def test_every_language_has_a_notice_of_its_own_with_its_own_hash(code: str) -> None:
    notice, text = notices.current(code)
    assert notice.language == code and text.startswith("# ")
    others = [notices.current(other)[0].sha256 for other in languages() if other != code]
    assert notice.sha256 not in others


@pytest.mark.parametrize("code", SECOND)
def test_a_translated_notice_says_as_much_as_the_dutch_one(code: str) -> None:
    """The same headings, paragraphs and list items in the same order, and the same numbers."""

    def shape(text: str) -> list[str]:
        return [line.partition(" ")[0] if line[0] in "#-" else "text" for line in text.splitlines() if line]

    def numbers(text: str) -> list[str]:
        return [word.strip(".,:?") for word in text.split() if word.strip(".,:?").isdigit()]

    (dutch, ours), (other, theirs) = notices.current("nl"), notices.current(code)
    assert dutch.version == other.version, "a new Dutch version needs its translation"
    assert shape(ours) == shape(theirs) and numbers(ours) == numbers(theirs)


def test_what_a_language_lacks_is_said_in_dutch() -> None:
    with speaking("en"):
        assert say("consent.kind_says_nee") == "The child has said no."
        assert say("ui.house_title") == "Beheer"


def test_what_we_do_not_speak_is_dutch() -> None:
    for code in (None, "", "xx", "../nl", "EN", "nl/../en"):
        assert known(code) is None
        with speaking(code):
            assert language() == "nl"


def test_a_language_ends_with_its_block_also_after_an_error() -> None:
    with pytest.raises(InputRefused) as refused, speaking("en"):
        raise InputRefused("capture.text_empty")
    assert refused.value.message == "There is no text yet. Type the story first."
    assert language() == "nl"


def test_two_visitors_at_once_each_hear_their_own_language() -> None:
    heard: dict[str, list[str]] = {"nl": [], "en": []}
    together = threading.Barrier(2)

    def visit(code: str) -> None:
        set_language(code)
        for _ in range(50):
            together.wait(timeout=20)
            heard[code].append(say("door.product") + language())

    visits = [threading.Thread(target=visit, args=(code,)) for code in heard]
    for thread in visits:
        thread.start()
    for thread in visits:
        thread.join()
    assert {code: set(said) for code, said in heard.items()} == {"nl": {"Vertelpuntnl"}, "en": {"Vertelpunten"}}
    assert language() == "nl", "a thread's language is its own"


def test_work_in_a_thread_of_the_door_speaks_the_language_of_its_request() -> None:
    async def request() -> str:
        with speaking("en"):
            return await anyio.to_thread.run_sync(language)

    assert anyio.run(request) == "en"
