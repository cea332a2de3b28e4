//! The messaging limit: how many different people a portfolio writes to, unasked, within a day.
//!
//! Time is cut into quarters of an hour. A person who was written to counts until the same quarter
//! of the next day begins, so that a day lasts 24 hours less up to 15 minutes.

mod saved_quarters;
mod scaling;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use cloud_api::BusinessId;
use cloud_api::account::word::Tier;
use rustc_hash::FxHashMap;
use scenario::{Elapsed, Span};
use serde::Deserialize as _;

use crate::directory::Number;
use crate::pricing::Volume;

use scaling::Scaling;

/// How long a quarter is.
const QUARTER: Span = Span::from_secs(900);

/// How many quarters a day has, and a week.
const DAY: u64 = 96;
const WEEK: u64 = 7 * DAY;

/// How long after half of the limit was used the limit rises.
// Source: cloud-api.md §7: within 6 hours. Assumed: after exactly that.
const RISES_AFTER: Span = Span::from_secs(6 * 3_600);

/// To how many people a portfolio without a limit must have written for its numbers to go faster.
// Source: cloud-api.md §7.
const FASTER_FROM: u32 = 100_000;

/// How many different people a portfolio has written to, unasked, lately.
///
/// All numbers of the portfolio share one. Nothing is counted while neither the limit nor the
/// throughput of a number depends on it. Shards that count at the very same moment may go beyond
/// the limit by one person each.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub struct Reach {
    portfolio: BusinessId,
    is_counted: AtomicBool,
    /// How many people there may be in a day; the greatest number stands for no limit.
    limit: AtomicU32,
    /// New people in each quarter of the last week; 2.7 kB from the first person on.
    #[serde(with = "saved_quarters")]
    quarters: OnceLock<Box<[AtomicU32]>>,
    /// The quarter that was counted last.
    newest: AtomicU64,
    /// When the limit rises, in microseconds since the run began; the greatest number for never.
    rises_at: AtomicU64,
    /// When numbers may become faster, in the same way.
    goes_faster_at: AtomicU64,
    has_gone_faster: AtomicBool,
    /// What all messages of the portfolio were charged as this month.
    #[serde(default)]
    volume: Volume,
    /// What lately arrived, while the limit is the lowest.
    #[serde(default)]
    scaling: Scaling,
}

/// No limit, among the numbers of people.
const UNLIMITED: u32 = u32::MAX;

/// Never, among the instants.
const NEVER: u64 = u64::MAX;

/// Whom the portfolios of one shard's people wrote to lately.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(from = "Vec<Counting>", into = "Vec<Counting>")]
pub(crate) struct Reached {
    /// The quarter in which a person, by portfolio, was counted.
    people: FxHashMap<(u64, u64), u64>,
    swept: u64,
    /// What was found about the limit when the last message was counted.
    found: People,
}

/// A portfolio and a person, and the quarter in which the person was counted.
type Counting = ((u64, u64), u64);

/// What became of a message as far as the messaging limit goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counted {
    /// It may go.
    Within,
    /// It may go, and something of the directory is due because of it.
    News,
    /// It may not: the limit is used up.
    Beyond,
}

/// What was found about the messaging limit when a message was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum People {
    /// The limit was not looked at.
    #[default]
    Unseen,
    /// Nobody is counted, because nothing depends on it.
    Uncounted,
    /// The person had been written to within the day and counts once.
    Known,
    /// The person was counted, as one of so many within a day.
    New { people: u32, limit: u32 },
    /// The limit was used up.
    Beyond { limit: u32 },
}

impl People {
    /// Whether the limit was used up.
    pub(crate) const fn is_beyond(self) -> bool {
        matches!(self, Self::Beyond { .. })
    }
}

