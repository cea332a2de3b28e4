//! A simulated Meta that runs until it is interrupted.

use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use cloud_sim::World;
use scenario::{Elapsed, Scenario};

use crate::clock::Clock;
use crate::journaling::{Journaling, Unrecorded};
use crate::options::Options;
use crate::server::Server;

/// Runs a simulated Meta until somebody interrupts or terminates it.
///
/// It follows the recipients and the behaviour of the scenario; without one, the defaults of the
/// scenario language. The first line on stdout is its address.
///
/// # Errors
///
/// When the rates are wrong, a listener cannot be used, the certificate or the journal cannot be written,
/// or the system grants no threads.
pub fn run_alone(listener: TcpListener, scenario: Option<&Scenario>, options: &Options) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut journaling = None;
    let ended = runtime.block_on(async {
        let unix = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let plain = Scenario::plain();
        let mut world = World::of(scenario.unwrap_or(&plain), unix);
        world.traffic_began = Some(Elapsed::ZERO);
        let mut config = options.config(world, Clock::real(Instant::now()), Arc::new(Unrecorded))?;
        journaling = options.journal()?;
        if let Some(journaling) = &journaling {
            config.record = journaling.recorder();
        }
        let server = Server::start(listener, config)?;
        let told = options.introduce(&server)?;
        println!("http://{}", server.address());
        eprintln!("{told}");
        stopped().await;
        server.stop().await;
        Ok(())
    });
    // What was recorded is written whatever has ended the server.
    let shed = journaling.map(Journaling::finish).transpose().map_err(io::Error::other)?;
    if let Some(shed @ 1..) = shed {
        eprintln!("warning: {shed} events were not journaled, because the disk was too slow");
    }
    ended
}

/// Waits until somebody interrupts the process or has it terminated, as containers are.
///
/// A signal that cannot be listened for counts as given.
async fn stopped() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};

        let Ok(mut terminated) = signal(SignalKind::terminate()) else { return };
        tokio::select! {
            _interrupted = tokio::signal::ctrl_c() => {}
            _terminated = terminated.recv() => {}
        }
    }
    #[cfg(not(unix))]
    let _interrupted = tokio::signal::ctrl_c().await;
}
