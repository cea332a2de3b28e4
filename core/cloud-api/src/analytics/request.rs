//! The analytics that the fields of an account ask for.

use serde_json::{Map, Value};

use super::chain::{Chain, items, split, unquoted};
use super::words::{
    ConversationCategory, ConversationDimension, ConversationDirection, ConversationMetric, ConversationType,
    Granularity, Kind, Often, PricingDimension, PricingMetric, PricingWord, Product, Word,
};
use crate::calendar::{DAY_SECS, Day};
use crate::country::CountryCode;
use crate::list;
use crate::recipient::Recipient;
use crate::refusal::Refusal;

/// One of the three analytics of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnalyticsRequest {
    /// `analytics`: how many messages were sent and delivered.
    Messaging(MessagingRequest),
    /// `conversation_analytics`: how many conversations there were, and their cost.
    Conversation(ConversationRequest),
    /// `pricing_analytics`: how many messages were delivered, and their cost.
    Pricing(PricingRequest),
}

/// A stretch of time, cut into buckets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Which stretch.
    pub range: Range,
    /// How long a bucket is.
    pub granularity: Granularity,
}

/// A stretch of time, in unix seconds; the end does not belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// Its beginning.
    pub start: u64,
    /// Its end.
    pub end: u64,
}

/// The messages that analytics are about; an empty list means all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// When something happened to them.
    pub period: Period,
    /// From which phone numbers.
    pub numbers: Vec<Recipient>,
    /// To which countries.
    pub countries: Vec<CountryCode>,
}

/// What `analytics` is asked; an empty list asks for everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessagingRequest {
    /// Of which messages.
    pub scope: Scope,
    /// Which kinds of them.
    pub products: Vec<Product>,
}

/// What `conversation_analytics` is asked; an empty list of filters asks for everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationRequest {
    /// Of which messages.
    pub scope: Scope,
    /// What is told; everything where the list is empty.
    pub metrics: Vec<ConversationMetric>,
    /// Of which categories.
    pub categories: Vec<ConversationCategory>,
    /// Of which types.
    pub types: Vec<ConversationType>,
    /// Begun by whom.
    pub directions: Vec<ConversationDirection>,
    /// What they are counted by.
    pub dimensions: Vec<ConversationDimension>,
}

/// What `pricing_analytics` is asked; an empty list of filters asks for everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricingRequest {
    /// Of which messages.
    pub scope: Scope,
    /// What is told; everything where the list is empty.
    pub metrics: Vec<PricingMetric>,
    /// Of which types.
    pub types: Vec<Kind>,
    /// Of which categories.
    pub categories: Vec<PricingWord>,
    /// What they are counted by.
    pub dimensions: Vec<PricingDimension>,
}

/// How far back the three can look.
// Source: cloud-api.md 4: one year since 2025-12-01.
const LOOK_BACK_SECS: u64 = 366 * DAY_SECS;

impl AnalyticsRequest {
    /// Tells the analytics among the value of `fields` from all other fields, which are given back.
    ///
    /// `now` is the time in unix seconds.
    ///
    /// # Errors
    ///
    /// 100, when something chained to an analytics field is not known, missing or out of bounds.
    pub fn take(fields: &str, now: u64) -> Result<(Vec<Self>, String), Refusal> {
        let (mut requests, mut others) = (Vec::new(), Vec::new());
        let fields = list::with_commas(fields);
        for part in split(&fields) {
            match part.split(['.', '(', '{']).next().unwrap_or_default().trim() {
                "analytics" | "conversation_analytics" | "pricing_analytics" => {
                    requests.push(Self::parse(&Calls::new(Chain::parse(part)?, now))?);
                }
                _ => others.push(part),
            }
        }
        Ok((requests, others.join(",")))
    }

