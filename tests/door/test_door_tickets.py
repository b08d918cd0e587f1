from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories import tickets
from stories.errors import NotReady
from stories.settings import Settings


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return with_key(tmp_path_factory.mktemp("sleutel"), b"a" * 64)


def with_key(folder: Path, key: bytes) -> Settings:
    (folder / "master.key").write_bytes(key)
    return Settings(_env_file=None, master_key_file=folder / "master.key")  # type: ignore[call-arg]


def test_a_ticket_gives_back_its_subject(keyed: Settings) -> None:
    ticket = tickets.issue(keyed, tickets.UPLOAD, "v123", 60)
    assert tickets.redeem(keyed, tickets.UPLOAD, ticket) == "v123"


def test_a_ticket_is_over_after_its_time(keyed: Settings) -> None:
    ticket = tickets.issue(keyed, tickets.UPLOAD, "v123", 60, now=1000)
    assert tickets.redeem(keyed, tickets.UPLOAD, ticket, now=1059) == "v123"
    assert tickets.redeem(keyed, tickets.UPLOAD, ticket, now=1060) is None


def test_a_ticket_is_good_for_one_purpose_only(keyed: Settings) -> None:
    ticket = tickets.issue(keyed, tickets.UPLOAD, "v123", 60)
    assert tickets.redeem(keyed, tickets.TELLER, ticket) is None


def test_another_installation_does_not_take_our_tickets(keyed: Settings, tmp_path: Path) -> None:
    ticket = tickets.issue(keyed, tickets.UPLOAD, "v123", 60)
    assert tickets.redeem(with_key(tmp_path, b"b" * 64), tickets.UPLOAD, ticket) is None


def test_nobody_can_move_a_ticket_to_another_story_or_a_later_time(keyed: Settings) -> None:
    subject, expires, mac = tickets.issue(keyed, tickets.UPLOAD, "v123", 60).split(".")
    for forged in (f"v124.{expires}.{mac}", f"{subject}.{int(expires) + 1}.{mac}", f"{subject}.{expires}.", ".."):
        assert tickets.redeem(keyed, tickets.UPLOAD, forged) is None


@given(st.text(max_size=500))
def test_no_text_that_we_did_not_sign_is_a_ticket(keyed: Settings, text: str) -> None:
    assert tickets.redeem(keyed, tickets.UPLOAD, text) is None


def test_without_a_master_key_there_are_no_tickets(tmp_path: Path) -> None:
    lost = Settings(_env_file=None, master_key_file=tmp_path / "gone")  # type: ignore[call-arg]
    with pytest.raises(NotReady):
        tickets.issue(lost, tickets.UPLOAD, "v123", 60)
