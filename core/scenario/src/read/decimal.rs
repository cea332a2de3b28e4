//! Decimal numbers with a unit, read without rounding.

/// Reads a decimal number such as `1.5` as a count of parts, `scale` of which make one.
///
/// `None` where it is not a plain decimal number, or not a whole count of parts.
pub(crate) fn decimal(text: &str, scale: u64) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_plain = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if !is_plain(whole) || !is_plain(fraction) {
        return None;
    }
    let size = 10_u64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let parts = u128::from(fraction.parse::<u64>().ok()?) * u128::from(scale);
    if !parts.is_multiple_of(u128::from(size)) {
        return None;
    }
    let parts = u64::try_from(parts / u128::from(size)).ok()?;
    whole.parse::<u64>().ok()?.checked_mul(scale)?.checked_add(parts)
}
