"""A newsletter, or one item of it, as responsive e-mail HTML (MJML), plain text, an .eml draft and a .docx to review.

MJML never sees a word that a person typed. The template is drawn with a numbered slot in each place for text, MJML
turns that skeleton into e-mail HTML, and only then does each slot get its text, escaped once. This is on purpose:
mjml 0.12 puts the title into an attribute without escaping quotation marks, and a text that says
`font-family: Roboto` makes it add a link to a font server. A last look over the finished HTML (`check_html`)
refuses anything that is not on a short list, whatever the reason.

A picture of the house stands beside the page in the bundle and inside the draft (`cid:`), so that opening the mail
asks nothing of anybody's server. A clip becomes its words, with a link to listen: sound never travels in a mail.
Nothing that a person typed holds a code of a mail program (`publish.providers.tame`).
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import escape

from publish import review
from publish.letter import Letter, to_read, to_text
from publish.pictures import Shots, credited, shots_of
from publish.plain import safe_link, safe_unsubscribe
from publish.providers import tame
from publish.rendering import Files, Sounds, Studio
from stories.errors import InputRefused, Refused
from stories.words import say

TEMPLATES = Path(__file__).parent / "templates"

ALLOWED_TAGS = frozenset(
    {
        *("html", "head", "title", "meta", "style", "body", "div", "table", "tbody", "tr", "td"),
        *("h1", "h2", "p", "blockquote", "a", "br", "strong", "span", "ul", "ol", "li", "img"),
    }
)
"""Tags in the finished mail. Nothing here can run anything, and `img` loads only what travels along."""

_OWN_PICTURE = re.compile(r"(afbeeldingen/|cid:)beeld-\d\d(\.png|@vertelpunt)")

_SLOT = re.compile("\ue000([0-9]+)\ue001")  # private-use characters: `plain.tidy` removes them from what people type
_LOADS = re.compile(r"url\s*\(|@import|expression\s*\(|src\s*=", re.IGNORECASE)


class _Slots:
    """Texts kept aside while MJML draws the skeleton: `slot("...")` gives a mark, `fill` puts the texts back."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def slot(self, text: str) -> str:
        self.texts.append(text)
        return f"\ue000{len(self.texts) - 1}\ue001"

    def fill(self, skeleton: str) -> str:
        """In one pass, so that no text is looked at again. Escaped for element and attribute alike."""
        return _SLOT.sub(lambda mark: str(escape(self.texts[int(mark[1])])), skeleton)


@functools.cache
def _environment() -> ImmutableSandboxedEnvironment:
    """Escapes everywhere (`select_autoescape` would skip `.mjml.j2`); a missing value is an error, not a gap."""
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@functools.lru_cache(maxsize=32)
def _skeleton(mjml: str) -> str:
    """E-mail HTML with slots. Kept, since letters of the same shape share it and it holds nobody's words."""
    from mjml import mjml_to_html  # here, so that the room itself opens quickly

    return re.sub(r"\n\s+", "\n", mjml_to_html(mjml, keep_comments=False).html).strip() + "\n"


def for_mail(letter: Letter, unsubscribe: str = "") -> Letter:
    """The letter as a mail can hold it: what can be read of it, without a mail program's codes but this one.

    Raises InputRefused `bad_unsubscribe` when the mail program's code is not one.
    """
    token = safe_unsubscribe(unsubscribe or letter.unsubscribe)
    if token is None:
        raise InputRefused("publish.bad_unsubscribe")
    letter = to_read(letter)
    parts = tuple(
        replace(part, alt=tame(part.alt), paragraphs=tuple(tuple(map(tame, lines)) for lines in part.paragraphs))
        for part in letter.parts
    )
    title, preheader = tame(letter.title), tame(letter.preheader)
    return replace(letter, title=title, preheader=preheader, parts=parts, unsubscribe=token)


def to_html(letter: Letter, *, sources: Mapping[str, str] | None = None, issue: bool = True) -> str:
    """A letter `for_mail` as one HTML page for mail programs: Dutch, real headings, no outside request of any kind.

    `sources`: the address of each picture by its file's id; a picture without one is shown as its words. Not an
    `issue`: one item of it. Raises Refused `output_unsafe` when the result holds anything that is not on the list.
    """
    slots = _Slots()
    template = _environment().get_template("newsletter.mjml.j2")
    mjml = template.render(
        letter=letter, slot=slots.slot, helpline=_helpline, say=say, sources=sources or {}, issue=issue
    )
    html = slots.fill(_skeleton(mjml))
    check_html(html)
    return html


def preview(letter: Letter) -> str:
    """The HTML as readers would see it, for the composer; each picture is a box with its words."""
    return to_html(for_mail(letter))


def preview_item(letter: Letter) -> str:
    """The same for one item of a newsletter."""
    return to_html(for_mail(letter), issue=False)


