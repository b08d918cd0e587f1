"""The last check sees through disguises, names nobody, and does not block everyday words."""

from __future__ import annotations

import pytest

from anonymise import residual


@pytest.mark.parametrize(
    "text",
    [
        "Dit is Samira.",
        "SAMIRA",
        "samira's jas",
        "Samiraatje",
        "Sàmïra",
        "Sаmirа",  # Cyrillic a
        "S\u200ba\u200bm\u200bi\u200br\u200ba",
        "Sa-mira",
        "s a m i r a",
        "foto_samira_2024.jpg",
        "samira2.png",
        "fotosamiraklein.jpg",
        "<img alt='Samira op de fiets'>",
        "Samirra liep",
        "Zamira liep",
    ],
)
def test_a_name_is_seen_in_every_disguise(text: str) -> None:
    leaks = residual({"tekst": text}, ["Samira"])
    assert leaks
    assert all(leak.where == "tekst" and "amir" not in leak.message.lower() for leak in leaks)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Het was een mooie roos.", "Roos"),
        ("Dat is best leuk om te doen.", "Best"),
        ("In de maart van de jaren.", "Mart"),
        ("Hij gooide de bal in de tuin.", "Balin"),
        ("We kochten brood en melk.", "Melkert"),
        ("Het regende en de boom viel om.", "Jolanda Boom"),
        ("Op 12 juni was er feest in mei.", "12 mei"),
        ("Onder de regenboog is het mooi.", "De Regenboog"),
    ],
)
def test_everyday_words_do_not_block(text: str, name: str) -> None:
    assert residual({"tekst": text}, [name]) == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Toen kwam Roos binnen.", "Roos"),
        ("Wij wonen in Best.", "Best"),
        ("op de regenboog", "De Regenboog"),
        ("Bel 0612345678.", "06-12 34 56 78"),
        ("Bel +31 612345678.", "06-12345678"),
        ("Feest op 12 mei.", "12 mei"),
        ("Mail JDEBOER@voorbeeld.nl", "jdeboer@voorbeeld.nl"),
        ("Mevrouw Azzaoui belde.", "Mohammed Azzaoui"),
    ],
)
def test_names_of_everyday_words_and_numbers_are_seen_where_they_are_names(text: str, name: str) -> None:
    assert residual({"tekst": text}, [name])


def test_every_text_is_looked_at_and_places_are_told() -> None:
    leaks = residual({"titel": "Het verhaal van Tirza", "alt": "een fiets", "bestand": "tirza.zip"}, ["Tirza"])
    assert [(leak.where, leak.code, leak.position) for leak in leaks] == [
        ("bestand", "leak_name", 0),
        ("titel", "leak_name", 16),
    ]


def test_nothing_to_look_for_finds_nothing() -> None:
    assert residual({"tekst": "Alles mag."}, []) == ()
    assert residual({"tekst": ""}, ["Samira", " ", "?!"]) == ()
