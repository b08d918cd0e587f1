"""`python -m capture check FILE`: may this recording come in? One JSON object on standard output.

Exit status: 0 accepted, 2 refused (the Dutch sentence on standard error), 64 wrong usage (sysexits.h).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from capture.audio import Checked, check_file
from stories.errors import NotReady
from stories.settings import Settings
from stories.words import say

ACCEPTED, REFUSED, USAGE = 0, 2, 64


def main(arguments: Sequence[str]) -> int:
    """Run the command; never a traceback."""
    if len(arguments) != 2 or arguments[0] != "check":
        print(say("capture.usage"), file=sys.stderr)
        return USAGE
    try:
        settings = Settings()
    except ValueError:
        print(say("capture.bad_settings"), file=sys.stderr)
        return USAGE
    try:
        checked = check_file(Path(arguments[1]), settings)
    except NotReady as error:
        checked = Checked(False, error.code, error.message)
    print(json.dumps(checked.to_json(), ensure_ascii=True))
    if not checked.accepted:
        print(checked.message, file=sys.stderr)
    return ACCEPTED if checked.accepted else REFUSED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
