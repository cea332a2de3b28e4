//! Whether a budget was met, by exact count.

use scenario::{Bar, Budget, Comparison, Interval, Measure, Share, Span};

use crate::figures;
use crate::measure::{Observed, Percentile, Time, wilson};

/// A budget and what was decided about it.
pub(crate) struct Judged {
    /// The budget's name in the scenario.
    pub(crate) name: String,
    /// What is measured, in words.
    pub(crate) rule: String,
    /// The bar with its comparison, such as `≥ 99.5 %`.
    pub(crate) limit: String,
    /// What was observed, in words.
    pub(crate) observed: String,
    /// The 95 % interval, in words.
    pub(crate) interval: String,
    /// How far from the bar, in words; signed so that plus is the good side.
    pub(crate) margin: String,
    /// The figures behind the words.
    pub(crate) figures: Observed,
    /// What was decided.
    pub(crate) decision: Decision,
    /// Whether it is about codes being on the phone in time.
    pub(crate) is_about_time_to_phone: bool,
}

/// What was decided about a budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// It was met.
    Met,
    /// It was missed.
    Missed,
    /// There is too little to tell.
    Undecided,
}

impl Decision {
    /// The word for it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Missed => "missed",
            Self::Undecided => "undecided",
        }
    }
}

impl Judged {
    /// Judges a budget by what was observed.
    pub(crate) fn new(budget: &Budget, observed: Observed) -> Self {
        let decision = decide(budget, observed);
        let words = words(budget, observed);
        Self {
            name: budget.name.clone(),
            rule: rule(budget.measure),
            limit: limit(budget),
            observed: words.observed,
            interval: words.interval,
            margin: words.margin,
            figures: observed,
            decision,
            is_about_time_to_phone: matches!(budget.measure, Measure::DeliveredWithin(_)),
        }
    }

    /// What was found, as a sentence without its end.
    pub(crate) fn claim(&self) -> String {
        match self.figures {
            Observed::Share { whole, .. } => {
                format!("{} of {} {}", self.observed, figures::count(whole), self.rule)
            }
            Observed::Percentile(Percentile { value: Time::Never, .. }) => {
                format!("{} is never: too many had no end", self.rule)
            }
            _ => format!("{} is {}", self.rule, self.observed),
        }
    }
}

fn decide(budget: &Budget, observed: Observed) -> Decision {
    let met = match (observed, budget.bar) {
        (Observed::Share { part, whole }, Bar::Share(bar)) => {
            share_meets(part, whole, budget.comparison, bar)
        }
        (Observed::Percentile(percentile), Bar::Span(_)) => percentile_meets(&percentile, budget.comparison),
        _ => return Decision::Undecided,
    };
    if met { Decision::Met } else { Decision::Missed }
}

fn share_meets(part: u64, whole: u64, comparison: Comparison, bar: Share) -> bool {
    let found = u128::from(part) * 1_000_000;
    let bar = u128::from(whole) * u128::from(bar.millionths());
    match comparison {
        Comparison::Below => found < bar,
        Comparison::AtMost => found <= bar,
        Comparison::AtLeast => found >= bar,
        Comparison::Above => found > bar,
    }
}

/// The percentile is below the bar exactly when as many arrivals are as its rank says.
fn percentile_meets(percentile: &Percentile, comparison: Comparison) -> bool {
    match comparison {
        Comparison::Below => percentile.below >= percentile.rank,
        Comparison::AtMost => percentile.at_most >= percentile.rank,
        Comparison::AtLeast => percentile.below < percentile.rank,
        Comparison::Above => percentile.at_most < percentile.rank,
    }
}

/// What a budget measures, in words.
fn rule(measure: Measure) -> String {
    match measure {
        Measure::DeliveredWithin(span) => format!("codes were on the phone within {}", figures::chosen(span)),
        Measure::Accepted => "codes were accepted by Meta".to_owned(),
        Measure::Delivered => "codes were on the phone in the end".to_owned(),
        Measure::Read => "codes were reported as read".to_owned(),
        Measure::Verified => "codes were typed back and verified".to_owned(),
        Measure::Percentile { interval, permille } => {
            format!("{} from planned to {}", percentile_name(permille), interval_end(interval))
        }
    }
}

