//! Phone numbers tell people apart, and tell where they live.

use proptest::prelude::*;
use scenario::Country;

const ISO: [&str; 24] = [
    "AE", "AR", "BR", "CA", "CO", "DE", "EG", "ES", "FR", "GB", "ID", "IL", "IN", "IT", "KE", "MX", "MY",
    "NG", "NL", "PK", "SA", "TR", "US", "ZA",
];

fn any_country() -> impl Strategy<Value = Country> {
    prop::sample::select(&ISO[..]).prop_map(|iso| Country::from_iso(iso).expect("a known country"))
}

proptest! {
    #[test]
    fn different_people_have_different_numbers(
        one in any_country(),
        other in any_country(),
        index in 0_u64..1_000_000_000,
        further in 0_u64..1_000_000_000,
    ) {
        prop_assume!((one, index) != (other, further));
        prop_assert_ne!(one.number(index), other.number(further));
    }

    #[test]
    fn a_number_tells_its_country(country in any_country(), index in 0_u64..1_000_000_000) {
        prop_assert_eq!(Country::of_number(country.number(index)), Some(country));
    }

    #[test]
    fn a_number_is_one_that_meta_takes(country in any_country(), index in 0_u64..1_000_000_000) {
        let digits = country.number(index).to_string();
        prop_assert!((10..=15).contains(&digits.len()), "{digits}");
        prop_assert!(digits.starts_with(country.calling_code()));
    }
}

#[test]
fn no_countrys_first_digits_begin_anothers() {
    // What all numbers of a country begin with is what its lowest and its highest number share.
    let first_digits = ISO.map(|iso| {
        let country = Country::from_iso(iso).expect("a known country");
        let (low, high) = (country.number(0).to_string(), country.number(99_999_999).to_string());
        let shared = low.bytes().zip(high.bytes()).take_while(|(a, b)| a == b).count();
        (iso, low[..shared].to_owned())
    });
    for (one, digits) in &first_digits {
        for (other, longer) in first_digits.iter().filter(|(other, _)| other != one) {
            assert!(!longer.starts_with(digits.as_str()), "{one} {digits}, {other} {longer}");
        }
    }
}
