//! What the mock server's journal says of each message, joined to the arrival it belongs to.

use journal::{Event, Fact, Status};

use super::arrivals::Arrivals;
use super::recipients::Recipients;
use super::tally::{Contradiction, Tally, Webhooks};

/// How far a message's number may lie beyond all messages accepted so far.
///
/// Messages are numbered without gaps, but journaled from several threads.
const AHEAD_MAX: usize = 1 << 20;

/// How many events are held back for messages whose acceptance is journaled later.
const EARLY_MAX: usize = 1 << 20;

/// The message was never accepted.
const UNKNOWN: u32 = u32::MAX;
/// The message belongs to no arrival.
const STRAY: u32 = u32::MAX - 1;

/// Folds the mock server's events into the arrivals' rows.
pub(crate) struct MetaFold<'a> {
    recipients: Recipients<'a>,
    arrivals: ByMeta<'a>,
    /// The row that each message belongs to, or [`UNKNOWN`] or [`STRAY`].
    row_of: Vec<u32>,
    /// Whether each message met its fate.
    has_fate: Vec<bool>,
    early: Vec<Event>,
}

/// The columns that Meta's events fill.
struct ByMeta<'a> {
    accepted: &'a mut [u64],
    sent: &'a mut [u64],
    delivered: &'a mut [u64],
    read: &'a mut [u64],
    discarded: &'a mut [u64],
    failed: &'a mut [u64],
    refusal_code: &'a mut [u32],
    failure_code: &'a mut [u32],
    send_attempts: &'a mut [u8],
}

impl<'a> MetaFold<'a> {
    /// A fold into these rows.
    pub(crate) fn new(arrivals: &'a mut Arrivals) -> Self {
        Self {
            recipients: Recipients::new(&arrivals.recipient, &arrivals.planned),
            arrivals: ByMeta {
                accepted: &mut arrivals.accepted,
                sent: &mut arrivals.sent,
                delivered: &mut arrivals.delivered,
                read: &mut arrivals.read,
                discarded: &mut arrivals.discarded,
                failed: &mut arrivals.failed,
                refusal_code: &mut arrivals.refusal_code,
                failure_code: &mut arrivals.failure_code,
                send_attempts: &mut arrivals.send_attempts,
            },
            row_of: Vec::new(),
            has_fate: Vec::new(),
            early: Vec::new(),
        }
    }

    /// Takes one event in.
    pub(crate) fn take(&mut self, event: Event, tally: &mut Tally) {
        let at = event.at.micros();
        match event.fact {
            Fact::RunInterrupted => tally.interrupted = true,
            Fact::TemplateSubmitted { .. } => tally.template.submitted = Some(at),
            Fact::TemplateApproved { .. } => tally.template.approved = Some(at),
            Fact::TemplateRejected { .. } => tally.template.rejected = Some(at),
            Fact::SendRefused { recipient, code, .. } => self.refused(recipient, code, at, tally),
            Fact::MessageAccepted { message, recipient } => self.accepted(message, recipient, at, tally),
            Fact::MessageSent { message }
            | Fact::MessageDelivered { message }
            | Fact::MessageRead { message }
            | Fact::MessageDiscarded { message }
            | Fact::MessageFailed { message, .. } => match self.row_of(message) {
                UNKNOWN if self.early.len() < EARLY_MAX => self.early.push(event),
                UNKNOWN => tally.contradict(Contradiction::NeverAccepted),
                _ => self.lived(message, event, tally),
            },
            _ => count_webhook(event.fact, tally),
        }
    }

    /// Ends the fold: what was held back is taken in, what met no fate is pending.
    pub(crate) fn finish(mut self, tally: &mut Tally) {
        for event in std::mem::take(&mut self.early) {
            match event.fact {
                Fact::MessageSent { message }
                | Fact::MessageDelivered { message }
                | Fact::MessageRead { message }
                | Fact::MessageDiscarded { message }
                | Fact::MessageFailed { message, .. }
                    if self.row_of(message) != UNKNOWN =>
                {
                    self.lived(message, event, tally);
                }
                _ => tally.contradict(Contradiction::NeverAccepted),
            }
        }
        let accepted = self.row_of.iter().zip(&self.has_fate).filter(|(row, _)| **row != UNKNOWN);
        tally.messages.pending = accepted.filter(|(_, has_fate)| !**has_fate).count() as u64;
    }

