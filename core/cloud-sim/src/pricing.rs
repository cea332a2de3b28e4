//! What a message is paid for as: under which category, and whether at all.
//!
//! It is decided when the message is accepted, and charged when it is delivered.

mod reached;
mod volume;

use cloud_api::account::InternationalEligibility;
use cloud_api::webhook::{PricingCategory, PricingType};
use cloud_api::{CountryCode, Currency};
use scenario::Rates;

pub(crate) use reached::Volume;
pub use volume::{Priced, Slice, priced};

/// What a message is paid for as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Charge {
    /// Why it is paid for, or why not.
    pub kind: PricingType,
    /// Which rate applies.
    pub category: PricingCategory,
}

/// What is open between a business and a person when a message is accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Occasion {
    /// Nothing: the business writes first.
    #[default]
    Unasked,
    /// The person has written within the last 24 hours.
    CustomerService,
    /// The person has come by an advertisement within the last 72 hours.
    FreeEntryPoint,
}

/// Who pays.
#[derive(Clone, Copy, Debug)]
pub struct Payer<'a> {
    /// Where the business is based, as ISO 3166 writes it, if that is known.
    pub country: Option<&'a str>,
    /// What its bills are in.
    pub currency: Currency,
    /// Since when it pays the international rate for authentication, if it does.
    pub international: Option<&'a InternationalEligibility>,
}

impl Charge {
    /// What an answer to a person is paid for as: nothing.
    pub const SERVICE: Self =
        Self { kind: PricingType::FreeCustomerService, category: PricingCategory::Service };

    /// Decides on a message of a category, as its template or its lack of one has it.
    ///
    /// `to` is the recipient's country, `unix` the time in seconds since 1970.
    // Source: cloud-api.md §10.1. Assumed: it counts what is open when the message is accepted.
    #[must_use]
    pub fn decide(
        unix: u64,
        category: PricingCategory,
        occasion: Occasion,
        to: Option<CountryCode>,
        (rates, payer): (&Rates, Payer<'_>),
    ) -> Self {
        use PricingCategory as C;
        match (occasion, category) {
            // Assumed: all that is free for an advertisement is of this category.
            (Occasion::FreeEntryPoint, _) => {
                Self { kind: PricingType::FreeEntryPoint, category: C::ReferralConversion }
            }
            (_, C::Service | C::ReferralConversion) => Self::SERVICE,
            (Occasion::CustomerService, C::Utility) => {
                Self { kind: PricingType::FreeCustomerService, category }
            }
            (_, C::Authentication | C::AuthenticationInternational) => {
                let is_abroad = to.is_some_and(|to| payer.pays_international(unix, to, rates));
                let category = if is_abroad { C::AuthenticationInternational } else { C::Authentication };
                Self { kind: PricingType::Regular, category }
            }
            (_, C::Utility | C::Marketing) => Self { kind: PricingType::Regular, category },
        }
    }

    /// Whether the message is charged once it is delivered.
    #[must_use]
    pub fn is_billable(self) -> bool {
        self.kind == PricingType::Regular
    }
}

impl Payer<'_> {
    /// Whether authentication messages to a country cost the international rate.
    // Source: cloud-api.md §10.1: to countries with such a rate, from a business based elsewhere,
    // once it is eligible; each country has a beginning of its own, or that of all.
    // Assumed: a business whose country is not known is based elsewhere.
    fn pays_international(&self, unix: u64, to: CountryCode, rates: &Rates) -> bool {
        let Some(eligibility) = self.international else { return false };
        let exceptions = &eligibility.exception_countries;
        let exception = exceptions.iter().find(|exception| exception.country_code == to.iso());
        let start = exception.map_or(eligibility.start_time, |exception| exception.start_time);
        start <= unix && self.country != Some(to.iso()) && rates.has_international(to)
    }
}

#[cfg(test)]
mod tests {
    use cloud_api::Currency;
    use cloud_api::account::{ExceptionCountry, InternationalEligibility};
    use cloud_api::webhook::PricingCategory as C;
    use expect_test::{Expect, expect};
    use scenario::Rates;

    use super::{Charge, Occasion, Payer};

    #[track_caller]
    fn check(category: C, occasion: Occasion, expected: Expect) {
        let payer = Payer { country: None, currency: Currency::USD, international: None };
        let to = "IN".parse().ok();
        let charge = Charge::decide(0, category, occasion, to, (&Rates::built_in(), payer));
        let Charge { kind, category } = charge;
        expected.assert_eq(&format!(
            "{kind:?} {category:?} {}",
            if charge.is_billable() { "charged" } else { "free" }
        ));
    }

    #[track_caller]
    fn check_international(unix: u64, from: Option<&str>, to: &str, expected: C) {
        let exception = ExceptionCountry { country_code: "EG".to_owned(), start_time: 2_000 };
        let eligibility =
            InternationalEligibility { start_time: 1_000, exception_countries: vec![exception] };
        let payer = Payer { country: from, currency: Currency::USD, international: Some(&eligibility) };
        let rates = Rates::built_in();
        let charge =
            Charge::decide(unix, C::Authentication, Occasion::Unasked, to.parse().ok(), (&rates, payer));
        assert_eq!(charge.category, expected);
    }

    #[test]
    fn codes_and_offers_are_always_charged() {
        check(C::Authentication, Occasion::Unasked, expect!["Regular Authentication charged"]);
        check(C::Authentication, Occasion::CustomerService, expect!["Regular Authentication charged"]);
        check(C::Marketing, Occasion::CustomerService, expect!["Regular Marketing charged"]);
    }

    #[test]
    fn news_and_answers_are_free_for_whoever_wrote_first() {
        check(C::Utility, Occasion::Unasked, expect!["Regular Utility charged"]);
        check(C::Utility, Occasion::CustomerService, expect!["FreeCustomerService Utility free"]);
        check(C::Service, Occasion::CustomerService, expect!["FreeCustomerService Service free"]);
    }

    #[test]
    fn everything_is_free_for_whoever_came_by_an_advertisement() {
        check(C::Authentication, Occasion::FreeEntryPoint, expect!["FreeEntryPoint ReferralConversion free"]);
    }

    #[test]
    fn an_eligible_business_pays_the_international_rate_to_nine_countries_but_its_own() {
        check_international(1_000, Some("US"), "IN", C::AuthenticationInternational);
        check_international(999, Some("US"), "IN", C::Authentication);
        check_international(1_000, Some("IN"), "IN", C::Authentication);
        check_international(1_000, Some("US"), "DE", C::Authentication);
        check_international(1_000, None, "IN", C::AuthenticationInternational);
    }

    #[test]
    fn a_country_may_begin_to_cost_the_international_rate_later_than_the_others() {
        check_international(1_999, Some("US"), "EG", C::Authentication);
        check_international(2_000, Some("US"), "EG", C::AuthenticationInternational);
    }
}
