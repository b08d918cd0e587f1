"""Rules of the screens, read from their source: what leaks, what is remembered, and where words come from.

no cache            what one person sees is never kept for another
no session state    outside ui/state.py
no raw media        Streamlit's own audio, upload and download go around our access checks
no Markdown         of anything but our own notice: a picture in a story's text would tell the world it was read
no raw HTML         every value in st.html was escaped, or made by one of our own pieces of HTML
no loose sentences  every word comes from the catalogue
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCREENS = sorted((ROOT / "ui").rglob("*.py"))
FRONT = [*SCREENS, *sorted((ROOT / "desk").rglob("*.py")), *sorted((ROOT / "door").rglob("*.py")), ROOT / "app.py"]

FORBIDDEN = {
    "cache_data", "cache_resource", "cache", "experimental_memo", "audio", "video", "image", "download_button",
    "file_uploader", "audio_input", "camera_input", "chat_input", "title", "header", "subheader", "caption", "latex",
    "code", "json", "dataframe", "data_editor", "table", "toast", "exception", "components.v1", "write_stream", "help",
}  # fmt: skip
"""What reads Markdown from text, holds bytes in memory, shares between people or loads from outside."""

MARKDOWN = {"markdown", "write"}
NOTICE = "rules.shown_notice(visit.store)[1]"
NOTICE_IN = {"ui/tell_who.py", "ui/representative.py"}
"""The one text that is Markdown: our own words, from a file of ours or agreed on by two administrators."""

HTML_MAKERS = {"badge", "_go", "day", "minutes", "picture"}
"""Our functions whose text is safe inside HTML: they escape what they are given, or return digits and month names."""

HTML_NAMES = {
    "ui/parts.py": {"_LOOK", "tone", "parts"},  # our own stylesheet; a word of our own; what badge() made
    "ui/home.py": {"url"},  # literal addresses in that file
    "ui/pictures.py": {"_SHAPE"},  # our own style
}
"""Values that the rule cannot see through, each with its reason."""

HTML_ATTRIBUTES = {"id"}
"""Attributes of our own rows that are ids made by us: hexadecimal digits."""

LABELLED = {
    "button", "checkbox", "toggle", "text_input", "text_area", "date_input", "multiselect", "segmented_control",
    "form_submit_button", "expander", "selectbox", "radio", "slider", "number_input", "info", "warning", "success",
    "error", "tabs",
}  # fmt: skip
LABEL_MAKERS = {"say", "say_to", "plain", "channel", "channel_with_form"}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def streamlit_calls(path: Path, inside: ast.AST | None = None) -> Iterator[tuple[str, ast.Call]]:
    """Every call `st.x.y(...)` as "x.y"."""
    for node in ast.walk(inside or tree(path)):
        if isinstance(node, ast.Call):
            dotted = ast.unparse(node.func)
            if dotted.startswith("st."):
                yield dotted[3:], node


def at(path: Path, node: ast.expr) -> str:
    return f"{name(path)}:{node.lineno}"


@pytest.mark.parametrize("path", FRONT, ids=name)
def test_nothing_is_cached_and_no_forbidden_part_is_used(path: Path) -> None:
    mentioned = {ast.unparse(node)[3:] for node in ast.walk(tree(path)) if ast.unparse(node).startswith("st.")
                 and isinstance(node, ast.Attribute)}  # fmt: skip
    assert not {known for known in mentioned if known in FORBIDDEN or known.startswith("cache")}


@pytest.mark.parametrize("path", FRONT, ids=name)
def test_only_one_file_remembers_between_reruns(path: Path) -> None:
    if name(path) != "ui/state.py":
        named = {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
        assert "session_state" not in named


@pytest.mark.parametrize("path", SCREENS, ids=name)
def test_streamlit_is_known_by_one_name(path: Path) -> None:
    """Or these rules would not see it."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            assert all(a.asname == "st" for a in node.names if a.name.partition(".")[0] == "streamlit")
        if isinstance(node, ast.ImportFrom):
            assert (node.module or "").partition(".")[0] != "streamlit"


@pytest.mark.parametrize("path", SCREENS, ids=name)
def test_markdown_is_only_our_own_notice(path: Path) -> None:
    for called, node in streamlit_calls(path):
        if called in MARKDOWN:
            assert name(path) in NOTICE_IN and ast.unparse(node.args[0]) == NOTICE, at(path, node)


@pytest.mark.parametrize("path", [*FRONT, *sorted((ROOT / "ui").rglob("*.js"))], ids=name)
def test_no_icon_is_fetched_from_outside_and_nothing_is_markup_by_force(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ":material/" not in text
    assert "unsafe_allow_html" not in text and "unsafe_allow_javascript" not in text
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text)


@pytest.mark.parametrize("path", SCREENS, ids=name)
def test_every_value_inside_html_was_escaped(path: Path) -> None:
    for function, assigned in functions(path):
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "st.html":
                wrong = [ast.unparse(part) for part in node.args if not safe(part, assigned, path)]
                assert not wrong, f"{at(path, node)}: {wrong}"


def test_what_makes_html_escapes_what_it_is_given() -> None:
    """The pieces of HTML that the rule above trusts."""
    for path in (ROOT / "ui" / "parts.py", ROOT / "ui" / "home.py", ROOT / "ui" / "pictures.py"):
        for function, assigned in functions(path):
            if function.name in {"badge", "_go", "picture"}:  # type: ignore[union-attr]
                (result,) = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]
                assert result is not None and safe(result, assigned, path)


