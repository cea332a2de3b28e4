//! `/{account id}/activities`: what was done to an account over the Graph API lately.
//!
//! The log is bounded, is not part of a saved state, and knows nothing of what is changed over the
//! control API or by itself.

use cloud_api::access::TokenKind;
use cloud_api::account::{Activity, ActivityQuery, ActivityType, Node};
use cloud_api::paging::Page;
use cloud_api::{PhoneNumberId, Refusal, TemplateId, WabaId, query};
use cloud_sim::Need;

use super::operation::{Handle, Operation, Verb};
use super::paging::address;
use super::path::Path;
use super::{Call, Graph};
use crate::http::Answer;

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    verb: Verb::Get,
    path: "/{account-id}/activities",
    about: "list what was done to an account",
    source: "the OpenAPI file",
    handle: Handle::Edge(Graph::list_activities),
}];

/// The id before that of the first activity.
const BEFORE_FIRST: u64 = 4_000_000_000_000_000;

/// How much is kept of what a client calls itself.
const USER_AGENT_KEPT: usize = 200;

impl Graph {
    // Source: the OpenAPI file's sample: the newest comes first.
    fn list_activities(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let account = call.account(id, Need::SEE)?.id;
        let query = ActivityQuery::from_pairs(query::pairs(call.request.query()))?;
        let is_asked_for = |activity: &Activity| activity.account == account && query.matches(activity);
        let asked_for = |activity: &Activity| is_asked_for(activity).then(|| activity.clone());
        let mut activities = self.engine.activities.gather(asked_for);
        activities.sort_by_key(|activity| std::cmp::Reverse(activity.id));
        let place = |activity: &Activity| usize::try_from(activity.id).unwrap_or(usize::MAX);
        let page = query.page.cut_newest(&activities, place, |name, cursor| address(call, name, cursor));
        let data: Vec<Node> = page.data.iter().map(|activity| query.node(activity)).collect();
        Ok(Answer::ok(&Page { data, paging: page.paging }))
    }

    /// Writes down what a request has done to an account, if it is one of those that are logged.
    pub(super) fn log(&self, call: &Call<'_>, path: &Path<'_>) {
        let Some(object) = path.first().filter(|_| call.verb != Verb::Get) else { return };
        let Some((account, kind)) = activity_of(call, path.edge(), object) else { return };
        let person = call.caller.token.filter(|token| token.kind == TokenKind::User);
        let user_agent = call.request.header("user-agent");
        self.engine.activities.push(
            0,
            Activity {
                id: BEFORE_FIRST + self.engine.next_trace(),
                account,
                kind,
                at: self.unix_now(),
                app: (call.app.id, call.app.name.clone()),
                person: person.map(|token| token.user),
                object: object.into(),
                user_agent: user_agent.map(|name| name.chars().take(USER_AGENT_KEPT).collect()),
            },
        );
    }
}

/// What a request that succeeded was to which account, if that is logged.
// Assumed: what is logged as what, of which the OpenAPI file has the words only.
fn activity_of(call: &Call<'_>, edge: Option<&str>, object: &str) -> Option<(WabaId, ActivityType)> {
    use ActivityType as T;
    let kind = match (call.verb, edge) {
        (Verb::Post, Some("message_templates" | "upsert_message_templates")) => T::TemplateCreated,
        (Verb::Delete, Some("message_templates")) => T::TemplateDeleted,
        (Verb::Post, Some("unpause" | "archive" | "unarchive")) => T::TemplateUpdated,
        (Verb::Post, Some("phone_numbers")) => T::PhoneNumberAdded,
        (Verb::Post, Some("verify_code")) => T::PhoneNumberVerified,
        (Verb::Post | Verb::Delete, Some("subscribed_apps")) => T::WebhookConfigured,
        (Verb::Post, None) => T::AccountUpdated,
        _ => return None,
    };
    let id = object.parse::<u64>().ok()?;
    if let Some(account) = call.directory.account(WabaId::new(id)) {
        return Some((account.id, kind));
    }
    if let Some(number) = call.directory.number(PhoneNumberId::new(id)) {
        return Some((number.account, kind));
    }
    let (account, _) = call.directory.template_by_id(TemplateId::new(id))?;
    Some((account.id, T::TemplateUpdated))
}
