//! The request journal: what was asked of the Graph API lately, what was answered, and why.
//!
//! Requests are kept as they came, in rings that reuse their memory, and are looked into only when
//! somebody asks. What is shown of them holds no code, token or phone number: see [`masked`].

mod matching;
mod why;

pub(crate) mod masked;

use std::cell::Cell;
use std::cmp::Reverse;

use cloud_api::Recipient;
use cloud_api::parameters::{Parameters, Sent};
use scenario::Elapsed;
use serde_json::Value;

use crate::engine::SHARDS;
use crate::http::{Answer, Body, Request};
use crate::recent::{Fill, Recent, Slice};

pub use matching::{Count, CountError, NearMiss, RequestMatch, Verdict};
pub use why::{Check, Checked, Why};
pub(crate) use why::{Checks, Message, Noted};

/// How many requests are remembered.
const REMEMBERED_MAX: usize = 16_384;

/// How many bytes of a request's body, and of the answer's, are kept.
pub(crate) const BODY_KEPT_MAX: usize = 4_096;

/// How many near misses a failed verification tells.
const NEAR_MISSES: usize = 3;

thread_local! {
    /// The ring whose turn it is on this thread: one for all threads would be passed to and fro.
    static RING: Cell<usize> = const { Cell::new(0) };
}

/// The last requests to the Graph API.
#[derive(Debug)]
pub(crate) struct Requests {
    kept: Recent<Kept>,
}

/// A request as it is remembered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept {
    /// When it was answered.
    pub(crate) at: Elapsed,
    pub(crate) method: &'static str,
    pub(crate) status: u16,
    /// How many bytes its body had.
    pub(crate) body_bytes: usize,
    /// What was noted of it while it was answered.
    noted: Noted,
    /// Path, query, and what is kept of body and answer, one after the other.
    text: Vec<u8>,
    ends: [usize; 3],
}

impl Requests {
    pub(crate) fn new() -> Self {
        Self { kept: Recent::new(SHARDS, REMEMBERED_MAX) }
    }

    /// Remembers a request and its answer.
    pub(crate) fn keep(&self, at: Elapsed, request: &Request, answer: &Answer, noted: Noted) {
        let ring = RING.get();
        RING.set((ring + 1) % SHARDS);
        self.kept.push_over(ring, |kept: &mut Kept| {
            kept.fill(request, answer);
            kept.at = at;
            kept.noted = noted;
        });
    }

    /// The requests that match, after the first `after` of all, the oldest first.
    pub(crate) fn matching(&self, wanted: &RequestMatch, after: u64, limit: usize) -> Slice<Kept> {
        self.kept.after(after, limit, |kept| wanted.differences(kept).is_empty())
    }

    /// Holds the count of the requests that match against what it should be.
    pub(crate) fn verify(&self, wanted: &RequestMatch, count: Count) -> Verdict {
        let (mut near, mut found) = (Vec::new(), 0);
        let dropped = self.kept.look(|nth, kept| {
            let differences = wanted.differences(kept);
            if differences.is_empty() {
                found += 1;
                return;
            }
            // The newest of those that differ least.
            near.push((differences.len(), Reverse(nth), NearMiss::new(kept, differences)));
            near.sort_by_key(|(differences, nth, _)| (*differences, *nth));
            near.truncate(NEAR_MISSES);
        });
        near.truncate(if found == 0 { NEAR_MISSES } else { 0 });
        let near = near.into_iter().map(|(_, _, miss)| miss).collect();
        Verdict { is_met: count.allows(found), found, count, near, dropped }
    }

    /// How many are remembered.
    pub(crate) fn fill(&self) -> Fill {
        self.kept.fill()
    }

    /// Forgets all of them.
    pub(crate) fn forget(&self) {
        self.kept.forget();
    }
}

impl Kept {
    pub(crate) fn path(&self) -> &str {
        self.part(0, self.ends[0])
    }

    pub(crate) fn query(&self) -> &str {
        self.part(self.ends[0], self.ends[1])
    }

    /// The body, where it is JSON or a form and was kept whole.
    pub(crate) fn body(&self) -> Option<Value> {
        if self.body_bytes > BODY_KEPT_MAX {
            return None;
        }
        fields(&self.text[self.ends[1]..self.ends[2]])
    }

    /// The answer, where it is JSON and was kept whole.
    pub(crate) fn answer(&self) -> Option<Value> {
        serde_json::from_slice(&self.text[self.ends[2]..]).ok()
    }

    /// Meta's error code in the answer.
    pub(crate) fn code(&self) -> Option<u64> {
        if self.status < 400 {
            return None;
        }
        self.answer()?["error"]["code"].as_u64()
    }

    /// Why it was accepted or refused.
    pub(crate) fn why(&self) -> Why {
        let error = if self.status < 400 { Value::Null } else { self.answer().unwrap_or_default() };
        let error = &error["error"];
        let words = error["error_data"]["details"].as_str().or(error["message"].as_str());
        self.noted.why(words.unwrap_or_default())
    }

    /// To whom it was to go.
    pub(crate) fn recipient(&self) -> Option<Recipient> {
        recipient(&self.body()?)
    }

    /// Which template it names.
    pub(crate) fn template(&self) -> Option<String> {
        Some(self.body()?["template"]["name"].as_str()?.to_owned())
    }

    fn part(&self, from: usize, to: usize) -> &str {
        std::str::from_utf8(&self.text[from..to]).unwrap_or_default()
    }

    fn fill(&mut self, request: &Request, answer: &Answer) {
        let body: &[u8] = match &request.body {
            Body::Whole(body) => body,
            Body::TooLarge | Body::TooSlow | Body::Broken => &[],
        };
        self.method = known(request.method());
        self.status = answer.status;
        self.body_bytes = body.len();
        self.text.clear();
        let kept = |bytes: &[u8]| bytes.len().min(BODY_KEPT_MAX);
        let (path, query) = (request.path().as_bytes(), request.query().as_bytes());
        for (end, part) in
            self.ends.iter_mut().zip([&path[..kept(path)], &query[..kept(query)], &body[..kept(body)]])
        {
            self.text.extend_from_slice(part);
            *end = self.text.len();
        }
        self.text.extend_from_slice(&answer.body[..kept(&answer.body)]);
    }
}

/// What a body says, be it JSON or a form.
pub(crate) fn fields(body: &[u8]) -> Option<Value> {
    let is_of_form = |byte: &u8| byte.is_ascii_alphanumeric() || b"*-._~+%&=".contains(byte);
    if body.contains(&b'=') && body.iter().all(is_of_form) {
        return serde_json::from_slice(Parameters::merge("", Sent::Form(body)).json()).ok();
    }
    serde_json::from_slice(body).ok()
}

/// To whom a send goes.
pub(crate) fn recipient(body: &Value) -> Option<Recipient> {
    body["to"].as_str()?.parse().ok()
}

fn known(method: &str) -> &'static str {
    ["GET", "POST", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS"]
        .into_iter()
        .find(|known| *known == method)
        .unwrap_or("other")
}
