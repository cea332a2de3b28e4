//! From what a client writes to the number that is meant, and to the number that Meta names it by.

use super::{Recipient, RecipientError};
use crate::country::CountryCode;

/// When the country code of the sender is put before a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountryCodeRule {
    /// Where the digits begin with no country code that they could have.
    WhenMissing,
    /// Wherever there is no `+`.
    WithoutPlus,
    /// Nowhere.
    Never,
}

impl Recipient {
    /// The number that a client means by this text, when `from` sends to it.
    ///
    /// Numbers of Brazil and Mexico have two spellings; both mean the same phone.
    ///
    /// # Errors
    ///
    /// When the text is no phone number.
    // Source: cloud-api.md 2.1: `+`, hyphens, parentheses and spaces are allowed; to a number without
    // its country code that of the business is prepended.
    // Assumed: a leading `00` stands for `+`, and another leading `0` is no part of the number.
    pub fn dialled(text: &str, from: Self, rule: CountryCodeRule) -> Result<Self, RecipientError> {
        let written = text.trim_start();
        let is_international = written.starts_with('+') || rule == CountryCodeRule::Never;
        if is_international {
            return Ok(written.parse::<Self>()?.canonical());
        }
        if written.starts_with("00") {
            return Ok(written.trim_start_matches('0').parse::<Self>()?.canonical());
        }
        let national = written.trim_start_matches('0');
        let has_code = rule == CountryCodeRule::WhenMissing
            && national.len() == written.len()
            && national.parse::<Self>().is_ok_and(Self::is_plausible);
        if has_code {
            return Ok(national.parse::<Self>()?.canonical());
        }
        let completed: Self = format!("{}{national}", from.calling_code()).parse()?;
        Ok(completed.canonical())
    }

    /// The number as `wa_id` and `recipient_id` name it.
    // Source: cloud-api.md 2.4: it may differ from the input in Brazil and Mexico.
    // Assumed: Brazilian areas from 31 on lose the 9 of mobile numbers, and Mexican numbers get a 1.
    #[must_use]
    pub const fn wa_id(self) -> Self {
        match self.0 {
            BRAZIL_MOBILE..BRAZIL_MOBILE_END
                if self.0 / 100_000_000 % 10 == 9 && self.0 / 1_000_000_000 % 100 >= 31 =>
            {
                Self(self.0 / 1_000_000_000 * 100_000_000 + self.0 % 100_000_000)
            }
            MEXICO..MEXICO_END => Self(521 * 10_000_000_000 + self.0 % 10_000_000_000),
            _ => self,
        }
    }

    /// The one spelling of a number that has two.
    #[must_use]
    pub const fn canonical(self) -> Self {
        match self.0 {
            BRAZIL..BRAZIL_END if self.0 / 10_000_000 % 10 >= 6 => {
                Self((self.0 / 100_000_000 * 10 + 9) * 100_000_000 + self.0 % 100_000_000)
            }
            MEXICO_MOBILE..MEXICO_MOBILE_END => Self(52 * 10_000_000_000 + self.0 % 10_000_000_000),
            _ => self,
        }
    }

    /// The country code of the number.
    // Source: ITU-T E.164: codes have one digit in zones 1 and 7, else two where listed, else three.
    fn calling_code(self) -> u64 {
        let mut lead = self.0;
        while lead >= 1_000 {
            lead /= 10;
        }
        match (lead / 100, lead / 10) {
            (1 | 7, _) => lead / 100,
            (_, two) if TWO_DIGITS.contains(&two) => two,
            _ => lead,
        }
    }

    /// Whether the number could be one of the country that its first digits name.
    // Assumed: such numbers have at least eight digits, and none of them, but in Italy, has a zero
    // after its country code. 999 is nobody's code, which makes it good for numbers with a meaning.
    fn is_plausible(self) -> bool {
        let code = self.calling_code();
        let digits = self.digits();
        let after = &digits.as_str()[code.to_string().len()..];
        let is_known = code == 999 || CountryCode::of_number(self.0).is_some();
        is_known && digits.as_str().len() >= 8 && (code == 39 || !after.starts_with('0'))
    }
}

