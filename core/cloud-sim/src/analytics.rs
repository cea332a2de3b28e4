//! The analytics of an account, computed from the priced rows of the books.
//!
//! What happened counts in the half hour in which it happened, whenever the message was sent.

mod template;

use std::collections::BTreeMap;
use std::ops::AddAssign;

use cloud_api::analytics::{
    AnalyticsRequest, ConversationCategory, ConversationDimension, ConversationDirection, ConversationGroup,
    ConversationMetric, ConversationPoint, ConversationRequest, Kind, MessagingAnalytics, MessagingPoint,
    MessagingRequest, Points, PricingDimension, PricingGroup, PricingMetric, PricingPoint, PricingRequest,
    PricingWord, Product, Scope,
};
use cloud_api::webhook::PricingCategory;
use cloud_api::{Money, Recipient, Refusal, WabaId};

use crate::directory::Directory;
use crate::pricing::Priced;

/// What the analytics of one account are computed from.
#[derive(Clone, Copy, Debug)]
pub struct Analytics<'a> {
    /// The account.
    pub account: WabaId,
    /// Which phone numbers and templates it has now: others are not told of.
    pub directory: &'a Directory,
    /// Every row of the books, priced.
    pub costs: &'a [Priced],
}

/// The answer to one of the three analytics.
#[derive(Clone, Debug)]
pub enum AnalyticsAnswer {
    /// To `analytics`.
    Messaging(MessagingAnalytics),
    /// To `conversation_analytics`.
    Conversation(Points<ConversationPoint>),
    /// To `pricing_analytics`.
    Pricing(Points<PricingPoint>),
}

/// A number of messages and what they cost.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    count: u64,
    cost: Money,
}

impl AddAssign for Sum {
    fn add_assign(&mut self, other: Self) {
        self.count = self.count.saturating_add(other.count);
        self.cost += other.cost;
    }
}

