//! The ledger stays small, and the books price it tier by tier.

use cloud_api::webhook::{PricingCategory, PricingType};
use cloud_api::{PhoneNumberId, TemplateId};
use expect_test::{Expect, expect};
use scenario::Rates;

use super::{Books, Entry, Group, HALF_HOUR_SECS, Ledger, ROWS_MAX, Tally};
use crate::directory::{Directory, Tenant};
use crate::pricing::{Charge, priced};

/// 2025-06-30, 23:00 UTC: the last hour of a month.
const LAST_HOUR: u64 = 1_751_324_400;

const RATES: &str = r#"
[[markets]]
name = "India"
countries = ["IN"]
[[markets]]
name = "Other"
[[cards]]
currency = "USD"
effective = "2025-01-01"
source = "a test"
rates = [{ market = "India", authentication = 0.003 }]
tiers = [
  { market = "India", category = "authentication", over = 10, rate = 0.002 },
  { market = "India", category = "authentication", over = 15, rate = 0.001 },
]
"#;

fn group(template: u64, country: &str) -> Group {
    Group {
        account: Tenant::sample().account,
        number: PhoneNumberId::new(1),
        template: Some(TemplateId::new(template)),
        country: country.parse().ok(),
        charge: Charge { kind: PricingType::Regular, category: PricingCategory::Authentication },
    }
}

/// Delivers so many messages at each time, and tells what each half hour cost.
#[track_caller]
fn check_costs(deliveries: &[(u64, &str, u64)], expected: Expect) {
    let mut ledger = Ledger::default();
    for (unix, country, count) in deliveries {
        for _ in 0..*count {
            ledger.count(*unix, group(1, country), Entry::Delivered);
        }
    }
    let mut books = Books::default();
    books.add(&ledger);
    let directory = Directory::of(Tenant::sample());
    let lines = priced(&books, &Rates::parse(RATES).unwrap(), &directory).into_iter().map(|priced| {
        let slices = priced.slices.iter().map(|slice| format!(" {}={}", slice.tier, slice.count));
        let slices: String = slices.collect();
        format!("{}{slices}, {} unpriced, {}\n", priced.row.start, priced.unpriced(), priced.cost())
    });
    expected.assert_eq(&lines.collect::<String>());
}

#[test]
fn the_messages_of_a_month_grow_cheaper_from_tier_to_tier_and_the_next_month_begins_anew() {
    check_costs(
        &[(LAST_HOUR, "IN", 8), (LAST_HOUR + 1_800, "IN", 9), (LAST_HOUR + 3_600, "IN", 2)],
        expect![[r#"
            1751324400 0:10=8, 0 unpriced, 0.024
            1751326200 0:10=2 11:15=5 16:MAX=2, 0 unpriced, 0.018
            1751328000 0:10=2, 0 unpriced, 0.006
        "#]],
    );
}

#[test]
fn what_no_card_prices_is_counted_as_such() {
    check_costs(
        &[(LAST_HOUR, "DE", 3)],
        expect![[r#"
        1751324400, 3 unpriced, 0
    "#]],
    );
}

#[test]
fn a_ledger_that_is_full_drops_its_oldest_half_hours_and_says_how_many_rows() {
    let mut ledger = Ledger::default();
    let half_hours = 12;
    for nth in 0..half_hours {
        for template in 0..2_000 {
            ledger.count(LAST_HOUR + nth * HALF_HOUR_SECS, group(template, "IN"), Entry::Delivered);
        }
    }
    let mut books = Books::default();
    books.add(&ledger);
    assert!(books.rows().count() <= ROWS_MAX);
    assert_eq!(books.rows().count() as u64 + books.dropped(), half_hours * 2_000);
    assert_eq!(books.rows().last().unwrap().start, LAST_HOUR + 11 * HALF_HOUR_SECS);
}

#[test]
fn half_hours_that_were_dropped_still_count_towards_the_tiers_of_their_month() {
    let mut ledger = Ledger::default();
    for nth in 0..12 {
        for template in 0..2_000 {
            ledger.count(LAST_HOUR + 3_600 + nth * HALF_HOUR_SECS, group(template, "IN"), Entry::Delivered);
        }
    }
    let mut books = Books::default();
    books.add(&ledger);
    assert!(books.dropped() > 0);
    let directory = Directory::of(Tenant::sample());
    let costs = priced(&books, &Rates::parse(RATES).unwrap(), &directory);
    assert_eq!(costs[0].slices[0].tier.to_string(), "16:MAX");
}

#[test]
fn a_clock_that_goes_back_writes_into_the_last_half_hour() {
    let mut ledger = Ledger::default();
    ledger.count(LAST_HOUR, group(1, "IN"), Entry::Sent);
    ledger.count(0, group(1, "IN"), Entry::Sent);
    let mut books = Books::default();
    books.add(&ledger);
    let rows: Vec<_> = books.rows().map(|row| (row.start, row.tally.sent)).collect();
    assert_eq!(rows, [(LAST_HOUR, 2)]);
}

#[test]
fn a_file_of_before_tells_one_number_of_presses_which_counts_for_the_first_button() {
    let saved = serde_json::to_string(&Tally::default()).unwrap();
    let before = saved.replace("[0,0,0,0,0,0,0,0,0,0]", "3");
    assert_ne!(saved, before);
    let tally: Tally = serde_json::from_str(&before).unwrap();
    assert_eq!(tally.clicked, [3, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(serde_json::from_str::<Tally>(&saved).unwrap(), Tally::default());
}
