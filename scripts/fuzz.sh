#!/usr/bin/env bash
# `scripts/fuzz.sh [SECONDS [TARGET...]]`: libFuzzer on the bodies of tests/fuzz, each for so long (default 60 seconds).
# Finds go to tests/fuzz/targets/artifacts, which git ignores: make each a case. Needs a C++ compiler and no nightly Rust.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
shift || true
targets=("${@:-}")
[ -n "${targets[0]}" ] || targets=(shell sql gate)

cargo run --quiet --package toolgate-fuzz --bin fuzz-seeds -- tests/fuzz/targets/corpus
host=$(rustc -vV | sed -n 's/^host: //p')
cd tests/fuzz/targets
# What libFuzzer needs of the compiler. With a target named, build scripts are left alone.
RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
  -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
  -Cllvm-args=-sanitizer-coverage-trace-compares" \
  cargo build --quiet --release --target "$host"
for target in "${targets[@]}"; do
  printf 'fuzz: %s for %s seconds\n' "$target" "$seconds"
  mkdir -p "artifacts/$target"
  "target/$host/release/$target" -max_total_time="$seconds" -max_len=65536 -timeout=10 -print_final_stats=1 \
    -artifact_prefix="artifacts/$target/" "corpus/$target"
done
