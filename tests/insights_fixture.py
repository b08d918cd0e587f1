"""Many released stories with confirmed tags, made straight in the store: for counting, looking and measuring.

tell(store, 60)                                   # the same sixty every time
tell(store, 1, role=TellerRole.KIND, opgave="werkgever", lens="gaat_fout", region="Oost", at=MOMENT)
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from builders import a_consent, a_quote, a_story, a_version

from stories.consent import Form, Purpose
from stories.model import AgeBand, Approval, StoryKind, Teller, TellerRole, Theme, new_id
from stories.people import Role, User
from stories.stages import Stage, State
from stories.store import Store
from stories.use import READ_THROUGH, RELEASED
from stories.vault import Kind

PURPOSES = (Purpose.INTERN_LEREN, Purpose.KENNISKRING, Purpose.ONDERZOEK)
OPGAVEN = ("meedoen", "fijn_thuis", "gezonde_dag", "ontwikkelkansen", "werkgever", "stress", "eigen_geldzorgen")
LENSES = ("gaat_goed", "gaat_fout", "zou_helpen", "gevolg")
LEVELS = ("verzachten", "versterken", "veranderen")
REGIONS = ("Oost", "Noord", "Súdwest-Fryslân")
BANDS = {TellerRole.KIND: AgeBand.UNDER_12, TellerRole.JONGERE: AgeBand.FROM_16}
SENTENCES = (
    "Het schoolreisje was te duur, dus ik zei dat ik ziek was.",
    "De meester vroeg niets en gaf me gewoon een tas met gymspullen.",
    "Als er één iemand was die alle formulieren begreep, was het al half zo zwaar.",
    "In de winter zaten we met onze jas aan op de bank.",
    "Mijn baas wist het niet, en ik durfde het niet te zeggen.",
    "Toen de schulden weg waren, ging ik weer slapen.",
)


def tell(store: Store, count: int, *, seed: int = 7, purposes: Sequence[Purpose] = PURPOSES, **fixed: Any) -> list[str]:
    """`count` released stories; ids of them. `fixed`: role, region, opgave, lens, at, words."""
    chance = random.Random(seed)
    newest = datetime.now(UTC) - timedelta(days=3)
    made = []
    with store.write() as books:
        for _ in range(count):
            role = fixed.get("role") or chance.choices(list(TellerRole), (3, 3, 4, 1))[0]
            teller = Teller(role, BANDS.get(role, AgeBand.ADULT))
            at = fixed.get("at") or newest - timedelta(days=chance.randrange(500))
            region = fixed.get("region") if "region" in fixed else chance.choice(REGIONS)
            opgaven = [fixed["opgave"]] if "opgave" in fixed else chance.sample(OPGAVEN, chance.choice((1, 2, 2, 3)))
            lenses = [fixed["lens"]] if "lens" in fixed else chance.sample(LENSES, chance.choice((1, 2, 3)))
            tags = [*opgaven, *lenses, chance.choice(LEVELS)]
            sentences = [fixed["words"]] if "words" in fixed else chance.sample(SENTENCES, 3)
            made.append(_one(books, teller, region, at, tags, sentences, purposes))
    return made


def _one(
    books: Any,
    teller: Teller,
    region: str,
    at: datetime,
    tags: Sequence[str],
    sentences: Sequence[str],
    purposes: Sequence[Purpose],
) -> str:
    young = teller.age_band.needs_representative
    story = a_story(
        kind=StoryKind.TEXT, teller=teller, stage=Stage.TAGGED, state=State.VRIJGEGEVEN, region=region, created_at=at
    )
    books.add_story(story)
    books.add_consent(*a_consent(story, purposes, forms=[Form.TEKST], at=datetime.now(UTC) - timedelta(days=1)))
    themes = tuple(Theme(tag, "redactie", confirmed=True, by="redacteur") for tag in tags)
    version = a_version(story, " ".join(sentences), themes=themes)
    books.add_version(version)
    passage = {"start": 0, "end": len(version.clean.text), "tags": list(tags), "by": "redacteur"}
    books.keep(story.id, Kind.PASSAGE_TAGS, json.dumps([passage]).encode(), version=1)
    for role in (RELEASED, *([READ_THROUGH] if young else [])):
        books.add_approval(Approval(story.id, version.digest, by="vrijgever", at=datetime.now(UTC), role=role))
    books.add_quote(a_quote(version, sentences[0]))
    return story.id


def somebody(store: Store, *roles: Role) -> User:
    with store.write() as books:
        return books.add_user(new_id("n"), "paard spijker wolk kachel", list(roles))
