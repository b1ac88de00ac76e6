"""The analyst's own words: Markdown files that are kept on every run, and marked as theirs."""

from __future__ import annotations

import re
from pathlib import Path

from markupsafe import Markup, escape

from ..errors import CannotRead
from ..files import write_whole
from ..tables import Html

SLOTS = {
    "position": "The partnership's position: what the figures mean here",
    "statement-1": "Statement 1: identified early and responded to",
    "statement-2": "Statement 2: lives improve with planning and support",
    "statement-3": "Statement 3: children and families involved",
    "statement-4": "Statement 4: leadership",
    "strengths": "Strengths, in the partnership's words",
    "areas-for-improvement": "Areas for improvement, in the partnership's words",
}
_OPEN = "<!-- {}. Write below this line in Markdown; what stands here is printed as yours. -->\n"
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
#: The analyst's headings stand under those of the report.
_BELOW = 3


def start_commentary(folder: str | Path) -> list[Path]:
    """
    Make an empty file for each slot that has none; files that are there are never touched.

    Parameters
    ----------
    folder : str or Path

    Returns
    -------
    list of Path
        Those that were made.
    """
    made = []
    for slot, text in SLOTS.items():
        path = Path(folder) / f"{slot}.md"
        if not path.exists():
            made.append(write_whole(path, _OPEN.format(text)))
    return made


def own_words(folder: str | Path, slot: str) -> Html | None:
    """
    Give what the analyst wrote for a slot, marked as theirs.

    Parameters
    ----------
    folder : str or Path
        Empty for none.
    slot : str

    Returns
    -------
    Html or None
        None where nothing is written. HTML in it is shown as text, pictures as their
        alternative, and only links to http, https and mail remain.

    Raises
    ------
    CannotRead
        When the file cannot be read.
    """
    path = Path(folder) / f"{slot}.md"
    if not folder or not path.exists():
        return None
    try:
        text = _COMMENT.sub("", path.read_text(encoding="utf-8-sig")).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise CannotRead(f"Cannot read {path}: {error}.") from error
    if not text:
        return None
    said = Markup('<div class="commentary" role="note"><p class="whose">{}</p>{}</div>')
    return Html(said.format("The partnership's own words:", render(text)))


def render(text: str) -> Markup:
    """
    Make a page's HTML of Markdown that somebody else wrote.

    Parameters
    ----------
    text : str

    Returns
    -------
    Markup
        A table has a caption and headers of a scope, as every table of a report.
    """
    import itertools

    import mistune

    counted = itertools.count(1)

    class Safe(mistune.HTMLRenderer):
        # What the plugin hands on are pieces made here: cells whose text is escaped already.
        def table(self, text: str) -> str:
            caption = f"Table {next(counted)} in the partnership's own words"
            return (
                f'<div class="table" role="region" tabindex="0" aria-label="{caption}"><table>'
                f"<caption>{caption}</caption>{text}</table></div>\n"
            )

        def table_head(self, text: str) -> str:
            return f"<thead><tr>{text}</tr></thead>"

        def table_body(self, text: str) -> str:
            return f"<tbody>{text}</tbody>"

        def table_row(self, text: str) -> str:
            return f"<tr>{text}</tr>"

        def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
            number = ' class="number"' if align == "right" else ""
            return f'<th scope="col"{number}>{text}</th>' if head else f"<td{number}>{text}</td>"

        def heading(self, text: str, level: int, **attrs: object) -> str:
            return f"<h{_BELOW}>{text}</h{_BELOW}>\n"

        def image(self, text: str, url: str, title: str | None = None) -> str:
            return str(escape(Markup(text).striptags()))

        def link(self, text: str, url: str, title: str | None = None) -> str:
            kept = re.match(r"(https?://|mailto:)", url.strip(), re.IGNORECASE)
            return f'<a href="{escape(url)}">{text}</a>' if kept else text

    made = mistune.create_markdown(renderer=Safe(escape=True), plugins=["table"])(text)
    return Markup(str(made))
