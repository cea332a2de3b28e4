//! A request to list the phone numbers of an account.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;

use super::word::{AccountMode, Tier};
use super::{NumberField, NumberRecord, Selection};
use crate::paging::PageRequest;
use crate::refusal::Refusal;
use crate::version::GraphVersion;

/// Which numbers are asked for, in which order, and what of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberQuery {
    /// What is asked for of each.
    pub selection: Selection<NumberField>,
    /// Which part of the list.
    pub page: PageRequest,
    /// In which order.
    pub order: NumberOrder,
    filters: Vec<Filter>,
}

/// The order of a list of numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NumberOrder {
    /// The first that was added comes first.
    #[default]
    CreatedAscending,
    /// The last that was added comes first.
    CreatedDescending,
    /// The first that was registered comes first.
    OnboardedAscending,
    /// The last that was registered comes first.
    OnboardedDescending,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Filter {
    Mode(AccountMode),
    Tier(Tier),
    IsOfficial(bool),
}

#[derive(Deserialize)]
struct RawFilter<'a> {
    field: Cow<'a, str>,
    operator: Cow<'a, str>,
    value: Value,
}

impl NumberQuery {
    /// Reads the pairs of a query, decoded; others than its own are ignored.
    ///
    /// # Errors
    ///
    /// When a field does not exist, or a filter, the order, a cursor or the limit cannot be read.
    // Source: cloud-api.md 5.1 and the OpenAPI file.
    pub fn from_pairs<'a>(
        pairs: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>,
        version: GraphVersion,
    ) -> Result<Self, Refusal> {
        let mut query = Self {
            selection: Selection::default(),
            page: PageRequest::default(),
            order: NumberOrder::default(),
            filters: Vec::new(),
        };
        for (key, value) in pairs {
            match key.as_ref() {
                "fields" => query.selection = Selection::of_number(Some(&value), version)?,
                "filtering" => query.filters = filters(&value)?,
                "sort" => query.order = order(&value)?,
                key => query.page.take(key, &value)?,
            }
        }
        Ok(query)
    }

    /// Whether a number, whose portfolio has this tier, is among those asked for.
    #[must_use]
    pub fn matches(&self, record: &NumberRecord, tier: Tier) -> bool {
        self.filters.iter().all(|filter| match filter {
            Filter::Mode(mode) => record.mode == *mode,
            Filter::Tier(wanted) => tier == *wanted,
            Filter::IsOfficial(wanted) => record.is_official == *wanted,
        })
    }
}

impl NumberOrder {
    /// Puts a list, which is in the order of creation, into this order.
    pub fn sort<T>(self, list: &mut [T], record: impl Fn(&T) -> &NumberRecord) {
        match self {
            Self::CreatedAscending => {}
            Self::CreatedDescending => list.reverse(),
            Self::OnboardedAscending => list.sort_by_key(|item| record(item).onboarded),
            Self::OnboardedDescending => {
                list.sort_by_key(|item| std::cmp::Reverse(record(item).onboarded));
            }
        }
    }
}

fn filters(text: &str) -> Result<Vec<Filter>, Refusal> {
    let wrong =
        |why: String| Refusal::InvalidParameter { details: format!("Param filtering: {why}.").into() };
    let raw: Vec<RawFilter<'_>> = serde_json::from_str(text)
        .map_err(|_| wrong("it must be a JSON array of objects with field, operator and value".to_owned()))?;
    raw.iter().map(|filter| Filter::read(filter).map_err(wrong)).collect()
}

impl Filter {
    fn read(raw: &RawFilter<'_>) -> Result<Self, String> {
        // Assumed: no other operator, because Meta's pages show no other one.
        if raw.operator != "EQUAL" {
            return Err(format!("the operator {} must be EQUAL", raw.operator));
        }
        let text = match &raw.value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        match raw.field.as_ref() {
            "account_mode" => text.parse().map(Self::Mode).map_err(|error| error.to_string()),
            "messaging_limit_tier" => text.parse().map(Self::Tier).map_err(|error| error.to_string()),
            "is_official_business_account" => {
                text.parse().map(Self::IsOfficial).map_err(|_| format!("{text} must be true or false"))
            }
            other => Err(format!(
                "the field {other} must be account_mode, messaging_limit_tier or is_official_business_account"
            )),
        }
    }
}

// Source: `creation_time_ascending` in Meta's guide, `creation_time.asc` in the OpenAPI file.
fn order(text: &str) -> Result<NumberOrder, Refusal> {
    match text.to_ascii_lowercase().as_str() {
        "creation_time_ascending" | "creation_time.asc" => Ok(NumberOrder::CreatedAscending),
        "creation_time_descending" | "creation_time.desc" => Ok(NumberOrder::CreatedDescending),
        "last_onboarded_time_ascending" | "last_onboarded_time.asc" => Ok(NumberOrder::OnboardedAscending),
        "last_onboarded_time_descending" | "last_onboarded_time.desc" => Ok(NumberOrder::OnboardedDescending),
        _ => Err(Refusal::ParameterNotOneOf {
            name: "sort".into(),
            allowed: "CREATION_TIME_ASCENDING, CREATION_TIME_DESCENDING, LAST_ONBOARDED_TIME_ASCENDING, LAST_ONBOARDED_TIME_DESCENDING",
            found: text.to_owned(),
        }),
    }
}
