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
use cloud_api::parameters::{BodyFlaw, Parameters, Sent};
use scenario::Elapsed;
use serde_json::Value;

use crate::engine::SHARDS;
use crate::http::{Answer, Body, Request};
use crate::recent::{Fill, Recent, Slice};

pub use matching::{Count, CountError, NearMiss, RequestMatch, Verdict};
pub use why::{Check, Checked, Decision, Why};
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
    /// The status that the client got, if it got an answer.
    pub(crate) status: Option<u16>,
    /// How many bytes its body had.
    pub(crate) body_bytes: usize,
    /// Whether its body is a form.
    is_form: bool,
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
        let (mut near, mut found, mut oldest) = (Vec::new(), 0, Elapsed::NEVER);
        let dropped = self.kept.look(|nth, kept| {
            oldest = oldest.min(kept.at);
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
        let may_be_more = dropped > 0 && wanted.since.is_none_or(|since| since <= oldest);
        Verdict { is_met: count.is_met(found, may_be_more), found, count, near, dropped }
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
        self.fields("")
    }

    /// Whether only the beginning of the body was kept.
    pub(crate) const fn is_body_cut(&self) -> bool {
        self.body_bytes > BODY_KEPT_MAX
    }

    /// The answer, where the client got one that is JSON and was kept whole.
    pub(crate) fn answer(&self) -> Option<Value> {
        self.status.and_then(|_| self.decided())
    }

    /// The answer, whether or not it was held back.
    fn decided(&self) -> Option<Value> {
        serde_json::from_slice(&self.text[self.ends[2]..]).ok()
    }

    /// Meta's error code in the answer.
    pub(crate) fn code(&self) -> Option<u64> {
        if self.status? < 400 {
            return None;
        }
        self.answer()?["error"]["code"].as_u64()
    }

    /// Why it was accepted or refused.
    pub(crate) fn why(&self) -> Why {
        let is_fine = self.status.is_some_and(|status| status < 400);
        let error = if is_fine { Value::Null } else { self.decided().unwrap_or_default() };
        let error = &error["error"];
        let words = error["error_data"]["details"].as_str().or(error["message"].as_str());
        self.noted.why(words.unwrap_or_default(), self.flaw())
    }

    /// Why nothing was read of the body, where it should have been JSON.
    fn flaw(&self) -> Option<BodyFlaw> {
        if !self.noted.is_json {
            return None;
        }
        let beginning = &self.text[self.ends[1]..self.ends[2]];
        BodyFlaw::find(self.query(), beginning, self.body_bytes.saturating_sub(beginning.len()))
    }

    /// What was asked for in query and body, where the body was kept whole.
    pub(crate) fn asked(&self) -> Option<Value> {
        self.fields(self.query())
    }

    fn fields(&self, query: &str) -> Option<Value> {
        if self.is_body_cut() {
            return None;
        }
        fields(query, &self.text[self.ends[1]..self.ends[2]], self.is_form)
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
        self.status = answer.status_sent();
        self.body_bytes = body.len();
        self.is_form = is_form(request, body);
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

/// Whether a body is to be looked into as a form.
///
/// What begins as JSON never is, whatever it is said to be: clients that forget to say so send it as a
/// form, which it would be the name of a field of.
pub(crate) fn is_form(request: &Request, body: &[u8]) -> bool {
    let first = body.trim_ascii_start().first();
    first.is_some_and(|first| !b"{[\"".contains(first)) && request.brings_form()
}

/// What a query and a body say, be that JSON or a form.
pub(crate) fn fields(query: &str, body: &[u8], is_form: bool) -> Option<Value> {
    let sent = if is_form { Sent::Form(body) } else { Sent::Json(body) };
    serde_json::from_slice(Parameters::merge(query, sent).json()).ok()
}

/// To whom a send goes.
pub(crate) fn recipient(asked: &Value) -> Option<Recipient> {
    asked["to"].as_str()?.parse().ok()
}

/// Which template a send names.
pub(crate) fn template(asked: &Value) -> Option<&str> {
    asked["template"]["name"].as_str()
}

fn known(method: &str) -> &'static str {
    ["GET", "POST", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS"]
        .into_iter()
        .find(|known| *known == method)
        .unwrap_or("other")
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::{BODY_KEPT_MAX, Kept, RequestMatch};

    /// Tells where a request with this query and body differs from a send of `login` to somebody.
    #[track_caller]
    fn check(query: &str, body: &str, is_form: bool, expected: Expect) {
        let cut = &body[..body.len().min(BODY_KEPT_MAX)];
        let kept = Kept {
            body_bytes: body.len(),
            is_form,
            text: [query, cut].concat().into_bytes(),
            ends: [0, query.len(), query.len() + cut.len()],
            ..Kept::default()
        };
        let (to, template) = (Some("16505551234".parse().unwrap()), Some("login".to_owned()));
        let wanted = RequestMatch { to, template, ..RequestMatch::default() };
        expected.assert_eq(&wanted.differences(&kept).join(", "));
    }

    #[test]
    fn recipient_and_template_are_found_in_whatever_carries_parameters() {
        check("", r#"{"to":"+1 650 555 1234","template":{"name":"login"}}"#, false, expect![""]);
        check("", r#""{\"to\":\"16505551234\",\"template\":{\"name\":\"login\"}}""#, false, expect![""]);
        check("", "to=16505551234&template=%7B%22name%22%3A%22login%22%7D", true, expect![""]);
        check("", r#"to=16505551234&template={"name":"login"}"#, true, expect![""]);
        check("to=16505551234", r#"{"template":{"name":"login"}}"#, false, expect![""]);
    }

    #[test]
    fn what_is_not_said_in_a_body_is_none() {
        check(
            "",
            "to=16505551234&template=login",
            false,
            expect!["its recipient is none, not 16*******34, its template is none, not login"],
        );
        check(
            "",
            "",
            false,
            expect!["its recipient is none, not 16*******34, its template is none, not login"],
        );
        check(
            "",
            "to=16505550000&template=login",
            true,
            expect!["its recipient is 16*******00, not 16*******34, its template is none, not login"],
        );
    }

    #[test]
    fn a_body_that_was_cut_tells_neither() {
        let spaces = " ".repeat(BODY_KEPT_MAX);
        check(
            "",
            &format!(r#"{{"to":"16505551234","template":{{"name":"login"}}{spaces}}}"#),
            false,
            expect![
                "its recipient is in a part of its body that was not kept, not 16*******34, its template is in a part of its body that was not kept, not login"
            ],
        );
    }
}
