//! `/_mock/webhooks`: what was posted, byte for byte; post it again; shake hands again.

use cloud_api::{AppId, VerifyToken};
use scenario::{Heard, Webhooks};
use serde::{Deserialize, Serialize};

use super::Control;
use super::call::{Call, Problem, Told, ok};
use super::language::in_language;
use crate::http::{Line, PostError};
use crate::webhook::{self, Delivery, Outcome};

/// How many deliveries one answer holds at most.
const LIMIT_MAX: usize = 1_000;

/// How many deliveries one answer holds unless it is asked for more.
const LIMIT: usize = 100;

#[derive(Serialize)]
struct Overview {
    /// How many webhooks wait to be heard, those under way among them.
    waiting: usize,
    /// How many wait for a connection or for an answer.
    under_way: usize,
    heard: u64,
    failed_attempts: u64,
    dropped: u64,
    given_up: u64,
    settings: Settings,
}

#[derive(Serialize)]
struct Settings {
    timeout_micros: u64,
    heard: &'static str,
    retry_after_micros: Vec<u64>,
    retry_for_micros: u64,
    batch_max: u16,
    batch_wait_micros: u64,
    connections: u16,
}

#[derive(Serialize)]
struct Deliveries {
    deliveries: Vec<Shown>,
    /// Give this as `after` to read on.
    next: u64,
    /// How many deliveries were forgotten before they were asked for.
    dropped: u64,
}

#[derive(Serialize)]
struct Shown {
    id: u64,
    app_id: String,
    account_id: String,
    field: &'static str,
    url: String,
    at_micros: u64,
    attempt: u8,
    #[serde(flatten)]
    reaction: Reaction,
    signature_256: String,
    signature: Option<String>,
    body: String,
}

/// What a callback made of a call.
#[derive(Serialize)]
struct Reaction {
    http_status: Option<u16>,
    error: Option<&'static str>,
}

/// Whom to shake hands with, and what it must know.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hand {
    app_id: String,
    verify_token: String,
}

#[derive(Serialize)]
struct Shaken {
    is_met: bool,
    #[serde(flatten)]
    reaction: Reaction,
}

impl Control {
    pub(super) fn read_webhooks(&self, _: &Call<'_>) -> Told {
        let counts = self.engine.webhook_counts();
        ok(&Overview {
            waiting: self.engine.webhooks_waiting(),
            under_way: self.engine.postman.under_way(),
            heard: counts.heard,
            failed_attempts: counts.failed,
            dropped: counts.dropped,
            given_up: counts.given_up,
            settings: settings(&self.engine.world().meta.webhooks),
        })
    }

    /// Takes the scenario's section `[meta.webhooks]`; what it leaves out is as usual.
    pub(super) fn replace_webhooks(&self, call: &Call<'_>) -> Told {
        in_language(call.text()?, "the body", |toml| {
            self.engine.change_world(|world| world.give_webhooks(toml))
        })?;
        self.read_webhooks(call)
    }

    pub(super) fn read_deliveries(&self, call: &Call<'_>) -> Told {
        let after = call.whole("after")?.unwrap_or(0);
        let limit = call.whole("limit")?.unwrap_or(LIMIT).min(LIMIT_MAX);
        let app: Option<u64> = call.whole("app_id")?;
        let field = call.parameter("field");
        let page = self.engine.postman.deliveries.after(after, limit, |delivery| {
            app.is_none_or(|app| delivery.app.number() == app)
                && field.as_ref().is_none_or(|field| delivery.field.name() == field)
        });
        let deliveries = page.items.iter().map(|(id, delivery)| shown(*id, delivery)).collect();
        ok(&Deliveries { deliveries, next: page.next, dropped: page.dropped })
    }

    /// Posts a webhook again, whatever came of it: the same bytes and signatures to the same address.
    pub(super) async fn redeliver(&self, call: &Call<'_>) -> Told {
        let id = call.segment("id");
        let known = id.parse().ok().and_then(|nth| self.engine.postman.deliveries.get(nth));
        let delivery = known.ok_or_else(|| {
            Problem::new(404, format!("there is no delivery `{id}`, or it is no longer remembered"))
        })?;
        let timeout = self.engine.callback_timeout();
        let mut line = Line::new(self.client.clone());
        let posted = line.post(&delivery.url, delivery.headers(), delivery.body.clone(), timeout).await;
        let outcome = match posted {
            Ok(status) => Outcome::Answered(status),
            Err(PostError(cause)) => Outcome::Failed(cause),
        };
        let (at, attempt) = (self.engine.clock.now(), delivery.attempt.saturating_add(1));
        self.engine.postman.deliveries.push(Delivery { outcome, at, attempt, ..delivery });
        ok(&told(outcome))
    }

    /// Calls an app's callback as if it was registered anew; changes nothing.
    pub(super) async fn shake_hands(&self, call: &Call<'_>) -> Told {
        let Hand { app_id, verify_token } = call.json()?;
        let directory = self.engine.directory();
        let app = app_id.parse::<AppId>().ok().and_then(|app| directory.app_callback(app));
        let app = app.ok_or_else(|| {
            Problem::new(404, format!("`app_id` is `{app_id}`, but must be an app that has a callback"))
        })?;
        let url = app.callback.url().as_str();
        let (challenge, asked) =
            webhook::ask(&self.engine, &self.client, url, &VerifyToken::new(verify_token)).await;
        let shaken = match asked {
            Ok((status, body)) => Shaken {
                is_met: status == 200 && challenge.is_met_by(&body),
                reaction: told(Outcome::Answered(status)),
            },
            Err(PostError(cause)) => Shaken { is_met: false, reaction: told(Outcome::Failed(cause)) },
        };
        ok(&shaken)
    }
}

fn settings(webhooks: &Webhooks) -> Settings {
    Settings {
        timeout_micros: webhooks.timeout.micros(),
        heard: match webhooks.heard {
            Heard::Ok => "200",
            Heard::Success => "2xx",
        },
        retry_after_micros: webhooks.retry_after.iter().map(|span| span.micros()).collect(),
        retry_for_micros: webhooks.retry_for.micros(),
        batch_max: webhooks.batch_max,
        batch_wait_micros: webhooks.batch_wait.micros(),
        connections: webhooks.connections,
    }
}

fn shown(id: u64, delivery: &Delivery) -> Shown {
    Shown {
        id,
        app_id: delivery.app.to_string(),
        account_id: delivery.account.to_string(),
        field: delivery.field.name(),
        url: delivery.url.to_string(),
        at_micros: delivery.at.micros(),
        attempt: delivery.attempt,
        reaction: told(delivery.outcome),
        signature_256: delivery.signature.sha256().to_owned(),
        signature: delivery.has_legacy_signature.then(|| delivery.signature.sha1().to_owned()),
        body: String::from_utf8_lossy(&delivery.body).into_owned(),
    }
}

fn told(outcome: Outcome) -> Reaction {
    match outcome {
        Outcome::Answered(status) => Reaction { http_status: Some(status), error: None },
        Outcome::Failed(cause) => Reaction { http_status: None, error: Some(cause.name()) },
    }
}
