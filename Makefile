# The commands of this project. `make` alone lists them.

PORT ?= 8000
.DEFAULT_GOAL := help
.PHONY: help run demo test check bench lock clean

BIN := .venv/bin

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run: ## prepare everything and serve DesaMart on http://localhost:8000 (PORT= changes it)
	@scripts/bootstrap
	@exec $(BIN)/desamart start --port $(PORT)

demo: ## make the demo data again in an empty database, without serving
	@scripts/bootstrap
	@$(BIN)/desamart db upgrade
	@$(BIN)/desamart regions load
	@$(BIN)/desamart demo

test: ## install what the tests need, then check and test everything on both databases and in the browser
	@scripts/bootstrap requirements-dev.lock
	@scripts/system-packages
	@$(BIN)/python -m tests.run $(ARGS)

check: ## ruff, formatting, mypy --strict, djlint and the rules of the architecture
	@scripts/bootstrap requirements-dev.lock
	@$(BIN)/python -m tests.run --only check

bench: ## measure search, checkout and pages against plain SQL in the same run; figures are ratios, never tests
	@scripts/bootstrap requirements-dev.lock
	@$(BIN)/python -m bench.search
	@$(BIN)/python -m bench.checkout
	@$(BIN)/python -m bench.pages
	@$(BIN)/python -m bench.indicators

COMPILE := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --quiet

lock: ## write requirements*.lock again from pyproject.toml (needs uv; UPGRADE=--upgrade takes newer versions)
	@command -v uv >/dev/null || { echo "make lock needs uv (https://docs.astral.sh/uv/); nothing else here does." >&2; exit 1; }
	$(COMPILE) $(UPGRADE) --output-file requirements.lock
	$(COMPILE) $(UPGRADE) --extra dev --constraint requirements.lock --output-file requirements-dev.lock

clean: ## remove the environment and all caches; data in var/ stays
	rm -rf .venv *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis test-artifacts
	find marketplace tests migrations -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
