//! Business-scoped ids of people, by which a business that knows no phone number writes to them.

use crate::country::CountryCode;
use crate::id::WabaId;
use crate::recipient::Recipient;

/// An odd number that mixes well, and the one that undoes it.
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;
const UNMIX: u64 = inverse(MIX);

/// The business-scoped id of a person: the same in every run, another for every account.
// Source: cloud-api.md 12c: the country, a dot and up to 20 digits. Assumed: a number of no country is
// told as American, and the account stands for the business.
pub(crate) fn user_id(waba: WabaId, recipient: Recipient) -> String {
    let country = CountryCode::of_number(recipient.number()).map_or("US", CountryCode::iso);
    format!("{country}.{}", (recipient.number() ^ key(waba)).wrapping_mul(MIX))
}

/// The person whom an account knows by this id.
pub(crate) fn person_of(waba: WabaId, id: &str) -> Option<Recipient> {
    let (_, digits) = id.split_once('.')?;
    let number = digits.parse::<u64>().ok()?.wrapping_mul(UNMIX) ^ key(waba);
    Recipient::from_number(number).ok().filter(|recipient| user_id(waba, *recipient) == id)
}

const fn key(waba: WabaId) -> u64 {
    waba.number().wrapping_mul(MIX).rotate_left(32)
}

/// By what an odd number is multiplied to give 1.
const fn inverse(odd: u64) -> u64 {
    // Each step doubles how many of the lower bits are right, of which three are from the start.
    let (mut inverse, mut step) = (odd, 0);
    while step < 5 {
        inverse = inverse.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(inverse)));
        step += 1;
    }
    inverse
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{person_of, user_id};
    use crate::id::WabaId;
    use crate::recipient::Recipient;

    proptest! {
        #[test]
        fn an_id_leads_back_to_its_person(
            number in 1_000_000_u64..=999_999_999_999_999,
            waba: u64,
        ) {
            let (recipient, waba) = (Recipient::from_number(number).unwrap(), WabaId::new(waba));
            let id = user_id(waba, recipient);
            prop_assert!(id.len() <= 23, "{}", id);
            prop_assert_eq!(person_of(waba, &id), Some(recipient));
        }
    }

    #[test]
    fn an_id_is_that_of_its_own_business_only() {
        let recipient = Recipient::from_number(16_505_551_234).unwrap();
        let id = user_id(WabaId::new(102_290_129_340_398), recipient);
        for other in 102_290_129_340_399..102_290_129_340_499 {
            assert_eq!(person_of(WabaId::new(other), &id), None);
        }
    }

    #[test]
    fn what_is_no_id_is_nobodys() {
        for text in ["", "US", "US.", "US.x", "US.1", "US.99999999999999999999"] {
            assert_eq!(person_of(WabaId::new(1), text), None, "{text}");
        }
    }
}
