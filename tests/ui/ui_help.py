"""A visitor of the screens without a browser: Streamlit's own AppTest around `ui.shell.run`.

    screen = Screen(store).open("vertel")
    screen.press("groot_ouder")                       # a button, by its key
    screen.touch("origineel", "touched", {...})       # what a browser component of ours would send
    assert "Dank u wel" in screen.text

AppTest draws our v2 components as elements without behaviour: what Python hands them is checked through `data`, and
what they send is put into the next run by `touch` exactly as the browser sends it. What JavaScript makes of it is the
business of tests/browser.
"""

from __future__ import annotations

import hashlib
import html
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from plainrun import PlainRun
from secondreader import read_through
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.state.session_state import STREAMLIT_INTERNAL_KEY_PREFIX
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

import pipeline
from desk import publishing, receiving, reviewing, telling
from stories.consent import Form, Outcome, Purpose
from stories.model import AgeBand, Piece, Recording, Story, StoryKind, Teller, TellerRole
from stories.people import CodeHolder, Holder, Role, User
from stories.store import Store
from stories.told import ThirdPerson

TIMEOUT_S = 60
NEWSLETTER = (Purpose.NIEUWSBRIEF, Form.TEKST)
ADULT = Teller(TellerRole.OUDER, AgeBand.ADULT)
CHILD = Teller(TellerRole.KIND, AgeBand.UNDER_12)
TEXT = (
    "Ik ben Samira en ik woon in Deventer. Mijn zoon Emre mocht niet mee op schoolreisje, want er was geen geld. "
    "Hij zei dat hij ziek was. Daarna hielp juf Anneke ons met het potje van de school."
)
QUOTED = "Hij zei dat hij ziek was."

_COMPONENTS = BidiComponentManager()
"""Ours register themselves when they are drawn; looking through every installed package for more takes seconds."""


def _script(user: object, holder: object, store: object, settings: object, language: object) -> None:
    from ui.shell import run

    run(user, holder, store, settings, language)  # type: ignore[arg-type]


class Screen:
    """One visitor with one open tab."""

    def __init__(
        self,
        store: Store,
        user: User | None = None,
        teller: str | None = None,
        language: str | None = None,
        parent: str | None = None,
    ) -> None:
        self.store = store
        holder = CodeHolder(teller) if teller else None
        if parent:
            holder = CodeHolder(parent, Holder.VERTEGENWOORDIGER)
        args = (user, holder, store, store.settings, language)
        self.app = AppTest.from_function(_script, args=args, default_timeout=TIMEOUT_S)
        self.app._bidi_component_manager = _COMPONENTS
        self._touches: list[WidgetState] = []

    # doing

    def open(self, path: str, **query: str) -> Self:
        """Go to a page by the path in the menu, as a link does: the tab's memory stays, its widgets go."""
        self.app.query_params.clear()
        self.app.query_params.update(query)
        self.app._page_hash = calc_hash(path)
        return self.run()

    def run(self) -> Self:
        tree = self.app._tree
        if self._touches and not isinstance(tree.get_widget_states, _With):
            tree.get_widget_states = _With(tree.get_widget_states, self._touches)  # type: ignore[method-assign]
            self._touches = []
        self.app.run()
        assert not self.app.exception, self.app.exception
        return self

    def press(self, key: str) -> Self:
        """Press a button by its key, or a form's button by its label."""
        found = [button for button in self.app.button if key in (button.key, button.label)]
        assert len(found) == 1, f"{key}: {[(b.key, b.label) for b in self.app.button]}"
        found[0].click()
        return self.run()

    def touch(self, key: str, event: str, value: object) -> Self:
        """Let the component `key` report an event, in the form in which the browser sends it."""
        aggregator = f"{STREAMLIT_INTERNAL_KEY_PREFIX}_{self._component(key).proto.id}__events"
        payload = json.dumps([{"event": event, "value": value}])
        self._touches.append(WidgetState(id=aggregator, json_trigger_value=payload))
        return self.run()

    # looking

    def data(self, key: str) -> dict[str, Any]:
        """What Python handed to the component `key`."""
        proto = self._component(key).proto
        return dict(json.loads(proto.json or proto.mixed.json))

    def has(self, key: str) -> bool:
        """Is there a widget or component with this key?"""
        return any(getattr(node, "key", None) == key for node in self.app)

    def enabled(self, key: str) -> bool:
        return not self.app.button(key=key).disabled

    @property
    def components(self) -> set[str]:
        return {str(node.key) for node in self.app.get("bidi_component")}

    @property
    def raw_html(self) -> str:
        return "\n".join(node.value for node in self.app.html if "<style>" not in node.value)

    @property
    def text(self) -> str:
        """Every word on the screen, outside our components."""
        shown = [html.unescape(re.sub(r"<[^>]+>", " ", self.raw_html))]
        for kind in ("markdown", "success", "info", "warning", "error"):
            shown += [node.value for node in getattr(self.app, kind)]
        for kind in (
            "button",
            "toggle",
            "checkbox",
            "selectbox",
            "text_area",
            "text_input",
            "date_input",
            "multiselect",
            "tabs",
        ):
            shown += [node.label for node in getattr(self.app, kind)]
        shown += [area.placeholder for area in self.app.text_area]
        shown += [expander.label for expander in self.app.expander]
        for group in self.app.segmented_control:
            shown += [group.label, *(option.content for option in group.proto.options)]
        return "\n".join(shown)

    @property
    def title(self) -> str:
        found = re.search(r"<h1 class='vp-title'>(.*?)</h1>", self.raw_html)
        return html.unescape(found.group(1)) if found else ""

    @property
    def errors(self) -> list[str]:
        return [error.value for error in self.app.error]

    @property
    def code(self) -> str:
        """The teller's receipt code on the screen, as it was written there."""
        return self._code("verteller")

    @property
    def parents_code(self) -> str:
        """The code for the parent or guardian."""
        return self._code("vertegenwoordiger")

    def _code(self, holder: str) -> str:
        key = f"code_{holder}"
        return " ".join(self.data(key)["code"]) if self.has(key) else ""

    def _component(self, key: str) -> Any:
        return next(node for node in self.app.get("bidi_component") if node.key == key)


