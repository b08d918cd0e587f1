# The front door. `make help` lists what there is. Needs make and Python 3.11, 3.12 or 3.13; nothing else.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= $(firstword $(foreach name,python3.13 python3.12 python3.11 python3,$(shell $(name) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && command -v $(name))))
VENV := .venv
PY := $(VENV)/bin/python
OUT ?= out
TEST_ARGS ?=
TEST_WORKERS ?= 3

.PHONY: help setup run test screens soak demo bench bench-asr evaluate lint lock model practice-model voices

help: ## laat zien wat er kan
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.run ## maak alleen de omgeving (.venv)

run: $(VENV)/.run ## start de app op http://localhost:8501
	$(PY) app.py

test: $(VENV)/.test ## draai alle tests, ook de langzame en die in de browser
	@$(PYTEST) -m "not soak and not browser" $(TEST_ARGS) || [ $$? = 5 ]
	@$(PYTEST) -n 2 -m browser --failed-files=$(FAILED) $(TEST_ARGS) || [ $$? = 5 ] \
	  || { [ -s $(FAILED) ] && echo "$(AGAIN)" && $(PYTEST) -n 1 -m browser $$(cat $(FAILED)); }
# The longest files first (tests/conftest.py says which). What was compiled is kept: dozens of tests start the app.
test: export PYTHONDONTWRITEBYTECODE :=
PYTEST := $(PY) -m pytest -n $(TEST_WORKERS) --dist loadfile --no-loadscope-reorder -rs
FAILED := $(VENV)/.failed-screens
AGAIN := Een scherm deed niet wat het moest. Zijn hoofdstukken gaan nog één keer, alleen. Gaan ze nu goed: meld toch wat er faalde.

screens: $(VENV)/.test ## maak de schermafdrukken in docs/screens opnieuw (heeft Chromium nodig)
	VERTELPUNT_SCREENS=1 $(PY) -m pytest -q tests/browser

soak: $(VENV)/.test ## de hele storingsmatrix: kill -9 bij elke stap, op beide databases
	$(PY) -m pytest -m soak $(TEST_ARGS)

demo: $(VENV)/.run ## maak van de voorbeeldverhalen een nieuwsbrief, podcast, vlog en bericht in OUT=map
	$(PY) -m pipeline demo "$(OUT)"

bench: $(VENV)/.test ## meet wat de README over snelheid en geheugen zegt
	@for file in benchmarks/*.py; do echo "== $$file"; PYTHONPATH=. $(PY) -P "$$file" || exit 1; done

bench-asr: $(VENV)/.test ## meet een echt spraakmodel (VERTELPUNT_WHISPER_MODEL) op opnames met tekst (AUDIO=map)
	PYTHONPATH=. $(PY) -P benchmarks/asr.py $(if $(AUDIO),--audio "$(AUDIO)")

evaluate: $(VENV)/.test ## meet het anonimiseren aan verhalen met gemarkeerde namen (GOLD=bestand.jsonl, ARGS=--json)
	@$(PY) -P tests/gold/score.py $(if $(GOLD),"$(GOLD)") $(ARGS)

lint: $(VENV)/.test ## ruff, en mypy strict op alles behalve ui
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy .

model: $(VENV)/.test ## bouw de namenherkenner van anonymise opnieuw, uit sjablonen, lijsten en eigen verhalen
	OMP_NUM_THREADS=1 $(PY) -P training/build.py

practice-model: ## hoe het oefenmodel voor spraak gebouwd is (zie examples/recipe/README.md)
	@cat examples/recipe/README.md

voices: $(VENV)/.test ## maak de stemmen die voorlezen opnieuw, na een andere zin (heeft espeak-ng nodig)
	$(PY) -m voices

lock: ## maak requirements*.lock opnieuw (heeft uv nodig)
	uv pip compile $(LOCK) pyproject.toml -o requirements.lock
	uv pip compile $(LOCK) -c requirements.lock --group dev pyproject.toml -o requirements-dev.lock
LOCK := -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate

# A venv made by Python itself, or, where Debian left python3-venv out, by a virtualenv that we fetch for the purpose.
$(PY):
	@test -n "$(PYTHON)" || { echo "Geen Python 3.11, 3.12 of 3.13 gevonden. Installeer er een en probeer opnieuw."; exit 1; }
	@"$(PYTHON)" -m venv $(VENV) >/dev/null 2>&1 || { rm -rf $(VENV) .boot; \
	  "$(PYTHON)" -m pip install -q --target .boot virtualenv && PYTHONPATH=.boot "$(PYTHON)" -m virtualenv -q $(VENV); }
	@$(PY) -m pip install -q --disable-pip-version-check --upgrade pip

$(VENV)/.run: requirements.lock | $(PY)
	@echo "Vertelpunt haalt eerst zijn onderdelen op. Dat duurt één tot twee minuten."
	@$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.test: requirements-dev.lock | $(PY)
	@$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@ $(VENV)/.run
