//! `GET /{account id}/template_analytics`: what became of the messages of templates, day by day.

use serde::{Deserialize, Serialize};

use super::chain::items;
use super::request::Range;
use super::words::{Often, TemplateMetric, TemplateProduct, Word};
use crate::calendar::DAY_SECS;
use crate::id::TemplateId;
use crate::lenient::{Scalar, read_body};
use crate::money::Money;
use crate::paging::{PageRequest, Paging};
use crate::refusal::Refusal;

/// What the edge is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateAnalyticsRequest {
    /// When.
    pub range: Range,
    /// Of which templates.
    pub templates: Vec<TemplateId>,
    /// What is told; everything where the list is empty.
    pub metrics: Vec<TemplateMetric>,
    /// By which product the messages were sent.
    pub product: TemplateProduct,
    /// Which part of the list of days and templates.
    pub page: PageRequest,
}

/// How many templates can be asked about at once.
// Source: cloud-api.md 4.
const TEMPLATES_MAX: usize = 10;

/// How far back the edge can look.
// Source: cloud-api.md 4: 90 days.
const LOOK_BACK_SECS: u64 = 90 * DAY_SECS;

/// The answer of the edge.
#[derive(Clone, Debug, Serialize)]
pub struct TemplateAnalytics {
    data: [Product; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    paging: Option<Paging>,
}

#[derive(Clone, Debug, Serialize)]
struct Product {
    granularity: Often,
    product_type: &'static str,
    data_points: Vec<TemplatePoint>,
}

/// One template on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TemplatePoint {
    /// The template.
    pub template_id: TemplateId,
    /// When the day begins, in unix seconds.
    pub start: u64,
    /// When it ends.
    pub end: u64,
    /// How many messages were sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent: Option<u64>,
    /// How many were delivered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivered: Option<u64>,
    /// How many were read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read: Option<u64>,
    /// How often its buttons were pressed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clicked: Option<Vec<Clicks>>,
    /// What they cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<[Cost; 3]>,
}

/// How often one button was pressed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Clicks {
    /// What kind of button it is.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What is written on it.
    pub button_content: String,
    /// How often.
    pub count: u64,
}

/// One measure of what messages cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Cost {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Money>,
}

impl Cost {
    /// What some messages cost: altogether, for each that arrived, and for each press of a button.
    #[must_use]
    pub fn all(spent: Money, delivered: u64, clicked: u64) -> [Self; 3] {
        [
            Self { kind: "amount_spent", value: Some(spent) },
            Self { kind: "cost_per_delivered", value: spent.shared(delivered) },
            Self { kind: "cost_per_url_button_click", value: spent.shared(clicked) },
        ]
    }
}

impl TemplateAnalytics {
    /// The answer with a page of points.
    #[must_use]
    pub fn new(product: TemplateProduct, data_points: Vec<TemplatePoint>, paging: Option<Paging>) -> Self {
        let product_type = match product {
            TemplateProduct::CloudApi => "cloud_api",
            TemplateProduct::MarketingMessages => "marketing_messages_api_for_whatsapp",
        };
        Self { data: [Product { granularity: Often::Daily, product_type, data_points }], paging }
    }
}

/// The parameters as they come: a list is an array, or a text that holds one.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Raw<'a> {
    #[serde(borrow)]
    start: Scalar<'a>,
    #[serde(borrow)]
    end: Scalar<'a>,
    #[serde(borrow)]
    granularity: Scalar<'a>,
    template_ids: Listed,
    metric_types: Listed,
    #[serde(borrow)]
    product_type: Scalar<'a>,
    #[serde(borrow)]
    limit: Scalar<'a>,
    #[serde(borrow)]
    after: Scalar<'a>,
    #[serde(borrow)]
    before: Scalar<'a>,
}

/// A list of texts, in whichever shape it came.
#[derive(Default)]
struct Listed(Vec<String>);

impl<'de> Deserialize<'de> for Listed {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts = match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::Array(values) => values.iter().map(plain).collect(),
            serde_json::Value::Null => Vec::new(),
            value => items(&plain(&value)).map(str::to_owned).collect(),
        };
        Ok(Self(texts))
    }
}

fn plain(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

impl TemplateAnalyticsRequest {
    /// Reads the parameters of the request; `now` is the time in unix seconds.
    ///
    /// `use_waba_timezone` is read over.
    ///
    /// # Errors
    ///
    /// 100, when one is missing, not known or out of bounds.
    // Assumed: every account lives in UTC, so that its time zone makes no difference.
    pub fn parse(body: &[u8], now: u64) -> Result<Self, Refusal> {
        let raw: Raw<'_> = read_body(body);
        let missing = |name: &'static str| Refusal::MissingParameter { name: name.into() };
        let start = raw.start.into_text().ok_or_else(|| missing("start"))?;
        let end = raw.end.into_text().ok_or_else(|| missing("end"))?;
        let granularity = raw.granularity.into_text().ok_or_else(|| missing("granularity"))?;
        if granularity != "DAILY" {
            let (name, found) = ("granularity".into(), granularity.into_owned());
            return Err(Refusal::ParameterNotOneOf { name, allowed: "DAILY", found });
        }
        let product = match raw.product_type.into_text() {
            Some(product) => TemplateProduct::parse("product_type", &product)?,
            None => TemplateProduct::CloudApi,
        };
        let metrics = raw.metric_types.0.iter().map(|text| TemplateMetric::parse("metric_types", text));
        let mut page = PageRequest::default();
        for (name, value) in [("limit", raw.limit), ("after", raw.after), ("before", raw.before)] {
            if let Some(value) = value.into_text() {
                page.take(name, &value)?;
            }
        }
        Ok(Self {
            range: Range::parse(&start, &end, now, LOOK_BACK_SECS)?,
            templates: templates(&raw.template_ids.0)?,
            metrics: metrics.collect::<Result<_, _>>()?,
            product,
            page,
        })
    }

    /// Whether a metric is asked for.
    #[must_use]
    pub fn wants(&self, metric: TemplateMetric) -> bool {
        self.metrics.is_empty() || self.metrics.contains(&metric)
    }
}

fn templates(texts: &[String]) -> Result<Vec<TemplateId>, Refusal> {
    if texts.is_empty() {
        return Err(Refusal::MissingParameter { name: "template_ids".into() });
    }
    if texts.len() > TEMPLATES_MAX {
        let details =
            format!("Param template_ids must hold at most {TEMPLATES_MAX} ids, not {}.", texts.len());
        return Err(Refusal::InvalidParameter { details: details.into() });
    }
    let read = |text: &String| {
        text.parse().map_err(|error| {
            let details = format!("Param template_ids holds {text:?}: {error}.");
            Refusal::InvalidParameter { details: details.into() }
        })
    };
    texts.iter().map(read).collect()
}
