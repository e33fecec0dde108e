# Two commands for a newcomer: `make demo` and `make test`. Each sets up what it needs.
PYTHON ?= python3
VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
RUN := $(VENV)/.run-installed
DEV := $(VENV)/.dev-installed
BENCHVENV := .venv-bench
BENCHBIN := $(BENCHVENV)/$(notdir $(BIN))
BENCH := $(BENCHVENV)/.installed
ROUNDS ?= 5
SCALE ?= 1

.PHONY: demo test mutants truth quick check lint format type setup bench bench-parts sample lock clean

demo: $(RUN)  ## audit the sample extract and say where to look
	@NIRCHECK_BREVAVSENDER=sample_data/avsender.toml NIRCHECK_BREVFRIST=2026-11-30 \
	  $(BIN)/nircheck audit sample_data --ut ut --fail-on aldri
	@$(BIN)/nircheck national ut/2026-10-31

test: $(DEV) lint type  ## everything CI runs
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder --cov --cov-report=term --cov-fail-under=95

mutants: $(DEV)  ## do the examples of the rules notice every slip in them?
	$(BIN)/nircheck rules mutants

truth: $(DEV)  ## is every planted defect found, and nothing else?
	for seed in 1 2 3; do $(BIN)/nircheck rules truth --froe $$seed || exit 1; done

quick: $(DEV)  ## the fast tests only
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder -m "not slow"

check: lint type quick

lint: $(DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/codespell src docs/*.md *.md
	$(BIN)/nircheck rules lint --no-examples

format: $(DEV)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

type: $(DEV)
	$(BIN)/mypy

setup: $(DEV)

bench: $(BENCH)  ## the tables of docs/benchmarks.md, side by side with other tools; hours
	$(BENCHBIN)/python benchmarks --date "$$(date +%F)" --rounds $(ROUNDS) --scale $(SCALE)

bench-parts: $(BENCH)  ## what single parts cost: a rule, the whole book, reading, what is written
	for part in overhead whole_book reading workbook letters national gate; do \
	  $(BENCHBIN)/python benchmarks/$$part.py || exit 1; done

sample: $(RUN)  ## make the sample extract and its accepted counts anew
	$(BIN)/python sample_data/generate.py
	$(BIN)/python sample_data/kolonnekart/generate.py

lock:  ## pin every dependency again; needs uv
	uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-annotate --no-header -o requirements.lock
	uv pip compile pyproject.toml --extra pdf --extra spark --group dev --universal --generate-hashes --no-emit-index-url --no-annotate --no-header -c requirements.lock -o requirements-dev.lock
	uv pip compile pyproject.toml --group bench --universal --generate-hashes --no-emit-index-url --no-annotate --no-header -c requirements-dev.lock -o requirements-bench.lock

clean:
	rm -rf $(VENV) $(BENCHVENV) ut dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || (echo "nircheck needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1)
	@$(PYTHON) -m venv $(VENV) || (rm -rf $(VENV); echo "Python cannot make a virtual environment; on Debian: apt-get install python3-venv"; exit 1)

$(RUN): $(VENV)/pyvenv.cfg requirements.lock pyproject.toml
	@echo "Setting up (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(DEV): $(RUN) requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

$(BENCH): $(VENV)/pyvenv.cfg requirements.lock requirements-bench.lock pyproject.toml
	@$(BIN)/python -m venv $(BENCHVENV)
	@$(BENCHBIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock -r requirements-bench.lock
	@$(BENCHBIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@
