//! How many messages a portfolio was charged for in a month, counted as they are delivered.
//!
//! The books know it too, but only all shards together; this is counted where a tier begins.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use cloud_api::Day;
use cloud_api::webhook::PricingCategory;
use scenario::MarketId;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The counts of one portfolio, by market and category; 6.4 kB from the first message on.
///
/// Each holds the first day of its month above [`COUNT_BITS`] of count, so that one exchange does both.
#[derive(Debug, Default)]
pub(crate) struct Volume(OnceLock<Box<[AtomicU64]>>);

/// How many bits count; as many messages as no portfolio sends in a month.
const COUNT_BITS: u32 = 40;
const COUNT: u64 = (1 << COUNT_BITS) - 1;

/// How many categories a market has that are charged for, and how many markets there can be.
const CATEGORIES: usize = 4;
const MARKETS: usize = 200;

impl Volume {
    /// Counts a charged message; gives how many came before it in the month.
    pub(crate) fn count(&self, day: Day, market: MarketId, category: PricingCategory) -> u64 {
        let Some(cell) = self.cell(market, category) else { return 0 };
        let month = shifted(day);
        let next = |old: u64| Some(if old & !COUNT == month { old + 1 } else { month + 1 });
        let old = cell.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).unwrap_or_default();
        if old & !COUNT == month { old & COUNT } else { 0 }
    }

    /// Takes over how many there were in a month.
    pub(super) fn set(&self, month: Day, (market, category): (MarketId, PricingCategory), count: u64) {
        if let Some(cell) = self.cell(market, category) {
            cell.store(shifted(month) | count.min(COUNT), Ordering::Relaxed);
        }
    }

    /// Forgets every count.
    pub(super) fn clear(&self) {
        self.0.get().into_iter().flatten().for_each(|cell| cell.store(0, Ordering::Relaxed));
    }

    fn cell(&self, market: MarketId, category: PricingCategory) -> Option<&AtomicU64> {
        let column = match category {
            PricingCategory::Authentication => 0,
            PricingCategory::AuthenticationInternational => 1,
            PricingCategory::Utility => 2,
            PricingCategory::Marketing => 3,
            PricingCategory::Service | PricingCategory::ReferralConversion => return None,
        };
        let cells = self.0.get_or_init(|| (0..MARKETS * CATEGORIES).map(|_| AtomicU64::new(0)).collect());
        cells.get(market.place() * CATEGORIES + column)
    }
}

/// The month of a day, above the count.
fn shifted(day: Day) -> u64 {
    (day.month().first_day().unix_secs() / cloud_api::calendar::DAY_SECS) << COUNT_BITS
}

/// Saved as the cells that are not zero, each with its place.
impl Serialize for Volume {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let cells = self.0.get().into_iter().flatten().map(|cell| cell.load(Ordering::Relaxed)).enumerate();
        serializer.collect_seq(cells.filter(|(_, cell)| *cell != 0))
    }
}

impl<'de> Deserialize<'de> for Volume {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let saved = Vec::<(usize, u64)>::deserialize(deserializer)?;
        let volume = Self::default();
        if !saved.is_empty() {
            let mut cells = vec![0; MARKETS * CATEGORIES];
            for (place, cell) in saved {
                let known = cells.get_mut(place);
                *known.ok_or_else(|| serde::de::Error::custom("there is no such market"))? = cell;
            }
            let _is_new = volume.0.set(cells.into_iter().map(AtomicU64::new).collect());
        }
        Ok(volume)
    }
}

#[cfg(test)]
mod tests {
    use cloud_api::Day;
    use cloud_api::webhook::PricingCategory as C;
    use scenario::Rates;

    use super::Volume;

    #[test]
    fn each_market_and_category_counts_by_itself_and_anew_each_month() {
        let (volume, rates) = (Volume::default(), Rates::built_in());
        let (india, brazil) = (rates.market_of("IN".parse().ok()), rates.market_of("BR".parse().ok()));
        let day = |text: &str| text.parse::<Day>().unwrap();
        let january = [day("2026-01-01"), day("2026-01-31")];
        let counted = january.map(|day| volume.count(day, india, C::Authentication));
        assert_eq!(counted, [0, 1]);
        assert_eq!(volume.count(january[1], brazil, C::Authentication), 0);
        assert_eq!(volume.count(january[1], india, C::Utility), 0);
        assert_eq!(volume.count(january[1], india, C::Service), 0);
        let saved = serde_json::to_string(&volume).unwrap();
        let restored: Volume = serde_json::from_str(&saved).unwrap();
        assert_eq!(restored.count(january[1], india, C::Authentication), 2);
        assert_eq!(restored.count(day("2026-02-01"), india, C::Authentication), 0);
        assert_eq!(restored.count(day("2026-02-28"), india, C::Authentication), 1);
    }
}
