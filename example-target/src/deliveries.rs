//! How far each message has come, whatever the order and number of its statuses.

use std::ops::AddAssign;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::expiring::Expiring;

/// How far a message has come; a later one is never followed by an earlier one.
// Source: Cloud API, "Status messages webhook": webhooks may repeat and arrive out of order, and
// `read` may come without `delivered`.
// Assumed: a failure is final, also when it is told together with a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// Meta took it.
    Accepted,
    /// Meta sent it on.
    Sent,
    /// It is on the phone.
    Delivered,
    /// It was read.
    Read,
    /// It will never arrive.
    Failed,
}

/// How many messages stand at each stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct StageCounts {
    pub(crate) accepted: u64,
    pub(crate) sent: u64,
    pub(crate) delivered: u64,
    pub(crate) read: u64,
    pub(crate) failed: u64,
}

/// The stages of some messages.
///
/// A message is remembered for a while only; the counts keep what it had come to.
pub(crate) struct Deliveries {
    stages: Expiring<Arc<str>, Stage>,
    counts: StageCounts,
}

impl StageCounts {
    fn of(&mut self, stage: Stage) -> &mut u64 {
        match stage {
            Stage::Accepted => &mut self.accepted,
            Stage::Sent => &mut self.sent,
            Stage::Delivered => &mut self.delivered,
            Stage::Read => &mut self.read,
            Stage::Failed => &mut self.failed,
        }
    }
}

impl AddAssign for StageCounts {
    fn add_assign(&mut self, other: Self) {
        self.accepted += other.accepted;
        self.sent += other.sent;
        self.delivered += other.delivered;
        self.read += other.read;
        self.failed += other.failed;
    }
}

impl Deliveries {
    /// Remembers at most `capacity` messages, each for `lifetime`.
    pub(crate) fn new(capacity: usize, lifetime: Duration) -> Self {
        Self { stages: Expiring::new(capacity, lifetime), counts: StageCounts::default() }
    }

    /// Notes that a message has come to `stage`, which is no news if it has been there.
    ///
    /// A status may outrun the answer to the request that sent the message, so an unknown id is as
    /// good as a known one.
    pub(crate) fn record(&mut self, now: Instant, message: &str, stage: Stage) {
        if let Some(current) = self.stages.get_mut(now, message) {
            if *current < stage {
                *self.counts.of(*current) -= 1;
                *self.counts.of(stage) += 1;
                *current = stage;
            }
            return;
        }
        let message: Arc<str> = message.into();
        if self.stages.insert(now, Arc::clone(&message), stage).is_err() {
            self.stages.drop_oldest();
            self.stages.insert(now, message, stage).expect("the oldest has just made room");
        }
        *self.counts.of(stage) += 1;
    }

    /// How many messages stand at each stage, forgotten ones included.
    pub(crate) fn counts(&self) -> StageCounts {
        self.counts
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use expect_test::{Expect, expect};

    use super::{Deliveries, Stage};

    const STAGES: [Stage; 5] = [Stage::Accepted, Stage::Sent, Stage::Delivered, Stage::Read, Stage::Failed];

    fn after(stages: &[Stage]) -> String {
        let now = Instant::now();
        let mut deliveries = Deliveries::new(2, Duration::from_secs(60));
        for stage in stages {
            deliveries.record(now, "wamid.A", *stage);
        }
        serde_json::to_string(&deliveries.counts()).unwrap()
    }

    #[track_caller]
    fn check(stages: &[Stage], expected: Expect) {
        expected.assert_eq(&after(stages));
    }

    #[test]
    fn a_message_is_counted_where_it_has_come_to() {
        check(
            &[Stage::Accepted, Stage::Sent, Stage::Delivered],
            expect![[r#"{"accepted":0,"sent":0,"delivered":1,"read":0,"failed":0}"#]],
        );
    }

    #[test]
    fn repeats_and_any_order_come_to_the_same() {
        for first in STAGES {
            for second in STAGES {
                let furthest = first.max(second);
                assert_eq!(after(&[first, second]), after(&[furthest]), "{first:?}, {second:?}");
                assert_eq!(after(&[first, second, first, second]), after(&[furthest]));
            }
        }
    }

    #[test]
    fn a_forgotten_message_stays_counted() {
        let now = Instant::now();
        let mut deliveries = Deliveries::new(2, Duration::from_secs(60));
        for message in ["wamid.A", "wamid.B", "wamid.C"] {
            deliveries.record(now, message, Stage::Sent);
        }
        deliveries.record(now, "wamid.C", Stage::Delivered);
        let counts = deliveries.counts();
        assert_eq!((counts.sent, counts.delivered), (2, 1));
    }
}
