//! Whether a value fits the type of a parameter from the template library.

use super::ParameterType;

impl ParameterType {
    /// The most characters a value may have.
    // Source: cloud-api.md 3.8: the length is limited. Assumed: to how many characters.
    #[must_use]
    pub const fn length_max(self) -> usize {
        match self {
            Self::Text => 1_024,
            Self::Address => 256,
            Self::Email => 254,
            Self::Amount | Self::Number | Self::PhoneNumber => 32,
            Self::Date => 64,
        }
    }

    /// Whether a value looks like one of this type.
    // Source: cloud-api.md 3.8: values are checked when a message is sent. Assumed: how strictly;
    // the months of a date may be spelled out, so it needs no more than a digit.
    #[must_use]
    pub fn accepts(self, value: &str) -> bool {
        if value.is_empty() || value.chars().count() > self.length_max() {
            return false;
        }
        let has_digit = value.chars().any(|c| c.is_ascii_digit());
        let all = |is_allowed: fn(char) -> bool| value.chars().all(is_allowed);
        match self {
            Self::Text => true,
            Self::Address => value.chars().any(char::is_alphanumeric),
            Self::Date => has_digit,
            Self::Amount => {
                has_digit && all(|c| c.is_alphanumeric() || " .,'-+".contains(c) || is_currency(c))
            }
            Self::Number => has_digit && all(|c| c.is_ascii_digit() || " .,-+".contains(c)),
            Self::PhoneNumber => has_digit && all(|c| c.is_ascii_digit() || " +-().".contains(c)),
            Self::Email => is_email(value),
        }
    }
}

const fn is_currency(c: char) -> bool {
    matches!(c, '$' | '£' | '¥' | '¤' | '\u{20a0}'..='\u{20cf}')
}

fn is_email(value: &str) -> bool {
    let Some((local, domain)) = value.split_once('@') else { return false };
    !local.is_empty()
        && domain.contains('.')
        && !domain.contains('@')
        && domain.split('.').all(|label| !label.is_empty())
        && !value.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::ParameterType;

    #[track_caller]
    fn check(kind: ParameterType, right: &[&str], wrong: &[&str]) {
        for value in right {
            assert!(kind.accepts(value), "{kind} takes {value:?}");
        }
        for value in wrong {
            assert!(!kind.accepts(value), "{kind} refuses {value:?}");
        }
    }

    #[test]
    fn each_type_takes_what_looks_like_it() {
        check(ParameterType::Text, &["Anna", "482913"], &[""]);
        check(ParameterType::Address, &["1 Hacker Way"], &["", "—"]);
        check(ParameterType::Amount, &["$12.50", "12,50 €", "INR 40"], &["free", "$12;"]);
        check(ParameterType::Date, &["12 May 2026", "2026-05-12"], &["", "?", "soon"]);
        check(ParameterType::PhoneNumber, &["+1 (650) 555-1234"], &["call me"]);
        check(ParameterType::Email, &["a@b.example"], &["a", "a@b", "a@b.", "a b@c.de", "a@b@c.de"]);
        check(ParameterType::Number, &["1,234.5"], &["12a", ""]);
    }
}
