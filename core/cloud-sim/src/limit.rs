//! The limits on sending: a number's throughput and a pair's rate.
//!
//! Both are token buckets, kept as the one instant up to which tokens are spent (the "generic cell
//! rate algorithm"), so that neither needs a timer.

use std::sync::atomic::{AtomicU64, Ordering};

use scenario::{Elapsed, Limits, Span};

/// How many messages a phone number has sent lately, shared by all shards.
// Source: cloud-api.md §7: 80 messages per second by default, 1,000 after the upgrade; 130429 above.
// Assumed: up to one second's worth may come at once.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Throughput {
    /// Up to when tokens are spent, in nanoseconds since the run began.
    spent_until_nanos: AtomicU64,
}

/// How many messages one sender has sent to one recipient lately.
// Source: cloud-api.md §7: one message every 6 s; up to 45 within 6 s, borrowed from the future: then
// nothing for as long as they would have taken at the normal pace, such as 2 min after 20; 131056.
#[derive(Clone, Copy, Debug, Default, serde::Serialize, serde::Deserialize)]
pub(crate) struct PairRate {
    /// When the burst began that is under way.
    began: Elapsed,
    /// Until when what was sent is paid back.
    spent_until: Elapsed,
}

impl PairRate {
    /// Whether it remembers something that counts.
    pub(crate) fn is_in_debt(&self, now: Elapsed) -> bool {
        now < self.spent_until
    }
}

/// Within which time a burst must come.
// Source: cloud-api.md §7. Assumed: or within the interval, where that is longer.
const BURST_WITHIN: Span = Span::from_secs(6);

/// How much of a limit is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// How many messages of it are used.
    pub used: u32,
    /// How many there are in all.
    pub limit: u32,
    /// When there is one more, at the latest; `now` while there is one.
    pub free_at: Elapsed,
}

/// One second, which is what a number may send ahead.
const SECOND_NANOS: u64 = 1_000_000_000;

impl Throughput {
    /// How much of a number's throughput is used up.
    #[must_use]
    pub fn quota(&self, now: Elapsed, per_second: u32) -> Quota {
        Self::quota_at(self.spent_until_nanos.load(Ordering::Relaxed), now, per_second)
    }

    /// The same, of tokens that are spent up to an instant, in nanoseconds since the run began.
    pub(crate) fn quota_at(spent_until_nanos: u64, now: Elapsed, per_second: u32) -> Quota {
        let now_nanos = now.micros().saturating_mul(1_000);
        let token = SECOND_NANOS / u64::from(per_second.max(1));
        let spent = spent_until_nanos.saturating_sub(now_nanos);
        let over = spent.saturating_add(token).saturating_sub(SECOND_NANOS);
        Quota {
            used: u32::try_from(spent.div_ceil(token)).unwrap_or(u32::MAX),
            limit: per_second,
            free_at: now + Span::from_micros(over.div_ceil(1_000)),
        }
    }

    /// Takes a token for one message; says whether there was one.
    #[must_use]
    pub fn admit(&self, now: Elapsed, per_second: u32) -> bool {
        self.take(now, per_second).is_ok()
    }

    /// Takes a token for one message; gives up to when tokens are spent then, in nanoseconds since the
    /// run began, as an error where there was none to take.
    pub(crate) fn take(&self, now: Elapsed, per_second: u32) -> Result<u64, u64> {
        let now = now.micros().saturating_mul(1_000);
        let token = SECOND_NANOS / u64::from(per_second.max(1));
        let spend = |spent_until: u64| {
            let spent_until = spent_until.max(now).saturating_add(token);
            (spent_until - now <= SECOND_NANOS).then_some(spent_until)
        };
        let taken = self.spent_until_nanos.fetch_update(Ordering::Relaxed, Ordering::Relaxed, spend);
        taken.map(|spent_until| spent_until.max(now).saturating_add(token))
    }
}

impl PairRate {
    /// How much of what may be borrowed is.
    pub(crate) fn quota(self, now: Elapsed, limits: &Limits) -> Quota {
        let spent = self.spent_until.since(self.began).micros();
        let used =
            if now < self.spent_until { spent.div_ceil(limits.pair_interval.micros().max(1)) } else { 0 };
        let passes_now = { self }.admit(now, limits);
        Quota {
            used: u32::try_from(used).unwrap_or(u32::MAX),
            limit: limits.pair_burst,
            free_at: if passes_now { now } else { self.spent_until },
        }
    }

