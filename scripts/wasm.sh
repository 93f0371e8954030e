#!/usr/bin/env bash
# Builds the filter: target/wasm32-wasip1/release/toolgate_filter.wasm.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --quiet --release --package toolgate-filter --target wasm32-wasip1