impl fmt::Display for People {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Unseen => f.write_str("it does not count: it answers a person, or will fail"),
            Self::Uncounted => f.write_str("there is no limit"),
            Self::Known => f.write_str("the person was counted within the day already"),
            Self::New { people, limit: UNLIMITED } => {
                write!(f, "{people} people were written to unasked within a day, of any number")
            }
            Self::New { people, limit } => {
                write!(f, "{people} of {limit} people were written to unasked within a day")
            }
            Self::Beyond { limit } => {
                write!(f, "{limit} of {limit} people were written to unasked within a day; it will fail")
            }
        }
    }
}

impl Reach {
    /// A reach that counts nothing yet.
    #[must_use]
    pub fn new(portfolio: BusinessId) -> Self {
        Self {
            portfolio,
            is_counted: AtomicBool::new(false),
            limit: AtomicU32::new(UNLIMITED),
            quarters: OnceLock::new(),
            newest: AtomicU64::new(0),
            rises_at: AtomicU64::new(NEVER),
            goes_faster_at: AtomicU64::new(NEVER),
            has_gone_faster: AtomicBool::new(false),
            volume: Volume::default(),
            scaling: Scaling::default(),
        }
    }

    /// The portfolio whose people are counted.
    #[must_use]
    pub const fn portfolio(&self) -> BusinessId {
        self.portfolio
    }

    /// How many messages it was charged for this month.
    pub(crate) const fn volume(&self) -> &Volume {
        &self.volume
    }

    /// Learns the tier, and whether any number could still become faster.
    pub(crate) fn set(&self, tier: Tier, can_be_faster: bool) {
        let limit = tier.recipients_max().unwrap_or(UNLIMITED);
        if self.limit.swap(limit, Ordering::Relaxed) != limit {
            self.settle_rise();
        }
        self.has_gone_faster.store(false, Ordering::Relaxed);
        self.scaling.set(tier);
        self.is_counted.store(limit != UNLIMITED || can_be_faster, Ordering::Relaxed);
    }

    /// Counts a message to a person whom the business writes to unasked.
    pub(crate) fn count(&self, now: Elapsed, person: u64, reached: &mut Reached) -> Counted {
        if !self.is_counted.load(Ordering::Relaxed) {
            reached.found = People::Uncounted;
            return Counted::Within;
        }
        let quarter = quarter_of(now);
        reached.sweep(quarter);
        let key = (self.portfolio.number(), person);
        let known = reached.people.get(&key);
        // The clock is read before the shard is locked, so that a later instant may have come first.
        if known.is_some_and(|counted| quarter.saturating_sub(*counted) < DAY) {
            reached.found = People::Known;
            return Counted::Within;
        }
        let counted = self.count_new((now, quarter), &mut reached.found);
        if counted != Counted::Beyond {
            reached.people.insert(key, quarter);
        }
        counted
    }

    /// When the limit rises, if nothing stands against it.
    pub(crate) fn rises_at(&self) -> Option<Elapsed> {
        instant(self.rises_at.load(Ordering::Relaxed))
    }

    /// Learns that a message arrived that the business had to pay for; whether the limit rises at once.
    pub(crate) fn arrived(&self, now: Elapsed) -> bool {
        let is_news = self.scaling.arrived(now);
        if is_news {
            self.rises_at.store(now.micros(), Ordering::Relaxed);
        }
        is_news
    }

    /// Whether so much has arrived lately that the lowest limit rises even for a business unknown to Meta.
    pub(crate) fn has_scaled(&self, now: Elapsed) -> bool {
        self.scaling.is_done(now)
    }

    /// Forgets that the limit was to rise; it is counted anew.
    pub(crate) fn settle_rise(&self) {
        self.rises_at.store(NEVER, Ordering::Relaxed);
    }

    /// When enough people had been written to for the numbers to become faster.
    pub(crate) fn goes_faster_at(&self) -> Option<Elapsed> {
        instant(self.goes_faster_at.load(Ordering::Relaxed))
    }

    /// Whether that is due; says so once.
    pub(crate) fn take_goes_faster(&self, now: Elapsed) -> bool {
        let is_due = self.goes_faster_at().is_some_and(|at| at <= now);
        if is_due {
            self.goes_faster_at.store(NEVER, Ordering::Relaxed);
        }
        is_due
    }

