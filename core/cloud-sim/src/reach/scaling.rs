//! The way of a business that Meta does not know to its second limit: enough must arrive.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

use cloud_api::account::word::Tier;
use scenario::{Elapsed, Span};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How many messages must arrive, and within how many days.
// Source: cloud-api.md §7: 2,000 delivered in 30 days. Assumed: days are cut from the beginning of the
// run, today counts, and every message that is paid for does.
const ARRIVED_MIN: u32 = 2_000;
const DAYS: u64 = 30;
const DAY: Span = Span::from_secs(86_400);

/// What arrived in each of the last days; 120 bytes from the first message on.
#[derive(Debug, Default)]
pub(super) struct Scaling {
    is_counted: AtomicBool,
    /// The day that was counted last.
    newest: AtomicU64,
    days: OnceLock<Box<[AtomicU32]>>,
}

impl Scaling {
    /// Learns the limit: there is nothing to count above the lowest.
    pub(super) fn set(&self, tier: Tier) {
        self.is_counted.store(tier <= Tier::T250, Ordering::Relaxed);
    }

    /// Counts a message that arrived; whether it is the one that makes enough.
    pub(super) fn arrived(&self, now: Elapsed) -> bool {
        if !self.is_counted.load(Ordering::Relaxed) {
            return false;
        }
        let today = self.turn_to(now);
        self.days()[(today % DAYS) as usize].fetch_add(1, Ordering::Relaxed);
        self.sum() == ARRIVED_MIN
    }

    /// Whether enough has arrived.
    pub(super) fn is_done(&self, now: Elapsed) -> bool {
        self.turn_to(now);
        self.sum() >= ARRIVED_MIN
    }

    /// Forgets the days that are too long ago, and says which one it is.
    fn turn_to(&self, now: Elapsed) -> u64 {
        let today = now.micros() / DAY.micros();
        let newest = self.newest.fetch_max(today, Ordering::Relaxed);
        if newest < today {
            let old = today.saturating_sub(DAYS).max(newest) + 1..=today;
            old.for_each(|old| self.days()[(old % DAYS) as usize].store(0, Ordering::Relaxed));
        }
        today
    }

    fn sum(&self) -> u32 {
        self.days().iter().fold(0, |sum, day| sum.saturating_add(day.load(Ordering::Relaxed)))
    }

    fn days(&self) -> &[AtomicU32] {
        self.days.get_or_init(|| (0..DAYS).map(|_| AtomicU32::new(0)).collect())
    }
}

/// Saved as the day that was counted last, and the counts.
type Saved = (bool, u64, Vec<u32>);

impl Serialize for Scaling {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let days = self.days.get().into_iter().flatten().map(|day| day.load(Ordering::Relaxed)).collect();
        let saved: Saved =
            (self.is_counted.load(Ordering::Relaxed), self.newest.load(Ordering::Relaxed), days);
        saved.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Scaling {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (is_counted, newest, days) = Saved::deserialize(deserializer)?;
        let whole = Some(days).filter(|days| days.len() as u64 == DAYS);
        let days = whole.map(|days| days.into_iter().map(AtomicU32::new).collect::<Box<[_]>>());
        Ok(Self {
            is_counted: AtomicBool::new(is_counted),
            newest: AtomicU64::new(newest),
            days: days.map_or_else(OnceLock::new, OnceLock::from),
        })
    }
}

#[cfg(test)]
mod tests {
    use cloud_api::account::word::Tier;
    use scenario::{Elapsed, Span};

    use super::{DAY, Scaling};

    /// How many messages arrive, a day, until it is enough; up to a thousand days.
    fn days_until_done(a_day: u32) -> Option<u64> {
        let scaling = Scaling::default();
        scaling.set(Tier::T250);
        let mut now = Elapsed::ZERO;
        for day in 0..1_000 {
            let is_news = (0..a_day).filter(|_| scaling.arrived(now)).count();
            if is_news > 0 {
                assert!(is_news == 1 && scaling.is_done(now));
                return Some(day + 1);
            }
            now += DAY;
        }
        None
    }

    #[test]
    fn two_thousand_must_arrive_within_thirty_days() {
        assert_eq!(days_until_done(2_000), Some(1));
        assert_eq!(days_until_done(250), Some(8));
        assert_eq!(days_until_done(67), Some(30));
        assert_eq!(days_until_done(66), None);
    }

    #[test]
    fn nothing_is_counted_above_the_lowest_limit_and_what_was_is_kept() {
        let scaling = Scaling::default();
        scaling.set(Tier::T2K);
        assert!((0..3_000).all(|_| !scaling.arrived(Elapsed::ZERO)));
        scaling.set(Tier::T250);
        for _ in 0..1_999 {
            scaling.arrived(Elapsed::ZERO);
        }
        let saved = serde_json::to_string(&scaling).unwrap();
        let restored: Scaling = serde_json::from_str(&saved).unwrap();
        assert!(!restored.is_done(Elapsed::ZERO));
        assert!(restored.arrived(Elapsed::ZERO + Span::from_secs(29 * 86_400)));
    }
}
