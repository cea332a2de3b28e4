//! goose, the executor of the calls: its users are slots, each held for one call at a time.

use std::future::pending;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use goose::client::GooseClientBuilder;
use goose::config::GooseConfiguration;
use goose::goose::{GooseRequest, GooseUser, Scenario, Transaction, TransactionError, TransactionFunction};
use goose::{GooseAttack, GooseError};
use journal::Cause;
use reqwest::RequestBuilder;
use tokio::runtime::Handle;
use tokio::sync::{Mutex, MutexGuard, Notify};
use tokio::task::{JoinError, JoinHandle};
use tokio::time;

use crate::answer::{self, Answer};
use crate::load::LoadError;
use crate::run::Run;
use crate::slots::Slots;

/// How long the slots may take to come up.
const READY_MAX: Duration = Duration::from_secs(30);

/// How long goose may take to end once no call is under way.
const END_MAX: Duration = Duration::from_secs(10);

/// How long a slot without work rests before goose calls it again.
const END_NAP: Duration = Duration::from_millis(50);

/// How often the killswitch is looked at, through which goose hears and tells of the end.
const KILLSWITCH_EVERY: Duration = Duration::from_millis(50);

/// The right to use the executor, of which a process has one.
pub(crate) struct Turn {
    _held: MutexGuard<'static, ()>,
}

/// The running executor. Dropped early, it cuts its calls off and ends in the background.
pub(crate) struct Executor {
    run: Arc<Run>,
    ready: Arc<Ready>,
    attack: Option<Attack>,
}

/// Goose at work; the turn is over when it has ended.
struct Attack {
    task: JoinHandle<Result<(), GooseError>>,
    _turn: Turn,
}

/// Counts the slots that are up.
struct Ready {
    missing: AtomicUsize,
    all: Notify,
}

impl Turn {
    /// Waits until no other run uses the executor.
    pub(crate) async fn take() -> Self {
        static TURN: Mutex<()> = Mutex::const_new(());
        Self { _held: TURN.lock().await }
    }
}

impl Executor {
    /// Brings the slots up.
    pub(crate) fn start(run: Arc<Run>, turn: Turn) -> Self {
        // Where the program has a logger already, that one stays.
        let _ = log::set_logger(&Silence);
        let slots = Slots::for_traffic(&run.scenario.traffic);
        let missing = AtomicUsize::new(slots.asking + slots.verifying);
        let ready = Arc::new(Ready { missing, all: Notify::new() });
        let attack = attack(&run, &ready, slots);
        let task = tokio::spawn(async move { attack?.execute().await.map(drop) });
        Self { run, ready, attack: Some(Attack { task, _turn: turn }) }
    }

    /// Waits until every slot is up.
    pub(crate) fn ready(&self) -> impl Future<Output = Result<(), LoadError>> + use<> {
        let ready = Arc::clone(&self.ready);
        async move {
            let up = time::timeout(READY_MAX, ready.all.notified()).await;
            up.map_err(|_| LoadError::SlotsMissing { missing: ready.missing.load(Ordering::Acquire) })
        }
    }

    /// Waits until the executor ends although nobody asked it to.
    pub(crate) async fn failed(&mut self) -> LoadError {
        let Some(attack) = &mut self.attack else { return pending().await };
        let ended = told((&mut attack.task).await);
        self.attack = None;
        ended.err().unwrap_or_else(|| LoadError::Executor { reason: "it ended before the run".to_owned() })
    }

    /// Lets the calls under way end within `grace`, cuts off what is left, and ends the executor.
    pub(crate) async fn finish(mut self, grace: Duration) -> Result<(), LoadError> {
        self.run.close();
        let Some(attack) = &mut self.attack else { return Ok(()) };
        let mut ended = time::timeout(grace, attack.end()).await;
        if ended.is_err() {
            self.run.cut.cancel();
            ended = time::timeout(END_MAX, attack.end()).await;
        }
        let ended = ended.map_err(|_| LoadError::Executor { reason: "it does not end".to_owned() })?;
        self.attack = None;
        ended
    }
}

impl Attack {
    /// Tells goose to stop until it does; it waits for every slot then, even for one that panicked.
    async fn end(&mut self) -> Result<(), LoadError> {
        loop {
            // Told anew each time, because goose forgets what it was told before it was up.
            goose::trigger_killswitch("the load is over");
            if let Ok(ended) = time::timeout(KILLSWITCH_EVERY, &mut self.task).await {
                goose::reset_killswitch();
                return told(ended);
            }
        }
    }
}

impl Drop for Executor {
    fn drop(&mut self) {
        self.run.close();
        self.run.cut.cancel();
        // Without a runtime, its tasks are gone already.
        if let (Some(mut attack), Ok(runtime)) = (self.attack.take(), Handle::try_current()) {
            runtime.spawn(async move { attack.end().await });
        }
    }
}

