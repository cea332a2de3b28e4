//! Files of rates: what they say, and what is told of wrong ones.

use cloud_api::webhook::PricingCategory;
use cloud_api::{Currency, Day};
use expect_test::{Expect, expect};
use scenario::Rates;

/// A file without a mistake, twelve lines long.
const RIGHT: &str = r#"[[markets]]
name = "India"
countries = ["IN"]
[[markets]]
name = "Other"
[[cards]]
currency = "USD"
effective = "2026-01-01"
source = "a test"
rates = [{ market = "India", authentication = 0.0014 }, { market = "Other", utility = 1 }]
changes = [{ market = "India", effective = 2026-04-01, authentication = 0.002 }]
tiers = [{ market = "India", category = "authentication", over = 750000, rate = 0.0013 }]
"#;

#[track_caller]
fn check_mistakes(text: &str, expected: &Expect) {
    let told = match Rates::parse(text) {
        Ok(_) => "no mistake\n".to_owned(),
        Err(mistakes) => format!("{mistakes}\n"),
    };
    expected.assert_eq(&told);
}

#[track_caller]
fn check_price(rates: &Rates, what: (&str, &str, PricingCategory, &str), expected: &Expect) {
    let (currency, country, category, day) = what;
    let market = rates.market_of(country.parse().ok());
    let currency: Currency = currency.parse().expect("the test names a currency");
    let day: Day = day.parse().expect("the test names a day");
    let tiers = rates.tiers(currency, market, category, day);
    let told: Vec<String> = tiers.iter().map(|tier| format!("{tier} {}", tier.price)).collect();
    expected.assert_eq(&format!("{}: {}", rates.market(market).name, told.join(", ")));
}

const AUTHENTICATION: PricingCategory = PricingCategory::Authentication;
const INTERNATIONAL: PricingCategory = PricingCategory::AuthenticationInternational;

#[test]
fn the_built_in_rates_have_the_figures_of_the_card() {
    let rates = Rates::built_in();
    let check = |what, expected: Expect| check_price(&rates, what, &expected);
    check(("USD", "IN", AUTHENTICATION, "2026-01-31"), expect!["India: 0:MAX 0.0014"]);
    check(("USD", "US", AUTHENTICATION, "2026-01-31"), expect!["North America: 0:MAX 0.0034"]);
    check(("USD", "KE", AUTHENTICATION, "2026-01-31"), expect!["Rest of Africa: 0:MAX 0.004"]);
    check(("USD", "XX", AUTHENTICATION, "2026-01-31"), expect!["Other: 0:MAX 0.0077"]);
    check(("USD", "IN", INTERNATIONAL, "2026-03-31"), expect!["India: 0:MAX 0.028"]);
    check(("USD", "IN", INTERNATIONAL, "2026-04-01"), expect!["India: 0:MAX 0.0304"]);
    check(("USD", "DE", INTERNATIONAL, "2026-04-01"), expect!["Germany: "]);
}

#[test]
fn what_a_card_does_not_list_is_converted_from_another() {
    let rates = Rates::built_in();
    check_price(&rates, ("EUR", "DE", AUTHENTICATION, "2026-08-01"), &expect!["Germany: 0:MAX 0.0456"]);
    check_price(&rates, ("EUR", "IN", AUTHENTICATION, "2026-08-01"), &expect!["India: 0:MAX 0.00116"]);
}

#[test]
fn a_business_in_a_currency_without_a_card_pays_as_the_first_one_says() {
    let rates = Rates::built_in();
    assert_eq!(rates.card("BRL".parse().unwrap()).currency, Currency::USD);
    check_price(&rates, ("BRL", "IN", AUTHENTICATION, "2026-01-31"), &expect!["India: 0:MAX 0.0014"]);
}

#[test]
fn nine_countries_have_a_rate_for_businesses_based_elsewhere() {
    let rates = Rates::built_in();
    let nine = ["EG", "IN", "ID", "MY", "NG", "PK", "SA", "ZA", "AE"];
    assert!(nine.iter().all(|country| rates.has_international(country.parse().unwrap())));
    assert!(["US", "DE", "KE"].iter().all(|country| !rates.has_international(country.parse().unwrap())));
}

#[test]
fn tiers_and_changes_hold_from_their_message_and_day_on() {
    let rates = Rates::parse(RIGHT).unwrap();
    let check = |what, expected: Expect| check_price(&rates, what, &expected);
    check(("USD", "IN", AUTHENTICATION, "2025-01-01"), expect!["India: 0:750000 0.0014, 750001:MAX 0.0013"]);
    check(("USD", "IN", AUTHENTICATION, "2026-04-01"), expect!["India: 0:750000 0.002, 750001:MAX 0.0013"]);
    check(("USD", "DE", PricingCategory::Utility, "2026-04-01"), expect!["Other: 0:MAX 1"]);
}

