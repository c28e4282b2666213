# make demo   a first run, from nothing        make test   everything that is checked
# make view   the page in the browser          make clean  remove what was built
# make venv   only the environment
#
# PY      the Python to use, 3.11 or later    (make clean venv PY=python3.12)
# EXTRAS  what to install beside the core     (make venv EXTRAS=dev,ui,pdf; it is remembered)
# JOBS    processes for the tests
PY     ?= python3
EXTRAS ?= $(shell cat .venv/.extras 2>/dev/null || echo dev,ui)
JOBS   ?= 2

BIN   := .venv/bin
comma := ,
STAMP := .venv/.stamp-$(subst $(comma),-,$(EXTRAS))
UV    := $(shell command -v uv 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help venv demo view test lint format types tests constraints clean

help:
	@sed -n '1,8s/^# \{0,1\}//p' Makefile

venv: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "cogov needs Python 3.11 or later, and '$(PY)' is not that. Name another one: make $(or $(MAKECMDGOALS),venv) PY=python3.12" >&2; exit 1; }
ifneq ($(UV),)
	@$(BIN)/python -c '' 2>/dev/null || UV_PYTHON_DOWNLOADS=never $(UV) venv --quiet --clear --seed \
	  --python "$$($(PY) -c 'import sys; print(sys.executable)')" .venv
	UV_COMPILE_BYTECODE=1 VIRTUAL_ENV="$(CURDIR)/.venv" $(UV) pip install --quiet -c constraints.txt -e ".[$(EXTRAS)]"
else
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PY) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[$(EXTRAS)]"
endif
	@rm -f .venv/.stamp-* && echo "$(EXTRAS)" > .venv/.extras && touch $@

demo: $(STAMP)
	$(BIN)/cogov demo

# Adds what the page needs to an environment that was made without it.
view:
	@$(MAKE) --no-print-directory venv EXTRAS=$(if $(findstring ui,$(EXTRAS)),$(EXTRAS),$(EXTRAS)$(comma)ui)
	$(BIN)/cogov view

test: lint types tests

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The root folder is the package, which type checkers only see through a folder of that name.
types: $(STAMP)
	@mkdir -p .typing && ln -sfn .. .typing/cogov
	$(BIN)/mypy

tests: $(STAMP)
	$(BIN)/pytest -n $(JOBS)

# Needs uv. All extras at once, for Python 3.11 and later.
constraints:
	$(or $(UV),uv) pip compile pyproject.toml --universal --python-version 3.11 --no-header --no-annotate --all-extras \
	  --upgrade --quiet --output-file constraints.txt

# Compiled code lies outside (see docs/performance.md); folders unused for 14 days go by themselves.
clean:
	@echo "Compiled code is kept in $(or $(NUMBA_CACHE_DIR),$(or $(XDG_CACHE_HOME),~/.cache)/cogov); remove that folder to be rid of it too."
	rm -rf .venv .typing .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
