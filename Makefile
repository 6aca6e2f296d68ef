# Everything a person types. Needs Python 3.11 or newer, git and make; nothing else.
#
#   make run                      the service with its demonstration data
#   make run PORT=8001 HOME_DIR=var2   a second one beside it
#   make test                     no server, no browser
#
# The environment is a plain venv filled from locks with hashes. A stamp named after the
# contents of the locks says that it is complete, so a second run installs nothing.

PORT     ?= 8000
HOST     ?= 127.0.0.1
HOME_DIR ?= var
WORKERS  ?= 2
TEST_DATABASE_URL ?= postgresql+psycopg://postgres@127.0.0.1:5432/test

VENV := .venv
BIN  := $(VENV)/bin
ifndef PYTHON
PYTHON := $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; \
	done)
endif

VERSION := $(shell $(BIN)/python -V 2>/dev/null || $(PYTHON) -V 2>/dev/null)
hash_of  = $(shell cat $(1) pyproject.toml 2>/dev/null | git hash-object --stdin)-$(lastword $(VERSION))
RUN_STAMP      := $(VENV)/installed-run-$(call hash_of,requirements.lock)
POSTGRES_STAMP := $(VENV)/installed-postgres-$(call hash_of,requirements-postgres.lock)
DEV_STAMP      := $(VENV)/installed-dev-$(call hash_of,requirements-dev.lock)

PIP_INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check
PYTEST      = $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup

.DEFAULT_GOAL := help
.PHONY: help install run postgres dev test test-postgres test-wide test-browser crawl bench soak lint format \
	messages lock vendor clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'
	@echo "  Variables: PORT=$(PORT) HOST=$(HOST) HOME_DIR=$(HOME_DIR) WORKERS=$(WORKERS)"

run: $(RUN_STAMP) ## install what is missing, then serve on HOST:PORT with the data in HOME_DIR
	@exec $(BIN)/tovholder serve --demo --home "$(HOME_DIR)" --host "$(HOST)" --port "$(PORT)"

install: $(RUN_STAMP) ## the environment of `make run`, without starting it

postgres: $(RUN_STAMP) $(POSTGRES_STAMP) ## add the PostgreSQL driver to the environment

dev: $(DEV_STAMP) ## the environment with the tools of the developers

test: $(DEV_STAMP) ## all tests on SQLite but those of the browser, the wide ones and the campaigns
	@env -u TEST_DATABASE_URL $(PYTEST) -m "not browser and not wide and not campaign" $(ARGS)

# tests/unit, tests/spiff and tests/architecture ask no database anything.
test-postgres: $(DEV_STAMP) ## the same suite, as far as it asks a database, on TEST_DATABASE_URL
	@TEST_DATABASE_URL="$(TEST_DATABASE_URL)" $(PYTEST) -m "not browser and not wide" $(ARGS) \
		--ignore=tests/unit --ignore=tests/spiff --ignore=tests/architecture

test-wide: $(DEV_STAMP) ## what walks all there is, and samples of what `make soak` runs for long
	@env -u TEST_DATABASE_URL $(PYTEST) -m "wide or campaign" $(ARGS)

test-browser: $(DEV_STAMP) ## the browser tests; skipped, with the reason, where there is no Chromium
	@env -u TEST_DATABASE_URL $(BIN)/python -m pytest -rs -m browser $(ARGS)

crawl: $(DEV_STAMP) ## every route, method, role and relation to a case, on SQLite; make test-wide asks a seventh
	@env -u TEST_DATABASE_URL CRAWL=whole $(PYTEST) -k answered $(ARGS) tests/access/crawl

bench: $(DEV_STAMP) ## measure, print a table, write HOME_DIR/bench.json
	@$(BIN)/python -m tests.bench --home "$(HOME_DIR)" $(ARGS)

soak: $(DEV_STAMP) ## the long run
	@$(BIN)/python -m tests.soak --home "$(HOME_DIR)" $(ARGS)

lint: $(DEV_STAMP) ## ruff, mypy, import-linter
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(DEV_STAMP) ## put the code in shape
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

messages: $(DEV_STAMP) ## bring web/translations up to date with the texts of the pages
	@$(BIN)/python -m web.messages

# Locks are made by maintainers, with uv from the path or the environment.
UV = $(or $(wildcard $(BIN)/uv),uv)
COMPILE = $(UV) pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links \
	--custom-compile-command "make lock" $(ARGS)

lock: ## resolve anew what pyproject.toml asks for (needs uv); ARGS=--upgrade for the newest
	$(COMPILE) --group build --output-file requirements.lock
	$(COMPILE) --extra postgres --constraint requirements.lock --output-file requirements-postgres.lock
	$(COMPILE) --extra postgres --group build --group dev --constraint requirements.lock \
		--output-file requirements-dev.lock

vendor: $(RUN_STAMP) ## fetch the front-end files named in web/vendor.lock.json anew, and check them
	@$(BIN)/python -m web.vendor

clean: ## remove the environment and the caches; data in HOME_DIR stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage
	find engine workflows web tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@[ -n "$(PYTHON)" ] \
		|| { echo "Tovholder needs Python 3.11 or newer; name one with PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "Python's venv is missing; on Debian: apt-get install python3-venv"; exit 1; }
	@echo "Making the environment in $(VENV) ..."
	@$(PYTHON) -m venv --clear $(VENV)

# $(1): what is installed, $(2): its lock. A failed install leaves no stamp. An environment
# whose Python was upgraded under it has lost its pip, and is made anew.
define fill
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@echo "Installing from $(2) ..."
	@$(PIP_INSTALL) --require-hashes -r $(2)
	@$(PIP_INSTALL) --no-index --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/installed-$(1)-*
	@touch $@
endef

$(RUN_STAMP): | $(BIN)/python
	$(call fill,run,requirements.lock)

$(POSTGRES_STAMP): | $(RUN_STAMP)
	$(call fill,postgres,requirements-postgres.lock)

$(DEV_STAMP): | $(BIN)/python
	$(call fill,dev,requirements-dev.lock)
