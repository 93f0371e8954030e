//! Where the programs are that a test runs. What is missing is a failure that says how to get it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

/// The top of the source tree.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn installed(path: &str) -> PathBuf {
    let path = root().join(path);
    assert!(path.exists(), "{} is missing: run `make setup`", path.display());
    path
}

/// The real Envoy.
pub fn envoy() -> PathBuf {
    installed(".tools/envoy")
}

/// Python with the official SDKs.
pub fn python() -> PathBuf {
    installed(".tools/python/bin/python")
}

/// Python with official SDKs of another time: `one-back`, `two-back`.
pub fn older_python(time: &str) -> PathBuf {
    let path = root().join(format!(".tools/python-{time}/bin/python"));
    assert!(path.exists(), "{} is missing: run `scripts/setup.sh older`", path.display());
    path
}

/// The folder of the JavaScript clients, with the official SDKs installed.
pub fn javascript() -> PathBuf {
    installed("tests/sdk-js/node_modules");
    root().join("tests/sdk-js")
}

/// The folder of the JavaScript clients with SDKs of another time, if there are any.
pub fn older_javascript(time: &str) -> Option<PathBuf> {
    let folder = root().join("tests/sdk-js").join(time);
    let packages = folder.join("node_modules");
    folder.exists().then(|| {
        assert!(packages.exists(), "{} is missing: run `scripts/setup.sh older`", packages.display());
        folder
    })
}

/// The native binary.
pub fn toolgate() -> PathBuf {
    built(&["--package", "toolgate"], || {
        std::env::var_os("TOOLGATE_E2E_NATIVE")
            .map_or_else(|| target_dir().join("debug/toolgate"), PathBuf::from)
    })
}

/// The filter.
pub fn filter() -> PathBuf {
    module("toolgate-filter")
}

/// The filter that only copies bodies.
pub fn noop() -> PathBuf {
    module("toolgate-noop")
}

fn module(package: &str) -> PathBuf {
    built(&["--release", "--package", package, "--target", "wasm32-wasip1"], || {
        target_dir().join("wasm32-wasip1/release").join(package.replace('-', "_")).with_extension("wasm")
    })
}

/// Builds it, unless whoever started the tests already did, or this process.
fn built(arguments: &[&str], product: impl FnOnce() -> PathBuf) -> PathBuf {
    static DONE: Mutex<BTreeSet<Vec<String>>> = Mutex::new(BTreeSet::new());
    let mut done = DONE.lock().unwrap();
    let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
    if std::env::var_os("TOOLGATE_E2E_BUILT").is_none() && !done.contains(&arguments) {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let status =
            Command::new(cargo).args(["build", "--quiet"]).args(&arguments).current_dir(root()).status();
        assert!(status.unwrap().success(), "cargo build {} failed", arguments.join(" "));
        done.insert(arguments);
    }
    let product = product();
    assert!(product.exists(), "{} is missing: run `make test`, which builds it", product.display());
    product
}

/// Where cargo puts what it builds.
pub fn target_dir() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}
