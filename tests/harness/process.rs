//! A child process that cannot outlive the test that started it.

use crate::signal::eventually;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

/// A running program; ended, by its id, when this is dropped.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    stdout: PathBuf,
    stderr: PathBuf,
}

impl Process {
    /// Starts `command` with its output in files of `dir`.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn start(name: &str, dir: &Path, command: &mut Command) -> Self {
        let stdout = dir.join(format!("{name}.out"));
        let stderr = dir.join(format!("{name}.err"));
        let open = |path: &Path| File::options().create(true).append(true).open(path).unwrap();
        let child = command
            .stdin(Stdio::null())
            .stdout(open(&stdout))
            .stderr(open(&stderr))
            .spawn()
            .unwrap_or_else(|e| panic!("cannot start {name} ({:?}): {e}", command.get_program()));
        Self { name: name.to_owned(), child, stdout, stderr }
    }

    /// What it wrote to standard output so far.
    pub fn stdout(&self) -> String {
        read_lossy(&self.stdout)
    }

    /// What it wrote to standard error so far.
    pub fn stderr(&self) -> String {
        read_lossy(&self.stderr)
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it did.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// Waits for a line of standard output that starts with `prefix` and returns the rest of it.
    ///
    /// # Panics
    /// When the process ends first.
    pub async fn line(&mut self, prefix: &str) -> String {
        let what = format!("a line `{prefix}…` from {}", self.name);
        let stdout = self.stdout.clone();
        let found = eventually(&what, || {
            let text = read_lossy(&stdout);
            // Only whole lines: the last one may still be on its way.
            let line = text.rsplit_once('\n').and_then(|(whole, _)| {
                whole.lines().find_map(|line| line.strip_prefix(prefix)).map(str::to_owned)
            });
            let ended = self.child.try_wait().unwrap();
            async move { line.map(Ok).or(ended.map(Err)) }
        });
        match found.await {
            Ok(line) => line,
            Err(status) => panic!("{} ended ({status}) before `{prefix}`:\n{}", self.name, self.stderr()),
        }
    }

    /// Waits for its end.
    pub async fn wait(&mut self) -> ExitStatus {
        let what = format!("the end of {}", self.name);
        eventually(&what, || {
            let ended = self.child.try_wait().unwrap();
            async move { ended }
        })
        .await
    }

    /// Asks it to end, as an operator does.
    pub fn terminate(&self) {
        // An error means that it is gone already.
        let _ = Command::new("kill").args(["-TERM", &self.id().to_string()]).status();
    }

    /// Stops it where it is, until [`Process::resume`]: what is sent to it waits in its sockets.
    pub fn suspend(&self) {
        self.signal("-STOP");
    }

    /// Lets it go on.
    pub fn resume(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([name, &self.id().to_string()]).status().unwrap();
        assert!(sent.success(), "{name} to {}", self.name);
    }

    /// Ends it at once, as a crash would.
    pub fn kill(&mut self) {
        // An error means that it is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if std::thread::panicking() {
            for text in [self.stderr(), self.stdout()] {
                let lines: Vec<_> = text.lines().rev().take(40).collect();
                for line in lines.iter().rev() {
                    eprintln!("  {} | {}", self.name, line.chars().take(400).collect::<String>());
                }
            }
        }
        self.kill();
    }
}

fn read_lossy(path: &Path) -> String {
    String::from_utf8_lossy(&std::fs::read(path).unwrap_or_default()).into_owned()
}
