"""Small browser components of our own: `show(...) -> value`. HTML, CSS and JavaScript lie beside the Python.

Story text enters the page as `textContent` only, never as markup.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

_FOLDER = Path(__file__).parent


def load(name: str, *scripts: str) -> Any:
    """Register the component whose files are `<name>.html`, `<name>.css` and `<name>.js` in this folder.

    `scripts` are more JavaScript files, which become one module with it: what they define, it may use. Style that lies
    beside one of them comes along.
    """

    def text(file: str) -> str | None:
        path = _FOLDER / file
        return path.read_text(encoding="utf-8") if path.is_file() else None

    def joined(ending: str) -> str | None:
        return "\n".join(filter(None, (text(f"{part}.{ending}") for part in (*scripts, name)))) or None

    html, css, js = text(f"{name}.html"), joined("css"), joined("js")
    return st.components.v2.component(f"vertelpunt.{name}", html=html, css=css, js=js)
