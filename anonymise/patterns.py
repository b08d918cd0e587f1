"""What has a fixed form: numbers with a check digit, addresses of all kinds, dates and ages, written and spoken.

All expressions run on the lower-case shadow of a text (`view.lower`), are anchored at a word's beginning and use
possessive quantifiers, so that no text makes them slow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from anonymise import cues, lists
from anonymise.hits import Hit
from anonymise.view import View

MONTH = (
    r"(?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
    r"|(?:jan|feb|mrt|apr|jun|jul|aug|sept|sep|okt|nov|dec)\b\.?)"
)
_NUMBER_WORD = "|".join(sorted((w for w in lists.numbers() if len(w) > 1), key=len, reverse=True))
_ORDINAL_WORD = "|".join(sorted(lists.ordinals(), key=len, reverse=True))
YEAR = (
    r"(?:(?:19|20)\d\d|'\d\d|(?:negentien|twintig|tweeduizend)(?:honderd)?"
    rf"(?:\s?(?:en\s?)?(?:{_NUMBER_WORD})(?: en (?:twintig|[a-z]{{3,5}}tig))?)?)"
)

EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}+(?<=\w)@[\w-]{1,63}+(?:\.[\w-]{1,63}+){1,6}")
SPOKEN_EMAIL = re.compile(
    r"(?<![\w-])[\w-]++(?: (?:punt|streepje|laag streepje|liggend streepje|underscore|min|min streepje) [\w-]++){0,6}"
    r" (?:apen?staartje|apen?staart|apekl\w+|at) [\w-]++(?: (?:punt|dot|streepje) [\w-]++){1,4}"
)
URL = re.compile(r"(?<!\w)(?:https?://|www\.)[^\s\"<>]{3,500}+")
HANDLE = re.compile(r"(?<![\w@.])@[a-z0-9_][\w.]{1,40}+|(?<![\w@])(?=[\w.]{0,39}[a-z])[a-z0-9.]{1,30}_[\w.]{1,30}+")
IBAN_NL = re.compile(r"(?<!\w)nl[\s.]?\d\d[\s.-]?[a-z]{4}(?:[\s.-]?\d){10}(?!\d)")
IBAN = re.compile(r"(?<!\w)[a-z]{2}\d\d(?:[ .-]?[a-z0-9]{4}){2,7}(?:[ .-]?[a-z0-9]{1,4})?(?!\w)")
PHONE = re.compile(
    r"(?<![\w+])(?:(?:\+|00)31[\s-]*(?:\(0\)[\s-]*)?|\(?0)[1-9](?:[\s)./-]{0,3}\d){8}(?!\d)"
    r"|(?<![\w+])(?:\+|00)\d{1,3}(?:[\s()./-]{0,2}\d){7,12}(?!\d)|(?<![\w+])06(?:[\s.-]{0,3}\d){8}(?!\d)"
)
NINE_DIGITS = re.compile(r"(?<![\d,.])\d(?:[ .]?\d){8}(?!\d|,\d)")
POSTCODE = re.compile(r"(?<![\w.,-])([1-9]\d{3}) ?([a-z]{2})(?!\w)")
_DIGIT_WORD = "(?:nul|een|één|twee|drie|vier|vijf|zes|zeven|acht|negen)"
SPOKEN_POSTCODE = re.compile(rf"(?<!\w)(?:{_DIGIT_WORD} ){{4}}[a-z] [a-z](?!\w)")
PLATE = re.compile(
    r"(?<![\w-])(?:[a-z]{2}-\d\d-[a-z]{2}|\d\d-[a-z]{2}-[a-z]{2}|[a-z]{2}-[a-z]{2}-\d\d|\d\d-\d\d-[a-z]{2}|[a-z]{2}-\d\d-\d\d"
    r"|\d\d-[a-z]{2}-\d\d|\d\d-[a-z]{3}-\d|\d-[a-z]{3}-\d\d|[a-z]-\d{3}-[a-z]{2}|[a-z]{2}-\d{3}-[a-z]|[a-z]{3}-\d\d-[a-z]"
    r"|[a-z]-\d\d-[a-z]{3}|\d-[a-z]{2}-\d{3}|\d{3}-[a-z]{2}-\d)(?![\w-])"
)
SAID_PLATE = re.compile(r"(?<!\w)kenteken(?: (?:is|was|van|heeft|met|:))?:? ((?:[a-z0-9]{1,3}[ -]?){2,6})(?!\w)")
DATE = re.compile(
    r"(?<![\d/.-])(?:\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d\d)|(?:19|20)\d\d-\d\d-\d\d)(?![\d-])"
    rf"|(?<!\w)(?:\d{{1,2}}(?:e|ste|de)?|{_ORDINAL_WORD}|{_NUMBER_WORD}) (?:van )?{MONTH}(?!\w)(?: {YEAR}(?!\w))?"
)
HOLIDAY = re.compile(
    r"(?:5|vijf|vijfde) (?:mei|december)|(?:4|vier) mei|(?:24|25|26|31) december|1 januari|27 april|11 november"
)
_AGE = rf"(?:\d{{1,2}}|{_NUMBER_WORD}|anderhalf)"
SOFT = (
    r"(?:(?:nu|toen|net|pas|al|bijna|nog|maar|inmiddels|ongeveer|ook|intussen|trouwens|ondertussen|eigenlijk"
    r"|zelf) ){0,3}"
)
_AGE_ENDS = (
    r"(?= jaar(?: oud)?(?! (?:in|bij|lang|geleden|later|getrouwd|samen|ervaring|werk|schuld))"
    r"|(?: oud)?\s*(?:[.,;:!?)]|$)"
    r"| (?:en|dus|maar|toen|hoor|geworden|want|nu|als|die|jarig|of zo|ofzo)\b)"
)
_WHOSE = r"(?:mijn|m'n|haar|zijn|z'n|d'r|hun|mien)"
_NO_BIRTHDAY = (
    r"(?! (?:dag|week|maand|jaar|keer|kind|klas|les|school|verdieping|baan|poging|huis|man|vrouw|stage|opdracht"
    r"|rij|verjaardag)\w*)(?!\w)"
)
_CHILD = r"(?:kind|jongen|meisje|zoon|zoontje|dochter|dochtertje|broertje|zusje|baby|iemand|dreumes)"
_SINCE = r"(?:gekomen|ben ik|kwam ik|ging ik|stond ik|werd ik|moest ik|was ik|had ik)"
AGES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<!\w)(?:ben|bent|is|was|waren|werd|wordt|word|worden|zijn|bin) {SOFT}({_AGE}){_AGE_ENDS}"
        r"((?: jaar)?(?: oud)?)",
        rf"(?<!\w)(?:toen|als|terwijl) (?:ik|hij|zij|ze|[\w'-]{{2,20}}+) ({_AGE})((?: jaar)?)"
        r" (?:was|werd|ben|is|wordt|word)\b",
        rf"(?<!\w)(?:ben|was|werd) (?:ik|hij|zij|ze) {SOFT}({_AGE}){_AGE_ENDS}((?: jaar)?(?: oud)?)",
        rf"(?<!\w)({_AGE})( jaar oud| jaar jong|-jarige?|jarige?)(?!\w)",
        rf"(?<!\w){_CHILD} van ({_AGE})((?: jaar| maanden)?)(?!\w)",
        rf"(?<!\w)(?:op|vanaf|sinds|tot|rond|voor|na) {_WHOSE} ({_ORDINAL_WORD}|\d{{1,2}}e)(){_NO_BIRTHDAY}",
        rf"(?<!\w)(?:met|sinds|vanaf) ({_AGE})( jaar)?(?= {_SINCE})",
    )
)
"""How ages are said; group 1 is the number, group 2 what belongs to it."""
QUASI = re.compile(
    r"(?<!\w)((?:de )?(?:ziekte|syndroom|aandoening) van [\w-]{3,30}+"
    r"|(?:de|het) (?:laatste|enige) [a-z-]{5,30}+)(?= (?:van|in|uit) )"
    r"|(?<!\w)((?:de )?(?:ziekte|syndroom) van [\w-]{3,30}+)"
)
_DIGIT_RUN = re.compile(
    rf"(?<!\w)(?:(?:\d{{1,4}}|nul|dubbel|{_NUMBER_WORD})[ ,.-]{{1,3}}){{3,}}(?:\d{{1,4}}|nul|{_NUMBER_WORD})(?!\w)"
)


def hits(view: View) -> Iterator[Hit]:
    """Everything in the text that has a fixed form."""
    lower = view.lower
    for pattern, kind, rule in (
        (EMAIL, "email", "email"),
        (SPOKEN_EMAIL, "email", "email"),
        (URL, "overig_naam", "url"),
        (HANDLE, "handle", "handle"),
        (IBAN_NL, "iban", "iban"),
        (PHONE, "telefoon", "phone"),
        (PLATE, "kenteken", "plate"),
        (SPOKEN_POSTCODE, "postcode", "postcode"),
    ):
        for match in pattern.finditer(lower):
            yield Hit(match.start(), match.end(), kind, rule)
    for match in SAID_PLATE.finditer(lower):
        if any(c.isdigit() for c in match[1]):
            yield Hit(match.start(1), match.start(1) + len(match[1].rstrip(" -")), "kenteken", "plate")
    for match in IBAN.finditer(lower):
        if iban_is_valid(match[0]):
            yield Hit(match.start(), match.end(), "iban", "iban")
    yield from _nine_digits(lower)
    yield from _postcodes(view)
    for match in DATE.finditer(lower):
        rule = "holiday" if HOLIDAY.fullmatch(match[0]) else "date"
        yield Hit(match.start(), match.end(), "datum", rule)
    for pattern in AGES:
        for match in pattern.finditer(lower):
            yield Hit(match.start(1), match.end(2) if match[2] else match.end(1), "leeftijd", "age")
    for match in QUASI.finditer(lower):
        yield Hit(match.start(), match.end(), "quasi", "quasi")
    yield from _spoken_numbers(lower)


def iban_is_valid(text: str) -> bool:
    """ISO 13616: moved four to the back, letters as numbers, the whole modulo 97 is 1."""
    code = "".join(c for c in text if c.isalnum())
    if not 15 <= len(code) <= 34:
        return False
    digits = "".join(str(int(c, 36)) for c in code[4:] + code[:4] if c.isascii())
    return int(digits) % 97 == 1


def bsn_is_valid(digits: str) -> bool:
    """The eleven test of a burgerservicenummer: 9a+8b+...+2h-i is a multiple of 11, and not all zeros."""
    values = [int(d) for d in digits]
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return any(values) and sum(v * w for v, w in zip(values, weights, strict=True)) % 11 == 0


def _nine_digits(lower: str) -> Iterator[Hit]:
    for match in NINE_DIGITS.finditer(lower):
        digits = "".join(c for c in match[0] if c.isdecimal())
        before = lower[max(0, match.start() - 40) : match.start()]
        if bsn_is_valid(digits) or "bsn" in before or "burgerservice" in before or "sofi" in before:
            yield Hit(match.start(), match.end(), "bsn", "bsn")
        else:
            yield Hit(match.start(), match.end(), "bsn", "number")


def _postcodes(view: View) -> Iterator[Hit]:
    for match in POSTCODE.finditer(view.lower):
        letters = view.shadow[match.start(2) : match.end(2)]
        told = "postcode" in view.lower[max(0, match.start() - 30) : match.start()]
        if told or letters.isupper() or (not view.cased and match[2] not in cues.SHORT_WORDS):
            yield Hit(match.start(), match.end(), "postcode", "postcode")


def _spoken_numbers(lower: str) -> Iterator[Hit]:
    """Runs of number words and digits that together are as long as a telephone number or a BSN."""
    for match in _DIGIT_RUN.finditer(lower):
        start, written = match.start(), ""
        doubled = False
        for word in re.finditer(r"[^\W_]+", match[0]):
            value = lists.numbers().get(word[0])
            part = word[0] if word[0].isdecimal() else "" if value is None else str(value)
            doubled, written = word[0] == "dubbel", written + part * (2 if doubled else 1)
        before = lower[max(0, start - 60) : start]
        if "bsn" in before or "burgerservice" in before:
            yield Hit(start, match.end(), "bsn", "bsn")
        elif len(written) >= 8 and (written.startswith("0") or len(written) in (9, 10, 11)):
            at = _from_zero(match[0]) if not written.startswith("0") else 0
            yield Hit(start + at, match.end(), "telefoon", "phone")


def _from_zero(run: str) -> int:
    """Where the number itself begins when other numbers were said just before it: at its first nul."""
    found = re.search(r"(?<!\w)(?:nul|0\d?)(?!\w)", run)
    return found.start() if found else 0
