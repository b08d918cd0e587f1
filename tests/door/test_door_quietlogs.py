from __future__ import annotations

import logging

import pytest

from stories.errors import InputRefused
from stories.quietlogs import _quiet, in_short

SECRET = "Samira uit de Kerkstraat"


@pytest.fixture
def quiet() -> object:
    before = logging.getLogRecordFactory()
    logging.setLogRecordFactory(_quiet(before))
    yield
    logging.setLogRecordFactory(before)


def test_a_traceback_keeps_the_place_and_loses_the_words(quiet: None, caplog: pytest.LogCaptureFixture) -> None:
    try:
        int(SECRET)
    except ValueError as error:
        logging.getLogger("x").exception("it broke: %s", error)
        logging.getLogger("x").error(error)
        logging.getLogger("x").error("100%% sure", exc_info=True)
    assert SECRET not in caplog.text
    assert caplog.text.count("ValueError at test_door_quietlogs.py:") >= 3


def test_a_record_without_an_error_is_as_it_was(quiet: None, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("x").warning("chunk %d of %d", 3, 9)
    assert "chunk 3 of 9" in caplog.text


def test_our_own_errors_say_which_they_are() -> None:
    assert in_short(InputRefused("door.password_common")) == "InputRefused(door.password_common)"
