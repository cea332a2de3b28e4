//! The webhooks of one app, and the workers that post them, each over a connection of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cloud_api::AppSecret;
use cloud_api::signature::{Signature, Signer};
use cloud_sim::{Callback, CallbackAnswer, Parcel};
use journal::Cause;

use super::{Delivery, Outcome, Posting};
use crate::engine::Engine;
use crate::http::{Bytes, Client, Line, PostError};

/// What webhooks are signed with whose signature must not fit: no app has this secret.
const FORGED: &str = "signed by somebody else";

/// How long a worker waits for something to do before it hangs up.
const IDLE: Duration = Duration::from_secs(30);

/// The webhooks of one app that wait for a connection, and the workers that take them.
pub(crate) struct Lane {
    /// Bounded by the outboxes, which hold every webhook that is posted.
    postings: (async_channel::Sender<Posting>, async_channel::Receiver<Posting>),
    workers: AtomicUsize,
    idle: AtomicUsize,
}

impl Lane {
    pub(super) fn new() -> Self {
        let (workers, idle) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Self { postings: async_channel::unbounded(), workers, idle }
    }

    /// Puts a webhook into the lane; `true` where one more worker is to be hired for it.
    pub(super) fn push(&self, posting: Posting, workers_max: u16) -> bool {
        self.postings.0.try_send(posting).expect("a lane holds both ends of its queue");
        self.postings.1.len() > self.idle.load(Ordering::SeqCst) && self.is_hiring(usize::from(workers_max))
    }

    /// Whether anything waits or anybody works.
    pub(super) fn is_used(&self) -> bool {
        !self.postings.1.is_empty() || self.workers.load(Ordering::SeqCst) > 0
    }

    fn is_hiring(&self, workers_max: usize) -> bool {
        let hired = |workers| (workers < workers_max).then_some(workers + 1);
        self.workers.fetch_update(Ordering::SeqCst, Ordering::SeqCst, hired).is_ok()
    }

    /// The next webhook; `None` where there is nothing to do for long.
    async fn next(&self) -> Option<Posting> {
        loop {
            if let Ok(posting) = self.postings.1.try_recv() {
                return Some(posting);
            }
            self.idle.fetch_add(1, Ordering::SeqCst);
            let next = tokio::time::timeout(IDLE, self.postings.1.recv()).await;
            self.idle.fetch_sub(1, Ordering::SeqCst);
            if let Ok(Ok(posting)) = next {
                return Some(posting);
            }
            self.workers.fetch_sub(1, Ordering::SeqCst);
            // Who pushed a webhook just now may have counted on this worker.
            if self.postings.1.is_empty() || !self.is_hiring(usize::MAX) {
                return None;
            }
        }
    }
}

/// Posts the webhooks of a lane, one at a time, until there are none for long.
pub(super) async fn work(engine: Arc<Engine>, client: Client, lane: Arc<Lane>) {
    let mut courier = Courier { line: Line::new(client), signer: None };
    while let Some(posting) = lane.next().await {
        courier.deliver(&engine, &posting).await;
        engine.postman.posted();
        drop(posting);
    }
}

/// A connection, and what to sign with.
struct Courier {
    line: Line,
    signer: Option<(AppSecret, Signer)>,
}

impl Courier {
    async fn deliver(&mut self, engine: &Engine, posting: &Posting) {
        let Some((parcel, attempt)) = engine.parcel(posting) else { return };
        let Some((url, delivery)) = self.prepare(engine, &parcel, attempt) else {
            engine.webhook_answered(posting, CallbackAnswer::Gone);
            return;
        };
        let timeout = engine.callback_timeout();
        let posted = self.line.post(&url, delivery.headers(), delivery.body.clone(), timeout).await;
        let (answer, outcome) = match posted {
            Ok(status) => (CallbackAnswer::Status(status), Outcome::Answered(status)),
            Err(PostError(cause)) => (CallbackAnswer::None(cause), Outcome::Failed(cause)),
        };
        engine.postman.deliveries.push(Delivery { outcome, ..delivery });
        engine.webhook_answered(posting, answer);
    }

    /// Makes the bytes of a webhook and signs them; `None` where nobody hears it any more.
    fn prepare(&mut self, engine: &Engine, parcel: &Parcel, attempt: u8) -> Option<(Arc<str>, Delivery)> {
        let (world, directory) = (engine.world(), engine.directory());
        let callback = parcel.callback(&directory)?;
        let body = Bytes::from(parcel.body(&world));
        let signature = if parcel.is_forged { forged(&body) } else { self.signer(callback).sign(&body) };
        let delivery = Delivery {
            app: parcel.app,
            account: parcel.news.account(),
            field: parcel.news.field(),
            url: Arc::from(callback.url.as_str()),
            at: engine.clock.now(),
            attempt,
            outcome: Outcome::Failed(Cause::Harness),
            signature,
            has_legacy_signature: parcel.has_legacy_signature(),
            body,
        };
        Some((Arc::clone(&delivery.url), delivery))
    }

    fn signer(&mut self, callback: Callback<'_>) -> &Signer {
        let secret = &callback.app.secret;
        if self.signer.as_ref().is_none_or(|(known, _)| known != secret) {
            self.signer = None;
        }
        let (_, signer) = self.signer.get_or_insert_with(|| (secret.clone(), Signer::new(secret)));
        signer
    }
}

fn forged(body: &[u8]) -> Signature {
    Signer::new(&AppSecret::new(FORGED)).sign(body)
}
