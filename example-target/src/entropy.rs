//! Randomness from the operating system: for codes, ids and jitter.

use cloud_api::OtpCode;

/// How many different codes there are: six digits.
const CODES: u64 = 1_000_000;

/// 64 bits that nobody can guess.
pub(crate) fn draw() -> u64 {
    getrandom::u64().expect("the operating system always has randomness once it has booted")
}

/// A number below `bound`, each nearly equally likely: the bias is `bound` in 2^64.
pub(crate) fn below(bound: u64) -> u64 {
    let product = u128::from(draw()) * u128::from(bound);
    (product >> 64) as u64
}

/// A code of six digits.
pub(crate) fn code() -> OtpCode {
    format!("{:06}", below(CODES)).parse().expect("six digits are a code")
}

#[cfg(test)]
mod tests {
    use super::{below, code};

    #[test]
    fn a_code_is_six_digits_and_seldom_the_same() {
        let codes: Vec<String> = (0..100).map(|_| code().expose().to_owned()).collect();
        assert!(codes.iter().all(|code| code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit())));
        let distinct: std::collections::HashSet<_> = codes.iter().collect();
        assert!(distinct.len() > 90, "{} of 100 codes differ", distinct.len());
    }

    #[test]
    fn a_number_is_below_its_bound() {
        assert!((0..1_000).all(|_| below(3) < 3));
        assert_eq!(below(1), 0);
    }
}
