#!/usr/bin/env bash
# What a compiler does not see: paths of somebody's machine, registry addresses in lock files, unfinished or
# skipped work, files too long to read at once, scripts with a slip in them.
set -euo pipefail
cd "$(dirname "$0")/.."

status=0
none() { # what it is, the rows that were found
  [ -z "$2" ] && return
  printf '%s:\n%s\n' "$1" "$2" >&2
  status=1
}
found() { git grep -nIE "$@" ':!scripts/check-text.sh' || true; }
too_long() {
  git ls-files -- '*.rs' '*.py' '*.mjs' '*.sh' | while read -r file; do
    lines=$(wc -l <"$file")
    [ "$lines" -le 600 ] || printf '%s: %s lines\n' "$file" "$lines"
  done
}
unreadable_scripts() { for script in scripts/*.sh .ci/run; do bash -n "$script" 2>&1 || true; done; }

# Cases and policies may name such paths: they are what agents try to touch.
none "path of a machine" "$(found '(^|[^A-Za-z0-9_.~*-])/(root|home|Users)/[a-z]' -- \
  Makefile README.md scripts .ci .cargo envoy '*.toml' '*.md' ':!tests/cases' ':!policies')"
none "address of a registry" "$(found '"resolved": *"https?:|registry\.npmjs|files\.pythonhosted|index\.crates\.io' -- .)"
none "unfinished or skipped" "$(found '#\[ignore|todo!\(|unimplemented!\(|\b(FIXME|XXX)\b' -- '*.rs' '*.py' '*.mjs' '*.sh')"
none "longer than 600 lines, split by concept" "$(too_long)"
none "not a script" "$(unreadable_scripts)"
exit $status
