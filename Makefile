# make help lists what there is.
PYTHON ?= python3
CONFIG ?= config.toml
# Two more than cores, at most eight: while some wait for a database or a hold, others go on.
WORKERS ?= $(shell cores=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); echo $$((cores > 5 ? 8 : cores + 2)))
MINUTES ?= 30
ENGINE ?= sqlite
COVERED_BY := tests/campaign tests/storage tests/handlers tests/packs tests/bot tests/channels tests/conversations tests/e2e
BIN := .venv/bin
# Every process of a test would otherwise compile our modules again, where that is set.
TESTS = PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n $(WORKERS) --dist worksteal --durations=10 --durations-min=0.5
READY := .venv/.installed
PEERS := .venv-peers/.installed

.DEFAULT_GOAL := help
.PHONY: help setup demo run test test-all test-rest promises lint format types imports docs pictures coverage mutation worst-cases soak lock clean \
        bench bench-large bench-emails bench-growth bench-workers bench-viral bench-costs bench-charts

help: ## What there is
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: $(READY) ## .venv with everything in it; the other targets see to it themselves

demo: $(READY) ## The bot in a simulated Telegram, in your browser
	@$(BIN)/clamour demo

run: $(READY) ## The bot with config.toml (another: make run CONFIG=FILE)
	@$(BIN)/clamour run --config $(CONFIG)

test: $(READY) ## Every promise, with a part of its cases; says at the end what was left out and why
	@$(TESTS)

test-all: $(READY) ## Every promise with all of its cases: fuzz, kills, soak, the whole story, upgrades, pictures
	@$(TESTS) --full

test-rest: $(READY) ## What test-all does more than test
	@$(TESTS) --rest

promises: $(READY) ## What the tests promise, by area, as sentences; nothing is run
	@$(BIN)/python -m tests.promises

lint: $(READY) ## Style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(READY) ## Put formatting right
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

types: $(READY) ## mypy --strict
	$(BIN)/mypy

imports: $(READY) ## The direction of imports
	$(BIN)/lint-imports

docs: $(READY) ## The guides as a site in build/site; fails for a link that leads nowhere
	@$(BIN)/mkdocs build --quiet

pictures: $(READY) ## Every picture in docs/, made anew from the example campaign, with Chromium
	@$(BIN)/python -m docs.pictures
	@$(BIN)/python -m docs.pictures.stats

coverage: $(READY) ## Which branches of campaign/ and storage/ the tests take
	@$(BIN)/coverage erase
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal -p no:cacheprovider --full --cov --cov-report= $(COVERED_BY)
	@$(BIN)/coverage report

mutation: $(READY) ## Whether tests notice changes in campaign/'s rules (a part: make mutation PART='campaign.goals*')
	@$(BIN)/mutmut run --max-children $(WORKERS) $(PART)
	@$(BIN)/python -m tests.mutation

worst-cases: $(READY) ## 10,000 worst cases of each parser of what people send: half an hour
	@WORST_CASES=10000 $(BIN)/pytest -n $(WORKERS) --dist worksteal -rP -p no:cacheprovider tests/worst_cases

bench: $(READY) $(PEERS) ## Measure beside others; writes bench/results.json (a part: make bench PART=broadcast)
	$(BIN)/python -m bench $(PART)

soak: $(READY) ## Half an hour of mixed life and faults (others: make soak MINUTES=10 ENGINE=postgresql)
	$(BIN)/python -m bench.soak --minutes $(MINUTES) --engine $(ENGINE)

bench-growth: $(READY) ## Answers at 1,000 to 1,000,000 signers, on both engines
	$(BIN)/python -m bench.growth

bench-workers: $(READY) ## Signing with 1, 2 and 4 webhook workers
	$(BIN)/python -m bench.workers

bench-viral: $(READY) ## Twice as many, again and again, until it is too much
	$(BIN)/python -m bench.viral

bench-costs: $(READY) ## What one signature and one message cost
	$(BIN)/python -m bench.costs

bench-charts: $(READY) ## Draw the charts of docs/performance.md from what has been recorded
	$(BIN)/python -m bench.charts

bench-large: $(READY) ## A broadcast to 1,000,000 people: twenty minutes, 2 GB of disk
	$(BIN)/python -m bench.large

bench-emails: $(READY) ## The memory of a broadcast to 100,000 people by email: ten minutes
	$(BIN)/python -m bench.email_memory

$(PEERS): bench/peers/requirements.lock
	@$(PYTHON) -m venv .venv-peers
	@.venv-peers/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r bench/peers/requirements.lock
	@touch $@

# Made once, and again when the lock or the package's description changes.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null || { \
	  found=$$($(PYTHON) --version 2>/dev/null || echo missing); \
	  echo "Clamour needs Python 3.11, 3.12 or 3.13, but $(PYTHON) is $$found." >&2; \
	  echo "Name one that is there: make PYTHON=python3.12" >&2; exit 1; }
	@echo "Setting up .venv (once) ..." >&2
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

lock: ## Both lock files from pyproject.toml (newest of all: make lock UPGRADE=--upgrade)
	@tools=$$(mktemp -d) && trap 'rm -rf "$$tools"' EXIT && \
	$(PYTHON) -m venv "$$tools" && "$$tools/bin/pip" install --quiet --disable-pip-version-check \
	  --no-deps --require-hashes -r deploy/tools.lock && \
	"$$tools/bin/uv" pip compile --quiet --universal $(UPGRADE) --generate-hashes --no-header --no-annotate \
	  --extra dev pyproject.toml -o requirements.lock && \
	"$$tools/bin/uv" pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
	  --constraint requirements.lock --extra build pyproject.toml -o deploy/requirements.lock && \
	echo uv > "$$tools/tools.in" && \
	"$$tools/bin/uv" pip compile --quiet --universal $(UPGRADE) --generate-hashes --no-header --no-annotate \
	  "$$tools/tools.in" -o deploy/tools.lock

clean: ## Take away what tools and builds left; .venv and demo-data stay
	rm -rf build dist mutants .coverage* *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -not -path './.venv*' -prune -exec rm -rf {} +
