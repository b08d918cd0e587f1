"""The newsletter as foreign readers see it: an HTML parser, a mail parser. And hostile words in every field."""

from __future__ import annotations

import functools
import re
from dataclasses import replace
from email import message_from_bytes, policy
from html.parser import HTMLParser

import pytest

from publish.letter import lay_out, to_text
from publish.newsletter import check_html, for_mail, mail_files, preview, to_html
from publish.plain import one_line, tidy
from stories.errors import InputRefused, Refused
from stories.model import Block, BlockKind, CleanText
from tests.publish.pieces import a_piece, the_evidence, with_story


class Page(HTMLParser):
    """A plain reader of HTML that knows nothing of ours."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.headings, self.text, self.comments = [], [], [], [], []
        self.inside = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]
        self.inside = tag

    def handle_data(self, data):
        if self.inside in ("h1", "h2") and data.strip():
            self.headings.append((self.inside, data.strip()))
        if self.inside != "style":
            self.text.append(data)

    def handle_endtag(self, tag):
        self.inside = None

    def handle_comment(self, data):
        self.comments.append(data)


def letter(piece=None, **changes):
    piece = piece or a_piece()
    return for_mail(lay_out(piece, the_evidence(piece), **changes))


def html_of(piece=None):
    return to_html(letter(piece))


def test_the_page_is_dutch_has_real_headings_and_a_preheader():
    html = html_of()
    page = Page(html)
    assert ("html", "lang", "nl") in page.attributes
    assert page.headings == [
        ("h1", "De deurbel doet het weer"),
        ("h2", "In deze nieuwsbrief"),
        ("h2", "Stil aan de deur"),
        ("h2", "Een boekje in de trommel"),
        ("h2", "Wat kunt u doen?"),
        ("h2", "Hulp nodig?"),
    ]
    assert re.search(r'<body[^>]*>\s*<div style="display:none[^>]*>\s*Drie verhalen over geld', html)
    assert re.search(r"<title>\s*De deurbel doet het weer\s*</title>", html)


def test_every_table_is_for_looks_only_and_nothing_comes_from_elsewhere():
    html = html_of()
    page = Page(html)
    roles = [value for tag, name, value in page.attributes if tag == "table" and name == "role"]
    assert page.tags.count("table") == len(roles) and set(roles) == {"presentation"}
    assert not {"img", "script", "link", "iframe", "object", "form", "input", "svg", "video", "base"} & set(page.tags)
    outside = re.findall(r"(?:https?:)?//[^\s\"'<>)]+", html)
    assert {found for found in outside if "w3.org" not in found} == {
        "https://vertelpunt.example/meedoen?bron=brief&amp;nr=1"
    }
    assert "url(" not in html and "@import" not in html and "fonts.google" not in html


def test_the_tables_that_only_outlook_sees_hold_no_words_of_people():
    for comment in Page(html_of()).comments:
        assert not re.search(r"deurbel|trommel|Kindertelefoon|[\ue000\ue001]", comment)


def test_a_citaat_has_quotation_marks_and_a_paraphrase_says_what_it_is():
    text = to_text(letter())
    flat = " ".join(text.split())
    assert "“Ik heb de batterij uit de deurbel gehaald. Dan kon er niemand meer komen voor geld.” — een ouder" in flat
    assert "Mijn dochter (...) zat steeds vaker voor het raam. — naar het verhaal van een ouder" in flat
    assert "— een kind van de basisschool" in flat


def test_both_formats_say_the_same_words():
    html_words, text = " ".join(Page(html_of()).text), to_text(letter())
    for part in letter().parts:
        for word in part.text.split():
            assert word in html_words and word in text


def test_notes_stay_behind():
    for made in mail_files(letter()).values():
        assert b"Foto nog vragen" not in made


def test_the_plain_text_fits_in_a_mail():
    assert max(len(line) for line in to_text(letter()).split("\n")) <= 72


def test_the_draft_is_a_mail_with_two_alternatives_and_no_trace_of_when_it_was_made():
    raw = mail_files(letter())["newsletter.eml"]
    mail = message_from_bytes(raw, policy=policy.default)
    assert mail["Subject"] == "De deurbel doet het weer" and mail["X-Unsent"] == "1" and not mail.defects
    assert set(mail.keys()) == {"Subject", "X-Unsent", "MIME-Version", "Content-Type", "Content-Language"}
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    files = mail_files(letter())
    bodies = [part.get_content().replace("\r\n", "\n") for part in mail.iter_parts()]
    assert bodies == [files["newsletter.txt"].decode(), files["newsletter.html"].decode()]
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))


@pytest.mark.parametrize("token", ["[[uitschrijflink]]", "{{ unsubscribe }}", "*|UNSUB|*", "https://b.example/u?x=1"])
def test_each_mail_provider_has_its_own_way_to_unsubscribe(token):
    files = mail_files(letter(unsubscribe=token))
    assert token in files["newsletter.txt"].decode()
    assert ("a", "href", token) in Page(files["newsletter.html"].decode()).attributes


@pytest.mark.parametrize("token", ["", "javascript:alert(1)", '[["onclick="x]]', "http://b.example", "uitschrijven"])
def test_an_odd_way_to_unsubscribe_is_refused(token):
    with pytest.raises(InputRefused) as refused:
        letter(unsubscribe=token)
    assert refused.value.code == "bad_unsubscribe"


HOSTILE = [
    "<script>alert(1)</script>",
    '" onmouseover="alert(1)" x="',
    "' onload='alert(1)",
    "</style></title></head><img src=x onerror=alert(1)>",
    "<!--[if mso]><script>alert(1)</script><![endif]-->",
    "--><script>alert(1)</script>",
    "<mj-include path='/etc/passwd' /><mj-raw><script>1</script></mj-raw></mj-text>",
    "<a href='javascript:alert(1)'>klik</a> javascript:alert(1)",
    '"font-family: Roboto" x="font-family: Lato, Ubuntu"',
    "{{ 7*7 }} {% include 'x' %} {# weg #} %(x)s {0} {teller} ${7*7}",
    "Titel\r\nBcc: iemand@elders.example\r\n\r\n<b>",
    "Titel\nX-Kop: 1\u2028nog\x85een\x0b\x0c",
    "![x](https://kwaad.example/p.png) <img src=//kwaad.example/p.png>",
    "\ue0000\ue001 \ue0001\ue001 slot",
    "\x00\x01\x02\x03 \ud800 \udfff \u202egnaat\u202c \u200b\ufeff",
    "z\u0300\u0301\u0302\u0303\u0304a\u0489\u0489\u0489lgo",
    "&lt;script&gt; &amp;amp; &#60;b&#62; &copy; &",
    "]]></xml>\\\"\\'`",
    "=HYPERLINK(1) +1 -1 @x",
    "a" * 5000,
]
FIELDS = ["title", "preheader", *dict.fromkeys(str(b.kind) for b in a_piece().blocks if b.kind is not BlockKind.NOTE)]


def hostile_piece(field, words):
    """The piece with `words` in one field. The gate is not asked here: the renderer must be safe without it."""
    if field in ("title", "preheader"):
        return a_piece(**{field: words})
    index = [str(block.kind) for block in a_piece().blocks].index(field)
    blocks = list(a_piece().blocks)
    blocks[index] = replace(blocks[index], text=words)
    return a_piece(blocks=tuple(blocks))


def shape(html):
    """Tags and attribute names, which no words of people may change."""
    page = Page(html)
    return page.tags, [(tag, name) for tag, name, _ in page.attributes]


@functools.cache
def shape_with(field, words):
    return shape(html_of(hostile_piece(field, words)))


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_come_out_as_words(field, words):
    piece = hostile_piece(field, words)
    made = letter(piece)
    files = mail_files(made)
    html = files["newsletter.html"].decode()
    tame = re.sub(r"[^\s:]+", "tam", tidy(words))  # the same lines, and the colon that makes a helpline's name bold
    assert shape(html) == shape_with(field, tame)
    page = Page(html)
    assert not {"script", "img", "b", "mj-include", "mj-raw"} & set(page.tags)
    assert not [name for _, name, _ in page.attributes if name.startswith("on") or name == "x"]
    assert all(v.startswith(("https:", "[[")) for _, name, v in page.attributes if name == "href")
    assert "fonts.google" not in html and not re.search(r"<link|@import", html)
    seen = "".join("".join(page.text).split())
    assert "".join(one_line(words).split()) in seen
    assert "".join(one_line(words).split()) in "".join(files["newsletter.txt"].decode().split())
    mail = message_from_bytes(files["newsletter.eml"], policy=policy.default)
    assert set(mail.keys()) == {"Subject", "X-Unsent", "MIME-Version", "Content-Type", "Content-Language"}
    assert " ".join(mail["Subject"].split()) == made.title
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == files["newsletter.txt"].decode()


def test_a_hostile_region_or_role_has_no_way_in():
    """Who tells is a fixed word of the catalogue; nothing of the story's row is printed."""
    evidence = the_evidence()
    story = evidence.stories["s1"].story.moved(region="<script>Zuidoost</script>")
    made = mail_files(lay_out(a_piece(), with_story(evidence, "s1", story=story)))
    assert all(b"Zuidoost" not in data for data in made.values())


