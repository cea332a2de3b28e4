//! What engineers look at: stages, codes, webhooks and phases.

use maud::{Markup, html};

use super::super::{Subject, code};
use super::{cell, table};
use crate::chart::time_or_never;
use crate::figures;
use crate::measure::{PhaseMeasure, Stage, TargetFailure};

/// How many codes a p99 takes to mean anything.
const P99_NEEDS: u64 = 1_000;

/// Where the time goes.
pub(super) fn stages(subject: &Subject<'_>) -> Markup {
    let rows: Vec<_> = subject.measures.stages.iter().map(stage).collect();
    html! {
        section aria-labelledby="stages" {
            h2 #stages { "Where the time goes" }
            (table(&["stage", "codes", "p50", "p95", "p99", "longest"], &rows))
            p.note {
                "Each stage over the codes that have both of its ends. Percentiles of stages do not add up "
                "to the percentile of the whole."
            }
        }
    }
}

fn stage(stage: &Stage) -> Vec<Markup> {
    let times = &stage.times;
    let [p50, p95, p99] = times.percentiles([500, 950, 990]).map(time_or_never);
    let p99 = if times.count() < P99_NEEDS { "n too small".to_owned() } else { p99 };
    vec![
        html! { (stage.name.ends()) span.under { (stage.name.whose()) } },
        cell(figures::count(times.count())),
        cell(p50),
        cell(p95),
        cell(p99),
        cell(times.max().map_or_else(|| "none".to_owned(), figures::time)),
    ]
}

/// Refusals, failures and what the target answered, by code.
pub(super) fn codes(subject: &Subject<'_>) -> Markup {
    let tally = subject.tally;
    let mut rows = Vec::new();
    for (code, count) in &tally.refusals {
        rows.push(code_row(html! { (code::named(*code)) }, "send refused by the Cloud API", *count));
    }
    for (code, count) in &tally.failures {
        rows.push(code_row(html! { (code::named(*code)) }, "message failed after it was accepted", *count));
    }
    for (failure, count) in &subject.measures.funnel.target_failures {
        let name = match failure {
            TargetFailure::Answered(status) => format!("HTTP {status}"),
            TargetFailure::Unanswered(cause) => cause.name().to_owned(),
        };
        rows.push(code_row(cell(name), "request to the target without a success", *count));
    }
    let recovered = subject.measures.funnel.refused_then_accepted;
    html! {
        section aria-labelledby="codes" {
            h2 #codes { "Refusals and failures" }
            @if rows.is_empty() {
                p { "Nothing was refused and nothing failed." }
            } @else {
                (table(&["code", "what happened", "times"], &rows))
                @if recovered > 0 {
                    p.note {
                        (figures::count_of(recovered, "code was", "codes were"))
                        " refused at first and accepted when the target tried again."
                    }
                }
            }
        }
    }
}

fn code_row(name: Markup, what: &'static str, count: u64) -> Vec<Markup> {
    vec![name, cell(what), cell(figures::count(count))]
}

/// What became of the webhooks.
pub(super) fn webhooks(subject: &Subject<'_>) -> Markup {
    let mut rows = Vec::new();
    for (status, webhooks) in &subject.tally.webhooks {
        let counts = [
            webhooks.answered,
            webhooks.answered_badly,
            webhooks.unanswered,
            webhooks.repeated,
            webhooks.dropped,
            webhooks.given_up,
        ];
        let mut row = vec![cell(status.name())];
        row.extend(counts.map(|count| cell(figures::count(count))));
        rows.push(row);
    }
    html! {
        section aria-labelledby="webhooks" {
            h2 #webhooks { "Webhooks to the target" }
            @if rows.is_empty() {
                p { "No webhook was sent." }
            } @else {
                (table(&["status", "answered 2xx", "answered otherwise", "no answer", "tried again", "dropped", "given up"], &rows))
            }
        }
    }
}

/// Delivery in each phase.
pub(super) fn phases(subject: &Subject<'_>) -> Markup {
    let rows: Vec<_> = subject.measures.phases.iter().map(phase).collect();
    let within = format!("within {}", figures::chosen(subject.measures.within));
    html! {
        section aria-labelledby="phases" {
            h2 #phases { "Phases of the traffic" }
            (table(&["phase", "codes", "average rate", &within, "p50", "p95", "p99", "never"], &rows))
        }
    }
}

fn phase(phase: &PhaseMeasure) -> Vec<Markup> {
    let count = phase.delivery.count();
    let [p50, p95, p99] = phase.delivery.percentiles([500, 950, 990]).map(time_or_never);
    let p99 = if count < P99_NEEDS { "n too small".to_owned() } else { p99 };
    vec![
        html! { (phase.name) span.under { (phase.rates) " for " (figures::chosen(phase.lasts)) } },
        cell(figures::count(count)),
        cell(figures::rate(count, phase.lasts)),
        cell(figures::percent(phase.delivered_within, count)),
        cell(p50),
        cell(p95),
        cell(p99),
        cell(figures::percent(phase.delivery.never(), count)),
    ]
}
