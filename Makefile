# Two commands do everything on a fresh machine: `make workshop` and `make test`.
# Each target makes .venv itself; a second run finds it done. PYTHON=python3.12 picks another interpreter.

PYTHON ?= python3
OUT ?=
REPO ?=
BRANCH ?= main
TAG ?=
BIN := .venv/bin
STAMPS := .venv/.stamps
UV := $(BIN)/python -m uv pip install --quiet --python $(BIN)/python
OLDEST := $(BIN)/python -m uv pip install --quiet --python build/oldest/bin/python
INSTALLED := $(STAMPS)/package
LAB := $(STAMPS)/lab
QUICK := $(STAMPS)/quick
TESTED := $(STAMPS)/test
RELEASE := $(STAMPS)/release
MUTANTS := $(STAMPS)/mutants
DOCS := $(STAMPS)/docs
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help workshop taller test test-all quick oldest fuzz mutants lab lint lock format clean bench figures notebooks docs page badges release-check wheelhouse sbom audit

help:
	@echo "make workshop   a finished workshop folder about a cat (make taller: in Spanish)"
	@echo "make test       every test: unit, model, browser, notebooks"
	@echo "make test-all   those too that take minutes: Colab's versions old and new, every lesson without torch, the benchmark"
	@echo "make quick      the fast tests alone: no model, no browser, no torch, nothing slow"
	@echo "make oldest     the fast and slow tests with the oldest versions that we declare, on Python 3.11"
	@echo "make fuzz       damaged files, records, hand-ins and command lines, thousands of them (EXAMPLES=3000)"
	@echo "make mutants    small bugs put into the code, one at a time: who lives? (ROOMS='geometry masks' SHARE=0.1)"
	@echo "make lab        JupyterLab with the package"
	@echo "make lint       ruff, mypy, the order of imports, declared dependencies, workflows"
	@echo "make notebooks  build and run the lessons from their sources"
	@echo "make figures    redraw the figures of the README"
	@echo "make docs       the site, English and Spanish, into build/site"
	@echo "make page       the page in the browser, served on this computer"
	@echo "make badges     Colab and Binder badges into READMEs and lessons: REPO=owner/name BRANCH=main (AUTHORS=\"One Name; Another Name\")"
	@echo "make release-check  what a release publishes: built twice, looked at, installed elsewhere, tried (TAG=v1.2.3)"
	@echo "make wheelhouse  packages and weights for a room without a network: OUT=/media/stick (SYSTEM=windows ON=3.12)"
	@echo "make sbom       build/sbom.cdx.json: all that an installation brings"
	@echo "make audit      known holes in the tested versions and in the workflows"
	@echo "make bench      the default models against the plain torch path, side by side"
	@echo "make lock       renew constraints.txt, for every Python that we declare"
	@echo "make clean      remove the environment and what was built (the weights' cache stays)"

$(BIN)/python:
	$(PYTHON) -m venv .venv

$(STAMPS)/uv: | $(BIN)/python
	@mkdir -p $(STAMPS)
	@$(BIN)/python -m uv --version >/dev/null 2>&1 || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@touch $@

$(INSTALLED): pyproject.toml constraints.txt $(STAMPS)/uv
	@echo "Installing segwidgets and what it needs into .venv ..."
	@$(UV) --constraint constraints.txt --editable .
	@touch $@

$(LAB): $(INSTALLED)
	@echo "Installing JupyterLab ..."
	@$(UV) --constraint constraints.txt --editable ".[lab]"
	@touch $@

$(QUICK): $(INSTALLED)
	@echo "Installing what the tests need, without torch ..."
	@$(UV) --constraint constraints.txt --editable ".[lab,test]"
	@touch $@

$(TESTED): $(QUICK)
	@echo "Installing torch, which the rest of the tests needs ..."
	@$(UV) --constraint constraints.txt --editable ".[all,test]" --group docs
	@touch $@

$(MUTANTS): $(TESTED)
	@echo "Installing the mutation tester ..."
	@$(UV) --constraint constraints.txt --group mutants
	@touch $@

$(DOCS): $(INSTALLED)
	@echo "Installing what the site is built with ..."
	@$(UV) --constraint constraints.txt --group docs
	@touch $@