    /// Takes a token for one message; says whether there was one.
    #[must_use]
    pub(crate) fn admit(&mut self, now: Elapsed, limits: &Limits) -> bool {
        let interval = limits.pair_interval;
        if now >= self.spent_until {
            *self = Self { began: now, spent_until: now + interval };
            return true;
        }
        let capacity = Span::from_micros(interval.micros().saturating_mul(u64::from(limits.pair_burst)));
        let spent_until = self.spent_until + interval;
        let is_in_burst = now < self.began + interval.max(BURST_WITHIN);
        if is_in_burst && spent_until.since(self.began) <= capacity {
            self.spent_until = spent_until;
            return true;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use scenario::{Elapsed, Limits, Span};

    use super::{PairRate, Throughput};

    const LIMITS: Limits = Limits { throughput: 80, pair_burst: 45, pair_interval: Span::from_secs(6) };

    #[track_caller]
    fn check_throughput(at_micros: &[u64], expected: usize) {
        let throughput = Throughput::default();
        let admitted = at_micros.iter().filter(|at| throughput.admit(Elapsed::from_micros(**at), 80)).count();
        assert_eq!(admitted, expected);
    }

    #[track_caller]
    fn check_pair(at_secs: &[u64], expected: usize) {
        let mut pair = PairRate::default();
        let admitted =
            at_secs.iter().filter(|at| pair.admit(Elapsed::ZERO + Span::from_secs(**at), &LIMITS)).count();
        assert_eq!(admitted, expected);
    }

    #[test]
    fn a_number_sends_one_seconds_worth_at_once_and_no_more() {
        check_throughput(&[0; 200], 80);
    }

    #[test]
    fn a_number_that_has_sent_all_it_may_gets_one_more_with_each_eightieth_of_a_second() {
        let full = |after: &[u64]| [vec![0; 80], after.to_vec()].concat();
        check_throughput(&full(&[12_499]), 80);
        check_throughput(&full(&[12_500]), 81);
        check_throughput(&full(&[12_500, 12_500]), 81);
        check_throughput(&full(&[1_000_000; 81]), 160);
    }

    #[test]
    fn a_quota_says_when_the_next_message_passes() {
        let (mut pair, now) = (PairRate::default(), Elapsed::ZERO + Span::from_secs(1));
        assert_eq!(pair.quota(now, &LIMITS).free_at, now);
        while pair.admit(now, &LIMITS) {}
        let quota = pair.quota(now, &LIMITS);
        assert_eq!((quota.used, quota.limit, quota.free_at), (45, 45, now + Span::from_secs(270)));
        assert!(pair.admit(quota.free_at, &LIMITS));

        let throughput = Throughput::default();
        while throughput.admit(now, 80) {}
        let quota = throughput.quota(now, 80);
        assert_eq!((quota.used, quota.limit, quota.free_at), (80, 80, now + Span::from_micros(12_500)));
        assert!(throughput.admit(quota.free_at, 80));
    }

    #[test]
    fn a_number_sends_at_its_rate_for_ever() {
        let even: Vec<u64> = (0..10_000).map(|nth| nth * 12_500).collect();
        check_throughput(&even, 10_000);
    }

    #[test]
    fn a_pair_borrows_forty_five_messages_from_its_future() {
        check_pair(&[0; 60], 45);
    }

    #[test]
    fn a_pair_that_borrowed_waits_as_long_as_the_burst_would_have_taken() {
        let after = |burst: usize, secs: u64| [vec![0; burst], vec![secs]].concat();
        check_pair(&after(20, 119), 20);
        check_pair(&after(20, 120), 21);
        check_pair(&after(45, 269), 45);
        check_pair(&after(45, 270), 46);
    }

    #[test]
    fn a_pair_borrows_within_six_seconds_of_its_first_message_and_not_a_moment_later() {
        let then = |secs: u64| [vec![0; 10], vec![secs]].concat();
        check_pair(&then(5), 11);
        check_pair(&then(6), 10);
        check_pair(&[0, 5, 6, 11, 12, 13, 18], 4);
    }

    #[test]
    fn a_pair_sends_every_six_seconds_for_ever() {
        let even: Vec<u64> = (0..1_000).map(|nth| nth * 6).collect();
        check_pair(&even, 1_000);
    }
}
