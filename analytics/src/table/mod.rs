//! From the journals to one row for each arrival, and to Parquet.

mod arrivals;
mod events;
mod generator;
mod messages;
mod meta;
mod outcome;
mod recipients;
mod tally;

pub(crate) use arrivals::{Arrivals, Mark, NEVER};
pub(crate) use messages::write as write_messages;
pub use outcome::Outcome;
pub(crate) use tally::{Contradiction, JournalState, Tally};

use journal::Event;
use polars::prelude::{Column, NamedFrom, Series};
use scenario::Elapsed;

use crate::error::AnalysisError;
use crate::facts::RunFacts;
use crate::folder::{Folder, JournalReader};
use events::EventsWriter;
use generator::GeneratorFold;
use meta::MetaFold;

/// The name of the generator's journal.
const LOADGEN: &str = "loadgen";
/// The name of the mock server's journal.
const MOCK_SERVER: &str = "mock-server";

/// The latest instant that an event can have: 285 years into the run, and exact as an `f64`.
///
/// What claims to be later is garbage; without it no sum of times overflows.
const INSTANT_MAX: Elapsed = Elapsed::from_micros(1 << 53);

/// A whole run in columns.
pub(crate) struct Table {
    /// One row for each arrival.
    pub(crate) arrivals: Arrivals,
    /// The outcome of each row.
    pub(crate) outcomes: Vec<Outcome>,
    /// What is counted beside them.
    pub(crate) tally: Tally,
}

impl Table {
    /// Whether the journals do not tell the whole run.
    pub(crate) fn is_partial(&self) -> bool {
        self.tally.is_partial()
    }
}

/// Folds the journals of a run into columns; writes `events.parquet` on the way.
///
/// Each journal is read once, batch by batch, and no event is kept.
pub(crate) fn fold(folder: &Folder, facts: &RunFacts) -> Result<Table, AnalysisError> {
    let mut tally = Tally::default();
    let mut events = EventsWriter::create(folder)?;

    let mut generator = GeneratorFold::new(facts.arrivals_planned);
    let journal = folder.journal_required(LOADGEN)?;
    tally.loadgen = read(journal, LOADGEN, &mut events, |event| generator.take(event, &mut tally));
    let mut arrivals = generator.finish(&mut tally);

    if let Some(journal) = folder.journal(MOCK_SERVER)? {
        let mut meta = MetaFold::new(&mut arrivals);
        tally.mock_server = read(journal, MOCK_SERVER, &mut events, |event| meta.take(event, &mut tally));
        meta.finish(&mut tally);
    }
    events.finish()?;

    for state in [tally.loadgen, tally.mock_server] {
        tally.contradict_times(Contradiction::NotAnEvent, state.rows_unexplained);
    }
    let cut = tally.is_partial();
    contradict_rows(&arrivals, &mut tally);
    let outcomes = (0..arrivals.len()).map(|row| Outcome::of(&arrivals, row, cut)).collect();
    Ok(Table { arrivals, outcomes, tally })
}

/// A column of a table; its type is one that Polars has without further features.
fn named<T, Values: ?Sized>(name: &str, values: T) -> Column
where
    Series: NamedFrom<T, Values>,
{
    Series::new(name.into(), values).into()
}

fn read(
    mut journal: JournalReader,
    program: &'static str,
    events: &mut EventsWriter<'_>,
    mut take: impl FnMut(Event),
) -> JournalState {
    let mut state = JournalState::default();
    while let Some(batch) = journal.next_batch() {
        let mut explained = 0;
        for event in batch.events().filter(|event| event.at <= INSTANT_MAX) {
            explained += 1;
            events.push(program, event);
            take(event);
        }
        state.events += explained;
        state.rows_unexplained += batch.len() as u64 - explained;
    }
    state.ending = journal.ending();
    state
}

/// Counts the rows in which an effect is earlier than its cause.
fn contradict_rows(arrivals: &Arrivals, tally: &mut Tally) {
    let whole = !tally.is_partial();
    for row in 0..arrivals.len() {
        let before = |effect: &[u64], cause: &[u64]| {
            effect[row] != NEVER && cause[row] != NEVER && effect[row] < cause[row]
        };
        if before(&arrivals.requested, &arrivals.planned)
            || before(&arrivals.answered, &arrivals.requested)
            || before(&arrivals.sent, &arrivals.accepted)
            || before(&arrivals.delivered, &arrivals.accepted)
            || before(&arrivals.read, &arrivals.delivered)
            || before(&arrivals.verified, &arrivals.delivered)
        {
            tally.contradict(Contradiction::Backwards);
        }
        if whole && arrivals.verified[row] != NEVER && arrivals.delivered[row] == NEVER {
            tally.contradict(Contradiction::VerifiedUnseen);
        }
    }
}
