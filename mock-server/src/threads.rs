//! Threads that work each for itself: some serve connections and keep time, some post webhooks.
//!
//! What a thread was given stays with it: threads that take work from each other wake each other for
//! nearly each request, which costs more than many requests do.

use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::watch;

/// Threads that are given things to do, each in its turn.
#[derive(Debug)]
pub(crate) struct Threads {
    handles: Vec<Handle>,
    turn: AtomicUsize,
}

/// Threads that end when they are told to.
pub(crate) struct Running(Vec<JoinHandle<()>>);

impl Threads {
    /// So many threads of this name, which end when `stop` turns true, whatever they have left to do.
    ///
    /// # Errors
    ///
    /// When the system grants no threads.
    pub(crate) fn start(
        name: &str,
        count: NonZeroUsize,
        stop: &watch::Receiver<bool>,
    ) -> io::Result<(Arc<Self>, Running)> {
        let (mut handles, mut threads) = (Vec::new(), Vec::new());
        for _ in 0..count.get() {
            let runtime = Builder::new_current_thread().enable_all().build()?;
            handles.push(runtime.handle().clone());
            let stop = stop.clone();
            let thread = thread::Builder::new().name(name.to_owned());
            threads.push(thread.spawn(move || work(&runtime, stop))?);
        }
        Ok((Arc::new(Self { handles, turn: AtomicUsize::new(0) }), Running(threads)))
    }

    /// The thread whose turn it is.
    pub(crate) fn next(&self) -> &Handle {
        &self.handles[self.turn.fetch_add(1, Ordering::Relaxed) % self.handles.len()]
    }
}

fn work(runtime: &Runtime, mut stop: watch::Receiver<bool>) {
    // A server that is gone has stopped too.
    let _gone = runtime.block_on(async { stop.wait_for(|stop| *stop).await.is_err() });
}

impl Running {
    /// Waits until all have ended, which they do once they are told to stop.
    pub(crate) async fn ended(self) {
        let join = || self.0.into_iter().for_each(|thread| thread.join().expect("no task ends its thread"));
        tokio::task::spawn_blocking(join).await.expect("waiting does not panic");
    }
}

/// How many threads of each kind a server has where nobody says: half as many as there are cores, since
/// what is tested runs on the same machine, and so does what tests it.
#[must_use]
pub fn usual() -> NonZeroUsize {
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    NonZeroUsize::new(cores.div_ceil(2)).unwrap_or(NonZeroUsize::MIN)
}
