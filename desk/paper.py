"""The one table behind the paper form and the ervaringswerker's screen: every question, its code and its answers.

Both are drawn from `sections`, so they cannot drift apart. A code never changes its meaning: what is printed today is
typed in months later, when other purposes may be offered. So channels have the number of their purpose and the letter
of their form, and not the place where they happen to stand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from desk import rules
from desk.rules import Channel
from stories.consent import Form, Notice, Outcome, Purpose, Recognisability
from stories.model import AgeBand, TellerRole
from stories.sitting import Asked, Authority, Compensation, Explained, Helper, Interpreter, OtherParent, Place, Relation
from stories.store import Store
from stories.told import Agreed
from stories.words import DEFAULT_LANGUAGE, say


class Answer(StrEnum):
    """What kind of answer a question has."""

    ONE = "one"  # one of the options, or none
    YES = "yes"  # yes or no; no answer is a no
    TEXT = "text"
    MONTH = "month"
    DAY = "day"
    EURO = "euro"


class Who(StrEnum):
    """Of which tellers it is asked."""

    EVERYBODY = "everybody"
    UNDER_16 = "under_16"
    FROM_16 = "from_16"


class Spoken(StrEnum):
    """Languages in which a conversation is often held (ISO 639); ANDERS is "undetermined"."""

    NL = "nl"
    NGT = "dse"
    AR = "ar"
    BER = "ber"
    DE = "de"
    EN = "en"
    ES = "es"
    FA = "fa"
    FR = "fr"
    PAP = "pap"
    PL = "pl"
    RU = "ru"
    SO = "so"
    TI = "ti"
    TR = "tr"
    UK = "uk"
    ANDERS = "und"


class AskedBy(StrEnum):
    """Who asked the child."""

    IK = "ik"
    ANDER = "ander"


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `name` is its key in the catalogue (`helper.field_<name>`) and, in sections D and E, the name of
    the field that is stored; `channel` is set for the purposes only."""

    code: str
    name: str
    answer: Answer
    options: tuple[StrEnum, ...] = ()
    who: Who = Who.EVERYBODY
    channel: Channel | None = None

    @property
    def label(self) -> str:
        """The question in words."""
        if self.channel is None:
            return say(f"helper.field_{self.name}")
        purpose, form = self.channel
        shape = f" {say(f'terms.form_{form}')}" if form is not None else ""
        return say(f"terms.purpose_{purpose}") + shape

    def option(self, value: StrEnum) -> str:
        """An answer in words."""
        key = value.name.lower() if isinstance(value, AgeBand) else str(value)
        return say(f"helper.{self.name}_{key}")


@dataclass(frozen=True, slots=True)
class Section:
    letter: str
    fields: tuple[Field, ...]

    @property
    def title(self) -> str:
        return say(f"helper.section_{self.letter.lower()}")

    def asked_of(self, age_band: AgeBand) -> tuple[Field, ...]:
        """The questions that are for a teller of this age."""
        left_out = Who.FROM_16 if age_band.needs_representative else Who.UNDER_16
        return tuple(field for field in self.fields if field.who is not left_out)


ANSWERS = (Outcome.JA, Outcome.NEE, Outcome.TWIJFEL)
_CHILD = Who.UNDER_16

TELLER = Section(
    "A",
    (
        Field("A1", "role", Answer.ONE, tuple(TellerRole)),
        Field("A2", "age_band", Answer.ONE, tuple(AgeBand)),
        Field("A3", "turns_16_on", Answer.MONTH, who=_CHILD),
        Field("A4", "region", Answer.TEXT),
    ),
)

SAID = Section(
    "B",
    (
        Field("B1", "own", Answer.ONE, ANSWERS, Who.FROM_16),
        Field("B2", "assent", Answer.ONE, ANSWERS, _CHILD),
        Field("B3", "representative", Answer.ONE, ANSWERS, _CHILD),
        Field("B4", "other_parent", Answer.ONE, tuple(OtherParent), _CHILD),
    ),
)

