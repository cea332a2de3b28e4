//! Draws are as likely as they say, and what is written is read back.

use expect_test::{Expect, expect};
use proptest::prelude::*;
use scenario::{Latency, Rate, Seed, Share, Span};

const DRAWS: u64 = 100_000;

/// The share of draws, in percent, that happen.
#[track_caller]
fn check_share(share: &str, expected: &Expect) {
    let share = Share::parse(share).expect("a share");
    let mut stream = Seed::new(42).stream("test", 0, 0);
    let happened = (0..DRAWS).filter(|_| stream.happens(share)).count();
    expected.assert_eq(&format!("{:.2} %", happened as f64 * 100.0 / DRAWS as f64));
}

#[test]
fn a_share_happens_as_often_as_it_says() {
    check_share("0 %", &expect!["0.00 %"]);
    check_share("0.1 %", &expect!["0.09 %"]);
    check_share("30 %", &expect!["29.96 %"]);
    check_share("99.5 %", &expect!["99.50 %"]);
    check_share("100 %", &expect!["100.00 %"]);
}

/// The median and the 99th percentile of many draws stray from the latency's own by 5 % at most.
#[track_caller]
fn check_latency(median: &str, p99: &str) {
    let span = |text| Span::parse(text).expect("a span");
    let latency = Latency::new(span(median), span(p99)).expect("the median is the smaller");
    let mut stream = Seed::new(7).stream("test", 0, 0);
    let mut drawn: Vec<u64> = (0..DRAWS).map(|_| stream.span(latency).micros()).collect();
    drawn.sort_unstable();
    let is_near = |rank: usize, wanted: Span| {
        let strays = drawn[rank].abs_diff(wanted.micros());
        assert!(strays * 20 <= wanted.micros(), "{} for {wanted}", Span::from_micros(drawn[rank]));
    };
    is_near(drawn.len() / 2, latency.median());
    is_near(drawn.len() * 99 / 100, latency.p99());
}

#[test]
fn a_latency_has_the_percentiles_it_is_told_by() {
    check_latency("1.5s", "5s");
    check_latency("150ms", "400ms");
    check_latency("3min", "1h");
    check_latency("1s", "1s");
}

#[test]
fn a_latency_draws_the_same_on_every_machine() {
    let latency = Latency::new(Span::from_millis(1_500), Span::from_secs(5)).expect("ordered");
    let mut stream = Seed::new(42).stream("delivery", 15_551_234_567, 0);
    let drawn: Vec<_> = (0..6).map(|_| stream.span(latency).micros().to_string()).collect();
    expect!["1623402 1580517 568863 1388682 932112 1519748"].assert_eq(&drawn.join(" "));
}

#[test]
fn a_latency_needs_an_order() {
    assert_eq!(Latency::new(Span::from_secs(2), Span::from_secs(1)), None);
    assert_eq!(Latency::new(Span::ZERO, Span::from_secs(1)), None);
}

proptest! {
    #[test]
    fn a_span_reads_back(micros in 0_u64..100_000_000_000) {
        let span = Span::from_micros(micros);
        prop_assert_eq!(Span::parse(&span.to_string()), Some(span));
    }

    #[test]
    fn a_share_reads_back(millionths in 0_u32..=1_000_000) {
        let share = Share::from_millionths(millionths);
        prop_assert_eq!(Share::parse(&share.expect("within the whole").to_string()), share);
    }

    #[test]
    fn a_rate_reads_back(thousandths in 0_u64..=1_000_000_000) {
        let rate = Rate::from_per_thousand_secs(thousandths);
        prop_assert_eq!(Rate::parse(&rate.to_string()), Some(rate));
    }
}

/// What each text reads as, or `-` for none.
#[track_caller]
fn check_spans(texts: &[&str], expected: &Expect) {
    let read = |text: &&str| Span::parse(text).map_or("-".to_owned(), |span| span.micros().to_string());
    expected.assert_eq(&texts.iter().map(read).collect::<Vec<_>>().join(" "));
}

#[test]
fn a_span_is_a_decimal_and_a_unit() {
    check_spans(
        &["10s", "1.5 min", "250ms", "1us", "0.25h", "0s", "007s"],
        &expect!["10000000 90000000 250000 1 900000000 0 7000000"],
    );
    check_spans(
        &["", "10", "s", "-1s", "1.s", ".5s", "1.5us", "1e3s", "1 s x", "٣s", "10m", "99999999999h"],
        &expect!["- - - - - - - - - - - -"],
    );
}
