#!/usr/bin/env bash
# Builds the filter, target/wasm32-wasip1/release/toolgate_filter.wasm, or the packages it is told.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh targets
packages=("${@:-toolgate-filter}")
cargo build --quiet --release --target wasm32-wasip1 "${packages[@]/#/--package=}"
