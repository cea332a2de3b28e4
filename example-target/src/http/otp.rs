//! `POST /otp` asks for a code; `POST /otp/verify` types it back.

use std::borrow::Cow;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{HeaderValue, RETRY_AFTER};
use axum::http::{Response, StatusCode};
use cloud_api::{OtpCode, Recipient};
use serde::{Deserialize, Serialize};

use super::{Problem, json};
use crate::codes::Verdict;
use crate::service::{AskError, Asked, OtpService};

#[derive(Deserialize)]
struct AskBody<'a> {
    #[serde(borrow)]
    recipient: Cow<'a, str>,
}

#[derive(Deserialize)]
struct VerifyBody<'a> {
    #[serde(borrow)]
    recipient: Cow<'a, str>,
    #[serde(borrow)]
    code: Cow<'a, str>,
}

#[derive(Serialize)]
struct AskedBody {
    /// Seconds.
    expires_in: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<String>,
}

#[derive(Serialize)]
struct VerifiedBody {
    verified: bool,
}

pub(super) async fn ask(State(service): State<Arc<OtpService>>, body: Bytes) -> Response<Body> {
    let recipient = match read_ask(&body) {
        Ok(recipient) => recipient,
        Err(error) => return Problem::new(&error).answer(StatusCode::BAD_REQUEST),
    };
    match service.ask(recipient).await {
        Ok(Asked { message_id }) => {
            let expires_in = service.config.code_ttl.as_secs();
            json(StatusCode::ACCEPTED, &AskedBody { expires_in, message_id })
        }
        Err(error) => answer_ask_error(&error),
    }
}

pub(super) async fn verify(State(service): State<Arc<OtpService>>, body: Bytes) -> Response<Body> {
    let (recipient, code) = match read_verify(&body) {
        Ok(read) => read,
        Err(error) => return Problem::new(&error).answer(StatusCode::BAD_REQUEST),
    };
    match service.verify(recipient, &code) {
        Verdict::Right => json(StatusCode::OK, &VerifiedBody { verified: true }),
        Verdict::Wrong { attempts_left } => {
            let problem = Problem { attempts_left: Some(attempts_left), ..Problem::new("the code is wrong") };
            problem.answer(StatusCode::UNAUTHORIZED)
        }
        Verdict::HandedOver => handed_over(),
        Verdict::Gone => Problem::new("no code is waiting: ask for a new one").answer(StatusCode::GONE),
    }
}

// The reader's own words are not passed on, because they quote the body.
fn read_ask(body: &[u8]) -> Result<Recipient, String> {
    let read: AskBody<'_> = serde_json::from_slice(body)
        .map_err(|_| "the body must be JSON with a `recipient`, a string".to_owned())?;
    read.recipient.parse().map_err(|error| format!("`recipient`: {error}"))
}

fn read_verify(body: &[u8]) -> Result<(Recipient, OtpCode), String> {
    let read: VerifyBody<'_> = serde_json::from_slice(body)
        .map_err(|_| "the body must be JSON with `recipient` and `code`, both strings".to_owned())?;
    let recipient = read.recipient.parse().map_err(|error| format!("`recipient`: {error}"))?;
    let code = read.code.trim().parse().map_err(|error| format!("`code`: {error}"))?;
    Ok((recipient, code))
}

fn answer_ask_error(error: &AskError) -> Response<Body> {
    match error {
        AskError::NotReady(readiness) => {
            let text = match readiness.reason() {
                Some(reason) => format!("codes cannot be sent: {}: {reason}", readiness.name()),
                None => format!("codes cannot be sent yet: {}", readiness.name()),
            };
            Problem::new(&text).answer(StatusCode::SERVICE_UNAVAILABLE)
        }
        AskError::OptedOut => Problem::new("the recipient wants no messages").answer(StatusCode::FORBIDDEN),
        AskError::HandedOver => handed_over(),
        AskError::Busy => {
            let mut response =
                Problem::new("too much is under way: come back").answer(StatusCode::SERVICE_UNAVAILABLE);
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
            response
        }
        AskError::Refused(code) => {
            let problem = Problem { code: *code, ..Problem::new("Meta refused to send the code") };
            problem.answer(StatusCode::BAD_GATEWAY)
        }
    }
}

fn handed_over() -> Response<Body> {
    Problem::new("too many wrong codes: a person takes over").answer(StatusCode::LOCKED)
}
