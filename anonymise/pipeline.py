"""The spaCy pipeline: finders write evidence into `doc.spans`; `doc.ents` is set only by the decision at the end.

Every text is handled inside `nlp.memory_zone()`: spaCy would otherwise keep the words of stories in its string store.
Spans carry the type as label and the rule as id.
"""

from __future__ import annotations

import functools
import itertools
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from spacy.lang.nl import Dutch
from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup
from spacy.util import filter_spans
from spacy.vocab import Vocab

from anonymise import context, cues, patterns, wordhits
from anonymise.hits import ORDER, ORGANISATION, PERSON, PLACE, RULES, SCHOOL, Hit
from anonymise.nearby import PARTICLES
from anonymise.own import OwnVoter
from anonymise.recogniser import Voter
from anonymise.view import Look, View, Word, read
from stories.model import Certainty

GROUPS = ("patterns", "sheet", "lists", "context", "voters", "again")
"""The layers of evidence, in the order in which they are found."""

_NAMED_THINGS = (SCHOOL, ORGANISATION)

_lock = threading.Lock()
"""A memory zone belongs to one text at a time."""


@functools.cache
def pipeline() -> Language:
    """A blank Dutch pipeline with our own components, loaded once.

    Its tokenizer and word attributes are never asked: `view.read` cuts the words, so that offsets hold in any text and
    no text is slow. Leaving them out saves a second at the start and a quarter of the time per word.
    """
    nlp = Dutch(vocab=Vocab(), create_tokenizer=lambda nlp: lambda text: Doc(nlp.vocab, words=[text]))
    for group in GROUPS:
        nlp.add_pipe(f"vertelpunt_{group}")
    nlp.add_pipe("vertelpunt_decide")
    return nlp


def decide(text: str, known_names: Sequence[str], voters: Sequence[Voter | OwnVoter]) -> tuple[list[Hit], list[Hit]]:
    """All that was decided for a text: what is masked (merged, in order, without overlap) and what is only shown."""
    view = read(text)
    nlp = pipeline()
    with _lock, nlp.memory_zone():
        words = ["x" * (token.end - token.start) for token in view.tokens]  # spaCy needs their lengths only
        doc = Doc(nlp.vocab, words=words, spaces=[False] * len(words))
        doc.user_data.update(view=view, known_names=tuple(known_names), voters=tuple(voters))
        doc = nlp(doc)
        red = [Hit(e.start_char, e.end_char, e.label_, e.id_) for e in doc.ents]
        amber = [Hit(s.start_char, s.end_char, s.label_, s.id_) for s in doc.spans["shown"]]
    return red, amber


def _write(doc: Doc, group: str, hits: Iterable[Hit]) -> Doc:
    """Hits as spans; a span covers whole tokens, so a hit inside a word takes the word."""
    spans = (
        doc.char_span(hit.start, hit.end, label=hit.type, span_id=hit.rule, alignment_mode="expand")
        for hit in dict.fromkeys(hits)
    )
    doc.spans[group] = SpanGroup(doc, name=group, spans=[span for span in spans if span is not None])
    return doc


def _component(group: str, finder: Callable[[Doc], Iterable[Hit]]) -> None:
    def run(doc: Doc) -> Doc:
        return _write(doc, group, finder(doc))

    Language.component(f"vertelpunt_{group}", func=run)


def _view(doc: Doc) -> View:
    view: View = doc.user_data["view"]
    return view


def _evidence(doc: Doc) -> Iterator[Hit]:
    for group in GROUPS:
        for span in doc.spans.get(group, ()):
            yield Hit(span.start_char, span.end_char, span.label_, span.id_)


def _vote(doc: Doc) -> Iterator[Hit]:
    """A recogniser counts where the word is unknown, listed, or has a telling capital; elsewhere it is only shown."""
    view = _view(doc)
    by_start: dict[int, Word] = {}
    for voter in doc.user_data["voters"]:
        if isinstance(voter, OwnVoter):
            yield from voter.votes(view)
            continue
        by_start = by_start or {view.tokens[i].start: view.tokens[i] for i in view.at}
        for start, end, kind in voter(view.shadow):
            words = [word for at, word in by_start.items() if start <= at < end]
            strong = any(w.look >= Look.UNKNOWN or w.telling or (w.look is Look.DOUBLE and not w.cased) for w in words)
            if words and not all(w.look is Look.KEEP for w in words):
                yield Hit(words[0].start, words[-1].end, kind, "voter" if strong else "voter_word")


_component("patterns", lambda doc: patterns.hits(_view(doc)))
_component("sheet", lambda doc: wordhits.by_sheet(_view(doc), doc.user_data["known_names"]))
_component("lists", lambda doc: wordhits.by_lists(_view(doc)))
_component("context", lambda doc: context.hits(_view(doc)))
_component("voters", _vote)
_component("again", lambda doc: wordhits.again(_view(doc), _evidence(doc)))


def _decide(doc: Doc) -> Doc:
    """Red evidence becomes entities, joined where one name continues; amber is kept apart where nothing red lies."""
    red: list[Span] = []
    amber: list[Span] = []
    for group in GROUPS:
        for span in doc.spans[group]:
            (red if RULES[span.id_] is Certainty.RED else amber).append(span)
    entities = _joined(doc, red)
    doc.spans["shown"] = SpanGroup(doc, name="shown", spans=_apart(_view(doc), doc, amber, entities))
    doc.ents = entities
    return doc


