"""How long publishing takes on one core: the gate, the HTML, and a whole export with its check on names.

.venv/bin/python benchmarks/publish.py
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from publish import inspect
from publish.letter import lay_out
from publish.newsletter import to_html
from tests.publish.leaving import exported
from tests.publish.pieces import TODAY, a_piece, approves, the_evidence


def milliseconds(work: Callable[[], object], times: int = 20) -> float:
    """Processor time of one run, in ms, after one run to warm up."""
    work()
    start = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - start) / times * 1000


def main() -> None:
    first = a_piece()
    blocks = first.blocks[:-2] * 4 + first.blocks[-2:]
    piece = a_piece(blocks=blocks)
    names = tuple(f"Naam{number}" for number in range(60))
    evidence = the_evidence(piece, names=names, piece_approvals=(approves(piece.id, piece.digest),))
    print(f"a newsletter of {len(blocks)} blocks, 60 sealed names to look for")
    print(f"gate    {milliseconds(lambda: inspect(piece, evidence, on=TODAY)):7.1f} ms")
    print(f"html    {milliseconds(lambda: to_html(lay_out(piece, evidence))):7.1f} ms")
    print(f"export  {milliseconds(lambda: exported(piece, evidence)):7.1f} ms")


if __name__ == "__main__":
    main()
