"""`cpstats reproduce` and `cpstats claims`: the statements of a document, recomputed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .terminal import Format, write

claims_app = typer.Typer(help="Ledgers of a document's claims.", no_args_is_help=True)

_COLUMNS = ["id", "kind", "published", "computed", "verdict", "reason"]
_Supplied = Annotated[
    Path | None,
    typer.Option(help="Figures you hold (CSV): see docs/claims.md.", show_default=False),
]
_Data = Annotated[
    Path | None,
    typer.Option("--data", help="Folder of the data package. [default: data/]", show_default=False),
]


def reproduce(
    ledger: Annotated[str, typer.Argument(help="Name of a ledger in data/claims, or its path.")],
    supplied: _Supplied = None,
    format: Annotated[Format, typer.Option(help="How to write them.")] = Format.TABLE,
    data: _Data = None,
) -> None:
    """Recompute every claim of a document from the data, and say what came of each."""
    import json

    from . import claims, published

    found = claims.reproduce(published.load(data), ledger, supplied=supplied)
    if format is Format.JSON:
        rows = [dict(zip(_COLUMNS, row, strict=True)) for row in found[_COLUMNS].to_numpy()]
        print(json.dumps(rows, indent=2, ensure_ascii=False, allow_nan=False))
        return
    if format is Format.CSV:
        print(found.to_csv(index=False), end="")
        return
    shown = found[["id", "published", "computed", "verdict"]]
    write(shown.assign(computed=shown["computed"].map(_short)), format, f"Claims of {ledger}")
    write(claims.tally(found), format, "By kind and verdict")


def _short(value: object) -> str:
    if value is None:
        return "[x]"
    return f"{value:,.6g}" if isinstance(value, int | float) else str(value)


@claims_app.command()
def new(
    path: Annotated[Path, typer.Argument(help="File to write (.toml).")],
    title: Annotated[str, typer.Option(help="Title of the document.")],
    area: Annotated[str, typer.Option(help="Area it is of.", show_default=False)] = "",
    published: Annotated[str, typer.Option(help="When published.", show_default=False)] = "",
) -> None:
    """Start a ledger for another document, with a claim of each usual form to write over."""
    from . import claims

    print(claims.start_ledger(path, title=title, area=area, published=published))
