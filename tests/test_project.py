"""The project itself: pins in step, layers in order, notebooks thin, documents true."""

from __future__ import annotations

import ast
import doctest
import inspect
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from environment_file import direct, environment, locked, metadata
from packaging.utils import canonicalize_name

import cpstats as cp

MODULES = sorted((ROOT / "cpstats").rglob("*.py"))

#: Floors of the house, from the ground up: a module imports only from floors below its own, or
#: from its own package.
FLOORS = [
    {"errors"},
    {
        "engine_names",
        "formats",
        "notebooks",
        "files",
        "inputs",
        "values",
        "periods",
        "areas",
        "definitions",
        "scales",
    },
    {"catalogue", "csvfiles", "groups", "conditions", "records"},
    {"schemas", "totals", "bands", "rules"},
    {"published", "persons", "importing"},
    {"episodes"},
    {"views", "synthetic", "selections"},
    {"adding", "denominators", "rates", "p_values", "spans", "summaries", "gaps"},
    {"measures", "control", "quantifiers", "standardising", "inequalities"},
    {"comparisons", "counting"},
    {"ranks", "differences", "spreads", "trends", "funnels", "claims", "evidence"},
    {"siblings", "disclosure"},
    {"families", "sentences", "tables", "charts"},
    {"local", "endnotes", "framework"},
    {"annual", "quarterly", "inspection", "export", "outputs", "engine"},
    {"leaving", "execution"},
    {"running"},
    {"kinds"},
    {"report"},
    {"batch"},
    {"terminal"},
    {
        "command_batch",
        "command_claims",
        "command_evidence",
        "command_records",
        "command_reports",
        "command_schedule",
        "command_validate",
    },
    {"cli"},
]


def floor_of(module: str) -> int:
    return next(n for n, floor in enumerate(FLOORS) if module in floor)


def imports_of(path: Path) -> set[str]:
    """The modules of cpstats that a file imports, by their first name."""
    depth = len(path.relative_to(ROOT / "cpstats").parts)
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == depth:
            names = [node.module.split(".")[0]] if node.module else [a.name for a in node.names]
            found |= {n for n in names if n != "__version__"}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_imports_only_from_below(path):
    own = path.relative_to(ROOT / "cpstats").parts[0].removesuffix(".py")
    if own in {"__init__", "__main__"}:
        return
    for name in imports_of(path):
        assert floor_of(name) < floor_of(own), f"{own} imports {name}"


def test_every_module_has_a_floor():
    own = {p.relative_to(ROOT / "cpstats").parts[0].removesuffix(".py") for p in MODULES}
    assert own - {"__init__", "__main__"} == set().union(*FLOORS)


def test_no_file_has_outgrown_its_reason():
    for path in MODULES:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        limit = 650 if path.parent.name == "catalogue" else 330  # the catalogue is data
        assert lines <= limit, f"{path.name} has {lines} lines"


# Pins


def test_every_requirement_is_pinned_to_a_version_it_allows():
    pins = locked()
    for requirement in direct():
        for pin in pins[canonicalize_name(requirement.name)]:
            (spec,) = pin.specifier
            assert spec.operator == "=="
            assert requirement.specifier.contains(spec.version)


def test_the_conda_environment_is_the_one_that_the_pins_make():
    written = (ROOT / "environment.yml").read_text(encoding="utf-8")
    assert written == environment(), "run: python tests/environment_file.py > environment.yml"


def test_what_is_installed_here_is_what_is_pinned():
    from importlib.metadata import version

    from packaging.markers import default_environment

    for name, pins in locked().items():
        for pin in pins:
            if name in {"pandas", "numpy", "scipy", "matplotlib", "papermill", "nbconvert"} and (
                pin.marker is None or pin.marker.evaluate(default_environment())
            ):
                assert str(pin.specifier) == f"=={version(name)}"


def test_the_version_is_said_once():
    assert metadata()["version"] == cp.__version__


