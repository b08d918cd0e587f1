"""Everything a page remembers between reruns, typed and in one place: ids and choices, never a role.

The words of a story are here only as fields of the telling, until they are handed in (`keep_fields`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from stories.words import DEFAULT_LANGUAGE, known
from ui.steps import Following, Telling

_TELLING = "telling"
_FOLLOWING = "following"
_LANGUAGE = "language"
_LANGUAGE_IN_URL = "taal"


def telling() -> Telling:
    return st.session_state.get(_TELLING, Telling())


def set_telling(**changes: Any) -> None:
    st.session_state[_TELLING] = replace(telling(), **changes)


def forget_telling() -> None:
    """Start afresh. What is in the fields stays until the story is handed in: nobody types a story twice."""
    st.session_state.pop(_TELLING, None)


def following() -> Following:
    return st.session_state.get(_FOLLOWING, Following())


def set_following(**changes: Any) -> None:
    st.session_state[_FOLLOWING] = replace(following(), **changes)


def follow_as(who: str) -> None:
    """Begin at home when this tab followed something else before."""
    if following().who != who:
        st.session_state[_FOLLOWING] = Following(who)


def keep_fields(*names: str) -> None:
    """Fields that are not on the screen in this run keep what was typed or chosen in them for the next one.

    Never call it for a field that is drawn in this run: it would undo what is being typed at this moment.
    """
    for name in names:
        st.session_state[name] = st.session_state.get(name, "")


def field_text(name: str) -> str:
    """What stands in a field, also in a run in which it is not on the screen."""
    return str(st.session_state.get(name) or "")


def fill_fields(values: Mapping[str, str]) -> None:
    """Put words into fields that are about to be drawn."""
    for name, value in values.items():
        st.session_state[name] = value


def begin_field(name: str, value: str | list[str]) -> None:
    """What a field that is about to be drawn begins with, unless it was begun already."""
    if name not in st.session_state:
        st.session_state[name] = value


def begin_box(name: str, ticked: bool) -> None:
    """What a box that is about to be drawn begins with. One that nobody touched follows what it would begin with now:
    somebody else may have decided meanwhile."""
    began = st.session_state.get(f"began_{name}", ticked)
    if name not in st.session_state or (st.session_state[name] == began and began != ticked):
        st.session_state[name] = ticked
    st.session_state[f"began_{name}"] = ticked


def keep_begun(prefix: str) -> None:
    """Fields of this name that were begun on another screen keep what was typed in them."""
    for name in [key for key in st.session_state if str(key).startswith(prefix)]:
        st.session_state[name] = st.session_state[name]


def drop_fields(*names: str) -> None:
    """The story is handed in: its words are in the vault, and nowhere else."""
    for name in names:
        st.session_state.pop(name, None)


def turn(name: str) -> int:
    """Part of a field's key, so that the field is empty once its words are stored: a field that is drawn cannot be
    emptied."""
    return int(st.session_state.get(f"turn_{name}", 0))


def next_turn(name: str) -> None:
    st.session_state[f"turn_{name}"] = turn(name) + 1


def shown_before(name: str, now: int) -> int:
    """The row version of `name` that this tab showed when somebody pressed something; `now` when it showed none.

    A page is drawn anew before it handles a press. Whoever decides, decides about what they saw, not about what
    somebody else made of it meanwhile.
    """
    return int(st.session_state.get(f"shown_{name}", now))


def is_shown(name: str, row_version: int) -> None:
    """The page is drawn: this is what the tab shows now."""
    st.session_state[f"shown_{name}"] = row_version


def seen_line(name: str) -> int:
    """The newest audit line about `name` when this tab was drawn last; 0 before that."""
    return int(st.session_state.get(f"line_{name}", 0))


def is_seen_line(name: str, line: int) -> None:
    st.session_state[f"line_{name}"] = line


def another_story(story_id: str, *prefixes: str) -> None:
    """What was begun in fields of these names on the page of another story is not about this one."""
    if st.session_state.get("story_of_page") not in (None, story_id):
        for name in [key for key in st.session_state if str(key).removeprefix("began_").startswith(prefixes)]:
            del st.session_state[name]
    st.session_state["story_of_page"] = story_id


def keep_begun_in_tabs(opened: str, begun: Mapping[str, tuple[str, ...]]) -> None:
    """Fields of tabs keep what was typed or ticked in them while another tab is open; `begun` says how their names
    begin. In the run in which a tab opens its fields are put back: nobody typed in them yet."""
    opens = st.session_state.get("tab_drawn") != opened
    for tab, prefixes in begun.items():
        if opens or tab != opened:
            for prefix in prefixes:
                keep_begun(prefix)
    st.session_state["tab_drawn"] = opened


def tab_into_url(key: str, name: str, codes: Mapping[str, str]) -> None:
    """A tab was opened: its code (by label in `codes`) stands in the URL from now on, as `?name=<code>`."""
    choose(name, codes.get(str(st.session_state[key])))


def asked_once(name: str, row_version: int) -> bool:
    """True the first time a tab asks this about a version: a page that is drawn again does not ask again."""
    first = st.session_state.get(f"asked_{name}") != row_version
    st.session_state[f"asked_{name}"] = row_version
    return first


def played_whole(digest: str) -> bool:
    """Whether this tab played the whole recording with this digest."""
    return digest in st.session_state.get("played_whole", ())


def set_played_whole(digest: str) -> None:
    st.session_state["played_whole"] = {*st.session_state.get("played_whole", ()), digest}


def chosen(name: str) -> str | None:
    """The id in the page's URL, such as `?verhaal=v12ab`."""
    value = st.query_params.get(name)
    return str(value) if value else None


