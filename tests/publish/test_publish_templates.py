"""Templates: every kind has one, an administrator's text reaches nothing, and what is wrong is said with its line."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from publish import layout, sandbox
from publish.draft import first_draft
from publish.drafting import Chosen, make_draft
from stories.errors import InputRefused
from stories.model import BlockKind, PieceKind, Voice
from stories.products import SPOKEN, Template
from stories.words import has
from tests.publish.pieces import NOON, PUBLISH_ON, the_evidence

VALUES = {
    "opgaven": "meedoen", "lens": "", "verteller": "een ouder", "vertellers": "een ouder", "meervoud": False,
    "gehoord": False,
    "aantal_citaten": 1, "aantal_verhalen": 1, "maand": "maart", "jaar": 2026,
}  # fmt: skip

ESCAPES = [
    "{{ ''.__class__ }}",
    "{{ ''['__class__'] }}",
    "{{ opgaven.__class__.__mro__[1].__subclasses__() }}",
    "{{ opgaven | attr('__class__') }}",
    "{{ 'a'.format(x=opgaven) }}",
    "{{ '%s' % opgaven }}",
    "{{ range(10) }}",
    "{{ lipsum() }}",
    "{{ cycler.__init__.__globals__.os }}",
    "{{ self }}",
    "{{ opgaven() }}",
    "{{ opgaven | map('upper') }}",
    "{{ opgaven | hoofdletter(1) }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ 'a' * 1000000000 }}",
    "{{ [1] * 1000000000 }}",
    "{{ opgaven[0:1] }}",
    "{{ opgaven is defined }}",
    "{% for a in opgaven %}x{% endfor %}",
    "{% for a in range(1000000000) %}x{% endfor %}",
    "{% set a = opgaven %}",
    "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
    "{% include 'newsletter.mjml.j2' %}",
    "{% import 'os' as os %}",
    "{% extends opgaven %}",
    "{% block a %}{% endblock %}",
    "{% call opgaven() %}{% endcall %}",
    "{% filter hoofdletter %}{% include 'x' %}{% endfilter %}",
    "{{ config }}",
    "{{ " + "(" * 1500 + "1" + ")" * 1500 + " }}",
    "{% if opgaven %}" * 200 + "x" + "{% endif %}" * 200,
    "{{ " + "not " * 900 + "1 }}",
    "{{ opgaven < 1 }}",
    "{{ opgaven",
    "{{ onbekend }}",
]


@pytest.mark.parametrize("text", ESCAPES, ids=range(len(ESCAPES)))
def test_a_text_reaches_nothing_but_its_values(text: str) -> None:
    with pytest.raises(sandbox.TextError):
        sandbox.draw(text, VALUES)


def test_a_text_may_hold_values_and_ask_if() -> None:
    text = "{% if opgaven and not lens %}{{ verteller | hoofdletter }}{% elif lens %}a{% else %}b{% endif %}"
    assert sandbox.draw(text + " {# weg #}{% raw %}{{{% endraw %}", VALUES) == "Een ouder {{"
    assert sandbox.draw("{{ 'twee' if aantal_citaten > 1 else 'een' }}", VALUES) == "een"


PIECES = st.sampled_from(
    [
        *(
            "{{",
            "}}",
            "{%",
            "%}",
            "if",
            "endif",
            "else",
            "for",
            "in",
            "set",
            "opgaven",
            "jaar",
            "(",
            ")",
            "[",
            "]",
            ".",
        ),
        *("__class__", "|", "hoofdletter", "~", "*", "**", "'a'", "9", " ", "\n", "=", "and", "not", "#}", "{#", "x"),
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=60))
@example("{{ opgaven ~ opgaven }}")
def test_any_text_is_drawn_within_bounds_or_refused(text: str) -> None:
    try:
        drawn = sandbox.draw(text, VALUES)
    except sandbox.TextError as error:
        assert error.line >= 1
    else:
        assert len(drawn) <= sandbox.MAX_TEXT
        assert "class" not in drawn or "class" in text


def test_a_text_that_grows_is_refused() -> None:
    with pytest.raises(sandbox.TextError):
        sandbox.draw("{{ opgaven }}" * 300, {**VALUES, "opgaven": "m" * 500})


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ("titel: A\nblokken:\n  - foo: b\n  - citaten", 3, "'foo' kennen we niet"),
        ("titel: A\nblokken:\n  - tekst: '{{ naam }}'\n  - citaten", 3, "'naam' bestaat niet"),
        ("titel: A\nblokken:\n  - citaten\n  - tekst: |\n      goed\n      {{ 1 + 1 }}", 6, "kan niet"),
        ("titel: A\nblokken:\n  - citaten\n  - tekst: '{% if jaar %}'", 4, "{% endif %}"),
        ("titel: A\nblokken:\n  - citaten\n  - citaten", 3, "precies één plek"),
        ("titel: A\nblokken:\n  - tekst: Hallo", 3, "precies één plek"),
        ("titel: A\nblokken:\n  - citaat", 3, "alleen in per_citaat"),
        ("titel: A\nblokken:\n  - per_citaat:\n      - citaten", 4, "'- citaat'"),
        ("titel: A\nblokken:\n  - per_citaat:\n      - per_verhaal:\n          - citaat", 4, "dubbel"),
        ("titel: A\nblokken:\n  - tekst: [a]\n  - citaten", 3, "gewone tekst"),
        ("titel: A\nblokken:\n  - tekst: a\n    kop: b\n  - citaten", 3, "één blok"),
        ("titel: A\nonderwerp: B\nblokken:\n  - citaten", 2, "'onderwerp' kennen we niet"),
        ("titel: A\nblokken:\n  - tekst: 'a\n  - citaten", 3, "vorm"),
        ("titel: &a A\nblokken:\n  - citaten", 1, "kan niet"),
        ("titel: !!python/object:os.system A\nblokken:\n  - citaten", 1, "kan niet"),
        ("blokken:\n  - citaten", 1, "een titel"),
        ("citaten", 1, "een titel"),
        ("", 1, "een titel"),
        ("[" * 9_000, 1, "te veel in elkaar"),
        ("#" * (layout.MAX_BODY + 1), 1, "te lang"),
        ("titel: " + "a" * 4_001 + "\nblokken:\n  - citaten", 1, "te lang"),
    ],
    ids=range(21),
)
def test_what_is_wrong_is_said_with_its_line(body: str, line: int, words: str) -> None:
    with pytest.raises(InputRefused) as refusal:
        layout.read(body)
    assert refusal.value.message.startswith(f"Regel {line}: ") and words in refusal.value.message


@given(st.text(max_size=200))
def test_any_body_is_read_or_refused(body: str) -> None:
    with pytest.raises(InputRefused):
        layout.read(body)


def drafted(kind: PieceKind, voice: Voice | None = None, **more: object):
    evidence = the_evidence()
    return first_draft(
        [evidence.quotes[key] for key in ("q1", "q3", "q2")],
        stories={key: known.story for key, known in evidence.stories.items()},
        made_by="u-communicatie",
        publish_on=PUBLISH_ON,
        kind=kind,
        voices={"q1": voice},
        **more,
    )


@pytest.mark.parametrize("kind", PieceKind)
def test_the_built_in_template_of_each_kind_places_every_quote_once(kind: PieceKind) -> None:
    voice = Voice.NAGESPROKEN if kind in SPOKEN else None
    piece = drafted(kind, voice)
    assert sorted(piece.quote_ids) == ["q1", "q2", "q3"] and piece.kind is kind and piece.title
    told = {block.quote_id: block for block in piece.blocks if block.quote_id}
    assert [told["q1"].voice, told["q2"].voice] == [voice, None]
    assert told["q1"].kind is (BlockKind.CLIP if voice else BlockKind.QUOTE)
    assert all(block.drafted is (block.quote_id is None) for block in piece.blocks)
    assert piece.blocks[0].kind is BlockKind.NOTE and "sjabloon" in piece.blocks[0].text
    assert any(block.kind is BlockKind.HELPLINE for block in piece.blocks)


def test_every_value_and_block_of_a_template_is_explained_in_dutch() -> None:
    words = [*(f"value_{value}" for value in layout.VALUES), *(f"block_{word}" for word in layout.BLOCKS)]
    words += [f"block_{word}" for word in (*layout.Slot, *layout.Over)]
    assert all(has(f"template.{word}") for word in words)
    assert set(VALUES) == set(layout.VALUES)


def test_what_an_administrator_wrote_is_used_and_named() -> None:
    body = "titel: Van ons, {{ maand }}\nblokken:\n  - citaten\n  - tekst: '{{ lens }}'\n"
    piece = drafted(PieceKind.ITEM, template=Template(PieceKind.ITEM, 7, body, "u-beheer", NOON))
    assert (piece.title, piece.template_version) == ("Van ons, februari", 7)
    assert [block.kind for block in piece.blocks] == [BlockKind.QUOTE] * 3  # an empty text makes no block


def test_stories_keep_together_and_each_quote_knows_its_teller() -> None:
    evidence = the_evidence()
    body = "titel: A\nblokken:\n- per_verhaal:\n  - per_citaat:\n    - citaat\n    - in_beeld: '{{ verteller }}'"
    chosen = [
        Chosen(evidence.quotes[q], who) for q, who in (("q1", "een ouder"), ("q3", "een kind"), ("q2", "een ouder"))
    ]
    made = make_draft(layout.read(body), chosen, publish_on=PUBLISH_ON)
    assert [block.quote_id or block.text for block in made.blocks] == [
        "q1", "een ouder", "q2", "een ouder", "q3", "een kind",
    ]  # fmt: skip


def test_words_of_a_teller_are_never_read_as_a_template() -> None:
    evidence = the_evidence()
    quote = replace(evidence.quotes["q1"], text="Ik zei {{ opgaven }} en {% if %}.")
    made = make_draft(layout.read("titel: A\nblokken:\n  - citaten"), [Chosen(quote, "x")], publish_on=PUBLISH_ON)
    assert made.blocks[0].text == quote.text
