"""The real door and the real recorder with almost nothing around them: `?story=...` and what the test switches.

Started by `running_app(..., script="tests/browser/giver_app.py")`.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import streamlit as st
from starlette.middleware import Middleware
from streamlit import runtime

from app import keep_private, streamlit_options
from door import upload
from door.house import open_house, stand, standing
from door.security import Doorkeeper
from stories import tickets
from stories.settings import Settings
from ui.components.giver import giver


def main() -> None:
    keep_private()
    settings = Settings()
    house = open_house(settings)
    stand(house)
    guard = Middleware(Doorkeeper, house=house, pages=[])
    st.App(__file__, routes=upload.routes(house), middleware=[guard]).run(config=streamlit_options(settings))


def draw() -> None:
    house = standing()
    assert house is not None
    asked = st.query_params
    runs = st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    reports = st.session_state.setdefault("reports", [])
    st.button("Nog een keer tekenen")
    hidden = st.checkbox("Verberg")
    if st.checkbox("Schuif"):
        st.text("Nu staat er iets boven.")
    if not hidden:
        lives = int(asked.get("leeft", "600")) if runs == 1 else 600
        ticket = tickets.issue(house.settings, tickets.UPLOAD, asked["story"], lives)
        given = giver(ticket, microphone=asked.get("manier") != "bestand", key="gever")
        if given:
            reports.append(given)
    st.text(f"getekend: {runs}")
    for one in reports:
        st.text(f"gekregen: {one.what} {one.number} {one.duration_ms}")


if __name__ == "__main__":
    if runtime.exists():
        draw()
    else:
        main()
