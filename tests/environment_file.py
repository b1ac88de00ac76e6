"""Write environment.yml from the package metadata and the pins: `make upgrade` calls it."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent

HEAD = """\
# The same environment for conda users: conda env create -f environment.yml
# Written by `make upgrade` from pyproject.toml and requirements.lock; a test keeps them in step.
name: cpstats
channels:
  - conda-forge
dependencies:
  - python{python}
  - pip
  - make
  - git
  - pip:
      - --constraint requirements.lock
{pins}
      - --editable .
"""


def metadata() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def direct() -> list[Requirement]:
    """Every requirement that the package names itself, with those of its tests."""
    project = metadata()
    lines = project["dependencies"] + project["optional-dependencies"]["test"]
    return sorted(map(Requirement, lines), key=lambda r: r.name)


def locked() -> dict[str, list[Requirement]]:
    """The pins, by name; one name can have several for different versions of Python."""
    pins: dict[str, list[Requirement]] = {}
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            pin = Requirement(line)
            pins.setdefault(canonicalize_name(pin.name), []).append(pin)
    return pins


def environment() -> str:
    pins = [
        re.sub(r"\s*;\s*", " ; ", str(pin))
        for requirement in direct()
        for pin in locked()[canonicalize_name(requirement.name)]
    ]
    lines = "\n".join(f"      - {pin}" for pin in pins)
    return HEAD.format(python=metadata()["requires-python"], pins=lines)


if __name__ == "__main__":
    print(environment(), end="")
