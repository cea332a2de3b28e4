//! Whether messages can be made from a template, and what stands in the way.

use cloud_api::account::{Entity, EntityKind, Health, HealthError};
use cloud_api::{AppId, TemplateStatus};

use super::{Account, Directory, Template};

impl Directory {
    /// Whether messages can be made from a template, and what stands in the way.
    // Source: cloud-api.md §5.3 for the shape.
    #[must_use]
    pub fn template_health(&self, unix: u64, account: &Account, template: &Template, app: AppId) -> Health {
        let mut entities = vec![template.health()];
        let portfolio = self.portfolio(account.portfolio);
        let shared = portfolio.map(|portfolio| self.account_health(unix, account, portfolio, app));
        entities.extend(shared.into_iter().flatten());
        Health::of(entities)
    }
}

impl Template {
    // Source: cloud-api.md §8 for the numbers. Assumed: that they stand here too, and the solutions.
    fn health(&self) -> Entity {
        let entity = Entity::available(EntityKind::MessageTemplate, self.record.id);
        let error = match self.record.status {
            TemplateStatus::Approved => return entity,
            TemplateStatus::Paused => HealthError {
                error_code: 132_015,
                error_description: "The template is paused due to low quality.",
                possible_solution: "Edit the template to improve its quality, or wait for the end of its pause.",
            },
            TemplateStatus::Disabled => HealthError {
                error_code: 132_016,
                error_description: "The template is disabled due to low quality.",
                possible_solution: "Create a new template with different content.",
            },
            _ => HealthError {
                error_code: 132_001,
                error_description: "The template is not approved.",
                possible_solution: "Wait for its review, or edit it and submit it again.",
            },
        };
        entity.blocked(error)
    }
}
