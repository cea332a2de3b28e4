//! What an account sent and what it cost: three of its fields, two of them as edges too, and an edge about
//! templates.

use cloud_api::Refusal;
use cloud_api::account::Node;
use cloud_api::analytics::{AnalyticsRequest, TemplateAnalytics, TemplateAnalyticsRequest};
use cloud_sim::{Account, Analytics, AnalyticsAnswer, Need};

use super::operation::{Handle, Operation, Verb};
use super::paging::address;
use super::{Call, Graph};
use crate::http::Answer;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        verb: Verb::Get,
        path: "/{account-id}/template_analytics",
        about: "read what became of the messages of templates",
        source: "cloud-api.md 4",
        handle: Handle::Edge(Graph::read_template_analytics),
    },
    Operation {
        verb: Verb::Get,
        path: "/{account-id}/conversation_analytics",
        about: "read how many conversations there were",
        source: "Meta's Python SDK 26.0",
        handle: Handle::Edge(Graph::read_conversation_analytics),
    },
    Operation {
        verb: Verb::Get,
        path: "/{account-id}/pricing_analytics",
        about: "read how many messages were delivered, and their cost",
        source: "Meta's Python SDK 26.0",
        handle: Handle::Edge(Graph::read_pricing_analytics),
    },
];

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

    fn read_conversation_analytics(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        self.read_analytics(call, id, "conversation_analytics")
    }

    fn read_pricing_analytics(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        self.read_analytics(call, id, "pricing_analytics")
    }

    /// What the field of an account holds, as an edge.
    fn read_analytics(&self, call: &Call<'_>, id: &str, edge: &str) -> Result<Answer, Refusal> {
        let account = call.account(id, Need::SEE)?;
        let request = AnalyticsRequest::of_edge(edge, call.body, self.unix_now())?;
        let costs = self.engine.costs();
        let analytics = Analytics { account: account.id, directory: call.directory, costs: &costs };
        Ok(match analytics.answer(&request)? {
            AnalyticsAnswer::Messaging(answer) => Answer::ok(&answer),
            AnalyticsAnswer::Conversation(answer) => Answer::ok(&answer),
            AnalyticsAnswer::Pricing(answer) => Answer::ok(&answer),
        })
    }

    fn read_template_analytics(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let account = call.account(id, Need::SEE)?;
        let request = TemplateAnalyticsRequest::parse(call.body, self.unix_now())?;
        let costs = self.engine.costs();
        let analytics = Analytics { account: account.id, directory: call.directory, costs: &costs };
        let points = analytics.templates(&request)?;
        let page = request.page.cut(&points, |name, cursor| address(call, name, cursor));
        let answer = TemplateAnalytics::new(request.product, page.data, page.paging);
        Ok(Answer::ok(&answer))
    }
}
