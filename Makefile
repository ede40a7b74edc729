# OneCity: `make demo` and `make test` are all a newcomer needs; both install what is missing.
.PHONY: demo test check build bench lane lock clean
.DEFAULT_GOAL := demo

PYTHON := .venv/bin/python
PIN := uv pip compile -q --universal --python-version 3.11 --upgrade --generate-hashes --no-emit-index-url --no-header
LANE_TESTS := tests/unit/gateway tests/api/test_proxied_call.py tests/e2e/test_bad_inputs.py tests/e2e/test_hostile_upstreams.py
export PATH := $(CURDIR)/.venv/bin:$(PATH)

demo: ## a city on this machine: gateway, departments, residents; Ctrl-C ends it, RESET=1 starts anew
	@scripts/python-packages requirements.lock
	@scripts/web build
	@$(PYTHON) scripts/demo.py $(if $(RESET),--reset)

test: ## everything, on SQLite, PostgreSQL and Redis, and in a real browser
	@scripts/python-packages requirements-dev.lock
	@scripts/system-packages
	@scripts/web build
	@scripts/web test
	@scripts/test-clients
	PURE_LANE=1 $(PYTHON) -m pytest -n 3 --dist loadgroup --cov --cov-report=term:skip-covered $(PYTEST)
	@$(PYTHON) scripts/compile_lane.py
	$(PYTHON) -m pytest -n 3 --dist loadgroup $(LANE_TESTS)

lane: ## the data path compiled to machine code (mypyc); without it the same sources run as they are
	@scripts/python-packages requirements-dev.lock
	@$(PYTHON) scripts/compile_lane.py

check: ## style, types, layers
	@scripts/python-packages requirements-dev.lock
	@scripts/web build
	@scripts/web check
	ruff format --check .
	ruff check .
	mypy
	lint-imports
	NO_MKDOCS_2_WARNING=1 mkdocs build --quiet --strict --site-dir var/site

build: ## the wheel, with the shell and the SDK inside, and the departments' packages
	@scripts/python-packages requirements-dev.lock
	@scripts/web build
	$(PYTHON) -m build --wheel --no-isolation

bench: ## the gateway beside its peers, measured; writes docs/benchmarks.md. BENCH="--quick" takes two minutes
	@scripts/python-packages requirements-dev.lock
	@scripts/bench-packages
	@scripts/web build
	-@$(PYTHON) scripts/compile_lane.py
	$(PYTHON) -m bench $(BENCH)

lock: ## pin again, with hashes
	@scripts/python-packages requirements-dev.lock
	$(PIN) pyproject.toml --group build -o requirements.lock
	$(PIN) pyproject.toml --group dev -o requirements-dev.lock
	$(PIN) --group node -o requirements-node.lock
	$(PIN) bench/requirements.in -o bench/requirements.lock

clean: ## what was built and installed here, not the demo's data
	rm -rf .venv sdk_h5/node_modules sdk_h5/*/dist tests/clients/node_modules
