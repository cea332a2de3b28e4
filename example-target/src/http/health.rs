//! `GET /health` and `GET /handovers`: what an operator looks at.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode};
use serde::Serialize;

use super::json;
use crate::deliveries::StageCounts;
use crate::service::OtpService;

/// The state of the service; 200 as long as it can tell.
#[derive(Serialize)]
struct HealthBody<'a> {
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    codes_pending: usize,
    handed_over: usize,
    opted_out: usize,
    retries_waiting: usize,
    retries_given_up: u64,
    messages: StageCounts,
}

#[derive(Serialize)]
struct HandOversBody {
    count: usize,
}

pub(super) async fn health(State(service): State<Arc<OtpService>>) -> Response<Body> {
    let now = Instant::now();
    let readiness = service.readiness.get();
    let mut messages = StageCounts::default();
    for shard in service.deliveries.each() {
        messages += shard.counts();
    }
    let body = HealthBody {
        state: readiness.name(),
        reason: readiness.reason(),
        codes_pending: service.codes.each().map(|mut book| book.pending(now)).sum(),
        handed_over: handed_over(&service, now),
        opted_out: service.opt_outs.each().map(|opt_outs| opt_outs.stopped()).sum(),
        retries_waiting: service.retries_waiting(),
        retries_given_up: service.retries_given_up(),
        messages,
    };
    json(StatusCode::OK, &body)
}

pub(super) async fn hand_overs(State(service): State<Arc<OtpService>>) -> Response<Body> {
    json(StatusCode::OK, &HandOversBody { count: handed_over(&service, Instant::now()) })
}

fn handed_over(service: &OtpService, now: Instant) -> usize {
    service.codes.each().map(|mut book| book.handed_over(now)).sum()
}
