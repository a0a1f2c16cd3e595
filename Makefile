# make demo    photographs with covered faces, and a short training: one page to look at, in a few minutes
# make demo-train    small models trained on drawn faces: a table and a picture
# make demo-deocclude    the same for Latent-OFER: occluders found, painted over, and what that changes
# make test    the fast tests          make slow   the slow ones
# make browser Chromium for the test of the page, where there is none
# make docs    the documentation as a site: build/site/index.html
# make lint    style, formatting, types, imports
# make clean   caches and build output (the environment and work_dirs stay)
#
# Everything is installed into $(VENV) on first use, and again when setup.py changes.
PYTHON ?= python3
VENV ?= .venv
# Where torch comes from, if not from PyPI; for instance https://download.pytorch.org/whl/cpu
TORCH_INDEX ?=

BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev
PIP := $(BIN)/python -m pip --disable-pip-version-check
# Build with the environment's own setuptools: a fresh one per package is slower, and 82 breaks packages that import pkg_resources.
INSTALL := $(PIP) install --no-build-isolation --editable

.PHONY: demo demo-train demo-deocclude test slow browser docs lint format clean
.DEFAULT_GOAL := test

# Where venv fails half-way (Debian without python3-venv), nothing must be left that looks finished.
$(BIN)/python:
	$(PYTHON) -m venv $(VENV) || { rm -f $@; echo 'make: $(PYTHON) -m venv failed: see above, mend it and try again' >&2; exit 1; }

$(INSTALLED): setup.py | $(BIN)/python
	$(PIP) install 'setuptools>=70,<82' wheel
	$(if $(TORCH_INDEX),$(PIP) install torch torchvision --index-url $(TORCH_INDEX))
	$(INSTALL) '.[demo]'
	touch $@

$(INSTALLED_DEV): $(INSTALLED)
	$(INSTALL) '.[dev]'
	touch $@

demo: $(INSTALLED)
	$(BIN)/python tools/demo.py

demo-train: $(INSTALLED)
	$(BIN)/python tools/demo_train.py

demo-deocclude: $(INSTALLED)
	$(BIN)/python tools/demo_deocclude.py

# One worker a core, one thread each: small networks gain nothing from threads.
test: $(INSTALLED_DEV)
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n logical --dist worksteal

slow: $(INSTALLED_DEV)
	$(BIN)/python -m pytest -q -m slow

# Without it, the tests in a browser are skipped. Debian has it as a package; elsewhere Playwright brings its own.
browser: $(INSTALLED_DEV)
	@for name in chromium chromium-browser google-chrome; do command -v $$name && exit 0; done; \
	(apt-get update && DEBIAN_FRONTEND=noninteractive timeout 600 apt-get install -y --no-install-recommends chromium) \
	|| timeout 600 $(BIN)/playwright install chromium \
	|| echo 'make: Chromium could not be installed; the tests in a browser are skipped' >&2

# Strict: a link that leads nowhere, or a page that is not in the navigation, is an error.
docs: $(INSTALLED_DEV)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build

lint: $(INSTALLED_DEV)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(INSTALLED_DEV)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean:
	rm -rf build dist *.egg-info .pytest_cache .ruff_cache .mypy_cache .import_linter_cache
	find . -path ./$(VENV) -prune -o -name __pycache__ -type d -print0 | xargs -0 rm -rf
