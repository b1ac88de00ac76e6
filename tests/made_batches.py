"""Small notebooks and schedules for the tests of batches."""

from __future__ import annotations

from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent

PARAMETERS = 'area = "Dundee City"\nyear = "2018-19"\nlimit = 1.5\n'
HEADING = """\
import cpstats as cp
from cpstats.tables import Html, Prose
from markupsafe import Markup
Html(Markup("<h1>{}</h1>").format(area))"""
FIGURE = """\
rates = cp.measure(cp.load(), "register_rate", areas=area, periods=year)
Prose([f"{area}, {year}: {rates['numerator'].iloc[0]:.0f} children"])"""


def notebook(path: Path, *code: str, parameters: str = PARAMETERS) -> Path:
    """Write a notebook that shows the number on the register, then runs the code given."""
    cells = [nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]})]
    cells += [nbformat.v4.new_code_cell(c) for c in (HEADING, FIGURE, *code)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    for n, cell in enumerate(made.cells):
        cell["id"] = f"cell-{n}"
    nbformat.write(made, path)
    return path


def schedule(folder: Path, text: str = "", **keys: object) -> Path:
    """Write a schedule of the small notebook for three areas, unless told otherwise."""
    given: dict[str, object] = {
        "areas": ["Dundee City", "Fife", "Angus"], "years": ["2018-19"],
        "notebooks": ["small.ipynb"], "formats": ["html"], "output": "out",
        "data": str(ROOT / "data"),
    }  # fmt: skip
    given |= keys
    lines = [f"{key} = {written(value)}" for key, value in given.items() if value is not None]
    path = folder / "schedule.toml"
    path.write_text("\n".join([*lines, text, ""]), encoding="utf-8")
    return path


def written(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return str(value) if isinstance(value, int | float) else f"'{value}'"


def files(folder: Path) -> dict[str, bytes]:
    """Every file that is a report, by its name."""
    return {p.name: p.read_bytes() for p in sorted(folder.glob("small-*.html"))}
