//! What an account sent and what it cost, as Graph tells it: four requests and their answers.
//!
//! Three of them are fields of an account with calls chained to them, such as
//! `pricing_analytics.start(1750000000).end(1750086400).granularity(DAILY)`; the fourth, about
//! templates, is an edge of its own.

mod answer;
mod chain;
mod request;
mod template;
mod words;

#[cfg(test)]
mod tests;

pub use answer::{
    ConversationGroup, ConversationPoint, MessagingAnalytics, MessagingPoint, Points, PricingGroup,
    PricingPoint,
};
pub use request::{
    AnalyticsRequest, ConversationRequest, MessagingRequest, Period, PricingRequest, Range, Scope,
};
pub use template::{Clicks, Cost, TemplateAnalytics, TemplateAnalyticsRequest, TemplatePoint};
pub use words::{
    ConversationCategory, ConversationDimension, ConversationDirection, ConversationMetric, ConversationType,
    Granularity, Kind, PricingDimension, PricingMetric, PricingWord, Product, TemplateMetric,
    TemplateProduct,
};
