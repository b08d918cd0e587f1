"""The bundle: one ZIP, always the same bytes, with nobody's name in it, and never after a no."""

from __future__ import annotations

import hashlib
import io
import json
import time
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publish.bundle import make_bundle, readable
from publish.rendering import Studio
from stories.consent import Outcome, Party, Purpose
from stories.errors import GateRefused, Moved
from stories.model import QuoteKind
from tests.publish.leaving import bytes_of, exported, words_in
from tests.publish.pieces import a_piece, approves, leaks_of, said, the_evidence, with_story

FILES = ["newsletter.docx", "newsletter.eml", "newsletter.html", "newsletter.txt", "manifest.json"]


def export(piece=None, evidence=None, **more):
    return exported(piece or a_piece(), evidence or the_evidence(piece), **more)


def withdrawn(evidence, story_id="s1", party=Party.TELLER):
    event = said(story_id, party, Purpose.NIEUWSBRIEF, Outcome.INGETROKKEN)
    return with_story(evidence, story_id, consent=evidence.stories[story_id].consent.plus(event))


def test_the_manifest_says_exactly_what_is_in_the_bundle_and_no_more():
    bundle = export()
    archive = zipfile.ZipFile(io.BytesIO(bundle.data))
    assert archive.testzip() is None and archive.namelist() == FILES
    manifest = json.loads(archive.read("manifest.json"))
    assert manifest == bundle.bundle.manifest
    assert list(manifest) == ["kind", "title", "files", "warnings"]
    assert (manifest["kind"], manifest["title"]) == ("nieuwsbrief", "De deurbel doet het weer")
    assert [file["name"] for file in manifest["files"]] == FILES[:-1] and manifest["warnings"] == []
    for file in manifest["files"]:
        data = archive.read(file["name"])
        assert list(file) == ["name", "sha256", "bytes"]
        assert (file["sha256"], file["bytes"]) == (hashlib.sha256(data).hexdigest(), len(data))


def test_hints_travel_with_the_bundle():
    piece = a_piece(preheader="")
    assert export(piece).bundle.manifest["warnings"] == [
        "Er is nog geen voorbeeldregel. Die staat in de mailbox naast de titel."
    ]


def test_the_same_piece_gives_the_same_bytes_whenever_it_is_made(monkeypatch):
    first = export()
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    second = export()
    assert first.data == second.data and first.bundle.sha256 == hashlib.sha256(second.data).hexdigest()
    for entry in zipfile.ZipFile(io.BytesIO(first.data)).infolist():
        assert entry.date_time == (1980, 1, 1, 0, 0, 0) and entry.external_attr >> 16 == 0o100644
        assert not entry.extra and not entry.comment


def test_the_order_of_files_and_whether_they_lie_on_disk_does_not_count(tmp_path):
    with Studio(tmp_path) as studio:
        big, one, two = (studio.file() for _ in range(3))
        big.write(b"1" * 3_000_000)
        make_bundle(one, a_piece(), {"a.mp3": b"1" * 3_000_000, "b.txt": b"2"})
        make_bundle(two, a_piece(), {"b.txt": b"2", "a.mp3": big})
        assert bytes_of(one) == bytes_of(two)
        assert list(tmp_path.iterdir()) == [], "nothing plain has a name"


def test_no_id_of_a_story_a_quote_or_a_person_leaves():
    evidence = the_evidence()
    everything = words_in(export(evidence=evidence).data)
    for secret in ("u-redacteur", "u-communicatie", "u-vrijgever", "u-worker", '"s1"', '"q1"', '"p1"'):
        assert secret not in everything


def test_a_refused_piece_leaves_nothing_but_its_reasons():
    with pytest.raises(GateRefused) as refused:
        export(evidence=withdrawn(the_evidence()))
    assert [finding.code for finding in refused.value.findings] == ["consent_withdrawn"]
    with pytest.raises(GateRefused) as refused:
        export(evidence=the_evidence(piece_approvals=()))
    assert [finding.code for finding in refused.value.findings] == ["piece_not_approved"]


