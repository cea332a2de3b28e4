//! `GET /{phone number id}` and `/{account id}/phone_numbers`: what Meta holds of numbers.

use std::sync::Arc;

use cloud_api::account::{Node, NumberQuery, Selection};
use cloud_api::paging::Page;
use cloud_api::{Refusal, query};
use cloud_sim::{Need, Number};

use super::operation::{Handle, Operation, Verb};
use super::paging::address;
use super::templates::account;
use super::{Call, Graph};
use crate::http::Answer;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        verb: Verb::Get,
        path: "/{phone-number-id}",
        about: "read a phone number",
        source: "cloud-api.md 5.1",
        handle: Handle::Node(Graph::show_number),
    },
    Operation {
        verb: Verb::Get,
        path: "/{account-id}/phone_numbers",
        about: "list the phone numbers of an account",
        source: "cloud-api.md 5.1",
        handle: Handle::Edge(Graph::list_numbers),
    },
];

impl Graph {
    /// The number of that id; `None` when the id is none of a number.
    pub(super) fn show_number(&self, call: &Call<'_>, id: &str) -> Result<Option<Answer>, Refusal> {
        let Some(number) = call.visible_number(id) else { return Ok(None) };
        call.caller.may(Need::SEE_NUMBER, number.account)?;
        let selection = Selection::of_number(call.request.parameter("fields").as_deref(), call.version)?;
        let node =
            call.directory.view_number(self.unix_now(), number, call.app, |view| view.node(&selection));
        Ok(Some(Answer::json(200, node.to_json())))
    }

    pub(super) fn list_numbers(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let account = account(call, id)?;
        let query = NumberQuery::from_pairs(query::pairs(call.request.query()), call.version)?;
        let (directory, unix) = (call.directory, self.unix_now());
        let is_asked_for = |number: &&Arc<Number>| {
            directory.view_number(unix, number, call.app, |view| query.matches(view.record, view.tier))
        };
        let mut numbers: Vec<&Arc<Number>> = directory.numbers_of(account).filter(is_asked_for).collect();
        query.order.sort(&mut numbers, |number| &number.record);
        let page = query.page.cut(&numbers, |name, cursor| address(call, name, cursor));
        let node = |number: &&Arc<Number>| {
            directory.view_number(unix, number, call.app, |view| view.node(&query.selection))
        };
        let data: Vec<Node> = page.data.iter().map(node).collect();
        Ok(Answer::ok(&Page { data, paging: page.paging }))
    }
}
