"""What the pages about one story share: the steps between them, and the page without a story."""

from __future__ import annotations

import html

import streamlit as st

from stories.model import Story, StoryKind
from stories.words import say
from ui.ways import to_story


def no_story() -> None:
    st.info(say("ui.review_choose"))
    st.html(f"<p class='vp-link'><a href='/verhalen' target='_self'>{html.escape(say('ui.menu_verhalen'))}</a></p>")


def steps(story: Story, here: str) -> None:
    """The pages of one story, in the order in which the work is done. A typed story has no sound to listen to."""
    if story.kind is not StoryKind.AUDIO:
        return
    links = "".join(
        f"<a href='{html.escape(to_story(page, story.id))}' target='_self' "
        f"aria-current='{'page' if page == here else 'false'}'>{html.escape(say(f'ui.step_{page}'))}</a>"
        for page in ("luisteren", "nakijken")
    )
    st.html(f"<nav class='vp-tabs' aria-label='{html.escape(say('ui.steps'))}'>{links}</nav>")
