//! The summary that fits on one screen of a terminal.

use std::fmt::Write as _;

use scenario::Span;

use super::Subject;
use super::sentence;
use crate::chart::time_or_never;
use crate::facts::Mode;
use crate::figures;
use crate::measure::{StageName, Time};
use crate::table::Outcome;
use crate::verdict::{Decision, Verdict};

/// The summary, several lines, each ended.
pub(crate) fn screen(subject: &Subject<'_>) -> String {
    let mut screen = verdict(subject);
    let lines = [
        ("", funnel(subject)),
        ("lost", lost(subject)),
        ("delivery", delivery(subject)),
        ("where", stages(subject)),
        ("budgets", budgets(subject)),
        ("validity", validity(subject)),
    ];
    for (name, line) in lines {
        push(&mut screen, name, &line);
    }
    for finding in sentence::findings(subject) {
        push(&mut screen, "note", &finding);
    }
    screen.push('\n');
    let report = subject.folder.path().join("report.html");
    push(&mut screen, "report", &report.display().to_string());
    screen
}

fn push(screen: &mut String, name: &str, line: &str) {
    // What came from outside must not steer the terminal.
    let line: String = line.chars().map(|letter| if letter.is_control() { '?' } else { letter }).collect();
    let written =
        if name.is_empty() { writeln!(screen, "  {line}") } else { writeln!(screen, "  {name:<9} {line}") };
    written.expect("writing into a string does not fail");
}

fn verdict(subject: &Subject<'_>) -> String {
    let word = subject.judgement.verdict.name();
    let name: String = subject.scenario.name.chars().filter(|letter| !letter.is_control()).collect();
    let rehearsed = if subject.facts.mode == Mode::Rehearsal { " (rehearsal)" } else { "" };
    let claim = if subject.judgement.verdict == Verdict::Invalid {
        sentence::headline(subject)
    } else {
        match sentence::budget_to_tell(subject) {
            Some(judged) => {
                format!("{}   (budget {}, 95 % interval {})", judged.claim(), judged.limit, judged.interval)
            }
            None => sentence::claim(subject),
        }
    };
    format!("{word}  {name}{rehearsed}   {claim}\n\n")
}

fn funnel(subject: &Subject<'_>) -> String {
    let funnel = &subject.measures.funnel;
    let steps = [
        ("requested", funnel.requested),
        ("accepted", funnel.accepted),
        ("sent", funnel.sent),
        ("delivered", funnel.delivered),
        ("read", funnel.read),
        ("verified", funnel.verified),
    ];
    steps.map(|(name, count)| format!("{name} {}", figures::count(count))).join(" → ")
}

fn lost(subject: &Subject<'_>) -> String {
    let measures = subject.measures;
    let ttl = figures::chosen(subject.scenario.template.ttl);
    let mut parts = vec![
        format!("{} discarded after their {ttl}", figures::count(measures.outcome(Outcome::Discarded))),
        format!("{} undeliverable{}", figures::count(measures.outcome(Outcome::Failed)), codes(subject)),
        format!("{} refused for good", figures::count(measures.outcome(Outcome::Refused))),
    ];
    let others = [
        (Outcome::Undelivered, "never delivered"),
        (Outcome::TargetError, "failed by the target"),
        (Outcome::NotSent, "not sent by the target"),
        (Outcome::Shed, "let go by the generator"),
        (Outcome::Pending, "pending when the journal ended"),
    ];
    for (outcome, words) in others {
        let count = measures.outcome(outcome);
        if count > 0 {
            parts.push(format!("{} {words}", figures::count(count)));
        }
    }
    parts.push(format!("{} unaccounted", figures::count(measures.outcome(Outcome::Unaccounted))));
    parts.join(" · ")
}

/// The two most frequent codes of failures, in brackets.
fn codes(subject: &Subject<'_>) -> String {
    let mut codes: Vec<(u64, u32)> =
        subject.tally.failures.iter().map(|(code, count)| (*count, *code)).collect();
    codes.sort_unstable_by(|one, other| other.cmp(one));
    let codes: Vec<String> = codes.iter().take(2).map(|(_, code)| code.to_string()).collect();
    if codes.is_empty() { String::new() } else { format!(" ({})", codes.join(", ")) }
}

fn delivery(subject: &Subject<'_>) -> String {
    let [p50, p95, p99] = subject.measures.delivery.percentiles([500, 950, 990]).map(time_or_never);
    format!("p50 {p50}   p95 {p95}   p99 {p99}   (from the planned instant, undelivered = never)")
}

fn stages(subject: &Subject<'_>) -> String {
    let median = |name| {
        let [median] = subject.measures.stage(name).percentiles([500]);
        time_or_never(median)
    };
    format!(
        "target answers {} · Meta accepts {} · sent {} · delivered {}   (medians)",
        median(StageName::Answer),
        median(StageName::Acceptance),
        median(StageName::Sending),
        median(StageName::Delivery),
    )
}

fn budgets(subject: &Subject<'_>) -> String {
    let budgets = &subject.judgement.budgets;
    let with = |decision| budgets.iter().filter(move |judged| judged.decision == decision);
    let met = with(Decision::Met).count();
    let mut line = format!("{met} of {} met", budgets.len());
    for judged in with(Decision::Missed).chain(with(Decision::Undecided)) {
        let _infallible = write!(
            line,
            " · {} {}: {} {}",
            judged.decision.name(),
            judged.name,
            judged.observed,
            judged.limit
        );
    }
    line
}

fn validity(subject: &Subject<'_>) -> String {
    let doubts = sentence::doubts(subject);
    if !doubts.is_empty() {
        let partial = if subject.tally.is_partial() { " (partial)" } else { "" };
        return format!("INVALID{partial}: {}", doubts.join("; "));
    }
    let measures = subject.measures;
    let [p99] = measures.stage(StageName::Lateness).percentiles([990]);
    let lateness = match (p99, subject.facts.mode) {
        (Some(Time::Took(Span::ZERO)), Mode::Rehearsal) => "no lateness in virtual time".to_owned(),
        (p99, _) => format!("lateness p99 {}", time_or_never(p99)),
    };
    format!(
        "ok: {} of the plan achieved, {lateness}, {}",
        figures::percent(measures.funnel.requested, subject.facts.arrivals_planned),
        subject.facts.clock,
    )
}
