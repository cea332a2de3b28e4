//! The end of the page: the proof that nothing was lost, and how to do it again.

use maud::{Markup, html};
use scenario::{Elapsed, Span};

use super::super::Subject;
use super::{cell, table};
use crate::facts::Mode;
use crate::figures;

/// The counts that have to be equal.
pub(super) fn conservation(subject: &Subject<'_>) -> Markup {
    let rows: Vec<_> = subject
        .judgement
        .conservation
        .iter()
        .map(|balance| {
            vec![
                cell(balance.law),
                cell(figures::count(balance.left)),
                cell(balance.parts_in_words()),
                held(balance.holds()),
            ]
        })
        .collect();
    let messages = &subject.tally.messages;
    html! {
        section aria-labelledby="conservation" {
            h2 #conservation { "Nothing is lost" }
            (table(&["law", "count", "parts", "holds"], &rows))
            p.note {
                "Charged for: " (figures::count_of(messages.delivered, "message", "messages"))
                ", each once, since only what is delivered is charged for."
            }
        }
    }
}

/// What makes the run valid.
pub(super) fn validity(subject: &Subject<'_>) -> Markup {
    let checks = subject.judgement.validity.iter();
    let rows: Vec<_> =
        checks.map(|check| vec![cell(check.rule), cell(&check.found), held(check.is_met)]).collect();
    html! {
        section aria-labelledby="validity" {
            h2 #validity { "What makes this run valid" }
            (table(&["condition", "found", "holds"], &rows))
            p.note { "Clock: " (subject.facts.clock) "." }
        }
    }
}

/// How to do it again, and what was done.
pub(super) fn reproduce(subject: &Subject<'_>) -> Markup {
    let facts = subject.facts;
    let verb = match facts.mode {
        Mode::Run => "run",
        Mode::Rehearsal => "rehearse",
    };
    let seed = if facts.seed == subject.scenario.seed.number() {
        String::new()
    } else {
        format!(" --seed {}", facts.seed)
    };
    let template = &subject.scenario.template;
    html! {
        section aria-labelledby="reproduce" {
            h2 #reproduce { "How to reproduce" }
            p { "In the folder of this report, which holds an exact copy of the scenario:" }
            pre { code { "otpbench " (verb) " scenario.toml" (seed) } }
            dl.facts {
                div { dt { "Scenario" } dd { (facts.scenario) } }
                div { dt { "Seed" } dd { (facts.seed) } }
                div { dt { "Target" } dd { (facts.target) } }
                div { dt { "Template" } dd { (template.name) ", discarded after " (figures::chosen(template.ttl)) (review(subject)) } }
                div { dt { "Planned" } dd { (figures::count_of(facts.arrivals_planned, "code", "codes")) } }
                div { dt { "otpbench" } dd { (facts.otpbench) } }
            }
        }
    }
}

fn review(subject: &Subject<'_>) -> String {
    let template = subject.tally.template;
    let after = |ended: u64| {
        let submitted = Elapsed::from_micros(template.submitted.unwrap_or(ended));
        figures::time(Span::from_micros(Elapsed::from_micros(ended).since(submitted).micros()))
    };
    match (template.approved, template.rejected) {
        (_, Some(rejected)) => format!(", rejected after a review of {}", after(rejected)),
        (Some(approved), None) => format!(", approved after a review of {}", after(approved)),
        (None, None) => String::new(),
    }
}

fn held(holds: bool) -> Markup {
    html! {
        @if holds { span.met { span aria-hidden="true" { "✓ " } "yes" } }
        @else { span.missed { span aria-hidden="true" { "✗ " } "no" } }
    }
}
