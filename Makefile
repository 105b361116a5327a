# Everything starts here; the first target that needs it makes .venv and installs into it.
#   make run    compile specs/food_delivery.awm and replay its tasks
#   make test   lint, types, tests
#   make check  what CI runs: the above with the baseline of bench/, and compiled/ is what specs/ says
#   make coverage  lines and branches of awmlang that the tests run, the least covered files first
#   make plants  plants bugs one at a time and writes which layer finds each into docs/soundness.md: takes hours
#   make fuzz   compares 100,000 calls with the reference interpreter, and feeds 200,000 bad inputs to the front end
#   make schemas  writes grammar/*.schema.json
#   make vsix   builds the extension for Visual Studio Code, with the npm of the machine
#   make bench  measures; the baseline has a virtual environment of its own, bench/.venv

PYTHON ?= python3
COMPARISONS ?= 100000
INPUTS ?= 200000
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
INSTALL := $(PIP) install --constraint constraints.txt --build-constraint constraints.txt --editable '.[all]'

.PHONY: run test check coverage plants fuzz schemas vsix bench clean
.DELETE_ON_ERROR:

run: .venv/installed
	$(BIN)/awmc compile specs/food_delivery.awm
	$(BIN)/awmc run specs/food_delivery.awm

test: .venv/installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pytest -n 2

check: bench/.venv/installed test
	$(BIN)/awmc fmt --check specs
	$(BIN)/awmc compile specs/*.awm --check

coverage: .venv/installed-dev
	$(BIN)/pytest -n 2 --cov --cov-report=term

plants: .venv/installed-dev
	$(BIN)/python -m tests.plants --jobs 2 --keep runs/plants.json --write docs/soundness.md

schemas: .venv/installed
	$(BIN)/python -m awmlang.syntax.yaml_schema grammar

vsix:
	cd editors/vscode && npm ci && npm run package

fuzz: .venv/installed-dev
	$(BIN)/python -m tests.proving.random_worlds $(COMPARISONS)
	$(BIN)/python -m awmlang.proving.differential specs/*.awm --calls 3000 --tries 20
	$(BIN)/python -m tests.fuzz.long $(INPUTS)

bench: .venv/installed-dev bench/.venv/installed
	$(BIN)/python -m bench.run

clean:
	rm -rf .venv bench/.venv .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/pip:
	$(PYTHON) -m venv .venv
	$(PIP) install pip==26.3
	touch $@

.venv/installed: .venv/pip pyproject.toml constraints.txt
	$(INSTALL)
	touch $@

.venv/installed-dev: .venv/installed
	$(INSTALL) --group dev
	touch $@

bench/.venv/installed: bench/baseline/requirements.txt
	$(PYTHON) -m venv --clear bench/.venv
	bench/.venv/bin/python -m pip --quiet --disable-pip-version-check install --requirement $<
	touch $@
