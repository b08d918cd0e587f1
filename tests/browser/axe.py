"""axe-core on the page that is open: what keeps somebody with a screen reader, a keyboard or poor sight out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

bundled = pytest.importorskip("axe_playwright_python", reason="axe is not installed: use `make test`")

SOURCE = (Path(bundled.__file__).with_name("axe.min.js")).read_text(encoding="utf-8")
SEVERE = {"serious", "critical"}


def serious(page: Any) -> list[str]:
    """Violations with impact serious or critical, each as one readable line; empty when there are none.

    The source is put into the page by the debugger, as the browser's own tools do: the page's policy stays as it is.
    """
    page.evaluate(SOURCE)
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{violation['impact']} {violation['id']}: {violation['help']} ({_where(node)})"
        for violation in found["violations"]
        if violation["impact"] in SEVERE
        for node in violation["nodes"]
    ]


def _where(node: dict[str, Any]) -> str:
    parts = [part if isinstance(part, str) else " >> ".join(part) for part in node["target"]]
    return f"{' >> '.join(parts)}: {node['html'][:160]}"
