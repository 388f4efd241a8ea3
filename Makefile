# The portal's commands; `make help` lists them. Needs Python 3.11, 3.12 or 3.13 and make, brings everything else itself.
SHELL := /bin/bash
.DEFAULT_GOAL := help
# Python 3.11 where there is one, else the newest that the portal supports.
PYTHON ?= $(shell for one in python3.11 python3.13 python3.12; do $$one -c '' 2>/dev/null && echo $$one && break; done)
BIN := .venv/bin
# Node.js comes from the virtual environment, so its folder goes first.
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help run dev qa test check coverage bench audit sbom next-reflex screenshots lock compile clean install \
	install-dev

# Tests mostly wait, so three of them run side by side on two cores. Each worker has a portal of its own.
PYTEST = $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder --durations 15

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 13

run: install ## from nothing to the running portal, with demo accounts
	@CERS_MODE="$${CERS_MODE:-development}" exec $(BIN)/python -m cers_app serve --demo

dev: install ## the same with hot reload
	@CERS_MODE="$${CERS_MODE:-development}" exec $(BIN)/python -m cers_app serve --demo --reload

qa: install-dev ## the portal for automated browsers: known characters, a mail server, a fresh database
	@$(BIN)/python tests/install_programs.py Chromium
	@exec $(BIN)/python -m tests.qa

test: install-dev ## from nothing to all tests passed, browser included
	@$(BIN)/python tests/install_programs.py
	@$(PYTEST)

check: install-dev ## style, types, import contracts; a minute
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(BIN)/python -m tests.project.import_graph

coverage: install-dev ## all tests again, counting which lines and branches they reach
	@$(BIN)/python tests/install_programs.py
	$(PYTEST) --cov --cov-report=term:skip-covered
	$(BIN)/python -m tests.project.branch_coverage

bench: install-dev ## figures (docs/benchmarks.md); BENCH="load kills" for some of them
	@$(BIN)/python -m tests.bench $(BENCH)

audit: install-dev ## known vulnerabilities of both lock files; fails when nothing could be audited
	@$(BIN)/python -m tests.project.audit

sbom: install-dev ## what the portal is made of, as CycloneDX, in .local/sbom/
	@$(BIN)/python -m tests.project.sbom

next-reflex: install-dev ## try the next Reflex in a copy: which of our changes still hold; REFLEX=0.10.1 for another
	@$(BIN)/python tests/install_programs.py
	@$(BIN)/python -m tests.project.next_reflex $(REFLEX)

screenshots: install-dev ## pictures of every page in every stage, in .local/screenshots/; STAGES="account" for some
	@$(BIN)/python tests/install_programs.py Chromium
	@$(BIN)/python -m tests.screenshots $(STAGES)

lock: install-dev compile ## compile the pinned requirements again
	$(call COMPILE,requirements-build)

# Installs nothing, so another checkout's uv can do it (UV=…): `next-reflex` compiles in its copy.
UV = $(BIN)/uv
COMPILE = $(UV) pip compile -q --universal --no-strip-extras --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' $(1).in -o $(1).txt

compile:
	$(call COMPILE,requirements)
	$(call COMPILE,requirements-dev)

clean: ## remove what was installed and built; databases and the mailbox stay
	rm -rf .venv .web .local/web-* .local/states-* .local/pages .local/nginx .local/next-reflex

$(BIN)/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null || \
		{ echo "Install Python 3.11, 3.12 or 3.13, or name the one to use: make PYTHON=…"; exit 1; }
	$(PYTHON) -m venv .venv

# By content, not by time: Reflex touches requirements.txt whenever it sets itself up.
INSTALL = sum=$$(sha256sum $(1).txt); [ "$$sum" = "$$(cat $(BIN)/.$(1) 2>/dev/null)" ] || { \
	echo "Installing $(1).txt …"; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1).txt && \
	echo "$$sum" > $(BIN)/.$(1); }

install: | $(BIN)/python ## install only what the portal needs, in .venv
	@$(call INSTALL,requirements)
	@$(BIN)/python -m cers_app.commands.bindings

install-dev: install ## add the Python packages of the tests and checks, without Chromium and nginx
	@$(call INSTALL,requirements-dev)
