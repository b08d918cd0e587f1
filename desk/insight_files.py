"""Insights that leave the house: tables, drawings, and one A4 for a kenniskring.

What is on the screen is what leaves, counted and checked anew at this moment: for a purpose that leaves the house, with
the quotes' consent and the last look for names. Every file is a line in the audit; a quote that leaves is one of its
story too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import anonymise
from desk import handouts
from desk.behind import Quoted
from desk.insights import BALANCE, Row, Seen, Selection, Table, in_words, named, said_by, seen
from publish import charts, onepager, sheets, word
from publish.charts import Bar, Chart
from publish.sheets import Cell, Sheet
from stories import clock
from stories.consent import Purpose
from stories.errors import NotFound, Refused
from stories.people import Act, User
from stories.store import Books, Store
from stories.words import say

_PICTURE_WIDTH = 480.0  # points: the text width of the A4
_GAPS = 4  # on the A4


def export(store: Store, user: User, selection: Selection, form: str, table: str = "") -> tuple[bytes, str, str]:
    """A file, its media type, and its name, in which no word of anybody stands.

    `form` is csv, xlsx, docx, svg or png; the last two are of one `table`. Raises NotFound for another form or table,
    and Refused for a purpose that stays inside, for an A4 without an opgave, and while a name may stand in a quote.
    """
    user.require(Act.EXPORT_INSIGHTS)
    if form not in FORMS:
        raise NotFound("stories.not_found")
    with store.write() as books:  # a write, because every file that leaves is an audit line
        if selection.purpose is Purpose.INTERN_LEREN:
            raise Refused("insights.leaves_only")
        view = seen(books, selection)
        make, media_type = FORMS[form]
        data = make(books, user, view, table)
        where = " ".join(f"{name}={value}" for name, value in view.selection.codes.items())
        books.audit(user.id, "insights_exported", subject=form, detail=where)
        return data, media_type, f"{say('insights.file_name')}-{clock.today().isoformat()}.{form}"


def drawing(table: Table, limit: int) -> str:
    """The chart of a table as SVG, for a screen that has its title already."""
    return charts.svg(chart_of(table, limit), titled=False)


def chart_of(table: Table, limit: int) -> Chart:
    """Bars of a table: one per row, or under every row one per column (of the lenses the three that are weighed)."""

    def bar(label: str, row: Row, column: int, pattern: int) -> Bar:
        shown = row.bands[column]
        return Bar(label, shown.low or 0, shown.high or 0, in_words(shown, limit), pattern)

    columns = [i for i, code in enumerate(table.columns) if table.code != "balans" or code in BALANCE]
    if len(columns) == 1:
        return Chart(table.title, (("", tuple(bar(row.label, row, 0, 0) for row in table.rows)),))
    return Chart(
        table.title,
        tuple((row.label, tuple(bar(table.heads[i], row, i, i) for i in columns)) for row in table.rows),
    )


def _csv(_books: Books, _user: User, view: Seen, _table: str) -> bytes:
    return sheets.as_csv(_long(view))


def _xlsx(_books: Books, _user: User, view: Seen, _table: str) -> bytes:
    about = Sheet(say("insights.about_sheet"), [[line] for line in (say("insights.title"), *_about(view))])
    tables = [
        Sheet(
            table.code,
            [[table.first, *table.heads], *([row.label, *_words(row, view.limit)] for row in table.rows)],
        )
        for table in view.tables
    ]
    return sheets.as_xlsx([about, Sheet(say("insights.sheet"), _long(view)), *tables])


def _long(view: Seen) -> list[list[Cell]]:
    """Every number on a line of its own: a band as two numbers and in words. What has no number has words only."""
    head = [say(f"insights.csv_{name}") for name in ("table", "row", "column", "from", "to", "words")]
    return [
        [*head],
        *(
            [table.title, row.label, heading, shown.low or None, shown.high if shown.low else None,
             in_words(shown, view.limit)]
            for table in view.tables
            for row in table.rows
            for heading, shown in zip(table.heads, row.bands, strict=True)
        ),
    ]  # fmt: skip


def _svg(_books: Books, _user: User, view: Seen, table: str) -> bytes:
    return charts.svg(chart_of(_known(view, table), view.limit)).encode()


def _png(_books: Books, _user: User, view: Seen, table: str) -> bytes:
    return charts.png(chart_of(_known(view, table), view.limit))


def _known(view: Seen, code: str) -> Table:
    table = view.table(code)
    if table is None:
        raise NotFound("stories.not_found")
    return table


def _docx(books: Books, user: User, view: Seen, _table: str) -> bytes:
    opgave = view.selection.opgave
    if opgave is None or view.selection.purpose is not Purpose.KENNISKRING:
        raise Refused("insights.choose_opgave")
    _require_no_names(books, view.quotes)
    handouts.noted(books, user.id, [(quoted.story_id, quoted.quote.id) for quoted in view.quotes], opgave)
    parts = [table for table in map(view.table, ("balans", "verandertheorie")) if table is not None]
    rows = [
        (heading, words)
        for table in parts
        for row in table.rows
        if row.code == opgave
        for heading, words in zip(table.heads, _words(row, view.limit), strict=True)
    ]
    roles = view.table("rollen")
    if roles is not None:
        rows += [(row.label, _words(row, view.limit)[0]) for row in roles.rows]
    balance = parts[0]
    own = Table(balance.code, balance.title, balance.first, balance.columns, balance.heads,
                tuple(row for row in balance.rows if row.code == opgave))  # fmt: skip
    chart = chart_of(own, view.limit)
    picture, (wide, high) = charts.png(chart), charts.size(chart)
    return onepager.document(
        onepager.Page(
            title=say("insights.doc_title", opgave=named(view.selection.tag, view.names)),
            facts=[say("insights.doc_tellers", count=in_words(view.cell, view.limit)), " · ".join(_about(view)[:3])],
            table=[(say("insights.csv_row"), say("insights.tellers")), *rows],
            picture=onepager.Picture(picture, _PICTURE_WIDTH, _PICTURE_WIDTH * high / wide, chart.title),
            quotes_title=say("insights.doc_quotes"),
            quotes=[(quoted.quote.text, said_by(quoted)) for quoted in view.quotes],
            gaps_title=say("insights.gaps_title"),
            gaps=[gap.sentence for gap in view.gaps if gap.opgave == opgave][:_GAPS],
            foot=[
                say("insights.small_note", limit=view.limit),
                *([say("insights.doc_rights", day=_day())] if view.quotes else []),
            ],
        )
    )


def _words(row: Row, limit: int) -> list[str]:
    return [in_words(shown, limit) for shown in row.bands]


def _about(view: Seen) -> list[str]:
    """When this was made, for what, and of whom."""
    chosen = view.selection
    filters = [
        *([str(chosen.year)] if chosen.year else []),
        *([say(f"insights.role_{chosen.role}")] if chosen.role else []),
        *([view.regions.get(chosen.region, chosen.region)] if chosen.region else []),
    ]
    return [
        say("insights.made_on", day=_day()),
        say("insights.counted_for", purpose=say(f"terms.purpose_{chosen.purpose}")),
        say("insights.filters", filters=", ".join(filters) or say("insights.no_filters")),
        say("insights.tellers_count", count=in_words(view.tellers, view.limit)),
        say("insights.small_note", limit=view.limit),
    ]


def _day() -> str:
    today = clock.today()
    return f"{today.day} {say('insights.months').split()[today.month - 1]} {today.year}"


def _require_no_names(books: Books, quotes: Sequence[Quoted]) -> None:
    """The last look: no quote holds a name that was said in its story or that its teller asked to hide."""
    for quoted in quotes:
        names = [*anonymise.sought(books.names(quoted.story_id)), *books.intake_names(quoted.story_id)]
        if anonymise.residual({"": quoted.quote.text}, names):
            raise Refused("insights.name_left")


Make = Callable[[Books, User, Seen, str], bytes]

FORMS: dict[str, tuple[Make, str]] = {
    "csv": (_csv, sheets.CSV),
    "xlsx": (_xlsx, sheets.XLSX),
    "docx": (_docx, word.MEDIA_TYPE),
    "svg": (_svg, "image/svg+xml"),
    "png": (_png, "image/png"),
}
"""The files there are: what makes one, and its media type."""