const BRAZIL: u64 = 551_000_000_000;
const BRAZIL_END: u64 = 560_000_000_000;
const BRAZIL_MOBILE: u64 = BRAZIL * 10;
const BRAZIL_MOBILE_END: u64 = BRAZIL_END * 10;
const MEXICO: u64 = 520_000_000_000;
const MEXICO_END: u64 = 530_000_000_000;
const MEXICO_MOBILE: u64 = 5_210_000_000_000;
const MEXICO_MOBILE_END: u64 = 5_220_000_000_000;

const TWO_DIGITS: [u64; 44] = [
    20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57, 58,
    60, 61, 62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{CountryCodeRule, Recipient};

    #[track_caller]
    fn check(text: &str, rule: CountryCodeRule, expected: &str) {
        let sender = Recipient::from_number(15_550_783_881).unwrap();
        let read = match Recipient::dialled(text, sender, rule) {
            Ok(recipient) => recipient.digits().to_string(),
            Err(error) => error.to_string(),
        };
        assert_eq!(read, expected, "{text}");
    }

    #[track_caller]
    fn check_wa_id(number: u64, expected: u64) {
        let recipient = Recipient::from_number(number).unwrap();
        assert_eq!(recipient.wa_id().number(), expected);
        assert_eq!(recipient.wa_id().canonical(), recipient);
    }

    #[test]
    fn a_number_with_its_country_code_is_taken_as_it_is() {
        check("+1 (650) 555-1234", CountryCodeRule::WhenMissing, "16505551234");
        check("16505551234", CountryCodeRule::WhenMissing, "16505551234");
        check("491701234567", CountryCodeRule::WhenMissing, "491701234567");
        check("0049 170 1234567", CountryCodeRule::WhenMissing, "491701234567");
        check("390612345678", CountryCodeRule::WhenMissing, "390612345678");
        check("999111234", CountryCodeRule::WhenMissing, "999111234");
    }

    #[test]
    fn a_number_without_its_country_code_gets_that_of_the_sender() {
        check("6505551234", CountryCodeRule::WhenMissing, "16505551234");
        check("0650 555 1234", CountryCodeRule::WhenMissing, "16505551234");
        check("5551234", CountryCodeRule::WhenMissing, "15551234");
        check("491701234567", CountryCodeRule::WithoutPlus, "1491701234567");
        check("+491701234567", CountryCodeRule::WithoutPlus, "491701234567");
        check("6505551234", CountryCodeRule::Never, "6505551234");
    }

    #[test]
    fn what_is_no_number_is_told_why() {
        check("", CountryCodeRule::WhenMissing, "the phone number has 1 digits, but must have 7 to 15");
        check(
            "12ab",
            CountryCodeRule::WhenMissing,
            "the phone number holds 'a', but must be digits, spaces and `+-()`",
        );
    }

    #[test]
    fn both_spellings_of_a_number_in_brazil_or_mexico_mean_one_phone() {
        check_wa_id(5_531_987_654_321, 553_187_654_321);
        check_wa_id(5_511_987_654_321, 5_511_987_654_321);
        check_wa_id(525_512_345_678, 5_215_512_345_678);
        check("+55 31 8765-4321", CountryCodeRule::WhenMissing, "5531987654321");
        check("+52 1 55 1234 5678", CountryCodeRule::WhenMissing, "525512345678");
    }

    proptest! {
        #[test]
        fn a_wa_id_leads_back_to_its_number(number in 1_000_000_u64..=999_999_999_999_999) {
            let recipient = Recipient::from_number(number).unwrap().canonical();
            prop_assert_eq!(recipient.wa_id().canonical(), recipient);
            prop_assert_eq!(recipient.canonical(), recipient);
        }

        #[test]
        fn no_text_breaks_the_reader(text in ".{0,24}") {
            let sender = Recipient::from_number(15_550_783_881).unwrap();
            for rule in [CountryCodeRule::WhenMissing, CountryCodeRule::WithoutPlus, CountryCodeRule::Never] {
                let _ = Recipient::dialled(&text, sender, rule);
            }
        }
    }
}
