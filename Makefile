# `make demo` and `make test` do all set-up themselves; everything lands in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint bench mutants reproduce constraints clean help

help:
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/  -/'

# Everything is pinned with its hash; setuptools, which builds kgrec itself, as well.
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "kgrec needs Python 3.11 or newer; name one with make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	sed -n '/^uv==/,/[^\\]$$/p' constraints.txt > $(VENV)/uv.txt
	$(BIN)/python -m pip install --quiet --require-hashes --requirement $(VENV)/uv.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --compile-bytecode --requirement constraints.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --offline --editable .
	touch $@

demo: $(READY) ## a shop in a Neo4j of its own, and recommendations from it
	$(BIN)/kgrec demo

test: lint ## lint, types and every test
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

lint: $(READY) ## ruff and mypy --strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(READY) ## benchmarks, each beside a baseline in the same run
	$(BIN)/python -m tests.bench

mutants: $(READY) ## change the code in 300 small ways, and count how many no test notices (SAMPLE=0 for all)
	$(BIN)/python -m tests.mutants --sample $(or $(SAMPLE),300)

reproduce: $(READY) ## how accurate the recommendations are on Beauty, for three seeds (DATA=FOLDER)
	KGREC_BENCH_DATA=$(DATA) $(BIN)/python -m tests.bench.accuracy test 3

constraints: ## resolve the pinned versions and their hashes again
	$(BIN)/uv pip compile --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url --generate-hashes --upgrade --all-extras --group dev pyproject.toml -o constraints.txt

clean: ## remove the virtual environment and caches
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis mutants
