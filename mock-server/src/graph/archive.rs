//! Templates unpaused, archived, and copied to another account.

use std::collections::BTreeMap;

use cloud_api::template::DeleteTemplates;
use cloud_api::{Refusal, TemplateId};
use cloud_sim::{Archived, Need};
use serde::{Deserialize, Serialize};

use super::operation::{Handle, Operation, Verb};
use super::{Call, Graph};
use crate::http::Answer;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        verb: Verb::Post,
        path: "/{template-id}/unpause",
        about: "lift the pause of a template that was sent too fast",
        source: "cloud-api.md 3.9",
        handle: Handle::Edge(Graph::unpause_template),
    },
    Operation {
        verb: Verb::Post,
        path: "/{account-id}/message_templates/archive",
        about: "move templates into the archive",
        source: "cloud-api.md 3.8, after a client",
        handle: Handle::Edge(Graph::archive_templates),
    },
    Operation {
        verb: Verb::Post,
        path: "/{account-id}/message_templates/unarchive",
        about: "move templates out of the archive",
        source: "cloud-api.md 3.8, after a client",
        handle: Handle::Edge(Graph::unarchive_templates),
    },
    Operation {
        verb: Verb::Post,
        path: "/{account-id}/migrate_message_templates",
        about: "copy the templates of another account",
        source: "cloud-api.md 3.8, after a client",
        handle: Handle::Edge(Graph::migrate_templates),
    },
];

#[derive(Serialize)]
struct Unpaused {
    success: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

#[derive(Default, Serialize)]
struct ArchiveReply {
    #[serde(skip_serializing_if = "Option::is_none")]
    archived_templates: Option<Vec<TemplateId>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unarchived_templates: Option<Vec<TemplateId>>,
    failed_templates: BTreeMap<String, &'static str>,
}

#[derive(Serialize)]
struct MigrateReply {
    migrated_templates: Vec<TemplateId>,
    failed_templates: Vec<Failed>,
}

#[derive(Serialize)]
struct Failed {
    id: TemplateId,
    reason: &'static str,
}

/// What a request to copy templates says; numbers may be written as texts.
#[derive(Deserialize)]
struct Migration {
    source_waba_id: Option<Number>,
    page_number: Option<Number>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Number {
    Number(u64),
    Text(String),
}

impl Graph {
    fn unpause_template(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let Some((_, template)) = call.template(id, Need::MANAGE)? else {
            return Err(call.unknown_object(id));
        };
        let id = template.record.id;
        let unpaused = self.engine.alter(|directory, moment| directory.unpause_template(moment, id))?;
        let reply = Unpaused { success: unpaused.is_ok(), reason: unpaused.err() };
        Ok(Answer::ok(&reply))
    }

    fn archive_templates(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let account = call.account(id, Need::MANAGE)?.id;
        let ids = DeleteTemplates::parse_ids(call.body)?;
        let Archived { moved, failed } =
            self.engine.alter(|directory, moment| directory.archive_templates(moment, account, &ids));
        let reply = ArchiveReply {
            archived_templates: Some(moved),
            failed_templates: told(failed),
            ..ArchiveReply::default()
        };
        Ok(Answer::ok(&reply))
    }

    fn unarchive_templates(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let account = call.account(id, Need::MANAGE)?.id;
        let ids = DeleteTemplates::parse_ids(call.body)?;
        let Archived { moved, failed } =
            self.engine.alter(|directory, moment| directory.unarchive_templates(moment, account, &ids));
        let reply = ArchiveReply {
            unarchived_templates: Some(moved),
            failed_templates: told(failed),
            ..ArchiveReply::default()
        };
        Ok(Answer::ok(&reply))
    }

    fn migrate_templates(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let destination = call.account(id, Need::MANAGE)?.id;
        let Migration { source_waba_id, page_number } = serde_json::from_slice(call.body)
            .unwrap_or(Migration { source_waba_id: None, page_number: None });
        let source = source_waba_id.ok_or(Refusal::MissingParameter { name: "source_waba_id".into() })?;
        let source = call.account(&source.text(), Need::SEE)?.id;
        let page = match page_number {
            None => 0,
            Some(page) => page.text().parse().map_err(|_| Refusal::InvalidParameter {
                details: "Param page_number must be an integer from 0.".into(),
            })?,
        };
        let migrated = self
            .engine
            .alter(|directory, moment| directory.migrate_templates(moment, source, destination, page));
        let failed = migrated.failed.iter().map(|failed| Failed { id: failed.id, reason: failed.reason });
        let reply =
            MigrateReply { failed_templates: failed.collect(), migrated_templates: migrated.migrated };
        Ok(Answer::ok(&reply))
    }
}

impl Number {
    fn text(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

fn told(failed: Vec<(TemplateId, &'static str)>) -> BTreeMap<String, &'static str> {
    failed.into_iter().map(|(id, reason)| (id.to_string(), reason)).collect()
}
