# Run `make help`. Every target works in a fresh clone; each says what it needs beyond Go.

# An older Go fetches this one by itself; a newer one is told to use it too, so that output is the same everywhere.
export GOTOOLCHAIN := go1.27.2

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help

# Pure Go by default: the tests must not come to need a C compiler. Only the race detector does.
NOCGO := CGO_ENABLED=0

# Packages with goroutines of their own. The list is short because a race build compiles every dependency again; the run
# is short because it looks for interleavings: the same tests run at their full size without the detector.
RACE := $(patsubst %,./%/...,$(wildcard runtime/internal runtime/store runtime/task internal/broker))

KILLS ?= 20
SEEDS ?= 200
FIRST ?= 1
FUZZTIME ?= 10s

.PHONY: help
help: ## show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

.PHONY: build
build: ## build all packages, and the CLI into bin/
	$(NOCGO) go build ./...
	$(NOCGO) go build -o bin/streamgen ./cmd/streamgen
	$(NOCGO) go build -o bin/streamconnect ./cmd/streamconnect

.PHONY: test
test: ## everything that needs Go alone; the race detector too where a C compiler exists
	$(NOCGO) go test -vet=off -timeout 8m ./... # internal/lint vets
	@if command -v "$$(go env CC)" >/dev/null; then \
		echo "race detector: $(RACE)"; CGO_ENABLED=1 go test -vet=off -short -race -timeout 8m $(RACE); \
	else \
		echo "race detector: NOT RUN, it needs a C compiler and there is none ($$(go env CC))"; \
	fi

.PHONY: test-real
test-real: ## tests against a real Apache Kafka; installs Java 17 and Maven with apt-get when missing
	scripts/need-java.sh
	$(NOCGO) scripts/some-tests.sh real '^TestReal'
	$(NOCGO) scripts/with-kafka.sh go test -tags real -count 1 -timeout 15m -run '^TestReal' ./...
	$(NOCGO) STREAMGEN_SEEDS=1 go test -count 1 -timeout 15m -run '^TestRewritingKeepsTheMeaning$$' ./codegen # the whole corpus
	$(NOCGO) STREAMGEN_ARCHES=amd64,arm64 go test -count 1 -timeout 15m -run '^TestNoIndirectCallPerRecord$$' ./generated_test # the other architecture too

.PHONY: chaos
chaos: virtual ## SEEDS=200 in virtual time; broken commits, each found; kill -9 loops against the embedded and a real broker, KILLS=20 times each
	scripts/need-java.sh
	$(NOCGO) scripts/some-tests.sh chaos '^TestChaos'
	$(NOCGO) STREAMGEN_KILLS=$(KILLS) scripts/with-kafka.sh go test -tags chaos -count 1 -timeout 30m -run '^TestChaos' ./...

MINUTES ?= 10

.PHONY: soak
soak: ## MINUTES=10 of three instances on a real broker: kill -9, frozen processes, cut networks, full disks, broker restarts; Linux, root
	scripts/need-java.sh
	$(NOCGO) STREAMGEN_SOAK_MINUTES=$(MINUTES) scripts/with-kafka.sh go test -tags chaos -count 1 -timeout 0 -v -run '^TestSoak$$' ./internal/killtest

.PHONY: virtual
virtual: ## clusters, crashes and faults in virtual time; SEEDS=200 from FIRST=1 on; needs Go alone
	$(NOCGO) go test -tags synctests -c -o bin/chaos.test ./internal/chaos
	bin/chaos.test -test.timeout 60m -seeds $(SEEDS) -first $(FIRST)

.PHONY: demo
demo: ## flights through the embedded broker, exactly once, verified; needs Go alone
	@$(NOCGO) go run ./examples/flights/demo

.PHONY: connect-demo
connect-demo: ## a file through a topic of the embedded broker into another file, with transforms and live status; needs Go alone
	@$(NOCGO) go run ./cmd/streamconnect demo

.PHONY: lint
lint: ## house rules, import arrows, vet, formatting
	$(NOCGO) go test -count 1 ./internal/lint

.PHONY: generate
generate: ## write all generated code again
	$(NOCGO) go generate ./examples/... ./generated_test/... ./internal/clicks/... ./internal/oracle/recorded/... ./internal/avrocorpus/... ./internal/protocorpus/... ./cmd/streamgen/... ./bench/...

.PHONY: check-generate
check-generate: ## fail when committed generated code differs from what would be generated
	$(NOCGO) go run ./cmd/streamgen diff ./examples/... ./generated_test/... ./internal/clicks/... ./internal/oracle/recorded/... ./internal/avrocorpus/... ./internal/protocorpus/... ./cmd/streamgen/... ./bench/...

