//! What was promised and how far the codes came: budgets, funnel and waits.

use maud::{Markup, html};

use super::super::Subject;
use super::{cell, table};
use crate::figures;
use crate::measure::Step;
use crate::table::Outcome;
use crate::verdict::{Decision, Judged};

/// The budgets, and whether each was met.
pub(super) fn budgets(subject: &Subject<'_>) -> Markup {
    let headings = ["budget", "limit", "observed", "95 % interval", "margin", "verdict"];
    let rows: Vec<_> = subject.judgement.budgets.iter().map(budget).collect();
    html! {
        section aria-labelledby="budgets" {
            h2 #budgets { "Budgets" }
            @if rows.is_empty() {
                p { "The scenario sets no budget." }
            } @else {
                (table(&headings, &rows))
                p.note {
                    "Decided by exact count over all " (figures::count(subject.measures.arrivals))
                    " codes. The interval says how far chance alone could have moved the figure."
                }
            }
        }
    }
}

fn budget(judged: &Judged) -> Vec<Markup> {
    let class = match judged.decision {
        Decision::Met => "met",
        Decision::Missed => "missed",
        Decision::Undecided => "undecided",
    };
    let symbol = match judged.decision {
        Decision::Met => "✓",
        Decision::Missed => "✗",
        Decision::Undecided => "?",
    };
    vec![
        html! { (judged.name) span.under { (judged.rule) } },
        cell(&judged.limit),
        html! { b { (judged.observed) } },
        cell(&judged.interval),
        cell(&judged.margin),
        html! { span class=(class) { span aria-hidden="true" { (symbol) " " } (judged.decision.name()) } },
    ]
}

/// How many codes reached each step, and what became of the others.
pub(super) fn funnel(subject: &Subject<'_>) -> Markup {
    let (measures, funnel) = (subject.measures, &subject.measures.funnel);
    let lost = |step| losses(subject, step);
    let steps = [
        ("requested", funnel.requested, lost(Step::Planned)),
        ("accepted", funnel.accepted, lost(Step::Requested)),
        ("sent", funnel.sent, lost(Step::Accepted)),
        ("delivered", funnel.delivered, lost(Step::Sent)),
        ("read", funnel.read, unread(subject)),
        ("verified", funnel.verified, unverified(subject)),
    ];
    let rows: Vec<_> = steps
        .into_iter()
        .map(|(name, count, lost)| {
            let share = figures::percent(count, measures.arrivals);
            let width = format!("width:{:.2}%", 100.0 * count as f64 / measures.arrivals.max(1) as f64);
            vec![
                cell(name),
                html! { (figures::count(count)) },
                html! { (share) },
                html! { span.bar aria-hidden="true" { span style=(width) {} } },
                html! { (lost.join("; ")) },
            ]
        })
        .collect();
    html! {
        section.funnel aria-labelledby="funnel" {
            h2 #funnel { "From asked for to verified" }
            (table(&["step", "codes", "of all", "", "lost on the way here"], &rows))
        }
    }
}

fn losses(subject: &Subject<'_>, step: Step) -> Vec<String> {
    let lost = subject.measures.funnel.lost_after(step).iter();
    lost.map(|(outcome, count)| format!("{} {}", figures::count(*count), reason(*outcome))).collect()
}

const fn reason(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Verified => "verified without a delivery in the journal",
        Outcome::Unverified => "never verified",
        Outcome::Discarded => "discarded after their time to live",
        Outcome::Failed => "failed at Meta",
        Outcome::Undelivered => "never delivered",
        Outcome::Refused => "refused for good",
        Outcome::TargetError => "failed by the target",
        Outcome::NotSent => "confirmed by the target and not sent",
        Outcome::Shed => "let go by the generator",
        Outcome::Pending => "pending when the journal ended",
        Outcome::Unaccounted => "unaccounted for",
    }
}

fn unread(subject: &Subject<'_>) -> Vec<String> {
    let funnel = &subject.measures.funnel;
    let unread = funnel.delivered.saturating_sub(funnel.read);
    if unread == 0 {
        return Vec::new();
    }
    vec![format!("{} without a read receipt, which not every phone sends", figures::count(unread))]
}

fn unverified(subject: &Subject<'_>) -> Vec<String> {
    let unverified = &subject.measures.funnel.unverified;
    let reasons = [
        (unverified.gave_up, "given up by their users"),
        (unverified.refused, "refused by the target"),
        (unverified.unanswered, "typed in without an answer"),
        (unverified.untyped, "not typed in by the end"),
    ];
    let reasons = reasons.into_iter().filter(|(count, _)| *count > 0);
    reasons.map(|(count, reason)| format!("{} {reason}", figures::count(count))).collect()
}

/// How long people waited, as one bar.
pub(super) fn waits(subject: &Subject<'_>) -> Markup {
    let arrivals = subject.measures.arrivals;
    let waits = &subject.measures.waits;
    let share = |count: u64| 100.0 * count as f64 / arrivals.max(1) as f64;
    html! {
        section aria-labelledby="waits" {
            h2 #waits { "How long people waited" }
            div.waits aria-hidden="true" {
                @for (at, wait) in waits.iter().enumerate() {
                    @if wait.count > 0 {
                        span class=(format!("wait{at}")) style=(format!("flex-grow:{:.3}", share(wait.count))) {}
                    }
                }
            }
            dl.legend {
                @for (at, wait) in waits.iter().enumerate() {
                    div {
                        dt { span.swatch.(format!("wait{at}")) aria-hidden="true" {} (wait.name) }
                        dd { b { (figures::percent(wait.count, arrivals)) } " " (figures::count(wait.count)) }
                    }
                }
            }
        }
    }
}
