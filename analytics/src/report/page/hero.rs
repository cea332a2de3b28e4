//! The top of the page: the verdict, whether it can be trusted, and four figures.

use maud::{Markup, html};

use super::super::{Subject, sentence};
use super::unbroken;
use crate::chart::time_or_never;
use crate::facts::Mode;
use crate::figures;
use crate::measure::StageName;
use crate::verdict::Verdict;

/// The verdict in one sentence.
pub(super) fn hero(subject: &Subject<'_>) -> Markup {
    let verdict = subject.judgement.verdict;
    html! {
        header class=(format!("hero {}", class(verdict))) {
            p.eyebrow {
                span.name { (subject.scenario.name) }
                " · " (mode(subject))
                @if let Some(started_at) = &subject.facts.started_at { " · " (started_at) }
            }
            h1 {
                span.word { span aria-hidden="true" { (symbol(verdict)) " " } (verdict.name()) }
                span.sentence { (unbroken(&sentence::capitalised(&sentence::headline(subject)))) }
            }
            @if verdict == Verdict::Invalid {
                p.measured { "What was measured all the same: " (unbroken(&sentence::claim(subject))) "." }
            }
            p.about { (subject.scenario.about) }
        }
    }
}

/// Whether the run can tell.
pub(super) fn validity_banner(subject: &Subject<'_>) -> Markup {
    let doubts = sentence::doubts(subject);
    let findings = sentence::findings(subject);
    html! {
        @if doubts.is_empty() {
            p.banner.good {
                b { "Valid. " }
                "The whole plan was carried out and measured: "
                (figures::percent(subject.measures.funnel.requested, subject.facts.arrivals_planned))
                " of the planned codes were asked for, "
                @if subject.facts.mode == Mode::Rehearsal { "in virtual time, which knows no lateness" }
                @else { "99 of 100 no later than " (lateness(subject)) " after their instant" }
                ", and all counts add up."
            }
        } @else {
            div.banner.bad role="alert" {
                p {
                    b { "Invalid. " }
                    "The figures below are what was measured, but they do not answer the scenario's question:"
                }
                ul { @for doubt in &doubts { li { (sentence::capitalised(doubt)) } } }
                @if let Some(partial) = sentence::partial(subject) { p { (partial) } }
            }
        }
        @if !findings.is_empty() {
            div.banner.note {
                p { b { "Worth knowing. " } "No budget covers it, and it was seen:" }
                ul { @for finding in &findings { li { (finding) } } }
            }
        }
    }
}

/// The four figures that people ask for first.
pub(super) fn tiles(subject: &Subject<'_>) -> Markup {
    let measures = subject.measures;
    let [p95] = measures.delivery.percentiles([950]).map(time_or_never);
    let within = format!("on the phone within {}", figures::chosen(measures.within));
    let tiles = [
        (figures::percent(measures.delivered_within, measures.arrivals), within),
        (p95, "p95 from plan to phone".to_owned()),
        (
            figures::percent(measures.delivery.never(), measures.arrivals),
            "never reached the phone".to_owned(),
        ),
        (figures::percent(measures.funnel.verified, measures.arrivals), "typed back and verified".to_owned()),
    ];
    html! {
        dl.tiles {
            @for (figure, name) in &tiles { div { dt { (name) } dd { (figure) } } }
        }
    }
}

fn lateness(subject: &Subject<'_>) -> String {
    let [p99] = subject.measures.stage(StageName::Lateness).percentiles([990]);
    time_or_never(p99)
}

fn mode(subject: &Subject<'_>) -> &'static str {
    match subject.facts.mode {
        Mode::Run => "run over real sockets",
        Mode::Rehearsal => "rehearsal in virtual time",
    }
}

const fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "fail",
        Verdict::Invalid => "invalid",
    }
}

const fn symbol(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "✓",
        Verdict::Fail => "✗",
        Verdict::Invalid => "?",
    }
}
