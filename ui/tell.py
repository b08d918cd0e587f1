"""Telling: one question per screen, big buttons, nothing chosen beforehand.

First who tells and whether they want to; then the story, at their own pace and in as many parts as they like; only
then what it is about and where it may go, because by then they know what they told.
"""

from __future__ import annotations

from collections.abc import Callable

from ui import tell_about, tell_done, tell_story, tell_where, tell_who
from ui.state import drop_fields, keep_fields, telling
from ui.steps import Step
from ui.visit import Visit
from ui.walk import progress

_SCREENS: dict[Step, Callable[[Visit], None]] = {
    Step.WHO: tell_who.who,
    Step.HELPER: tell_who.helper,
    Step.WHOSE: tell_who.whose,
    Step.AGE: tell_who.age,
    Step.SIXTEEN: tell_who.sixteen,
    Step.NOTICE: tell_who.notice,
    Step.ANSWER: tell_who.answer,
    Step.PARENT: tell_who.parent,
    Step.RELATION: tell_who.relation,
    Step.AUTHORITY: tell_who.authority,
    Step.OTHER_PARENT: tell_who.other_parent,
    Step.HOW: tell_story.how,
    Step.TELL: tell_story.tell,
    Step.OTHERS: tell_story.others,
    Step.ABOUT: tell_about.about,
    Step.FEEL: tell_about.feel,
    Step.LENS: tell_about.lens,
    Step.AUDIENCE: tell_where.audience,
    Step.CHANNELS: tell_where.channels,
    Step.SPECIAL: tell_where.special,
    Step.RECOGNISE: tell_where.recognise,
    Step.PREVIEW: tell_where.preview,
    Step.CHECK: tell_done.check,
    Step.DONE: tell_done.done,
}


def page(visit: Visit) -> None:
    step = telling().step
    if step is Step.DONE:
        drop_fields(*tell_story.fields())
    else:
        keep_fields(*(field for field, where in tell_story.fields().items() if where is not step))
    progress()
    _SCREENS[step](visit)