fn told(ended: Result<Result<(), GooseError>, JoinError>) -> Result<(), LoadError> {
    let failed = |reason: String| LoadError::Executor { reason };
    ended.map_err(|error| failed(error.to_string()))?.map_err(|error| failed(error.to_string()))
}

/// Waits until goose is told to stop, as by a Ctrl-C that its handler caught.
pub(crate) async fn killswitch() {
    while !goose::is_killswitch_triggered() {
        time::sleep(KILLSWITCH_EVERY).await;
    }
}

fn attack(run: &Arc<Run>, ready: &Arc<Ready>, slots: Slots) -> Result<GooseAttack, GooseError> {
    let kind = |name: &str, slots: usize, work: Work| {
        let up = come_up(run, ready).set_on_start();
        let scenario = Scenario::new(name).set_weight(slots)?;
        Ok::<_, GooseError>(scenario.register_transaction(up).register_transaction(transaction(run, work)))
    };
    let asking = kind("ask", slots.asking, |user, run| Box::pin(ask(user, run)))?;
    let verifying = kind("verify", slots.verifying, |user, run| Box::pin(verify(user, run)))?;
    let attack = GooseAttack::initialize_with_config(configuration(&run.base_url, slots))?;
    // The users get our own client as soon as they are up; this only spares goose one for each.
    let attack = attack.set_client_builder_without_cookies(GooseClientBuilder::new().without_cookies())?;
    Ok(attack.register_scenario(asking).register_scenario(verifying))
}

/// What goose is told.
///
/// Its `iterations` would fit a transaction that lasts the whole run, but make it print on stdout.
fn configuration(base_url: &str, slots: Slots) -> GooseConfiguration {
    let users = slots.asking + slots.verifying;
    let mut configuration = GooseConfiguration::default();
    configuration.host = Some(base_url.to_owned());
    configuration.users = Some(users);
    // All slots are up after a tenth of a second.
    configuration.increase_rate = Some((users * 10).to_string());
    configuration.no_telnet = true;
    configuration.no_websocket = true;
    configuration.quiet = 2;
    // The journal is the only truth; goose would measure the time to the headers, by user.
    configuration.no_metrics = true;
    configuration.no_print_metrics = true;
    configuration
}

/// What a slot does for the whole run.
type Work = for<'a> fn(&'a mut GooseUser, &'a Run) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

fn come_up(run: &Arc<Run>, ready: &Arc<Ready>) -> Transaction {
    let (run, ready) = (Arc::clone(run), Arc::clone(ready));
    let function: TransactionFunction = Arc::new(move |user| {
        user.client = run.client.clone();
        ready.arrive();
        Box::pin(async { Ok(()) })
    });
    Transaction::new(function)
}

fn transaction(run: &Arc<Run>, work: Work) -> Transaction {
    let run = Arc::clone(run);
    let function: TransactionFunction = Arc::new(move |user| {
        let run = Arc::clone(&run);
        Box::pin(async move {
            work(user, &run).await;
            // The run is over; goose calls again and again until it has noticed.
            time::sleep(END_NAP).await;
            Ok(())
        })
    });
    Transaction::new(function)
}

/// Asks for a code for one arrival after the other, until there are no more.
async fn ask(user: &mut GooseUser, run: &Run) {
    while let Ok(flight) = run.arrivals.recv().await {
        let request = run.begin_ask(flight);
        let answer = call(user, run, request).await;
        run.end_ask(flight, answer);
    }
}

/// Types one code in after the other, until there are no more.
async fn verify(user: &mut GooseUser, run: &Run) {
    while let Ok(typed) = run.typed.recv().await {
        if let Some(request) = run.begin_verify(&typed) {
            let answer = call(user, run, request).await;
            run.end_verify(typed, answer);
        }
    }
}

/// Makes one call and reads its answer, unless it is cut off.
async fn call(user: &mut GooseUser, run: &Run, request: RequestBuilder) -> Answer {
    tokio::select! {
        biased;
        () = run.cut.cancelled() => Err(Cause::Harness),
        answer = answer::caught(exchange(user, request)) => answer,
    }
}

async fn exchange(user: &mut GooseUser, request: RequestBuilder) -> Answer {
    let request = GooseRequest::builder().name("call").set_request_builder(request).build();
    match user.request(request).await {
        Ok(exchanged) => match exchanged.response {
            Ok(response) => answer::read(response).await,
            Err(error) => Err(answer::cause_of(&error)),
        },
        Err(error) => Err(match *error {
            TransactionError::Reqwest(error) => answer::cause_of(&error),
            _ => Cause::Harness,
        }),
    }
}

impl Ready {
    fn arrive(&self) {
        if self.missing.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.all.notify_one();
        }
    }
}

/// Swallows what goose logs: it would go to stdout, and may hold phone numbers.
struct Silence;

impl log::Log for Silence {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        false
    }

    fn log(&self, _: &log::Record<'_>) {}

    fn flush(&self) {}
}
