#!/usr/bin/env bash
# `make bench`, or `scripts/bench.sh [SECONDS [ROUNDS [NAME]]]`: a table a kind of traffic, then the engine alone, natively
# and in V8. tests/bench/README.md says what the figures mean.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh demo
target=${CARGO_TARGET_DIR:-target}
module=$target/wasm32-wasip1/release/toolgate_filter.wasm
scripts/wasm.sh toolgate-filter --no-default-features
without_sql=$(wc -c <"$module")
scripts/wasm.sh toolgate-filter toolgate-noop toolgate-bench-engine
# The harness runs the binary it finds in debug/; what is measured should be what ships.
cargo build --quiet --release --package toolgate --package toolgate-e2e --package toolgate-bench-engine \
  --bin toolgate --bin bench --bin bench-engine
TOOLGATE_E2E_BUILT=1 TOOLGATE_E2E_NATIVE="$target/release/toolgate" "$target/release/bench" "$@"

# One after the other: beside each other they would measure each other.
native=$("$target/release/bench-engine")
wasm=$(node --no-warnings tests/bench/engine/run.mjs "$target/wasm32-wasip1/release/bench-engine.wasm")
printf '### The engine alone\n\n|  | native | p50 | in V8 | p50 | ratio |\n|---|---|---|---|---|---|\n'
paste <(printf '%s\n' "$native") <(printf '%s\n' "$wasm") | grep -v '^codec: ' |
  awk -F '\t' '{ printf "| %s | %.1f µs | %.1f µs | %.1f µs | %.1f µs | %.1f |\n", $1, $2, $3, $5, $6, $5 / $2 }'
printf '\n### Each codec\n\n|  | native | length | in V8 | length |\n|---|---|---|---|---|\n'
paste <(printf '%s\n' "$native") <(printf '%s\n' "$wasm") | grep '^codec: ' |
  awk -F '\t' '{ printf "| %s | %d MB/s | %.2f | %d MB/s | %.2f |\n", substr($1, 8), $2, $3, $5, $6 }'
printf '\nThe module: %s bytes, %s without the reader of SQL.\n' "$(wc -c <"$module")" "$without_sql"
