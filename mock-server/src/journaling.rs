//! Journals on disk, written by a thread so that nobody who records waits for the disk.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use journal::{Event, Record, WriteError, Writer};
use thiserror::Error;

/// How many events may wait for the disk.
const WAITING_MAX: usize = 1 << 18;

/// How much of the journal a crash can lose, at most.
const FLUSH_EVERY: Duration = Duration::from_secs(1);

/// Why a journal could not be begun or ended.
#[derive(Debug, Error)]
pub enum JournalingError {
    /// Its stream takes no more.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The system grants no thread.
    #[error("the system refused a thread for the journal")]
    Thread(#[source] io::Error),
}

/// Takes events and hands them to the thread that writes them.
#[derive(Debug)]
struct Recorder {
    events: SyncSender<Order>,
    shed: AtomicU64,
}

/// A journal that is being written; it ends with [`Journaling::finish`].
///
/// Up to 262,144 events wait for the stream; what comes on top is shed and counted. What was
/// recorded a second ago is in the stream.
#[must_use]
#[derive(Debug)]
pub struct Journaling {
    recorder: Arc<Recorder>,
    thread: JoinHandle<Result<(), WriteError>>,
}

enum Order {
    Write(Event),
    Finish,
}

impl Record for Recorder {
    fn record(&self, event: Event) {
        if self.events.try_send(Order::Write(event)).is_err() {
            self.shed.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Journaling {
    /// Begins a journal on a stream.
    ///
    /// # Errors
    ///
    /// When the stream takes nothing, or there is no thread to be had.
    pub fn begin(stream: impl Write + Send + 'static) -> Result<Self, JournalingError> {
        let writer = Writer::new(stream)?;
        let (events, orders) = sync_channel(WAITING_MAX);
        let recorder = Arc::new(Recorder { events, shed: AtomicU64::new(0) });
        let spawned = thread::Builder::new().name("journal".to_owned()).spawn(move || write(writer, &orders));
        Ok(Self { recorder, thread: spawned.map_err(JournalingError::Thread)? })
    }

    /// What takes the events down.
    #[must_use]
    pub fn recorder(&self) -> Arc<dyn Record> {
        Arc::clone(&self.recorder) as Arc<dyn Record>
    }

    /// Ends the journal with all that was recorded so far, and says how many events were shed.
    ///
    /// # Errors
    ///
    /// When some of it could not be written.
    ///
    /// # Panics
    ///
    /// Never: the thread behind it does not panic.
    pub fn finish(self) -> Result<u64, JournalingError> {
        // A thread that has ended already says so when it is joined.
        let _ended = self.recorder.events.send(Order::Finish);
        self.thread.join().expect("the journal's thread does not panic")?;
        Ok(self.recorder.shed.load(Ordering::Relaxed))
    }
}

fn write(mut writer: Writer<impl Write>, orders: &Receiver<Order>) -> Result<(), WriteError> {
    let mut flushed = Instant::now();
    loop {
        match orders.recv_timeout(FLUSH_EVERY.saturating_sub(flushed.elapsed())) {
            Ok(Order::Write(event)) => writer.write(&event)?,
            Ok(Order::Finish) | Err(RecvTimeoutError::Disconnected) => {
                return writer.finish().map(drop);
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
        if flushed.elapsed() >= FLUSH_EVERY {
            writer.flush()?;
            flushed = Instant::now();
        }
    }
}
