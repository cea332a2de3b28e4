//! Figures as text: counts, shares and times, each with a sane precision.

use scenario::Span;

/// A count with its thousands apart.
pub(crate) fn count(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count of things: `1 row`, `2 rows`.
pub(crate) fn count_of(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// The share of `part` in `whole`, in percent, never rounded towards something better than it is.
///
/// Two digits after the point are cut, not rounded; what is not nothing does not read as nothing.
pub(crate) fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "none".to_owned();
    }
    let hundredths = u128::from(part) * 10_000 / u128::from(whole);
    if hundredths == 0 && part > 0 {
        return "< 0.01 %".to_owned();
    }
    format!("{}.{:02} %", hundredths / 100, hundredths % 100)
}

/// A share between 0 and 1 in percent, two digits after the point, without the sign.
pub(crate) fn percent_number(share: f64) -> String {
    format!("{:.2}", share * 100.0)
}

/// A length of time that a person chose, exactly: `5 s`, `1500 ms`, `60 s`, `10 min`.
pub(crate) fn chosen(span: Span) -> String {
    if span < Span::from_secs(120) && span.micros().is_multiple_of(1_000_000) {
        return format!("{} s", span.secs());
    }
    let text = span.to_string();
    let unit = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    format!("{} {}", &text[..unit], &text[unit..])
}

/// How long something took, with three significant digits at most.
pub(crate) fn time(span: Span) -> String {
    let micros = span.micros();
    match micros {
        0 => "0 ms".to_owned(),
        1..100 => format!("{micros} us"),
        100..9_950 => format!("{:.1} ms", thousandths(micros)),
        9_950..999_500 => format!("{:.0} ms", thousandths(micros)),
        999_500..9_995_000 => format!("{:.2} s", thousandths(micros) / 1e3),
        9_995_000..99_950_000 => format!("{:.1} s", thousandths(micros) / 1e3),
        _ => format!("{} s", count((micros + 500_000) / 1_000_000)),
    }
}

/// How long something took, to the millisecond where it is longer than that.
///
/// For figures that are compared with a bar: what lies below the bar reads as below the bar.
pub(crate) fn time_exact(span: Span) -> String {
    let micros = span.micros();
    if micros < 1_000 {
        return format!("{micros} us");
    }
    if micros < 1_000_000 {
        return format!("{}.{} ms", micros / 1_000, micros % 1_000 / 100);
    }
    format!("{}.{:03} s", micros / 1_000_000, micros % 1_000_000 / 1_000)
}

/// An average rate.
pub(crate) fn rate(arrivals: u64, lasts: Span) -> String {
    if lasts == Span::ZERO {
        return "none".to_owned();
    }
    let tenths = u128::from(arrivals) * 10_000_000 / u128::from(lasts.micros());
    let whole = u64::try_from(tenths / 10).unwrap_or(u64::MAX);
    if whole >= 100 { format!("{}/s", count(whole)) } else { format!("{whole}.{}/s", tenths % 10) }
}

fn thousandths(micros: u64) -> f64 {
    micros as f64 / 1e3
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    #[track_caller]
    fn check(texts: &[String], expected: &Expect) {
        expected.assert_eq(&texts.join(" | "));
    }

    #[test]
    fn thousands_stand_apart() {
        let counts = [0, 999, 1_000, 23_125, 10_000_000].map(count);
        check(&counts, &expect!["0 | 999 | 1,000 | 23,125 | 10,000,000"]);
    }

    #[test]
    fn a_share_never_reads_better_than_it_is() {
        let shares =
            [(999_999, 1_000_000), (1_000_000, 1_000_000), (1, 1_000_000), (0, 5), (99_499, 100_000)];
        let texts = shares.map(|(part, whole)| percent(part, whole));
        check(&texts, &expect!["99.99 % | 100.00 % | < 0.01 % | 0.00 % | 99.49 %"]);
    }

    #[test]
    fn times_have_three_digits() {
        let times = [0, 42, 412, 9_949, 9_950, 999_499, 1_471_000, 9_994_999, 59_990_000, 901_000_000];
        let texts = times.map(|micros| time(Span::from_micros(micros)));
        check(
            &texts,
            &expect!["0 ms | 42 us | 0.4 ms | 9.9 ms | 10 ms | 999 ms | 1.47 s | 9.99 s | 60.0 s | 901 s"],
        );
    }

    #[test]
    fn chosen_times_stay_as_they_were_chosen() {
        let texts = [5_000, 60_000, 600_000, 1_500, 0].map(|millis| chosen(Span::from_millis(millis)));
        check(&texts, &expect!["5 s | 60 s | 10 min | 1500 ms | 0 s"]);
    }

    #[test]
    fn a_time_below_a_bar_reads_as_below_it() {
        let texts = [4_999_999, 5_000_000, 999_999, 999].map(|micros| time_exact(Span::from_micros(micros)));
        check(&texts, &expect!["4.999 s | 5.000 s | 999.9 ms | 999 us"]);
    }
}
