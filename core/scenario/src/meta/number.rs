//! What Meta makes of people who do not want the messages of a phone number.

use crate::read::{Kind, Table};
use crate::time::Span;

/// The behaviour of Meta towards the quality of phone numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumberRules {
    /// How many signals make a number's quality medium.
    pub yellow_at: u32,
    /// How many signals make a number's quality low, which flags it.
    pub red_at: u32,
    /// For how long a signal counts.
    pub signal_counts_for: Span,
}

impl NumberRules {
    pub(super) fn read(table: &Table<'_>) -> Option<Self> {
        let usual = Self::default();
        let count = Kind::whole(1..=10_000);
        let spans = Kind::span(Span::from_secs(1)..=Span::from_secs(30 * 86_400));
        let yellow_at = table.or("yellow-at", u64::from(usual.yellow_at), &count);
        let red_at = table.or("red-at", u64::from(usual.red_at), &count);
        let counts_for = table.or("signal-counts-for", usual.signal_counts_for, &spans);
        if let (Some(yellow), Some(red)) = (yellow_at, red_at)
            && yellow > red
        {
            table.wrong_field("yellow-at", &yellow.to_string(), &format!("at most `red-at`, {red}"));
            return None;
        }
        let small = |count: u64| u32::try_from(count).expect("the rule's bound fits");
        Some(Self { yellow_at: small(yellow_at?), red_at: small(red_at?), signal_counts_for: counts_for? })
    }
}

impl Default for NumberRules {
    // Source: cloud-api.md 7 has quality follow the last seven days. Assumed: the counts, of which Meta
    // tells nothing.
    fn default() -> Self {
        Self { yellow_at: 10, red_at: 30, signal_counts_for: Span::from_secs(7 * 86_400) }
    }
}
