//! How webhooks are sent: how often they are tried, how long is waited, how many go together.

use crate::read::{Kind, Mistakes, Page, Table};
use crate::time::Span;

/// How the simulated Meta sends webhooks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhooks {
    /// How long a callback may take to answer, in real time whatever the clock does.
    pub timeout: Span,
    /// What counts as heard.
    pub heard: Heard,
    /// After which time a failed webhook is tried again; the last span recurs.
    pub retry_after: Vec<Span>,
    /// How long a webhook is tried for.
    pub retry_for: Span,
    /// How many statuses may go in one webhook.
    pub batch_max: u16,
    /// How long a status waits for others to go with it.
    pub batch_wait: Span,
    /// How many webhooks to one app may be under way at once.
    pub connections: u16,
}

/// Which answers of a callback count as heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// 200 and nothing else.
    Ok,
    /// Any status from 200 to 299.
    Success,
}

/// The most statuses that Meta puts into one webhook.
// Source: Cloud API guide, "Webhooks": up to 1,000 updates.
const BATCH_MAX: u64 = 1_000;

/// How many spans the schedule of retries may list.
const RETRIES_LISTED_MAX: usize = 100;

impl Heard {
    /// Whether an answer with this HTTP status counts as heard.
    #[must_use]
    pub const fn includes(self, http_status: u16) -> bool {
        match self {
            Self::Ok => http_status == 200,
            Self::Success => http_status >= 200 && http_status < 300,
        }
    }
}

impl Default for Webhooks {
    fn default() -> Self {
        Self {
            // Assumed: third parties say 5 to 20 s.
            timeout: Span::from_secs(10),
            // Source: Cloud API guide, "Webhooks": 200. Assumed: another 2xx is a failure.
            heard: Heard::Ok,
            // Source: Cloud API guide, "Webhooks": at once, then ever more rarely for up to 7 days.
            // Assumed: the spans.
            retry_after: [5, 30, 120, 600, 3_600].map(Span::from_secs).into(),
            retry_for: Span::from_secs(7 * 24 * 3_600),
            // Assumed: one, as in all samples; Meta says that there may be more.
            batch_max: 1,
            batch_wait: Span::ZERO,
            // Source: Cloud API guide, "Webhooks": delivery is concurrent. Assumed: how much.
            connections: 64,
        }
    }
}

impl Webhooks {
    /// Reads a text of nothing but what a scenario's `[meta.webhooks]` holds.
    ///
    /// # Errors
    ///
    /// Every mistake found, never just the first.
    pub fn parse(text: &str) -> Result<Self, Mistakes> {
        Page::read(text, Self::read)
    }

    pub(super) fn read(table: &Table<'_>) -> Option<Self> {
        let usual = Self::default();
        let week = usual.retry_for;
        let timeouts = Kind::span(Span::from_millis(1)..=Span::from_secs(120));
        let timeout = table.or("timeout", usual.timeout, &timeouts);
        let heard =
            table.or("heard", usual.heard, &Kind::choice([("200", Heard::Ok), ("2xx", Heard::Success)]));
        let retry_after = table.values("retry-after", &Kind::span(Span::from_millis(1)..=Span::DAY));
        let retry_for = table.or("retry-for", week, &Kind::span(Span::ZERO..=week));
        let batch_max = table.or("batch-max", 1, &Kind::whole(1..=BATCH_MAX));
        let batch_wait = table.or("batch-wait", usual.batch_wait, &Kind::span(Span::ZERO..=Span::DAY));
        let connections = table.or("connections", u64::from(usual.connections), &Kind::whole(1..=1_024));
        let retry_after = retry_after?.unwrap_or(usual.retry_after);
        if !(1..=RETRIES_LISTED_MAX).contains(&retry_after.len()) {
            let rule = format!("a list of 1 to {RETRIES_LISTED_MAX} spans, of which the last recurs");
            table.wrong_field("retry-after", &format!("a list of {}", retry_after.len()), &rule);
            return None;
        }
        let fits = "the rule's bound fits";
        Some(Self {
            timeout: timeout?,
            heard: heard?,
            retry_after,
            retry_for: retry_for?,
            batch_max: u16::try_from(batch_max?).expect(fits),
            batch_wait: batch_wait?,
            connections: u16::try_from(connections?).expect(fits),
        })
    }
}
