# Two commands do everything: `make report` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
AREA ?= Dundee City
YEAR ?= 2018-19

.PHONY: report reproduce test bench lint types upgrade clean

# Make the annual report and print where it is. AREA="Fife" YEAR=2017-18 make report
report: $(VENV)/.runs
	@$(BIN)/cpstats report annual --area "$(AREA)" --year "$(YEAR)"

# Recompute every claim of the 2022 inspection report: the list, then its page.
reproduce: $(VENV)/.runs
	@$(BIN)/cpstats reproduce dundee-2022
	@$(BIN)/cpstats report reproduction --ledger dundee-2022

# Lint, types and tests.
test: lint types
	$(BIN)/python -m pytest -n auto --dist loadgroup

# Time and memory, side by side with bare NumPy: benchmarks/README.md. Not part of the tests.
bench: $(VENV)/.tests
	@$(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check \
	  --constraint requirements.lock --editable '.[bench]' >&2
	$(BIN)/python -m pytest -q benchmarks --benchmark-group-by=group \
	  --benchmark-columns=min,median,rounds
	$(BIN)/python benchmarks/memory.py
	$(BIN)/python benchmarks/protecting.py
	$(BIN)/python benchmarks/records.py
	$(BIN)/python benchmarks/batches.py

lint: $(VENV)/.tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.tests
	$(BIN)/mypy

# pip of the system fills an environment without its own pip: venv's bundled one is a package of
# its own on some systems.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "cpstats needs Python 3.11 or later: set PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv --without-pip $(VENV)

# What is already there is reused; a change of the pins or the metadata installs again.
$(VENV)/.runs: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Setting up (once)..."
	@$(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check \
	  --constraint requirements.lock --editable . >&2
	@touch $@

$(VENV)/.tests: requirements.lock pyproject.toml | $(VENV)/.runs
	@$(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check \
	  --constraint requirements.lock --editable '.[test]' >&2
	@touch $@

# Move every pin to its newest version, on purpose.
upgrade: $(VENV)/.tests
	$(BIN)/uv pip compile --quiet --universal --upgrade --python-version 3.11 --extra test \
	  --no-emit-index-url --no-annotate --no-header --output-file requirements.lock pyproject.toml
	$(BIN)/python tests/environment_file.py > environment.yml
	$(MAKE) test

clean:
	rm -rf $(VENV) build *.egg-info
