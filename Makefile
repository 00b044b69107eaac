PYTHON ?= python3
BIN := .venv/bin
DEV := .venv/.dev-installed
RUN := .venv/.installed

.PHONY: demo test lint types layers unit bench lock clean

demo: $(RUN)  ## check the example project: a real migration set, models, scripts; no server needed
	cd examples/shop && ../../$(BIN)/pgconform check --exit-zero

test: lint types layers unit

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(DEV)
	$(BIN)/mypy

layers: $(DEV)
	$(BIN)/lint-imports

unit: $(DEV)
	$(BIN)/python -m pytest -n 2 --dist worksteal

bench: $(DEV)
	$(BIN)/python -m bench

lock:  ## refresh the locked development dependencies (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  --group dev pyproject.toml -o requirements-dev.lock

$(BIN)/python:
	$(PYTHON) -m venv --without-pip .venv

$(RUN): $(BIN)/python requirements.lock pyproject.toml
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --require-hashes -r requirements.lock
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --no-deps -e .
	touch $@

$(DEV): $(RUN) requirements-dev.lock
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --require-hashes -r requirements-dev.lock
	touch $@

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build