# Notebooks


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda p: p.name)
def test_a_notebook_is_thin_and_stripped(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [c for c in cells if c["cell_type"] == "code"]
    assert "parameters" in code[0]["metadata"]["tags"]
    for node in ast.parse("".join(code[0]["source"])).body:
        assert isinstance(node, ast.Assign)
        ast.literal_eval(node.value)
    for cell in code:
        assert cell["outputs"] == []
        assert cell["execution_count"] is None
    for cell in code[1:]:
        source = "".join(cell["source"])
        assert len(source.splitlines()) <= 5
        assert not re.search(r"\b(if|for|def|while|lambda|groupby)\b", source)


def test_the_report_calls_each_section_once():
    path = ROOT / "notebooks" / "annual_self_evaluation.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(c["source"]) for c in cells)
    calls = re.findall(r"cp\.annual\.\w+\(report.*\)", code)
    assert len(calls) == len(set(calls))
    called = {re.sub(r"cp\.annual\.(\w+).*", r"\1", call) for call in calls}
    assert called == set(cp.annual.__all__) - {"Scope", "open"}


# Documents


def readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_opens_with_the_report_and_the_two_commands():
    text = readme()
    assert text.index("make report") < text.index("make test")
    (picture,) = re.findall(r"!\[.{20,}\]\((.+?)\)", text)[:1]
    assert (ROOT / picture).stat().st_size > 10_000


def test_the_example_of_the_readme_runs(tmp_path):
    (example,) = re.findall(r"```python\n(.*?)```", readme(), flags=re.DOTALL)
    assert len(example.strip().splitlines()) <= 10
    done = subprocess.run(
        [sys.executable, "-c", example], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr


def test_what_the_readme_shows_is_what_comes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (shown,) = re.findall(r"```pycon\n(.*?)```", readme(), flags=re.DOTALL)
    test = doctest.DocTestParser().get_doctest(shown, {}, "README", "README.md", 0)
    failed, tried = doctest.DocTestRunner(verbose=False).run(test)
    assert (failed, tried) == (0, 5)
    assert (tmp_path / "dundee.png").stat().st_size > 10_000


def test_every_public_name_stands_in_the_readme():
    text = readme()
    for name in set(cp.__all__) - {"CATALOGUE", "annual", "areas", "periods"}:
        assert f"`{name}" in text or f"cp.{name}" in text, name


def test_files_and_make_targets_named_in_the_documents_are_there():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), ROOT / "data" / "README.md"]:
        text = path.read_text(encoding="utf-8")
        for target in re.findall(r"`make ([a-z]+)`", text):
            assert target in targets, f"{path.name} names make {target}"
        for link in re.findall(r"\]\(([^)#:]+)\)", text):
            assert (path.parent / link).exists(), f"{path.name} links to {link}"


def test_each_dependency_earns_its_place_in_one_line():
    listed = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z0-9-]+)` \|", listed, flags=re.MULTILINE)
    assert sorted(rows) == sorted(r.name for r in direct())


@pytest.mark.parametrize("name", [n for n in cp.__all__ if callable(getattr(cp, n))])
def test_public_functions_are_documented(name):
    function = getattr(cp, name)
    text = inspect.getdoc(function) or ""
    for word in inspect.signature(function).parameters:
        described = rf"^({word}|.*, {word})( :|,)"
        assert re.search(described, text, flags=re.MULTILINE), f"{name} does not describe {word}"
    assert "Returns\n-------" in text


def test_what_is_public_is_what_is_said():
    assert sorted(cp.__all__) == cp.__all__
    assert set(cp.__all__) <= set(dir(cp))
    with pytest.raises(AttributeError, match="no attribute 'rats'"):
        cp.rats  # noqa: B018


def test_importing_costs_no_charts_and_no_scipy():
    heavy = "('pandas', 'matplotlib', 'scipy')"
    code = f"import sys, cpstats; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_page_of_the_record_model_is_the_one_that_the_model_makes():
    from records_page import page

    written = (ROOT / "docs" / "records.md").read_text(encoding="utf-8")
    assert written == page(), "run: python tests/records_page.py > docs/records.md"
