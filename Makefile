# Each target sets up what it needs, in folders of its own below this one.

PYTHON ?= python3
JOBS ?= 2
INPUTS ?= 20000
SEED ?= 0
SAMPLE ?= 25
MODULES ?=

VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest -q
# What is worked out by hand: no law, whose examples are drawn, and no real set.
WORKED_OUT := src docs README.md tests/unit $(wildcard tests/test_*.py)

.PHONY: help demo test laws fuzz mutants coverage bench lint format types pyright docs schemas build clean

help:
	@echo 'make demo       run the main job on bundled events'
	@echo 'make test       run the tests'
	@echo 'make laws       run the laws on many more examples'
	@echo 'make fuzz       try damaged input: make fuzz INPUTS=1000000'
	@echo 'make mutants    change the code a little: MODULES=hours,clocks SAMPLE=100'
	@echo 'make coverage   run what is worked out by hand, and ask for every branch'
	@echo 'make bench      measure, beside other libraries'
	@echo 'make lint       check style'
	@echo 'make format     put the style right where a program can'
	@echo 'make types      check types'
	@echo 'make docs       run every block of the documentation'
	@echo 'make schemas    write the JSON Schemas that the package ships'
	@echo 'make build      build the wheel and the source archive'
	@echo 'make clean      remove what the above have made'

demo: $(VENV)/ready
	@$(BIN)/alignkit demo

test: $(VENV)/ready
	$(PYTEST) -n $(JOBS) --dist worksteal

laws: $(VENV)/ready
	$(PYTEST) -n $(JOBS) --hypothesis-profile=laws tests/property

# Atheris draws a part where it can be installed, and is missed nowhere else.
fuzz: $(VENV)/ready
	@$(BIN)/python -m pip install -qq -c constraints.txt --group fuzz 2>/dev/null || true
	@$(BIN)/python -m tests.fuzz --inputs $(INPUTS) --seed $(SEED)

mutants: $(VENV)/ready
	@$(BIN)/python -m tests.mutants $(MODULES) --sample $(SAMPLE) --seed $(SEED)

coverage: $(VENV)/ready
	env -u ALIGNKIT_SHARED CI=true \
	  $(PYTEST) -n $(JOBS) --dist worksteal $(WORKED_OUT) --cov

bench: $(VENV)-bench/ready
	$(VENV)-bench/bin/python -m tests.benchmarks

lint: $(VENV)/tools
	$(BIN)/ruff check
	$(BIN)/ruff format --check

format: $(VENV)/tools
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

types: $(VENV)/tools
	$(BIN)/mypy

# A second opinion, and no gate: it does not know all that attrs does.
pyright: $(VENV)/tools
	$(BIN)/basedpyright

docs: $(VENV)/ready
	$(PYTEST) README.md docs tests/unit/test_documentation.py

schemas: $(VENV)/ready
	$(BIN)/python -m tests.write_schemas

build: $(VENV)/tools
	rm -rf dist
	$(BIN)/python -m build --no-isolation

clean:
	rm -rf $(VENV) $(VENV)-bench dist .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache

# An environment is ready to run alignkit and its tests; then it may get its tools.
$(VENV)/ready: GROUP := tests
$(VENV)-bench/ready: GROUP := bench

%/ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "alignkit needs Python 3.11 or newer, and '$(PYTHON)' is not that;" \
	    "name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo 'setting up $* ...' >&2
	@$(PYTHON) -m venv $*
	@$*/bin/python -m pip install -qq -c constraints.txt --upgrade pip
	@$*/bin/python -m pip install -qq -c constraints.txt --group $(GROUP) -e '.[holidays,yaml]'
	@touch $@

$(VENV)/tools: $(VENV)/ready
	@$(BIN)/python -m pip install -qq -c constraints.txt --group dev
	@touch $@
