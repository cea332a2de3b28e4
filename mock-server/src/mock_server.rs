//! A simulated Meta inside of a test: one line to start it, methods to look into it.

mod doing;
mod setup;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use cloud_api::subscription::{CallbackUrl, CallbackUrlError};
use cloud_api::webhook::InboundContent;
use cloud_api::{
    AccessToken, AppSecret, AuthenticationTemplate, MessageId, OtpCode, PhoneNumberId, Recipient, Refusal,
    VerifyToken, WabaId,
};
use cloud_sim::{Arrived, ButtonAction, Phone, PhoneChange, Screen, Tenant, Viewer};
use scenario::{Elapsed, Fault};
use thiserror::Error;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::engine::{Engine, PhoneError, Timeline, Until};
use crate::requests::{Count, RequestMatch, Verdict};
use crate::server::Server;
use crate::webhook;

pub use doing::Doing;
pub use setup::Setup;

/// A simulated Meta on a free port, with threads of its own; it stops when it is dropped.
///
/// Any number of them live in one process. Nothing here needs an async runtime, and all of it may be
/// called from one.
///
/// ```
/// use std::time::Duration;
///
/// let meta = mock_server::MockServer::start()?;
/// // Point the service under test at `meta.base_url()`, with `meta.token()` and
/// // `meta.phone_number_id()`, have it send a code, and read the code from the phone:
/// let code = meta.wait_for_code("+1 650 555 1234", Duration::ZERO)?.wait();
/// assert!(code.is_none(), "nobody has sent one yet");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct MockServer {
    server: Server,
    tenant: Tenant,
    /// There until this is dropped.
    runtime: Option<Runtime>,
}

/// A message on a phone, and what the phone shows of it.
#[derive(Clone, Debug)]
pub struct Received {
    /// The message.
    pub message: Arrived,
    /// What is on the screen now.
    pub screen: Screen,
}

