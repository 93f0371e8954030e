//! Small charts, drawn as SVG in the page. Each has its numbers in words for who does not see it.

use crate::store::figures::{Hour, RuleFigures};
use askama::Template;

/// Verdicts over time, a bar an hour.
#[derive(Debug, Template)]
#[template(
    ext = "html",
    source = "<svg class=\"chart\" role=\"img\" aria-label=\"{{ words }}\" viewBox=\"0 0 {{ width }} 32\" preserveAspectRatio=\"none\">{% for bar in bars %}<rect class=\"{{ bar.class }}\" x=\"{{ bar.x }}\" y=\"{{ bar.y }}\" width=\"{{ bar.width }}\" height=\"{{ bar.height }}\"/>{% endfor %}</svg>"
)]
pub(super) struct Chart {
    words: String,
    width: u64,
    bars: Vec<Bar>,
}

#[derive(Debug)]
struct Bar {
    class: &'static str,
    x: u64,
    y: u64,
    width: u64,
    height: u64,
}

const HEIGHT: u64 = 32;

impl Chart {
    /// Hour by hour, stacked: allowed below, denied on top.
    pub(super) fn hours(hours: &[Hour]) -> Self {
        let most =
            hours.iter().map(|hour| hour.allowed + hour.escalated + hour.denied).max().unwrap_or(0).max(1);
        let mut bars = Vec::new();
        for (number, hour) in (0u64..).zip(hours) {
            let mut below = 0;
            for (class, count) in
                [("allow", hour.allowed), ("escalate", hour.escalated), ("deny", hour.denied)]
            {
                if count == 0 {
                    continue;
                }
                // Whatever happened once is seen.
                let height = (count * HEIGHT / most).max(2).min(HEIGHT - below);
                below += height;
                bars.push(Bar { class, x: number * 5, y: HEIGHT - below, width: 4, height });
            }
        }
        let sum = |of: fn(&Hour) -> u64| hours.iter().map(of).sum::<u64>();
        let words = format!(
            "{} allowed, {} escalated, {} denied in {} hours",
            sum(|hour| hour.allowed),
            sum(|hour| hour.escalated),
            sum(|hour| hour.denied),
            hours.len()
        );
        Self { words, width: hours.len() as u64 * 5, bars }
    }

    /// What people answered, as shares of one bar.
    pub(super) fn answers(figures: &RuleFigures) -> Self {
        const WIDTH: u64 = 120;
        let parts = [
            ("allow", figures.approved),
            ("covered", figures.covered),
            ("deny", figures.denied),
            ("expired", figures.expired),
        ];
        let sum = parts.iter().map(|(_, count)| count).sum::<u64>().max(1);
        let mut x = 0;
        let bars = parts.into_iter().filter(|(_, count)| *count > 0).map(|(class, count)| {
            let width = (count * WIDTH / sum).max(1).min(WIDTH - x);
            let bar = Bar { class, x, y: 8, width, height: 16 };
            x += width;
            bar
        });
        let bars = bars.collect();
        let words = format!(
            "{} approved, {} covered by a grant, {} denied, {} expired",
            figures.approved, figures.covered, figures.denied, figures.expired
        );
        Self { words, width: WIDTH, bars }
    }
}
