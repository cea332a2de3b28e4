//! Journals on disk, written by a thread so that nobody who records waits for the disk.

use std::fs::File;
use std::io::BufWriter;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use journal::{Event, Record, WriteError, Writer};

use crate::error::CommandError;

/// How many events may wait for the disk.
const WAITING_MAX: usize = 1 << 18;

/// How much of the journal a crash can lose, at most.
const FLUSH_EVERY: Duration = Duration::from_secs(1);

/// Takes events and writes them to one journal.
#[derive(Debug)]
pub(crate) struct Recorder {
    events: SyncSender<Order>,
    shed: AtomicU64,
}

/// The thread behind a recorder.
#[must_use]
pub(crate) struct Journaling {
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
    /// Begins a journal.
    pub(crate) fn begin(file: BufWriter<File>) -> Result<Self, CommandError> {
        let writer = Writer::new(file)?;
        let (events, orders) = sync_channel(WAITING_MAX);
        let recorder = Arc::new(Recorder { events, shed: AtomicU64::new(0) });
        let spawned = thread::Builder::new().name("journal".to_owned()).spawn(move || write(writer, &orders));
        let thread = spawned.map_err(|source| CommandError::System { what: "a thread", source })?;
        Ok(Self { recorder, thread })
    }

    /// What takes the events down.
    pub(crate) fn recorder(&self) -> Arc<dyn Record> {
        Arc::clone(&self.recorder) as Arc<dyn Record>
    }

    /// Ends the journal with all that was recorded so far, and says how many events were shed.
    pub(crate) fn finish(self) -> Result<u64, CommandError> {
        // A thread that has ended already says so when it is joined.
        let _ended = self.recorder.events.send(Order::Finish);
        self.thread.join().expect("the journal's thread does not panic")?;
        Ok(self.recorder.shed.load(Ordering::Relaxed))
    }
}

fn write(mut writer: Writer<BufWriter<File>>, orders: &Receiver<Order>) -> Result<(), WriteError> {
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
