//! Countries, and which of them a phone number belongs to.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Serialize, Serializer};
use thiserror::Error;

/// A country as ISO 3166-1 alpha-2 writes it, such as `IN`.
///
/// Every country that has a calling code of its own is known, and those that share `1` or `7`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CountryCode([u8; 2]);

/// Why a text is not a country.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("the country is {found:?}, but must be two capital letters of ISO 3166-1, such as \"IN\"")]
pub struct UnknownCountry {
    /// The text given.
    pub found: String,
}

impl CountryCode {
    /// The country whose calling code begins this phone number; the longest code that fits counts.
    ///
    /// `None` where no country has such a code, as with satellite phones.
    // Source: cloud-api.md §10.1: the country calling code decides.
    // Assumed: territories without digits of their own count as the country whose code they share.
    #[must_use]
    pub fn of_number(number: u64) -> Option<Self> {
        let mut lead = number;
        while lead >= LEADS as u64 {
            lead /= 10;
        }
        match BY_LEAD[usize::try_from(lead).ok()?] {
            NOBODY => None,
            row => Some(Self(ROWS[usize::from(row)].1)),
        }
    }

    /// The two letters.
    #[must_use]
    pub fn iso(self) -> &'static str {
        let known = ROWS.iter().find(|row| row.1 == self.0).expect("only known countries are made");
        str::from_utf8(&known.1).expect("the table is ASCII")
    }
}

impl FromStr for CountryCode {
    type Err = UnknownCountry;

    fn from_str(text: &str) -> Result<Self, UnknownCountry> {
        let known = ROWS.iter().find(|row| row.1 == text.as_bytes());
        known.map(|row| Self(row.1)).ok_or_else(|| UnknownCountry { found: text.to_owned() })
    }
}

/// As one number, because messages are counted by it.
impl Hash for CountryCode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u16(u16::from_be_bytes(self.0));
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.iso())
    }
}

impl fmt::Debug for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.iso())
    }
}

impl Serialize for CountryCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.iso())
    }
}

/// How many leads there are: the first four digits of a number decide.
const LEADS: usize = 10_000;

/// The mark of a lead that no country has.
const NOBODY: u16 = u16::MAX;

/// Which row each lead belongs to.
static BY_LEAD: [u16; LEADS] = by_lead();

const fn by_lead() -> [u16; LEADS] {
    let mut leads = [NOBODY; LEADS];
    let mut row = 0;
    // Shorter codes come first in the table, so that longer ones overwrite their part of them.
    while row < ROWS.len() {
        let (mut first, mut count) = (ROWS[row].0 as usize, 1);
        while first * 10 < LEADS {
            first *= 10;
            count *= 10;
        }
        let mut lead = first;
        while lead < first + count {
            leads[lead] = row as u16;
            lead += 1;
        }
        row += 1;
    }
    leads
}

