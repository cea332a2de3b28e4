//! `verdict.json`: the verdict for programs.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Subject, sentence};
use crate::facts::RunFacts;
use crate::measure::{Observed, Stage, Time, Times, wilson};
use crate::verdict::Judged;

/// The version of `verdict.json`; fields may be added without a new one.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct VerdictFile<'a> {
    version: u32,
    verdict: &'static str,
    partial: bool,
    headline: String,
    doubts: Vec<String>,
    findings: Vec<String>,
    run: &'a RunFacts,
    arrivals: u64,
    outcomes: BTreeMap<&'static str, u64>,
    funnel: FunnelPart,
    budgets: Vec<BudgetPart<'a>>,
    validity: Vec<CheckPart<'a>>,
    conservation: Vec<BalancePart>,
    delivery: TimesPart,
    stages: BTreeMap<&'static str, TimesPart>,
    refusals: &'a BTreeMap<u32, u64>,
    failures: &'a BTreeMap<u32, u64>,
}

#[derive(Serialize)]
struct FunnelPart {
    requested: u64,
    accepted: u64,
    sent: u64,
    delivered: u64,
    read: u64,
    verified: u64,
}

#[derive(Serialize)]
struct BudgetPart<'a> {
    name: &'a str,
    rule: &'a str,
    limit: &'a str,
    decision: &'static str,
    n: u64,
    /// How many arrivals count for the measure: those of the share, or those below the bar.
    count: Option<u64>,
    /// A share between 0 and 1, or microseconds; null for never.
    observed: Option<f64>,
    /// The 95 % interval, in the same unit; null for an end that is never or unknown.
    interval: [Option<f64>; 2],
}

#[derive(Serialize)]
struct CheckPart<'a> {
    name: &'static str,
    rule: &'static str,
    found: &'a str,
    met: bool,
}

#[derive(Serialize)]
struct BalancePart {
    law: &'static str,
    total: u64,
    parts: BTreeMap<&'static str, u64>,
    holds: bool,
}

/// Times in microseconds; a percentile that is never is null.
#[derive(Serialize)]
struct TimesPart {
    n: u64,
    never: u64,
    p50: Option<u64>,
    p95: Option<u64>,
    p99: Option<u64>,
    max: Option<u64>,
}

/// The contents of `verdict.json`.
pub(crate) fn verdict(subject: &Subject<'_>) -> String {
    let (measures, judgement) = (subject.measures, subject.judgement);
    let file = VerdictFile {
        version: VERSION,
        verdict: judgement.verdict.name(),
        partial: subject.tally.is_partial(),
        headline: sentence::headline(subject),
        doubts: sentence::doubts(subject),
        findings: sentence::findings(subject),
        run: subject.facts,
        arrivals: measures.arrivals,
        outcomes: measures.outcomes.iter().map(|(outcome, count)| (outcome.name(), *count)).collect(),
        funnel: funnel(subject),
        budgets: judgement.budgets.iter().map(budget).collect(),
        validity: validity(subject),
        conservation: conservation(subject),
        delivery: times(&measures.delivery),
        stages: measures.stages.iter().map(|Stage { name, times: of }| (name.key(), times(of))).collect(),
        refusals: &subject.tally.refusals,
        failures: &subject.tally.failures,
    };
    let mut text = serde_json::to_string_pretty(&file).expect("every key is a string or a number");
    text.push('\n');
    text
}

fn funnel(subject: &Subject<'_>) -> FunnelPart {
    let funnel = &subject.measures.funnel;
    FunnelPart {
        requested: funnel.requested,
        accepted: funnel.accepted,
        sent: funnel.sent,
        delivered: funnel.delivered,
        read: funnel.read,
        verified: funnel.verified,
    }
}

fn budget(judged: &Judged) -> BudgetPart<'_> {
    let (count, observed, interval) = match judged.figures {
        Observed::Share { part, whole } => {
            let (low, high) = wilson(part, whole);
            (Some(part), Some(part as f64 / whole as f64), [Some(low), Some(high)])
        }
        Observed::Percentile(percentile) => {
            let interval = percentile.interval.map(|(low, high)| [micros(low), micros(high)]);
            (Some(percentile.below), micros(percentile.value), interval.unwrap_or_default())
        }
        Observed::TooFew { .. } => (None, None, [None, None]),
    };
    BudgetPart {
        name: &judged.name,
        rule: &judged.rule,
        limit: &judged.limit,
        decision: judged.decision.name(),
        n: sentence::population(judged.figures),
        count,
        observed,
        interval,
    }
}

fn validity<'a>(subject: &Subject<'a>) -> Vec<CheckPart<'a>> {
    let checks = subject.judgement.validity.iter().map(|check| CheckPart {
        name: check.key,
        rule: check.rule,
        found: &check.found,
        met: check.is_met,
    });
    checks.collect()
}

fn conservation(subject: &Subject<'_>) -> Vec<BalancePart> {
    let balances = subject.judgement.conservation.iter().map(|balance| BalancePart {
        law: balance.law,
        total: balance.left,
        parts: balance.parts.iter().copied().collect(),
        holds: balance.holds(),
    });
    balances.collect()
}

fn times(times: &Times) -> TimesPart {
    let whole = |time: Option<Time>| match time {
        Some(Time::Took(span)) => Some(span.micros()),
        Some(Time::Never) | None => None,
    };
    let [p50, p95, p99] = times.percentiles([500, 950, 990]).map(whole);
    let max = times.max().map(scenario::Span::micros);
    TimesPart { n: times.count(), never: times.never(), p50, p95, p99, max }
}

fn micros(time: Time) -> Option<f64> {
    match time {
        Time::Took(span) => Some(span.micros() as f64),
        Time::Never => None,
    }
}
