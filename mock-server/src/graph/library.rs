//! What templates can be made from: the library, and previews of preset texts.

use cloud_api::Refusal;
use cloud_api::template::{LibraryQuery, PreviewQuery};
use cloud_sim::Need;

use super::operation::{Handle, Operation, Verb};
use super::paging::address;
use super::{Call, Graph};
use crate::http::Answer;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        verb: Verb::Get,
        path: "/message_template_library",
        about: "look into the template library",
        source: "cloud-api.md 3.8",
        handle: Handle::Edge(Graph::list_library),
    },
    Operation {
        verb: Verb::Get,
        path: "/{account-id}/message_template_library",
        about: "look into the template library",
        source: "cloud-api.md 3.8",
        handle: Handle::Edge(Graph::list_library_of_account),
    },
    Operation {
        verb: Verb::Get,
        path: "/{account-id}/message_template_previews",
        about: "see what authentication templates would show",
        source: "cloud-api.md 3.7",
        handle: Handle::Edge(Graph::preview_templates),
    },
];

impl Graph {
    pub(super) fn list_library(&self, call: &Call<'_>, _: &str) -> Result<Answer, Refusal> {
        let query = LibraryQuery::parse(call.body)?;
        let page = query.page.cut(&query.found(), |name, cursor| address(call, name, cursor));
        Ok(Answer::ok(&page))
    }

    fn list_library_of_account(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        call.account(id, Need::SEE)?;
        self.list_library(call, id)
    }

    fn preview_templates(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        call.account(id, Need::SEE)?;
        Ok(Answer::json(200, PreviewQuery::parse(call.body)?.previews().to_json()))
    }
}
