"""Rare things on the card of a text that no list foresees: trades by how seldom they are said, illnesses by their
ending, large families. What is rare by its phrase ("de enige van het dorp") stands in `data/quasi_rare.yaml`."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Final

from anonymise import lexicon, lists
from anonymise.quasi_signs import NUMBER, Entry, Rarity, Sign, value_of

_RARE, _LESS = Rarity.ZELDZAAM, Rarity.MINDER_GEWOON
_TRADE: Final = Entry("werk", "zeldzaam", _RARE, "een bijzonder beroep")
_SELDOM_TRADE: Final = Entry("werk", "minder_gewoon", _LESS, "een beroep")
_ILLNESS: Final = Entry("ziekte", "zeldzaam", _RARE, "een zeldzame ziekte")

_ENDINGS = (  # of trades
    "maker", "bouwer", "slager", "visser", "vanger", "temmer", "fokker", "binder", "vlechter", "smid", "blazer",
    "snijder", "slijper", "kweker", "houder", "stoker", "steker", "rooier", "duiker", "danser", "danseres", "zanger",
    "zangeres", "spreker", "meester", "wachter", "jager", "vlieger", "schaatser", "klimmer", "renner", "speelster",
    "loog", "naut", "ist", "iste", "turg", "graaf", "tor", "teur", "trice", "eur", "euse", "aar", "ster", "ier", "man",
    "vrouw", "boer", "boerin", "drijver", "voerder", "brander", "brouwer", "zetter", "drager", "werper", "ruiter",
)  # fmt: skip
_NOBODYS_TRADE = re.compile(
    r"(?:ruzie|herrie|lawaai|grappen|plannen|regen|klassen|leer|school|schoon|buur|huis|gym|kamp|vak|burge|mini|cluster"
    r"|web|speel)\w*(?:maker|meester|vrouw|man|ster)|.*(?:partner|klant|buurman|buurvrouw|ouder|moeder|vader|man|vrouw)$"
)
_NO_NOUN = re.compile(r"(?:ig|lijk|loos|baar|isch|zaam|achtig|end|ende|weg|heen|mee|op|uit|aan|dicht|kapot|thuis|moe"
                      r"|ziek|arm|schuld|school|dag|en)$|^(?:ge|be|ver|ont|aan|uit|op|af|in)\w+[dt]$")  # fmt: skip
_AT_WORK = re.compile(
    r"(?<!\w)(?:(?:werkt?|werkte|werken|gewerkt|begon|begonnen|baan|kost|brood|bijverdient?|geld) als (?:een )?"
    r"|(?:ik|hij|zij|ze|opa|oma|papa|mama|pa|ma|baba|vader|moeder|man|vrouw|oom|tante|broer|zus|zoon|dochter|buurman"
    r"|buurvrouw|stiefvader|schoonvader|ouders) (?:is|was|ben|waren|wordt|werd) (?:(?:vroeger|altijd|ooit|nog|echt"
    r"|eigenlijk|van beroep|dus|een|jarenlang|al jaren|zelf|ook) ){0,3})([a-z-]{4,30})(?!\w)"
)
_NOT_TRADES = frozenset(("altijd", "daar", "klaar", "hier", "maar", "raar", "waar", "zwaar", "getrouwd", "alleen"))
_SICK = re.compile(
    r"(?<!\w)[a-z-]{3,30}(?:dystrofie|atrofie|sarcoom|carcinoom|lymfoom|matose|plegie|sclerose|fibrose|syndroom|blastoom"
    r"|porfyrie|myopathie|neuropathie|cardiopathie)(?!\w)"
)
_BIG_HOME = re.compile(
    rf"(?<!\w)(?:met )?(?:z'n|ons|hun|zijn) ({NUMBER}|\w+en)(?= (?:thuis|in een|in huis|kinderen|op))"
)
_RANK = re.compile(
    r"(?<!\w)(?:oudste|jongste|middelste|\w{2,9}de) van (?:de |een gezin (?:van|met) )?"
    rf"({NUMBER})(?! jaar)(?!\w)"
)
_GRAND = re.compile(rf"(?<!\w)({NUMBER}) (?:achter)?kleinkinderen(?!\w)")
_TOGETHER = {"zessen": 6, "zevenen": 7, "achten": 8, "negenen": 9, "tienen": 10, "elven": 11, "twaalven": 12,
             "dertienen": 13, "veertienen": 14}  # fmt: skip
_MANY_ANIMALS = re.compile(
    rf"(?<!\w)({NUMBER}) (?:katten|honden|poezen|kippen|papegaaien|konijnen|vogels|cavia's|slangen)(?!\w)"
)
_ABOUT = re.compile(
    r"(?<!\w)(?:ik|wij|we|hij|zij|ze|vader|moeder|mama|papa|opa|oma|oom|tante|broers?|zus|zussen|man|vrouw|zoon|dochter"
    r"|familie|gezin|ouders) (?:heb|heeft|had|hebben|hadden|kreeg|krijgt|is|was|ben|waren|zijn|werd|repareert|verzamelt"
    r"|speelt?|traint?|maakt?|verkoopt?|woont?|wonen|woonden?|deed|doet|doen|werkt?|werkte|rijdt|rijd|slaapt?|sliepen"
    r"|houdt|bouwt|danst?|kan|hing|hangt|staat)(?= )"
)
_DAILY = re.compile(
    r"geld|school|huur|schuld|brief|kaart|kle(?:d|er)|werk|kamer|tas|winkel|bon|huis|uur|week|dag|wijk|jeugd|kraam|bijstand"
    r"|pan$|kast|bank|jas|broek|trui|schoen|soep|brood|eten|fiets|moeder|vader|loket|vergadering|plank|mand|toeslag|tafel|stoel"
    r"|telefoon|rekening|nacht|avond|middag|ochtend|gemeente|lijst|formulier|mail|app$|gymles|zorg|keuken|deken|tand|boodschap"
)
"""Parts of words that belong to everybody's telling of having little."""
_NO_ODD = re.compile(r"(?:tje|je|jes|pje|eerd|aald|elijk|steld)$")
_ODD: Final = Entry("bezit", "bijzonder_woord", _LESS, "iets bijzonders")


