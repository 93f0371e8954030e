#!/usr/bin/env bash
# The proxy must not carry a runtime, a YAML reader or a database: nothing there may do I/O of its own. And the
# engine takes time, entropy and files as inputs, so it never reaches for them.
set -euo pipefail
cd "$(dirname "$0")/.."

tree=$(cargo tree --package toolgate-filter --target wasm32-wasip1 --edges normal --prefix none)
if found=$(printf '%s\n' "$tree" | grep -E '^(tokio|mio|hyper|reqwest|rusqlite|libsqlite3-sys|.*yaml.*|saphyr.*) v'); then
  printf 'the filter depends on\n%s\n' "$found" >&2
  exit 1
fi

# The filter gives the engine the host's random bytes; the engine itself has no way to any.
if cargo tree --package toolgate-engine --target wasm32-wasip1 --edges normal --prefix none | grep -qE '^getrandom v'; then
  printf 'the engine depends on getrandom; entropy is an input\n' >&2
  exit 1
fi

if found=$(git grep -nE 'std::(time|env|fs|net|thread|process)\b' -- 'src/engine/*.rs' | grep -vE '/tests?(/|\.rs)|^[^:]+:[0-9]+: *//'); then
  printf 'the engine reaches for the outside world; make it an input:\n%s\n' "$found" >&2
  exit 1
fi

# What is enforced was signed: the ways to a bundle without a signature are for tools and tests.
if found=$(git grep -nE '\b(open_unverified|from_policy)\b' -- 'src/filter/*.rs' 'src/engine/*.rs' ':!src/engine/policy/bundle.rs' | grep -vE '/tests?(/|\.rs)'); then
  printf 'a bundle without a signature, where bundles are enforced:\n%s\n' "$found" >&2
  exit 1
fi