def test_a_story_text_full_of_markup_is_quoted_as_text():
    evidence = the_evidence()
    known = evidence.stories["s1"]
    text = "<script>alert(1)</script> zei ik."
    version = replace(known.version, clean=CleanText(text, "0" * 64))
    quote = replace(evidence.quotes["q1"], text=text, start=0, end=len(text))
    piece = a_piece(blocks=(Block(BlockKind.QUOTE, text, quote_id="q1"),))
    changed = replace(with_story(evidence, "s1", version=version), quotes={"q1": quote})
    assert "&lt;script&gt;alert(1)&lt;/script&gt; zei ik." in to_html(lay_out(piece, changed))


@pytest.mark.parametrize(
    "harm",
    [
        "<script>1</script>",
        "<img src='https://kwaad.example/p.png'>",
        "<p onclick='x'>x</p>",
        "<a href='javascript:x'>x</a>",
        "<a href='http://b.example'>x</a>",
        "<style>p { background: url(https://b.example) }</style>",
        "<style>@import 'x'</style>",
        "<p style='background:url(x)'>x</p>",
        "<link rel='stylesheet' href='https://b.example'>",
        "<iframe></iframe>",
        "<table background='https://b.example/x'></table>",
        "<form action='https://b.example'></form>",
        "<meta http-equiv='refresh' content='0;url=https://b.example'>",
    ],
)
def test_the_last_look_refuses_what_does_not_belong_in_a_mail(harm):
    with pytest.raises(Refused) as refused:
        check_html(html_of().replace("</body>", harm + "</body>"))
    assert refused.value.code == "output_unsafe"


def test_a_concept_can_be_looked_at_before_it_is_in_order():
    piece = a_piece(blocks=(*a_piece().blocks, Block(BlockKind.QUOTE, "Onbekend.", quote_id="weg")))
    piece = replace(piece, blocks=(*piece.blocks, Block(BlockKind.CALL_TO_ACTION, "Klik", url="javascript:x")))
    html = preview(lay_out(piece, the_evidence(), strict=False))
    assert "Onbekend." not in html and "Klik" not in html and "De deurbel doet het weer" in html
    with pytest.raises(InputRefused):
        lay_out(piece, the_evidence())


def test_tidy_keeps_what_a_reader_sees():
    assert tidy("Zoë's café — “één” 👩‍👧 ½ €5,-\tja") == "Zoë's café — “één” 👩‍👧 ½ €5,- ja"
    assert tidy("e\u0301e\u0301n\r\n\r\n\r\ntwee ") == "één\n\n\ntwee"
    assert tidy("Pl\u200d\u00ad\u2060eun") == "Pleun"
