//! Journals on disk, written by a thread so that nobody who records waits for the disk.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use journal::{Event, Record, WriteError, Writer};
use thiserror::Error;

/// How many events may wait for the disk.
const WAITING_MAX: usize = 1 << 18;

/// How often the thread takes what waits. It is not woken for each event: that would cost whoever
/// records more than all else that recording does.
const TAKE_EVERY: Duration = Duration::from_millis(5);

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

/// Takes nothing down: what happened lately is kept by the server itself.
pub(crate) struct Unrecorded;

impl Record for Unrecorded {
    fn record(&self, _: Event) {}
}

/// Takes events and keeps them for the thread that writes them.
#[derive(Debug, Default)]
struct Recorder {
    waiting: Mutex<Vec<Event>>,
    shed: AtomicU64,
    is_finished: AtomicBool,
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

impl Record for Recorder {
    fn record(&self, event: Event) {
        let mut waiting = self.lock();
        if waiting.len() < WAITING_MAX {
            waiting.push(event);
        } else {
            self.shed.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn record_all(&self, events: &mut dyn Iterator<Item = Event>) {
        let mut waiting = self.lock();
        let room = WAITING_MAX.saturating_sub(waiting.len());
        waiting.extend((&mut *events).take(room));
        drop(waiting);
        let shed = events.count() as u64;
        if shed > 0 {
            self.shed.fetch_add(shed, Ordering::Relaxed);
        }
    }

    fn shed(&self) -> u64 {
        self.shed.load(Ordering::Relaxed)
    }
}

impl Recorder {
    fn lock(&self) -> MutexGuard<'_, Vec<Event>> {
        self.waiting.lock().expect("nobody panics while holding what waits")
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
        let recorder = Arc::new(Recorder::default());
        let source = Arc::clone(&recorder);
        let spawned = thread::Builder::new().name("journal".to_owned()).spawn(move || write(writer, &source));
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
        self.recorder.is_finished.store(true, Ordering::Release);
        self.thread.thread().unpark();
        self.thread.join().expect("the journal's thread does not panic")?;
        Ok(self.recorder.shed.load(Ordering::Relaxed))
    }
}

fn write(mut writer: Writer<impl Write>, recorder: &Recorder) -> Result<(), WriteError> {
    let (mut flushed, mut taken) = (Instant::now(), Vec::new());
    loop {
        // Asked before taking, so that nothing recorded before the end is left behind.
        let is_finished = recorder.is_finished.load(Ordering::Acquire);
        std::mem::swap(&mut taken, &mut recorder.lock());
        for event in taken.drain(..) {
            writer.write(&event)?;
        }
        if is_finished {
            return writer.finish().map(drop);
        }
        if flushed.elapsed() >= FLUSH_EVERY {
            writer.flush()?;
            flushed = Instant::now();
        }
        thread::park_timeout(TAKE_EVERY);
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use journal::{Event, Fact, Reader};
    use scenario::Elapsed;

    use super::{Journaling, WAITING_MAX};

    #[derive(Clone, Default)]
    struct Memory(Arc<Mutex<Vec<u8>>>);

    impl Write for Memory {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn everything_that_was_recorded_is_written_or_counted_as_shed() {
        const RECORDED: u64 = WAITING_MAX as u64 * 2;
        let memory = Memory::default();
        let journaling = Journaling::begin(memory.clone()).unwrap();
        let recorder = journaling.recorder();
        for message in 0..RECORDED {
            recorder.record(Event { at: Elapsed::ZERO, fact: Fact::MessageSent { message } });
        }
        let shed = journaling.finish().unwrap();
        let bytes = memory.0.lock().unwrap().clone();
        let mut reader = Reader::new(bytes.as_slice()).unwrap();
        let written: usize = std::iter::from_fn(|| reader.next_batch()).map(|batch| batch.len()).sum();
        assert_eq!(written as u64 + shed, RECORDED);
    }
}
