//! What it costs to hand events over to the journal's thread.

use std::fs::File;
use std::io::BufWriter;
use std::iter;
use std::thread;
use std::time::{Duration, Instant};

use journal::{Event, Fact};
use mock_server::Journaling;
use scenario::Elapsed;

use crate::error::BenchError;
use crate::section::Effort;

/// How many messages are handed over before the thread is waited for, and how often that is done.
const MESSAGES: u64 = 20_000;
const ROUNDS: u64 = 20;

/// How long the thread is given to take them.
const PAUSE: Duration = Duration::from_millis(20);

/// How long it takes to hand over the four events of a message, in microseconds.
pub(super) fn micros(effort: &Effort) -> Result<f64, BenchError> {
    let path = effort.scratch.join("handed-over.arrows");
    let file = File::create(&path).map_err(BenchError::of_file(&path))?;
    let journaling = Journaling::begin(BufWriter::new(file))?;
    let recorder = journaling.recorder();
    let mut spent = Duration::ZERO;
    for round in 0..ROUNDS {
        let began = Instant::now();
        for message in round * MESSAGES..(round + 1) * MESSAGES {
            let event = |fact| Event { at: Elapsed::from_micros(message * 10), fact };
            let accepted = event(Fact::MessageAccepted { message, recipient: message });
            let later = [
                Fact::MessageSent { message },
                Fact::MessageDelivered { message },
                Fact::MessageRead { message },
            ];
            recorder.record_all(&mut iter::once(accepted));
            recorder.record_all(&mut later.into_iter().map(event));
        }
        spent += began.elapsed();
        thread::sleep(PAUSE);
    }
    match journaling.finish()? {
        0 => Ok(spent.as_secs_f64() * 1e6 / (ROUNDS * MESSAGES) as f64),
        shed => {
            let what = format!("it shed {shed} events");
            Err(BenchError::WrongAnswers { program: "the journal".to_owned(), what })
        }
    }
}