/// Calling codes, with the digits after them where countries share one; the shorter ones first.
// Source: ITU-T E.164, list of assigned country codes; North American Numbering Plan, area codes.
#[rustfmt::skip]
const ROWS: [(u16, [u8; 2]); ROW_COUNT] = [
    (1, *b"US"), (7, *b"RU"), (20, *b"EG"), (27, *b"ZA"), (30, *b"GR"), (31, *b"NL"), (32, *b"BE"),
    (33, *b"FR"), (34, *b"ES"), (36, *b"HU"), (39, *b"IT"), (40, *b"RO"), (41, *b"CH"), (43, *b"AT"),
    (44, *b"GB"), (45, *b"DK"), (46, *b"SE"), (47, *b"NO"), (48, *b"PL"), (49, *b"DE"), (51, *b"PE"),
    (52, *b"MX"), (53, *b"CU"), (54, *b"AR"), (55, *b"BR"), (56, *b"CL"), (57, *b"CO"), (58, *b"VE"),
    (60, *b"MY"), (61, *b"AU"), (62, *b"ID"), (63, *b"PH"), (64, *b"NZ"), (65, *b"SG"), (66, *b"TH"),
    (76, *b"KZ"), (77, *b"KZ"), (81, *b"JP"), (82, *b"KR"), (84, *b"VN"), (86, *b"CN"), (90, *b"TR"),
    (91, *b"IN"), (92, *b"PK"), (93, *b"AF"), (94, *b"LK"), (95, *b"MM"), (98, *b"IR"), (211, *b"SS"),
    (212, *b"MA"), (213, *b"DZ"), (216, *b"TN"), (218, *b"LY"), (220, *b"GM"), (221, *b"SN"), (222, *b"MR"),
    (223, *b"ML"), (224, *b"GN"), (225, *b"CI"), (226, *b"BF"), (227, *b"NE"), (228, *b"TG"), (229, *b"BJ"),
    (230, *b"MU"), (231, *b"LR"), (232, *b"SL"), (233, *b"GH"), (234, *b"NG"), (235, *b"TD"), (236, *b"CF"),
    (237, *b"CM"), (238, *b"CV"), (239, *b"ST"), (240, *b"GQ"), (241, *b"GA"), (242, *b"CG"), (243, *b"CD"),
    (244, *b"AO"), (245, *b"GW"), (246, *b"IO"), (247, *b"AC"), (248, *b"SC"), (249, *b"SD"), (250, *b"RW"),
    (251, *b"ET"), (252, *b"SO"), (253, *b"DJ"), (254, *b"KE"), (255, *b"TZ"), (256, *b"UG"), (257, *b"BI"),
    (258, *b"MZ"), (260, *b"ZM"), (261, *b"MG"), (262, *b"RE"), (263, *b"ZW"), (264, *b"NA"), (265, *b"MW"),
    (266, *b"LS"), (267, *b"BW"), (268, *b"SZ"), (269, *b"KM"), (290, *b"SH"), (291, *b"ER"), (297, *b"AW"),
    (298, *b"FO"), (299, *b"GL"), (350, *b"GI"), (351, *b"PT"), (352, *b"LU"), (353, *b"IE"), (354, *b"IS"),
    (355, *b"AL"), (356, *b"MT"), (357, *b"CY"), (358, *b"FI"), (359, *b"BG"), (370, *b"LT"), (371, *b"LV"),
    (372, *b"EE"), (373, *b"MD"), (374, *b"AM"), (375, *b"BY"), (376, *b"AD"), (377, *b"MC"), (378, *b"SM"),
    (380, *b"UA"), (381, *b"RS"), (382, *b"ME"), (383, *b"XK"), (385, *b"HR"), (386, *b"SI"), (387, *b"BA"),
    (389, *b"MK"), (420, *b"CZ"), (421, *b"SK"), (423, *b"LI"), (500, *b"FK"), (501, *b"BZ"), (502, *b"GT"),
    (503, *b"SV"), (504, *b"HN"), (505, *b"NI"), (506, *b"CR"), (507, *b"PA"), (508, *b"PM"), (509, *b"HT"),
    (590, *b"GP"), (591, *b"BO"), (592, *b"GY"), (593, *b"EC"), (594, *b"GF"), (595, *b"PY"), (596, *b"MQ"),
    (597, *b"SR"), (598, *b"UY"), (599, *b"CW"), (670, *b"TL"), (672, *b"NF"), (673, *b"BN"), (674, *b"NR"),
    (675, *b"PG"), (676, *b"TO"), (677, *b"SB"), (678, *b"VU"), (679, *b"FJ"), (680, *b"PW"), (681, *b"WF"),
    (682, *b"CK"), (683, *b"NU"), (685, *b"WS"), (686, *b"KI"), (687, *b"NC"), (688, *b"TV"), (689, *b"PF"),
    (690, *b"TK"), (691, *b"FM"), (692, *b"MH"), (850, *b"KP"), (852, *b"HK"), (853, *b"MO"), (855, *b"KH"),
    (856, *b"LA"), (880, *b"BD"), (886, *b"TW"), (960, *b"MV"), (961, *b"LB"), (962, *b"JO"), (963, *b"SY"),
    (964, *b"IQ"), (965, *b"KW"), (966, *b"SA"), (967, *b"YE"), (968, *b"OM"), (970, *b"PS"), (971, *b"AE"),
    (972, *b"IL"), (973, *b"BH"), (974, *b"QA"), (975, *b"BT"), (976, *b"MN"), (977, *b"NP"), (992, *b"TJ"),
    (993, *b"TM"), (994, *b"AZ"), (995, *b"GE"), (996, *b"KG"), (998, *b"UZ"), (1204, *b"CA"),
    (1226, *b"CA"), (1236, *b"CA"), (1242, *b"BS"), (1246, *b"BB"), (1249, *b"CA"), (1250, *b"CA"),
    (1257, *b"CA"), (1263, *b"CA"), (1264, *b"AI"), (1268, *b"AG"), (1284, *b"VG"), (1289, *b"CA"),
    (1306, *b"CA"), (1340, *b"VI"), (1343, *b"CA"), (1345, *b"KY"), (1354, *b"CA"), (1365, *b"CA"),
    (1367, *b"CA"), (1368, *b"CA"), (1382, *b"CA"), (1387, *b"CA"), (1403, *b"CA"), (1416, *b"CA"),
    (1418, *b"CA"), (1428, *b"CA"), (1431, *b"CA"), (1437, *b"CA"), (1438, *b"CA"), (1441, *b"BM"),
    (1450, *b"CA"), (1460, *b"CA"), (1468, *b"CA"), (1473, *b"GD"), (1474, *b"CA"), (1506, *b"CA"),
    (1514, *b"CA"), (1519, *b"CA"), (1537, *b"CA"), (1548, *b"CA"), (1568, *b"CA"), (1579, *b"CA"),
    (1581, *b"CA"), (1584, *b"CA"), (1587, *b"CA"), (1600, *b"CA"), (1604, *b"CA"), (1613, *b"CA"),
    (1622, *b"CA"), (1639, *b"CA"), (1647, *b"CA"), (1649, *b"TC"), (1658, *b"JM"), (1664, *b"MS"),
    (1670, *b"MP"), (1671, *b"GU"), (1672, *b"CA"), (1683, *b"CA"), (1684, *b"AS"), (1705, *b"CA"),
    (1709, *b"CA"), (1721, *b"SX"), (1742, *b"CA"), (1753, *b"CA"), (1758, *b"LC"), (1767, *b"DM"),
    (1778, *b"CA"), (1780, *b"CA"), (1782, *b"CA"), (1784, *b"VC"), (1787, *b"PR"), (1807, *b"CA"),
    (1809, *b"DO"), (1819, *b"CA"), (1825, *b"CA"), (1829, *b"DO"), (1849, *b"DO"), (1867, *b"CA"),
    (1868, *b"TT"), (1869, *b"KN"), (1873, *b"CA"), (1876, *b"JM"), (1879, *b"CA"), (1902, *b"CA"),
    (1905, *b"CA"), (1939, *b"PR"), (1942, *b"CA"),
];

