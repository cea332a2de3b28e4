//! Why requests were refused, and what became and will become of a message.

use cloud_api::{MessageId, Recipient};
use cloud_sim::Planned;
use journal::{Event, Status};
use scenario::{Elapsed, FaultSubject};
use serde_json::Value;

use super::{Engine, shard_of};
use crate::http::{Answer, Body, Request};
use crate::requests::{Check, Why, recipient};

/// Everything that is known of a message.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// The message, as the journal counts.
    pub message: u64,
    /// What happened, the oldest first.
    pub past: Vec<Event>,
    /// What is planned, while it is on its way.
    pub planned: Option<Planned>,
    /// The webhooks that are not answered yet: of which status, the how-manieth attempt, and when it
    /// is or was made.
    pub webhooks: Vec<(Status, u8, Elapsed)>,
    /// How many events were forgotten; some may have been of this message.
    pub dropped: u64,
}

impl Engine {
    /// Remembers a request and its answer, and why it was refused if it was.
    pub(crate) fn keep_request(&self, request: &Request, answer: &Answer) {
        let why = (answer.status >= 400).then(|| self.why(request, answer)).flatten();
        self.requests.keep(self.clock.now(), request, answer, why);
    }

    /// All that is known of the message with this id.
    pub(crate) fn timeline(&self, id: MessageId) -> Option<Timeline> {
        let at = shard_of(id.recipient());
        let on_its_way = self.shards[at].lock().message(id);
        let arrived = || Some(self.inbox.message(id)?.message);
        let lost = || Some(self.lost.newest(at, |lost| lost.id == id)?.message);
        let message = on_its_way.or_else(arrived).or_else(lost)?;
        self.timeline_in(at, message)
    }

    /// All that is known of the message with this number.
    pub(crate) fn timeline_of(&self, message: u64) -> Option<Timeline> {
        self.shards().find_map(|at| self.timeline_in(at, message))
    }

    fn timeline_in(&self, at: usize, message: u64) -> Option<Timeline> {
        let events = self.events.after(0, usize::MAX, |event| event.fact.message() == Some(message));
        let shard = self.shards[at].lock();
        let planned = shard.planned(message);
        drop(shard);
        let outboxes = self.outboxes.iter();
        let webhooks =
            outboxes.flat_map(|slot| slot.lock().waiting_about(message).collect::<Vec<_>>()).collect();
        let is_known = planned.is_some() || !events.items.is_empty();
        let (past, dropped) = (events.items, events.dropped);
        is_known.then_some(Timeline { message, past, planned, webhooks, dropped })
    }

    /// Why this answer is a refusal: told right after it, from the state that refused.
    fn why(&self, request: &Request, answer: &Answer) -> Option<Why> {
        let told: Value = serde_json::from_slice(&answer.body).ok()?;
        let error = &told["error"];
        let code = u32::try_from(error["code"].as_u64()?).ok()?;
        let words = error["error_data"]["details"].as_str().or(error["message"].as_str());
        let because = words.unwrap_or_default().to_owned();
        let check = Check::behind(code, error["error_subcode"].as_u64());
        let body: Value = match &request.body {
            Body::Whole(body) => serde_json::from_slice(body).unwrap_or_default(),
            Body::TooLarge | Body::TooSlow | Body::Broken => Value::Null,
        };
        let sending = Sending::read(request, &body);
        if let Some(why) = self.why_by_limit(check, &sending) {
            return Some(why);
        }
        if let Some(why) = self.why_by_fault(code, &sending) {
            return Some(why);
        }
        Some(Why { check, because, passes_at: None })
    }

    fn why_by_limit(&self, check: Check, sending: &Sending<'_>) -> Option<Why> {
        let (world, directory, now) = (self.world(), self.directory(), self.clock.now());
        let sender = directory.number(sending.number?.to_string().parse().ok()?)?;
        let limits = &world.meta.limits;
        let quota = match check {
            Check::Throughput => sender.throughput.quota(now, sender.messages_per_second(limits)),
            Check::PairRate => {
                let rules =
                    cloud_sim::Rules { world: &world, directory: &directory, numbering: &self.numbering };
                let to = sending.to?;
                self.shards[shard_of(to)].lock().pair_quota(now, &rules, sender, to)
            }
            _ => return None,
        };
        if quota.free_at <= now {
            return None;
        }
        let because = match check {
            Check::Throughput => format!("{} of {} messages a second are used", quota.used, quota.limit),
            _ => format!(
                "{} of {} messages to one recipient came in one burst; each takes {} to pay back",
                quota.used, quota.limit, limits.pair_interval
            ),
        };
        Some(Why { check, because, passes_at: Some(quota.free_at) })
    }

    fn why_by_fault(&self, code: u32, sending: &Sending<'_>) -> Option<Why> {
        let (world, now) = (self.world(), self.clock.now());
        let subject = FaultSubject {
            operation: sending.operation,
            number: sending.number,
            template: sending.template,
            recipient: sending.to.map(Recipient::number),
        };
        let fault = world.fault_behind(now, &subject, code)?;
        let ends = fault.open(&world).map(|(_, until)| until).filter(|until| *until < Elapsed::NEVER);
        let because = format!("fault {}: {}", fault.id, fault.fault);
        Some(Why { check: Check::Faults, because, passes_at: ends })
    }
}

/// What a request is about, as far as limits and faults are concerned.
struct Sending<'a> {
    operation: &'a str,
    number: Option<u64>,
    to: Option<Recipient>,
    template: Option<&'a str>,
}

impl<'a> Sending<'a> {
    fn read(request: &'a Request, body: &'a Value) -> Self {
        let mut segments = request.path().rsplit('/');
        let (edge, id) = (segments.next().unwrap_or_default(), segments.next().unwrap_or_default());
        Self {
            operation: edge,
            number: id.parse().ok(),
            to: recipient(body),
            template: body["template"]["name"].as_str(),
        }
    }
}
