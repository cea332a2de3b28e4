//! `otpbench run`: a scenario in real time, over sockets.

use std::net::{TcpListener, ToSocketAddrs};
use std::sync::Arc;
use std::time::{Duration, Instant};

use analytics::Mode;
use cloud_sim::{Directory, Tenant, World};
use example_target::{Readiness, Running, Service};
use journal::Record;
use loadgen::{Ending, Load, Progress, StopSignal};
use mock_server::{Clock, Journaling, Options, Server};
use scenario::{Scenario, Span};
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

use crate::cli::RunArgs;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::progress::ProgressLine;
use crate::run_folder::{Program, RunFolder};
use crate::scenario_file::ScenarioFile;
use crate::wiring;

/// How many arrivals on phones may wait for the people to look.
const PHONES_WAITING_MAX: usize = 1 << 18;

/// What read receipts get after the last code, at most.
const READING_MAX: Duration = Duration::from_secs(60);

/// How often it is looked whether the target is there yet.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// How often a draining run looks whether it is done.
const DRAIN_EVERY: Duration = Duration::from_millis(20);

/// How the simulated Meta is to be started.
struct Start {
    listener: TcpListener,
    options: Options,
    /// How long a target of somebody's own may take to come up.
    patience: Duration,
}

/// A simulated Meta, and a target that may be ours, both running.
struct Stage {
    mock_runtime: Runtime,
    mock: Server,
    target_runtime: Option<Runtime>,
    target: Option<Running>,
    base_url: String,
}

pub(crate) fn execute(args: &RunArgs) -> Result<Exit, CommandError> {
    let file = ScenarioFile::of(&args.scenario)?;
    let scenario = Arc::new(file.scenario.clone());
    let target = scenario.target.base_url.clone();
    match (&target, &args.meta.tenants) {
        (Some(base_url), _) if args.wait_for_target == Span::ZERO => reach(base_url)?,
        (None, Some(path)) => return Err(CommandError::tenants_of_example(path)),
        _ => {}
    }
    let start = Start {
        listener: wiring::listen(args.mock_listen)?,
        options: args.meta.options(),
        patience: args.wait_for_target.into(),
    };
    let name = target.as_deref().unwrap_or("the example target");
    let (folder, facts) = RunFolder::create(&args.scenario.reports, &file, Mode::Run, name)?;
    let stop = StopSignal::new();
    let interrupt = Interrupt::listen({
        let stop = stop.clone();
        move || stop.stop()
    })?;
    let generator = Journaling::begin(folder.journal(Program::Loadgen)?)?;
    let meta = Journaling::begin(folder.journal(Program::MockServer)?)?;
    let ending = perform(start, &scenario, generator.recorder(), meta.recorder(), &stop);
    let shed = generator.finish()? + meta.finish()?;
    if shed > 0 {
        eprintln!("warning: {shed} events were not journaled, because the disk was too slow");
    }
    let ending = ending?;
    let report = folder.report(&scenario, &facts)?;
    print!("{}", report.screen);
    let is_interrupted = ending == Ending::Interrupted || interrupt.is_asked();
    Ok(if is_interrupted { Exit::Interrupted } else { Exit::of(&report) })
}

/// Starts everything, lets the load pass, and stops everything.
fn perform(
    start: Start,
    scenario: &Arc<Scenario>,
    generator: Arc<dyn Record>,
    meta: Arc<dyn Record>,
    stop: &StopSignal,
) -> Result<Ending, CommandError> {
    let epoch = Instant::now();
    let (phones_in, phones) = mpsc::channel(PHONES_WAITING_MAX);
    let stage = Stage::set(start, scenario, epoch, meta, phones_in)?;
    let load_runtime = wiring::runtime("loadgen", 2)?;
    let progress = Arc::new(Progress::new());
    let line = ProgressLine::begin(scenario, &progress);
    let traffic = stage.mock.traffic();
    let ending = load_runtime.block_on(loadgen::run(Load {
        scenario: Arc::clone(scenario),
        base_url: stage.base_url.clone(),
        clock: loadgen::Clock::starting_at(epoch),
        record: generator,
        phones,
        progress: Arc::clone(&progress),
        stop: stop.clone(),
        on_traffic_start: Box::new(move |at| traffic.begin(at)),
    }));
    stage.strike(scenario);
    line.end();
    Ok(ending?)
}

