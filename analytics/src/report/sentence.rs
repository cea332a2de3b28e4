//! The verdict in one sentence, and the findings behind it.

use super::Subject;
use crate::figures;
use crate::measure::Observed;
use crate::verdict::{Decision, Judged, Verdict};

/// What the run came to, as a sentence without its end.
///
/// A failed run is told by the first budget that it missed, an invalid one by what is wrong with it.
pub(crate) fn headline(subject: &Subject<'_>) -> String {
    match (subject.judgement.verdict, doubts(subject).first()) {
        (Verdict::Invalid, Some(doubt)) => format!("this run cannot tell: {doubt}"),
        _ => claim(subject),
    }
}

/// The text with a capital at its beginning.
pub(crate) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What was measured, with its budget, whatever the run is worth.
pub(crate) fn claim(subject: &Subject<'_>) -> String {
    match budget_to_tell(subject) {
        Some(judged) => format!("{} (budget {})", judged.claim(), judged.limit),
        None => format!(
            "{} of {} codes were on the phone within {} (no budget)",
            figures::percent(subject.measures.delivered_within, subject.measures.arrivals),
            figures::count(subject.measures.arrivals),
            figures::chosen(subject.measures.within),
        ),
    }
}

/// The budget by which the run is told.
pub(crate) fn budget_to_tell<'a>(subject: &Subject<'a>) -> Option<&'a Judged> {
    let budgets = &subject.judgement.budgets;
    let missed = budgets.iter().find(|judged| judged.decision == Decision::Missed);
    let about_time = budgets.iter().find(|judged| judged.is_about_time_to_phone);
    let first = match subject.judgement.verdict {
        Verdict::Fail => missed,
        Verdict::Pass | Verdict::Invalid => about_time,
    };
    first.or_else(|| budgets.first())
}

/// Why the run cannot tell: every condition that does not hold, in words.
pub(crate) fn doubts(subject: &Subject<'_>) -> Vec<String> {
    let unmet = subject.judgement.validity.iter().filter(|check| !check.is_met);
    let mut doubts: Vec<String> = unmet.map(|check| check.doubt.clone()).collect();
    for judged in &subject.judgement.budgets {
        if judged.decision == Decision::Undecided {
            doubts.push(format!("the budget {} cannot be decided, {}", judged.name, judged.observed));
        }
    }
    doubts
}

/// What the journals lack, where they do not tell the whole run.
pub(crate) fn partial(subject: &Subject<'_>) -> Option<&'static str> {
    subject.tally.is_partial().then_some(
        "This report is partial: it covers the run up to where its journals end. Codes that were under \
         way then count as never delivered, and as pending.",
    )
}

/// Mistakes of the target that no budget covers, each as a sentence.
pub(crate) fn findings(subject: &Subject<'_>) -> Vec<String> {
    let (measures, tally) = (subject.measures, subject.tally);
    let mut findings = Vec::new();
    let wrong = measures.funnel.wrong_codes_taken;
    if wrong > 0 {
        findings.push(format!(
            "The target took {} as right.",
            figures::count_of(wrong, "mistyped code", "mistyped codes")
        ));
    }
    let stray = tally.messages.stray;
    if stray > 0 {
        findings.push(format!(
            "The target sent {} to people who had not asked for a code.",
            figures::count_of(stray, "message", "messages")
        ));
    }
    let extra = (tally.messages.accepted - stray).saturating_sub(measures.funnel.accepted);
    if extra > 0 {
        findings.push(format!(
            "The target sent {} more than one for each code asked for.",
            figures::count_of(extra, "message", "messages")
        ));
    }
    if tally.template.rejected.is_some() {
        findings.push("Meta rejected the template, so that no message could be sent with it.".to_owned());
    }
    findings
}

/// The size of the population of a budget.
pub(crate) fn population(observed: Observed) -> u64 {
    match observed {
        Observed::Share { whole, .. } => whole,
        Observed::Percentile(percentile) => percentile.whole,
        Observed::TooFew { found, .. } => found,
    }
}
