# The portal on one machine. `make help` says what there is.

STACK ?= portal
PORT ?= 4566
TEST_PORT ?= 0
PYTHON ?= python3
CHROMIUM ?= chromium
CACHE ?= $(HOME)/.cache/provider-portal
TODAY ?=
MINUTES ?= 10

export CARGO_TARGET_DIR ?= $(CACHE)/target
export PYTHON CHROMIUM
export PORTAL_CHROMIUM ?= $(shell command -v $(CHROMIUM))
export SAM_CLI_TELEMETRY = 0
export PATH := $(CURDIR)/.local/venv/bin:$(CACHE)/tools/bin:$(PATH)

VENV := .local/venv
SAM := .local/venv-sam/bin/sam
LOCAL := $(VENV)/bin/python infra/local.py --stack $(STACK) --target $(CARGO_TARGET_DIR)/debug
FIGURES := $(CURDIR)/.local/bench/figures
# For the functions alone: what builds them may unwind.
RELEASE_BUILD = RUSTFLAGS='-C link-arg=-Wl,-T,$(CURDIR)/infra/no-unwinding.ld'
HOST = $(shell rustc -vV | sed -n 's/^host: //p')
NEXTEST_VERSION := 0.9.143
DENY_VERSION := 0.20.2
MUTANTS_VERSION := 27.1.0
FUZZ_VERSION := 0.13.2

.DEFAULT_GOAL := help
.PHONY: help run up down reset mail redrive verify-audit test check lint unit browser-tests api-tests stack-tests journey-large prepared prerequisites functions site bundle audit-database screenshots mutants bench bench-actuals papers simulate faults restore-drill fuzz soak
.DELETE_ON_ERROR:

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16
	@printf '\nVariables: PORT=%s STACK=%s TODAY=(the day the demo data is made around) PYTHON=%s CHROMIUM=%s TEST_PORT=%s (0: any free)\n           CARGO_TARGET_DIR=%s\n' \
	  '$(PORT)' '$(STACK)' '$(PYTHON)' '$(CHROMIUM)' '$(TEST_PORT)' '$(CARGO_TARGET_DIR)'

run: prepared ## build, start, deploy, load demo data, serve until Ctrl-C
	@$(LOCAL) --port $(PORT) run $(if $(TODAY),--today $(TODAY))

up: prepared ## the same in the background
	@$(LOCAL) --port $(PORT) up $(if $(TODAY),--today $(TODAY))

down: $(VENV)/.ready ## stop what `make up` started; its state is kept
	@$(LOCAL) --port $(PORT) down

reset: $(VENV)/.ready ## stop, and forget the state
	@$(LOCAL) --port $(PORT) reset

mail: $(VENV)/.ready ## the emails that were sent
	@$(LOCAL) --port $(PORT) mail

redrive: $(VENV)/.ready ## say why work was given up, and try it again
	@$(LOCAL) --port $(PORT) redrive

verify-audit: $(VENV)/.ready functions ## say whether every record of who saw and changed what is as it was written
	@$(LOCAL) --port $(PORT) verify-audit

test: lint unit browser-tests api-tests stack-tests ## everything that must hold

check: lint unit ## what holds without a running stack

# ---------------------------------------------------------------- what is needed

prerequisites:
	@infra/prerequisites.sh

prepared: prerequisites $(VENV)/.ready functions site

$(VENV)/.ready: infra/requirements.txt
	@echo 'Installing the emulator and its tools into $(VENV)'
	@test -x $(VENV)/bin/python || $(PYTHON) -m venv $(VENV)
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

$(SAM): infra/requirements-sam.txt
	@echo 'Installing the SAM CLI into .local/venv-sam'
	@test -x .local/venv-sam/bin/python || $(PYTHON) -m venv .local/venv-sam
	@.local/venv-sam/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

%/node_modules/.package-lock.json: %/package-lock.json
	@echo 'Installing the packages of $*'
	@npm --prefix $* ci --no-audit --no-fund --loglevel=error
	@touch $@

$(CACHE)/tools/bin/cargo-deny:
	@echo 'Building cargo-deny $(DENY_VERSION), once'
	@CARGO_TARGET_DIR=$(CACHE)/tools-target cargo install --quiet --locked --root $(CACHE)/tools --version $(DENY_VERSION) cargo-deny

$(CACHE)/tools/bin/cargo-mutants:
	@echo 'Building cargo-mutants $(MUTANTS_VERSION), once'
	@CARGO_TARGET_DIR=$(CACHE)/tools-target cargo install --quiet --locked --root $(CACHE)/tools --version $(MUTANTS_VERSION) cargo-mutants

