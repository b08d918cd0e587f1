"""Make `old/<revision>`: a small filled installation of the newest schema, kept for trying later upgrades on.

    .venv/bin/python tests/stories/fill_old.py      # once, when a revision is added; never remake an older one

Its master key lies beside it on purpose: everything in it is made up.
"""

from __future__ import annotations

import hashlib
import io
import sys
from pathlib import Path
from unittest import mock

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent)]

from builders import MOMENT, a_consent, a_piece, a_quote, a_recording, a_story, a_transcript, a_version  # noqa: E402

from stories import receipts  # noqa: E402
from stories.migrations import head  # noqa: E402
from stories.model import Approval, Export, Name, RawText, Task  # noqa: E402
from stories.people import Role  # noqa: E402
from stories.receipts import Hasher  # noqa: E402
from stories.settings import Settings  # noqa: E402
from stories.store import Store, migrate  # noqa: E402


def fill(folder: Path) -> None:
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        data_dir=folder / "data",
        master_key_file=folder / "sleutel" / "master.key",
    )
    migrate(settings)
    store = Store.open(settings, hasher=Hasher(time_cost=1, memory_kib=8, parallelism=1))
    story = a_story(story_id="s1")
    version = a_version(story)
    quote = a_quote(version)
    piece = a_piece([quote], id="p1")
    sound = b"geluid" * 50_000
    with store.write() as books, mock.patch.object(receipts, "new_code", lambda: "0" * 16):
        books.add_story(story)
        books.add_consent(*a_consent(story))
        books.keep_text(story.id, RawText("Wij hadden thuis weinig geld. \U0001f600"))
        books.keep_transcript(story.id, a_transcript())
        books.keep_names(story.id, [Name("Nathalie", "naam", "[naam 1]")])
        books.keep_recording(story.id, a_recording(sound), io.BytesIO(sound))
        books.add_version(version)
        books.add_approval(Approval(story.id, version.digest, "u1", MOMENT, "vrijgever"))
        books.add_quote(quote)
        books.add_piece(piece)
        books.add_export(Export("e1", piece.id, piece.digest, hashlib.sha256(b"PK").hexdigest(), "u1", MOMENT), b"PK")
        books.add_task(Task("t1", "take_down", story.id, piece.id, "communicatie", MOMENT.date()))
        books.new_receipt(story.id)
        anna = books.add_user("Anna", "een lang wachtwoord", [Role.BEHEERDER])
        books.set_totp(anna.id, "JBSWY3DPEHPK3PXP")
        books.add_session(anna.id, MOMENT)
        books.audit(anna.id, "release", story_id=story.id, detail="version=1")
    store.close()
    migrate(settings)  # empties the write-ahead log, so that one file holds everything


if __name__ == "__main__":
    target = HERE / "old" / head()
    if target.exists():
        sys.exit(f"{target.name} is there already; a kept database is never remade")
    fill(target)
    print(target)
