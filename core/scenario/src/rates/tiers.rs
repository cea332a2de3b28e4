//! The price of a message: by market, category, day, and how many came before it in the month.

use std::fmt;
use std::ops::Range;

use cloud_api::webhook::PricingCategory;
use cloud_api::{Currency, Day, Money};

use super::{MarketId, Rate, Rates};

/// The messages of a calendar month that cost the same.
///
/// `Display` writes the label that Meta gives it, such as `0:750000`.
// Source: cloud-api.md §10.1 and §6.6: `0:750000`, `25000001:50000000`, and `MAX` for no upper end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tier {
    /// Which messages of the month, counted from 0.
    pub messages: Range<u64>,
    /// What each of them costs.
    pub price: Money,
}

impl Rates {
    /// What messages of a category cost in a market on a day, by how many came before in the month.
    ///
    /// The tiers begin at 0, follow each other without a gap, and the last one never ends. There is
    /// none where no card knows a price.
    #[must_use]
    pub fn tiers(
        &self,
        currency: Currency,
        market: MarketId,
        category: PricingCategory,
        day: Day,
    ) -> Vec<Tier> {
        let card = self.card(currency);
        let rates = card.rates.iter().filter(|rate| rate.market == market && rate.category == category);
        let tiers = tiers(rates, day);
        match card.otherwise.filter(|_| tiers.is_empty()) {
            None => tiers,
            Some(otherwise) => {
                let there = self.tiers(otherwise.currency, market, category, day).into_iter();
                there.map(|tier| Tier { price: tier.price.converted(otherwise.millionths), ..tier }).collect()
            }
        }
    }
}

/// The tiers that hold on a day, from the rates of one market and category.
// Assumed: before the first of them holds, what it says holds too, so that any clock will do.
fn tiers<'a>(rates: impl Iterator<Item = &'a Rate> + Clone, day: Day) -> Vec<Tier> {
    let mut overs: Vec<u64> = rates.clone().map(|rate| rate.over).collect();
    overs.sort_unstable();
    overs.dedup();
    let price_of = |over: u64| {
        let same = rates.clone().filter(|rate| rate.over == over);
        let held = same.clone().filter(|rate| rate.since <= day).max_by_key(|rate| rate.since);
        held.or_else(|| same.min_by_key(|rate| rate.since)).map(|rate| rate.price)
    };
    let ends = overs.iter().skip(1).copied().chain([u64::MAX]);
    let ranges = overs.iter().copied().zip(ends);
    ranges.filter_map(|(from, until)| Some(Tier { messages: from..until, price: price_of(from)? })).collect()
}

impl Tier {
    /// The tier that a message falls into of which so many came before in the month.
    #[must_use]
    pub fn of(tiers: &[Self], before: u64) -> Option<&Self> {
        tiers.iter().find(|tier| tier.messages.contains(&before))
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.messages.start {
            0 => f.write_str("0:")?,
            start => write!(f, "{}:", start + 1)?,
        }
        match self.messages.end {
            u64::MAX => f.write_str("MAX"),
            end => write!(f, "{end}"),
        }
    }
}
