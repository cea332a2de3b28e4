//! What was posted lately, byte for byte.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use cloud_api::signature::Signature;
use cloud_api::subscription::WebhookField;
use cloud_api::{AppId, WabaId};
use journal::Cause;
use scenario::Elapsed;

use crate::http::{Bytes, Headers};
use crate::recent::Fill;

/// How many deliveries are remembered at most.
const REMEMBERED_MAX: usize = 16_384;

/// How many bytes the bodies that are remembered may have together.
const REMEMBERED_BYTES_MAX: usize = 64 * 1024 * 1024;

/// One attempt to deliver a webhook.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub(crate) app: AppId,
    pub(crate) account: WabaId,
    pub(crate) field: WebhookField,
    pub(crate) url: Arc<str>,
    pub(crate) at: Elapsed,
    /// The how-manieth attempt it was, from 1.
    pub(crate) attempt: u8,
    pub(crate) outcome: Outcome,
    pub(crate) signature: Signature,
    /// Whether the signature of old went with it.
    pub(crate) has_legacy_signature: bool,
    pub(crate) body: Bytes,
}

/// What came of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The callback answered with this HTTP status.
    Answered(u16),
    /// It did not answer.
    Failed(Cause),
}

/// The deliveries that are remembered: the latest, as far as they fit.
#[derive(Debug)]
pub(crate) struct Deliveries(Mutex<Ring>);

#[derive(Debug, Default)]
struct Ring {
    items: VecDeque<Delivery>,
    bytes: usize,
    pushed: u64,
    /// How many somebody wanted forgotten, and the number after the last of them.
    forgotten: u64,
    begins: u64,
}

/// Some of the deliveries, with the number of each from 0.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) items: Vec<(u64, Delivery)>,
    /// Give this to read on.
    pub(crate) next: u64,
    /// How many between the ones asked for and the oldest kept were dropped.
    pub(crate) dropped: u64,
}

impl Delivery {
    /// The headers that go with it.
    // Source: cloud-api.md §6.2.
    pub(crate) fn headers(&self) -> Headers<'_> {
        let legacy = self.has_legacy_signature.then(|| ("x-hub-signature", self.signature.sha1()));
        [
            Some(("content-type", "application/json")),
            Some(("user-agent", "facebookexternalua")),
            Some(("x-hub-signature-256", self.signature.sha256())),
            legacy,
        ]
    }
}

impl Deliveries {
    pub(super) fn new() -> Self {
        Self(Mutex::default())
    }

    pub(crate) fn push(&self, delivery: Delivery) {
        let mut ring = self.lock();
        ring.bytes += delivery.body.len();
        ring.items.push_back(delivery);
        ring.pushed += 1;
        while ring.items.len() > REMEMBERED_MAX || ring.bytes > REMEMBERED_BYTES_MAX {
            let Some(oldest) = ring.items.pop_front() else { break };
            ring.bytes -= oldest.body.len();
        }
    }

    /// Forgets all of them because somebody wants it so; their numbers are not given again.
    pub(crate) fn forget(&self) {
        let mut ring = self.lock();
        ring.forgotten += ring.items.len() as u64;
        ring.begins = ring.pushed;
        ring.items.clear();
        ring.bytes = 0;
    }

    /// How full it is.
    pub(crate) fn fill(&self) -> Fill {
        let ring = self.lock();
        let dropped = ring.oldest() - ring.forgotten;
        Fill { items: ring.items.len(), capacity: REMEMBERED_MAX, dropped }
    }

    /// The delivery of this number, if it is still remembered.
    pub(crate) fn get(&self, nth: u64) -> Option<Delivery> {
        let ring = self.lock();
        let at = usize::try_from(nth.checked_sub(ring.oldest())?).ok()?;
        ring.items.get(at).cloned()
    }

    /// Those from number `after` on that pass `wanted`, at most `limit` of them.
    pub(crate) fn after(&self, after: u64, limit: usize, wanted: impl Fn(&Delivery) -> bool) -> Page {
        let ring = self.lock();
        let oldest = ring.oldest();
        let dropped = oldest.saturating_sub(after.max(ring.begins));
        let mut page = Page { items: Vec::new(), next: ring.pushed, dropped };
        for (nth, delivery) in (oldest..).zip(&ring.items) {
            if nth < after || !wanted(delivery) {
                continue;
            }
            if page.items.len() == limit {
                page.next = nth;
                break;
            }
            page.items.push((nth, delivery.clone()));
        }
        page
    }

    fn lock(&self) -> MutexGuard<'_, Ring> {
        self.0.lock().expect("nobody panics while holding the deliveries")
    }
}

impl Ring {
    fn oldest(&self) -> u64 {
        self.pushed - self.items.len() as u64
    }
}
