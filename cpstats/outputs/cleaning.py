"""Notebooks that may be handed on: without whose they were and where they ran, or marked as not."""

from __future__ import annotations

import ast
import copy
import json
import re
from collections.abc import Mapping
from typing import Any

from ..errors import ImpossibleInput, ReportFailed
from .whereabouts import is_address, secrets_of, without_whereabouts

#: What is shown on a page; other kinds of output are not read by anyone and are left out.
_SHOWN = ("text/html", "text/plain", "image/png", "image/svg+xml")
_PICTURES = {"image/png", "image/svg+xml"}
#: How a picture is shown and told, which says nothing of a machine.
_OF_PICTURES = {"alt", "width", "height"}
_PARAMETERS = {"parameters", "injected-parameters"}
_KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}

_YEARS_OR_DAYS = re.compile(r"\d{1,4}([/-]\d{1,4}){1,2}(\s*Q[1-4])?")
_FROM_THE_ROOT = re.compile(r"[/~\\]|[A-Za-z]:[/\\]|[A-Za-z][A-Za-z0-9+.-]*:/")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def clean_notebook(notebook: Any, *, failed: bool = False) -> Any:
    """
    Make the copy of an executed notebook that is kept.

    Parameters
    ----------
    notebook : NotebookNode
        It is not changed.
    failed : bool
        Whether it stopped at an error, which then stays: it is what the copy is read for.

    Returns
    -------
    NotebookNode
        With the sources and what the cells show (HTML, plain text, PNG and SVG pictures, printed
        text). Without errors and warnings, other outputs, metadata that say where, when and by whom
        it was run, and attachments that no text shows. Folders and files among the parameters are
        replaced by the last part of their path, there and wherever a full path is repeated; no
        address says who asks, and no other path where this machine's users keep things.

    Raises
    ------
    ReportFailed
        When a cell of parameters is not Python, so that its paths cannot be found.
    """
    copied = copy.deepcopy(notebook)
    paths = _paths(copied)
    copied["metadata"] = _metadata(copied.get("metadata", {}))
    for cell in copied["cells"]:
        _clean_cell(cell, failed)
    names = {full: last for full, last in paths.items() if _from_the_root(full)}
    for address in filter(is_address, paths):
        names |= secrets_of(address)
    return _without(copied, names)


def mark_restricted(notebook: Any, why: str) -> Any:
    """
    Mark a notebook as one that must not be handed on.

    Parameters
    ----------
    notebook : NotebookNode
        It is not changed.
    why : str
        Who may read it, or what would have to be done first.

    Returns
    -------
    NotebookNode
        A copy whose first cell begins with "RESTRICTED: " and the reason.

    Raises
    ------
    ImpossibleInput
        When no reason is given.
    """
    from nbformat.v4 import new_markdown_cell

    reason = " ".join(why.split())
    if not reason:
        raise ImpossibleInput("Say why the notebook is restricted.")
    copied = copy.deepcopy(notebook)
    cell = new_markdown_cell(f"RESTRICTED: {reason}", id="restricted")
    if (copied.get("nbformat", 4), copied.get("nbformat_minor", 5)) < (4, 5):
        del cell["id"]  # cells had none before
    marked = [c for c in copied["cells"] if c.get("id") != "restricted"]
    copied["cells"] = [cell, *marked]
    return copied


def _metadata(given: Any) -> Any:
    """Keep the title and the language; a kernel is told by its language, not by its folder."""
    kept = {name: given[name] for name in ("title", "language_info") if name in given}
    if given.get("kernelspec", {}).get("language", "") == "python":
        kept["kernelspec"] = dict(_KERNEL)
    return _like(given, kept)


def _like(given: Any, kept: dict) -> Any:
    """Make a mapping of the kind that the notebook is made of."""
    from nbformat import from_dict

    return from_dict(kept) if type(given) is not dict else kept


def _clean_cell(cell: Any, failed: bool) -> None:
    """Clean one cell of the copy, in place."""
    tags = cell.get("metadata", {}).get("tags")
    cell["metadata"] = _like(cell["metadata"], {"tags": tags} if tags else {})
    _clean_attachments(cell)
    if "outputs" in cell:
        cell["outputs"] = [made for given in cell["outputs"] if (made := _output(given, failed))]


