"""The engine that runs a notebook in its own process: outputs are those of a kernel."""

from __future__ import annotations

import subprocess
import sys

import nbformat
import papermill
import pytest
from papermill.exceptions import PapermillExecutionError

CELLS = {
    "printed": "import sys\nprint('out')\nprint('out again')",
    "to stderr": "print('err', file=sys.stderr)",
    "a table": "import pandas as pd\npd.DataFrame({'a': [1]})",
    "shown and a result": "from IPython.display import HTML, display\ndisplay(HTML('<b>x</b>'))\n3",
    "silent": "4;",
    "awaited": "import asyncio\nawait asyncio.sleep(0)\n'done'",
    "a magic": "%pwd\nNone",
    "cleared": "from IPython.display import clear_output\nprint('a')\nclear_output()\nprint('b')",
    "the parameter": "area",
    "last result": "_ + '!'",
}
RUN = """\
import sys, papermill
papermill.execute_notebook(sys.argv[1], sys.argv[2], parameters={"area": "Fife"},
                           engine_name="cpstats", progress_bar=False)
"""


def written(path, *cells: str):
    made = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell('area = "x"', metadata={"tags": ["parameters"]}),
            *(nbformat.v4.new_code_cell(c) for c in cells),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "P", "language": "python"}},
    )
    nbformat.write(made, path)
    return path


def outputs(path) -> list:
    cells = nbformat.read(path, as_version=4).cells
    return [(c.execution_count, c.outputs) for c in cells if c.cell_type == "code"]


def here(path, out) -> subprocess.CompletedProcess:
    """Run a notebook in a process that ends with it, as papermill's command would."""
    command = [sys.executable, "-c", RUN, str(path), str(out)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_outputs_are_those_of_an_ordinary_kernel(tmp_path):
    path = written(tmp_path / "n.ipynb", *CELLS.values())
    papermill.execute_notebook(
        str(path), str(tmp_path / "kernel.ipynb"), parameters={"area": "Fife"}, progress_bar=False
    )
    done = here(path, tmp_path / "here.ipynb")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    kernel, ours = outputs(tmp_path / "kernel.ipynb"), outputs(tmp_path / "here.ipynb")
    assert ours == kernel
    assert sum(len(shown) for _, shown in ours) >= 9


def test_a_figure_of_pyplot_is_shown_once_as_a_kernel_shows_it(tmp_path, monkeypatch):
    monkeypatch.delenv("MPLBACKEND", raising=False)  # a kernel told to draw nowhere shows nothing
    plot = "import matplotlib.pyplot as plt\nplt.plot([1, 2, 3])\nplt.show()"
    path = written(tmp_path / "n.ipynb", plot, "plt.plot([3, 4]);", "1 + 1")
    papermill.execute_notebook(
        str(path), str(tmp_path / "kernel.ipynb"), parameters={"area": "Fife"}, progress_bar=False
    )
    done = here(path, tmp_path / "here.ipynb")
    assert done.returncode == 0, done.stderr
    kernel, ours = (
        [
            [sorted(o.get("data", ())) for o in held if o.output_type != "stream"]
            for _, held in found
        ]
        for found in map(outputs, (tmp_path / "kernel.ipynb", tmp_path / "here.ipynb"))
    )
    assert ours == kernel
    assert sum("image/png" in kinds for shown in ours for kinds in shown) == 2


def test_any_module_is_there_whoever_imported_it():
    # Each in a process that has imported nothing else.
    code = "import cpstats as cp; print(cp.tables.Table.__name__, hasattr(cp, 'nothing_such'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.split() == ["Table", "False"], done.stderr


@pytest.mark.parametrize(
    ("code", "name"),
    [("print('before')\n1 / 0", "ZeroDivisionError"), ("x = (", "SyntaxError"),
     ("raise SystemExit(3)", "SystemExit"), ("input()", "EOFError")],
)  # fmt: skip
def test_a_failing_cell_ends_the_run_and_is_kept(tmp_path, code, name):
    path = written(tmp_path / "n.ipynb", code, "print('never')")
    done = here(path, tmp_path / "out.ipynb")
    assert done.returncode != 0
    assert PapermillExecutionError.__name__ in done.stderr
    shown = outputs(tmp_path / "out.ipynb")
    assert name in [o.ename for _, held in shown for o in held if o.output_type == "error"]
    assert "never" not in str(shown)


def test_papermill_knows_the_engine():
    from importlib.metadata import entry_points

    (found,) = entry_points(group="papermill.engine", name="cpstats")
    assert found.value == "cpstats.engine:HereEngine"
