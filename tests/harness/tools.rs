//! Where the programs are that a test runs. What is missing is a failure that says how to get it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

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

/// The folder of the JavaScript clients, with the official SDKs installed.
pub fn javascript() -> PathBuf {
    installed("tests/sdk-js/node_modules");
    root().join("tests/sdk-js")
}

/// The native binary.
pub fn toolgate() -> PathBuf {
    built().0.clone()
}

/// The filter.
pub fn filter() -> PathBuf {
    built().1.clone()
}

/// Builds both once per process, unless whoever started the tests already did.
fn built() -> &'static (PathBuf, PathBuf) {
    static BUILT: OnceLock<(PathBuf, PathBuf)> = OnceLock::new();
    BUILT.get_or_init(|| {
        if std::env::var_os("TOOLGATE_E2E_BUILT").is_none() {
            cargo(&["build", "--quiet", "--package", "toolgate"]);
            cargo(&[
                "build",
                "--quiet",
                "--release",
                "--package",
                "toolgate-filter",
                "--target",
                "wasm32-wasip1",
            ]);
        }
        let target = target_dir();
        let native = std::env::var_os("TOOLGATE_E2E_NATIVE")
            .map_or_else(|| target.join("debug/toolgate"), PathBuf::from);
        let filter = target.join("wasm32-wasip1/release/toolgate_filter.wasm");
        for built in [&native, &filter] {
            assert!(built.exists(), "{} is missing: run `make test`, which builds it", built.display());
        }
        (native, filter)
    })
}

/// Where cargo puts what it builds.
pub fn target_dir() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

fn cargo(arguments: &[&str]) {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo).args(arguments).current_dir(root()).status().unwrap();
    assert!(status.success(), "cargo {} failed", arguments.join(" "));
}