impl Stage {
    /// Starts the simulated Meta and, where none is given, the example target.
    fn set(
        start: Start,
        scenario: &Scenario,
        epoch: Instant,
        record: Arc<dyn Record>,
        phones: mpsc::Sender<loadgen::OnPhone>,
    ) -> Result<Self, CommandError> {
        let mock_runtime = wiring::runtime("mock-server", 1)?;
        let tenant = Tenant::sample();
        let Start { listener, options, patience } = start;
        let world = World::of(scenario, unix_secs());
        let mut config = options.config(world, Clock::real(epoch), record).map_err(CommandError::Mock)?;
        if scenario.target.base_url.is_none() {
            // The example target is a customer that was declared.
            config.directory = Directory::of(tenant.clone());
        }
        config.phones = Some(Box::new(move |what| phones.try_send(told(what)).is_ok()));
        let mock = mock_runtime.block_on(async { Server::start(listener, config) });
        let mock = mock.map_err(CommandError::Mock)?;
        let mut stage =
            Self { mock_runtime, mock, target_runtime: None, target: None, base_url: String::new() };
        match &scenario.target.base_url {
            Some(base_url) => {
                base_url.clone_into(&mut stage.base_url);
                let told = options.introduce(&stage.mock).map_err(CommandError::Mock)?;
                eprintln!("the simulated Meta listens at http://{}\n{told}", stage.mock.address());
                stage.meet_target(patience, scenario)?;
            }
            None => stage.start_target(scenario, &tenant)?,
        }
        Ok(stage)
    }

    /// Waits for a target of somebody's own, and gets everything ready for it.
    fn meet_target(&self, patience: Duration, scenario: &Scenario) -> Result<(), CommandError> {
        let deadline = Instant::now() + patience;
        while let Err(down) = reach(&self.base_url) {
            if Instant::now() >= deadline {
                return Err(down);
            }
            std::thread::sleep(LOOK_EVERY);
        }
        self.mock.create_template(cloud_sim::authentication_template(&scenario.template));
        self.mock_runtime.block_on(self.mock.reviewed());
        let Some(webhook) = &scenario.target.webhook else { return Ok(()) };
        let url = format!("{}{}", self.base_url, webhook.path);
        let callback = url.parse().expect("an origin and a path make a URL");
        let token = cloud_api::VerifyToken::new(webhook.verify_token.as_str());
        let subscribed = self.mock_runtime.block_on(self.mock.subscribe(callback, &token));
        subscribed.map_err(|refusal| CommandError::Callback { url, reason: refusal.message().into_owned() })
    }

    fn start_target(&mut self, scenario: &Scenario, tenant: &Tenant) -> Result<(), CommandError> {
        let runtime = wiring::runtime("target", 2)?;
        let graph =
            format!("http://{}", self.mock.address()).parse().expect("a socket's address makes a URL");
        let running = runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.map_err(CommandError::port)?;
            let config = wiring::target_config(&listener, graph, tenant, &scenario.template)?;
            let mut running = Service::start(listener, config)?;
            match running.settled().await {
                Readiness::SetupFailed(reason) => Err(CommandError::TargetSetup(reason)),
                Readiness::TemplateRejected(reason) => {
                    eprintln!("the template was rejected: {reason}; every code will be refused");
                    Ok(running)
                }
                _ => Ok(running),
            }
        })?;
        self.base_url = format!("http://{}", running.addr);
        (self.target_runtime, self.target) = (Some(runtime), Some(running));
        Ok(())
    }

    /// Waits for the last read receipts, and stops everything.
    fn strike(self, scenario: &Scenario) {
        let reading = Duration::from(scenario.meta.read.after.p99()).min(READING_MAX);
        let deadline = Instant::now() + reading;
        while self.mock.in_flight() > 0 && Instant::now() < deadline {
            std::thread::sleep(DRAIN_EVERY);
        }
        let lost = self.mock.phones_lost();
        if lost > 0 {
            eprintln!("warning: {lost} codes reached phones that nobody could look at in time");
        }
        if let (Some(runtime), Some(target)) = (self.target_runtime, self.target) {
            // The load is over: a listener that failed has already shown in the journal.
            let _served = runtime.block_on(target.stop());
        }
        self.mock_runtime.block_on(self.mock.stop());
    }
}

/// The mock server's news, in the words of the load generator.
fn told(what: mock_server::OnPhone) -> loadgen::OnPhone {
    match what {
        mock_server::OnPhone::Code { recipient, code, at } => loadgen::OnPhone::Code { recipient, code, at },
        mock_server::OnPhone::Never { recipient } => loadgen::OnPhone::Never { recipient },
    }
}

/// Looks whether anything listens where the target should.
fn reach(base_url: &str) -> Result<(), CommandError> {
    const WITHIN: Duration = Duration::from_secs(5);
    let authority = base_url.trim_start_matches("http://").split('/').next().unwrap_or_default();
    let authority = if authority.contains(':') { authority.to_owned() } else { format!("{authority}:80") };
    let down = |source| CommandError::TargetDown { address: base_url.to_owned(), source };
    let mut addresses = authority.to_socket_addrs().map_err(down)?;
    let address = addresses.next().ok_or_else(|| down(std::io::ErrorKind::AddrNotAvailable.into()))?;
    std::net::TcpStream::connect_timeout(&address, WITHIN).map(drop).map_err(down)
}

fn unix_secs() -> u64 {
    u64::try_from(jiff::Timestamp::now().as_second()).unwrap_or_default()
}
