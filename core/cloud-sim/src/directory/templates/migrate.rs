//! Templates are copied from one account to another.

use std::sync::Arc;

use cloud_api::template::QualityScore;

use super::{Directory, Moment, Template, TemplateId, TemplateStatus, WabaId};

/// What became of the templates that should be copied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Migrated {
    /// The ids of the templates of the source that were copied.
    pub migrated: Vec<TemplateId>,
    /// Those that were not.
    pub failed: Vec<Unmigrated>,
}

/// A template that was not copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmigrated {
    /// The template of the source.
    pub id: TemplateId,
    /// Why not.
    pub reason: &'static str,
}

/// How many templates one request copies.
// Source: cloud-api.md §3.8, as the client that calls it documents.
const PAGE: usize = 500;

impl Directory {
    /// Copies a page of the approved templates of an account to another, where they are approved at once.
    // Assumed: those of good or unknown quality only, and the reasons; a copy has an id of its own.
    pub fn migrate_templates(
        &mut self,
        moment: &mut Moment<'_>,
        source: WabaId,
        destination: WabaId,
        page: usize,
    ) -> Migrated {
        let all = self.templates(source).iter().filter(|template| is_migrated(template));
        let page: Vec<Arc<Template>> =
            all.skip(page.saturating_mul(PAGE)).take(PAGE).map(Arc::clone).collect();
        let mut outcome = Migrated::default();
        for template in page {
            let id = template.record.id;
            if template.record.template.sends_a_code() {
                outcome.failed.push(Unmigrated { id, reason: "Incorrect category" });
                continue;
            }
            let created = self.create_template(moment, destination, template.record.template.clone());
            match created.and_then(|created| self.approve_template(moment, created.id)) {
                Ok(()) => outcome.migrated.push(id),
                Err(_) => {
                    let reason = "The template exists already or the account is full";
                    outcome.failed.push(Unmigrated { id, reason });
                }
            }
        }
        outcome
    }
}

fn is_migrated(template: &Template) -> bool {
    let record = &template.record;
    record.status == TemplateStatus::Approved
        && matches!(record.quality.score, QualityScore::Green | QualityScore::Unknown)
}
