# Tuile: `make` lists what can be made. Nothing is installed outside $(VENV), nothing needs root but `make demo` and the lab.

VENV ?= .venv
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
PYTEST_FLAGS ?=
BIN := $(VENV)/bin
PYTEST = $(BIN)/python -m pytest $(PYTEST_FLAGS)
READY := $(VENV)/.from-the-lock

# The parts of the tests that need hosts, those that take longest first. Hosts wait more than they work, so that more
# parts run at a time than there are processors.
PARTS := tests-of-the-machine tests-of-hardened-hosts tests-of-scenarios tests-of-rules tests-of-hosts
PARALLEL ?= 3
HARDENED := tests/adversary tests/hostile tests/lives tests/tamper
RULES := tests/test_scenarios.py tests/rules

.PHONY: help try test check tests $(PARTS) tests-without-hosts lab lab-shell demo chaos rollout-chaos hostile lives scenarios machine tampers referee bench bench-store lock docs clean
.DEFAULT_GOAL := help

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

try: $(READY) ## Check this machine against linux-server: no root, no server, nothing changed
	@echo "+ tuile check --baseline linux-server"
	@$(BIN)/tuile check --baseline linux-server || \
		case $$? in 1 | 3) echo "(exit code $$?: see README.md; the next steps are above)" ;; *) exit $$? ;; esac

test: $(READY) ## Everything that CI runs: make check, then the tests (as root, on booted hosts too)
	$(MAKE) --jobs=$(PARALLEL) --output-sync=target check lab tests-without-hosts
	$(MAKE) --jobs=$(PARALLEL) --output-sync=target $(PARTS)

tests: $(READY)
	$(MAKE) --jobs=$(PARALLEL) --output-sync=target $(PARTS) tests-without-hosts

tests-of-the-machine: # with "+" they are shown as they run, the others when they have ended
	+$(PYTEST) -m machine tests/machine

tests-of-hardened-hosts:
	$(PYTEST) -m lab $(HARDENED)

tests-of-scenarios:
	$(PYTEST) -m lab tests/test_scenarios.py

tests-of-rules:
	$(PYTEST) -m lab tests/rules

tests-of-hosts:
	$(PYTEST) -m lab $(addprefix --ignore=,$(HARDENED) $(RULES))

tests-without-hosts:
	$(PYTEST) -m "not lab and not machine"

lab: $(READY) ## Build beforehand what the hosts and the machine of the tests start from (root)
	@$(BIN)/python -m tests.lab.prepare

lab-shell: $(READY) ## A shell on a booted, hardened host, gone when it ends; LAB="--release trixie --level high" (root)
	@$(BIN)/python -m tests.shell $(LAB)

check: $(READY) ## Format, lint, types, layers, docstrings, generated pages, changelog
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/mypy tests/lab
	$(BIN)/lint-imports
	$(BIN)/interrogate --quiet --ignore-init-method --ignore-magic cli tests
	$(BIN)/python docs/generate.py --check
	$(BIN)/towncrier build --draft --version next > /dev/null

demo: $(READY) ## A small hospital group on this machine: check, apply, break, drift (root)
	@$(BIN)/python -m tests.lab.demo

rollout-chaos: $(READY) ## A rollout to sixty hosts, with a poisoned one and twenty kills of the controller (root)
	@$(BIN)/python -m tests.fleet.ring_chaos

chaos: $(READY) ## Break hosts, engines and networks at 200 moments of an apply, and let users swap files in 320 (root, two hours)
	$(BIN)/python -m tests.chaos $(CHAOS)
	$(BIN)/python -m tests.adversary $(ADVERSARY)

tampers: $(READY) ## Weaken hardened hosts in all ways of tests/tamper, and write docs/tampers.md (root, an hour)
	@$(BIN)/python -m tests.tamper report

hostile: $(READY) ## Let a host lie, flood, stall and forge beside an honest one, in all ways that are known (root, an hour)
	TUILE_EVERY_TRICK=1 $(BIN)/python -m pytest $(PYTEST_FLAGS) -p no:randomly --trials hostile tests/hostile

lives: $(READY) ## Live with hosts of both releases, hardened by both engines, level after level (root, half an hour)
	TUILE_EVERY_RELEASE=1 $(BIN)/python -m pytest $(PYTEST_FLAGS) --trials lives tests/lives

referee: $(READY) ## Let OpenSCAP judge a virtual machine before and after an apply (root, an hour)
	@$(BIN)/python -m tests.referee

scenarios: $(READY) ## All scenarios and rules on all releases; make test plays each on one of them (root, an hour)
	TUILE_EVERY_RELEASE=1 $(BIN)/python -m pytest $(PYTEST_FLAGS) tests/test_scenarios.py tests/rules

machine: $(READY) ## All rules that need a kernel of their own, in a virtual machine: apply, reboot, check (root, half an hour)
	TUILE_EVERY_RULE=1 $(BIN)/python -m pytest $(PYTEST_FLAGS) tests/machine

bench: $(READY) ## Measure, beside stock testinfra and goss (root)
	$(BIN)/python bench/run.py

bench-store: $(READY) ## Measure the store beside the one of the version before (an hour)
	$(BIN)/python bench/store.py

docs: $(READY) ## Write the generated pages and schemas again
	$(BIN)/python docs/generate.py

lock: $(READY) ## Pin all dependencies again, with hashes, into requirements.lock
	@$(BIN)/python -c 'import tomllib; p = tomllib.load(open("pyproject.toml", "rb")); \
		print(*p["project"]["dependencies"], *p["dependency-groups"]["dev"], sep="\n")' > $(VENV)/requirements.in
	env -u PIP_FIND_LINKS $(BIN)/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras --no-header \
		--no-annotate --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
		--output-file requirements.lock $(VENV)/requirements.in

clean: ## Remove what was made here, the lab's trees too
	rm -rf $(VENV) .lab dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Tuile needs Python 3.11 or later: apt-get install python3 python3-venv" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "$(PYTHON) lacks its venv module: apt-get install python3-venv" >&2; exit 2; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	@echo "installing what requirements.lock pins into $(VENV) …"
	@$(BIN)/pip install --quiet --no-deps --require-hashes --requirement requirements.lock
	@$(BIN)/pip check --quiet
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@
