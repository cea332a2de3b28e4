//! Chained fields are read as Meta's clients write them, and nothing breaks the reading.

use expect_test::{Expect, expect};
use proptest::prelude::{prop_assert, proptest};

use super::{AnalyticsRequest, Granularity, Period, Range};

/// 2025-06-16, 00:26:40 UTC.
const NOW: u64 = 1_750_033_600;

#[track_caller]
fn check(fields: &str, expected: Expect) {
    let told = match AnalyticsRequest::take(fields, NOW) {
        Ok((requests, others)) => format!("{requests:?} {others}"),
        Err(refusal) => format!("{} {}", refusal.message(), refusal.details().unwrap_or_default()),
    };
    expected.assert_eq(&told);
}

#[test]
fn other_fields_are_given_back() {
    check("id,owner_business_info{id,name}, name", expect!["[] id,owner_business_info{id,name},name"]);
}

#[test]
fn lists_are_read_with_and_without_brackets_and_quotes() {
    let (bare, _) = AnalyticsRequest::take(
        "pricing_analytics.start(2025-06-15).end(1750032000).granularity(DAILY).dimensions(COUNTRY,TIER)",
        NOW,
    )
    .unwrap();
    let (quoted, _) = AnalyticsRequest::take(
        "pricing_analytics.start(1749945600).end('1750032000').granularity(\"DAILY\")\
         .dimensions([\"COUNTRY\", 'TIER'])",
        NOW,
    )
    .unwrap();
    assert_eq!(bare, quoted);
}

#[test]
fn an_edge_is_asked_with_parameters_for_what_is_chained_to_its_field() {
    let (chained, _) = AnalyticsRequest::take(
        "conversation_analytics.start(1749945600).end(1750032000).granularity(DAILY)\
         .phone_numbers([15550783881]).dimensions(COUNTRY,PHONE)",
        NOW,
    )
    .unwrap();
    let asked = br#"{"start":1749945600,"end":"1750032000","granularity":"DAILY","fields":"id",
        "phone_numbers":["15550783881"],"dimensions":["COUNTRY","PHONE"],"pricing_types":["REGULAR"],"tiers":["0:MAX"]}"#;
    assert_eq!(
        AnalyticsRequest::of_edge("conversation_analytics", asked, NOW),
        Ok(chained.into_iter().next().unwrap())
    );
    let refusal = AnalyticsRequest::of_edge("pricing_analytics", br#"{"start":1749945600}"#, NOW);
    expect!["(#100) The parameter granularity is required."].assert_eq(&refusal.unwrap_err().message());
}

#[test]
fn a_call_that_is_not_closed_is_refused() {
    check(
        "analytics.start(1",
        expect![
            "(#100) Invalid parameter After analytics, `.name(value)` is expected, but found `.start(1`."
        ],
    );
    check(
        "analytics.(1)",
        expect!["(#100) Invalid parameter After analytics, `.name(value)` is expected, but found `.(1)`."],
    );
    check(
        "analytics{start}",
        expect!["(#100) Invalid parameter After analytics, `.name(value)` is expected, but found `{start}`."],
    );
}

#[track_caller]
fn check_bucket(granularity: Granularity, at: u64, start: u64, end: u64) {
    assert_eq!(granularity.bucket(at), Range { start, end });
}

#[test]
fn buckets_begin_with_the_half_hour_the_day_and_the_month_of_utc() {
    check_bucket(Granularity::HalfHour, NOW, 1_750_032_000, 1_750_033_800);
    check_bucket(Granularity::Day, NOW, 1_750_032_000, 1_750_118_400);
    check_bucket(Granularity::Month, NOW, 1_748_736_000, 1_751_328_000);
    check_bucket(Granularity::HalfHour, u64::MAX, u64::MAX / 1_800 * 1_800, u64::MAX);
}

#[test]
fn the_first_bucket_is_told_whole_and_the_end_does_not_belong_to_the_period() {
    let range = Range { start: NOW, end: NOW + 86_400 };
    let period = Period { range, granularity: Granularity::Day };
    assert!(period.has(1_750_032_000) && !period.has(1_750_031_999));
    assert!(period.has(NOW + 86_399) && !period.has(NOW + 86_400));
}

proptest! {
    #[test]
    fn nothing_breaks_the_reading_of_fields(fields in "(analytics|pricing_analytics|[a-z.(){}\\[\\]\"',0-9é]){0,20}") {
        let read = AnalyticsRequest::take(&fields, NOW);
        prop_assert!(read.is_ok() || read.is_err_and(|refusal| refusal.code() == 100));
    }
}