const ROW_COUNT: usize = 296;

impl<'de> serde::Deserialize<'de> for CountryCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'_, str> as serde::Deserialize>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::{CountryCode, ROWS};

    #[track_caller]
    fn check(number: u64, expected: Option<&str>) {
        assert_eq!(CountryCode::of_number(number).map(CountryCode::iso), expected, "{number}");
    }

    #[test]
    fn a_number_belongs_to_the_country_of_its_calling_code() {
        check(919_800_000_000, Some("IN"));
        check(4_915_100_000_000, Some("DE"));
        check(971_500_000_000, Some("AE"));
        check(97_250_000_000, Some("IL"));
        check(2_348_000_000_000, Some("NG"));
        check(2_310_000_000, Some("LR"));
    }

    #[test]
    fn countries_that_share_a_code_are_told_apart_by_the_next_digits() {
        check(16_505_551_234, Some("US"));
        check(14_165_551_234, Some("CA"));
        check(18_765_551_234, Some("JM"));
        check(17_875_551_234, Some("PR"));
        check(79_161_234_567, Some("RU"));
        check(77_011_234_567, Some("KZ"));
    }

    #[test]
    fn a_code_that_no_country_has_belongs_to_none() {
        check(881_612_345_678, None);
        check(9_991_234_567, None);
        check(1_000_000, Some("US"));
    }

    #[test]
    fn only_countries_of_the_table_are_countries() {
        assert_eq!("IN".parse::<CountryCode>().unwrap().iso(), "IN");
        for text in ["in", "XX", "", "IND", "I"] {
            assert!(text.parse::<CountryCode>().is_err(), "{text}");
        }
    }

    #[test]
    fn shorter_codes_come_before_the_longer_ones_that_refine_them() {
        let lengths: Vec<u32> = ROWS.iter().map(|row| row.0.ilog10()).collect();
        assert!(lengths.is_sorted());
    }
}
