# make demo: environment and the whole pipeline on the demo. make test: environment and tests.
# Needs Python 3.11 or later (PYTHON=...), make and git; everything else comes from the package
# registry into .venv.

SHELL := /bin/bash
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Start-up is a large part of short stages: let Python cache what it compiles, even where the
# environment forbids it. Compiling all packages at once would take longer than the demo's imports.
export PYTHONDONTWRITEBYTECODE :=
# The same arithmetic, so the same results, whatever the environment sets.
export CUBLAS_WORKSPACE_CONFIG := :4096:8

RUN := $(VENV)/.run-installed
DEV := $(VENV)/.dev-installed
BENCH := $(VENV)/.bench-installed
# Real videos for benchmarks, if they are there; otherwise only rendered ones.
SAMPLE := $(wildcard ../shared/sample)

# Experiments at a time, of make ablation and make final. On a CPU each uses train.threads cores, one
# in the demo: JOBS=number of cores is then quickest.
JOBS := 1

.PHONY: demo env test test-slow durations golden ablation final bench bench-demo check format lock notebook pictures
.PHONY: clean

demo: $(RUN)
	@deepfake-attribution repro

# The environment alone, for data of your own.
env: $(RUN)

# One thread each: two processes that share two cores wait for each other's threads. Each file's
# tests stay together, and the longest files begin: tests/durations.json.
PYTEST := OMP_NUM_THREADS=1 pytest -n 2 --dist loadfile --no-loadscope-reorder

# SLOW=1: the slow tests, too, in the same run, which makes what they share once.
test: $(DEV)
	$(PYTEST) $(if $(SLOW),,-m "not slow")

test-slow: $(DEV)
	$(PYTEST) -m slow

# Writes the texts anew that tests compare with files. Read what changed before it is committed.
golden: $(DEV)
	rm -rf tests/golden
	pytest -n 0 --golden

# On a machine that does nothing else: measures how long each file of tests takes.
durations: $(DEV)
	$(PYTEST) --store-durations

# ablation compares recipes part by part; final compares whole recipes on the database kept for last
# (docs/training.md). The crops are made once, here. Finished experiments are not run again.
ablation final: $(RUN)
	dvc repro superset
	deepfake-attribution ablation queue $(if $(filter final,$@),--final)
	dvc queue start --jobs $(JOBS)
	deepfake-attribution ablation wait --jobs $(JOBS) $(if $(filter final,$@),--final)
	deepfake-attribution ablation table $(if $(filter final,$@),--final)

# Run it on an idle machine; benchmarks/README.md.
bench: $(BENCH) $(DEV)
	python benchmarks/extraction.py $(addprefix --sample ,$(SAMPLE))
	python benchmarks/detect.py $(addprefix --sample ,$(SAMPLE))
	python benchmarks/read.py
	python benchmarks/load.py
	python benchmarks/mining.py
	python benchmarks/embed.py
	python benchmarks/train.py
	python benchmarks/maps.py
	python benchmarks/uncertainty.py
	python benchmarks/page.py
	python benchmarks/catalog.py
	python benchmarks/stages.py --videos 50 500 $(addprefix --sample ,$(SAMPLE))
	python benchmarks/table.py

# The demo from nothing, and the analysis of videos with its bundle.
bench-demo: $(BENCH)
	python benchmarks/demo.py
	python benchmarks/analyse.py
	python benchmarks/table.py

check: $(DEV)
	ruff check .
	ruff format --check .
	mypy

format: $(DEV)
	ruff check --fix .
	ruff format .

# An environment that was made for another folder runs that folder's code, and its programs start
# that folder's Python: after a copy or a move, or through a link, it is made again.
EDITABLE := $(shell cat $(VENV)/lib/python3*/site-packages/_editable_impl_deepfake_attribution.pth 2> /dev/null)
ifneq ($(EDITABLE),)
ifneq ($(EDITABLE),$(CURDIR)/src)
.PHONY: foreign
foreign:
	@echo "$(VENV) was made for $(EDITABLE): it is made again for this folder"
	$(if $(filter .venv,$(VENV)),rm -rf .venv)
$(BIN)/python $(RUN): foreign
endif
endif

# The environment, with uv in it, which installs everything else.
$(BIN)/python:
	@command -v $(PYTHON) > /dev/null || { echo "error: $(PYTHON) is not there: install Python 3.11 or later, or name it: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) || { echo "error: $(PYTHON) cannot make environments: install its venv module (Debian: apt install python3.11-venv)" >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-uv.lock

# The lock files are complete, so nothing is resolved again (--no-deps); each file must have one of
# its hashes. The project itself has none.
$(RUN): requirements.lock pyproject.toml | $(BIN)/python
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --require-hashes -r requirements.lock
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --editable .
	touch $@

$(DEV): requirements-dev.lock $(RUN)
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --require-hashes -r requirements-dev.lock
	touch $@

$(BENCH): requirements-bench.lock $(RUN)
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --require-hashes -r requirements-bench.lock
	touch $@

# Names, versions and the hashes of all files for all platforms: no addresses. overrides.txt says why.
COMPILE := $(BIN)/uv pip compile --quiet --universal --upgrade --generate-hashes --no-annotate \
	--no-header --python-version 3.11
lock: | $(BIN)/python
	echo uv | $(COMPILE) - -o requirements-uv.lock
	$(COMPILE) --override overrides.txt pyproject.toml -o requirements.lock
	$(COMPILE) --override overrides.txt --extra dev --extra mtcnn --extra cluster \
		--extra tensorboard --extra notebook --extra serve \
		--constraint requirements.lock pyproject.toml -o requirements-dev.lock
	$(COMPILE) --override overrides.txt --extra bench --constraint requirements-dev.lock \
		pyproject.toml -o requirements-bench.lock

# After make demo: runs the notebook and stores what it shows. It needs the packages of make test.
notebook: $(DEV)
	python notebooks/store.py

# After make demo: the pictures of README and docs. The one of the page needs an installed Chromium.
pictures: $(RUN)
	python docs/pictures/refresh.py

# Remove what the pipeline made, and its caches; the environment stays.
clean:
	rm -rf data models bundles .work .checkpoints .dvc/cache .dvc/tmp dvc_plots .pytest_cache .mypy_cache .ruff_cache
