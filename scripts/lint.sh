#!/usr/bin/env bash
# Everything that can be said of the source without running it. Any finding fails.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf 'lint: %s\n' "$*"; }

scripts/setup.sh targets

step "formatting"
cargo fmt --all --check
# Modules that a table declares by macro are out of its reach.
rustfmt --edition 2024 --check src/engine/wire/apis/*.rs src/engine/wire/apis/*/*.rs

step "clippy, the whole workspace"
cargo clippy --quiet --workspace --all-targets -- --deny warnings

step "clippy, what runs in the proxy"
cargo clippy --quiet --package toolgate-engine --package toolgate-filter --target wasm32-wasip1 -- --deny warnings

step "clippy, the filter without its reader of SQL"
cargo clippy --quiet --package toolgate-filter --no-default-features --target wasm32-wasip1 -- --deny warnings

# Private items are documented too: who reads the source follows those links.
step "documentation links"
RUSTDOCFLAGS='--deny warnings --allow rustdoc::private_intra_doc_links' cargo doc --quiet --workspace --no-deps --document-private-items

step "purity of the filter"
scripts/check-purity.sh

step "texts"
scripts/check-text.sh

step "ok"
