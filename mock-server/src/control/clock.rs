//! `/_mock/clock`: read the time, change its rate, turn it by hand.

use scenario::{Elapsed, Span};
use serde::{Deserialize, Serialize};

use super::Control;
use super::call::{Call, Problem, Told, ok, span};
use crate::clock::Clock;
use crate::engine::Until;

#[derive(Serialize)]
struct Time {
    now_micros: u64,
    now_unix_secs: u64,
    rate_permille: u32,
    /// When the next thing is due; `null` when nothing is.
    next_due_micros: Option<u64>,
    /// How many accepted messages have not ended yet.
    in_flight: usize,
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
    /// Or until when.
    until: Option<Moment>,
}

/// Moments that nobody need know the time of.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Moment {
    Next,
    Idle,
}

impl Control {
    pub(super) fn read_clock(&self, _: &Call<'_>) -> Told {
        let engine = &self.engine;
        let now = engine.clock.now();
        ok(&Time {
            now_micros: now.micros(),
            now_unix_secs: engine.world().unix_secs(now),
            rate_permille: engine.clock.rate_permille(),
            next_due_micros: engine.next_work().map(Elapsed::micros),
            in_flight: engine.in_flight(),
        })
    }

    pub(super) async fn turn_clock(&self, call: &Call<'_>) -> Told {
        let turn: Turn = call.json()?;
        let (rate, until) = (turn.rate()?, turn.until()?);
        if let Some(Until::After(span)) = until
            && self.engine.clock.now() + span > Clock::LATEST
        {
            let rule = format!("must not lead beyond {} years after the start", Clock::YEARS_MAX);
            return Err(Problem::bad(format!("the clock is to be turned on by {span}, but {rule}")));
        }
        if let Some(rate) = rate {
            self.engine.clock.set_rate(rate);
        }
        if let Some(until) = until {
            self.engine.turn(until).await;
        }
        self.read_clock(call)
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
        if !(0.0..=f64::from(Clock::RATE_PERMILLE_MAX)).contains(&permille) {
            let rate = permille / 1_000.0;
            let rate_max = Clock::RATE_PERMILLE_MAX / 1_000;
            return Err(Problem::bad(format!("the rate is {rate:?}, but must be 0 to {rate_max}")));
        }
        Ok(Some(permille as u32))
    }

    fn until(&self) -> Result<Option<Until>, Problem> {
        match (&self.advance, self.advance_micros, self.until) {
            (None, None, None) => Ok(None),
            (None, Some(micros), None) => Ok(Some(Until::After(Span::from_micros(micros)))),
            (Some(text), None, None) => Ok(Some(Until::After(span("advance", text)?))),
            (None, None, Some(Moment::Next)) => Ok(Some(Until::Next)),
            (None, None, Some(Moment::Idle)) => Ok(Some(Until::Idle)),
            _ => Err(Problem::bad("`advance`, `advance_micros` and `until` exclude each other")),
        }
    }
}
