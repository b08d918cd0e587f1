from __future__ import annotations

from app_fixture import ROOT, Visitor


def test_every_file_of_the_look_is_served_by_its_own_name_to_anybody(visitor: Visitor) -> None:
    folder = ROOT / "door" / "vorm"
    kinds = {".svg": "image/svg+xml", ".css": "text/css", ".js": "text/javascript"}
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 60
    for path in files:
        answer = visitor.get(f"/vorm/{path.relative_to(folder).as_posix()}")
        assert answer.status == 200 and answer.body == path.read_bytes()
        assert (answer.headers["Content-Type"] or "").startswith(kinds[path.suffix])