    /// Reads what the edge of the same name is asked, from the parameters of a request; others are ignored.
    ///
    /// # Errors
    ///
    /// 100, when a parameter is missing or out of bounds.
    // Source: Meta's own SDKs of v24.0 and later, which ask edges for two of the three; their parameters
    // have the names of what is chained to the fields. Assumed: `tiers` changes nothing.
    pub fn of_edge(edge: &str, parameters: &[u8], now: u64) -> Result<Self, Refusal> {
        let given: Map<String, Value> = serde_json::from_slice(parameters).unwrap_or_default();
        let filters: &[&str] = match edge {
            "conversation_analytics" => &CONVERSATION_FILTERS,
            _ => &PRICING_FILTERS,
        };
        let given: Vec<(String, String)> = given
            .into_iter()
            .filter(|(name, _)| SCOPE.contains(&name.as_str()) || filters.contains(&name.as_str()))
            .map(|(name, value)| match value {
                Value::String(text) => (name, text),
                value => (name, value.to_string()),
            })
            .collect();
        let calls = given.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        Self::parse(&Calls::new(Chain { field: edge, calls }, now))
    }

    /// The field that was asked for.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Messaging(_) => "analytics",
            Self::Conversation(_) => "conversation_analytics",
            Self::Pricing(_) => "pricing_analytics",
        }
    }

    fn parse(calls: &Calls<'_>) -> Result<Self, Refusal> {
        match calls.chain.field {
            "analytics" => MessagingRequest::parse(calls).map(Self::Messaging),
            "conversation_analytics" => ConversationRequest::parse(calls).map(Self::Conversation),
            _ => PricingRequest::parse(calls).map(Self::Pricing),
        }
    }
}

impl MessagingRequest {
    fn parse(calls: &Calls<'_>) -> Result<Self, Refusal> {
        calls.know(&["product_types"])?;
        let granularity = Granularity::parse("granularity", calls.required("granularity")?)?;
        Ok(Self { scope: calls.scope(granularity)?, products: calls.words("product_types")? })
    }
}

impl ConversationRequest {
    fn parse(calls: &Calls<'_>) -> Result<Self, Refusal> {
        calls.know(&CONVERSATION_FILTERS)?;
        Ok(Self {
            scope: calls.scope(calls.often()?)?,
            metrics: calls.words("metric_types")?,
            categories: calls.words("conversation_categories")?,
            types: calls.words("conversation_types")?,
            directions: calls.words("conversation_directions")?,
            dimensions: calls.words("dimensions")?,
        })
    }
}

impl PricingRequest {
    fn parse(calls: &Calls<'_>) -> Result<Self, Refusal> {
        calls.know(&PRICING_FILTERS)?;
        Ok(Self {
            scope: calls.scope(calls.often()?)?,
            metrics: calls.words("metric_types")?,
            types: calls.words("pricing_types")?,
            categories: calls.words("pricing_categories")?,
            dimensions: calls.words("dimensions")?,
        })
    }
}

/// The calls that each of the three knows.
const SCOPE: [&str; 5] = ["start", "end", "granularity", "phone_numbers", "country_codes"];

/// The calls that only one of them knows.
const CONVERSATION_FILTERS: [&str; 5] = [
    "metric_types",
    "conversation_categories",
    "conversation_types",
    "conversation_directions",
    "dimensions",
];
const PRICING_FILTERS: [&str; 4] = ["metric_types", "pricing_types", "pricing_categories", "dimensions"];

/// What is chained to a field, read call by call.
struct Calls<'a> {
    chain: Chain<'a>,
    now: u64,
}

impl<'a> Calls<'a> {
    const fn new(chain: Chain<'a>, now: u64) -> Self {
        Self { chain, now }
    }

    /// Refuses calls that neither all fields nor this one knows, and those made twice.
    // Assumed: the words; Meta answers an unknown call with an error of Graph's syntax.
    fn know(&self, known: &[&str]) -> Result<(), Refusal> {
        for (nth, (name, _)) in self.chain.calls.iter().enumerate() {
            let field = self.chain.field;
            if !SCOPE.contains(name) && !known.contains(name) {
                let known = [&SCOPE, known].concat().join(", ");
                let details = format!("{field} has no {name}(); it has {known}.");
                return Err(Refusal::InvalidParameter { details: details.into() });
            }
            if self.chain.calls[..nth].iter().any(|(other, _)| other == name) {
                let details = format!("{field} has {name}() twice.");
                return Err(Refusal::InvalidParameter { details: details.into() });
            }
        }
        Ok(())
    }