def _odd_words(lower: str) -> Iterator[Sign]:
    """Words that hardly anybody says, soon after `mijn vader heeft` or `wij wonen`: what they are or own or do."""
    for match in _ABOUT.finditer(lower):
        for word in itertools.islice(
            re.finditer(r" ([a-z]+(?:-[a-z]+)*)(?=[ .,;!?]|$)", lower[match.end() : match.end() + 60]), 6
        ):
            if _is_odd(word[1]):
                yield _ODD.at(match.end() + word.start(1), match.end() + word.end(1))


def _is_odd(word: str) -> bool:
    if (
        len(word) < 6
        or lexicon.commonness(word)
        or _NO_NOUN.search(word)
        or _NO_ODD.search(word)
        or _DAILY.search(word)
    ):
        return False
    named = word in lists.given() or word in lists.family() or word in lists.places() or word in lists.keep()
    return not named and word not in lists.spoken() and lexicon.lemma(word) == word


def rare(lower: str) -> Iterator[Sign]:
    """What is rare by the way it is said, in a folded lower-case text."""
    for match in _AT_WORK.finditer(lower):
        entry = _trade(match[1])
        if entry:
            yield entry.at(match.start(1), match.end(1))
    yield from _odd_words(lower)
    for match in _SICK.finditer(lower):
        yield _ILLNESS.at(match.start(), match.end())
    for match in _BIG_HOME.finditer(lower):
        yield from _many(match, _TOGETHER.get(match[1], 0), 7)
    for match in _RANK.finditer(lower):
        yield from _many(match, value_of(match[1]) or 0, 5)
    for match in _GRAND.finditer(lower):
        yield from _many(match, value_of(match[1]) or 0, 8)
    for match in _MANY_ANIMALS.finditer(lower):
        if (value_of(match[1]) or 0) >= 5:
            yield Entry("bezit", "veel_dieren", _LESS, "dieren").at(match.start(), match.end())


def _many(match: re.Match[str], count: int, least: int) -> Iterator[Sign]:
    if count >= least:
        rarity = _RARE if count >= least + 3 else _LESS
        code = "heel_groot" if rarity is _RARE else "groot"
        yield Sign(match.start(), match.end(), "gezin", f"gezin:{code}", str(count), rarity, "een groot gezin")


def _trade(word: str) -> Entry | None:
    """Somebody's work, by how seldom it is said; None where it is no trade or a usual one."""
    if len(word) < 6 or word in _NOT_TRADES or _NOBODYS_TRADE.match(word) or _NO_NOUN.search(word):
        return None
    if word in lists.given() or word in lists.family() or word in lists.places() or lexicon.lemma(word) != word:
        return None
    common = lexicon.commonness(word)
    if word.endswith(_ENDINGS):
        return _TRADE if common == 0 else _SELDOM_TRADE if common < 4 else None
    return _SELDOM_TRADE if common == 0 else None
