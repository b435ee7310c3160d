# Everything a developer or a curious officer does, from a fresh clone. `make help` lists it.
PYTHON ?= python3.11
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help rehearse wheel test lint format audit bench bench-cluster bench-install scaling chaos fuzz mutants docs clean

help: ## List what can be made
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

rehearse: $(READY) ## Play the coming editions of the shipped campaigns through, in seconds
	$(BIN)/publisher rehearse $(ARGS)

wheel: $(READY) ## Build what an administrator installs, into dist/ (docs/install.md)
	$(BIN)/python -m hatchling build --target wheel --directory dist
	cp constraints.txt publisher/install/Containerfile dist/

test: $(READY) ## Run every test; what has a store once more, on PostgreSQL
	$(BIN)/python -m pytest -n auto $(ARGS)
	$(BIN)/python -m pytest -n auto --store postgresql $(ARGS)

lint: $(READY) ## Style, types, import contracts, security: the code's and its dependencies'
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python audit.py

audit: $(READY) ## Is what is installed what is pinned, and is any of it known to be unsafe?
	$(BIN)/python audit.py $(ARGS)

format: $(READY) ## Bring the code into the house's form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY) ## Measure: start-up, planning, sending, a year's ledger: ARGS="ledger"
	$(BIN)/python -m bench $(ARGS)

bench-cluster: $(READY) ## Measure a cluster, then break it while it posts, in minutes (root: all faults)
	$(BIN)/python -m bench.cluster $(ARGS)

bench-install: $(READY) ## Follow docs/install.md on a clean Debian that is booted, and measure it (root)
	$(BIN)/python -m bench.install

scaling: $(READY) ## A ministry of 20,000 accounts posting at 08:00, by formula and simulated: docs/scaling.md
	$(BIN)/python -m bench.scaling $(ARGS)

chaos: $(READY) ## Kill the daemon a thousand times and count the posts, in minutes
	$(BIN)/python -m bench.chaos $(ARGS)

fuzz: $(READY) ## Meet 400,000 inputs that went wrong, in half an hour: ARGS="feeds --seed 3"
	$(BIN)/python -m bench.fuzz $(ARGS)

mutants: $(READY) ## Break the planner, the courier and the life cycle, once for each way: do tests notice?
	$(BIN)/python -m bench.mutants $(ARGS)

docs: $(READY) ## Write the generated pages and translations, then the site of all pages: build/site
	$(BIN)/python -m publisher.reference docs/reference
	$(BIN)/python -m publisher.catalogue
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --config-file docs/site/mkdocs.yml

clean: ## Remove what was made
	rm -rf $(VENV) rehearsal preview dist build

$(READY): pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 …"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(READY)
