//! `/{account id}/message_templates` and `/{template id}`: templates made, read, edited and deleted.

use std::sync::Arc;

use cloud_api::paging::Page;
use cloud_api::template::{
    DeleteTemplates, EditTemplate, Summary, TemplateFields, TemplateNode, TemplateQuery, UpsertReply,
    UpsertTemplates,
};
use cloud_api::{MessageTemplate, Refusal, WabaId};
use cloud_sim::{Account, Need, Template};
use serde::Serialize;

use super::operation::{Handle, Operation, Verb};
use super::paging::address;
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
        path: "/{template-id}",
        about: "edit a template",
        source: "cloud-api.md 3.9",
        handle: Handle::Node(Graph::edit_template),
    },
    Operation {
        verb: Verb::Post,
        path: "/{account-id}/message_templates",
        about: "create a template",
        source: "cloud-api.md 3.1 and 3.8",
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
    Operation {
        verb: Verb::Post,
        path: "/{account-id}/upsert_message_templates",
        about: "create or edit an authentication template in several languages",
        source: "cloud-api.md 3.7",
        handle: Handle::Edge(Graph::upsert_templates),
    },
];

/// A page of templates, and what was asked for of the whole list.
#[derive(Serialize)]
struct Listed {
    #[serde(flatten)]
    page: Page<TemplateNode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<Summary>,
}

impl Graph {
    pub(super) fn create_template(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let account = account(call, id)?;
        let template = MessageTemplate::parse(call.body, call.version)?;
        let created = self.engine.create_template(account, &template)?;
        Ok(Answer::json(200, created.to_json()))
    }

    pub(super) fn upsert_templates(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let account = account(call, id)?;
        let UpsertTemplates { templates } = UpsertTemplates::parse(call.body, call.version)?;
        let data =
            self.engine.alter(|directory, moment| directory.upsert_templates(moment, account, &templates))?;
        Ok(Answer::json(200, UpsertReply { data }.to_json()))
    }

    pub(super) fn list_templates(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let account = call.account(id, Need::SEE)?;
        let query = TemplateQuery::parse(call.body)?;
        let all = call.directory.templates(account.id).iter();
        let wanted: Vec<&Arc<Template>> = all.filter(|template| query.matches(&template.record)).collect();
        let page = query.page.cut(&wanted, |name, cursor| address(call, name, cursor));
        let data =
            page.data.iter().map(|template| self.node(call, account, template, query.fields)).collect();
        let counts = || call.directory.template_counts(account.id, &query);
        let summary = query.summary.is_asked_for().then(|| query.summary.of(counts()));
        Ok(Answer::ok(&Listed { page: Page { data, paging: page.paging }, summary }))
    }

    pub(super) fn delete_templates(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let account = account(call, id)?;
        let which = DeleteTemplates::parse(call.body)?;
        let is_pending = |template| self.engine.is_pending(template);
        self.engine
            .alter(|directory, moment| directory.delete_templates(moment, account, &which, &is_pending))?;
        Ok(success())
    }

    /// The template of that id; `None` when the id is none of a template.
    pub(super) fn show_template(&self, call: &Call<'_>, id: &str) -> Result<Option<Answer>, Refusal> {
        let Some((account, template)) = call.template(id, Need::SEE)? else { return Ok(None) };
        let fields = match call.request.parameter("fields") {
            Some(fields) if !fields.is_empty() => TemplateFields::parse(&fields)?,
            _ => TemplateFields::default(),
        };
        Ok(Some(Answer::ok(&self.node(call, account, template, fields))))
    }

    /// Edits the template of that id; `None` when the id is none of a template.
    pub(super) fn edit_template(&self, call: &Call<'_>, id: &str) -> Result<Option<Answer>, Refusal> {
        let Some((_, template)) = call.template(id, Need::MANAGE)? else { return Ok(None) };
        let edit = EditTemplate::parse(call.body, call.version, &template.record.template)?;
        let id = template.record.id;
        let edited = self.engine.alter(|directory, moment| directory.edit_template(moment, id, &edit))?;
        Ok(Some(Answer::json(200, edited.to_json())))
    }

    fn node(
        &self,
        call: &Call<'_>,
        account: &Account,
        template: &Template,
        fields: TemplateFields,
    ) -> TemplateNode {
        let node = TemplateNode::new(&template.record, fields);
        if !fields.has("health_status") {
            return node;
        }
        node.with_health(call.directory.template_health(self.unix_now(), account, template, call.app.id))
    }
}

impl<'a> Call<'a> {
    /// The template of this id and its account; `None` when the id is none that the caller sees.
    ///
    /// # Errors
    ///
    /// When the caller may not do this with the account.
    pub(super) fn template(
        &self,
        id: &str,
        need: Need,
    ) -> Result<Option<(&'a Account, &'a Arc<Template>)>, Refusal> {
        let found = id.parse().ok().and_then(|id| self.directory.template_by_id(id));
        let Some((account, template)) = found else { return Ok(None) };
        if !self.caller.sees(account.portfolio, account.id) {
            return Ok(None);
        }
        self.caller.may(need, account.id)?;
        Ok(Some((account, template)))
    }
}

/// The account with this id, if the caller may do with it what the request's method does.
pub(super) fn account(call: &Call<'_>, id: &str) -> Result<WabaId, Refusal> {
    let need = if call.request.method() == "GET" { Need::SEE } else { Need::MANAGE };
    call.account(id, need).map(|account| account.id)
}
