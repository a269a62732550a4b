# Everything that is done with this repository. `make` alone says what there is.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.setup-stamp
LOCKS := requirements/run.txt requirements/dev.txt
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq

# More words for the command that a target runs: make test ARGS="-k outbox"
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup peers demo test check format bench torture dist dist-check lock upgrade clean

help: ## say what there is
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

setup: $(STAMP) ## make .venv with the pinned versions and civictui itself

$(STAMP): $(LOCKS) pyproject.toml civictui/__init__.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) \
	  and "civictui needs Python 3.11 or newer: make setup PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(PIP) install --require-hashes $(LOCKS:%=-r %)
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

peers: ## install what tests and benchmarks replicate with: PouchDB, tus (needs node and npm)
	@tools/npm-peers.sh

demo: setup ## the program with a gateway and 505 reports of its own
	@$(BIN)/civictui demo $(ARGS)

test: setup peers ## all tests: within 15 minutes, those with programs of others within 8
	@$(BIN)/python tools/run_tests.py $(ARGS)

check: setup ## formatting, lint, types, layers, documents
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@found=$$($(BIN)/lint-imports --no-logo 2>&1) || { echo "$$found"; exit 1; }
	@$(BIN)/python tools/check_docs.py
	@$(BIN)/python tools/keyboard.py --check
	@$(BIN)/python tools/man_page.py --check

format: setup ## put the source into its form, the keys and options into their pages
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/python tools/keyboard.py
	@$(BIN)/python tools/man_page.py

bench: setup peers ## every benchmark; each prints its own figures
	@for file in $(wildcard benchmarks/[a-z]*.py); do $(BIN)/python $$file $(ARGS) || exit 1; done

torture: setup peers ## the tests that count, at their full counts
	@CIVICTUI_TORTURE=1 $(BIN)/python -m pytest --no-header -m "torture or hypothesis" -s \
	  --hypothesis-show-statistics $(ARGS)

dist: setup ## dist/: sdist, wheel, and a wheelhouse to install from without a network
	@rm -rf dist
	@$(BIN)/python -m build -qq --no-isolation --outdir dist .
	@$(PIP) download --require-hashes --only-binary :all: --dest dist/wheelhouse \
	  -r requirements/run.txt
	@cp dist/*.whl dist/wheelhouse/

dist-check: dist ## install the wheelhouse into an empty environment and start its demo
	@$(BIN)/python tools/check_dist.py dist/wheelhouse

lock: ## write requirements/*.txt anew, keeping the versions that fit
	@PYTHON=$(PYTHON) tools/lock.sh

upgrade: ## write requirements/*.txt anew, with the newest versions that fit
	@PYTHON=$(PYTHON) tools/lock.sh --upgrade

clean: ## remove what was built; .venv stays
	@rm -rf dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find civictui tests benchmarks tools -name __pycache__ -type d -prune -exec rm -rf {} +
