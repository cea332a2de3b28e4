//! `summary.md`: the summary for a comment under a change.

use std::fmt::Write as _;

use super::{Subject, sentence};
use crate::chart::time_or_never;
use crate::figures;
use crate::verdict::Decision;

/// Why writing cannot fail.
const IN_MEMORY: &str = "writing into a string does not fail";

/// The contents of `summary.md`.
pub(crate) fn summary(subject: &Subject<'_>) -> String {
    let mut text = String::new();
    write_summary(&mut text, subject).expect(IN_MEMORY);
    text
}

fn write_summary(text: &mut String, subject: &Subject<'_>) -> std::fmt::Result {
    let verdict = subject.judgement.verdict.name();
    writeln!(text, "## {verdict}: {}\n", escaped(&subject.scenario.name))?;
    writeln!(text, "{}.\n", escaped(&sentence::capitalised(&sentence::headline(subject))))?;
    if let Some(partial) = sentence::partial(subject) {
        writeln!(text, "> {partial}\n")?;
    }
    write_budgets(text, subject)?;
    write_outcomes(text, subject)?;
    let [p50, p95, p99] = subject.measures.delivery.percentiles([500, 950, 990]).map(time_or_never);
    writeln!(
        text,
        "Delivery from the planned instant, undelivered counted as never: p50 {p50}, p95 {p95}, p99 {p99}.\n"
    )?;
    for finding in sentence::findings(subject) {
        writeln!(text, "- {}", escaped(&finding))?;
    }
    write_doubts(text, subject)?;
    writeln!(
        text,
        "<sub>{} with seed {}, otpbench {}</sub>",
        subject.facts.mode.name(),
        subject.facts.seed,
        escaped(&subject.facts.otpbench)
    )
}

fn write_budgets(text: &mut String, subject: &Subject<'_>) -> std::fmt::Result {
    if subject.judgement.budgets.is_empty() {
        return writeln!(text, "The scenario sets no budget.\n");
    }
    writeln!(text, "| budget | limit | observed | 95 % interval | margin | |")?;
    writeln!(text, "|---|---|---|---|---|---|")?;
    for judged in &subject.judgement.budgets {
        let mark = match judged.decision {
            Decision::Met => "met",
            Decision::Missed => "**missed**",
            Decision::Undecided => "**undecided**",
        };
        let cells = [&judged.name, &judged.limit, &judged.observed, &judged.interval, &judged.margin];
        writeln!(text, "| {} | {mark} |", cells.map(|cell| escaped(cell)).join(" | "))?;
    }
    writeln!(text)
}

fn write_outcomes(text: &mut String, subject: &Subject<'_>) -> std::fmt::Result {
    let arrivals = subject.measures.arrivals;
    writeln!(text, "| outcome | codes | share | |")?;
    writeln!(text, "|---|--:|--:|---|")?;
    for (outcome, count) in subject.measures.outcomes.iter().filter(|(_, count)| *count > 0) {
        let (number, share) = (figures::count(*count), figures::percent(*count, arrivals));
        let name = escaped(outcome.name());
        writeln!(text, "| {name} | {number} | {} | {} |", escaped(&share), outcome.meaning())?;
    }
    writeln!(text)
}

fn write_doubts(text: &mut String, subject: &Subject<'_>) -> std::fmt::Result {
    let doubts = sentence::doubts(subject);
    if doubts.is_empty() {
        return Ok(());
    }
    writeln!(text, "\nThe run is invalid:\n")?;
    for doubt in doubts {
        writeln!(text, "- {}", escaped(&doubt))?;
    }
    writeln!(text)
}

/// Text that Markdown takes as text, on one line.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '!' | '~' => {
                escaped.extend(['\\', letter]);
            }
            letter if letter.is_control() => escaped.push(' '),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_outside_stays_text() {
        assert_eq!(escaped("a|b\n<i>*x*</i>"), "a\\|b &lt;i&gt;\\*x\\*&lt;/i&gt;");
    }
}