def to_eml(letter: Letter, *, text: str, html: str, shots: Shots) -> bytes:
    """A draft that a mail program opens for sending (`X-Unsent`): the plain text and the HTML as alternatives, the
    HTML together with its pictures.

    The same letter gives the same bytes: no date, no message id, and boundaries made from the content.
    """
    message = EmailMessage(policy=policy.SMTP)
    message["Subject"] = letter.title
    message["X-Unsent"] = "1"
    message.set_content(text, subtype="plain", charset="utf-8", cte="quoted-printable")
    message.add_alternative(html, subtype="html", charset="utf-8", cte="quoted-printable")
    message["Content-Language"] = "nl"
    mark = hashlib.sha256((text + "\0" + html).encode()).hexdigest()[:40]
    message.set_boundary(f"vertelpunt-{mark}")
    page = message.get_body(("html",))
    if shots and page is not None:
        for shot in shots.values():
            name = shot.name.rpartition("/")[2]
            page.add_related(shot.data, "image", "png", cid=f"<{shot.cid}>", filename=name, disposition="inline")
        page.set_boundary(f"beelden-{mark}")
    return message.as_bytes()


def mail_files(letter: Letter, shots: Shots | None = None) -> dict[str, bytes]:
    """What is sent, of a letter `for_mail`: the page, its words and the draft."""
    shots = shots or {}
    text = to_text(letter)
    html = to_html(letter, sources={file_id: shot.name for file_id, shot in shots.items()})
    inside = to_html(letter, sources={file_id: f"cid:{shot.cid}" for file_id, shot in shots.items()})
    return {
        "newsletter.html": html.encode(),
        "newsletter.txt": text.encode(),
        "newsletter.eml": to_eml(letter, text=text, html=inside, shots=shots),
        **{shot.name: shot.data for shot in shots.values()},
    }


def render(letter: Letter, sounds: Sounds, studio: Studio) -> Files:
    """Every file of a whole newsletter by its name. Raises NotFound when a picture is gone."""
    letter = credited(for_mail(letter, studio.unsubscribe), studio.files)
    shots = shots_of(letter.parts, sounds)
    return {**mail_files(letter, shots), "newsletter.docx": review.document(letter, shots)}


def render_item(letter: Letter, sounds: Sounds, studio: Studio) -> Files:
    """One item, to be put into a newsletter that somebody else makes: its page, its words and a .docx."""
    letter = credited(for_mail(letter), studio.files)
    shots = shots_of(letter.parts, sounds)
    sources = {file_id: shot.name for file_id, shot in shots.items()}
    return {
        "item.html": to_html(letter, sources=sources, issue=False).encode(),
        "item.txt": to_text(letter, issue=False).encode(),
        "item.docx": review.document(letter, shots),
        **{shot.name: shot.data for shot in shots.values()},
    }


class SeenText(HTMLParser):
    """What a person or a mail program gets from HTML: `words` outside style sheets, and every attribute value that
    is not about looks."""

    LOOKS = frozenset({"style", "class", "bgcolor", "align", "valign", "border", "cellpadding", "cellspacing", "width"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag == "style":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not self._open and data.strip():
            self.words.append(data)

    @classmethod
    def of(cls, html: str) -> SeenText:
        seen = cls()
        seen.feed(html)
        seen.close()
        return seen

    @property
    def text(self) -> str:
        values = [
            value for _, name, value in self.attributes if name not in self.LOOKS and not name.startswith("xmlns")
        ]
        return "\n".join([*(" ".join(part.split()) for part in self.words), *values])


def check_html(html: str) -> None:
    """Raise Refused `output_unsafe` unless every tag is allowed, nothing runs or loads, and every link is safe."""
    seen = SeenText.of(html)
    handlers = [name for _, name, _ in seen.attributes if name.startswith("on") or name in ("srcset", "background")]
    loaded = [value for _, name, value in seen.attributes if name == "src"]
    commands = [value.lower() for tag, name, value in seen.attributes if tag == "meta" and name == "http-equiv"]
    links = [value for _, name, value in seen.attributes if name in ("href", "action", "formaction")]
    styles = [value for _, name, value in seen.attributes if name == "style"]
    styles += re.findall(r"<style[^>]*>(.*?)</style>", html, re.DOTALL)
    if (
        seen.tags - ALLOWED_TAGS
        or handlers
        or not all(_OWN_PICTURE.fullmatch(address) for address in loaded)
        or set(commands) - {"x-ua-compatible", "content-type"}
        or any(safe_unsubscribe(link) is None and safe_link(link) is None for link in links)
        or any(_LOADS.search(style) for style in styles)
    ):
        raise Refused("publish.output_unsafe")


def _helpline(line: str) -> tuple[str, str]:
    """`Kindertelefoon: 0800-0432 (gratis)` as its name and the rest, so that the name can stand out."""
    name, colon, rest = line.partition(":")
    return (name + colon, rest.strip()) if colon and len(name) <= 40 else ("", line)