const fn interval_end(interval: Interval) -> &'static str {
    match interval {
        Interval::Answer => "answered",
        Interval::Acceptance => "accepted",
        Interval::Delivery => "delivered",
        Interval::Verification => "verified",
    }
}

fn percentile_name(permille: u16) -> String {
    if permille.is_multiple_of(10) {
        format!("p{}", permille / 10)
    } else {
        format!("p{}.{}", permille / 10, permille % 10)
    }
}

fn limit(budget: &Budget) -> String {
    let sign = match budget.comparison {
        Comparison::Below => "<",
        Comparison::AtMost => "≤",
        Comparison::AtLeast => "≥",
        Comparison::Above => ">",
    };
    match budget.bar {
        Bar::Share(share) => format!("{sign} {share}"),
        Bar::Span(span) => format!("{sign} {}", figures::chosen(span)),
    }
}

struct Words {
    observed: String,
    interval: String,
    margin: String,
}

fn words(budget: &Budget, observed: Observed) -> Words {
    let more_is_better = matches!(budget.comparison, Comparison::AtLeast | Comparison::Above);
    match (observed, budget.bar) {
        (Observed::Share { part, whole }, Bar::Share(bar)) => {
            let (low, high) = wilson(part, whole);
            Words {
                observed: figures::percent(part, whole),
                interval: format!("{} to {} %", figures::percent_number(low), figures::percent_number(high)),
                margin: share_margin((part, whole), bar, more_is_better),
            }
        }
        (Observed::Percentile(percentile), Bar::Span(bar)) => Words {
            observed: bound(percentile.value),
            interval: percentile.interval.map_or_else(
                || "n too small".to_owned(),
                |(low, high)| format!("{} to {}", bound(low), bound(high)),
            ),
            margin: margin(percentile.value, bar, more_is_better),
        },
        (Observed::TooFew { found, needed }, _) => Words {
            observed: format!("n too small: {} of {}", figures::count(found), figures::count(needed)),
            interval: "none".to_owned(),
            margin: "none".to_owned(),
        },
        _ => Words {
            observed: "the bar is of another kind than the measure".to_owned(),
            interval: "none".to_owned(),
            margin: "none".to_owned(),
        },
    }
}

/// How far a share is on the good side of its bar, in points, never rounded towards the better.
fn share_margin((part, whole): (u64, u64), bar: Share, more_is_better: bool) -> String {
    let above = i128::from(part) * 1_000_000 - i128::from(bar.millionths()) * i128::from(whole);
    let good = if more_is_better { above } else { -above };
    let hundredths = good.div_euclid(i128::from(whole) * 100);
    let sign = if hundredths < 0 { '−' } else { '+' };
    format!("{sign}{}.{:02} points", hundredths.abs() / 100, hundredths.abs() % 100)
}

fn bound(time: Time) -> String {
    match time {
        Time::Took(span) => figures::time_exact(span),
        Time::Never => "never".to_owned(),
    }
}

fn margin(value: Time, bar: Span, more_is_better: bool) -> String {
    let Time::Took(value) = value else {
        return if more_is_better { "+∞".to_owned() } else { "−∞".to_owned() };
    };
    let is_good = (value >= bar) == more_is_better;
    let distance = figures::time_exact(value.max(bar) - value.min(bar));
    format!("{}{distance}", if is_good { '+' } else { '−' })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(part: u64, whole: u64, comparison: Comparison, millionths: u32, expected: bool) {
        let bar = Share::from_millionths(millionths).expect("the test's share is one");
        assert_eq!(share_meets(part, whole, comparison, bar), expected);
    }

    #[test]
    fn a_share_is_compared_with_its_bar_exactly() {
        check(995, 1_000, Comparison::AtLeast, 995_000, true);
        check(995, 1_000, Comparison::Above, 995_000, false);
        check(994_999, 1_000_000, Comparison::AtLeast, 995_000, false);
        check(995, 1_000, Comparison::AtMost, 995_000, true);
        check(995, 1_000, Comparison::Below, 995_000, false);
        // A third is no fraction of a million, and still lies exactly on one side.
        check(1, 3, Comparison::Above, 333_333, true);
        check(1, 3, Comparison::Below, 333_334, true);
    }

    #[test]
    fn percentiles_are_named_as_people_say_them() {
        assert_eq!([500, 999, 995].map(percentile_name), ["p50", "p99.9", "p99.5"]);
    }
}
