from __future__ import annotations

import json

import pytest
from app_fixture import ROOT, Visitor

from stories.words import languages

FOLDER = ROOT / "door" / "stem"


@pytest.mark.parametrize("language", languages())
def test_anybody_may_have_the_index_and_its_clips(visitor: Visitor, language: str) -> None:
    index = visitor.get(f"/stem/{language}/index.json")
    assert index.status == 200 and index.headers["Content-Type"] == "application/json"
    clip = next(iter(json.loads(index.text).values()))
    answer = visitor.get(f"/stem/{language}/{clip}")
    assert answer.status == 200 and answer.headers["Content-Type"] == "audio/mpeg"
    assert answer.body == (FOLDER / language / clip).read_bytes()
    assert "immutable" in answer.headers["Cache-Control"] and "Set-Cookie" not in answer.headers


def test_the_index_is_sent_again_only_when_it_changed(visitor: Visitor) -> None:
    tag = visitor.get("/stem/nl/index.json").headers["ETag"]
    again = visitor.get("/stem/nl/index.json", If_None_Match=tag)
    assert again.status == 304 and again.body == b""
    assert visitor.get("/stem/nl/index.json", If_None_Match='"older"').status == 200


def test_a_clip_can_be_had_in_parts_as_phones_ask_for_it(visitor: Visitor) -> None:
    path = next((FOLDER / "nl").glob("*.mp3"))
    whole = path.read_bytes()
    part = visitor.get(f"/stem/nl/{path.name}", Range="bytes=0-1")
    assert part.status == 206 and part.body == whole[:2]
    assert part.headers["Content-Range"] == f"bytes 0-1/{len(whole)}"
    assert visitor.get(f"/stem/nl/{path.name}", Range="bytes=100-").body == whole[100:]
    assert visitor.get(f"/stem/nl/{path.name}", Range=f"bytes={len(whole)}-").status == 416


@pytest.mark.parametrize(
    "path",
    [
        "/stem/", "/stem", "/stem/nl", "/stem/nl/", "/stem/nl/x.mp3", "/stem/nl/../../stem.py", "/stem/xx/index.json",
        "/stem/nl/%2e%2e/%2e%2e/stem.py", "/stem/index.json", "/stem/nl/index.json/x",
    ],
)  # fmt: skip
def test_nothing_else_is_there(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).status in (400, 404)
