//! `/_mock/clock`: read the time, change its rate, turn it by hand.

use scenario::{Elapsed, Span};
use serde::{Deserialize, Serialize};

use super::{Control, ok, problem};
use crate::http::{Answer, Body, Request};

/// How much faster than real time a clock may go.
const RATE_PERMILLE_MAX: u32 = 1_000_000;

#[derive(Serialize)]
struct Time {
    now_micros: u64,
    rate_permille: u32,
}

/// What to do with the clock; both may be asked for at once.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Turn {
    /// The new rate in thousandths of real time: 1000 is real, 60000 sixty times faster, 0 by hand.
    rate_permille: Option<u32>,
    /// How far to turn the clock on, in microseconds.
    advance_micros: Option<u64>,
}

impl Control {
    pub(super) fn read_clock(&self) -> Answer {
        let clock = &self.engine.clock;
        ok(&Time { now_micros: clock.now().micros(), rate_permille: clock.rate_permille() })
    }

    pub(super) async fn turn_clock(&self, request: &Request) -> Answer {
        let Body::Whole(body) = &request.body else { return problem(413, "the body is too large") };
        let turn: Turn = match serde_json::from_slice(body) {
            Ok(turn) => turn,
            Err(error) => return problem(400, format!("the body cannot be read: {error}")),
        };
        if let Some(rate) = turn.rate_permille {
            if rate > RATE_PERMILLE_MAX {
                return problem(
                    400,
                    format!("`rate_permille` is {rate}, but must be at most {RATE_PERMILLE_MAX}"),
                );
            }
            self.engine.clock.set_rate(rate);
        }
        if let Some(micros) = turn.advance_micros {
            self.advance(Span::from_micros(micros)).await;
        }
        self.read_clock()
    }

    /// Turns the clock on from one thing due to the next, so that each happens at its instant.
    async fn advance(&self, span: Span) {
        let clock = &self.engine.clock;
        let end = clock.now() + span;
        while let Some(due) = self.engine.next_due().filter(|due| *due <= end) {
            clock.set(due);
            self.do_due(due).await;
        }
        clock.set(end);
    }

    async fn do_due(&self, due: Elapsed) {
        for shard in self.engine.shards() {
            self.engine.take_due(shard);
        }
        // A review is ended by its own task, which the clock has woken.
        while self.engine.directory().next_review().is_some_and(|review| review <= due) {
            tokio::task::yield_now().await;
        }
    }
}