@pytest.mark.parametrize(("story_id", "party"), [("s1", Party.TELLER), ("s2", Party.KIND)])
def test_a_withdrawal_between_check_and_write_still_counts(story_id, party):
    evidence = the_evidence()
    asked = []

    def again():
        asked.append("once")
        return withdrawn(evidence, story_id, party)

    with pytest.raises(GateRefused) as refused:
        export(evidence=evidence, again=again)
    assert refused.value.findings[0].code == "consent_withdrawn" and asked == ["once"]
    assert export(evidence=evidence, again=lambda: evidence).data == export(evidence=evidence).data


def test_a_name_that_becomes_known_during_the_work_still_counts():
    with pytest.raises(GateRefused):
        export(evidence=the_evidence(), again=lambda: the_evidence(names=("deurbel",)))


def test_words_that_change_during_the_work_are_not_sent_unseen():
    evidence = the_evidence()
    doubted = replace(evidence.quotes["q1"], kind=QuoteKind.PARAFRASE)
    later = replace(evidence, quotes={**evidence.quotes, "q1": doubted})
    with pytest.raises(Moved):
        export(evidence=evidence, again=lambda: later)


@pytest.mark.parametrize("name", ["Geldfit", "Uitschrijven", "nieuwsbrief", "een ouder", "Hulp nodig", "Vertelpunt"])
def test_even_words_of_our_own_template_are_checked_in_the_finished_files(name):
    """A teller may be called like one of our words: then nothing leaves, rather than a name."""
    with pytest.raises(GateRefused):
        export(evidence=the_evidence(names=(name,)))


@pytest.mark.parametrize("name", ["Georgia", "Arial", "Helvetica", "Border", "Div", "Presentation Role"])
def test_a_font_or_a_tag_is_nobodys_name(name):
    assert export(evidence=the_evidence(names=(name,))).data


def test_everything_readable_is_shown_to_the_check():
    bundle = export()
    archive = zipfile.ZipFile(io.BytesIO(bundle.data))
    files = {name: archive.read(name) for name in FILES[:-1]}
    texts = readable(bundle.bundle.name, files, bundle.bundle.manifest)
    assert {place.partition(":")[0] for place in texts} == {"bundle", "names", *FILES[:-1], "manifest"}
    for file in FILES[:-1]:
        said = " | ".join(text for place, text in texts.items() if place.startswith(file))
        assert "De deurbel doet het weer" in said and "een kind van de basisschool" in said
        assert "Drie verhalen over geld, schaamte en iemand die gewoon belt." in said
        assert "https://vertelpunt.example/meedoen?bron=brief&nr=1" in said


NAMES = st.text(alphabet="abcdeéikonrstüzABKMZ'-", min_size=2, max_size=12).filter(lambda n: n[0].isalpha())
HIDING = st.sampled_from(
    ["{}", "{} ", "({})", "{}.", "met {}, en", "{}\n", "\u200b{}", "“{}”", "<b>{}</b>", "{}'s", "&{};"]
)
FIELDS = ["title", "preheader", *range(len(a_piece().blocks))]


@settings(max_examples=30, deadline=None)
@given(name=NAMES, hiding=HIDING, field=st.sampled_from(FIELDS), more=st.text(max_size=20))
def test_no_sealed_name_is_in_any_export_wherever_it_was_typed(name, hiding, field, more):
    words = hiding.format(name) + " " + more
    if isinstance(field, str):
        piece = a_piece(**{field: words})
    else:
        blocks = list(a_piece().blocks)
        blocks[field] = replace(blocks[field], text=words)
        piece = a_piece(blocks=tuple(blocks))
    evidence = replace(the_evidence(piece, names=(name,)), piece_approvals=(approves(piece.id, piece.digest),))
    try:
        bundle = exported(piece, evidence)
    except GateRefused:
        return
    assert not leaks_of(name)({"bundle": words_in(bundle.data)})
