//! `/{account id}/message_templates` and `GET /{template id}`.

use std::fmt::Write as _;

use cloud_api::query;
use cloud_api::template::{DeleteTemplates, TemplateFields, TemplateNode, TemplateQuery, TemplateRecord};
use cloud_api::{MessageTemplate, Refusal, WabaId};
use cloud_sim::Need;

use super::operation::{Handle, Operation, Verb};
use super::{Call, Graph, success};
use crate::http::Answer;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        verb: Verb::Get,
        path: "/{template-id}",
        about: "read a template",
        source: "cloud-api.md 3.9",
        handle: Handle::Node(Graph::show_template),
    },
    Operation {
        verb: Verb::Post,
        path: "/{account-id}/message_templates",
        about: "create a template",
        source: "cloud-api.md 3.1",
        handle: Handle::Edge(Graph::create_template),
    },
    Operation {
        verb: Verb::Get,
        path: "/{account-id}/message_templates",
        about: "list the templates of an account",
        source: "cloud-api.md 3.9",
        handle: Handle::Edge(Graph::list_templates),
    },
    Operation {
        verb: Verb::Delete,
        path: "/{account-id}/message_templates",
        about: "delete templates",
        source: "cloud-api.md 3.9",
        handle: Handle::Edge(Graph::delete_templates),
    },
];

impl Graph {
    pub(super) fn create_template(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let account = account(call, id)?;
        let template = MessageTemplate::parse(call.body, call.version)?;
        let created = self.engine.create_template(account, &template)?;
        Ok(Answer::json(200, created.to_json()))
    }

    pub(super) fn list_templates(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let account = account(call, id)?;
        let query = TemplateQuery::from_pairs(query::pairs(call.request.query()))?;
        let templates = call.directory.templates(account);
        let records = templates.iter().map(|template| template.record.clone());
        let wanted: Vec<TemplateRecord> = records.filter(|record| query.matches(record)).collect();
        let page = query.page.cut(&wanted, |name, cursor| address(call, name, cursor));
        let page = cloud_api::paging::Page {
            data: page.data.iter().map(|record| TemplateNode::new(record, query.fields)).collect(),
            paging: page.paging,
        };
        Ok(Answer::json(200, json(&page)))
    }

    pub(super) fn delete_templates(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let account = account(call, id)?;
        let which = DeleteTemplates::from_pairs(query::pairs(call.request.query()))?;
        self.engine.change_directory(|directory| directory.delete_templates(account, &which))?;
        Ok(success())
    }

    /// The template of that id; `None` when the id is none of a template.
    pub(super) fn show_template(&self, call: &Call<'_>, id: &str) -> Result<Option<Answer>, Refusal> {
        let template = id.parse().ok().and_then(|id| call.directory.template_by_id(id));
        let Some((account, template)) = template else { return Ok(None) };
        if !call.caller.sees(account.portfolio, account.id) {
            return Ok(None);
        }
        call.caller.may(Need::SEE, account.id)?;
        let fields = match call.request.parameter("fields") {
            Some(fields) => TemplateFields::parse(&fields)?,
            None => TemplateFields::default(),
        };
        Ok(Some(Answer::json(200, json(&TemplateNode::new(&template.record, fields)))))
    }
}

/// The account with this id, if the caller may do with it what the request's method does.
pub(super) fn account(call: &Call<'_>, id: &str) -> Result<WabaId, Refusal> {
    let need = if call.request.method() == "GET" { Need::SEE } else { Need::MANAGE };
    call.account(id, need).map(|account| account.id)
}

/// The address of another page of the list: the same request with another cursor, without its token.
pub(super) fn address(call: &Call<'_>, name: &str, cursor: &str) -> String {
    let host = call.request.header("host").unwrap_or("127.0.0.1");
    let mut address = format!("http://{host}{}?", call.request.path());
    let is_kept = |key: &str| !matches!(key, "access_token" | "after" | "before");
    for (key, value) in query::pairs(call.request.query()).filter(|(key, _)| is_kept(key)) {
        query::push(&mut address, &key, &value);
    }
    // Writing to a string cannot fail.
    let _infallible = write!(address, "&{name}={cursor}");
    address
}

pub(super) fn json(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("wire types serialize")
}
