//! `POST /` with a `batch`: several requests in one.

use std::borrow::Cow;

use cloud_api::batch::{Batch, BatchedAnswer, BatchedHeader, BatchedRequest};
use cloud_api::{AccessToken, Refusal};

use super::operation::{Answering, Handle, Operation, Verb};
use super::path::Path;
use super::{Call, Graph};
use crate::http::{Answer, Bytes, Delivery, FORM, Request};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        verb: Verb::Post,
        path: "",
        about: "make several requests in one",
        source: "Graph's page on batch requests",
        handle: Handle::SlowNode(answer_batch),
    },
    Operation {
        verb: Verb::Post,
        path: "/me",
        about: "make several requests in one",
        source: "Graph's page on batch requests",
        handle: Handle::SlowNode(answer_batch),
    },
];

/// Answers each request of a batch as if it had come by itself, if there is a batch.
// Source: Graph's page on batch requests: answers in the order of the requests, bodies as texts, and the
// batch's token where a request shows none. Assumed: one request after the other, and `null` for one whose
// connection would have been closed.
fn answer_batch<'a>(graph: &'a Graph, call: &'a Call<'a>, _: &'a str) -> Answering<'a, Option<Answer>> {
    Box::pin(async move {
        let Some(batch) = Batch::parse(call.body)? else { return Ok(None) };
        let token = call.caller.token.map_or_else(|| call.app.own_token(), |token| token.text.clone());
        let requests: Vec<Request> = batch
            .requests
            .iter()
            .enumerate()
            .map(|(nth, request)| part(call, request, &token).ok_or_else(|| unreadable(nth)))
            .collect::<Result<_, _>>()?;
        let mut answers = Vec::with_capacity(requests.len());
        for (request, asked) in requests.iter().zip(&batch.requests) {
            let answer = graph.handle_amid_faults(request).await;
            let is_told = !(asked.is_omitted_on_success && answer.status == 200);
            let told = is_told && !matches!(answer.delivery, Delivery::Dropped);
            answers.push(told.then(|| tell(answer, batch.has_headers)));
        }
        Ok(Some(Answer::ok(&answers)))
    })
}

/// A request of a batch as it would have come by itself; `None` where it could not have, and where it is
/// a batch again.
fn part(call: &Call<'_>, asked: &BatchedRequest, token: &AccessToken) -> Option<Request> {
    let url = &asked.relative_url;
    let is_versioned =
        url.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let target = if is_versioned { format!("/{url}") } else { format!("/{}/{url}", call.version.text()) };
    let authorization = format!("Bearer {}", token.expose());
    let mut headers = vec![("authorization", authorization.as_str())];
    headers.extend(call.request.header("host").map(|host| ("host", host)));
    if asked.body.is_some() {
        headers.push(("content-type", FORM));
    }
    headers.extend(asked.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let body = asked.body.clone().map_or_else(Bytes::new, Bytes::from);
    let request = call.request.with_part(&asked.method, &target, &headers, body)?;
    let (_, path) = Path::read(request.path());
    let is_batch = request.method() == "POST" && (path.is_root() || path.node() == Some("me"));
    (!is_batch).then_some(request)
}

fn tell(answer: Answer, has_headers: bool) -> BatchedAnswer {
    let content_type = [("content-type", answer.content_type)];
    let headers = content_type.into_iter().chain(answer.headers);
    let header = |(name, value): (&str, Cow<'_, str>)| BatchedHeader {
        name: name.to_owned(),
        value: value.into_owned(),
    };
    BatchedAnswer {
        code: answer.status,
        headers: has_headers.then(|| headers.map(header).collect()),
        body: String::from_utf8_lossy(&answer.body).into_owned(),
    }
}

fn unreadable(nth: usize) -> Refusal {
    let details = format!("Param batch[{nth}] is no request that could be made by itself.");
    Refusal::InvalidParameter { details: details.into() }
}