def choose(name: str, value: str | None) -> None:
    if value is None:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = value


def chosen_all() -> dict[str, str]:
    """Everything the page's URL says."""
    return st.query_params.to_dict()


def choose_all(values: Mapping[str, str]) -> None:
    """Exactly this stands in the URL from now on: one step for the back button."""
    st.query_params.from_dict(values)


def visitor_language(cookie: str | None) -> str:
    """What this visitor reads and hears: as the URL says (`?taal=en`), else as chosen in this tab, else as the cookie
    remembers from an earlier page, else Dutch."""
    asked = known(st.query_params.get(_LANGUAGE_IN_URL))
    if asked:
        st.session_state[_LANGUAGE] = asked
    return str(st.session_state.get(_LANGUAGE) or known(cookie) or DEFAULT_LANGUAGE)


def choose_language(code: str) -> None:
    """The visitor pressed the name of a language. It counts more than what the URL says."""
    st.session_state[_LANGUAGE] = code
    st.query_params.pop(_LANGUAGE_IN_URL, None)


def flash(text: str, *, refused: bool = False) -> None:
    """A sentence shown once, after the rerun that follows a decision."""
    st.session_state["flash"] = (text, refused)


def take_flash() -> tuple[str, bool] | None:
    """The sentence, and whether it says that something was refused."""
    return st.session_state.pop("flash", None)


# the ervaringswerker's desk


def batch() -> tuple[int, tuple[str, ...]]:
    """The recordings that are being sent together: which choice it was, and the ids of the cases made for it."""
    return st.session_state.get("batch", (0, ()))


def set_batch(order: int, story_ids: tuple[str, ...]) -> None:
    st.session_state["batch"] = (order, story_ids)


def codes_to_give() -> tuple[str, str | None, str | None] | None:
    """(story id, code of the teller, code of the representative): on the screen until they were given."""
    return st.session_state.get("codes_to_give")


def set_codes_to_give(story_id: str, teller: str | None, representative: str | None = None) -> None:
    st.session_state["codes_to_give"] = (story_id, teller, representative)


def codes_given() -> None:
    """Gone from the screen, and from this tab."""
    st.session_state.pop("codes_to_give", None)


def rows_of(name: str) -> int:
    """How many rows of a list of fields are on the screen."""
    return int(st.session_state.get(f"rijen_{name}", 0))


def more_rows(name: str, count: int) -> None:
    st.session_state[f"rijen_{name}"] = count


def answered(component: str) -> str | None:
    """The number of the last thing a component reported that a run took in hand."""
    return st.session_state.get(f"answered_{component}")


def set_answered(component: str, number: str) -> None:
    st.session_state[f"answered_{component}"] = number


def set_refused(component: str, sentence: str) -> None:
    """What a component reported was not done, for this reason: said there in the next run."""
    st.session_state[f"refused_{component}"] = sentence


def refused(component: str) -> str:
    """The reason, once."""
    return str(st.session_state.pop(f"refused_{component}", ""))


def ask_about(story_id: str, span: tuple[int, int]) -> None:
    """Ideas are wanted for what could stand in the place of these characters."""
    st.session_state[f"asked_about_{story_id}"] = span


def asked_about(story_id: str) -> tuple[int, int] | None:
    return st.session_state.get(f"asked_about_{story_id}")


# the composer


def attend(to: tuple[str, ...], said: str) -> None:
    """In the next run the keyboard goes to the first of these keys that can be used, and this is said."""
    st.session_state["attention"] = (to, said)


def take_attention() -> tuple[tuple[str, ...], str]:
    """Where to and what, once."""
    return st.session_state.pop("attention", ((), ""))


def taken_out(piece_id: str) -> tuple[tuple[int, Any], ...]:
    """Blocks that this tab took out of a piece and where they stood, the last one last."""
    return st.session_state.get(f"taken_out_{piece_id}", ())


def set_taken_out(piece_id: str, blocks: tuple[tuple[int, Any], ...]) -> None:
    st.session_state[f"taken_out_{piece_id}"] = blocks
