#!/usr/bin/env bash
# `make bench [SECONDS]`: a table a kind of traffic, then one decision natively and in wasm.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh demo
scripts/wasm.sh toolgate-filter toolgate-noop
# The harness runs the binary it finds in debug/; what is measured should be what ships.
cargo build --quiet --release --package toolgate --package toolgate-e2e --bin toolgate --bin bench
target=${CARGO_TARGET_DIR:-target}
TOOLGATE_E2E_BUILT=1 TOOLGATE_E2E_NATIVE="$target/release/toolgate" "$target/release/bench" "$@"