    fn find(&self, name: &str) -> Option<&'a str> {
        self.chain.calls.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    fn required(&self, name: &'static str) -> Result<&'a str, Refusal> {
        let value = self.find(name).map(unquoted).filter(|value| !value.is_empty());
        value.ok_or(Refusal::MissingParameter { name: name.into() })
    }

    fn often(&self) -> Result<Granularity, Refusal> {
        Often::parse("granularity", self.required("granularity")?).map(Granularity::from)
    }

    fn scope(&self, granularity: Granularity) -> Result<Scope, Refusal> {
        let period = Period { range: self.range()?, granularity };
        Ok(Scope { period, numbers: self.numbers()?, countries: self.countries()? })
    }

    fn range(&self) -> Result<Range, Refusal> {
        let (start, end) = (self.required("start")?, self.required("end")?);
        Range::parse(start, end, self.now, LOOK_BACK_SECS)
    }

    fn numbers(&self) -> Result<Vec<Recipient>, Refusal> {
        let read = |text: &str| {
            text.parse().map_err(|error| {
                let details = format!("Param phone_numbers: {error}.");
                Refusal::InvalidParameter { details: details.into() }
            })
        };
        self.find("phone_numbers").into_iter().flat_map(items).map(read).collect()
    }

    fn countries(&self) -> Result<Vec<CountryCode>, Refusal> {
        let read = |text: &str| {
            text.parse().map_err(|error| {
                let details = format!("Param country_codes: {error}.");
                Refusal::InvalidParameter { details: details.into() }
            })
        };
        self.find("country_codes").into_iter().flat_map(items).map(read).collect()
    }

    fn words<W: Word>(&self, name: &'static str) -> Result<Vec<W>, Refusal> {
        self.find(name).into_iter().flat_map(items).map(|text| W::parse(name, text)).collect()
    }
}

impl Range {
    /// Reads a beginning and an end, each in unix seconds or as a day of UTC.
    pub(super) fn parse(start: &str, end: &str, now: u64, look_back: u64) -> Result<Self, Refusal> {
        let (start, end) = (instant("start", start)?, instant("end", end)?);
        if start >= end {
            let details = format!("Param start must be before end, but {start} is not before {end}.");
            return Err(Refusal::InvalidParameter { details: details.into() });
        }
        // Assumed: an older start is refused, and the whole day that the look-back ends in is allowed.
        let oldest = Day::of_unix(now.saturating_sub(look_back)).unix_secs();
        if start < oldest {
            let days = look_back / DAY_SECS;
            let details = format!("Param start must lie within the last {days} days: at {oldest} or later.");
            return Err(Refusal::InvalidParameter { details: details.into() });
        }
        Ok(Self { start, end })
    }
}

fn instant(name: &'static str, text: &str) -> Result<u64, Refusal> {
    let is_whole = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unix = text.parse().ok().filter(|_| is_whole);
    let day = || text.parse::<Day>().ok().map(Day::unix_secs);
    unix.or_else(day).ok_or_else(|| {
        let details =
            format!("Param {name} is {text:?}, but must be unix seconds or a day, such as 2026-01-31.");
        Refusal::InvalidParameter { details: details.into() }
    })
}

impl Granularity {
    /// The bucket that an instant falls into; both are unix seconds.
    // Source: cloud-api.md 4: days are those of UTC.
    #[must_use]
    pub fn bucket(self, at: u64) -> Range {
        match self {
            Self::HalfHour => {
                let start = at / 1_800 * 1_800;
                Range { start, end: start.saturating_add(1_800) }
            }
            Self::Day => {
                let start = at / DAY_SECS * DAY_SECS;
                Range { start, end: start.saturating_add(DAY_SECS) }
            }
            Self::Month => {
                let month = Day::of_unix(at).month();
                Range { start: month.first_day().unix_secs(), end: month.next().first_day().unix_secs() }
            }
        }
    }
}

impl Period {
    /// Whether something that happened at this time is asked for.
    ///
    /// The bucket that the start falls into is told whole.
    #[must_use]
    pub fn has(self, at: u64) -> bool {
        self.granularity.bucket(self.range.start).start <= at && at < self.range.end
    }
}
