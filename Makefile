# `make help` lists the targets. Only Go and make are needed; what a test could use besides is named when it is skipped.
GO      ?= go
BIN     ?= bin
SAMPLE  ?= workflows/newsroom
PACKAGES = ./...

.PHONY: help
help: ## list the targets
	@grep -E '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.PHONY: test
test: ## run all tests; a test that lacks a server or Node is skipped and named at the end
	@$(GO) run ./internal/testsummary $(PACKAGES)

.PHONY: test-quick
test-quick: ## run the tests that need no server and no other program, seconds instead of minutes
	@$(GO) run ./internal/testsummary -short $(PACKAGES)

# Packages with golden files: those whose tests know the flag -update.
GOLDEN = $$(git grep -lE 'flag\.Bool\("update"' -- '*_test.go' | xargs -n1 dirname | sort -u | sed 's,^,./,')

.PHONY: golden
golden: generate ## rewrite every golden file, generated page and the sample's application; read the difference before you commit it
	@for package in $(GOLDEN); do $(GO) test -short "$$package" -update || exit 1; done

.PHONY: demo
demo: build ## compile the sample workflow and run three of its operations on embedded SQLite
	@rm -rf $(SAMPLE)/.steploom
	@echo "--- a read with a filter"
	$(BIN)/steploom run $(SAMPLE) 'GET /articles' --param section=city --trace
	@echo; echo "--- a write that fails its check"
	$(BIN)/steploom run $(SAMPLE) 'POST /articles' --body $(SAMPLE)/examples/taken.json --trace
	@echo; echo "--- a loop over a request body"
	$(BIN)/steploom run $(SAMPLE) 'POST /articles/import' --body $(SAMPLE)/examples/import.json --trace

.PHONY: build
build: ## build the command line into bin/
	CGO_ENABLED=0 $(GO) build -trimpath -o $(BIN)/steploom ./cmd/steploom

.PHONY: generate
generate: ## write the sample's application (template.yaml, statemachine/, events/, …) into this folder
	$(GO) run ./cmd/steploom build $(SAMPLE) --out .

.PHONY: lint
lint: ## go vet, gofmt, staticcheck
	$(GO) vet $(PACKAGES)
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$unformatted" ] || { echo "not gofmt-ed: $$unformatted"; exit 1; }
	$(GO) tool staticcheck $(PACKAGES)

.PHONY: vet-all
vet-all: ## go vet for every system that people work on; it compiles the whole tree, tests included
	@for system in linux darwin windows; do echo "== $$system"; GOOS=$$system $(GO) vet $(PACKAGES) || exit 1; done

# The packages that start goroutines, and those whose tests do. A test of the layers finds what is missing here.
RACE = ./cli ./compiler ./compiler/lower/... ./compiler/dialect/osop ./functions/... ./local/... ./shared/kafka ./shared/testserver ./statemachine/engine ./statemachine/jsonata ./internal/delivery ./internal/jobapi ./internal/jobstore ./internal/soak

.PHONY: race
race: ## run the tests of the packages that start goroutines under the race detector
	$(GO) test -race -short -timeout 30m $(filter-out ./statemachine/jsonata,$(RACE))
	$(GO) test -race -run 'TestConcurrentUse|TestManyGoroutines' ./statemachine/jsonata
	STEPLOOM_KILLS=5 $(GO) test -race ./functions/sql

.PHONY: bench
bench: ## run the benchmarks; each prints its ratio to a baseline measured in the same run
	$(GO) test -run '^$$' -bench . -benchmem $(PACKAGES)

SOAK ?= 10m

.PHONY: soak
soak: ## load dev with 200 connections while files are saved, connections ended and the server killed (SOAK=10m); make test does it shortly
	STEPLOOM_SOAK=$(SOAK) $(GO) test -v -timeout 0 -run TestSoak ./internal/soak

FUZZTIME ?= 10s

.PHONY: fuzz
fuzz: ## run the fuzz targets below a folder (FUZZ) for a short while each (FUZZTIME)
	@git ls-files '$(FUZZ)*_test.go' | xargs grep -HoE '^func Fuzz[A-Za-z0-9_]+' | sed 's/:func / /' | while read -r file target; do \
		echo "== $$target in $$(dirname $$file)"; \
		$(GO) test "./$$(dirname $$file)" -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x || exit 1; \
	done

.PHONY: fuzz-short
fuzz-short: ## run every fuzz target for a moment (FUZZ and FUZZTIME as for fuzz); those of parsers also fail on time that grows faster than the text
	@$(MAKE) --no-print-directory fuzz FUZZTIME=$(if $(filter command line,$(origin FUZZTIME)),$(FUZZTIME),50x)

.PHONY: docs-jsonata
docs-jsonata: ## write docs/jsonata.md: JSONata conformance, differences and speed beside npm jsonata@2.0.6
	./statemachine/jsonata/bench/run.sh
