//! Webhooks out: signed, posted with bounded concurrency, answers given back to the shards.

use std::sync::Arc;

use cloud_api::subscription::WebhookField;
use cloud_api::webhook::{
    BusinessPhone, InboundMessage, Pricing, Sender, Status as WireStatus, StatusUpdate,
};
use cloud_api::{AppSecret, GraphVersion, PhoneNumberId, WabaId, WebhookBody, signature};
use cloud_sim::{Callback, CallbackAnswer, Notice, Number, StatusUpdate as Update, World, retry_after};
use journal::Status;

use crate::engine::{Busy, Engine, Posting};
use crate::http::{Client, PostError};

/// How many webhooks are under way at once.
// Source: cloud-api.md §6.2: delivery is concurrent. Assumed: how much.
pub(crate) const CONCURRENCY: usize = 64;

/// What webhooks are signed with whose signature must not fit: no app has this secret.
const FORGED: &str = "signed by somebody else";

/// Posts webhooks, one at a time, until the engine is gone.
pub(crate) async fn post_statuses(
    engine: Arc<Engine>,
    client: Client,
    postings: async_channel::Receiver<Posting>,
) {
    let forged = AppSecret::new(FORGED);
    while let Ok(posting) = postings.recv().await {
        let Some(update) = engine.webhook(&posting) else { continue };
        let account = update.sender.account;
        let body = status_body(&engine.world(), account, &update);
        let directory = engine.directory();
        let mut answer = CallbackAnswer::Status(200);
        for callback in directory.callbacks(account, Some(update.sender.id), WebhookField::Messages) {
            let secret = if update.is_forged { &forged } else { &callback.app.secret };
            let posted = post_signed(&client, callback, secret, body.clone()).await;
            if posted != CallbackAnswer::Status(200) {
                answer = posted;
            }
        }
        engine.webhook_answered(posting.shard, posting.ticket, answer);
    }
}

/// News that is not the status of a message.
pub(crate) enum News {
    /// Something of an account has changed.
    Changed(Notice),
    /// A person wrote to this number of a business.
    Written(Arc<Number>, InboundMessage),
}

/// Tells the apps of an account the news, and tries again as with any webhook.
pub(crate) async fn post_news(engine: Arc<Engine>, client: Client, news: News, busy: Busy) {
    let body = news.body(&engine.world());
    let (account, number, field) = news.address();
    let since = engine.clock.now();
    let mut attempt = 1_u8;
    loop {
        let directory = engine.directory();
        let mut is_told = true;
        for callback in directory.callbacks(account, number, field) {
            let posted = post_signed(&client, callback, &callback.app.secret, body.clone()).await;
            is_told &= posted == CallbackAnswer::Status(200);
        }
        let now = engine.clock.now();
        match retry_after(now, since, attempt) {
            Some(pause) if !is_told => busy.rest_until(&engine.clock, now + pause).await,
            _ => return,
        }
        attempt = attempt.saturating_add(1);
    }
}

impl News {
    fn body(&self, world: &World) -> Vec<u8> {
        match self {
            Self::Changed(notice) => {
                WebhookBody::change(notice.account, world.unix_secs(notice.at), &notice.change)
            }
            Self::Written(number, message) => {
                let phone = BusinessPhone { id: number.id, number: number.display };
                let sender = Sender { waba: number.account, phone };
                WebhookBody::inbound(sender, std::slice::from_ref(message))
            }
        }
    }

    /// Whose callbacks hear it, and as what.
    fn address(&self) -> (WabaId, Option<PhoneNumberId>, WebhookField) {
        match self {
            Self::Changed(notice) => (notice.account, notice.change.number(), notice.change.field()),
            Self::Written(number, _) => (number.account, Some(number.id), WebhookField::Messages),
        }
    }
}

async fn post_signed(
    client: &Client,
    callback: Callback<'_>,
    secret: &AppSecret,
    body: Vec<u8>,
) -> CallbackAnswer {
    let signature = signature::sign(secret, &body);
    // Source: cloud-api.md §6.2.
    let headers = [
        ("content-type", "application/json"),
        ("user-agent", "facebookexternalua"),
        ("x-hub-signature-256", signature.as_str()),
    ];
    match client.post(callback.url.as_str(), &headers, body).await {
        Ok(status) => CallbackAnswer::Status(status),
        Err(PostError(cause)) => CallbackAnswer::None(cause),
    }
}

fn status_body(world: &World, account: WabaId, update: &Update) -> Vec<u8> {
    let phone = BusinessPhone { id: update.sender.id, number: update.sender.display };
    let pricing = update.charge.map(|charge| Pricing {
        is_billable: charge.is_billable(),
        kind: charge.kind,
        category: charge.category,
    });
    let status = match (update.status, &update.failure) {
        (Status::Sent, _) => WireStatus::Sent,
        (Status::Delivered, _) => WireStatus::Delivered,
        (Status::Read, _) => WireStatus::Read,
        (Status::Failed, failure) => WireStatus::Failed(failure.clone().expect("a failed status says why")),
    };
    let wire = StatusUpdate {
        id: update.id,
        status,
        timestamp: world.unix_secs(update.at),
        biz_opaque_callback_data: update.callback_data.as_deref().map(Box::from),
        pricing,
    };
    // Assumed: the app subscribed in the default version.
    let facts = world.meta.profile.at(GraphVersion::default());
    WebhookBody::statuses(Sender { waba: account, phone }, &facts, &[wire])
}
