//! What the service knows, and what it does for one person at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use cloud_api::{OtpCode, Recipient};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::backoff::Pause;
use crate::codes::{CodeBook, CodeRules, IssueError, Verdict};
use crate::config::Config;
use crate::deliveries::{Deliveries, Stage};
use crate::entropy;
use crate::graph::Graph;
use crate::opt_outs::OptOuts;
use crate::readiness::{Readiness, ReadinessCell};
use crate::request_id::RequestId;
use crate::sharded::Sharded;

/// The state that all requests share.
pub(crate) struct OtpService {
    pub(crate) config: Config,
    pub(crate) graph: Graph,
    pub(crate) readiness: ReadinessCell,
    pub(crate) codes: Sharded<CodeBook>,
    pub(crate) deliveries: Sharded<Deliveries>,
    pub(crate) opt_outs: Sharded<OptOuts>,
    /// One permit for each request to Meta that may be under way.
    sends: Semaphore,
    /// One permit for each ask that may wait for Meta to recover.
    retries: Arc<Semaphore>,
    given_up: AtomicU64,
    closing: watch::Receiver<()>,
}

/// A code that is on its way, or will be.
#[derive(Debug)]
pub(crate) struct Asked {
    /// The id of the message, if Meta has accepted it.
    pub(crate) message_id: Option<String>,
}

/// Why no code is on its way.
#[derive(Debug)]
pub(crate) enum AskError {
    /// The template cannot be sent yet, or at all.
    NotReady(Readiness),
    /// The person wants no messages.
    OptedOut,
    /// A person takes care of this case.
    HandedOver,
    /// A bound is reached.
    Busy,
    /// Meta will not send it, for the reason of that number if it gave one.
    Refused(Option<u32>),
}

/// An ask that Meta could not serve at once.
struct Retry {
    recipient: Recipient,
    code: OtpCode,
    request: RequestId,
    pause: Pause,
}

/// How long a message is followed beyond the time that Meta tries to deliver it.
const STATUS_GRACE: Duration = Duration::from_mins(10);

impl OtpService {
    /// A service that knows nobody yet; it closes when the sender of `closing` is dropped.
    pub(crate) fn new(config: Config, closing: watch::Receiver<()>) -> Result<Self, reqwest::Error> {
        let limits = config.limits;
        let rules = CodeRules {
            lifetime: config.code_ttl,
            wrong_max: limits.wrong_codes_max,
            hand_over: limits.hand_over,
        };
        // A message that Meta keeps for 30 days is followed for a day at most.
        let followed =
            Duration::from_secs(config.template.ttl.seconds().into()).min(Duration::from_hours(24));
        Ok(Self {
            graph: Graph::new(&config)?,
            config,
            readiness: ReadinessCell::new(),
            codes: Sharded::new(limits.cases_max, |share| CodeBook::new(share, rules)),
            deliveries: Sharded::new(limits.messages_max, |share| {
                Deliveries::new(share, followed + STATUS_GRACE)
            }),
            opt_outs: Sharded::new(limits.opt_outs_max, OptOuts::new),
            sends: Semaphore::new(limits.sends_max),
            retries: Arc::new(Semaphore::new(limits.retries_max)),
            given_up: AtomicU64::new(0),
            closing,
        })
    }

    /// Makes a code and sends it; if Meta is away for a moment, goes on trying in the background.
    pub(crate) async fn ask(self: &Arc<Self>, recipient: Recipient) -> Result<Asked, AskError> {
        if !self.readiness.is_ready() {
            return Err(AskError::NotReady(self.readiness.get()));
        }
        if self.opt_outs.of(&recipient).is_stopped(recipient) {
            return Err(AskError::OptedOut);
        }
        let permit = self.sends.try_acquire().map_err(|_| AskError::Busy)?;
        let (code, request) = (entropy::code(), RequestId::random());
        self.codes.of(&recipient).issue(Instant::now(), recipient, (code.clone(), request))?;
        let sent = self.graph.send(recipient, &code, request).await;
        drop(permit);
        match sent {
            Ok(message_id) => {
                self.record(&message_id, Stage::Accepted);
                Ok(Asked { message_id: Some(message_id) })
            }
            Err(error) => {
                let outcome = match error.pause() {
                    Some(pause) => self.retry_later(Retry { recipient, code, request, pause }),
                    None => Err(AskError::Refused(error.code())),
                };
                if outcome.is_err() {
                    self.withdraw(recipient, request);
                }
                outcome
            }
        }
    }

