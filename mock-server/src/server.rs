//! Starting and stopping a simulated Meta.

use std::io;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use cloud_api::subscription::CallbackUrl;
use cloud_api::{AccessToken, AuthenticationTemplate, Refusal, VerifyToken, WabaId};
use cloud_sim::{Directory, World};
use journal::{Fact, Record};
use scenario::{Elapsed, Fault};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::clock::Clock;
use crate::control::{self, Control};
use crate::doors::{self, Doors, Opened};
use crate::engine::{Engine, OnPhone};
use crate::graph::{self, Graph};
use crate::http::{self, Answer, Client, Connections, Door, Handler, House, Request};
use crate::metrics::Scrape;
use crate::options;
use crate::state::{self, Ending, Hold, Keeper, StateFile};
use crate::threads::{Running, Threads};
use crate::webhook;

/// Hears what reaches the phones, without waiting; says whether it could take it.
pub type Phones = Box<dyn Fn(OnPhone) -> bool + Send + Sync>;

/// How long requests under way may take to be answered when a server stops.
const PARTING_MAX: Duration = Duration::from_secs(1);

/// What a simulated Meta is made of.
pub struct Config {
    /// How it behaves.
    pub world: World,
    /// Who exists from the start: apps, accounts, phone numbers and tokens.
    pub directory: Directory,
    /// What requests to the control API must show; needed where others than this machine can come in.
    pub control_token: Option<AccessToken>,
    /// What shows it the time.
    pub clock: Clock,
    /// What takes its events down.
    pub record: Arc<dyn Record>,
    /// Who plays the recipients, if anybody does.
    pub phones: Option<Phones>,
    /// The ways in besides the plain listener, and how much a client may take up.
    pub doors: Doors,
    /// Where what it holds is kept for another process to go on with, if anywhere.
    pub state: Option<StateFile>,
    /// How many threads it has for connections and for what is due, and as many again for webhooks. All
    /// else, the control API with it, is done in the runtime in which the server is started.
    pub threads: NonZeroUsize,
}

/// A simulated Meta that is running.
pub struct Server {
    address: SocketAddr,
    opened: Opened,
    connections: Arc<Connections>,
    account: Option<WabaId>,
    engine: Arc<Engine>,
    client: Client,
    hold: Option<Hold>,
    stop: watch::Sender<bool>,
    threads: [Running; 2],
    tasks: JoinSet<()>,
}

impl Config {
    /// Everywhere that it can be reached, given where it listens.
    fn addresses(&self, plain: SocketAddr) -> Vec<SocketAddr> {
        let doors = [&self.doors.tls, &self.doors.proxy].into_iter().flatten();
        doors.filter_map(|listener| listener.local_addr().ok()).chain([plain]).collect()
    }
}

/// Tells a simulated Meta when the traffic begins.
pub struct Traffic(Arc<Engine>);

impl Traffic {
    /// Has the windows of the faults count from this instant.
    pub fn begin(&self, at: Elapsed) {
        self.0.change_world(|world| world.traffic_began = Some(at));
    }
}

