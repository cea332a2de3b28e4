//! `/webhook`: the handshake with Meta, and what Meta tells.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, Response, StatusCode};
use cloud_api::{Webhook, handshake, signature};

use super::Problem;
use crate::expiring::Full;
use crate::heard;
use crate::service::OtpService;

// Source: Cloud API, "Create a webhook endpoint": repeat the challenge if the token is right.
pub(super) async fn shake_hands(
    State(service): State<Arc<OtpService>>,
    RawQuery(query): RawQuery,
) -> Response<Body> {
    let query = query.unwrap_or_default();
    match handshake::answer(&query, &service.config.webhook_verify_token) {
        Some(challenge) => Response::new(Body::from(challenge.into_owned())),
        None => Problem::new("the handshake is not Meta's").answer(StatusCode::FORBIDDEN),
    }
}

// Source: Cloud API, "Webhooks": the signature covers the bytes as they came, before any parsing;
// any answer but 200 makes Meta deliver again.
pub(super) async fn receive(
    State(service): State<Arc<OtpService>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let Some(signed) = headers.get(signature::HEADER) else {
        return Problem::new("the signature is missing").answer(StatusCode::UNAUTHORIZED);
    };
    let is_signed =
        signed.to_str().is_ok_and(|signed| signature::verify(&service.config.app_secret, &body, signed));
    if !is_signed {
        return Problem::new("the signature is wrong").answer(StatusCode::UNAUTHORIZED);
    }
    let Ok(webhook) = Webhook::parse(&body) else {
        return Problem::new("the body is no webhook").answer(StatusCode::BAD_REQUEST);
    };
    match heard::take(&service, &webhook) {
        Ok(()) => Response::new(Body::empty()),
        Err(Full) => Problem::new("no room for a wish").answer(StatusCode::SERVICE_UNAVAILABLE),
    }
}