.PHONY: fuzz
fuzz: ## each fuzz target for FUZZTIME=10s
	$(NOCGO) scripts/fuzz.sh $(FUZZTIME)

SHAPES ?= 40
SEED ?= 0
OPS ?=
CASES ?=

.PHONY: oracle
oracle: N ?= 500
oracle: ## N=500 random cases on Kafka Streams and on ours; SHAPES=40 topologies, OPS="count merge" in each, SEED=…; needs Java
	scripts/need-java.sh
	$(NOCGO) go run ./internal/oracle/cmd -n $(N) -shapes $(SHAPES) -seed $(SEED) -ops '$(OPS)'

.PHONY: oracle-record
oracle-record: N ?= 500
oracle-record: ## keep the topologies and Java results of a SET for make test: N=500 SHAPES=10 OPS="…", or CASES="files"
	scripts/need-java.sh
	$(NOCGO) go run ./internal/oracle/cmd -record $(SET) -n $(N) -shapes $(SHAPES) -seed $(SEED) -ops '$(OPS)' $(CASES)

.PHONY: connect-judge
connect-judge: N ?= 40000
connect-judge: ## N=40000 random cases on Kafka Connect's own converters and transforms and on ours; SEED=…; needs Java
	scripts/need-java.sh
	$(NOCGO) STREAMGEN_CASES=$(N) $(if $(filter-out 0,$(SEED)),STREAMGEN_SEED=$(SEED)) go test -tags real -count 1 -v -timeout 30m -run '^TestRealConnectJudge$$' ./connect/judge

.PHONY: connect-record
connect-record: ## keep cases with Java's answers for make test
	scripts/need-java.sh
	$(NOCGO) STREAMGEN_RECORD=1 STREAMGEN_CASES=5000 STREAMGEN_SEED=100 go test -tags real -count 1 -timeout 10m -run '^TestRealConnectJudge$$' ./connect/judge

WORKLOADS ?= bytes json count tumbling join
CONTESTANTS ?= generated hand goka kstreams
GUARANTEES ?= alo eos
BENCH ?= .
BENCHTIME ?= 1s

.PHONY: bench
bench: bench-operators bench-path ## the tables of docs/BENCHMARKS.md, on a machine that does nothing else; knobs below

.PHONY: bench-operators
bench-operators: ROUNDS ?= 7
bench-operators: ## operators in process; ROUNDS=7 BENCH=pattern BENCHTIME=1s
	$(NOCGO) go run ./bench/paired -rounds $(ROUNDS) -bench '$(BENCH)' -benchtime $(BENCHTIME)

.PHONY: bench-codec
bench-codec: ROUNDS ?= 5
bench-codec: ## generated codecs against the libraries, medians; ROUNDS=5
	$(NOCGO) go run ./bench/codec -rounds $(ROUNDS)

.PHONY: bench-path
bench-path: ROUNDS ?= 3
bench-path: N ?= 4000000
bench-path: ## whole applications on a real broker; N=4000000 ROUNDS=3 WORKLOADS= CONTESTANTS= GUARANTEES="alo eos"; needs Java
	scripts/need-java.sh
	$(NOCGO) scripts/with-kafka.sh go run ./bench/path -n $(N) -rounds $(ROUNDS) -workloads '$(WORKLOADS)' -contestants '$(CONTESTANTS)' -guarantees '$(GUARANTEES)'

.PHONY: bench-restore
bench-restore: ROUNDS ?= 3
bench-restore: N ?= 10000000
bench-restore: WHO ?= streamgen kstreams
bench-restore: COMPRESSION ?= none
bench-restore: ## a lost store from its changelog, on a real broker; N=10000000 ROUNDS=3 WHO="streamgen kstreams" COMPRESSION=none; needs Java
	scripts/need-java.sh
	$(NOCGO) scripts/with-kafka.sh go run ./bench/restore -n $(N) -rounds $(ROUNDS) -contestants '$(WHO)' -compression $(COMPRESSION)

.PHONY: bench-memory
bench-memory: LIMITS ?= 192 256 512 1024
bench-memory: ## peak memory under load against streamgen.memory.max.bytes, on a real broker; LIMITS="192 256" in MiB; needs Java
	scripts/need-java.sh
	$(NOCGO) scripts/with-kafka.sh go run ./bench/memory -limits '$(LIMITS)'

.PHONY: bench-tasks
bench-tasks: TASKS ?= 4 50 200
bench-tasks: ## goroutines, memory, CPU and commit time of a process by its number of tasks, on a real broker; TASKS="4 200"; needs Java
	scripts/need-java.sh
	$(NOCGO) scripts/with-kafka.sh go run ./bench/tasks -tasks '$(TASKS)'
