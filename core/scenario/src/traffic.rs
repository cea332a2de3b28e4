//! When codes are asked for: phases of a rate that stays, climbs, falls or spikes.

use std::fmt;

use crate::read::{Kind, Table, decimal, grouped};
use crate::segment::{Segment, UNITS};
use crate::time::{Elapsed, Span};

/// The whole plan of arrivals, phase after phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traffic {
    /// At least one, in the order in which they happen.
    pub phases: Vec<Phase>,
}

/// A stretch of the run with one shape of traffic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phase {
    /// What reports call it: as the scenario says, or `phase 1`, `phase 2`…
    pub name: String,
    /// How long it takes; above zero.
    pub lasts: Span,
    /// The rates along the phase, evenly spaced from its start to its end, joined by straight lines.
    ///
    /// One rate stays, two make a ramp, three a spike. Never empty.
    pub rates: Vec<Rate>,
    /// How the arrivals are spaced.
    pub spacing: Spacing,
}

/// Arrivals per second, in thousandths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rate(u64);

/// How arrivals are spaced within a phase.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Spacing {
    /// As even as the rate allows.
    #[default]
    Even,
    /// Independent of each other, as of many strangers: exponential gaps.
    Poisson,
}

/// A bound of the language: each arrival may be another recipient, with a number of their own.
const ARRIVALS_MAX: u64 = 100_000_000;
/// A bound of the language: a thousand times what the fastest of Meta's numbers may send.
const RATE_MAX: Rate = Rate::from_per_thousand_secs(1_000_000_000);
const PHASES_MAX: usize = 1_000;
const RATES_MAX: usize = 100;

impl Traffic {
    pub(crate) fn read(table: &Table<'_>) -> Option<Self> {
        const RULE: &str = "a list of 1 to 1,000 phases";
        let phases = table.required_list("phases", RULE, Phase::read)?;
        if phases.is_empty() || phases.len() > PHASES_MAX {
            table.wrong_field("phases", &format!("{} phases", phases.len()), RULE);
            return None;
        }
        let traffic = Self { phases };
        let arrivals = traffic.arrivals_expected();
        if arrivals == 0 || arrivals > ARRIVALS_MAX {
            let found = format!("{} arrivals in all", grouped(arrivals));
            table.wrong_field("phases", &found, "1 to 100 million arrivals");
            return None;
        }
        Some(traffic)
    }

    /// How long all phases take together.
    #[must_use]
    pub fn lasts(&self) -> Span {
        self.phases.iter().fold(Span::ZERO, |sum, phase| sum + phase.lasts)
    }

    /// Each phase with the instant at which it starts, counted from the start of the traffic.
    pub fn phase_starts(&self) -> impl Iterator<Item = (Elapsed, &Phase)> {
        self.phases.iter().scan(Elapsed::ZERO, |next, phase| {
            let starts = *next;
            *next += phase.lasts;
            Some((starts, phase))
        })
    }

    /// The highest rate that any phase comes to.
    #[must_use]
    pub fn rate_max(&self) -> Rate {
        self.phases.iter().flat_map(|phase| &phase.rates).copied().max().unwrap_or_default()
    }

    /// How many arrivals there will be: exact where all are even, and in the mean where some are not.
    #[must_use]
    pub fn arrivals_expected(&self) -> u64 {
        let units_of = |spacing: Spacing| {
            let segments = Segment::all(&self.phases);
            let units = segments.iter().filter(|segment| segment.spacing == spacing);
            units.map(Segment::area).sum::<u128>()
        };
        let whole = |units: u128| units.div_ceil(u128::from(UNITS));
        let expected = whole(units_of(Spacing::Even)) + whole(units_of(Spacing::Poisson));
        u64::try_from(expected).unwrap_or(u64::MAX)
    }
}

impl Phase {
    fn read(table: &Table<'_>, nth: usize) -> Option<Self> {
        let spacings = [("even", Spacing::Even), ("poisson", Spacing::Poisson)];
        let name = table.or("name", format!("phase {nth}"), &Kind::line(60));
        let lasts = table.required("for", &Kind::span(Span::from_micros(1)..=Span::DAY));
        let rule = "1 to 100 rates up to 1,000,000/s, such as \"50/s\" or \"50/s -> 1000/s\"";
        let rates = table.required("rate", &Kind::written(rule, read_rates));
        let spacing = table.or("arrivals", Spacing::Even, &Kind::choice(spacings));
        Some(Self { name: name?, lasts: lasts?, rates: rates?, spacing: spacing? })
    }
}

fn read_rates(text: &str) -> Option<Vec<Rate>> {
    let text = text.replace('→', "->");
    let rates: Option<Vec<Rate>> = text.split("->").map(|rate| Rate::parse(rate.trim())).collect();
    rates.filter(|rates| rates.len() <= RATES_MAX && rates.iter().all(|rate| *rate <= RATE_MAX))
}

impl Rate {
    /// Reads a rate such as `50/s` or `0.5/s`; `None` where it is none, or finer than a thousandth.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        decimal(text.strip_suffix("/s")?.trim_end(), 1_000).map(Self)
    }

    /// A rate of this many arrivals in a thousand seconds.
    #[must_use]
    pub const fn from_per_thousand_secs(arrivals: u64) -> Self {
        Self(arrivals)
    }

    /// The arrivals in a thousand seconds.
    #[must_use]
    pub const fn per_thousand_secs(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_multiple_of(1_000) {
            write!(f, "{}/s", self.0 / 1_000)
        } else {
            write!(f, "{}/s", self.0 as f64 / 1_000.0)
        }
    }
}