Language.component("vertelpunt_decide", func=_decide)


def _joined(doc: Doc, spans: list[Span]) -> list[Span]:
    """Overlapping spans become one, and so do parts of one name with only a space or particle between."""
    view = _view(doc)
    merged: list[list[Any]] = []  # [start token, end token, spans]
    for span in sorted((_hyphenated(view, doc, s) for s in spans), key=lambda s: (s.start, s.end)):
        if merged and (span.start < merged[-1][1] or _continues(view, doc, merged[-1], span)):
            merged[-1][1] = max(merged[-1][1], span.end)
            merged[-1][2].append(span)
        else:
            merged.append([span.start, span.end, [span]])
    entities = []
    for start, end, group in merged:
        best = min(group, key=lambda s: (ORDER.get(s.id_, 99), -(s.end - s.start)))
        rules = [s.id_ for s in group if s.id_ != "again"] or ["again"]  # `again` explains what nothing else does
        rule = best.id_ if best.id_ in rules else min(rules, key=lambda r: ORDER.get(r, 99))
        entities.append(Span(doc, start, end, label=best.label_, span_id=rule))
    return list(filter_spans(entities))


def _hyphenated(view: View, doc: Doc, span: Span) -> Span:
    """`Sint` + `-` + `Plechelmuskerk`: what hangs on a name by a hyphen belongs to it."""
    tokens, start, end = view.tokens, span.start, span.end
    while start > 1 and tokens[start - 1].shape == "-" and _hangs(tokens[start - 2]):
        start -= 2
    while end + 1 < len(tokens) and tokens[end].shape == "-" and _hangs(tokens[end + 1]):
        end += 2
    if start > 1 and tokens[start - 1].shape == "-" and tokens[start - 2].plain == "'s":
        start -= 2  # 's-Heerenberg
    elif (
        start > 1
        and tokens[start - 1].shape == " "
        and tokens[start - 2].plain == "'t"
        and span.label_ in _NAMED_THINGS
    ):
        start -= 2  # 't Startblok
    elif start > 1 and span.label_ in _NAMED_THINGS and not tokens[start].cased:
        article = tokens[start - 1].shape == " " and tokens[start - 2].plain in ("de", "het")
        start -= 2 * article  # `de eikenhorst`: in speech without capitals nothing tells whether it belongs to the name
    if (start, end) == (span.start, span.end):
        return span
    return Span(doc, start, end, label=span.label_, span_id=span.id_)


def _hangs(word: Word) -> bool:
    return word.is_word and (word.capital or not word.cased)


def _continues(view: View, doc: Doc, current: list[Any], span: Span) -> bool:
    """`Jolanda` + `de` + `Boer`; `Het` + `Palet`. Two different rules may each have seen one half."""
    between = view.tokens[current[1] : span.start]
    if len(between) > 8 or any(t.shape not in " -.&" and not t.is_word for t in between) or not between:
        return not between
    if any(t.shape == "&" for t in between) and current[2][-1].label_ == span.label_ == PERSON:
        return False
    before = view.tokens[current[1] - 1].plain
    if any(t.shape == "." for t in between) and not (before.isalpha() and len(before) == 1):
        return False  # `J. de Boer` goes on after the full stop, a sentence does not
    if before in ("de", "het", "'t") and all(t.shape == " " for t in between):
        return True  # `De` + `Golfslag`: an article with a capital belongs to what follows
    kinds = {current[2][-1].label_, span.label_}
    words = {t.plain for t in between if t.is_word}
    if words:
        inside = words <= PARTICLES and len(kinds) == 1
        return inside and PLACE not in kinds and _same_case(view, current[1] - 1, span.start)
    if kinds == {PERSON}:
        return _one_person(view, current, span)
    return len(kinds) == 1 and view.tokens[span.start].telling and PLACE not in kinds


def _one_person(view: View, current: list[Any], span: Span) -> bool:
    """Two names in a row are one person's, unless both are first names in speech without capitals."""
    first, second = view.tokens[current[1] - 1], view.tokens[span.start]
    return second.look is not Look.GIVEN or first.look is not Look.GIVEN or second.telling


def _same_case(view: View, one: int, other: int) -> bool:
    return view.tokens[one].capital == view.tokens[other].capital


def _apart(view: View, doc: Doc, spans: list[Span], entities: list[Span]) -> list[Span]:
    """Amber spans outside every entity. Of a name that is partly masked the rest is shown."""
    taken: set[int] = {i for entity in entities for i in range(entity.start, entity.end)}
    free: list[Span] = []
    for span in spans:
        if taken.isdisjoint(range(span.start, span.end)):
            free.append(span)
        elif span.id_ == "voter_word":
            rests = itertools.groupby(range(span.start, span.end), taken.__contains__)
            free += [rest for masked, at in rests if not masked for rest in _rest(view, doc, span, list(at))]
    return list(filter_spans(free))


def _rest(view: View, doc: Doc, span: Span, at: list[int]) -> Iterator[Span]:
    """These tokens of a span, from its first to its last word, when they are more than small words."""
    at = [i for i in at if view.tokens[i].is_word]
    if any(view.tokens[i].plain not in cues.PARTICLES for i in at):
        yield Span(doc, at[0], at[-1] + 1, label=span.label_, span_id=span.id_)
