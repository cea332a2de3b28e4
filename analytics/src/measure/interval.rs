//! How far a measured share or percentile can be trusted.

/// The standard normal deviate that leaves 2.5 % on either side.
const Z: f64 = 1.959_963_984_540_054;

/// The 95 % interval of a share of which `part` of `whole` were counted, as two shares.
///
/// Source: E. B. Wilson, 1927. Unlike the textbook's interval it stays within 0 and 1 and says
/// something sensible of zero misses: with none in `n`, at most about 3.8 in `n` are likely.
pub(crate) fn wilson(part: u64, whole: u64) -> (f64, f64) {
    if whole == 0 {
        return (0.0, 1.0);
    }
    let (part, n) = (part as f64, whole as f64);
    let p = part / n;
    let scale = 1.0 + Z * Z / n;
    let centre = (p + Z * Z / (2.0 * n)) / scale;
    let spread = Z / scale * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    // At the ends the interval touches them exactly; only rounding says otherwise.
    let low = if part == 0.0 { 0.0 } else { (centre - spread).max(0.0) };
    let high = if part >= n { 1.0 } else { (centre + spread).min(1.0) };
    (low, high)
}

/// The ranks, counted from 1, between which a percentile lies in 95 of 100 samples of this size.
///
/// Normal approximation of the binomial order statistics; `None` below 20 values.
pub(crate) fn percentile_ranks(permille: u16, count: u64) -> Option<(u64, u64)> {
    if count < 20 {
        return None;
    }
    let (q, n) = (f64::from(permille) / 1_000.0, count as f64);
    let spread = Z * (n * q * (1.0 - q)).sqrt();
    let low = (n * q - spread).floor().max(1.0);
    let high = (n * q + spread).ceil() + 1.0;
    Some((low as u64, (high as u64).min(count)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(part: u64, whole: u64, expected: (&str, &str)) {
        let (low, high) = wilson(part, whole);
        assert_eq!((&*format!("{low:.4}"), &*format!("{high:.4}")), expected);
    }

    #[test]
    fn wilson_gives_the_published_values() {
        // Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I.
        check(81, 263, ("0.2553", "0.3662"));
        check(15, 148, ("0.0624", "0.1605"));
        check(0, 20, ("0.0000", "0.1611"));
        check(1, 29, ("0.0061", "0.1718"));
    }

    #[test]
    fn wilson_stays_within_the_whole() {
        check(29, 29, ("0.8830", "1.0000"));
        check(0, 0, ("0.0000", "1.0000"));
    }

    #[test]
    fn a_percentile_of_few_values_has_no_interval() {
        assert_eq!(percentile_ranks(950, 19), None);
        assert_eq!(percentile_ranks(500, 100), Some((40, 61)));
        assert_eq!(percentile_ranks(999, 20), Some((19, 20)));
    }
}