    fn refused(&mut self, recipient: Option<u64>, code: u32, at: u64, tally: &mut Tally) {
        *tally.refusals.entry(code).or_default() += 1;
        match recipient.and_then(|recipient| self.recipients.latest(recipient, at)) {
            Some(row) => {
                self.arrivals.refusal_code[row as usize] = code;
                self.arrivals.attempted(row);
            }
            None => tally.refusals_stray += 1,
        }
    }

    fn accepted(&mut self, message: u64, recipient: u64, at: u64, tally: &mut Tally) {
        let seen = self.row_of.len();
        let number = usize::try_from(message).ok().filter(|number| *number < seen + AHEAD_MAX);
        let Some(number) = number else { return tally.contradict(Contradiction::AcceptedTwice) };
        if number >= seen {
            self.row_of.resize(number + 1, UNKNOWN);
            self.has_fate.resize(number + 1, false);
        }
        if self.row_of[number] != UNKNOWN {
            return tally.contradict(Contradiction::AcceptedTwice);
        }
        tally.messages.accepted += 1;
        self.row_of[number] = match self.recipients.latest(recipient, at) {
            Some(row) => {
                first(self.arrivals.accepted, row, at);
                self.arrivals.attempted(row);
                row
            }
            None => {
                tally.messages.stray += 1;
                STRAY
            }
        };
    }

    /// Something happened to an accepted message.
    fn lived(&mut self, message: u64, event: Event, tally: &mut Tally) {
        let (row, at) = (self.row_of(message), event.at.micros());
        let arrivals = &mut self.arrivals;
        let (column, count): (&mut [u64], _) = match event.fact {
            Fact::MessageSent { .. } => return first(arrivals.sent, row, at),
            Fact::MessageRead { .. } => return first(arrivals.read, row, at),
            Fact::MessageDelivered { .. } => (arrivals.delivered, &mut tally.messages.delivered),
            Fact::MessageDiscarded { .. } => (arrivals.discarded, &mut tally.messages.discarded),
            _ => (arrivals.failed, &mut tally.messages.failed),
        };
        let number = usize::try_from(message).expect("an accepted message has a row");
        if std::mem::replace(&mut self.has_fate[number], true) {
            return tally.contradict(Contradiction::TwoFates);
        }
        *count += 1;
        first(column, row, at);
        if let Fact::MessageFailed { code, .. } = event.fact {
            *tally.failures.entry(code).or_default() += 1;
            if row != STRAY {
                arrivals.failure_code[row as usize] = code;
            }
        }
    }

    fn row_of(&self, message: u64) -> u32 {
        let number = usize::try_from(message).ok();
        number.and_then(|number| self.row_of.get(number)).copied().unwrap_or(UNKNOWN)
    }
}

impl ByMeta<'_> {
    fn attempted(&mut self, row: u32) {
        let attempts = &mut self.send_attempts[row as usize];
        *attempts = attempts.saturating_add(1);
    }
}

/// Keeps the earliest instant; those of stray messages are not kept.
fn first(column: &mut [u64], row: u32, at: u64) {
    if row != STRAY {
        let instant = &mut column[row as usize];
        *instant = at.min(*instant);
    }
}

fn count_webhook(fact: Fact, tally: &mut Tally) {
    let mut count = |status: Status, attempt: u8, which: fn(&mut Webhooks) -> &mut u64| {
        let webhooks = tally.webhooks.entry(status).or_default();
        *which(webhooks) += 1;
        webhooks.repeated += u64::from(attempt > 1);
    };
    match fact {
        Fact::WebhookAnswered { status, attempt, http_status, .. } => {
            if (200..300).contains(&http_status) {
                count(status, attempt, |webhooks| &mut webhooks.answered);
            } else {
                count(status, attempt, |webhooks| &mut webhooks.answered_badly);
            }
        }
        Fact::WebhookFailed { status, attempt, .. } => {
            count(status, attempt, |webhooks| &mut webhooks.unanswered);
        }
        Fact::WebhookDropped { status, .. } => count(status, 1, |webhooks| &mut webhooks.dropped),
        Fact::WebhookGivenUp { status, .. } => count(status, 1, |webhooks| &mut webhooks.given_up),
        _ => {}
    }
}
