"""The one place where a text of an administrator's template is drawn: words, values and "if", and nothing else.

What may stand in a text is a list, not what may not: its syntax tree is walked before anything is compiled. There are
no loops, calls, attributes or arithmetic, so that a text can reach nothing and is never longer than what was typed and
the values that stand in it. Jinja2's sandbox stands behind that as a second wall.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator, Mapping

from jinja2 import StrictUndefined, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from publish.plain import capital

MAX_TEXT = 4_000
"""Characters of one text, as it is typed and as it is drawn (our own choice: a page of a book is 2,000)."""

MAX_DEPTH = 12
"""Conditions inside conditions; more is a mistake, or meant to hang the house."""

Value = str | int | bool

_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.If, nodes.CondExpr,
    nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Filter, nodes.Concat,
)  # fmt: skip
_FILTER = "hoofdletter"


class TextError(Exception):
    """A text that cannot be drawn. `why` names a sentence `template.why_<why>`, `name` is the word it is about, `line`
    counts from 1 in the text."""

    def __init__(self, why: str, line: int = 1, name: str = "") -> None:
        super().__init__(why)
        self.why, self.line, self.name = why, line, name


@functools.cache
def _environment() -> ImmutableSandboxedEnvironment:
    """Without autoescape: what comes out is plain text, and whoever renders it escapes it."""
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    environment.globals.clear()
    environment.tests.clear()
    environment.filters.clear()
    environment.filters[_FILTER] = capital
    return environment


def check(text: str, values: Collection[str]) -> None:
    """Raise TextError unless `text` holds nothing but words, "if" and these values."""
    if len(text) > MAX_TEXT:
        raise TextError("too_long", name=str(MAX_TEXT))
    try:
        tree = _environment().parse(text)
    except RecursionError:
        raise TextError("too_deep") from None
    except TemplateError as error:
        raise TextError("syntax", getattr(error, "lineno", 1) or 1) from None
    for node, depth in _walked(tree):
        if depth > MAX_DEPTH:
            raise TextError("too_deep", node.lineno)
        if not isinstance(node, _ALLOWED):
            raise TextError("not_allowed", node.lineno)
        if isinstance(node, nodes.Name) and node.name not in values:
            raise TextError("unknown_value", node.lineno, node.name)
        if isinstance(node, nodes.Filter) and (node.name != _FILTER or node.args or node.kwargs):
            raise TextError("not_allowed", node.lineno)


def draw(text: str, values: Mapping[str, Value]) -> str:
    """`text` with these values, checked again before it is drawn. Raises TextError."""
    check(text, values)
    try:
        drawn = _environment().from_string(text).render(values)
    except (TemplateError, SyntaxError, RecursionError, MemoryError, TypeError, AttributeError):
        raise TextError("syntax") from None
    if len(drawn) > MAX_TEXT:
        raise TextError("too_long", name=str(MAX_TEXT))
    return drawn


def _walked(tree: nodes.Node) -> Iterator[tuple[nodes.Node, int]]:
    """Every node with how deep it stands, without recursion."""
    waiting = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        waiting += [(child, depth + 1) for child in node.iter_child_nodes()]