def _clean_attachments(cell: Any) -> None:
    used = {
        name: {mime: data for mime, data in bundle.items() if mime in _PICTURES}
        for name, bundle in cell.get("attachments", {}).items()
        if f"attachment:{name}" in cell["source"]
    }
    if any(used.values()):
        cell["attachments"] = _like(cell["attachments"], used)
    else:
        cell.pop("attachments", None)


def _output(given: Any, failed: bool) -> Any:
    """Keep what an output shows; None when nothing of it is shown."""
    if given["output_type"] == "error" and failed:
        # Colours would part the paths and addresses that are looked for.
        given["traceback"] = [_COLOUR.sub("", line) for line in given["traceback"]]
        return given
    if given["output_type"] == "stream":
        return given if failed or given["name"] == "stdout" else None
    shown = {mime: data for mime, data in given.get("data", {}).items() if mime in _SHOWN}
    if not shown:
        return None
    of_pictures = {
        mime: {name: v for name, v in told.items() if name in _OF_PICTURES}
        for mime, told in given.get("metadata", {}).items()
        if mime in shown and isinstance(told, dict)
    }
    kept = {"output_type": given["output_type"], "data": shown, "metadata": of_pictures}
    if given["output_type"] == "execute_result":
        kept["execution_count"] = given.get("execution_count")
    return _like(given, kept)


def _paths(notebook: Any) -> dict[str, str]:
    """Find the folders and files among the parameters, and write their last part for them."""
    found: dict[str, str] = {}
    for cell in notebook["cells"]:
        tags = set(cell.get("metadata", {}).get("tags", ()))
        if cell["cell_type"] == "code" and tags & _PARAMETERS:
            cell["source"], replaced = _shortened(cell["source"])
            found |= replaced
    papermill = notebook.get("metadata", {}).get("papermill", {})
    for value in papermill.get("parameters", {}).values():
        if isinstance(value, str) and _is_path(value):
            found[value] = _last_part(value)
    return found


def _shortened(source: str) -> tuple[str, dict[str, str]]:
    try:
        tree = ast.parse(source)
    except SyntaxError:
        raise ReportFailed(
            "A cell of parameters is not Python, so the paths in it cannot be taken out."
        ) from None
    lines = [line.encode() for line in source.splitlines(keepends=True)]
    found: dict[str, str] = {}
    for node in _last_first(tree):
        if not (isinstance(node.value, str) and _is_path(node.value)):
            continue
        found[node.value] = last = _last_part(node.value)
        first, end = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        written = json.dumps(last, ensure_ascii=False).encode()
        rest = lines[end][node.end_col_offset :]
        lines[first : end + 1] = [lines[first][: node.col_offset] + written + rest]
    return b"".join(lines).decode(), found


def _last_first(tree: ast.AST) -> list[ast.Constant]:
    """Give what is written out in code, last first, so that each keeps its place."""
    written = [node for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return sorted(written, key=lambda node: (node.lineno, node.col_offset), reverse=True)


def _is_path(text: str) -> bool:
    return bool(re.search(r"[/\\]", text)) and not _YEARS_OR_DAYS.fullmatch(text.strip())


def _from_the_root(path: str) -> bool:
    """Tell a path that says where it lies; "data/synthetic" may be said anywhere."""
    return bool(_FROM_THE_ROOT.match(path) and path.strip("/\\~"))


def _last_part(path: str) -> str:
    """Give the file or folder; of an address never the host, nor who asks it."""
    local = re.sub(r"^[A-Za-z][A-Za-z0-9+.-]*://[^/]*", "", path.split("?")[0])
    return re.split(r"[/\\]", local.rstrip("/\\ "))[-1]


def _without(node: Any, names: Mapping[str, str]) -> Any:
    """Take whereabouts out of every text of the copy."""
    if isinstance(node, str):
        return without_whereabouts(node, names)
    if isinstance(node, dict):
        for name in set(node) - {"image/png"}:
            node[name] = _without(node[name], names)
        return node
    return [_without(part, names) for part in node] if isinstance(node, list) else node
