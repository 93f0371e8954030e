//! Scripts made at random from a grammar. Every program in them has a name of its own, so that it is known which ones
//! a reader must find.

use crate::Random;

/// A script and the programs in it.
#[derive(Debug)]
pub struct Generated {
    /// The script.
    pub text: String,
    /// Its programs, sorted.
    pub programs: Vec<String>,
}

/// The script of `seed`.
pub fn script(seed: u64) -> Generated {
    let mut generator =
        Generator { random: Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1), programs: Vec::new() };
    let text = generator.lines(4);
    let mut programs = generator.programs;
    programs.sort();
    Generated { text, programs }
}

struct Generator {
    random: Random,
    programs: Vec<String>,
}

impl Generator {
    fn program(&mut self) -> String {
        let name = format!("p{}", self.programs.len());
        self.programs.push(name.clone());
        name
    }

    /// Commands, each on lines of its own.
    fn lines(&mut self, depth: usize) -> String {
        (0..=self.random.below(2)).map(|_| self.line(depth)).collect()
    }

    fn line(&mut self, depth: usize) -> String {
        match self.random.below(8) {
            0 if depth > 0 => {
                let (program, dash) = (self.program(), self.random.one(&["", "-"]));
                let quoted = self.random.below(2) == 0;
                let body =
                    if quoted { "$(not run) `nor this` '".to_owned() } else { self.expansion(depth - 1) };
                let quote = if quoted { "'" } else { "" };
                format!("{program} <<{dash}{quote}END{depth}{quote} x\n{body} \" text\nEND{depth}\n")
            }
            1 => format!("{} && {}\n", self.command(depth), self.command(depth)),
            2 => format!("{} || ! {} &\n", self.command(depth), self.command(depth)),
            3 => format!("{} | {} |\n {}\n", self.command(depth), self.command(depth), self.command(depth)),
            4 => format!("{}; {} # a 'comment\n", self.command(depth), self.command(depth)),
            _ => format!("{}\n", self.command(depth)),
        }
    }

    fn command(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.simple(0);
        }
        let depth = depth - 1;
        match self.random.below(20) {
            0 => format!("{{ {}}}{}", self.lines(depth), self.redirect(depth)),
            1 => format!("( {})", self.lines(depth)),
            2 => format!("if {}then {}fi", self.lines(depth), self.lines(depth)),
            3 => {
                format!("if {}; then {}else\n{}fi", self.command(depth), self.lines(depth), self.lines(depth))
            }
            4 => format!("while {}do {}done", self.lines(depth), self.lines(depth)),
            5 => {
                format!("until {}; do {}done{}", self.command(depth), self.lines(depth), self.redirect(depth))
            }
            6 => format!("for x in a {}; do {}done", self.word(depth), self.lines(depth)),
            7 => format!(
                "case {} in\na|'b c') {};; (*) {}esac",
                self.word(depth),
                self.lines(depth),
                self.lines(depth)
            ),
            8 => format!("f{}() {{\n{}}}", self.random.below(9), self.lines(depth)),
            9 => format!("[[ -n {} && ( a == b* || ! -f {} ) ]]", self.word(depth), self.word(depth)),
            10 => format!("(( x + {} ))", self.expansion(depth)),
            11 => format!("for ((i = 0; i < 3; i++)); do {}done", self.lines(depth)),
            12 => format!("x=({} {}\n{})", self.word(depth), self.word(depth), self.word(depth)),
            13 => format!("y={} z+={} {}", self.word(depth), self.word(depth), self.simple(depth)),
            _ => self.simple(depth),
        }
    }

    fn simple(&mut self, depth: usize) -> String {
        let mut text = self.program();
        for _ in 0..self.random.below(3) {
            text += " ";
            text += &self.word(depth);
        }
        text + &self.redirect(depth)
    }

    fn redirect(&mut self, depth: usize) -> String {
        match self.random.below(8) {
            0 => format!(" >{}", self.word(depth)),
            1 => " 2>&1".to_owned(),
            2 if depth > 0 => format!(" < <( {})", self.lines(depth - 1)),
            3 => format!(" <<<{}", self.word(depth)),
            _ => String::new(),
        }
    }

    fn word(&mut self, depth: usize) -> String {
        if depth > 0 && self.random.below(3) == 0 {
            return match self.random.below(4) {
                0 => format!("\"a {}'\"", self.expansion(depth - 1)),
                1 => format!("b{}c", self.expansion(depth - 1)),
                2 => format!("--x={}", self.expansion(depth - 1)),
                _ => format!("<( {})", self.lines(depth - 1)),
            };
        }
        self.random
            .one(&[
                "a", "'b c'", "\"d 'e\"", "f\\ g", "$x", "\"$y\"z", "$'h\\'i'", "*.j", "{k,l}", "a#m",
                "'$(n)'",
            ])
            .to_owned()
    }

    /// An expansion that runs something; what fits into double quotes and here-documents too.
    fn expansion(&mut self, depth: usize) -> String {
        match self.random.below(7) {
            0 => format!("${{x:-{}}}", self.expansion(depth.saturating_sub(1))),
            1 => format!("`{} o`", self.program()),
            2 => format!("$(( 1 + {} ))", self.substitution(depth)),
            3 => format!("${{y[{}]}}", self.substitution(depth)),
            4 => format!("${{x#{}}}", self.substitution(depth)),
            _ => self.substitution(depth),
        }
    }

    fn substitution(&mut self, depth: usize) -> String {
        if depth == 0 { format!("$({})", self.simple(0)) } else { format!("$( {})", self.lines(depth - 1)) }
    }
}
