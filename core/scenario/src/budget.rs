//! Budgets: bars that measures must meet.

use crate::chance::Share;
use crate::read::{Kind, Table};
use crate::time::Span;

/// A bar that a measure must meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// The key in the scenario, such as `delivered-within-5s`.
    pub name: String,
    /// What is measured.
    pub measure: Measure,
    /// On which side of the bar it must lie.
    pub comparison: Comparison,
    /// The bar.
    pub bar: Bar,
}

/// A figure computed from the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// The share of arrivals whose code was on the phone this long after the planned instant.
    DeliveredWithin(Span),
    /// The share of arrivals whose message Meta accepted.
    Accepted,
    /// The share of arrivals whose code reached the phone at all.
    Delivered,
    /// The share of arrivals whose message was reported read.
    Read,
    /// The share of arrivals whose code was typed back and taken as right.
    Verified,
    /// A percentile of an interval, over all arrivals; one that never ended is infinitely long.
    Percentile {
        /// What is timed.
        interval: Interval,
        /// Which one, in thousandths: 950 is the 95th percentile.
        permille: u16,
    },
}

/// What is timed, always from the planned instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interval {
    /// Until the target answered; the budget key begins with `answer-`.
    Answer,
    /// Until Meta accepted the message; `acceptance-`.
    Acceptance,
    /// Until the code was on the phone; `delivery-`.
    Delivery,
    /// Until the code was verified; `verification-`.
    Verification,
}

/// On which side of the bar a measure must lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `>=`
    AtLeast,
    /// `>`
    Above,
}

/// Where the bar lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bar {
    /// For measures that are shares.
    Share(Share),
    /// For measures that are times.
    Span(Span),
}

impl Budget {
    /// Reads all budgets, in the order of the text.
    pub(crate) fn read_all(table: &Table<'_>) -> Option<Vec<Self>> {
        let budgets: Vec<Option<Self>> = table.keys().into_iter().map(|key| Self::read(table, key)).collect();
        budgets.into_iter().collect()
    }

    fn read(table: &Table<'_>, key: &str) -> Option<Self> {
        let Some(measure) = Measure::of_key(key) else {
            table.wrong_field(key, "not a measure", MEASURES);
            return None;
        };
        let is_share = measure.is_share();
        let rule = if is_share {
            "a bar such as \">= 99.5 %\""
        } else {
            "a bar such as \"< 5s\" (a key with a dot in it needs quotes)"
        };
        let kind = Kind::written(rule, move |text| {
            let (comparison, bar) = Comparison::split(text)?;
            let bar =
                if is_share { Share::parse(bar).map(Bar::Share) } else { Span::parse(bar).map(Bar::Span) };
            Some((comparison, bar?))
        });
        let (comparison, bar) = table.required(key, &kind)?;
        if let Some(reach) = out_of_reach(comparison, bar) {
            table.wrong_field(key, reach, "a bar that some run can meet");
            return None;
        }
        Some(Self { name: key.to_owned(), measure, comparison, bar })
    }
}

/// What a bar is that no run can meet.
fn out_of_reach(comparison: Comparison, bar: Bar) -> Option<&'static str> {
    match (comparison, bar) {
        (Comparison::Above, Bar::Share(Share::ALL)) => Some("above 100 %"),
        (Comparison::Below, Bar::Share(Share::NONE)) => Some("below 0 %"),
        (Comparison::Below, Bar::Span(Span::ZERO)) => Some("below no time at all"),
        _ => None,
    }
}

/// What a budget's key can be.
const MEASURES: &str = "`accepted`, `delivered`, `read`, `verified`, `delivered-within-` and a span, or \
    `answer-`, `acceptance-`, `delivery-` or `verification-` and p50, p90, p95, p99 or p99.9";

impl Measure {
    /// The measure that a key such as `delivered-within-5s` or `delivery-p95` names.
    fn of_key(key: &str) -> Option<Self> {
        match key {
            "accepted" => return Some(Self::Accepted),
            "delivered" => return Some(Self::Delivered),
            "read" => return Some(Self::Read),
            "verified" => return Some(Self::Verified),
            _ => {}
        }
        if let Some(span) = key.strip_prefix("delivered-within-") {
            return Span::parse(span).filter(|span| *span > Span::ZERO).map(Self::DeliveredWithin);
        }
        let (interval, percentile) = key.split_once("-p")?;
        let interval = match interval {
            "answer" => Interval::Answer,
            "acceptance" => Interval::Acceptance,
            "delivery" => Interval::Delivery,
            "verification" => Interval::Verification,
            _ => return None,
        };
        let permille = match percentile {
            "50" => 500,
            "90" => 900,
            "95" => 950,
            "99" => 990,
            "99.9" => 999,
            _ => return None,
        };
        Some(Self::Percentile { interval, permille })
    }

    fn is_share(self) -> bool {
        !matches!(self, Self::Percentile { .. })
    }
}

impl Comparison {
    /// The comparison with which a bar begins, and what follows it.
    fn split(text: &str) -> Option<(Self, &str)> {
        // The longer sign first, since `<` also begins `<=`.
        let signs = [("<=", Self::AtMost), (">=", Self::AtLeast), ("<", Self::Below), (">", Self::Above)];
        let split = |(sign, comparison)| Some((comparison, text.strip_prefix(sign)?.trim()));
        signs.into_iter().find_map(split)
    }
}
