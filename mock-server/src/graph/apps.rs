//! `GET /{app id}`: what Meta holds of an app.

use cloud_api::Refusal;
use cloud_api::account::{AppField, AppView, Selection};

use super::operation::{Handle, Operation, Verb};
use super::{Call, Graph};
use crate::http::Answer;

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    verb: Verb::Get,
    path: "/{app-id}",
    about: "read the app whose token is shown",
    source: "cloud-api.md 5.3, assumed: a general Graph node",
    handle: Handle::Node(Graph::show_app),
}];

impl Graph {
    /// The app of that id; `None` when the id is not that of the app that asks.
    // Assumed: an app can read itself only.
    fn show_app(&self, call: &Call<'_>, id: &str) -> Result<Option<Answer>, Refusal> {
        if id.parse() != Ok(call.app.id) {
            return Ok(None);
        }
        let fields = call.request.parameter("fields");
        let selection = Selection::<AppField>::parse(fields.as_deref())?;
        let app = AppView { id: call.app.id, name: &call.app.name };
        Ok(Some(Answer::json(200, app.node(&selection).to_json())))
    }
}
