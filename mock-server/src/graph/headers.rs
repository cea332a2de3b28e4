//! The headers of Meta's answers.

use cloud_api::profile::Facts;
use cloud_api::{GraphVersion, TraceId, etag};
use cloud_sim::Called;

use crate::http::{Answer, Request, SharedHeaders};

/// What the headers of an answer say, besides what is the same for all.
pub(super) struct Occasion<'a> {
    pub(super) request: &'a Request,
    pub(super) version: GraphVersion,
    pub(super) trace: TraceId,
    pub(super) facts: Facts,
    /// How much of its limits the app has used; `None` for messages.
    pub(super) called: Option<Called>,
}

/// How many headers of its own an answer usually has.
const HEADERS_USUAL: usize = 8;

/// What every answer has and no client of messages reads.
// Source: cloud-api.md §1.5, after the OpenAPI file.
static LONG_TAIL: SharedHeaders = SharedHeaders::new(&[
    ("access-control-allow-origin", "*"),
    ("alt-svc", "h3=\":443\"; ma=86400"),
    ("cross-origin-resource-policy", "cross-origin"),
    ("expires", "Sat, 01 Jan 2000 00:00:00 GMT"),
    ("pragma", "no-cache"),
    ("strict-transport-security", "max-age=15552000; preload"),
    ("vary", "Accept-Encoding"),
    // Assumed: what is told of every connection is that of the OpenAPI file's sample.
    (
        "x-fb-connection-quality",
        "EXCELLENT; q=0.9, rtt=7, rtx=0, c=10, mss=1380, tbw=372, tp=-1, tpl=-1, uplat=527, ullat=0",
    ),
    ("x-fb-rlafr", "0"),
]);

/// Puts Meta's headers on an answer.
// Source: cloud-api.md §1.5. Assumed: `x-fb-request-id` is the error's `fbtrace_id`.
pub(super) fn dress(mut answer: Answer, occasion: &Occasion<'_>) -> Answer {
    let Occasion { request, version, trace, facts, called } = occasion;
    answer.headers.reserve(HEADERS_USUAL);
    if let Some(called) = called {
        answer.headers.push(("x-app-usage", called.app.app_header().into()));
        if let Some((account, usage)) = called.account {
            answer.headers.push(("x-business-use-case-usage", usage.account_header(account).into()));
        }
    }
    answer.headers.extend([
        ("facebook-api-version", version.text().into()),
        ("x-fb-request-id", trace.text().into()),
        ("x-fb-trace-id", trace.short().into()),
        ("cache-control", "private, no-cache, no-store, must-revalidate".into()),
        // Assumed: the number of the OpenAPI file's sample; Meta's changes with every release.
        ("x-fb-rev", "1019544279".into()),
    ]);
    if !facts.all_response_headers {
        return answer;
    }
    answer.shared = Some(&LONG_TAIL);
    answer.headers.push(("x-fb-debug", trace.debug().into()));
    if request.is_kept_alive() {
        answer.headers.push(("connection", "keep-alive".into()));
    }
    tag(answer, request)
}

/// Puts an entity tag on what was read, and sends nothing where the reader has it already.
// Source: cloud-api.md §1.5 for the tag; Graph's pages for `If-None-Match`.
fn tag(answer: Answer, request: &Request) -> Answer {
    if request.method() != "GET" || answer.status != 200 {
        return answer;
    }
    let tag = etag::of(&answer.body);
    let is_known = request.header("if-none-match").is_some_and(|known| known.contains(&tag));
    let mut answer = answer.with("etag", tag);
    if is_known {
        answer.status = 304;
        answer.body.clear();
    }
    answer
}
