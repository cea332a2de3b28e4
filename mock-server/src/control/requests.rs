//! `/_mock/requests`: what was asked of the Graph API, what became of it and why, and whether it was
//! as it should be.

use scenario::Elapsed;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Control;
use super::call::{Call, Problem, Told, ok, recipient};
use crate::http::Answer;
use crate::requests::{self, Checked, Count, Kept, NearMiss, RequestMatch, Why, masked};

/// How many requests one answer holds at most.
const LIMIT_MAX: usize = 1_000;

#[derive(Serialize)]
struct Listed {
    requests: Vec<Shown>,
    /// Give this as `after` to read on.
    next: u64,
    /// How many requests were forgotten before they were asked for.
    dropped: u64,
}

/// A request, with its codes, tokens and numbers masked.
#[derive(Serialize)]
struct Shown {
    at_micros: u64,
    method: &'static str,
    path: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    query: String,
    /// `null` where a fault dropped the connection instead of answering.
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<String>,
    body_bytes: usize,
    /// Whether only the beginning of the body was kept, so that neither it nor what it says of recipient
    /// and template can be shown.
    is_body_cut: bool,
    body: Option<Value>,
    answer: Option<Value>,
    why: WhyShown,
}

/// Why a request was accepted or refused.
#[derive(Serialize)]
struct WhyShown {
    verdict: &'static str,
    /// The check that decided.
    check: &'static str,
    because: String,
    passes_at_micros: Option<u64>,
    /// All checks that were made, in their order.
    checks: Vec<CheckShown>,
    #[serde(skip_serializing_if = "Option::is_none")]
    spoiled_by: Option<String>,
}

#[derive(Serialize)]
struct CheckShown {
    check: &'static str,
    outcome: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    found: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Verify {
    #[serde(rename = "match", default)]
    wanted: Wanted,
    #[serde(default)]
    count: Bounds,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    method: Option<String>,
    path: Option<String>,
    status: Option<u16>,
    code: Option<u64>,
    to: Option<String>,
    template: Option<String>,
    since_micros: Option<u64>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bounds {
    exactly: Option<u64>,
    at_least: Option<u64>,
    at_most: Option<u64>,
}

#[derive(Serialize)]
struct Verified {
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    count: u64,
    nearest: Vec<Near>,
    dropped: u64,
}

#[derive(Serialize)]
struct Near {
    at_micros: u64,
    request: String,
    differences: Vec<String>,
}

impl Control {
    pub(super) fn list_requests(&self, call: &Call<'_>) -> Told {
        let wanted = Wanted {
            method: call.parameter("method").map(|method| method.into_owned()),
            path: call.parameter("path").map(|path| path.into_owned()),
            status: call.whole("status")?,
            code: call.whole("code")?,
            to: call.parameter("to").map(|to| to.into_owned()),
            template: call.parameter("template").map(|template| template.into_owned()),
            since_micros: call.whole("since_micros")?,
        };
        let after = call.whole("after")?.unwrap_or(0);
        let limit = call.whole("limit")?.unwrap_or(100).min(LIMIT_MAX);
        let slice = self.engine.requests.matching(&wanted.read()?, after, limit);
        let requests = slice.items.iter().map(Shown::of).collect();
        ok(&Listed { requests, next: slice.next, dropped: slice.dropped })
    }

    /// Answers 200 where there were as many requests as there should be, else 417 and what came near.
    pub(super) fn verify_requests(&self, call: &Call<'_>) -> Told {
        let Verify { wanted, count } = call.json()?;
        let verdict = self.engine.requests.verify(&wanted.read()?, count.read()?);
        let error = (!verdict.is_met).then(|| verdict.to_string());
        let nearest = verdict.near.into_iter().map(Near::of).collect();
        let told = Verified { error, count: verdict.found, nearest, dropped: verdict.dropped };
        let status = if verdict.is_met { 200 } else { 417 };
        Ok(Answer::of(status, &told))
    }
}

impl Wanted {
    fn read(self) -> Result<RequestMatch, Problem> {
        Ok(RequestMatch {
            method: self.method,
            path: self.path,
            status: self.status,
            code: self.code,
            to: self.to.map(|to| recipient("to", &to)).transpose()?,
            template: self.template,
            since: self.since_micros.map(Elapsed::from_micros),
        })
    }
}

impl Bounds {
    fn read(&self) -> Result<Count, Problem> {
        match (self.exactly, self.at_least, self.at_most) {
            (None, None, None) => Ok(Count::default()),
            (Some(count), None, None) => Ok(Count::exactly(count)),
            (None, least, most) => Count::between(least.unwrap_or(0), most.unwrap_or(u64::MAX))
                .map_err(|error| Problem::bad(error.to_string())),
            (Some(_), _, _) => Err(Problem::bad("`exactly` excludes `at_least` and `at_most`")),
        }
    }
}

impl Near {
    fn of(miss: NearMiss) -> Self {
        let NearMiss { at, request, differences } = miss;
        Self { at_micros: at.micros(), request, differences }
    }
}

impl Shown {
    fn of(kept: &Kept) -> Self {
        let shown = |value: Option<Value>| {
            value.map(|mut value| {
                masked::value(&mut value, "");
                value
            })
        };
        let asked = kept.asked().unwrap_or_default();
        Self {
            at_micros: kept.at.micros(),
            method: kept.method,
            path: masked::text(kept.path()),
            query: masked::query(kept.query()),
            status: kept.status,
            code: kept.code(),
            to: requests::recipient(&asked).map(|to| to.to_string()),
            template: requests::template(&asked).map(str::to_owned),
            body_bytes: kept.body_bytes,
            is_body_cut: kept.is_body_cut(),
            body: shown(kept.body()),
            answer: shown(kept.answer()),
            why: WhyShown::of(kept.why()),
        }
    }
}

impl WhyShown {
    fn of(why: Why) -> Self {
        let Why { decision, check, because, passes_at, checks, spoiled_by } = why;
        let shown = |checked: Checked| CheckShown {
            check: checked.check.word(),
            outcome: checked.outcome.word(),
            found: masked::text(&checked.found),
        };
        Self {
            verdict: decision.word(),
            check: check.word(),
            because: masked::text(&because),
            passes_at_micros: passes_at.map(Elapsed::micros),
            checks: checks.into_iter().map(shown).collect(),
            spoiled_by,
        }
    }
}
