//! Templates that nobody sends are archived.

use std::sync::atomic::{AtomicU64, Ordering};

use cloud_api::webhook::TemplateEvent;
use scenario::{Elapsed, Span};

use super::{Moment, Template, TemplateStatus, WabaId};

/// How long a template stays in the archive before it is deleted.
// Source: cloud-api.md §3.5.
const ARCHIVED_FOR: Span = Span::from_secs(28 * 86_400);

/// The hour in which a template was last sent, counted from the beginning of the run.
///
/// It is written once an hour only, so that shards which send the same template do not wait for
/// each other.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct LastUse(AtomicU64);

const HOUR: Span = Span::from_secs(3_600);

impl LastUse {
    fn at(&self) -> Elapsed {
        Elapsed::from_micros(self.0.load(Ordering::Relaxed).saturating_mul(HOUR.micros()))
    }
}

impl Template {
    /// Learns that a message is made from it.
    pub(crate) fn is_sent(&self, now: Elapsed) {
        let hour = now.micros() / HOUR.micros();
        if self.used.0.load(Ordering::Relaxed) < hour {
            self.used.0.store(hour, Ordering::Relaxed);
        }
    }

    /// Sets the time at which it is archived unless it is sent.
    pub(super) fn watch_use(&mut self, moment: &Moment<'_>) {
        self.timers.unused = Some(moment.now + moment.world.meta.templates.unused_for);
    }

    /// Archives it, unless it was sent meanwhile.
    // Source: cloud-api.md §3.5: after twelve months without use. Assumed: they are counted from its
    // approval, and to within an hour; one that cannot be sent is left as it is.
    pub(super) fn take_unused(&mut self, moment: &mut Moment<'_>, account: WabaId) {
        let due = self.used.at() + moment.world.meta.templates.unused_for;
        if due > moment.now {
            self.timers.unused = Some(due);
        } else if matches!(self.record.status, TemplateStatus::Approved | TemplateStatus::Paused) {
            self.archive(moment, account);
        }
    }

    /// Moves it into the archive; it cannot be sent there, and goes after 28 days.
    pub(super) fn archive(&mut self, moment: &mut Moment<'_>, account: WabaId) {
        self.record.status = TemplateStatus::Archived;
        self.timers = super::Timers { gone: Some(moment.now + ARCHIVED_FOR), ..super::Timers::default() };
        moment.tell(account, self.news(TemplateEvent::Archived));
    }
}
