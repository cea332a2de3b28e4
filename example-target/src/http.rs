//! The HTTP side: what callers and Meta see.

mod callback;
mod health;
mod otp;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::http::{Response, StatusCode};
use axum::routing::{get, post};
use cloud_api::webhook;
use serde::Serialize;

use crate::service::OtpService;

/// A request for a code is a few dozen bytes.
const ASK_BYTES_MAX: usize = 16 << 10;

/// The routes of the service.
pub(crate) fn router(service: Arc<OtpService>) -> Router {
    let callers = Router::new()
        .route("/otp", post(otp::ask))
        .route("/otp/verify", post(otp::verify))
        .route("/handovers", get(health::hand_overs))
        .route("/health", get(health::health))
        .layer(DefaultBodyLimit::max(ASK_BYTES_MAX));
    let meta = Router::new()
        .route("/webhook", get(callback::shake_hands).post(callback::receive))
        .layer(DefaultBodyLimit::max(webhook::BYTES_MAX));
    callers.merge(meta).with_state(service)
}

/// Why a request was not served.
#[derive(Serialize)]
struct Problem<'a> {
    error: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attempts_left: Option<u8>,
}

impl<'a> Problem<'a> {
    fn new(error: &'a str) -> Self {
        Self { error, code: None, attempts_left: None }
    }

    fn answer(&self, status: StatusCode) -> Response<Body> {
        json(status, self)
    }
}

fn json(status: StatusCode, body: &impl Serialize) -> Response<Body> {
    let body = serde_json::to_vec(body).expect("the answers are plain structures");
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
