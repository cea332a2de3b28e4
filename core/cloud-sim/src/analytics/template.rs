//! The analytics of templates, day by day.

use std::collections::BTreeMap;
use std::sync::Arc;

use cloud_api::analytics::{
    Clicks, Cost, Granularity, Period, TemplateAnalyticsRequest, TemplateMetric, TemplatePoint,
    TemplateProduct,
};
use cloud_api::refusal::FailureCode;
use cloud_api::template::{Button, CustomButton, CustomContent, TemplateContent};
use cloud_api::{Money, Refusal, TemplateId};

use super::{Analytics, counts_clicks};
use crate::directory::Template;
use crate::ledger::{BUTTONS_MAX, Tally};

/// Template insights are not enabled.
const NOT_ENABLED: u32 = 200_005;

/// Template insights are not available.
const NOT_AVAILABLE: u32 = 200_007;

/// Where the accounts are at home that have no template insights.
// Source: cloud-api.md 4: the European Union, the United Kingdom and Japan.
const CLOSED: [&str; 29] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE", "IT",
    "JP", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
];

impl Analytics<'_> {
    /// Every point that a request asks for, template by template in the order of days.
    ///
    /// # Errors
    ///
    /// 200005 or 200007, when the account has no insights; 100, when a template is not the account's.
    // Assumed: days on which nothing happened have no point.
    pub fn templates(&self, request: &TemplateAnalyticsRequest) -> Result<Vec<TemplatePoint>, Refusal> {
        self.is_insightful()?;
        let mut points = Vec::new();
        let mut asked = request.templates.clone();
        asked.sort_unstable();
        asked.dedup();
        for id in asked {
            let template = self.own_template(id)?;
            // Source: cloud-api.md 4. Assumed: nothing here is sent by the marketing product.
            if request.product == TemplateProduct::CloudApi {
                points.extend(self.days(request, id, template));
            }
        }
        Ok(points)
    }

    fn is_insightful(&self) -> Result<(), Refusal> {
        let refused = |code| Err(FailureCode::new(code).map_or(Refusal::ApiUnknown, Refusal::listed));
        let Some(account) = self.directory.account(self.account) else { return Err(Refusal::ApiUnknown) };
        if CLOSED.contains(&account.record.country.as_str()) {
            return refused(NOT_AVAILABLE);
        }
        if !account.record.is_enabled_for_insights {
            return refused(NOT_ENABLED);
        }
        Ok(())
    }

    fn own_template(&self, id: TemplateId) -> Result<&Arc<Template>, Refusal> {
        let found = self.directory.template_by_id(id).filter(|(account, _)| account.id == self.account);
        found.map(|(_, template)| template).ok_or_else(|| {
            // Assumed: the words.
            let details = format!("Param template_ids holds {id}, which is no template of this account.");
            Refusal::InvalidParameter { details: details.into() }
        })
    }

    fn days(
        &self,
        request: &TemplateAnalyticsRequest,
        id: TemplateId,
        template: &Template,
    ) -> impl Iterator<Item = TemplatePoint> {
        let period = Period { range: request.range, granularity: Granularity::Day };
        let mut days = BTreeMap::<u64, (Tally, Money, bool)>::new();
        for priced in self.costs.iter().filter(|priced| priced.row.group.template == Some(id)) {
            if period.has(priced.row.start) {
                let day = Granularity::Day.bucket(priced.row.start).start;
                let (tally, cost, clicks) = days.entry(day).or_default();
                *tally += priced.row.tally;
                *cost += priced.cost();
                *clicks |= counts_clicks(priced.row.group.charge.category);
            }
        }
        let wants = |metric, value| request.wants(metric).then_some(value);
        let buttons = buttons(&template.record.template.content);
        let points = days.into_iter().map(move |(start, (tally, cost, counts_clicks))| {
            let clicked = clicks(&buttons, if counts_clicks { tally.clicked } else { [0; BUTTONS_MAX] });
            let on_links =
                clicked.iter().filter(|button| button.kind == URL_BUTTON).map(|button| button.count);
            let on_links = on_links.sum();
            TemplatePoint {
                template_id: id,
                start,
                end: Granularity::Day.bucket(start).end,
                sent: wants(TemplateMetric::Sent, tally.sent),
                delivered: wants(TemplateMetric::Delivered, tally.delivered),
                read: wants(TemplateMetric::Read, tally.read),
                clicked: request.wants(TemplateMetric::Clicked).then_some(clicked),
                cost: request.wants(TemplateMetric::Cost).then(|| Cost::all(cost, tally.delivered, on_links)),
            }
        });
        points.collect::<Vec<_>>().into_iter()
    }
}

/// What Meta calls buttons with a link, and those that copy a code.
// Source: cloud-api.md 4.
const URL_BUTTON: &str = "unique_url_button";

/// The buttons whose presses are counted: their places, and Meta's words for their types with their
/// labels.
// Source: cloud-api.md 4 for `unique_url_button` on a copy-code button. Assumed: the other types.
fn buttons(content: &TemplateContent) -> Vec<(usize, &'static str, String)> {
    let custom = match content {
        TemplateContent::Authentication(content) => {
            return vec![(0, URL_BUTTON, otp_label(&content.button))];
        }
        TemplateContent::Custom(CustomContent { buttons, .. }) => buttons,
    };
    let counted = custom.iter().enumerate().filter_map(|(nth, button)| match button {
        CustomButton::QuickReply { text } => Some((nth, "quick_reply_button", text.as_str().to_owned())),
        CustomButton::Url { text, .. } => Some((nth, URL_BUTTON, text.as_str().to_owned())),
        CustomButton::CopyCode { .. } => Some((nth, URL_BUTTON, "Copy code".to_owned())),
        CustomButton::PhoneNumber { .. } => None,
    });
    counted.collect()
}

fn otp_label(button: &Button) -> String {
    let (Button::CopyCode { labels } | Button::OneTap { labels, .. } | Button::ZeroTap { labels, .. }) =
        button;
    labels.copy_code.as_ref().map_or("Copy code", |label| label.as_str()).to_owned()
}

fn clicks(buttons: &[(usize, &'static str, String)], presses: [u32; BUTTONS_MAX]) -> Vec<Clicks> {
    let counted = buttons.iter().map(|(nth, kind, label)| Clicks {
        kind,
        button_content: label.clone(),
        count: presses.get(*nth).copied().map_or(0, u64::from),
    });
    counted.collect()
}
