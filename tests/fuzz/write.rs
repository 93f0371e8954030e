//! `fuzz-seeds DIRECTORY`: writes the seeds of every body into a folder of its name, a file each.

use std::fs;
use std::path::Path;
use toolgate_fuzz::{BODIES, seeds};

fn main() {
    let directory = std::env::args().nth(1).expect("a directory");
    for (name, _) in BODIES {
        let folder = Path::new(&directory).join(name);
        fs::create_dir_all(&folder).expect("a folder for seeds");
        for (n, seed) in seeds::of(name).into_iter().enumerate() {
            fs::write(folder.join(format!("{n:04}")), seed).expect("a seed is written");
        }
    }
}
