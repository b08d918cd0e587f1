"""The peer of `benchmarks/sessions.py`: the same door and Streamlit around a page with thirty lines of text."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import streamlit as st
from starlette.middleware import Middleware
from streamlit import runtime

from app import keep_private, streamlit_options
from door.house import open_house, stand
from door.security import Doorkeeper
from stories.settings import Settings


def main() -> None:
    keep_private()
    settings = Settings()
    house = open_house(settings)
    stand(house)
    guard = Middleware(Doorkeeper, house=house, pages=[])
    st.App(__file__, middleware=[guard]).run(config=streamlit_options(settings))


def draw() -> None:
    for number in range(30):
        with st.container():
            st.text(f"Regel {number}")
    st.button("Een knop")


if __name__ == "__main__":
    if runtime.exists():
        draw()
    else:
        main()
