# `make` prints what there is. Each target is one line: whatever has steps is a script.

.DEFAULT_GOAL := help
.PHONY: help demo up test soak lint bench wasm setup

help: ## print this list
	@sed -n 's/^\([a-z]*\): ## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

demo: ## set up, build, drive governed conversations through a real Envoy, print each decision and the verified record
	@scripts/demo.sh

up: ## the same stack, left running until Ctrl-C
	@scripts/demo.sh --stay

test: ## everything: unit tests, the engine in wasm, end to end with a real Envoy and the official SDKs, the console in a browser
	@scripts/test.sh

soak: ## what takes longer than a test may
	@scripts/soak.sh

lint: ## formatting, clippy, documentation links, purity of the filter, texts
	@scripts/lint.sh

bench: ## bare Envoy, a no-op filter and Toolgate side by side, in ratios
	@scripts/bench.sh

wasm: ## target/wasm32-wasip1/release/toolgate_filter.wasm
	@scripts/wasm.sh

setup: ## wasm targets, Envoy, SDKs and the wasm test runner, project-local and without root
	@scripts/setup.sh