@dataclass
class _With:
    """The widget states of a run, and what our components reported."""

    states: Callable[[], WidgetStates]
    touches: list[WidgetState]

    def __call__(self) -> WidgetStates:
        states = self.states()
        states.widgets.extend(self.touches)
        return states


@dataclass(frozen=True)
class House:
    """A store with its staff, and the ways to bring a story to where a test needs it."""

    store: Store
    staff: dict[Role, User]

    @classmethod
    def open(cls, store: Store) -> House:
        with store.write() as books:
            staff = {role: books.add_user(str(role), f"wachtwoord voor {role}", [role]) for role in Role}
        return cls(store, staff)

    def screen(self, role: Role | None = None, teller: str | None = None, parent: str | None = None) -> Screen:
        return Screen(self.store, self.staff[role] if role else None, teller, parent=parent)

    def somebody(self, *roles: Role) -> User:
        with self.store.write() as books:
            return books.add_user("-".join(roles), "wachtwoord van iemand", list(roles))

    def now(self, story_id: str) -> Story:
        with self.store.read() as books:
            return books.story(story_id)

    def spoken_part(self, story_id: str, duration_ms: int) -> None:
        """One more part of sound, as the upload route keeps it. What it sounds like is of no matter here."""
        recording = Recording(hashlib.sha256(b"flac").hexdigest(), duration_ms, 48_000, 1, "webm")
        with self.store.write() as books:
            books.add_sound(story_id, recording, io.BytesIO(b"flac"))

    def told(self, teller: Teller = ADULT, channels: telling.Channels = (NEWSLETTER,), **said: Outcome | None) -> Story:
        if not said:
            said = {"own": Outcome.JA} if teller == ADULT else {"assent": Outcome.JA, "representative": Outcome.JA}
        answers = telling.answers(teller, channels=channels, **said)
        story = telling.begin(self.store, answers, kind=StoryKind.TEXT, region="Oost")
        receiving.receive_text(self.store, story.id, TEXT)
        telling.name_others(self.store, story.id, [ThirdPerson(name) for name in ("Samira", "Emre")])
        telling.hand_in(self.store, story.id)
        return self.now(story.id)

    def worked(self, **told: Any) -> Story:
        story = self.told(**told)
        pipeline.process(self.store, self.store.settings, story.id, PlainRun())
        return self.now(story.id)

    def offered(self, **told: Any) -> Story:
        story = self.worked(**told)
        editor = self.staff[Role.REDACTEUR]
        reviewing.mark_heard(self.store, editor, story.id)
        return reviewing.offer_for_release(self.store, editor, story.id, expected=story.row_version)

    def released(self, **told: Any) -> Story:
        story = self.offered(**told)
        read_through(self.store, self.staff[Role.VRIJGEVER], story.id)
        return reviewing.release(self.store, self.staff[Role.VRIJGEVER], story.id, expected=story.row_version)

    def piece(self, story: Story) -> Piece:
        editor = self.staff[Role.REDACTEUR]
        with self.store.read() as books:
            start = books.version(story.id).clean.text.index(QUOTED)
        quote = publishing.cut_quote(self.store, editor, story.id, start, start + len(QUOTED))
        when = datetime.now(UTC).date() + timedelta(days=7)
        return publishing.compose(self.store, editor, [quote.id], title="Ziek gemeld", publish_on=when)

    def released_piece(self, story: Story) -> Piece:
        piece = self.piece(story)
        piece = publishing.offer(self.store, self.staff[Role.REDACTEUR], piece.id, expected=piece.row_version)
        return publishing.release(self.store, self.staff[Role.VRIJGEVER], piece.id, expected=piece.row_version)
