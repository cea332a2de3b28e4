//! A load from its beginning to its end: slots up, arrivals released, what is under way drained.

use std::convert::Infallible;
use std::future::pending;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use journal::{Fact, Record};
use scenario::{Elapsed, Scenario, Span};
use thiserror::Error;
use tokio::time;

use crate::clock::Clock;
use crate::executor::{self, Executor, Turn};
use crate::pacer;
use crate::phone::Phones;
use crate::progress::Progress;
use crate::run::Run;
use crate::stop::StopSignal;

/// What a run needs.
pub struct Load {
    /// What should happen.
    pub scenario: Arc<Scenario>,
    /// Where the target listens, such as `http://127.0.0.1:9000`.
    pub base_url: String,
    /// Since when time counts.
    pub clock: Clock,
    /// Where events go. The run writes the first and the last of its journal.
    pub record: Arc<dyn Record>,
    /// What reaches the phones.
    pub phones: Phones,
    /// What tells how far the run has come.
    pub progress: Arc<Progress>,
    /// What asks the run to stop.
    pub stop: StopSignal,
    /// Called once, when all slots are up, with the instant from which the traffic counts.
    pub on_traffic_start: Box<dyn FnOnce(Elapsed) + Send>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "an interrupted run is not a whole one"]
pub enum Ending {
    /// All arrivals were released, and what could be awaited was.
    Complete,
    /// Somebody asked it to stop.
    Interrupted,
}

/// Why a run could not be made.
#[derive(Debug, Error)]
pub enum LoadError {
    /// The target's address is none.
    #[error("the target's address is `{url}`, but must be a URL that begins with http:// or https://")]
    Url {
        /// The address with the call's path.
        url: String,
    },
    /// A header of a call cannot be sent.
    #[error("the header `{name}` holds characters that HTTP does not allow")]
    Header {
        /// The header's name.
        name: String,
    },
    /// The HTTP client could not be made.
    #[error("the HTTP client cannot be made")]
    Client(#[source] reqwest::Error),
    /// The pacer's thread could not be started.
    #[error("the pacer's thread cannot be started")]
    Pacer(#[source] io::Error),
    /// The pacer ended before its last arrival.
    #[error("the pacer broke off")]
    PacerLost,
    /// The slots did not come up in time.
    #[error("{missing} slots did not come up within 30 s")]
    SlotsMissing {
        /// How many did not.
        missing: usize,
    },
    /// The executor failed.
    #[error("the executor failed: {reason}")]
    Executor {
        /// What it says.
        reason: String,
    },
}

/// From the moment all slots are up to the first arrival, so that the pacer is up too.
const LEAD: Span = Span::from_millis(10);

/// What an interrupted run has to end what is under way.
const INTERRUPTED_DRAIN_MAX: Duration = Duration::from_secs(10);

/// How often a draining run looks whether it is done.
const DRAIN_EVERY: Duration = Duration::from_millis(10);

/// How long after its own limit a call may take to be taken down.
const SETTLE: Duration = Duration::from_secs(1);

/// Executes the arrivals of a scenario and follows each to its end.
///
/// Loads of one process run one after the other; a second one waits for its turn. After the last
/// arrival, the run waits until all arrivals have ended, and at most for the template's TTL and the
/// time in which 99 of 100 users type, taken as 10 s at least and 60 s at most. Then calls under way
/// may use up their timeout; arrivals that no slot took are shed. A run that is asked to stop waits
/// 10 s for all of this. A call that is cut off counts as failed, by the harness.
///
/// # Errors
///
/// When the calls cannot be made at all, before anything is journaled; or when the executor fails,
/// which leaves the journal without its last event. Nothing that the target does is an error.
pub async fn run(load: Load) -> Result<Ending, LoadError> {
    let turn = Turn::take().await;
    let run = Arc::new(Run::new(&load)?);
    let Load { stop, phones, on_traffic_start, .. } = load;
    let _halt = run.halt.clone().drop_guard();
    run.record_now(Fact::RunStarted);
    let mut executor = Executor::start(Arc::clone(&run), turn);
    let ready = executor.ready();
    let ending = tokio::select! {
        ending = conduct(&run, &stop, ready, on_traffic_start) => ending?,
        error = executor.failed() => return Err(error),
        never = play_people(&run, phones) => match never {},
    };
    let grace = match ending {
        Ending::Complete => Duration::from(run.scenario.target.timeout) + SETTLE,
        Ending::Interrupted => Duration::ZERO,
    };
    executor.finish(grace).await?;
    run.record_now(Fact::RunEnded);
    Ok(ending)
}

/// Releases all arrivals and drains them, or what there is time for after an interruption.
async fn conduct(
    run: &Arc<Run>,
    stop: &StopSignal,
    ready: impl Future<Output = Result<(), LoadError>>,
    on_traffic_start: Box<dyn FnOnce(Elapsed) + Send>,
) -> Result<Ending, LoadError> {
    let mut interruption = pin!(interruption(stop));
    tokio::select! {
        biased;
        () = &mut interruption => {
            run.record_now(Fact::RunInterrupted);
            return Ok(Ending::Interrupted);
        }
        ready = ready => ready?,
    }
    let mut traffic = pin!(traffic(run, on_traffic_start));
    tokio::select! {
        biased;
        () = &mut interruption => {}
        ended = &mut traffic => return ended.map(|()| Ending::Complete),
    }
    run.record_now(Fact::RunInterrupted);
    run.halt.cancel();
    // Out of time is as good as drained: what is left is cut off.
    time::timeout(INTERRUPTED_DRAIN_MAX, traffic).await.unwrap_or(Ok(()))?;
    Ok(Ending::Interrupted)
}

/// Waits until somebody wants the run to stop.
async fn interruption(stop: &StopSignal) {
    tokio::select! {
        () = stop.stopped() => {}
        () = executor::killswitch() => {}
    }
}

/// Releases the arrivals, and waits until all have ended or patience has.
async fn traffic(run: &Arc<Run>, on_start: Box<dyn FnOnce(Elapsed) + Send>) -> Result<(), LoadError> {
    let starts = run.clock.now() + LEAD;
    on_start(starts);
    let released = pacer::start(Arc::clone(run), starts).map_err(LoadError::Pacer)?;
    released.await.map_err(|_| LoadError::PacerLost)?;
    let drained = async {
        while !run.is_drained() {
            time::sleep(DRAIN_EVERY).await;
        }
    };
    // Out of patience is an end too: the journal tells who was still waiting.
    let _ = time::timeout(run.patience().into(), drained).await;
    Ok(())
}

/// Lets phones ring and people type, for as long as it is asked to.
async fn play_people(run: &Run, mut phones: Phones) -> Infallible {
    let hear = async {
        while let Some(news) = phones.recv().await {
            run.hear(news);
        }
    };
    tokio::join!(hear, run.play_typists());
    pending().await
}
