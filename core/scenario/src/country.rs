//! Countries and how a simulated phone number looks there.

/// A country that recipients can live in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country(u8);

impl Country {
    /// The country of this ISO 3166-1 alpha-2 code, such as `IN`.
    #[must_use]
    pub fn from_iso(code: &str) -> Option<Self> {
        let at = TABLE.iter().position(|row| row.0 == code)?;
        u8::try_from(at).ok().map(Self)
    }

    /// The ISO codes of all known countries, in alphabetical order.
    pub(crate) fn all_iso() -> Vec<&'static str> {
        TABLE.iter().map(|row| row.0).collect()
    }

    /// The country that these digits are a number of, if it is a known one.
    ///
    /// Countries that share a calling code differ in the digits after it; where those fit none of
    /// them, the last of them in alphabetical order is meant.
    #[must_use]
    pub fn of_number(digits: u64) -> Option<Self> {
        let text = digits.to_string();
        let fitting = TABLE.iter().enumerate().filter(|(_, row)| text.starts_with(row.1));
        let has_lead = |row: &Row| text[row.1.len()..].starts_with(row.2);
        let (at, _) = fitting.max_by_key(|(_, row)| (row.1.len(), has_lead(row)))?;
        u8::try_from(at).ok().map(Self)
    }

    /// The ISO 3166-1 alpha-2 code.
    #[must_use]
    pub fn iso(self) -> &'static str {
        TABLE[usize::from(self.0)].0
    }

    /// The international calling code.
    #[must_use]
    pub fn calling_code(self) -> &'static str {
        TABLE[usize::from(self.0)].1
    }

    /// The simulated phone number of the recipient with this index: digits only, calling code first.
    ///
    /// Different indexes below 10^9 give different numbers, in one country and across countries: no
    /// country's first digits begin another's.
    #[must_use]
    pub fn number(self, index: u64) -> u64 {
        let (_, calling_code, lead, digits) = TABLE[usize::from(self.0)];
        let width = (index.checked_ilog10().unwrap_or_default() + 1).max(digits);
        let prefix = calling_code.bytes().chain(lead.bytes());
        let prefix = prefix.fold(0, |number, digit| number * 10 + u64::from(digit - b'0'));
        prefix * 10_u64.pow(width) + index
    }
}

/// ISO code, calling code, first digits of a mobile number, how many digits follow them.
type Row = (&'static str, &'static str, &'static str, u32);

const TABLE: [Row; 24] = [
    ("AE", "971", "5", 8),
    ("AR", "54", "911", 8),
    ("BR", "55", "119", 8),
    ("CA", "1", "437", 7),
    ("CO", "57", "31", 8),
    ("DE", "49", "15", 9),
    ("EG", "20", "10", 8),
    ("ES", "34", "6", 8),
    ("FR", "33", "6", 8),
    ("GB", "44", "74", 8),
    ("ID", "62", "81", 9),
    ("IL", "972", "5", 8),
    ("IN", "91", "98", 8),
    ("IT", "39", "34", 8),
    ("KE", "254", "7", 8),
    ("MX", "52", "55", 8),
    ("MY", "60", "11", 8),
    ("NG", "234", "80", 8),
    ("NL", "31", "6", 8),
    ("PK", "92", "30", 8),
    ("SA", "966", "5", 8),
    ("TR", "90", "53", 8),
    ("US", "1", "55", 8),
    ("ZA", "27", "6", 8),
];