impl Server {
    /// Starts a simulated Meta that listens here.
    ///
    /// # Errors
    ///
    /// When a listener cannot be used, or is open to others while nothing guards the control API, or the
    /// state file cannot be used, such as where another server keeps it.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn start(listener: std::net::TcpListener, config: Config) -> io::Result<Self> {
        let listener = doors::listen(listener)?;
        let address = listener.local_addr()?;
        options::guard(&config.addresses(address), config.control_token.as_ref())?;
        let Config { world, directory, control_token, clock, record, phones, doors, state, threads } = config;
        let account = directory.accounts().first().map(|account| account.id);
        let (engine, wanted) = Engine::new(clock, world, directory, record, phones);
        let engine = Arc::new(engine);
        let hold = state.map(Keeper::take).transpose()?;
        let keeper = hold.as_ref().map(|hold| Arc::clone(&hold.0));
        if let Some(keeper) = &keeper {
            keeper.restore(&engine)?;
        }
        engine.happened(engine.clock.now(), Fact::RunStarted);
        let client = Client::new(&doors.callbacks)?;
        let (stop, stopped) = watch::channel(false);
        let (receivers, receiving) = Threads::start("meta-receiver", threads)?;
        let (posters, posting) = Threads::start("meta-poster", threads)?;
        let mut tasks = JoinSet::new();
        for shard in engine.shards() {
            tasks.spawn_on(keep_time(Arc::clone(&engine), shard), receivers.next());
        }
        tasks.spawn(keep_directory(Arc::clone(&engine)));
        for outbox in engine.outboxes() {
            tasks.spawn_on(keep_outbox(Arc::clone(&engine), outbox), posters.next());
        }
        tasks.spawn(webhook::hire(Arc::clone(&engine), client.clone(), wanted, posters));
        let authority = doors.authority()?;
        let connections = Arc::new(Connections::new(doors.limits.connections_max));
        let control = Arc::new(Control {
            engine: Arc::clone(&engine),
            client: client.clone(),
            connections: Arc::clone(&connections),
            ca_pem: authority.as_ref().map(|authority| authority.pem().to_owned()),
            token: control_token,
            keeper: keeper.clone(),
        });
        let graph = Graph { engine: Arc::clone(&engine), client: client.clone() };
        let router = Router { graph, control, home: Handle::current() };
        let house = House::new(router, doors.limits, Arc::clone(&connections), receivers, stopped);
        let house = Arc::new(house);
        let opened = doors.open(authority, &house, &mut tasks)?;
        tasks.spawn(http::serve(listener, Door::Plain, house));
        if let Some(keeper) = keeper {
            tasks.spawn(state::keep(keeper, Arc::clone(&engine)));
        }
        Ok(Self {
            address,
            opened,
            connections,
            account,
            engine,
            client,
            hold,
            stop,
            threads: [receiving, posting],
            tasks,
        })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it takes HTTPS, if it does.
    #[must_use]
    pub const fn tls_address(&self) -> Option<SocketAddr> {
        self.opened.tls
    }

    /// Where it takes the requests of clients that use it as a forward proxy, if it does.
    #[must_use]
    pub const fn proxy_address(&self) -> Option<SocketAddr> {
        self.opened.proxy
    }

    /// The certificate, in PEM, that clients must trust to come in by TLS, if there is such a door.
    ///
    /// It is made anew for each server; its key was never written and is gone.
    #[must_use]
    pub fn ca_pem(&self) -> Option<&str> {
        self.opened.ca_pem.as_deref()
    }

