# Two commands do everything on a fresh machine: `make workshop` and `make test`.
# Each target makes .venv itself; a second run finds it done. PYTHON=python3.12 picks another interpreter.

PYTHON ?= python3
OUT ?=
REPO ?=
BRANCH ?= main
BIN := .venv/bin
STAMPS := .venv/.stamps
UV := $(BIN)/python -m uv pip install --quiet --python $(BIN)/python
INSTALLED := $(STAMPS)/package
TESTED := $(STAMPS)/test
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help workshop taller test lab lint format clean bench figures notebooks badges

help:
	@echo "make workshop   a finished workshop folder about a cat (make taller: in Spanish)"
	@echo "make test       every test: unit, model, browser, notebooks"
	@echo "make lab        JupyterLab with the package"
	@echo "make lint       ruff, mypy and the order of imports"
	@echo "make notebooks  build and run the lessons from their sources"
	@echo "make figures    redraw the figures of the README"
	@echo "make badges     Colab and Binder badges into READMEs and lessons: REPO=owner/name BRANCH=main"
	@echo "make bench      the default models against the plain torch path, side by side"
	@echo "make clean      remove the environment and what was built (the weights' cache stays)"

$(BIN)/python:
	$(PYTHON) -m venv .venv

$(STAMPS)/uv: | $(BIN)/python
	@mkdir -p $(STAMPS)
	@$(BIN)/python -m uv --version >/dev/null 2>&1 || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@touch $@

$(INSTALLED): pyproject.toml constraints.txt $(STAMPS)/uv
	@echo "Installing segwidgets and what it needs into .venv ..."
	@$(UV) --constraint constraints.txt --editable ".[lab]"
	@touch $@

$(TESTED): $(INSTALLED)
	@echo "Installing what the tests need ..."
	@$(UV) --constraint constraints.txt --editable ".[lab,test]"
	@touch $@

workshop: $(INSTALLED)
	$(BIN)/segwidgets workshop --lang en $(if $(OUT),--out $(OUT))

taller: $(INSTALLED)
	$(BIN)/segwidgets workshop --lang es $(if $(OUT),--out $(OUT))

test: $(TESTED)
	@$(BIN)/python tests/run.py

lab: $(INSTALLED)
	$(BIN)/jupyter lab --ip=127.0.0.1 --notebook-dir=notebooks

lint: $(TESTED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: $(TESTED)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

figures: $(TESTED)
	$(BIN)/python figures/draw.py
	$(BIN)/python -m figures.session

notebooks: $(TESTED)
	$(BIN)/python tools/build_notebooks.py

badges: $(TESTED)
	@$(BIN)/python tools/badges.py --repo="$(REPO)" --branch="$(BRANCH)"
	@$(BIN)/python tools/build_notebooks.py --keep

bench: $(TESTED)
	$(BIN)/python -m benchmarks

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis dist build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