$(CACHE)/tools/bin/cargo-fuzz:
	@echo 'Building cargo-fuzz $(FUZZ_VERSION), once'
	@CARGO_TARGET_DIR=$(CACHE)/tools-target cargo install --quiet --locked --root $(CACHE)/tools --version $(FUZZ_VERSION) cargo-fuzz

.local/nextest:
	@mkdir -p .local
	@cargo nextest --version >/dev/null 2>&1 || { echo 'Building cargo-nextest $(NEXTEST_VERSION), once'; \
	  CARGO_TARGET_DIR=$(CACHE)/tools-target cargo install --quiet --locked --root $(CACHE)/tools --version $(NEXTEST_VERSION) cargo-nextest; }
	@touch $@

functions:
	@echo 'Building the functions (the first time takes some minutes)'
	@cargo build --quiet --workspace --bins

# The API's description is written by the functions' own code, so it is never older than they are.
site: functions static-site/node_modules/.package-lock.json
	@echo 'Building the site'
	@$(CARGO_TARGET_DIR)/debug/openapi . static-site/.generated/openapi.json
	@npm --prefix static-site run --silent build

# ---------------------------------------------------------------- what must hold

lint: $(VENV)/.ready audit-database $(CACHE)/tools/bin/cargo-deny $(SAM)
	@infra/prerequisites.sh test
	cargo fmt --all --check
	typos
	cfn-lint infra/template.yaml
	$(SAM) validate --lint --template infra/template.yaml --region eu-west-2
	cargo fetch --quiet --locked
	cargo deny --log-level error $$(test ! -d .local/advisory-db/*/.git || echo --offline) check
	cargo clippy --quiet --workspace --all-targets -- -D warnings

# The advisories of a day that somebody put beside the checkout; without them cargo-deny fetches today's.
audit-database:
	@infra/advisories.sh

# One of each paper that the portal prints, for the check against PDF/UA and for people to look at.
# Built as part of the workspace, because by itself it would build typst a second time with other features.
papers: ## the portal's PDFs, made of sample data, into .local/papers
	@cargo build --quiet --workspace --examples
	@$(CARGO_TARGET_DIR)/debug/examples/samples .local/papers

unit: $(VENV)/.ready .local/nextest papers
	python -m unittest discover --start-directory tests/shape
	cargo nextest run --workspace

# The pages by themselves, then the deployed stack with its demo data: in a browser, and through its API.
browser-tests: site tests/browser/node_modules/.package-lock.json
	npm --prefix tests/browser --silent test

stack-tests: prepared tests/browser/node_modules/.package-lock.json
	@$(LOCAL) --port $(TEST_PORT) test -- sh -ec 'npm --prefix tests/browser --silent run test-stack; python -m unittest discover --verbose --start-directory tests/journeys'

# The API, asked at length whether it is as it says: of a stack of its own, because it changes what it finds, and because
# the journeys change passwords.
api-tests: prepared .local/venv-api/.ready
	@$(LOCAL) --port $(TEST_PORT) test -- python tests/api/conform.py

.local/venv-api/.ready: tests/api/requirements.txt
	@echo 'Installing what holds the API to its description into .local/venv-api'
	@test -x .local/venv-api/bin/python || $(PYTHON) -m venv .local/venv-api
	@.local/venv-api/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

.local/venv-bench/.ready: tests/bench/requirements.txt
	@echo 'Installing the tools to compare with into .local/venv-bench'
	@test -x .local/venv-bench/bin/python || $(PYTHON) -m venv .local/venv-bench
	@.local/venv-bench/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

.local/venv-peers/.ready: tests/bench/peers/requirements.txt
	@echo 'Installing boto3 to compare with into .local/venv-peers'
	@test -x .local/venv-peers/bin/python || $(PYTHON) -m venv .local/venv-peers
	@.local/venv-peers/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

# BENCH_FUNCTIONS: only some of them, because every one of them is linked by itself.
bench: $(VENV)/.ready .local/venv-peers/.ready site tests/bench/peers/node_modules/.package-lock.json tests/browser/node_modules/.package-lock.json ## what everything costs, into docs/figures.md (half an hour)
	@rm -rf $(FIGURES) && mkdir -p $(FIGURES)/functions
	$(RELEASE_BUILD) cargo build --release --quiet --target $(HOST) $(if $(BENCH_FUNCTIONS),$(addprefix -p ,$(BENCH_FUNCTIONS)),--workspace --bins)
	@for name in $$(ls functions); do test ! -x $(CARGO_TARGET_DIR)/$(HOST)/release/$$name || cp $(CARGO_TARGET_DIR)/$(HOST)/release/$$name $(FIGURES)/functions/; done
	PORTAL_FIGURES=$(FIGURES) PORTAL_CONTRACTS=500 cargo test --quiet -p costs
	cargo bench --quiet -p bench --bench starts -- $(FIGURES) $(FIGURES)/starts.jsonl
	cargo bench --quiet -p bench --bench statements -- $(FIGURES)/statements.jsonl
	cargo bench --quiet -p bench --bench logins -- $(FIGURES)/logins.jsonl
	cd tests/browser && PORTAL_FIGURES=$(FIGURES)/pages.jsonl node --test weight.test.mjs >/dev/null
	@$(PYTHON) tests/bench/figures.py $(FIGURES) docs/figures.md

bench-actuals: .local/venv-bench/.ready ## a million rows of actuals checked by us and by other tools (docs/benchmarks.md)
	@.local/venv-bench/bin/python tests/bench/compare.py .local/bench

journey-large: prepared ## as many rows as a page takes, through the deployed stack
	@PORTAL_LARGE_ROWS=100000 $(LOCAL) --port $(TEST_PORT) test -- python -m unittest discover --verbose --start-directory tests/journeys --pattern test_large.py

# A schedule is made from its seed alone. What runs through them is built with the profile `simulation` (Cargo.toml).
SCHEDULES ?= 1000000
FROM ?= 0
simulate: ## 1,000,000 schedules of crashes, delays and duplicates; with SEED=7 what happens in one (docs/simulation.md)
	@cargo build --quiet --profile simulation --package simulation
	@$(CARGO_TARGET_DIR)/simulation/simulate $(if $(SEED),--seed $(SEED),--schedules $(SCHEDULES) --from $(FROM))

# The same life in two stacks, disturbed and calm; what comes of it has to be the same.
soak: prepared ## functions killed and the emulator restarted while payments are made: MINUTES=10 SEED=1
	@$(VENV)/bin/python tests/soak/soak.py --minutes $(MINUTES) --seed $(or $(SEED),1) --target $(CARGO_TARGET_DIR)/debug

restore-drill: prepared ## a stack saved, destroyed, made anew and restored (docs/runbooks/restore.md)
	@$(LOCAL) --port $(TEST_PORT) test -- python infra/restore_drill.py

# Hostile input, led by what each reaches; `make unit` tries some thousands of inputs for each target, the same every time.
# A target folder of its own: everything in it tells where it has been.
FUZZ_SECONDS = $$(( $(MINUTES) * 60 * $$(nproc) / $(words $(wildcard tests/fuzz/fuzz_targets/*.rs)) ))
fuzz: $(CACHE)/tools/bin/cargo-fuzz ## look for input that breaks what reads files, cookies, keys, dates and money: MINUTES=10, after the build
	@CARGO_TARGET_DIR=$(CACHE)/fuzz-target $(PYTHON) tests/fuzz/guided.py $(FUZZ_SECONDS) $(TARGETS)

faults: $(VENV)/.ready ## plant each fault of tests/faults/faults.toml and want a test to fail; with FAULT='a name or package' some
	@python tests/faults/run.py $(if $(FAULT),'$(FAULT)')

# One small change after another in the rules, each with `domain`'s own tests, in a copy of the tree. It has a target folder of
# its own: cargo takes a package of the same name and place in a workspace for the same, and would keep a changed one.
mutants: $(CACHE)/tools/bin/cargo-mutants ## change the rules one by one and want a test of `domain` to fail: FILE=money.rs SHARD=0/8 (docs/mutants.md)
	@mkdir -p .local
	CARGO_TARGET_DIR=$(CACHE)/mutants-target cargo mutants --package domain --output .local --no-shuffle $(if $(FILE),--file 'shared/domain/src/**/$(FILE)') $(if $(SHARD),--shard $(SHARD))

screenshots: prepared tests/browser/node_modules/.package-lock.json ## the README's pictures, taken anew
	@mkdir -p docs/screenshots
	@PORTAL_SCREENSHOTS=$(CURDIR)/docs/screenshots $(LOCAL) --port $(TEST_PORT) test -- npm --prefix tests/browser --silent run test-stack

# ---------------------------------------------------------------- to AWS

bundle: $(VENV)/.ready ## release builds for AWS (arm64), as infra/template.yaml packages them
	rustup target add aarch64-unknown-linux-gnu
	$(RELEASE_BUILD) cargo lambda build --release --arm64 --output-format zip --workspace --exclude portal-tests --exclude simulation
	@mkdir -p .local/bundle
	@for zip in $(CARGO_TARGET_DIR)/lambda/*/bootstrap.zip; do cp "$$zip" .local/bundle/$$(basename $$(dirname "$$zip")).zip; done
