//! Files that say what a build does: whoever writes one and builds in the same breath runs what was written.
//!
//! A build runs the project's code, and a policy may allow that. What a command has just written is no part of
//! the project yet; for a script this is said where it is run, for a build it is said here. A file that was changed
//! (`sed -i`, `npm init`) rather than written whole is what it was, and more: it stays the project's.

use super::run::Run;

/// Programs, and the names of the files they obey.
const DESCRIPTIONS: &[(&str, &str)] = &[
    ("make gmake bmake", "Makefile makefile GNUmakefile BSDmakefile"),
    ("npm pnpm yarn bun npx pnpx bunx", "package.json"),
    ("composer", "composer.json"),
    ("bundle bundler rake rails rspec", "Gemfile Rakefile .rspec"),
    ("pip pip3 uv poetry pdm pipx python", "setup.py"),
    ("pytest tox nox", "conftest.py tox.ini noxfile.py"),
    ("cargo", "build.rs"),
    ("gradle ./gradlew gradlew", "build.gradle build.gradle.kts settings.gradle settings.gradle.kts"),
    ("configure ./configure", "configure"),
    (
        "docker podman compose docker-compose podman-compose",
        "docker-compose.yml docker-compose.yaml compose.yml compose.yaml",
    ),
    ("just", "justfile Justfile .justfile"),
    ("task", "Taskfile.yml Taskfile.yaml"),
    ("cmake ctest", "CMakeLists.txt"),
    ("ant", "build.xml"),
    ("mvn", "pom.xml"),
    ("invoke inv", "tasks.py"),
];

/// Whether `program` obeys a file that was written before, in the same command.
pub(super) fn was_written(run: &Run<'_>, program: &str) -> bool {
    if run.state.written.is_empty() {
        return false;
    }
    let program = program.split(' ').next().unwrap_or(program);
    let mut obeyed = DESCRIPTIONS
        .iter()
        .filter(|(programs, _)| programs.split(' ').any(|one| one == program))
        .flat_map(|(_, files)| files.split(' '));
    obeyed.any(|file| {
        run.state.written.iter().any(|(path, content)| {
            let named = path.strip_suffix(file).is_some_and(|directory| directory.ends_with('/'));
            named && content.as_deref().is_some_and(|content| says_what_runs(file, content))
        })
    })
}

/// A package's description may only name what is needed.
fn says_what_runs(file: &str, content: &str) -> bool {
    !matches!(file, "package.json" | "composer.json") || content.contains("scripts") || content.contains('\\')
}