#[test]
fn every_mistake_of_a_file_of_rates_is_told_with_its_line() {
    check_mistakes(RIGHT, &expect![["no mistake\n"]]);
    check_mistakes(
        "",
        &expect![[r#"
        line 1: `markets` is missing, but must be a list of tables
        line 1: `cards` is missing, but must be a list of tables
    "#]],
    );
    check_mistakes(
        r#"
[[markets]]
name = "India"
countries = ["in"]
[[cards]]
currency = "dollars"
effective = "soon"
rates = [{ market = "Mars", authentication = -1 }, { authentication = 0.00000014 }]
"#,
        &expect![[r#"
            line 4: `markets[1].countries[1]` is "in", but must be a country, such as "IN"
            line 5: `cards[1].source` is missing, but must be one line of 1 to 200 letters
            line 6: `cards[1].currency` is "dollars", but must be a currency, such as "USD"
            line 7: `cards[1].effective` is "soon", but must be a day, such as "2026-01-31"
            line 8: `cards[1].rates[1].market` is "Mars", but must be the name of one of `markets`
            line 8: `cards[1].rates[1].authentication` is -1, but must be an amount below 1,000 with at most six decimals, such as 0.0014
            line 8: `cards[1].rates[2].market` is missing, but must be the name of one of `markets`
            line 8: `cards[1].rates[2].authentication` is 0.00000014, but must be an amount below 1,000 with at most six decimals, such as 0.0014
        "#]],
    );
}

#[test]
fn a_wrong_market_is_told_by_itself_and_not_again_by_its_rates() {
    check_mistakes(
        &RIGHT.replace("[\"IN\"]", "[\"IN\", \"BRA\", 7]"),
        &expect![[r#"
        line 3: `markets[1].countries[2]` is "BRA", but must be a country, such as "IN"
        line 3: `markets[1].countries[3]` is 7, but must be a country, such as "IN"
    "#]],
    );
    check_mistakes(
        &RIGHT.replace("[\"IN\"]", "\"IN\""),
        &expect![[r#"
        line 3: `markets[1].countries` is "IN", but must be a list of which each is a country, such as "IN"
    "#]],
    );
    check_mistakes(
        &RIGHT.replace("name = \"India\"", "name = \"\""),
        &expect![[r#"
        line 2: `markets[1].name` is "", but must be one line of 1 to 60 letters
    "#]],
    );
}

#[test]
fn a_file_of_rates_must_price_every_message_once() {
    check_mistakes(
        &RIGHT.replace("name = \"Other\"", "name = \"India\"\ncountries = [\"IN\"]"),
        &expect![[r#"
            line 1: `markets` is a list with 0 markets without `countries`, but must be a list in which exactly one has none: that of all others
            line 1: `markets` is a list that has IN twice, but must be a list that has each country once
            line 1: `markets` is a list with two named "India", but must be a list in which each has a name of its own
            line 11: `cards[1].rates[2].market` is "Other", but must be the name of one of `markets`
        "#]],
    );
    check_mistakes(
        &RIGHT.replace("authentication = 0.002 ", ""),
        &expect![[r#"
        line 11: `cards[1].changes[1]` is without a price, but must be a table with at least one of `marketing`, `utility` and `authentication`
    "#]],
    );
    check_mistakes(
        &RIGHT.replace("category = \"authentication\"", "category = \"utility\""),
        &expect![[r#"
            line 12: `cards[1].tiers` is a list with a tier of India for messages that have no rate, but must be a list of tiers above a rate
        "#]],
    );
    check_mistakes(
        &format!("{RIGHT}otherwise = {{ currency = \"EUR\", at = 1.1 }}\n"),
        &expect![[r#"
            line 6: `cards` is a list with one that refers to EUR, but must be a list in which `otherwise` names a card without `otherwise`
        "#]],
    );
    check_mistakes(
        &RIGHT.replace("effective = 2026-04-01, ", "effective = 2026-01-01, "),
        &expect![[r#"
            line 10: `cards[1].rates` is a list with two prices for the same messages to India, but must be a list that prices each message once
        "#]],
    );
    check_mistakes(
        &RIGHT.replace("utility = 1 ", "utility = 1000 "),
        &expect![[r#"
        line 10: `cards[1].rates[2].utility` is 1000, but must be an amount below 1,000 with at most six decimals, such as 0.0014
    "#]],
    );
    check_mistakes(
        "markets = []\ncards = []\n",
        &expect![[r#"
            line 1: `markets` is a list with 0 markets without `countries`, but must be a list in which exactly one has none: that of all others
            line 2: `cards` is a list of 0, but must be a list of 1 to 200 tables
        "#]],
    );
}

#[test]
fn a_text_message_to_compare_with_says_who_sends_it_and_of_when_it_is() {
    let rates = Rates::built_in();
    let told: Vec<String> =
        rates.texts("US".parse().unwrap()).map(|text| format!("{} {}", text.provider, text.price)).collect();
    expect!["Plivo 0.005, Telesign 0.0062, Vonage 0.0067, Infobip 0.007, Twilio 0.0083, Twilio Verify 0.0583, Sinch 0.012"]
        .assert_eq(&told.join(", "));
    assert_eq!(rates.texts("DE".parse().unwrap()).count(), 0);
}
