# Everything runs in .venv, made on first use from the pinned constraints.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.DEFAULT_GOAL := help
.PHONY: help install run test test-all check lint bench schema previews ui clean

help:  ## say what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(STAMP): pyproject.toml setup.py constraints.txt
	@test -x $(BIN)/python && $(BIN)/python -c 'pass' 2>/dev/null || { rm -rf .venv; $(PYTHON) -m venv .venv; }
	@echo "installing into .venv (once, about a minute) ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --constraint constraints.txt setuptools wheel
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --constraint constraints.txt --no-build-isolation --editable '.[test,lint]'
	@$(BIN)/python -m compileall -qq sim agents
	@touch $(STAMP)

install: $(STAMP)  ## make .venv and install the pinned packages

run: $(STAMP)  ## the main job: does online learning or batch retraining win, and when?
	@$(BIN)/python -m sim experiment=online_or_batch

# tests are compiled once, not by each worker in each run; each worker has neighbours, which share what they read, and
# one thread, since there is a worker for each core
PYTEST := PYTHONDONTWRITEBYTECODE= OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist worksteal

test: $(STAMP)  ## the fast tests
	@$(PYTEST)

test-all: $(STAMP)  ## all tests, the slow ones too
	@$(PYTEST) -m ''

CHECKED := tests/kernel tests/agents tests/contracts tests/golden tests/properties

check: $(STAMP)  ## lint, and beside it the core's tests with few random worlds
	@said=$$(mktemp); $(MAKE) -s lint >$$said 2>&1 & \
	WORLDS=4 $(PYTEST) -q -m 'not slow and not long' $(CHECKED); failed=$$?; \
	if wait $$!; then echo "lint passed"; else cat $$said; failed=1; fi; rm $$said; exit $$failed

lint: $(STAMP)  ## style, types, import directions
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(STAMP)  ## speed, as ratios within one run
	@$(BIN)/python -m tests.bench

schema: $(STAMP)  ## renew scenarios/schema.json, which editors read
	@$(BIN)/python -c 'from sim.scenario.json_schema import renew; renew()'

previews: $(STAMP)  ## draw the scenarios that ship again, for docs/library.md
	@for file in scenarios/*.yaml; do name=$$(basename $$file .yaml); $(BIN)/delaylab preview $$name --png docs/previews/$$name.png; done

ui: $(STAMP)  ## open the runs in MLflow
	@$(BIN)/delaylab ui

clean:  ## remove the environment and caches
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
