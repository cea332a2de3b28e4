//! `/_mock/clock`: read the time, change its rate, turn it by hand.

use scenario::{Elapsed, Span};
use serde::{Deserialize, Serialize};

use super::Control;
use super::call::{Call, Problem, Told, ok};

/// How much faster than real time a clock may go.
const RATE_PERMILLE_MAX: u32 = 1_000_000;

#[derive(Serialize)]
struct Time {
    now_micros: u64,
    rate_permille: u32,
}

/// What to do with the clock; a rate and an advance may be asked for at once.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Turn {
    /// The new rate: 1 is real time, 60 sixty times faster, 0 stands still until a hand turns it.
    rate: Option<f64>,
    /// The same, in thousandths.
    rate_permille: Option<u32>,
    /// How far to turn the clock on, such as `10min`.
    advance: Option<String>,
    /// The same, in microseconds.
    advance_micros: Option<u64>,
}

impl Control {
    pub(super) fn read_clock(&self, _: &Call<'_>) -> Told {
        let clock = &self.engine.clock;
        ok(&Time { now_micros: clock.now().micros(), rate_permille: clock.rate_permille() })
    }

    pub(super) async fn turn_clock(&self, call: &Call<'_>) -> Told {
        let turn: Turn = call.json()?;
        let (rate, advance) = (turn.rate()?, turn.advance()?);
        if let Some(rate) = rate {
            self.engine.clock.set_rate(rate);
        }
        if let Some(span) = advance {
            self.advance(span).await;
        }
        self.read_clock(call)
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

impl Turn {
    fn rate(&self) -> Result<Option<u32>, Problem> {
        let permille = match (self.rate, self.rate_permille) {
            (None, given) => given.map(f64::from),
            (Some(rate), None) => Some((rate * 1_000.0).round()),
            (Some(_), Some(_)) => return Err(Problem::bad("`rate` and `rate_permille` exclude each other")),
        };
        let Some(permille) = permille else { return Ok(None) };
        if !(0.0..=f64::from(RATE_PERMILLE_MAX)).contains(&permille) {
            let rate = permille / 1_000.0;
            let rate_max = RATE_PERMILLE_MAX / 1_000;
            return Err(Problem::bad(format!("the rate is {rate}, but must be 0 to {rate_max}")));
        }
        Ok(Some(permille as u32))
    }

    fn advance(&self) -> Result<Option<Span>, Problem> {
        match (&self.advance, self.advance_micros) {
            (None, micros) => Ok(micros.map(Span::from_micros)),
            (Some(text), None) => super::call::span("advance", text).map(Some),
            (Some(_), Some(_)) => Err(Problem::bad("`advance` and `advance_micros` exclude each other")),
        }
    }
}
