# `make help` lists the targets. Only Go and make are needed; what a test could use besides is named when it is skipped.
GO      ?= go
BIN     ?= bin
PACKAGES = ./...

.PHONY: help
help: ## list the targets
	@grep -E '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.PHONY: test
test: ## run all tests; a test that lacks a server or Node is skipped and named at the end
	@$(GO) run ./internal/testsummary $(PACKAGES)

.PHONY: demo
demo: ## compile the sample workflow and run three of its operations on embedded SQLite
	@$(GO) run ./cmd/steploom demo workflows/newsroom

.PHONY: build
build: ## build the command line into bin/
	CGO_ENABLED=0 $(GO) build -trimpath -o $(BIN)/steploom ./cmd/steploom

.PHONY: generate
generate: ## write the sample's application (template.yaml, statemachine/, events/, …) into this folder
	$(GO) run ./cmd/steploom build workflows/newsroom --out .

.PHONY: lint
lint: ## go vet, gofmt, staticcheck
	$(GO) vet $(PACKAGES)
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$unformatted" ] || { echo "not gofmt-ed: $$unformatted"; exit 1; }
	$(GO) tool staticcheck $(PACKAGES)

.PHONY: bench
bench: ## run the benchmarks; each prints its ratio to a baseline measured in the same run
	$(GO) test -run '^$$' -bench . -benchmem $(PACKAGES)
