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

/// Threads that end when they are told to, or when this is dropped, whatever they have left to do.
pub(crate) struct Running {
    threads: Vec<JoinHandle<()>>,
    end: watch::Sender<bool>,
}

impl Threads {
    /// So many threads of this name.
    ///
    /// # Errors
    ///
    /// When the system grants no threads.
    pub(crate) fn start(name: &str, count: NonZeroUsize) -> io::Result<(Arc<Self>, Running)> {
        let (mut handles, mut threads) = (Vec::new(), Vec::new());
        let (end, ended) = watch::channel(false);
        for _ in 0..count.get() {
            let runtime = Builder::new_current_thread().enable_all().build()?;
            handles.push(runtime.handle().clone());
            let thread = thread::Builder::new().name(name.to_owned());
            let ended = ended.clone();
            threads.push(thread.spawn(move || work(&runtime, ended))?);
        }
        Ok((Arc::new(Self { handles, turn: AtomicUsize::new(0) }), Running { threads, end }))
    }

    /// The thread whose turn it is.
    pub(crate) fn next(&self) -> &Handle {
        &self.handles[self.turn.fetch_add(1, Ordering::Relaxed) % self.handles.len()]
    }
}

fn work(runtime: &Runtime, mut ended: watch::Receiver<bool>) {
    // Nobody who could say so is left: that ends it too.
    let _gone = runtime.block_on(async { ended.wait_for(|ended| *ended).await.is_err() });
}

impl Running {
    /// Ends all of them.
    pub(crate) async fn end(self) {
        self.end.send_replace(true);
        let join =
            || self.threads.into_iter().for_each(|thread| thread.join().expect("no task ends its thread"));
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
