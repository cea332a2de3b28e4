//! Axes: where a value lies in the drawing, and which values are named beside it.

use crate::figures;
use scenario::Span;

/// How values are spread over pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Axis {
    scale: Scale,
    low: f64,
    high: f64,
    from: i32,
    until: i32,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Scale {
    Linear,
    Logarithmic,
}

impl Axis {
    /// An axis on which equal differences are equally far apart.
    pub(crate) fn linear((low, high): (f64, f64), (from, until): (i32, i32)) -> Self {
        Self { scale: Scale::Linear, low, high: high.max(low + f64::EPSILON), from, until }
    }

    /// An axis of times, in microseconds, on which equal ratios are equally far apart.
    pub(crate) fn times((low, high): (u64, u64), (from, until): (i32, i32)) -> Self {
        let low = low.max(1) as f64;
        Self { scale: Scale::Logarithmic, low, high: (high as f64).max(low * 2.0), from, until }
    }

    /// The pixel at which a value lies, at the axis' end where it lies beyond.
    pub(crate) fn pixel(&self, value: f64) -> i32 {
        let value = value.clamp(self.low, self.high);
        let share = match self.scale {
            Scale::Linear => (value - self.low) / (self.high - self.low),
            Scale::Logarithmic => (value / self.low).ln() / (self.high / self.low).ln(),
        };
        self.from + (share * f64::from(self.until - self.from)).round() as i32
    }

    /// The pixels of its two ends.
    pub(crate) const fn ends(&self) -> (i32, i32) {
        (self.from, self.until)
    }

    /// The times to be named on an axis of times, each with its name.
    pub(crate) fn time_ticks(&self) -> Vec<(f64, String)> {
        const STEPS: [u64; 26] = [
            10,
            100,
            1_000,
            2_000,
            5_000,
            10_000,
            20_000,
            50_000,
            100_000,
            200_000,
            500_000,
            1_000_000,
            2_000_000,
            5_000_000,
            10_000_000,
            20_000_000,
            30_000_000,
            60_000_000,
            120_000_000,
            300_000_000,
            600_000_000,
            900_000_000,
            1_800_000_000,
            3_600_000_000,
            36_000_000_000,
            360_000_000_000,
        ];
        let inside = |micros: &&u64| (self.low..=self.high).contains(&(**micros as f64));
        let steps: Vec<u64> = STEPS.iter().filter(inside).copied().collect();
        let sparse = steps.len() > 10;
        let named = steps.into_iter().filter(|micros| !sparse || is_power_of_ten(*micros));
        named.map(|micros| (micros as f64, tick_name(micros))).collect()
    }

    /// Round numbers from zero to the end of a linear axis, about as many as asked for.
    pub(crate) fn count_ticks(&self, about: u32) -> Vec<f64> {
        let step = round_step(self.high / f64::from(about));
        let ticks = (0..=about * 3).map(|tick| f64::from(tick) * step);
        ticks.take_while(|tick| *tick <= self.high * 1.000_001).collect()
    }
}

/// The end of an axis that has room for `most` and few round numbers on it.
pub(crate) fn round_end(most: f64) -> f64 {
    let step = round_step(most / 3.0);
    (most / step).ceil() * step
}

/// The smallest of 1, 2, 5 times a power of ten that is not below this.
fn round_step(least: f64) -> f64 {
    let mut step = 0.001;
    for _ in 0..16 {
        for factor in [1.0, 2.0, 5.0] {
            if step * factor >= least {
                return step * factor;
            }
        }
        step *= 10.0;
    }
    least
}

const fn is_power_of_ten(mut number: u64) -> bool {
    while number > 9 && number.is_multiple_of(10) {
        number /= 10;
    }
    number == 1
}

/// The shortest name of a round time.
fn tick_name(micros: u64) -> String {
    match micros {
        0..1_000 => format!("{micros} us"),
        1_000..1_000_000 => format!("{} ms", micros / 1_000),
        1_000_000..60_000_000 => format!("{} s", micros / 1_000_000),
        60_000_000..3_600_000_000 => format!("{} min", micros / 60_000_000),
        _ => format!("{} h", figures::count(micros / 3_600_000_000)),
    }
}

/// An instant of the run on an axis, such as `90 s` or `12 min`.
pub(crate) fn instant_name(at: Span, longest: Span) -> String {
    if longest < Span::from_secs(10) {
        format!("{:.1} s", at.micros() as f64 / 1e6)
    } else if longest < Span::from_secs(600) {
        format!("{} s", at.secs())
    } else {
        format!("{} min", figures::count(at.secs() / 60))
    }
}