def functions(path: Path) -> Iterator[tuple[ast.AST, dict[str, list[ast.expr]]]]:
    """Every function with what is assigned in it, by name."""
    for function in ast.walk(tree(path)):
        if not isinstance(function, ast.FunctionDef):
            continue
        assigned: dict[str, list[ast.expr]] = {}
        for node in ast.walk(function):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        assigned.setdefault(target.id, []).append(node.value)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "append":
                assigned.setdefault(ast.unparse(node.func.value), []).append(ast.List(node.args, ast.Load()))
        yield function, assigned


def safe(node: ast.expr, assigned: dict[str, list[ast.expr]], path: Path, seen: frozenset[str] = frozenset()) -> bool:
    """Can nothing in this expression be markup that we did not write ourselves?"""

    def well(*parts: ast.expr) -> bool:
        return all(safe(part, assigned, path, seen) for part in parts)

    match node:
        case ast.Constant():
            return True
        case ast.JoinedStr(values=parts):
            return well(*parts)
        case ast.FormattedValue(value=value):
            return well(value)
        case ast.BinOp(left=left, right=right):
            return well(left, right)
        case ast.BoolOp(values=parts):
            return well(*parts)
        case ast.IfExp(body=body, orelse=other):
            return well(body, other)
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return well(*parts)
        case ast.Starred(value=value):
            return well(value)
        case ast.GeneratorExp(elt=element) | ast.ListComp(elt=element):
            return well(element)
        case ast.Call(func=ast.Attribute(value=ast.Constant(), attr="join"), args=[joined]):
            return well(joined)
        case ast.Call(func=ast.Attribute() as called):
            return ast.unparse(called) == "html.escape"
        case ast.Call(func=ast.Name(id="len")):
            return True
        case ast.Call(func=ast.Name(id=called)):
            return called in HTML_MAKERS
        case ast.Attribute(attr=attribute):
            return attribute in HTML_ATTRIBUTES
        case ast.Name(id=known):
            if known in HTML_NAMES.get(name(path), set()):
                return True
            values = assigned.get(known, [])
            return bool(values) and known not in seen and all(
                safe(value, assigned, path, seen | {known}) for value in values
            )  # fmt: skip
    return False


@pytest.mark.parametrize("path", SCREENS, ids=name)
def test_every_word_comes_from_the_catalogue(path: Path) -> None:
    """A literal handed to Streamlit has no sentence in it; page titles are our name alone."""
    for _, node in streamlit_calls(path):
        given = [*node.args, *(word.value for word in node.keywords if word.arg in ("label", "help", "placeholder"))]
        for part in given:
            for constant in ast.walk(part):
                if isinstance(constant, ast.Constant) and isinstance(constant.value, str):
                    bare = re.sub(r"<[^>]*>?|[^<]*'>", "", constant.value)
                    assert not re.search(r"[A-Za-zÀ-ÿ]{2,} [A-Za-zÀ-ÿ]{2,}", bare), at(path, node)


@pytest.mark.parametrize("path", SCREENS, ids=name)
def test_every_label_is_of_the_catalogue_or_made_plain(path: Path) -> None:
    """Labels read Markdown: words of a story, a title or a region in one are escaped by `plain`."""
    for function, assigned in functions(path):
        for called, node in streamlit_calls(path, function):
            if called.rpartition(".")[2] not in LABELLED:
                continue
            assert node.args, at(path, node)
            wrong = [made for made in label_sources(node.args[0], assigned, path) if made not in LABEL_MAKERS]
            assert not wrong, f"{at(path, node)}: {wrong}"


ALREADY_PLAIN = {
    ("ui/parts.py", "error.message"),  # a sentence of the catalogue with ids, counts and dates
    ("ui/parts.py", "label"),  # handed in by a page, which is looked at itself
    ("ui/parts.py", "message"),  # what a page flashed: a sentence of the catalogue
    ("ui/walk.py", "label"),
    ("ui/follow_parts.py", "label"),
    ("ui/tell_about.py", "label"),  # a word of the catalogue, or a name made plain
    ("ui/compose.py", "cleared.why_not"),  # a sentence of the catalogue
}


def label_sources(label: ast.expr, assigned: dict[str, list[ast.expr]], path: Path) -> Iterator[str]:
    """The functions that make a label; a name is followed to what was assigned to it."""
    if (name(path), ast.unparse(label)) in ALREADY_PLAIN:
        return
    match label:
        case ast.Call(func=called):
            yield ast.unparse(called)
        case ast.List(elts=parts):
            for part in parts:
                yield from label_sources(part, assigned, path)
        case ast.ListComp(elt=element):
            yield from label_sources(element, assigned, path)
        case ast.IfExp(body=body, orelse=other):
            yield from label_sources(body, assigned, path)
            yield from label_sources(other, assigned, path)
        case ast.Name(id=known):
            if known not in assigned:
                yield known
            for value in assigned.get(known, []):
                yield from label_sources(value, assigned, path)
        case _:
            yield ast.unparse(label)


def test_the_rules_see_what_they_forbid() -> None:
    """A rule that never says no proves nothing."""
    here = ROOT / "ui" / "queue.py"
    good = ast.parse("f'<b>{html.escape(x)}</b>' + ''.join(f'<li>{badge(t)}</li>' for t in y)", mode="eval").body
    assert safe(good, {}, here)
    for bad in ("f'<b>{title}</b>'", "'<b>' + story.title", "f'{say(x)}'", "x", "str(html.escape(x) + y)"):
        assert not safe(ast.parse(bad, mode="eval").body, {}, here), bad
    assert list(label_sources(ast.parse("f'{x}'", mode="eval").body, {}, here)) == ["f'{x}'"]
