"""Small browser components of our own: `show(...) -> value`. HTML, CSS and JavaScript lie beside the Python.

Story text enters the page as `textContent` only, never as markup.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

_FOLDER = Path(__file__).parent


def load(name: str) -> Any:
    """Register the component whose files are `<name>.html`, `<name>.css` and `<name>.js` in this folder."""

    def text(suffix: str) -> str | None:
        path = _FOLDER / f"{name}{suffix}"
        return path.read_text(encoding="utf-8") if path.is_file() else None

    return st.components.v2.component(f"vertelpunt.{name}", html=text(".html"), css=text(".css"), js=text(".js"))
