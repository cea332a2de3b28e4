//! `/{account id}`: what Meta holds of an account.

use cloud_api::Refusal;
use cloud_api::account::{AccountField, AccountUpdate, AccountView, Node, Selection};
use cloud_sim::Need;

use super::operation::{Handle, Operation, Verb};
use super::{Call, Graph, success};
use crate::http::Answer;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        verb: Verb::Get,
        path: "/{account-id}",
        about: "read an account",
        source: "cloud-api.md 5.3",
        handle: Handle::Node(Graph::show_account),
    },
    Operation {
        verb: Verb::Post,
        path: "/{account-id}",
        about: "rename an account, or have it count what templates do",
        source: "cloud-api.md 4 and the OpenAPI file",
        handle: Handle::Node(Graph::update_account),
    },
];

impl Graph {
    /// The account of that id; `None` when the id is none of an account.
    pub(super) fn show_account(&self, call: &Call<'_>, id: &str) -> Result<Option<Answer>, Refusal> {
        let Some(account) = call.visible_account(id) else { return Ok(None) };
        call.caller.may(Need::SEE, account.id)?;
        let fields = call.request.parameter("fields");
        let (analytics, fields) = match fields {
            Some(fields) => {
                let (analytics, others) = self.push_analytics(call, account, &fields)?;
                (Some(analytics).filter(|analytics| !analytics.is_empty()), Some(others))
            }
            None => (None, None),
        };
        let selection = match &analytics {
            Some(_) if fields.as_deref() == Some("") => Ok(Selection::none()),
            _ => Selection::<AccountField>::parse(fields.as_deref()),
        };
        let show = |account: AccountView<'_>| {
            let mut node = analytics.unwrap_or_default();
            node.append(account.node(&selection?));
            Ok::<Node, Refusal>(node)
        };
        let node = call.directory.view_account(self.unix_now(), account.id, call.app.id, show);
        Ok(node.transpose()?.map(|node| Answer::json(200, node.to_json())))
    }

    // Source: cloud-api.md §4: who has the account count what templates do is answered with its id.
    pub(super) fn update_account(&self, call: &Call<'_>, id: &str) -> Result<Option<Answer>, Refusal> {
        let Some(account) = call.visible_account(id).map(|account| account.id) else { return Ok(None) };
        call.caller.may(Need::MANAGE, account)?;
        let update = AccountUpdate::parse(call.body)?;
        self.engine.change_directory(|directory| directory.update_account(account, &update))?;
        if update.is_enabled_for_insights.is_none() {
            return Ok(Some(success()));
        }
        let mut node = Node::new();
        node.push("id", Some(account));
        Ok(Some(Answer::json(200, node.to_json())))
    }
}