    pub(crate) const fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    /// What tells the server when the traffic begins.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        Traffic(Arc::clone(&self.engine))
    }

    /// Has a template of the first account reviewed, as if it had been submitted over the API.
    pub fn create_template(&self, template: AuthenticationTemplate) {
        let Some(account) = self.account else { return };
        // A template of this name and language that exists already will do as well.
        let _exists = self.engine.create_template(account, &template.into());
    }

    /// Has the first account's app hear of messages and templates at a callback, once that has passed the
    /// handshake: what an app's owner does in Meta's dashboard.
    ///
    /// # Errors
    ///
    /// When the callback does not pass, or is on another machine that is not allowed.
    pub async fn subscribe(&self, callback: CallbackUrl, token: &VerifyToken) -> Result<(), Refusal> {
        webhook::subscribe(&self.engine, &self.client, callback, token).await
    }

    pub(crate) const fn client(&self) -> &Client {
        &self.client
    }

    /// Waits until no template is in review.
    pub async fn reviewed(&self) {
        while let Some(due) = self.engine.directory().next_review() {
            self.engine.clock.sleep_until(due).await;
            tokio::task::yield_now().await;
        }
    }

    /// Sets one fault more, whose window counts from now, and gives its id; `None` where as many are set
    /// as may be.
    ///
    /// [`Fault::parse_one`](scenario::Fault::parse_one) reads one.
    #[must_use]
    pub fn add_fault(&self, fault: &Fault) -> Option<u64> {
        self.engine.add_fault(fault)
    }

    /// Takes a fault away, and gives how often it has matched and how often it has acted; `None` where
    /// there is none of this id.
    pub fn remove_fault(&self, id: u64) -> Option<(u64, u64)> {
        let world = self.engine.world();
        let counts = world.faults.iter().find(|set| set.id == id).map(|set| (set.matched(), set.acted()));
        counts.filter(|_| self.engine.remove_fault(id))
    }

    /// Everything that is counted, in the text format of Prometheus.
    #[must_use]
    pub fn metrics(&self) -> String {
        Scrape { engine: Arc::clone(&self.engine), connections: Arc::clone(&self.connections) }.text()
    }

    /// How many accepted messages have not ended yet.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.engine.in_flight()
    }

    /// How many arrivals on phones were lost on the way to who plays the recipients.
    #[must_use]
    pub fn phones_lost(&self) -> u64 {
        self.engine.phones_lost()
    }

    /// Stops: nothing more is accepted, delivered or posted.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        self.tasks.shutdown().await;
        // Requests under way are answered; who takes longer has no claim to it.
        let _late = tokio::time::timeout(PARTING_MAX, self.connections.all_closed()).await.is_err();
        for threads in self.threads {
            threads.end().await;
        }
        self.engine.happened(self.engine.clock.now(), Fact::RunEnded);
        if let Some(Err(error)) = self.hold.map(|hold| hold.0.save(&self.engine, Ending::Final)) {
            eprintln!("warning: the state is not saved: {error}");
        }
    }
}

/// Tells the Graph API and the control API apart.
struct Router {
    graph: Graph,
    control: Arc<Control>,
    /// Where the control API answers, so that a long look at everything holds up no sends.
    home: Handle,
}

impl Handler for Router {
    fn body_bytes_max(&self, path: &str, authorization: Option<&str>) -> usize {
        if is_control(path) {
            self.control.body_bytes_max(path, authorization)
        } else {
            graph::body_bytes_max(path)
        }
    }

    async fn handle(&self, request: Request) -> Answer {
        if is_control(request.path()) {
            let control = Arc::clone(&self.control);
            let answer = self.home.spawn(async move { control.handle(&request).await });
            // A server that stops has nothing more to say.
            return answer.await.unwrap_or_else(|_| Answer::dropped());
        }
        self.graph.handle_amid_faults(&request).await
    }
}

/// Whether a path leads to the control API.
fn is_control(path: &str) -> bool {
    path.starts_with(control::PREFIX) || path == control::METRICS || path == control::ROOT
}

/// Does what is due in one shard, whenever it is.
async fn keep_time(engine: Arc<Engine>, shard: usize) {
    let mut effects = Vec::new();
    loop {
        let due = engine.take_due(shard, &mut effects);
        tokio::select! {
            () = engine.clock.sleep_until(due) => engine.fired(due),
            () = engine.woken(shard) => {}
        }
    }
}

/// Sends what is due in one outbox, whenever it is.
async fn keep_outbox(engine: Arc<Engine>, outbox: usize) {
    loop {
        let due = engine.take_outbox_due(outbox);
        tokio::select! {
            () = engine.clock.sleep_until(due) => {}
            () = engine.outbox_woken(outbox) => {}
        }
    }
}

/// Has happen in the directory what is due, whenever it is.
async fn keep_directory(engine: Arc<Engine>) {
    loop {
        let due = engine.take_due_in_directory();
        tokio::select! {
            () = engine.clock.sleep_until(due) => {}
            () = engine.directory_changed.notified() => {}
        }
    }
}
