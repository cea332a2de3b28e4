//! What an account sent and what it cost: three of its fields, and an edge about templates.

use cloud_api::Refusal;
use cloud_api::account::Node;
use cloud_api::analytics::{AnalyticsRequest, TemplateAnalytics, TemplateAnalyticsRequest};
use cloud_sim::{Account, Analytics, AnalyticsAnswer, Need};

use super::operation::{Handle, Operation, Verb};
use super::templates::address;
use super::{Call, Graph};
use crate::http::Answer;

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    verb: Verb::Get,
    path: "/{account-id}/template_analytics",
    about: "read what became of the messages of templates",
    source: "cloud-api.md 4",
    handle: Handle::Edge(Graph::read_template_analytics),
}];

impl Graph {
    /// Adds the analytics among the fields that were asked for, and gives the other fields back.
    pub(super) fn push_analytics(
        &self,
        call: &Call<'_>,
        account: &Account,
        fields: &str,
    ) -> Result<(Node, String), Refusal> {
        let (requests, others) = AnalyticsRequest::take(fields, self.unix_now())?;
        let mut node = Node::new();
        if requests.is_empty() {
            return Ok((node, others));
        }
        let costs = self.engine.costs();
        let analytics = Analytics { account: account.id, directory: call.directory, costs: &costs };
        for request in requests {
            match analytics.answer(&request)? {
                AnalyticsAnswer::Messaging(answer) => node.push(request.field(), Some(answer)),
                AnalyticsAnswer::Conversation(answer) => node.push(request.field(), Some(answer)),
                AnalyticsAnswer::Pricing(answer) => node.push(request.field(), Some(answer)),
            }
        }
        Ok((node, others))
    }

    fn read_template_analytics(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let account = call.account(id, Need::SEE)?;
        let request = TemplateAnalyticsRequest::parse(call.body, self.unix_now())?;
        let costs = self.engine.costs();
        let analytics = Analytics { account: account.id, directory: call.directory, costs: &costs };
        let points = analytics.templates(&request)?;
        let page = request.page.cut(&points, |name, cursor| address(call, name, cursor));
        let answer = TemplateAnalytics::new(request.product, page.data, page.paging);
        Ok(Answer::json(200, serde_json::to_vec(&answer).expect("wire types serialize")))
    }
}
