"""May this version be used for this purpose, in this form, on this date? One pure function, and a no in one sentence.

Every screen, job, export and download asks it at the moment of use, with what is known at that moment: a `Standing`,
and the `Product` once there is one. Consent by itself is `stories.consent.may_use`; here come the four eyes on exactly
this text, the state of the story, the child's own ceiling and the teller's last word on the product.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from stories.consent import WITHOUT_FORM, YES, Consent, Form, Purpose, Recognisability, Verdict, may_use
from stories.errors import ConsentRefused, Refused
from stories.lastword import AGREED_FOR, LastWord, last_said
from stories.model import Approval, Story, StoryVersion, require
from stories.stages import State
from stories.told import Audience
from stories.words import say

OFFERED, RELEASED, READ_THROUGH = "redacteur", "vrijgever", "nagelezen"
"""Roles of approvals: who says that a version is ready, the second person who says that it may be used, and, of a
child's story, whoever read it through to see whether anybody can be recognised."""

RELEASED_ALONE = "vrijgever_alleen"
"""In one-person mode: whoever made or offered it released it themselves. Counts as `released_alone` says."""

ALONE_WAIT = timedelta(hours=24)
"""So long after offering it a maker may release it alone, where the house chose that (`desk.oneperson`)."""


@dataclass(frozen=True, slots=True)
class Product:
    """A finished piece, as far as the teller's last word goes: its digest and its approvals, oldest first."""

    digest: str
    approvals: tuple[Approval, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """How one story stands at one moment: its row, its newest anonymised version, what was said and who approved.

    `special`: the version holds words about health, origin, belief or sexuality. `preview`: the teller wants to see a
    product first. `audience`: who may hear or read it, says the teller. `one_person_since`: since when the house is in
    one-person mode; None while it is not.
    """

    story: Story
    consent: Consent
    version: StoryVersion
    approvals: tuple[Approval, ...] = ()
    special: bool = False
    preview: bool = False
    audience: Audience | None = None
    one_person_since: datetime | None = None

    def __post_init__(self) -> None:
        require(self.version.story_id == self.story.id, "the version is of this story")
        require(self.consent.teller == self.story.teller, "the consent is of this story's teller")
        require(all(e.story_id == self.story.id for e in self.consent.events), "the consent is about this story")


def may_use_version(
    standing: Standing,
    purpose: Purpose,
    form: Form | None = None,
    *,
    on: date,
    recognisability: Recognisability = Recognisability.ONHERKENBAAR,
    product: Product | None = None,
) -> Verdict:
    """May this version be used for `purpose`, in `form`, on the date `on`? Default is no (R2).

    `recognisability` is how recognisable the use makes the teller. Without a `product` there is nothing yet to have a
    last word on, so it is not asked.
    """
    noes = every_no(standing, purpose, form, on=on, recognisability=recognisability, product=product)
    return next(noes, YES)


def uses(
    standing: Standing,
    asked: Iterable[tuple[Purpose, Form | None]],
    *,
    on: date,
) -> tuple[tuple[Purpose, Form | None], ...]:
    """Those of `asked` to which `may_use_version` says yes: what is the same for all of them is looked at once."""
    if not _released(standing):
        return ()
    return tuple(one for one in asked if _consent(standing, *one, on, Recognisability.ONHERKENBAAR))


def require_use(standing: Standing, purpose: Purpose, form: Form | None = None, *, on: date) -> None:
    """Raise ConsentRefused or Refused, with the reason in Dutch, unless `may_use_version` says yes."""
    code = may_use_version(standing, purpose, form, on=on).code
    if code is not None:
        raise (ConsentRefused if code.startswith("consent.") else Refused)(code)


def every_no(
    standing: Standing,
    purpose: Purpose,
    form: Form | None = None,
    *,
    on: date,
    recognisability: Recognisability = Recognisability.ONHERKENBAAR,
    product: Product | None = None,
) -> Iterator[Verdict]:
    """Whatever stands in the way: at most one no of consent, one of the story itself and one about the product."""
    answers = (
        _consent(standing, purpose, form, on, recognisability),
        _released(standing),
        YES if product is None else _last_word(standing, purpose, form, on, product),
    )
    return (answer for answer in answers if not answer)


def second_person_said_yes(
    approvals: Iterable[Approval],
    subject: str,
    digest: str,
    *,
    makers: Iterable[str],
    role: str = RELEASED,
) -> bool:
    """Four eyes: did somebody who did not make or offer it release (or, in another `role`, say that of) exactly this
    digest?"""
    apart = tuple(makers)
    return any(a.subject == subject and a.digest == digest and a.role == role and a.by not in apart for a in approvals)


def alone_from(
    approvals: Iterable[Approval], subject: str, digest: str, *, since: datetime | None, at: datetime
) -> datetime | None:
    """From when on one person may release exactly this digest; None without one-person mode or before it was offered.

    The wait begins with the newest offer before the moment `at`, and never before the mode itself (`since`).
    """
    offers = [a.at for a in approvals if (a.subject, a.digest, a.role) == (subject, digest, OFFERED) and a.at <= at]
    return max(*offers, since) + ALONE_WAIT if offers and since is not None else None


def released_alone(approvals: Sequence[Approval], subject: str, digest: str, *, since: datetime | None) -> bool:
    """Did one person release exactly this digest after the wait? Only while the house is in the one-person mode in
    which it was done."""
    own = [a for a in approvals if (a.subject, a.digest, a.role) == (subject, digest, RELEASED_ALONE)]
    begin = [(a.at, alone_from(approvals, subject, digest, since=since, at=a.at)) for a in own]
    return any(start is not None and start <= at for at, start in begin)


def needs_second_reader(story: Story) -> bool:
    """A child cannot oversee who may recognise them: somebody else reads the anonymised text through before release."""
    return story.teller.age_band.needs_representative


def offered_by(approvals: Sequence[Approval], digest: str) -> frozenset[str]:
    """Who said that exactly this version is ready: they do not release it."""
    return frozenset(a.by for a in approvals if a.role == OFFERED and a.digest == digest)


def _consent(
    standing: Standing, purpose: Purpose, form: Form | None, on: date, recognisability: Recognisability
) -> Verdict:
    verdict = may_use(standing.consent, purpose, form, on=on, recognisability=recognisability, special=standing.special)
    if not verdict:
        return verdict
    young = standing.story.teller.age_band.needs_representative
    if young and standing.audience is not None and purpose not in standing.audience.reaches:
        return Verdict("consent.audience", say("consent.audience"))  # a parent's yes does not go past the child's
    return YES


def _released(standing: Standing) -> Verdict:
    story, version = standing.story, standing.version
    match story.state:
        case State.INGETROKKEN | State.GEWIST:
            return _no("story_withdrawn")
        case State.GEPAUZEERD | State.QUARANTAINE:
            return _no("story_paused")
        case State.VRIJGEGEVEN:
            pass
        case _:
            return _no("story_not_released")
    if version.number < story.version:
        return _no("story_outdated")
    approvals, digest = standing.approvals, version.digest
    about, makers = (story.id, digest), {version.made_by} | offered_by(approvals, digest)
    alone = released_alone(approvals, *about, since=standing.one_person_since)
    if not alone and not second_person_said_yes(approvals, *about, makers=makers):
        return _no("story_not_approved")
    if needs_second_reader(story) and not second_person_said_yes(approvals, *about, makers=makers, role=READ_THROUGH):
        return _no("story_not_read")  # also where one person releases
    return YES


def _last_word(standing: Standing, purpose: Purpose, form: Form | None, on: date, product: Product) -> Verdict:
    """Anders and stop count for every teller, and are not edited away: a product that was changed after them is shown
    again. Without them an akkoord is needed where something is heard or seen, and for whoever asked to see it first."""
    story_id = standing.story.id
    about_this = last_said([a for a in product.approvals if a.digest == product.digest], story_id)
    if about_this is not None and about_this.role != LastWord.AKKOORD:
        return _no("last_word_stop" if about_this.role == LastWord.STOP else "last_word_changes")
    newest = last_said(product.approvals, story_id)
    objected = newest is not None and newest.role != LastWord.AKKOORD
    shown = purpose not in WITHOUT_FORM and form not in (None, Form.TEKST)
    if objected or (about_this is None and (shown or standing.preview)):
        return _no("last_word_missing")
    if about_this is not None and on > about_this.at.date() + AGREED_FOR and (shown or standing.preview):
        return _no("last_word_old")
    return YES


def _no(name: str) -> Verdict:
    return Verdict(f"use.{name}", say(f"use.{name}"))
