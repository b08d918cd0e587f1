"""Who may make something of a story, let it go, take it along, and look back on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

from cleared_sound import SOUND, quote, released, spoken_again
from mailed import mailed
from PIL import Image
from rights import Doing, Right, of_house, of_piece, of_settings, of_story
from role_place import COMPOSERS, NEXT_WEEK, PASSWORD, Place

from desk import (
    basket,
    bigexport,
    calendar,
    clips,
    exporting,
    house_files,
    insight_files,
    insights,
    jingles,
    lastwords,
    literal,
    piecelist,
    publishing,
    quoting,
    register,
)
from desk.insights import Selection
from stories.consent import Purpose
from stories.model import PieceKind, Voice, new_id
from stories.people import Act, Role, User
from stories.planned import PlannedState, Slot
from stories.products import FileKind


def _compose(place: Place) -> Doing:
    quote = place.quote()
    return lambda user: publishing.compose(place.store, user, [quote], title="Titel", publish_on=NEXT_WEEK)


def _forms_allowed(place: Place) -> Doing:
    quote = place.quote()
    return lambda user: publishing.forms_allowed(place.store, user, [quote], PieceKind.PODCAST, on=NEXT_WEEK)


def of_basket(function: Callable[..., object], *given: object) -> Callable[[Place], Doing]:
    """About a quote that may be read in a newsletter."""

    def prepare(place: Place) -> Doing:
        quote = place.quote()
        return lambda user: function(place.store, user, quote, *given)

    return prepare


def _make(place: Place) -> Doing:
    """Whoever may compose has a quote in their basket."""
    quote = place.quote()
    for user in place.staff.values():
        if user.may(Act.COMPOSE):
            basket.put(place.store, user, quote)
    return lambda user: basket.make(place.store, user, PieceKind.NIEUWSBRIEF, title="T", publish_on=NEXT_WEEK)


def _edit(place: Place) -> Doing:
    piece = place.piece()
    return lambda user: publishing.edit(
        place.store, user, piece.id, title="Anders", preheader="", publish_on=NEXT_WEEK, blocks=piece.blocks,
        expected=piece.row_version,
    )  # fmt: skip


MAILED: dict[str, Any] = {"channel": "mail", "on": date(2020, 1, 2)}


def _of_bundle(function: Callable[..., object]) -> Callable[[Place], Doing]:
    def prepare(place: Place) -> Doing:
        export = place.bundle()
        return lambda user: function(place.store, user, export)

    return prepare


def _publish(place: Place) -> Doing:
    """By everybody who tries, each of the piece as it is by then."""
    piece = place.released_piece()

    def publish(user: User) -> object:
        with place.store.read() as books:
            now = books.piece(piece.id)
        return mailed(place.store, user, now)

    return publish


def _take_down(place: Place) -> Doing:
    one = place.publication()
    return lambda user: register.take_down(place.store, user, one.id)


def of_heard_quote(function: Callable[..., Any], *given: Any) -> Callable[[Place], Doing]:
    """About a quote of a released story with sound and a safe recording."""

    def prepare(place: Place) -> Doing:
        one = quote(place.store, released(place.store))
        return lambda user: function(place.store, user, one.id, *given)

    return prepare


def of_clip(function: Callable[..., Any], **given: Any) -> Callable[[Place], Doing]:
    """About words of such a story that were spoken again."""

    def prepare(place: Place) -> Doing:
        clip = spoken_again(place.store, quote(place.store, released(place.store)))
        return lambda user: function(place.store, user, clip.id, **given)

    return prepare


def _heard_clip(place: Place) -> Doing:
    clip = spoken_again(place.store, quote(place.store, released(place.store)))
    return lambda user: clips.heard(place.store, user, clip.id, digest=clip.digest)


def _revoice(place: Place) -> Doing:
    one, settings = quote(place.store, released(place.store)), place.store.settings
    return lambda user: clips.revoice(place.store, user, one.id, SOUND, settings=settings)


def _insights_along(place: Place) -> Doing:
    circle = Selection(Purpose.KENNISKRING)
    return lambda user: insight_files.export(place.store, user, circle, "csv")


def _big_export(function: Callable[..., object]) -> Callable[[Place], Doing]:
    """A colleague who is not of this place asked to take it along."""

    def prepare(place: Place) -> Doing:
        piece = place.released_piece()
        with place.store.write() as books:
            colleague = books.add_user(f"collega {new_id('x')}", PASSWORD, [Role.COMMUNICATIE])
        bigexport.ask(place.store, colleague, piece.id, digest=piece.digest)
        return lambda user: function(place.store, user, piece.id, digest=piece.digest)

    return prepare


def _of_planned(function: Callable[..., object], *given: object, **words: object) -> Callable[[Place], Doing]:
    def prepare(place: Place) -> Doing:
        item = place.planned()
        return lambda user: function(place.store, user, item.id, *given, **words)

    return prepare


def _move(place: Place) -> Doing:
    item = place.planned()
    return lambda user: calendar.move(
        place.store, user, item.id, day=item.day, slot=item.slot, title="Anders", owner=item.owner, expected=0
    )


CLEARED = (Act.SEE_CLEARED,)
TAKE_ALONG = (Act.EXPORT, Act.RELEASE_PIECE)
LISTENERS = (Act.COMPOSE, Act.RELEASE_PIECE)


def _new_file(place: Place) -> Doing:
    """Another picture for everybody who tries: the same one twice is no second file."""
    colours = iter(range(1, 100))

    def add(user: User) -> object:
        picture = BytesIO()
        Image.new("RGB", (8, 8), (next(colours), 0, 0)).save(picture, "PNG")
        return house_files.add(place.store, place.store.settings, user, FileKind.BEELD, picture)

    return add


def _described(place: Place) -> Doing:
    file = place.house_file()
    return lambda user: house_files.describe(place.store, user, file, name="Ander", credit="Van ons", synthetic=False)


def of_file(function: Callable[..., Any], *given: Any) -> Callable[[Place], Doing]:
    def prepare(place: Place) -> Doing:
        file = place.house_file()
        return lambda user: function(place.store, user, file.id, *given)

    return prepare


RIGHTS: dict[str, Right] = {
    "house_files.errand": Right((Act.COMPOSE,), lambda place: lambda user: house_files.errand(user, FileKind.INTRO)),
    "jingles.load": Right((Act.COMPOSE,), of_settings(jingles.load)),
    "house_files.add": Right((Act.COMPOSE,), _new_file),
    "house_files.describe": Right((Act.COMPOSE,), _described),
    "house_files.put_away": Right((Act.COMPOSE,), of_file(house_files.put_away)),
    "house_files.shelf": Right(COMPOSERS, of_house(house_files.shelf)),
    "house_files.files": Right(COMPOSERS, of_house(house_files.files)),
    "house_files.size": Right(COMPOSERS, of_file(house_files.size)),
    "house_files.file_range": Right(COMPOSERS, of_file(house_files.file_range, 0, 4)),
    "clips.ask": Right((Act.COMPOSE,), of_heard_quote(clips.ask, Voice.PIEP, clips.PIEP)),
    "clips.errand": Right((Act.COMPOSE,), lambda place: lambda user: clips.errand(user, "q1", clips.MENS)),
    "clips.revoice": Right((Act.COMPOSE,), _revoice),
    "clips.remove": Right((Act.COMPOSE,), of_clip(clips.remove)),
    "clips.heard": Right(LISTENERS, _heard_clip),
    "clips.sound": Right(COMPOSERS, of_clip(clips.sound)),
    "clips.sound_range": Right(COMPOSERS, of_clip(clips.sound_range, start=0, stop=4)),
    "clips.seen": Right(LISTENERS, of_heard_quote(clips.seen)),
    "literal.why_not": Right((Act.COMPOSE,), of_heard_quote(literal.why_not)),
    "literal.make": Right((Act.COMPOSE,), of_heard_quote(literal.make)),
    "clips.waiting": Right(LISTENERS, of_house(clips.waiting)),
    "quoting.quotes": Right(CLEARED, of_house(quoting.quotes)),
    "quoting.sources": Right(CLEARED, of_house(quoting.sources)),
    "quoting.source": Right(CLEARED, of_story(quoting.source, Place.released)),
    "basket.basket": Right((Act.COMPOSE,), of_house(basket.basket)),
    "basket.put": Right((Act.COMPOSE,), of_basket(basket.put)),
    "basket.cut": Right((Act.COMPOSE,), of_story(basket.cut, Place.released, 0, 20)),
    "basket.take_out": Right((Act.COMPOSE,), of_basket(basket.take_out)),
    "basket.move": Right((Act.COMPOSE,), of_basket(basket.move, 1)),
    "basket.clear": Right((Act.COMPOSE,), of_house(basket.clear)),
    "basket.make": Right((Act.COMPOSE,), _make),
    "publishing.cleared": Right((Act.SEE_CLEARED,), of_house(publishing.cleared)),
    "publishing.cut_quote": Right((Act.COMPOSE,), of_story(publishing.cut_quote, Place.released, 0, 20)),
    "publishing.compose": Right((Act.COMPOSE,), _compose),
    "publishing.derive": Right((Act.COMPOSE,), of_piece(publishing.derive, Place.piece, kind=PieceKind.ITEM)),
    "publishing.forms_allowed": Right((Act.COMPOSE,), _forms_allowed),
    "publishing.edit": Right((Act.COMPOSE,), _edit),
    "publishing.findings": Right(COMPOSERS, of_piece(publishing.findings, Place.piece)),
    "publishing.hints": Right(COMPOSERS, of_piece(publishing.hints, Place.piece)),
    "publishing.offer": Right((Act.COMPOSE,), of_piece(publishing.offer, Place.piece, saves=True)),
    "publishing.release": Right((Act.RELEASE_PIECE,), of_piece(publishing.release, Place.offered_piece, saves=True)),
    "exporting.export": Right((Act.EXPORT,), of_piece(exporting.export, Place.released_piece)),
    "exporting.ask": Right((Act.EXPORT,), of_piece(exporting.ask, Place.released_piece)),
    "exporting.coming": Right((Act.EXPORT,), of_piece(exporting.coming, Place.released_piece)),
    "exporting.stop": Right((Act.EXPORT,), of_piece(exporting.stop, Place.released_piece)),
    "exporting.opened": Right((Act.EXPORT,), _of_bundle(exporting.opened)),
    "exporting.download": Right((Act.EXPORT,), _of_bundle(exporting.download)),
    "register.publish": Right((Act.EXPORT,), _publish),
    "register.note_out": Right((Act.EXPORT,), of_piece(register.note_out, Place.blocked_piece, **MAILED)),
    "register.of_piece": Right((Act.EXPORT,), of_piece(register.of_piece, Place.released_piece)),
    "register.may_be_out": Right((Act.EXPORT,), of_piece(register.may_be_out, Place.released_piece)),
    "register.take_down": Right((Act.EXPORT,), _take_down),
    "register.listed": Right((Act.EXPORT,), of_house(register.listed)),
    "register.sheets": Right((Act.EXPORT,), of_house(register.sheets)),
    "calendar.overview": Right(CLEARED, of_house(calendar.overview, NEXT_WEEK, NEXT_WEEK)),
    "calendar.detail": Right(CLEARED, _of_planned(calendar.detail)),
    "calendar.how_often": Right(CLEARED, of_house(calendar.how_often)),
    "calendar.as_ics": Right(CLEARED, of_house(calendar.as_ics, titles=True)),
    "calendar.choices": Right((Act.COMPOSE,), of_house(calendar.choices)),
    "calendar.plan": Right(
        (Act.COMPOSE,), of_house(calendar.plan, day=NEXT_WEEK, slot=Slot.KENNISKRING, title="Kenniskring")
    ),
    "calendar.move": Right((Act.COMPOSE,), _move),
    "calendar.decide": Right((Act.COMPOSE,), _of_planned(calendar.decide, PlannedState.GEDAAN, expected=0)),
    "calendar.set_cadence": Right((Act.COMPOSE,), of_house(calendar.set_cadence, {"nieuwsbrief": 4}, expected=0)),
    "bigexport.of_piece": Right(TAKE_ALONG, of_piece(bigexport.of_piece, Place.released_piece)),
    "bigexport.ask": Right((Act.EXPORT,), _big_export(bigexport.ask)),
    "bigexport.agree": Right(TAKE_ALONG, _big_export(bigexport.agree)),
    "piecelist.lines": Right(COMPOSERS, of_house(piecelist.lines)),
    "publishing.pieces": Right(COMPOSERS, of_house(publishing.pieces)),
    "publishing.piece_view": Right(COMPOSERS, of_piece(publishing.piece_view, Place.piece)),
    "insights.look": Right((Act.SEE_CLEARED,), of_house(insights.look, Selection())),
    "insight_files.export": Right((Act.EXPORT_INSIGHTS,), _insights_along),
    "lastwords.said_of": Right(COMPOSERS, of_piece(lastwords.said_of, Place.piece)),
}
