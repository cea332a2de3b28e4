//! Starting a simulated Meta inside of a test, where the defaults will not do.

use std::io;
use std::net::TcpListener;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use cloud_sim::{Directory, Tenant, World};
use scenario::{Elapsed, Scenario, Span};

use super::MockServer;
use crate::clock::Clock;
use crate::doors::Doors;
use crate::journaling::Unrecorded;
use crate::server::{Config, Server};

/// How to start a simulated Meta, where the defaults will not do.
#[derive(Default)]
pub struct Setup {
    scenario: Option<Scenario>,
    is_frozen: bool,
}

impl Setup {
    /// Follows the recipients and the behaviour of a scenario.
    #[must_use]
    pub fn scenario(mut self, scenario: Scenario) -> Self {
        self.scenario = Some(scenario);
        self
    }

    /// Has the clock stand still until it is turned by hand.
    #[must_use]
    pub const fn frozen(mut self) -> Self {
        self.is_frozen = true;
        self
    }

    /// Starts it on a free port of the loopback interface.
    ///
    /// Without a scenario, templates are approved at once and all else is as in the plain scenario.
    ///
    /// # Errors
    ///
    /// When the system grants no port or no threads.
    pub fn start(self) -> io::Result<MockServer> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("simulated-meta")
            .enable_all()
            .build()?;
        let unix = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let mut world = World::of(self.scenario.as_ref().unwrap_or(&Scenario::plain()), unix);
        world.traffic_began = Some(Elapsed::ZERO);
        if self.scenario.is_none() {
            world.meta.review.takes = Span::ZERO;
        }
        let (tenant, clock) = (Tenant::sample(), Clock::real(Instant::now()));
        if self.is_frozen {
            clock.set_rate(0);
        }
        let config = Config {
            world,
            directory: Directory::of(tenant.clone()),
            control_token: None,
            clock,
            record: Arc::new(Unrecorded),
            phones: None,
            doors: Doors::default(),
            state: None,
            threads: NonZeroUsize::MIN,
        };
        let entered = runtime.enter();
        let server = Server::start(TcpListener::bind(("127.0.0.1", 0))?, config)?;
        drop(entered);
        Ok(MockServer { server, tenant, runtime: Some(runtime) })
    }
}
