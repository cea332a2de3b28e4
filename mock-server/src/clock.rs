//! The clock of a simulated world: real, scaled, or turned by hand.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use scenario::{Elapsed, Span};
use tokio::sync::watch;

/// A clock that everybody in one simulated world shares.
#[derive(Clone, Debug)]
pub struct Clock {
    changes: watch::Sender<Reading>,
    /// What the channel holds, for those who only look: at the channel they would wait for each other.
    reading: Arc<ArcSwap<Reading>>,
}

/// What the clock showed when it was last set, and how fast it goes since.
#[derive(Clone, Copy, Debug)]
struct Reading {
    set: Instant,
    shown: Elapsed,
    /// Thousandths of real time: 1,000 is real, 60,000 is sixty times faster, 0 stands still.
    rate_permille: u32,
}

/// Who hears that the clock was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Sleepers,
    Nobody,
}

/// The rate of real time.
const REAL_PERMILLE: u32 = 1_000;

/// The microseconds of a year.
const YEAR_MICROS: u64 = 366 * 24 * 3_600 * 1_000_000;

impl Clock {
    /// How many years after its epoch a clock can be set to; what counts in nanoseconds ends after 584.
    pub(crate) const YEARS_MAX: u64 = 200;

    /// The latest that a clock can be set to.
    pub(crate) const LATEST: Elapsed = Elapsed::from_micros(Self::YEARS_MAX * YEAR_MICROS);

    /// How much faster than real time a clock may go, in thousandths.
    pub(crate) const RATE_PERMILLE_MAX: u32 = 1_000_000;

    /// A clock that shows real time since `epoch`.
    #[must_use]
    pub fn real(epoch: Instant) -> Self {
        let reading = Reading { set: epoch, shown: Elapsed::ZERO, rate_permille: REAL_PERMILLE };
        Self { changes: watch::Sender::new(reading), reading: Arc::new(ArcSwap::from_pointee(reading)) }
    }

    /// What the clock shows now.
    #[must_use]
    pub fn now(&self) -> Elapsed {
        self.reading.load().at(Instant::now())
    }

    /// How fast the clock goes, in thousandths of real time; 0 while it is turned by hand.
    #[must_use]
    pub fn rate_permille(&self) -> u32 {
        self.reading.load().rate_permille
    }

    /// Has the clock go at another rate from now on.
    pub(crate) fn set_rate(&self, rate_permille: u32) {
        self.change(Told::Sleepers, |now| Reading { rate_permille, ..now });
    }

    /// Sets the clock forward; it never goes backwards.
    pub(crate) fn set(&self, shown: Elapsed) {
        self.change(Told::Sleepers, |now| Reading { shown: shown.max(now.shown), ..now });
    }

    /// The same, without waking who waits for an instant until the clock is next set aloud.
    pub(crate) fn set_silently(&self, shown: Elapsed) {
        self.change(Told::Nobody, |now| Reading { shown: shown.max(now.shown), ..now });
    }

    /// Has the clock show another time from now on, also an earlier one, and go at this rate.
    ///
    /// Only for a world that is replaced whole: nothing in it may remember the time before.
    pub(crate) fn replace(&self, shown: Elapsed, rate_permille: u32) {
        self.change(Told::Sleepers, |now| Reading { shown, rate_permille, ..now });
    }

    /// Makes another reading of the one of this instant, at the latest of [`Self::LATEST`].
    fn change(&self, told: Told, change: impl FnOnce(Reading) -> Reading) {
        self.changes.send_if_modified(|reading| {
            let set = Instant::now();
            let shown = reading.at(set);
            *reading = change(Reading { set, shown, ..*reading });
            reading.shown = reading.shown.min(Self::LATEST.max(shown));
            self.reading.store(Arc::new(*reading));
            told == Told::Sleepers
        });
    }

    /// Waits until the clock shows `due`.
    pub(crate) async fn sleep_until(&self, due: Elapsed) {
        let mut changes = self.changes.subscribe();
        loop {
            let reading = *changes.borrow_and_update();
            let Some(wait) = reading.wait(Instant::now(), due) else {
                // The clock stands still, or the instant never comes.
                if changes.changed().await.is_err() {
                    return;
                }
                continue;
            };
            if wait.is_zero() {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                _ = changes.changed() => {}
            }
        }
    }
}

impl Reading {
    fn at(&self, instant: Instant) -> Elapsed {
        let real = instant.saturating_duration_since(self.set).as_micros();
        let gone = real * u128::from(self.rate_permille) / u128::from(REAL_PERMILLE);
        self.shown + Span::from_micros(u64::try_from(gone).unwrap_or(u64::MAX))
    }

    /// How long to wait from `instant` until `due`; `None` while nobody can say.
    fn wait(&self, instant: Instant, due: Elapsed) -> Option<Duration> {
        if due == Elapsed::NEVER {
            return None;
        }
        let left = due.since(self.at(instant)).micros();
        if left == 0 {
            return Some(Duration::ZERO);
        }
        if self.rate_permille == 0 {
            return None;
        }
        let real = u128::from(left) * u128::from(REAL_PERMILLE) / u128::from(self.rate_permille);
        Some(Duration::from_micros(u64::try_from(real + 1).unwrap_or(u64::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use scenario::{Elapsed, Span};

    use super::{Clock, Reading};

    #[track_caller]
    fn check_wait(rate_permille: u32, due_secs: u64, expected: Option<Duration>) {
        let set = Instant::now();
        let reading = Reading { set, shown: Elapsed::ZERO, rate_permille };
        let wait = reading.wait(set, Elapsed::ZERO + Span::from_secs(due_secs));
        let rounded = wait.map(|wait| Duration::from_millis(wait.as_millis() as u64));
        assert_eq!(rounded, expected);
    }

    #[test]
    fn a_scaled_clock_waits_as_much_less() {
        check_wait(1_000, 60, Some(Duration::from_secs(60)));
        check_wait(60_000, 60, Some(Duration::from_secs(1)));
    }

    #[test]
    fn a_clock_that_stands_still_waits_for_a_hand() {
        check_wait(0, 60, None);
        check_wait(0, 0, Some(Duration::ZERO));
    }

    #[test]
    fn no_clock_comes_to_never_however_far_it_is_set() {
        let clock = Clock::real(Instant::now());
        clock.set_rate(0);
        clock.set(Elapsed::NEVER);
        assert_eq!(clock.now(), Clock::LATEST);
        let reading = Reading { set: Instant::now(), shown: Elapsed::NEVER, rate_permille: 1_000 };
        assert_eq!(reading.wait(reading.set, Elapsed::NEVER), None);
    }

    #[tokio::test]
    async fn a_hand_wakes_who_waits_for_an_instant() {
        let clock = Clock::real(Instant::now());
        clock.set_rate(0);
        let due = clock.now() + Span::from_secs(600);
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep_until(due).await }
        });
        clock.set(due);
        sleeper.await.expect("the sleeper wakes");
        assert_eq!(clock.now(), due);
    }

    #[test]
    fn a_clock_never_goes_backwards() {
        let clock = Clock::real(Instant::now());
        clock.set_rate(0);
        let shown = clock.now() + Span::from_secs(10);
        clock.set(shown);
        clock.set(Elapsed::ZERO);
        assert_eq!(clock.now(), shown);
    }
}
