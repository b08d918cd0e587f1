"""numpy on one core, for whoever imports this before numpy: `transcription` and `anonymise` do so first of all.

The matrices of the recogniser are small. Two cores read them no sooner than one, and take twice the processor time,
which somebody else's page waits for (benchmarks/anonymise.py). A setting of the installation goes before.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
