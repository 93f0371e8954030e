#!/usr/bin/env bash
# Everything `make test` promises, with a count per kind; a kind that ran no test is a failure.
#
#   native   every member of the workspace but the end-to-end suite
#   wasm     the engine's wasm tests in Node
#   e2e      a real Envoy with the shipped configuration, the real ledger, the official SDKs
#   console  the ledger's pages in a real Chromium; pictures of them stay in target/console
#   film     from a link on a phone to an agent that goes on, with the whole stack
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh
export PATH="$PWD/.tools/cargo/bin:$PATH"
logs=target/test-logs
mkdir -p "$logs"

# The suite would build these itself; once for all tests is quicker.
cargo build --quiet --package toolgate --package toolgate-e2e --bin toolgate --bin demo
scripts/wasm.sh toolgate-filter toolgate-noop
export TOOLGATE_E2E_BUILT=1

counts=()
run() { # kind, command
  local kind=$1 log=$logs/$1.log count
  shift
  printf 'test: %s\n' "$kind"
  "$@" 2>&1 | tee "$log"
  # nextest sums up in one line, cargo test in one per binary.
  count=$(sed -nE 's/\x1b\[[0-9;]*m//g; s/^ *Summary .* ([0-9]+) tests? run: .*/\1/p; s/^test result: ok\. ([0-9]+) passed.*/\1/p' "$log" |
    awk '{ sum += $1 } END { print sum + 0 }')
  [ "$count" -gt 0 ] || { printf 'test: %s ran no test\n' "$kind" >&2; exit 1; }
  counts+=("$kind $count")
}

if cargo nextest --version >/dev/null 2>&1; then
  native=(cargo nextest run --no-fail-fast)
else
  native=(cargo test --quiet)
fi
node tests/istio/check.mjs
run native "${native[@]}" --workspace --exclude toolgate-e2e
run wasm cargo test --package toolgate-engine --target wasm32-unknown-unknown
run e2e "${native[@]}" --package toolgate-e2e
run console node tests/console/console.mjs
run film node tests/console/film/film.mjs

printf 'test: all passed:'
printf ' %s;' "${counts[@]}"
printf '\n'