    fn count_new(&self, (now, quarter): (Elapsed, u64), found: &mut People) -> Counted {
        self.turn_to(quarter);
        let limit = self.limit.load(Ordering::Relaxed);
        let today = self.sum(quarter, DAY);
        if limit != UNLIMITED && today >= limit {
            *found = People::Beyond { limit };
            return Counted::Beyond;
        }
        *found = People::New { people: today.saturating_add(1), limit };
        self.quarters()[(quarter % WEEK) as usize].fetch_add(1, Ordering::Relaxed);
        if limit == UNLIMITED {
            let is_news =
                today.saturating_add(1) >= FASTER_FROM && !self.has_gone_faster.swap(true, Ordering::Relaxed);
            if is_news {
                self.goes_faster_at.store(now.micros(), Ordering::Relaxed);
            }
            return if is_news { Counted::News } else { Counted::Within };
        }
        // Source: cloud-api.md §7: at least half of the limit within seven days.
        let is_set = self.rises_at().is_some();
        if is_set || self.sum(quarter, WEEK) < limit.div_ceil(2) {
            return Counted::Within;
        }
        self.rises_at.store((now + RISES_AFTER).micros(), Ordering::Relaxed);
        Counted::News
    }

    /// Forgets the quarters that are more than a week old.
    fn turn_to(&self, quarter: u64) {
        let newest = self.newest.fetch_max(quarter, Ordering::Relaxed);
        if newest < quarter {
            let old = quarter.saturating_sub(WEEK).max(newest) + 1..=quarter;
            old.for_each(|old| self.quarters()[(old % WEEK) as usize].store(0, Ordering::Relaxed));
        }
    }

    /// How many new people there were in the last so many quarters.
    fn sum(&self, quarter: u64, quarters: u64) -> u32 {
        let since = (quarter + 1).saturating_sub(quarters);
        let counts =
            (since..=quarter).map(|at| self.quarters()[(at % WEEK) as usize].load(Ordering::Relaxed));
        counts.fold(0, u32::saturating_add)
    }

    fn quarters(&self) -> &[AtomicU32] {
        self.quarters.get_or_init(|| (0..WEEK).map(|_| AtomicU32::new(0)).collect())
    }
}

/// Reads numbers that were saved; those of one portfolio share one reach again.
pub(crate) fn reunited<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Arc<Number>>, D::Error> {
    let mut numbers = Vec::<Arc<Number>>::deserialize(deserializer)?;
    let mut known: Vec<Arc<Reach>> = Vec::new();
    for number in &mut numbers {
        match known.iter().find(|reach| reach.portfolio == number.reach.portfolio) {
            Some(reach) => Arc::make_mut(number).reach = Arc::clone(reach),
            None => known.push(Arc::clone(&number.reach)),
        }
    }
    Ok(numbers)
}

fn quarter_of(now: Elapsed) -> u64 {
    now.micros() / QUARTER.micros()
}

fn instant(micros: u64) -> Option<Elapsed> {
    (micros != NEVER).then_some(Elapsed::from_micros(micros))
}

impl From<Vec<Counting>> for Reached {
    fn from(counted: Vec<Counting>) -> Self {
        Self { people: counted.into_iter().collect(), ..Self::default() }
    }
}

impl From<Reached> for Vec<Counting> {
    fn from(reached: Reached) -> Self {
        reached.people.into_iter().collect()
    }
}

impl Reached {
    /// What was found about the limit when the last message was counted; says so once.
    pub(crate) fn take_found(&mut self) -> People {
        std::mem::take(&mut self.found)
    }

    /// Forgets once an hour whom nobody wrote to within a day.
    fn sweep(&mut self, quarter: u64) {
        if quarter >= self.swept + 4 {
            self.swept = quarter;
            self.people.retain(|_, counted| quarter.saturating_sub(*counted) < DAY);
        }
    }
}
