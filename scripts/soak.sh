#!/usr/bin/env bash
# What takes longer than a test may: the same tests, more often. SOAK=N multiplies everything (default 1: about an hour).
#
#   properties   every property test with a hundred times as many cases
#   postgres     what SQL is said to do, against a real PostgreSQL (Debian: postgresql)
#   fuzz         libFuzzer on shell commands, SQL and the gate (needs a C++ compiler)
#   kills        the ledger killed under load, over and over
#   older SDKs   what the gate lets through, and what it puts in the place of the rest, read by SDKs one and two steps back
#   held         a thousand calls that wait for people at one proxy
#   gateway      the end-to-end suite, over and over
set -euo pipefail
cd "$(dirname "$0")/.."

times=${SOAK:-1}
scripts/setup.sh
scripts/setup.sh older
cargo nextest --version >/dev/null 2>&1 || { printf 'soak: cargo-nextest is missing; cargo install cargo-nextest\n' >&2; exit 1; }

printf 'soak: properties\n'
PROPTEST_CASES=$((25600 * times)) cargo nextest run --no-fail-fast \
  --package toolgate-engine --package toolgate-compiler --package toolgate-ledger

printf 'soak: postgres\n'
cargo test --package toolgate-engine --test postgres

printf 'soak: fuzz\n'
scripts/fuzz.sh $((600 * times))

printf 'soak: kills\n'
for round in $(seq $((20 * times))); do
  printf 'soak: kills, round %s\n' "$round"
  cargo nextest run --package toolgate -E 'test(/kill/)'
done

cargo build --quiet --package toolgate
scripts/wasm.sh toolgate-filter toolgate-noop
export TOOLGATE_E2E_BUILT=1

for sdks in one-back two-back; do
  printf 'soak: older SDKs, %s\n' "$sdks"
  TOOLGATE_SDKS=$sdks cargo nextest run --package toolgate-e2e -E 'test(/^conformance::/)'
done

printf 'soak: held\n'
# Two sockets a call, in the client, the proxy and the ledger.
ulimit -Sn "$(ulimit -Hn)"
TOOLGATE_HELD=1000 cargo nextest run --no-capture --package toolgate-e2e -E 'test(/wait_at_once/)'
for round in $(seq $((5 * times))); do
  printf 'soak: gateway, round %s\n' "$round"
  cargo nextest run --package toolgate-e2e
done