LIMITS = Section(
    "D",
    (
        Field("D1", "recognisability", Answer.ONE, tuple(Recognisability)),
        Field("D2", "embargo_until", Answer.DAY),
        Field("D3", "valid_until", Answer.DAY),
        Field("D4", "preview", Answer.YES),
    ),
)

MEETING = Section(
    "E",
    (
        Field("E1", "helper", Answer.ONE, tuple(Helper)),
        Field("E2", "language", Answer.ONE, tuple(Spoken)),
        Field("E3", "interpreter", Answer.ONE, tuple(Interpreter)),
        Field("E4", "place", Answer.ONE, tuple(Place)),
        Field("E5", "explained", Answer.ONE, tuple(Explained)),
        Field("E6", "copy_given", Answer.YES),
        Field("E7", "relation", Answer.ONE, tuple(Relation), _CHILD),
        Field("E8", "authority", Answer.ONE, tuple(Authority), _CHILD),
        Field("E9", "assent_asked", Answer.ONE, tuple(Asked), _CHILD),
        Field("E10", "assent_asked_by", Answer.ONE, tuple(AskedBy), _CHILD),
        Field("E11", "compensation", Answer.ONE, tuple(Compensation)),
        Field("E12", "compensation_euro", Answer.EURO),
    ),
)

OTHERS = Section("F", (Field("F1", "others", Answer.TEXT, tuple(Agreed)),))


def code_of(channel: Channel) -> str:
    """C, the number of the purpose, and the letter of the form: `C2a` is always the newsletter as text."""
    purpose, form = channel
    number = list(Purpose).index(purpose)
    return f"C{number}" + ("" if form is None else "abcde"[list(Form).index(form)])


def channels(offered: tuple[Channel, ...]) -> Section:
    """Section C: what the story may be used for, and whether words about health, origin or belief may stay in it."""
    asked = sorted({*offered, (Purpose.BIJZONDER, None)}, key=_place)
    return Section(
        "C",
        tuple(
            Field(code_of(channel), f"may_{channel[0]}_{channel[1]}", Answer.YES, channel=channel) for channel in asked
        ),
    )


def _place(channel: Channel) -> tuple[int, str]:
    return list(Purpose).index(channel[0]), code_of(channel)


def sections(offered: tuple[Channel, ...]) -> tuple[Section, ...]:
    """Everything that is asked, in the order of the form."""
    return (TELLER, SAID, channels(offered), LIMITS, MEETING, OTHERS)


@dataclass(frozen=True, slots=True)
class BlankForm:
    """What is printed: the questions that count now, and the notice they belong to."""

    sections: tuple[Section, ...]
    notice: Notice

    @property
    def edition(self) -> str:
        """Which notice this form belongs to, as printed at its foot: `deelname nl-1 · 3fa9c2d1`."""
        notice = self.notice
        return f"{notice.id} {notice.language}-{notice.version} · {notice.sha256[:8]}"


def blank_form(store: Store) -> BlankForm:
    """The form as it is to be printed now."""
    with store.read() as books:
        return BlankForm(sections(rules.offered(books)), rules.notice(books, DEFAULT_LANGUAGE)[0])


_EMPHASIS = re.compile(r"\*\*|__|`")


def lines_of(markdown: str) -> tuple[tuple[str, str], ...]:
    """A notice as (`h1` | `h2` | `li` | `p`, plain text): headings, lists and paragraphs are all that a notice has."""
    found = []
    for line in markdown.splitlines():
        text = _EMPHASIS.sub("", line.strip())
        kind = next((k for mark, k in (("## ", "h2"), ("# ", "h1"), ("- ", "li")) if text.startswith(mark)), "p")
        if text:
            found.append((kind, text if kind == "p" else text.partition(" ")[2].strip()))
    return tuple(found)