/// Why something could not be done to a simulated Meta.
#[derive(Debug, Error)]
pub enum MockServerError {
    /// It is no phone number.
    #[error(transparent)]
    Number(#[from] cloud_api::recipient::RecipientError),
    /// It is no URL of a callback.
    #[error(transparent)]
    Callback(#[from] CallbackUrlError),
    /// The phone cannot do it.
    #[error(transparent)]
    Phone(#[from] PhoneError),
    /// Meta refuses it.
    #[error("Meta refuses it: {}", .0.message())]
    Refused(Box<Refusal>),
    /// The faults are not in the language of scenarios.
    #[error("{0}")]
    Faults(String),
}

impl MockServer {
    /// Starts one with the defaults of [`Setup`].
    ///
    /// # Errors
    ///
    /// When the system grants no port or no threads.
    pub fn start() -> io::Result<Self> {
        Setup::default().start()
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// What stands for `https://graph.facebook.com`; there is no slash at its end.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address())
    }

    /// A token that opens everything.
    #[must_use]
    pub const fn token(&self) -> &AccessToken {
        &self.tenant.token
    }

    /// With what its webhooks are signed.
    #[must_use]
    pub const fn app_secret(&self) -> &AppSecret {
        &self.tenant.app_secret
    }

    /// The phone number that sends.
    #[must_use]
    pub const fn phone_number_id(&self) -> PhoneNumberId {
        self.tenant.number
    }

    /// The account that it belongs to.
    #[must_use]
    pub const fn account_id(&self) -> WabaId {
        self.tenant.account
    }

    /// Takes a template on; with the defaults it is approved when this returns.
    ///
    /// # Errors
    ///
    /// The refusal that Meta would answer.
    pub fn create_template(&self, template: AuthenticationTemplate) -> Result<(), MockServerError> {
        let created = self.engine().create_template(self.tenant.account, &template.into());
        created.map_err(|refusal| MockServerError::Refused(Box::new(refusal)))?;
        self.engine().take_due_in_directory();
        Ok(())
    }

    /// Has its app hear of messages and templates at a callback of this machine, once that has passed the
    /// handshake: what an app's owner does in Meta's dashboard.
    ///
    /// # Errors
    ///
    /// When it is no URL, or does not pass.
    pub fn subscribe(
        &self,
        callback_url: &str,
        verify_token: &str,
    ) -> Doing<'_, Result<(), MockServerError>> {
        let (engine, client) = (Arc::clone(self.engine()), self.server.client().clone());
        let (callback, token) = (callback_url.parse::<CallbackUrl>(), VerifyToken::new(verify_token));
        self.run(async move {
            let subscribed = webhook::subscribe(&engine, &client, callback?, &token).await;
            subscribed.map_err(|refusal| MockServerError::Refused(Box::new(refusal)))
        })
    }

    /// What arrived on a phone, the oldest first; at most the last 4,096 messages are remembered.
    ///
    /// # Errors
    ///
    /// When it is no phone number.
    pub fn inbox(&self, number: &str) -> Result<Vec<Received>, MockServerError> {
        let slice = self.engine().inbox.read(number.parse()?, 0, usize::MAX);
        let shown = slice.items.into_iter().map(|message| {
            let screen = self.engine().screen(&message, Viewer::Primary);
            Received { message, screen }
        });
        Ok(shown.collect())
    }

    /// The newest code on a phone; waits so long, in real time, for the first one.
    ///
    /// # Errors
    ///
    /// When it is no phone number.
    pub fn wait_for_code(
        &self,
        number: &str,
        timeout: Duration,
    ) -> Result<Doing<'_, Option<OtpCode>>, MockServerError> {
        let (engine, recipient): (_, Recipient) = (Arc::clone(self.engine()), number.parse()?);
        Ok(self.run(async move { engine.newest_code(recipient, 0, timeout).await }))
    }

    /// A phone as it is now.
    ///
    /// # Errors
    ///
    /// When it is no phone number.
    pub fn phone(&self, number: &str) -> Result<Phone, MockServerError> {
        Ok(self.engine().phone(number.parse()?))
    }

    /// Changes a phone; what is on its way to it is planned anew.
    ///
    /// # Errors
    ///
    /// When it is no phone number, or too many phones are set.
    pub fn change_phone(&self, number: &str, change: PhoneChange) -> Result<(), MockServerError> {
        Ok(self.engine().change_phone(number.parse()?, change).map_err(PhoneError::from)?)
    }

    /// Presses a button of the newest message on a phone, counted from 0.
    ///
    /// # Errors
    ///
    /// When there is no such message or button, or the code has expired.
    pub fn press(&self, number: &str, button: usize) -> Result<ButtonAction, MockServerError> {
        let message = self.engine().message_on(number.parse()?, "latest")?;
        Ok(self.engine().press(&message, button)?)
    }

    /// Writes a text from a phone to the business.
    ///
    /// # Errors
    ///
    /// When it is no phone number.
    pub fn reply(&self, number: &str, text: &str) -> Result<MessageId, MockServerError> {
        let saying = InboundContent::Text(text.into()).into();
        Ok(self.engine().reply(number.parse()?, Some(self.tenant.number), saying)?)
    }

    /// What the clock shows.
    #[must_use]
    pub fn now(&self) -> Elapsed {
        self.engine().clock.now()
    }

    /// Has time go at a rate: 1,000 is real time, 60,000 sixty times as fast, 0 stands still.
    pub fn set_rate_permille(&self, rate: u32) {
        self.engine().clock.set_rate(rate);
    }

    /// Turns the clock on; webhooks are answered at their instants before it is done.
    pub fn turn(&self, until: Until) -> Doing<'_, ()> {
        let engine = Arc::clone(self.engine());
        self.run(async move { engine.turn(until).await })
    }

    /// Replaces the faults by `[[faults]]` in the language of scenarios; their windows count from now.
    ///
    /// # Errors
    ///
    /// When the text has mistakes, of which all are told, or more faults than may be set.
    pub fn set_faults(&self, toml: &str) -> Result<(), MockServerError> {
        let faults =
            Fault::parse_all(toml).map_err(|mistakes| MockServerError::Faults(mistakes.to_string()))?;
        self.engine().replace_faults(&faults).map_err(|error| MockServerError::Faults(error.to_string()))
    }

    /// Everything that became and will become of a message.
    #[must_use]
    pub fn timeline(&self, id: MessageId) -> Option<Timeline> {
        self.engine().timeline(id)
    }

    /// Holds the requests that match against how many there should be; tells what came near.
    #[must_use]
    pub fn verify(&self, wanted: &RequestMatch, count: Count) -> Verdict {
        self.engine().requests.verify(wanted, count)
    }

    /// Makes everything but the time as it was at the start.
    pub fn reset(&self) -> Doing<'_, ()> {
        let engine = Arc::clone(self.engine());
        self.run(async move { engine.reset().await })
    }

    const fn engine(&self) -> &Arc<Engine> {
        self.server.engine()
    }

    fn run<T: Send + 'static>(&self, doing: impl Future<Output = T> + Send + 'static) -> Doing<'_, T> {
        let (done, awaited) = oneshot::channel();
        let runtime = self.runtime.as_ref().expect("the runtime is there until this is dropped");
        runtime.spawn(async move {
            // Whoever asked may no longer wait.
            let _unheard = done.send(doing.await).is_err();
        });
        Doing::new(awaited)
    }
}

impl Drop for MockServer {
    fn drop(&mut self) {
        // Never waits, so that it may happen in the middle of somebody's async code.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
