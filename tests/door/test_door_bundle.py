"""Bundles by HTTP: whole or in ranges, to whoever may take them along, and to nobody once a teller stopped."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

from app_fixture import RunningApp, Visitor
from following_house import House

from desk import exporting, withdrawing
from stories.consent import Party
from stories.people import Role, User


def logged_in(app: RunningApp, user: User) -> Visitor:
    visitor = Visitor(app)
    with app.store.write() as books:
        visitor.cookies["vertelpunt"] = books.add_session(user.id, datetime.now(UTC))
    return visitor


def test_a_bundle_comes_whole_and_in_ranges_until_its_teller_stops(app: RunningApp) -> None:
    house = House.open(app.store)
    story = house.released()
    export = exporting.export(app.store, house.officer, house.released_piece(story).id)
    path, officer = f"/bundel/{export.id}", logged_in(app, house.officer)
    whole = officer.get(path)
    assert whole.status == 200 and whole.headers["Content-Type"] == "application/zip"
    assert whole.headers["Content-Disposition"].startswith('attachment; filename="vertelpunt-nieuwsbrief-')
    assert zipfile.ZipFile(io.BytesIO(whole.body)).testzip() is None
    part = officer.get(path, Range="bytes=10-99")
    assert (part.status, part.body) == (206, whole.body[10:100])
    assert officer.get(path, Range=f"bytes={len(whole.body)}-").status == 416
    assert logged_in(app, house.releaser).get(path).status == 404, f"a {Role.VRIJGEVER} takes nothing along"
    withdrawing.withdraw(app.store, story.id, Party.TELLER)
    assert officer.get(path).status in (404, 409)
