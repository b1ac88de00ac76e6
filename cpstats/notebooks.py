"""The notebooks: where ours lie, and which parameters a notebook takes."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .errors import CannotRead, CpstatsError, ReportFailed, UnknownName

#: The kinds of report, and the notebook of each.
NOTEBOOKS = {
    "annual": "annual_self_evaluation.ipynb",
    "quarterly": "quarterly_scrutiny.ipynb",
    "reproduction": "inspection_reproduction.ipynb",
}
_TAG = "parameters"


def find_notebook(kind: str) -> Path:
    """Find a notebook of ours, beside the code: one that lies elsewhere runs only when named.

    Raises
    ------
    ReportFailed
        Where the code was installed without its notebooks.
    """
    path = Path(__file__).resolve().parent.parent / "notebooks" / NOTEBOOKS[kind]
    if not path.exists():
        raise ReportFailed(f"There is no notebooks/{path.name} beside the code: use a checkout.")
    return path


def declared(notebook: Path) -> dict[str, Any]:
    """
    Read the parameters that a notebook declares.

    Parameters
    ----------
    notebook : Path
        With a cell tagged "parameters" of plain assignments.

    Returns
    -------
    dict
        Each with its default; None for one that is no literal.

    Raises
    ------
    CannotRead
        For a file that is no notebook.
    ReportFailed
        For a notebook without such a cell: values given to it would be lost.
    """
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        tagged = [c for c in cells if _TAG in c.get("metadata", {}).get("tags", [])]
        sources = ["".join(c["source"]) for c in tagged]
        trees = [ast.parse(source) for source in sources]
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        SyntaxError,
        RecursionError,
    ) as error:
        raise CannotRead(f"Cannot read {notebook} as a notebook: {error}.") from error
    if not trees:
        raise ReportFailed(
            f"{notebook.name} has no cell tagged 'parameters', so values given to it would be lost."
        )
    found: dict[str, Any] = {}
    for line in (line for tree in trees for line in tree.body):
        targets = line.targets if isinstance(line, ast.Assign) else [getattr(line, "target", None)]
        for target in targets:
            if isinstance(target, ast.Name):
                found[target.id] = _literal(getattr(line, "value", None))
    return found


def _literal(node: Any) -> Any:
    try:
        return ast.literal_eval(node) if node is not None else None
    except (ValueError, TypeError):  # also a set of lists, and what else is no literal
        return None


def check_parameters(notebook: Path, given: Mapping[str, Any]) -> None:
    """
    Refuse parameters that a notebook does not declare, or declares to be of another kind.

    Parameters
    ----------
    notebook : Path
    given : mapping

    Raises
    ------
    UnknownName
        For one that the notebook has not.
    CpstatsError
        For a value of another kind than the default.
    """
    known = declared(notebook)
    for name, value in given.items():
        if name not in known:
            raise UnknownName(f"parameter of {notebook.name}", name, known)
        default = known[name]
        if default is not None and not _alike(value, default):
            raise CpstatsError(
                f"Parameter {name} of {notebook.name} is {_kind(default)}, such as {default!r}; "
                f"{value!r} is {_kind(value)}."
            )


def _alike(value: Any, default: Any) -> bool:
    if isinstance(default, float):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return type(value) is type(default)


def _kind(value: Any) -> str:
    names = {str: "a text", bool: "true or false", int: "a whole number", float: "a number",
             list: "a list", dict: "a table"}  # fmt: skip
    return names.get(type(value), type(value).__name__)