impl Analytics<'_> {
    /// Answers a request.
    ///
    /// # Errors
    ///
    /// 100, when it names a phone number that is not the account's.
    pub fn answer(&self, request: &AnalyticsRequest) -> Result<AnalyticsAnswer, Refusal> {
        match request {
            AnalyticsRequest::Messaging(request) => self.messaging(request).map(AnalyticsAnswer::Messaging),
            AnalyticsRequest::Conversation(request) => {
                self.conversations(request).map(AnalyticsAnswer::Conversation)
            }
            AnalyticsRequest::Pricing(request) => self.pricing(request).map(AnalyticsAnswer::Pricing),
        }
    }

    // Source: cloud-api.md 4. Assumed: what came in counts as sent and as delivered, and only where
    // it is asked for.
    fn messaging(&self, request: &MessagingRequest) -> Result<MessagingAnalytics, Refusal> {
        let mut points = BTreeMap::<_, MessagingPoint>::new();
        let (mut numbers, mut countries) = (request.scope.numbers.clone(), request.scope.countries.clone());
        for (number, priced) in self.rows(&request.scope)? {
            let (group, tally) = (priced.row.group, priced.row.tally);
            let has = |product| match request.products.as_slice() {
                [] => product != Product::Inbound,
                products => products.contains(&product),
            };
            let out = if group.template.is_some() { Product::Template } else { Product::FreeForm };
            let out = if has(out) { (tally.sent, tally.delivered) } else { (0, 0) };
            let received = if has(Product::Inbound) { tally.received } else { 0 };
            if out == (0, 0) && received == 0 {
                continue;
            }
            let bucket = request.scope.period.granularity.bucket(priced.row.start);
            let empty = MessagingPoint { start: bucket.start, end: bucket.end, sent: 0, delivered: 0 };
            let point = points.entry(bucket.start).or_insert(empty);
            point.sent += out.0 + received;
            point.delivered += out.1 + received;
            if !numbers.contains(&number) {
                numbers.push(number);
            }
            if let Some(country) = group.country.filter(|country| !countries.contains(country)) {
                countries.push(country);
            }
        }
        Ok(MessagingAnalytics {
            phone_numbers: numbers.into_iter().map(digits).collect(),
            country_codes: countries,
            granularity: request.scope.period.granularity,
            data_points: points.into_values().collect(),
        })
    }

    // Source: cloud-api.md 6.4: each message is a conversation of its own since prices are per message.
    // Assumed: it counts once it is delivered.
    fn conversations(&self, request: &ConversationRequest) -> Result<Points<ConversationPoint>, Refusal> {
        let mut sums = BTreeMap::<ConversationGroup, Sum>::new();
        for (number, priced) in self.rows(&request.scope)? {
            let (charge, country) = (priced.row.group.charge, priced.row.group.country);
            let (category, kind) = (charge.category.into(), charge.kind.into());
            let is_wanted = is_among(&request.categories, category)
                && is_among(&request.types, kind)
                && is_among(&request.directions, direction(category));
            let count = priced.row.tally.delivered;
            if count == 0 || !is_wanted {
                continue;
            }
            let bucket = request.scope.period.granularity.bucket(priced.row.start);
            let by = |dimension| request.dimensions.contains(&dimension);
            let group = ConversationGroup {
                start: bucket.start,
                end: bucket.end,
                phone_number: by(ConversationDimension::Phone).then(|| digits(number)),
                country: country.filter(|_| by(ConversationDimension::Country)),
                conversation_type: by(ConversationDimension::Type).then_some(kind),
                // Source: cloud-api.md 4, Meta's sample.
                conversation_direction: by(ConversationDimension::Direction).then_some("UNKNOWN"),
                conversation_category: by(ConversationDimension::Category).then_some(category),
            };
            *sums.entry(group).or_default() += Sum { count, cost: priced.cost() };
        }
        let wants = |metric| is_among(&request.metrics, metric);
        let points = sums.into_iter().map(|(group, sum)| ConversationPoint {
            group,
            conversation: wants(ConversationMetric::Conversation).then_some(sum.count),
            cost: wants(ConversationMetric::Cost).then_some(sum.cost),
        });
        Ok(Points::new(points.collect()))
    }

    // Source: cloud-api.md 4.
    fn pricing(&self, request: &PricingRequest) -> Result<Points<PricingPoint>, Refusal> {
        let mut sums = BTreeMap::<PricingGroup, Sum>::new();
        for (number, priced) in self.rows(&request.scope)? {
            let (charge, country) = (priced.row.group.charge, priced.row.group.country);
            let (category, kind): (PricingWord, Kind) = (charge.category.into(), charge.kind.into());
            if !is_among(&request.categories, category) || !is_among(&request.types, kind) {
                continue;
            }
            let bucket = request.scope.period.granularity.bucket(priced.row.start);
            let by = |dimension| request.dimensions.contains(&dimension);
            let group = PricingGroup {
                start: bucket.start,
                end: bucket.end,
                phone_number: by(PricingDimension::Phone).then(|| digits(number)),
                country: country.filter(|_| by(PricingDimension::Country)),
                tier: None,
                pricing_type: by(PricingDimension::Type).then_some(kind),
                pricing_category: by(PricingDimension::Category).then_some(category),
            };
            for slice in &priced.slices {
                let tier = by(PricingDimension::Tier).then(|| slice.tier.to_string());
                let group = PricingGroup { tier, ..group.clone() };
                *sums.entry(group).or_default() += Sum { count: slice.count, cost: slice.cost() };
            }
            let free = priced.row.tally.delivered - priced.row.tally.charged + priced.unpriced();
            if free > 0 {
                *sums.entry(group).or_default() += Sum { count: free, cost: Money::ZERO };
            }
        }
        let wants = |metric| is_among(&request.metrics, metric);
        let points = sums.into_iter().map(|(group, sum)| PricingPoint {
            group,
            volume: wants(PricingMetric::Volume).then_some(sum.count),
            cost: wants(PricingMetric::Cost).then_some(sum.cost),
        });
        Ok(Points::new(points.collect()))
    }

    /// The rows of the account that a request means, each with its phone number.
    fn rows<'a>(
        &'a self,
        scope: &'a Scope,
    ) -> Result<impl Iterator<Item = (Recipient, &'a Priced)>, Refusal> {
        let Scope { period, numbers, countries } = scope;
        let own = |number: &Recipient| {
            let mut all = self.directory.numbers().iter();
            all.any(|own| own.account == self.account && own.display == *number)
        };
        if let Some(other) = numbers.iter().find(|number| !own(number)) {
            // Assumed: the words.
            let details = format!("Param phone_numbers holds {other}, which is no number of this account.");
            return Err(Refusal::InvalidParameter { details: details.into() });
        }
        let rows = self.costs.iter().filter_map(move |priced| {
            let group = priced.row.group;
            let number = self.directory.number(group.number)?.display;
            let is_wanted = group.account == self.account
                && period.has(priced.row.start)
                && is_among(numbers, number)
                && (countries.is_empty() || group.country.is_some_and(|to| countries.contains(&to)));
            is_wanted.then_some((number, priced))
        });
        Ok(rows)
    }
}

/// Whether a filter lets this through; an empty one lets everything through.
fn is_among<T: PartialEq>(filter: &[T], value: T) -> bool {
    filter.is_empty() || filter.contains(&value)
}

// Assumed: answers are begun by the person, everything else by the business.
fn direction(category: ConversationCategory) -> ConversationDirection {
    match category {
        ConversationCategory::Service => ConversationDirection::User,
        _ => ConversationDirection::Business,
    }
}

fn digits(number: Recipient) -> String {
    number.digits().as_str().to_owned()
}

/// Whether presses of a button are counted for messages of this category.
// Source: cloud-api.md 4: only for marketing and utility.
fn counts_clicks(category: PricingCategory) -> bool {
    matches!(category, PricingCategory::Marketing | PricingCategory::Utility)
}
