#!/usr/bin/env bash
# `make demo` and, with --stay, `make up`: sets up what is missing, builds, and runs the stack.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh demo
printf 'demo: building (some minutes the first time)\n'
scripts/wasm.sh
cargo build --quiet --package toolgate --package toolgate-e2e --bin toolgate --bin demo
target=${CARGO_TARGET_DIR:-target}
TOOLGATE_E2E_BUILT=1 exec "$target/debug/demo" "$@"
