//! What a webhook changes; taking it twice, or in another order, comes to the same.

use std::time::{SystemTime, UNIX_EPOCH};

use cloud_api::Webhook;
use cloud_api::webhook::{HeardMessage, HeardStatusKind, HeardTemplate};

use crate::deliveries::Stage;
use crate::expiring::Full;
use crate::opt_outs::Wish;
use crate::readiness::Readiness;
use crate::service::OtpService;
use crate::template::is_language;

/// Takes note of a whole webhook.
///
/// # Errors
///
/// When somebody's wish cannot be kept; the rest has been noted, and a repeat does no harm.
pub(crate) fn take(service: &OtpService, webhook: &Webhook) -> Result<(), Full> {
    for status in &webhook.statuses {
        if let Some(stage) = stage(status.kind) {
            service.record(&status.id, stage);
        }
    }
    for template in &webhook.templates {
        take_template(service, template);
    }
    let mut kept = Ok(());
    for message in &webhook.messages {
        kept = take_message(service, message).and(kept);
    }
    kept
}

fn stage(kind: HeardStatusKind) -> Option<Stage> {
    match kind {
        HeardStatusKind::Sent => Some(Stage::Sent),
        HeardStatusKind::Delivered => Some(Stage::Delivered),
        HeardStatusKind::Read => Some(Stage::Read),
        HeardStatusKind::Failed => Some(Stage::Failed),
        HeardStatusKind::Other => None,
    }
}

fn take_message(service: &OtpService, message: &HeardMessage) -> Result<(), Full> {
    let Some(wish) = message.text.as_deref().and_then(Wish::read) else { return Ok(()) };
    // Whoever has no phone number was never sent a code.
    let Ok(recipient) = message.from.parse() else { return Ok(()) };
    let seconds = message.timestamp.unwrap_or_else(unix_seconds);
    service.opt_outs.of(&recipient).record(recipient, seconds, wish)
}

/// The time of a message that does not tell when it was written.
fn unix_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

fn take_template(service: &OtpService, template: &HeardTemplate) {
    let ours = &service.config.template;
    if template.name == ours.name.as_str()
        && is_language(&template.language, ours)
        && let Some(decision) = decision(template)
    {
        service.readiness.hear(decision);
    }
}

/// What an event means for the service, if it means anything.
// Source: Cloud API, "message_template_status_update".
fn decision(template: &HeardTemplate) -> Option<Readiness> {
    match template.event.as_str() {
        "APPROVED" | "REINSTATED" | "UNARCHIVED" => Some(Readiness::Ready),
        "REJECTED" | "PAUSED" | "DISABLED" | "ARCHIVED" | "DELETED" | "PENDING_DELETION"
        | "LIMIT_EXCEEDED" => {
            let event = &template.event;
            Some(Readiness::TemplateRejected(match &template.reason {
                Some(reason) => format!("{event}: {reason}"),
                None => event.clone(),
            }))
        }
        _ => None,
    }
}
