//! Repeated measurements: their median, and how far they lie apart.

use serde::Serialize;

/// The measurements of one thing, in the order in which they were made.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Sample {
    values: Vec<f64>,
}

impl Sample {
    pub(crate) fn push(&mut self, value: f64) {
        self.values.push(value);
    }

    /// The middle measurement; the mean of the two in the middle where there is no one.
    pub(crate) fn median(&self) -> f64 {
        let sorted = self.sorted();
        match sorted.len() {
            0 => f64::NAN,
            length if length % 2 == 1 => sorted[length / 2],
            length => f64::midpoint(sorted[length / 2 - 1], sorted[length / 2]),
        }
    }

    pub(crate) fn lowest(&self) -> f64 {
        self.sorted().first().copied().unwrap_or(f64::NAN)
    }

    pub(crate) fn highest(&self) -> f64 {
        self.sorted().last().copied().unwrap_or(f64::NAN)
    }

    /// What each value is of the other's value of the same repeat, times `scale`.
    pub(crate) fn ratios(&self, of: &Self, scale: f64) -> Self {
        let values = self.values.iter().zip(&of.values).map(|(value, of)| value / of * scale).collect();
        Self { values }
    }

    /// What each value is together with the other's value of the same repeat.
    pub(crate) fn plus(&self, other: &Self) -> Self {
        Self { values: self.values.iter().zip(&other.values).map(|(value, other)| value + other).collect() }
    }

    fn sorted(&self) -> Vec<f64> {
        let mut sorted = self.values.clone();
        sorted.sort_by(f64::total_cmp);
        sorted
    }
}

#[cfg(test)]
mod tests {
    use super::Sample;

    #[track_caller]
    fn check(values: &[f64], median: f64, lowest: f64, highest: f64) {
        let mut sample = Sample::default();
        values.iter().for_each(|value| sample.push(*value));
        assert_eq!((sample.median(), sample.lowest(), sample.highest()), (median, lowest, highest));
    }

    #[test]
    fn the_median_is_in_the_middle_whatever_the_order() {
        check(&[3.0, 1.0, 2.0], 2.0, 1.0, 3.0);
        check(&[4.0, 1.0, 3.0, 2.0], 2.5, 1.0, 4.0);
    }
}
