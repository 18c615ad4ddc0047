# Run `make help`. Every target works in a fresh clone; each says what it needs beyond Go.

# An older Go fetches this one by itself; a newer one is told to use it too, so that output is the same everywhere.
export GOTOOLCHAIN := go1.27.2

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help

# Pure Go by default: the tests must not come to need a C compiler. Only the race detector does.
NOCGO := CGO_ENABLED=0

# Packages with goroutines of their own. The list is short because a race build compiles every dependency again.
RACE := $(patsubst %,./%/...,$(wildcard runtime/internal runtime/store runtime/task internal/broker))

KILLS ?= 20
FUZZTIME ?= 10s
BENCH ?= .
BENCHTIME ?= 1s

.PHONY: help
help: ## show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

.PHONY: build
build: ## build all packages, and the CLI into bin/
	$(NOCGO) go build ./...
	$(NOCGO) go build -o bin/streamgen ./cmd/streamgen

.PHONY: test
test: ## everything that needs Go alone; the race detector too where a C compiler exists
	$(NOCGO) go test -timeout 8m ./...
	@if command -v "$$(go env CC)" >/dev/null; then \
		echo "race detector: $(RACE)"; CGO_ENABLED=1 go test -race -timeout 8m $(RACE); \
	else \
		echo "race detector: NOT RUN, it needs a C compiler and there is none ($$(go env CC))"; \
	fi

.PHONY: test-real
test-real: ## tests against a real Apache Kafka; installs Java 17 and Maven with apt-get when missing
	scripts/need-java.sh
	$(NOCGO) scripts/some-tests.sh real '^TestReal'
	$(NOCGO) scripts/with-kafka.sh go test -tags real -count 1 -timeout 15m -run '^TestReal' ./...

.PHONY: chaos
chaos: ## kill -9 loops against the embedded and a real broker; KILLS=20 times each
	scripts/need-java.sh
	$(NOCGO) scripts/some-tests.sh chaos '^TestChaos'
	$(NOCGO) STREAMGEN_KILLS=$(KILLS) scripts/with-kafka.sh go test -tags chaos -count 1 -timeout 30m -run '^TestChaos' ./...

.PHONY: demo
demo: ## flights through the embedded broker, exactly once, verified; needs Go alone
	@$(NOCGO) go run ./examples/flights/demo

.PHONY: lint
lint: ## house rules, import arrows, vet, formatting
	$(NOCGO) go test -count 1 ./internal/lint

.PHONY: generate
generate: ## write all generated code again
	$(NOCGO) go generate ./examples/... ./generated_test/... ./internal/killtest/... ./internal/oracle/recorded/... ./cmd/streamgen/...

.PHONY: check-generate
check-generate: ## fail when committed generated code differs from what would be generated
	$(NOCGO) go run ./cmd/streamgen diff ./examples/... ./generated_test/... ./internal/killtest/... ./internal/oracle/recorded/... ./cmd/streamgen/...

.PHONY: fuzz
fuzz: ## each fuzz target for FUZZTIME=10s
	$(NOCGO) scripts/fuzz.sh $(FUZZTIME)

N ?= 500
SHAPES ?= 40
SEED ?= 0
OPS ?=
CASES ?=

.PHONY: oracle
oracle: ## N=500 random cases on Kafka Streams and on ours; SHAPES=40 topologies, OPS="count merge" in each, SEED=…; needs Java
	scripts/need-java.sh
	$(NOCGO) go run ./internal/oracle/cmd -n $(N) -shapes $(SHAPES) -seed $(SEED) -ops '$(OPS)'

.PHONY: oracle-record
oracle-record: ## keep the topologies and Java results of a SET for make test: N=500 SHAPES=10 OPS="…", or CASES="files"
	scripts/need-java.sh
	$(NOCGO) go run ./internal/oracle/cmd -record $(SET) -n $(N) -shapes $(SHAPES) -seed $(SEED) -ops '$(OPS)' $(CASES)

.PHONY: bench
bench: ## benchmarks; BENCH=pattern BENCHTIME=1s
	$(NOCGO) go test -run '^$$' -bench '$(BENCH)' -benchtime $(BENCHTIME) -benchmem ./...
