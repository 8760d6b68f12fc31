# Unrolled: two commands matter, `make lab` to learn and `make test` to check.
PYTHON ?= python3
PY := .venv/bin/python
# One thread: tiny networks gain nothing from a second, and lose a lot on a busy machine.
export OMP_NUM_THREADS ?= 1
# How the course behaves under test: no progress bars, a failed check is an error, no network.
TEST_ENV := UNROLLED_QUIET=1 UNROLLED_STRICT=1 PYTHONPATH="$(CURDIR)/tests/guard"
# One worker per core, and a whole file for each: a notebook's cells share their kernel.
WORKERS := -n auto --maxprocesses 4 --dist loadfile

.PHONY: help setup setup-lab lab test test-lowest test-machines browser-setup test-keras bench notebooks studies schedule guide sheet slides site wheels test-wheels lock clean

help:       ## say what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s  %s\n", $$1, $$2 }' Makefile

setup:      ## make .venv from requirements.lock, if it isn't there yet
	@$(PYTHON) course_utils/commands/install.py

setup-lab:  ## the same without the test tools; FROM=folder: without a network, from what `make wheels` laid there
	@$(PYTHON) course_utils/commands/install.py --lab $(if $(FROM),--from "$(FROM)")

lab: setup-lab ## open the course in JupyterLab, in your own copies under my_course/
	@$(PY) -m course_utils.commands.lab $(ARGS)

test: setup ## check the style and the types, then run every test and every notebook
	$(PY) -m ruff check course_utils tests notebooks
	$(PY) -m ruff format --check course_utils tests notebooks
	$(PY) -m mypy
	$(TEST_ENV) $(PY) -m pytest $(WORKERS) --nbval-lax --nbval-current-env --nbval-cell-timeout=120 $(ARGS)

# These take too long for a second round, and test_lock.py reads what requirements.lock installed.
NOT_LOWEST := tests/notebooks tests/browser tests/machines tests/workshop tests/commands/test_lock.py \
	tests/test_csv_fuzz.py tests/diagnose/test_random_data.py tests/diagnose/test_random_networks.py

test-lowest: ## run the quick tests and lesson 00 with the lowest versions that are allowed
	@$(PYTHON) course_utils/commands/install.py --lowest
	$(TEST_ENV) .venv-lowest/bin/python -m pytest $(WORKERS) \
		--nbval-lax --nbval-current-env --nbval-cell-timeout=120 \
		$(NOT_LOWEST:%=--ignore=%) tests notebooks/00_start_here.ipynb $(ARGS)

test-machines: setup .venv-machines/stamp ## try the course as other machines have it: read-only, Binder, other Pythons …
	$(TEST_ENV) $(PY) -m pytest $(WORKERS) tests/machines $(ARGS)

# The linter of the workflow, and Colab's ipywidgets in a folder that the tests put first in the path.
.venv-machines/stamp: tests/machines/requirements.lock
	@echo "test-machines: making .venv-machines, 50 MB"
	@$(PYTHON) -m venv --clear .venv-machines
	@.venv-machines/bin/python -m pip install -qq --no-input --disable-pip-version-check -r $<
	@.venv-machines/bin/python -m pip install -qq --no-input --disable-pip-version-check --no-deps \
		--target .venv-machines/ipywidgets-7 ipywidgets==7.7.5 ipython_genutils==0.2.0
	@touch $@

browser-setup: setup ## install Chromium for the browser tests in `make test`, if there is none
	@$(PY) -m course_utils.commands.browser

test-keras: .venv-keras/stamp ## ask real Keras again for the numbers in data/keras, and compare
	.venv-keras/bin/python -m pytest tests/keras/regenerate.py $(ARGS)

.venv-keras/stamp: tests/keras/requirements.lock
	@echo "test-keras: making .venv-keras with TensorFlow, 1.6 GB, a minute or two"
	@$(PYTHON) -m venv --clear .venv-keras
	@.venv-keras/bin/python -m pip install -qq --no-input --disable-pip-version-check -r $<
	@touch $@

bench: setup      ## measure speed and memory (ARGS chooses)
	@$(PY) -m tests.benchmarks $(ARGS)

notebooks: setup  ## fill in the facts, execute and save the notebooks (ARGS="--only 05a", or ARGS=--facts)
	@$(PY) -m course_utils.commands.save_notebooks $(ARGS)

studies: setup    ## make the stored studies in data/studies again (slow)
	@$(PY) -m course_utils.commands.studies $(ARGS)

schedule: setup   ## print the workshop's schedules, half a day and a day (ARGS="--start 9:00"), and keep them
	@$(PY) -m course_utils.workshop.schedule $(ARGS)

guide: setup      ## make the instructor's guide, a page for each lesson, in workshop/built/guide
	@$(PY) -m course_utils.workshop.guide

sheet: setup      ## make the handout, one page of shapes, state and messages: workshop/built/handout.html
	@$(PY) -m course_utils.workshop.sheet

slides: setup     ## make the slides, a page for each lesson, in workshop/built/slides (ARGS="--only 03a")
	@$(PY) -m course_utils.workshop.deck $(ARGS)

site: setup       ## make the readable site, for reading without a kernel or a network, in workshop/built/site
	@$(PY) -m course_utils.workshop.site

wheels: setup     ## lay all that a learner installs in workshop/stick (ARGS="--platform windows --python 3.12 3.13")
	@$(PY) -m course_utils.commands.wheels $(ARGS)

test-wheels: setup ## install the course from such a folder with the network cut; ask if the others would be complete
	$(PY) -m pytest tests/wheels $(ARGS)

lock: setup       ## update the three locks to match pyproject.toml (ARGS=--upgrade: the newest versions)
	@$(PY) -m course_utils.commands.lock $(ARGS)

clean:      ## remove the environments and caches; keeps my_course and your progress
	rm -rf .venv .venv-lowest .venv-machines .venv-keras browser-artefacts .mypy_cache .ruff_cache .hypothesis *.egg-info
	find course_utils tests -name __pycache__ -type d -prune -exec rm -rf {} +