$(RELEASE): $(INSTALLED)
	@echo "Installing what a release needs ..."
	@$(UV) --constraint constraints.txt --group release
	@touch $@

workshop: $(INSTALLED)
	$(BIN)/segwidgets workshop --lang en $(if $(OUT),--out $(OUT))

taller: $(INSTALLED)
	$(BIN)/segwidgets workshop --lang es $(if $(OUT),--out $(OUT))

test: $(TESTED)
	@$(BIN)/python tests/run.py

test-all: $(TESTED)
	@$(BIN)/python tests/run.py --all

quick: $(QUICK)
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m "not model and not browser and not slow"

# Packaging is left to what the test tools need. The linters' tests say nothing of old versions: lint's rules and stubs are new.
oldest: $(STAMPS)/uv
	$(BIN)/python -m uv venv --quiet --clear --python 3.11 build/oldest
	$(OLDEST) --resolution lowest-direct --editable ".[cluster,fast]"
	$(BIN)/python -m uv pip freeze --python build/oldest/bin/python --exclude-editable | grep -v '^packaging==' > build/oldest/versions.txt
	$(OLDEST) --constraint build/oldest/versions.txt --editable ".[test]"
	build/oldest/bin/python -m segwidgets workshop --out build/oldest/workshop
	build/oldest/bin/python -m segwidgets check build/oldest/workshop
	build/oldest/bin/python -m pytest -m "not model and not browser and not lint"

fuzz: $(TESTED)
	@SEGWIDGETS_FUZZ=$(or $(EXAMPLES),3000) $(BIN)/python -m pytest -n 2 --timeout 7200 tests/test_fuzz.py tests/test_fuzz_classes.py

mutants: $(MUTANTS)
	@$(BIN)/python tools/mutants.py $(ROOMS) --share $(or $(SHARE),1) $(if $(AGAIN),--again)

lab: $(LAB)
	$(BIN)/jupyter lab --ip=127.0.0.1 --notebook-dir=notebooks

lint: $(TESTED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/deptry .
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/*.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml

lock: $(STAMPS)/uv
	@mkdir -p build && grep -v '^#' constraints.txt > build/lock.txt
	@$(BIN)/python -m uv pip compile --quiet --upgrade --universal --fork-strategy fewest --python-version 3.11.0 \
		--all-extras --group release --group mutants --group docs --no-annotate --no-header --no-emit-index-url pyproject.toml --output-file build/lock.txt
	@(grep '^#' constraints.txt; sed 's/ *;.*//' build/lock.txt | LC_ALL=C sort) > build/constraints.txt
	@mv build/constraints.txt constraints.txt

format: $(TESTED)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

figures: export SEGWIDGETS_ENGINE ?= onnxruntime
figures: $(TESTED)
	$(BIN)/python figures/draw.py
	$(BIN)/python -m figures.session
	$(BIN)/python -m figures.by_hand
	$(BIN)/python -m figures.phone

notebooks: $(TESTED)
	$(BIN)/python tools/build_notebooks.py

docs: $(DOCS)
	@$(BIN)/python tools/site.py

page: $(DOCS)
	$(BIN)/python -m tools.web build/page --serve

badges: $(TESTED)
	@$(BIN)/python tools/badges.py --repo="$(REPO)" --branch="$(BRANCH)" --authors="$(AUTHORS)"
	@$(BIN)/python tools/build_notebooks.py --keep

release-check: $(RELEASE)
	@$(BIN)/python tools/release_check.py $(if $(TAG),--tag $(TAG))

wheelhouse: $(RELEASE)
	@$(BIN)/python tools/wheelhouse.py "$(or $(OUT),build/wheelhouse)" $(if $(SYSTEM),--system $(SYSTEM)) $(if $(ON),--python $(ON))

sbom: $(RELEASE)
	@$(BIN)/python tools/release_check.py --sbom

audit: $(RELEASE)
	$(BIN)/zizmor --offline --quiet .github
	$(BIN)/pip-audit --strict --requirement constraints.txt --no-deps --disable-pip

bench: $(TESTED)
	$(BIN)/python -m benchmarks

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis dist build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
