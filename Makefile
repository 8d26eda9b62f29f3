# Everything a newcomer needs. Each target does all its own set-up; finished steps are skipped.
.DEFAULT_GOAL := help
.PHONY: help run test setup train lint types web unit app browser conversations format lock clean

help: ## list the targets
	@echo "Bangban 帮办: make TARGET"
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## set up whatever is missing, then start everything (Ctrl-C stops it)
	@tools/run run

test: ## set up whatever is missing, then run every check
	@tools/run test

setup: ## both Python environments, sample guides, search index, Rasa model
	@tools/run setup

train: ## the same as setup: retrains what has changed
	@tools/run train

lint: ## style and layout (ruff)
	@tools/run lint

types: ## types (mypy --strict) and import direction
	@tools/run types

web: ## widget and console: ESLint, strict TypeScript, Vitest, sizes
	@tools/run web

unit: ## unit tests, milliseconds each
	@tools/run unit

app: ## applications through their clients, and the store on SQLite and PostgreSQL
	@tools/run app

browser: ## widget and console in a real Chromium (screenshots in var/test/screenshots)
	@tools/run browser

conversations: ## conversations through the real running stack
	@tools/run conversations

format: ## mend style and layout
	@tools/run format

lock: ## write requirements/*.lock anew with the newest versions that fit
	@tools/run lock

clean: ## remove caches, environments and what set-up made; your database stays
	rm -rf .venv .venv-rasa .setup web/node_modules web/widget/dist web/console/dist var/test .hypothesis .mypy_cache .ruff_cache .pytest_cache .import_linter_cache *.egg-info
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
