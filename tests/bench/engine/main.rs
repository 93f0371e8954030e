//! The engine alone, without a proxy around it: whole answers through a gate, each codec, and single decisions at several
//! sizes of policy. The same program runs natively and, built for `wasm32-wasip1`, under Node (`run.mjs`), whose V8 is the
//! engine that a proxy runs the filter in.
//!
//! ```text
//! bench-engine [SECONDS [NAME]]     seconds for each figure; only what begins with the name
//! ```

mod answers;
mod codecs;
mod decisions;
mod hostile;
mod policy;

use std::time::{Duration, Instant};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let seconds: f64 = arguments.next().map_or(0.5, |text| text.parse().expect("seconds"));
    let bench = Bench { time: Duration::from_secs_f64(seconds), only: arguments.next().unwrap_or_default() };
    answers::run(&bench);
    codecs::run(&bench);
    decisions::run(&bench);
    hostile::run(&bench);
}

/// How long to measure, and what.
struct Bench {
    time: Duration,
    only: String,
}

impl Bench {
    /// Prints how long one of the `of` things takes that `work` does at once, in µs: the best of all calls, since noise
    /// only adds, and the median. `work` says how long it took.
    fn measure(&self, name: &str, of: u32, mut work: impl FnMut() -> Duration) {
        if !name.starts_with(&self.only) {
            return;
        }
        let end = Instant::now() + self.time;
        let mut all = vec![work()];
        while Instant::now() < end {
            all.push(work());
        }
        all.sort_unstable();
        let (best, median) = (all.first().copied(), all.get(all.len() / 2).copied());
        let each = |time: Option<Duration>| time.unwrap_or_default().as_secs_f64() * 1e6 / f64::from(of);
        println!("{name}\t{:.2}\t{:.2}", each(best), each(median));
    }
}

/// How long `work` takes: on a processor, where the system tells, so that others on the machine count less.
fn timed<T>(spent: &mut Duration, work: impl FnOnce() -> T) -> T {
    let begin = clock();
    let result = work();
    *spent += clock().saturating_sub(begin);
    result
}

#[cfg(not(target_family = "wasm"))]
fn clock() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(now).unwrap_or_default()
}

#[cfg(target_family = "wasm")]
fn clock() -> Duration {
    thread_local!(static START: Instant = Instant::now());
    START.with(Instant::elapsed)
}
