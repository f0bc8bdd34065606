# Everything from a fresh clone: `make demo` shows the program at work, `make test` proves it. `make help` lists the rest.
# Paths are relative throughout, so that a folder with blanks or Chinese in its name works.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv pip install --quiet --system-certs --require-hashes
export PYTHONUTF8 := 1
# Some machines forbid Python to keep what it has compiled: every one of the tests' many processes would compile all anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench accuracy soak browser pins clean

help:            ## this list
	@grep -hE '^[a-z]+: .*##|^[a-z]+:  *##' $(firstword $(MAKEFILE_LIST)) | sed 's/:[^#]*## /\t/' | expand -t 12

setup: .venv/.dev ## the program and its tools, into .venv

.venv/bin/uv: requirements/uv.txt
	@echo "setting up .venv (once)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/uv.txt
	@touch $@

.venv/.dev: .venv/bin/uv requirements/dev.txt pyproject.toml
	@$(UV) -r requirements/dev.txt
	@$(BIN)/uv pip install --quiet --system-certs --no-build-isolation --no-deps --editable .
	@touch $@

demo: .venv/.dev   ## a city of 44 sites and 294 accounts with planted faults: one day, what was found
	@$(BIN)/xunjian demo

test: .venv/.dev browser   ## all tests
	@$(BIN)/python -m pytest -q -n 3 --dist loadgroup $(TESTS)

check: .venv/.dev  ## ruff, mypy --strict, import contracts, migrations equal models
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m pytest -q -p no:randomly tests/tracker/test_migrations.py

bench: .venv/.dev  ## a round against a bare Scrapy download; 294 and 2,940 accounts; all figures of a city and of a country against bare SQL
	@$(BIN)/python -m bench.round
	@$(BIN)/python -m bench.accounts
	@$(BIN)/python -m bench.figures

accuracy: .venv/.dev ## recorded pages and three difficult demo cities: right, wrong, missed; with every loader off in turn
	@$(BIN)/python -m bench.accuracy

soak: .venv/.dev   ## kill -9 at random moments of a round and of the daemon; two hundred rounds in one process
	@$(BIN)/python -m bench.soak
	@$(BIN)/python -m bench.kills
	@$(BIN)/python -m bench.rounds

# Chromium and Chinese fonts for the tests: only where they are missing and we may install them.
browser:
	@if command -v chromium >/dev/null 2>&1 && fc-list :lang=zh 2>/dev/null | grep -q .; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	  echo "installing Chromium and fonts (once)"; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk fontconfig >/dev/null; \
	else echo "no Chromium: tests that need a browser are skipped"; fi

pins: .venv/bin/uv  ## resolve the requirements anew
	@$(BIN)/uv pip compile --system-certs -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate pyproject.toml -o requirements/run.txt
	@$(BIN)/uv pip compile --system-certs -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --extra dev -c requirements/run.txt pyproject.toml -o requirements/dev.txt

clean:           ## remove .venv and what the demo wrote
	@rm -rf .venv demo-city .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info
