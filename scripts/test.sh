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

export TOOLGATE_E2E_BUILT=1
# The same selection for all, so that nothing is built twice with other features.
if cargo nextest --version >/dev/null 2>&1; then
  native() { cargo nextest run --no-fail-fast --workspace --filterset 'not package(toolgate-e2e)'; }
  # Much of it waits, for a tick, a deadline or a client.
  e2e() { cargo nextest run --no-fail-fast --workspace --filterset 'package(toolgate-e2e)' --test-threads $(($(nproc) + 1)); }
else
  native() { cargo test --quiet --workspace --exclude toolgate-e2e; }
  e2e() { cargo test --quiet --package toolgate-e2e --; }
fi

declare -A beside
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT

counts=()
count() { # kind: how many tests its log tells of
  local count
  # nextest sums up in one line, cargo test in one per binary.
  count=$(sed -nE 's/\x1b\[[0-9;]*m//g; s/^ *Summary .* ([0-9]+) tests? run: .*/\1/p; s/^test result: ok\. ([0-9]+) passed.*/\1/p' "$logs/$1.log" |
    awk '{ sum += $1 } END { print sum + 0 }')
  [ "$count" -gt 0 ] || { printf 'test: %s ran no test\n' "$1" >&2; exit 1; }
  counts+=("$1 $count")
}

run() { # kind, command
  local kind=$1
  shift
  printf 'test: %s\n' "$kind"
  "$@" 2>&1 | tee "$logs/$kind.log"
  count "$kind"
}

begin() { # what, command: on the core that what follows leaves idle
  local what=$1
  shift
  printf 'test: %s, beside what follows\n' "$what"
  "$@" >"$logs/$what.log" 2>&1 &
  beside[$what]=$!
}

end() { # what
  local ended=0
  wait "${beside[$1]}" || ended=$?
  printf 'test: %s\n' "$1"
  cat "$logs/$1.log"
  [ "$ended" = 0 ] || { printf 'test: %s failed\n' "$1" >&2; exit 1; }
}

# What the suites would build themselves; once for all tests is quicker. Linking the filter takes one core for minutes.
begin modules scripts/wasm.sh toolgate-filter toolgate-noop
cargo build --quiet --workspace --bins --examples --tests
cargo test --quiet --no-run --package toolgate-engine --target wasm32-unknown-unknown

node tests/istio/check.mjs
begin wasm cargo test --package toolgate-engine --target wasm32-unknown-unknown
run native native
end wasm
count wasm
end modules
run e2e e2e
run console node tests/console/console.mjs
run film node tests/console/film/film.mjs

printf 'test: all passed:'
printf ' %s;' "${counts[@]}"
printf '\n'
