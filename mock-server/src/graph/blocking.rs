//! `/{phone number id}/block_users`: people whom a number no longer hears.

use cloud_api::account::{BlockOutcome, parse_users};
use cloud_api::paging::{Page, PageRequest};
use cloud_api::recipient::Digits;
use cloud_api::{Recipient, Refusal, query};
use cloud_sim::Need;
use serde::Serialize;

use super::operation::{Handle, Operation, Verb};
use super::paging::address;
use super::{Call, Graph};
use crate::http::Answer;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        verb: Verb::Get,
        path: "/{phone-number-id}/block_users",
        about: "list whom a number no longer hears",
        source: "cloud-api.md 5.2",
        handle: Handle::Edge(Graph::list_blocked),
    },
    Operation {
        verb: Verb::Post,
        path: "/{phone-number-id}/block_users",
        about: "block people who wrote within a day",
        source: "cloud-api.md 5.2",
        handle: Handle::Edge(Graph::block),
    },
    Operation {
        verb: Verb::Delete,
        path: "/{phone-number-id}/block_users",
        about: "hear people again",
        source: "cloud-api.md 5.2",
        handle: Handle::Edge(Graph::unblock),
    },
];

/// One person of the list.
#[derive(Clone, Serialize)]
struct Blocked {
    messaging_product: &'static str,
    /// The number as it was blocked.
    // Assumed: pywa 4.5 cannot read the list without it, though Meta's pages show none.
    input: Digits,
    wa_id: Digits,
}

impl Graph {
    // Assumed: the list is in the order of the numbers.
    fn list_blocked(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let number = call.number(id, Need::SEE_MESSAGING)?;
        let mut request = PageRequest::default();
        for (name, value) in query::pairs(call.request.query()) {
            request.take(&name, &value)?;
        }
        let people: Vec<Recipient> = number.blocked.iter().copied().collect();
        let page = request.cut(&people, |name, cursor| address(call, name, cursor));
        let shown = |person: &Recipient| {
            let wa_id = person.digits();
            Blocked { messaging_product: "whatsapp", input: wa_id, wa_id }
        };
        let data = page.data.iter().map(shown).collect();
        Ok(Answer::ok(&Page { data, paging: page.paging }))
    }

    fn block(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let number = call.number(id, Need::SEND)?;
        let users = parse_users(number.account, call.body)?;
        let number = number.id;
        let has_written = |person| self.engine.has_written(number, person);
        let blocked_max = self.engine.facts(call.version).block_list_max as usize;
        let blocked = self
            .engine
            .change_directory(|directory| directory.block(number, users, blocked_max, has_written))?;
        Ok(answer(&blocked))
    }

    fn unblock(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let number = call.number(id, Need::SEND)?;
        let users = parse_users(number.account, call.body)?;
        let number = number.id;
        let unblocked = self.engine.change_directory(|directory| directory.unblock(number, users))?;
        Ok(answer(&unblocked))
    }
}

fn answer(outcome: &BlockOutcome) -> Answer {
    Answer::json(outcome.http_status(), outcome.to_json())
}
