//! Kinds of values: what a field accepts, and how it says so.

use std::ops::RangeInclusive;

use cloud_api::{Day, Money};
use toml::de::DeValue;

use super::decimal;
use crate::chance::Share;
use crate::time::Span;

/// What a field accepts, and the rule to quote where it finds something else.
pub(crate) struct Kind<T> {
    /// A noun phrase that completes "must be".
    pub(super) rule: String,
    /// The value, where it keeps the rule.
    pub(super) read: Reading<T>,
    /// Whether a mistake must not quote what was found.
    pub(super) is_secret: bool,
}

type Reading<T> = Box<dyn Fn(&DeValue<'_>) -> Option<T>>;

impl<T: 'static> Kind<T> {
    fn new(rule: impl Into<String>, read: impl Fn(&DeValue<'_>) -> Option<T> + 'static) -> Self {
        Self { rule: rule.into(), read: Box::new(read), is_secret: false }
    }

    /// A value written as a string.
    pub(crate) fn written(rule: &str, read: impl Fn(&str) -> Option<T> + 'static) -> Self {
        Self::new(rule, move |value| value.as_str().and_then(&read))
    }

    /// Decimal digits, written as a string or as a number.
    pub(crate) fn digits(rule: &str, read: impl Fn(&str) -> Option<T> + 'static) -> Self {
        Self::new(rule, move |value| match value {
            DeValue::Integer(number) if number.radix() == 10 => read(number.as_str()),
            _ => value.as_str().and_then(&read),
        })
    }
}

impl<T: Copy + 'static> Kind<T> {
    /// One of a few words.
    pub(crate) fn choice<const N: usize>(words: [(&'static str, T); N]) -> Self {
        let quoted = words.map(|(word, _)| format!("`{word}`"));
        let (last, first) = quoted.split_last().expect("a choice has at least one word");
        let rule = if first.is_empty() { last.clone() } else { format!("{} or {last}", first.join(", ")) };
        Self::written(&rule, move |text| {
            let chosen = words.iter().find(|(word, _)| *word == text)?;
            Some(chosen.1)
        })
    }
}

impl Kind<String> {
    /// A string for which a claim holds.
    pub(crate) fn text(rule: &str, is_right: impl Fn(&str) -> bool + 'static) -> Self {
        Self::written(rule, move |text| is_right(text).then(|| text.to_owned()))
    }

    /// A string, a whole number or a flag for whose spelling a claim holds.
    pub(crate) fn literal(rule: &str, is_right: impl Fn(&str) -> bool + 'static) -> Self {
        Self::new(rule, move |value| {
            let text = match value {
                DeValue::Integer(number) if number.radix() == 10 => number.as_str().to_owned(),
                DeValue::Boolean(flag) => flag.to_string(),
                _ => value.as_str()?.to_owned(),
            };
            is_right(&text).then_some(text)
        })
    }

    /// A string for which a claim holds, and that no mistake quotes.
    pub(crate) fn secret(rule: &str, is_right: impl Fn(&str) -> bool + 'static) -> Self {
        Self { is_secret: true, ..Self::text(rule, is_right) }
    }

    /// A line of text for people, no longer than `length_max` letters.
    pub(crate) fn line(length_max: usize) -> Self {
        Self::text(&format!("one line of 1 to {length_max} letters"), move |text| {
            !text.trim().is_empty()
                && text.chars().count() <= length_max
                && !text.chars().any(char::is_control)
        })
    }
}

impl Kind<Span> {
    /// A span within these bounds.
    pub(crate) fn span(bounds: RangeInclusive<Span>) -> Self {
        let rule = format!("a span from {} to {}, such as \"1.5s\"", bounds.start(), bounds.end());
        Self::written(&rule, move |text| Span::parse(text).filter(|span| bounds.contains(span)))
    }

    /// A span within these bounds that is a whole number of steps.
    pub(crate) fn steps(bounds: RangeInclusive<Span>, step: Span, unit: &str) -> Self {
        let rule = format!(
            "whole {unit} from {} to {}, such as \"{}\"",
            bounds.start(),
            bounds.end(),
            bounds.start()
        );
        Self::written(&rule, move |text| {
            let is_whole = |span: &Span| span.micros().is_multiple_of(step.micros());
            Span::parse(text).filter(|span| bounds.contains(span)).filter(is_whole)
        })
    }
}

impl Kind<Share> {
    /// A share of a whole, in percent.
    pub(crate) fn share() -> Self {
        Self::written("a share from 0 % to 100 %, such as \"2.5 %\"", Share::parse)
    }
}

impl Kind<u64> {
    /// A whole number within these bounds.
    pub(crate) fn whole(bounds: RangeInclusive<u64>) -> Self {
        let rule = format!("a whole number from {} to {}", grouped(*bounds.start()), grouped(*bounds.end()));
        Self::new(rule, move |value| {
            let DeValue::Integer(digits) = value else { return None };
            let number = u64::from_str_radix(digits.as_str(), digits.radix()).ok()?;
            bounds.contains(&number).then_some(number)
        })
    }
}

impl Kind<u32> {
    /// One of these numbers.
    pub(crate) fn number_of(numbers: &'static [u32]) -> Self {
        let listed: Vec<String> = numbers.iter().map(u32::to_string).collect();
        Self::new(format!("one of {}", listed.join(", ")), |value| {
            let DeValue::Integer(digits) = value else { return None };
            let number = u32::from_str_radix(digits.as_str(), digits.radix()).ok()?;
            numbers.contains(&number).then_some(number)
        })
    }
}

impl Kind<Day> {
    /// A day of the calendar, as a date or as a string.
    pub(crate) fn day() -> Self {
        Self::new("a day, such as \"2026-01-31\"", |value| match value {
            DeValue::String(text) => text.parse().ok(),
            DeValue::Datetime(instant) => instant.to_string().parse().ok(),
            _ => None,
        })
    }
}

impl Kind<Money> {
    /// An amount of money, below a thousand units.
    pub(crate) fn money() -> Self {
        const MILLIONTHS_MAX: u64 = 1_000_000_000;
        Self::new("an amount below 1,000 with at most six decimals, such as 0.0014", |value| {
            let millionths = match value {
                DeValue::Float(number) => decimal(number.as_str(), 1_000_000),
                DeValue::Integer(number) => decimal(number.as_str(), 1_000_000),
                _ => None,
            };
            millionths.filter(|amount| *amount < MILLIONTHS_MAX).map(Money::from_millionths)
        })
    }
}

impl Kind<()> {
    /// Nothing but `true`: what is not wanted is left out.
    pub(crate) fn affirmed() -> Self {
        Self::new("true, or left out", |value| value.as_bool()?.then_some(()))
    }
}

impl Kind<bool> {
    /// `true` or `false`.
    pub(crate) fn flag() -> Self {
        Self::new("true or false", |value| value.as_bool())
    }
}

/// The number with its digits in groups of three: `1,000,000`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (nth, digit) in digits.chars().enumerate() {
        if nth > 0 && (digits.len() - nth).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
