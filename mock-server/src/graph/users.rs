//! `/{account id}/assigned_users`: who may do what with an account.

use cloud_api::account::{AssignedUser, AssignedUserQuery, Node};
use cloud_api::paging::Page;
use cloud_api::{Refusal, query};
use cloud_sim::Need;
use serde::Serialize;

use super::operation::{Handle, Operation, Verb};
use super::paging::address;
use super::{Call, Graph};
use crate::http::Answer;

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    verb: Verb::Get,
    path: "/{account-id}/assigned_users",
    about: "list who may do what with an account",
    source: "the OpenAPI file",
    handle: Handle::Edge(Graph::list_assigned_users),
}];

/// A page of users, and how many there are in all.
#[derive(Serialize)]
struct Users {
    #[serde(flatten)]
    page: Page<Node>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<Summary>,
}

#[derive(Serialize)]
struct Summary {
    total_count: usize,
}

impl Graph {
    // Assumed: a portfolio other than the account's own has nobody assigned.
    fn list_assigned_users(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let account = call.account(id, Need::SEE)?;
        let query = AssignedUserQuery::from_pairs(query::pairs(call.request.query()))?;
        let owner = call.directory.portfolio(account.portfolio);
        let owner = owner.filter(|owner| owner.id == query.business);
        let users = owner.map_or_else(Vec::new, |_| call.directory.assigned_users(account));
        let page = query.page.cut(&users, |name, cursor| address(call, name, cursor));
        let node = |user: &AssignedUser| owner.map(|owner| query.node(user, owner));
        let data: Vec<Node> = page.data.iter().filter_map(node).collect();
        let summary = query.is_counted.then_some(Summary { total_count: users.len() });
        Ok(Answer::ok(&Users { page: Page { data, paging: page.paging }, summary }))
    }
}
