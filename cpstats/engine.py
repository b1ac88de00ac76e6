"""A papermill engine that runs a notebook in this very process, with no kernel and no socket.

Only for a process that is thrown away afterwards: what a notebook leaves behind stays in it. Then
nothing passes from one report to the next, and a process that has already imported everything
makes a report without waiting for it. Outputs are those of an ordinary kernel.
"""

from __future__ import annotations

import base64
import contextlib
import io
import sys
from collections.abc import Iterator
from typing import Any

import nbformat
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from papermill.engines import Engine, papermill_engines
from traitlets import Any as AnyTrait
from traitlets import Type
from traitlets.config import Config

#: As papermill knows it: `papermill --engine cpstats ...` finds it too.
NAME = "cpstats"


class HereEngine(Engine):
    """Run the cells of a notebook in this process, through papermill."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **kwargs: Any) -> None:
        """
        Run each cell in turn, and stop at the first that fails.

        Parameters
        ----------
        nb_man : papermill.engines.NotebookExecutionManager
        kernel_name : str
            Not used: the cells run here, whatever kernel the notebook names.
        **kwargs
            Of papermill, for its own engine.
        """
        outputs: list[Any] = []
        _Shell.clear_instance()
        shell = _Shell.instance(config=_quiet(), held=outputs)
        for place, cell in enumerate(nb_man.nb.cells):
            nb_man.cell_start(cell, place)
            if cell.cell_type == "code" and cell.source.strip():
                outputs.clear()
                with _streams(outputs):
                    done = shell.run_cell(cell.source, store_history=True)
                    _show_figures(outputs)
                cell.outputs = list(outputs)
                cell.execution_count = shell.execution_count - 1
                if not done.success:
                    nb_man.cell_exception(cell, place)
                    return
            nb_man.cell_complete(cell, place)


papermill_engines.register(NAME, HereEngine)


class _Publisher(DisplayPublisher):
    """Keep what is displayed."""

    def publish(
        self, data: Any, metadata: Any = None, source: Any = None, *, transient: Any = None,
        update: bool = False, **kwargs: Any,
    ) -> None:  # fmt: skip
        _held().append(
            nbformat.v4.new_output("display_data", data=dict(data), metadata=metadata or {})
        )

    def clear_output(self, wait: bool = False) -> None:
        _held().clear()


class _Results(DisplayHook):
    """Keep the result of a cell's last line."""

    def start_displayhook(self) -> None:
        self._is_active = True

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        _held().append(
            nbformat.v4.new_output(
                "execute_result", data=format_dict, metadata=md_dict or {},
                execution_count=self.prompt_count,
            )
        )  # fmt: skip

    def log_output(self, format_dict: Any) -> None:
        pass

    def finish_displayhook(self) -> None:
        self._is_active = False


class _Shell(InteractiveShell):
    """IPython, without a terminal: what it would print is kept in `held`."""

    held = AnyTrait()  # a list of nbformat outputs
    display_pub_class = Type(_Publisher)
    displayhook_class = Type(_Results)

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        self.held.append(
            nbformat.v4.new_output(
                "error", ename=etype.__name__, evalue=str(evalue), traceback=list(stb)
            )
        )

    def enable_gui(self, gui: Any = None) -> None:
        """A notebook that runs unattended opens no window."""


def _held() -> list[Any]:
    """Give the outputs of the cell that runs."""
    return _Shell.instance().held


def _show_figures(held: list[Any]) -> None:
    """Show the figures of pyplot that a cell left open, and close them: a kernel does."""
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    for number in pyplot.get_fignums() if pyplot else ():
        figure, drawn = pyplot.figure(number), io.BytesIO()
        figure.savefig(drawn, format="png", bbox_inches="tight")
        data = {
            "image/png": base64.b64encode(drawn.getvalue()).decode(), "text/plain": repr(figure),
        }  # fmt: skip
        held.append(nbformat.v4.new_output("display_data", data=data))
        pyplot.close(figure)


class _Stream:
    """A text stream whose words become outputs, in order with the others."""

    encoding = "utf-8"

    def __init__(self, name: str, held: list[Any]) -> None:
        self.name, self.held = name, held

    def write(self, text: str) -> int:
        last = self.held[-1] if self.held else None
        if last is not None and last.output_type == "stream" and last.name == self.name:
            last.text += text
        elif text:
            self.held.append(nbformat.v4.new_output("stream", name=self.name, text=text))
        return len(text)

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return False


@contextlib.contextmanager
def _streams(held: list[Any]) -> Iterator[None]:
    out, err = _Stream("stdout", held), _Stream("stderr", held)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        yield


def _quiet() -> Config:
    """Leave no history, and colour no traceback."""
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    return config