    /// Judges a code that was typed in.
    pub(crate) fn verify(&self, recipient: Recipient, typed: &OtpCode) -> Verdict {
        self.codes.of(&recipient).verify(Instant::now(), recipient, typed)
    }

    /// Notes how far a message has come.
    pub(crate) fn record(&self, message_id: &str, stage: Stage) {
        self.deliveries.of(message_id).record(Instant::now(), message_id, stage);
    }

    /// How many asks wait for Meta to recover.
    pub(crate) fn retries_waiting(&self) -> usize {
        self.config.limits.retries_max - self.retries.available_permits()
    }

    /// How many asks were given up after the last attempt.
    pub(crate) fn retries_given_up(&self) -> u64 {
        self.given_up.load(Ordering::Relaxed)
    }

    fn retry_later(self: &Arc<Self>, retry: Retry) -> Result<Asked, AskError> {
        if self.config.backoff.attempts_max == 1 {
            return Err(AskError::Busy);
        }
        let slot = Arc::clone(&self.retries).try_acquire_owned().map_err(|_| AskError::Busy)?;
        tokio::spawn(Arc::clone(self).keep_trying(retry, slot));
        Ok(Asked { message_id: None })
    }

    /// Tries until Meta accepts or refuses, nobody wants the code any more, or enough is enough.
    ///
    /// A code that is given up stays valid: an attempt that timed out may have been served.
    async fn keep_trying(self: Arc<Self>, mut retry: Retry, _slot: OwnedSemaphorePermit) {
        for attempts in 1..self.config.backoff.attempts_max {
            self.wait(attempts, retry.pause).await;
            if !self.is_wanted(&retry) {
                return;
            }
            let permit = self.sends.acquire().await.expect("the semaphore is never closed");
            let sent = self.graph.send(retry.recipient, &retry.code, retry.request).await;
            drop(permit);
            match sent.map_err(|error| error.pause()) {
                Ok(message_id) => return self.record(&message_id, Stage::Accepted),
                Err(Some(pause)) => retry.pause = pause,
                Err(None) => return self.withdraw(retry.recipient, retry.request),
            }
        }
        self.given_up.fetch_add(1, Ordering::Relaxed);
    }

    /// Waits a random part of the bound, so that not everybody comes back at the same moment.
    pub(crate) async fn wait(&self, attempts: u32, pause: Pause) {
        let bound = self.config.backoff.bound(attempts, pause).as_micros();
        let bound = u64::try_from(bound).unwrap_or(u64::MAX);
        self.rest(Duration::from_micros(entropy::below(bound))).await;
    }

    /// Waits that long, or until the service closes.
    pub(crate) async fn rest(&self, span: Duration) {
        tokio::select! {
            () = tokio::time::sleep(span) => {}
            () = self.closed() => {}
        }
    }

    /// Waits until the service is to come to its end.
    pub(crate) async fn closed(&self) {
        // Nothing is ever sent: the change is that the sender is gone.
        drop(self.closing.clone().changed().await);
    }

    /// Whether the service is coming to its end.
    pub(crate) fn is_closing(&self) -> bool {
        self.closing.has_changed().is_err()
    }

    fn is_wanted(&self, retry: &Retry) -> bool {
        let recipient = retry.recipient;
        !self.is_closing()
            && !self.opt_outs.of(&recipient).is_stopped(recipient)
            && self.codes.of(&recipient).is_current(Instant::now(), recipient, retry.request)
    }

    fn withdraw(&self, recipient: Recipient, request: RequestId) {
        self.codes.of(&recipient).withdraw(Instant::now(), recipient, request);
    }
}

impl From<IssueError> for AskError {
    fn from(error: IssueError) -> Self {
        match error {
            IssueError::HandedOver => Self::HandedOver,
            IssueError::Full => Self::Busy,
        }
    }
}
