//! The state file: what a simulated Meta holds, kept so that another process can go on with it.
//!
//! The file is replaced whole: a temporary file beside it, readable by its owner alone, is written,
//! synced and renamed. A file that cannot be read is left as it is, and the server does not start.

mod lock;

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use cloud_sim::{State, StateError};
use scenario::{Elapsed, Span};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::clock::Clock;
use crate::engine::Engine;

/// Where the state is kept, and how time goes on after a restart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateFile {
    /// The file; it need not exist yet.
    pub path: PathBuf,
    /// What the simulated clock shows after a restart.
    pub time: StateTime,
}

/// What the simulated clock shows after a restart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StateTime {
    /// What it showed when the state was saved: no time to live passes while the process is down.
    #[default]
    Resume,
    /// That, and the real time that has passed since, at the clock's rate: what would have happened
    /// in between happens at once.
    CatchUp,
}

/// Why a state was not taken on.
#[derive(Debug, Error)]
pub enum StateFileError {
    /// It is no JSON, or lacks something.
    #[error("the state is damaged{}: {problem}", at(.place))]
    Damaged {
        /// In which of its fields, such as `state.shards[0].era`; empty where it is none alone.
        place: String,
        /// What is wrong with it.
        problem: serde_json::Error,
    },
    /// It is JSON, but something else.
    #[error("the state has the format {found}, but must have `{FORMAT}`")]
    Foreign {
        /// What it says of itself.
        found: String,
    },
    /// Another version of this program has written it.
    #[error("the state has version {found}, but this program reads version {VERSION}")]
    Version {
        /// Which one.
        found: u64,
    },
    /// Its clock has come further than any clock can be set to.
    #[error("the clock of the state shows {now}, but must show {} at most", Clock::LATEST)]
    Time {
        /// What it shows.
        now: Elapsed,
    },
    /// Its clock goes faster than any clock can be set to.
    #[error(
        "the clock of the state goes at {rate_permille} thousandths of real time, but must go at {} at most",
        Clock::RATE_PERMILLE_MAX
    )]
    Rate {
        /// How fast it goes.
        rate_permille: u32,
    },
    /// It does not fit together.
    #[error(transparent)]
    State(StateError),
}

/// What every state says of itself.
const FORMAT: &str = "otpbench simulated Meta";

/// The version of the format; it changes whenever what was written before can no longer be read.
const VERSION: u64 = 1;

/// How often the state is saved while it changes, at most.
const SAVED_EVERY: Duration = Duration::from_secs(1);

/// The part of the time that saving may take: one tenth.
const SAVING_SHARE: u32 = 10;

/// What the process does after its state was saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It goes on, and may give more ids: whoever goes on from there must not give them again.
    Open,
    /// It does nothing more.
    Final,
}

/// Who writes the state file, and what was written last.
pub(crate) struct Keeper {
    file: StateFile,
    writing: Mutex<Writing>,
}

/// A server's hold on its state file: once it is dropped, the file is another's to take.
pub(crate) struct Hold(pub(crate) Arc<Keeper>);

/// Whether the file may be written, and what was written last.
struct Writing {
    /// What keeps others from writing it; without it, this process must not either.
    lock: Option<File>,
    last: Option<Written>,
}

/// What was written last, to tell whether anything has changed.
#[derive(PartialEq, Eq)]
struct Written {
    /// A hash of the state, which may be large.
    hash: u64,
    ending: Ending,
    now: Elapsed,
    rate_permille: u32,
}

/// Everything in the file but the state itself.
#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    format: serde_json::Value,
    #[serde(default)]
    version: serde_json::Value,
}

/// The file.
#[derive(Serialize, Deserialize)]
struct Document<S> {
    format: String,
    version: u64,
    /// Whether nothing more happened to what was saved; so it is with files of before it was told.
    #[serde(default = "is_final")]
    is_final: bool,
    /// The wall clock when it was saved, in seconds since 1970.
    saved_unix_secs: u64,
    /// What the simulated clock showed, and how fast it went.
    now_micros: u64,
    rate_permille: u32,
    state: S,
}

impl Keeper {
    /// Takes the file for one server.
    ///
    /// # Errors
    ///
    /// When another has taken it, or it cannot be written.
    pub(crate) fn take(file: StateFile) -> io::Result<Hold> {
        let lock = Some(lock::take(&file.path)?);
        Ok(Hold(Arc::new(Self { file, writing: Mutex::new(Writing { lock, last: None }) })))
    }

    /// Has the engine go on where the file stands, if there is one.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or restored; it is left as it is.
    pub(crate) fn restore(&self, engine: &Engine) -> io::Result<()> {
        let path = &self.file.path;
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(explained(error.kind(), path, &error)),
        };
        let restored = restore(engine, &text, self.file.time);
        restored.map_err(|error| explained(io::ErrorKind::InvalidData, path, &error))
    }

    /// Saves the state, if it has changed and the file is still held; says whether it was written.
    ///
    /// # Errors
    ///
    /// When the file cannot be written; the one before is still there then.
    pub(crate) fn save(&self, engine: &Engine, ending: Ending) -> io::Result<bool> {
        let mut writing = self.writing();
        if writing.lock.is_none() {
            return Ok(false);
        }
        let state = serde_json::to_vec(&engine.save())?;
        let mut hasher = DefaultHasher::new();
        state.hash(&mut hasher);
        let hash = hasher.finish();
        let (now, rate_permille) = (engine.clock.now(), engine.clock.rate_permille());
        if let Some(last) = &writing.last {
            // While time goes by itself, a clock alone is worth no writing.
            let is_turned = rate_permille != last.rate_permille || (rate_permille == 0 && now != last.now);
            if (last.hash, last.ending) == (hash, ending) && !is_turned {
                return Ok(false);
            }
        }
        replace(&self.file.path, &document(&state, (now, rate_permille), ending))
            .map_err(|error| explained(error.kind(), &self.file.path, &error))?;
        writing.last = Some(Written { hash, ending, now, rate_permille });
        Ok(true)
    }

    fn writing(&self) -> MutexGuard<'_, Writing> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.writing().lock = None;
    }
}

/// Saves the state again and again, until the server stops.
pub(crate) async fn keep(keeper: Arc<Keeper>, engine: Arc<Engine>) {
    let mut pause = SAVED_EVERY;
    loop {
        tokio::time::sleep(pause).await;
        let (keeper, engine) = (Arc::clone(&keeper), Arc::clone(&engine));
        let began = Instant::now();
        let saved = tokio::task::spawn_blocking(move || keeper.save(&engine, Ending::Open)).await;
        if let Ok(Err(error)) = saved {
            eprintln!("warning: the state is not saved: {error}");
        }
        pause = SAVED_EVERY.max(began.elapsed() * SAVING_SHARE);
    }
}

/// The state of an engine as a document.
pub(crate) fn export(engine: &Engine) -> Vec<u8> {
    let state = serde_json::to_vec(&engine.save()).expect("a state has no keys but texts");
    document(&state, (engine.clock.now(), engine.clock.rate_permille()), Ending::Final)
}

/// Has the engine go on where a document stands.
pub(crate) fn restore(engine: &Engine, text: &str, time: StateTime) -> Result<(), StateFileError> {
    let head: Head = serde_json::from_str(text).map_err(|problem| damaged(text, problem))?;
    if head.format != FORMAT {
        return Err(StateFileError::Foreign { found: head.format.to_string() });
    }
    match head.version.as_u64() {
        Some(VERSION) => {}
        found => return Err(StateFileError::Version { found: found.unwrap_or_default() }),
    }
    let document = serde_json::from_str(text).map_err(|problem| damaged(text, problem));
    let mut document: Document<State> = document?;
    let rate_permille = document.rate_permille;
    if rate_permille > Clock::RATE_PERMILLE_MAX {
        return Err(StateFileError::Rate { rate_permille });
    }
    if !document.is_final {
        document.state.skip_ids();
    }
    let mut now = Elapsed::from_micros(document.now_micros);
    if now > Clock::LATEST {
        return Err(StateFileError::Time { now });
    }
    if time == StateTime::CatchUp {
        let gone = Span::from_secs(unix_secs().saturating_sub(document.saved_unix_secs));
        let gone = u128::from(gone.micros()) * u128::from(rate_permille) / 1_000;
        now += Span::from_micros(u64::try_from(gone).unwrap_or(u64::MAX));
    }
    engine.restore(document.state, (now, rate_permille)).map_err(StateFileError::State)
}

/// Reads a damaged state once more, to tell where; to note places takes time that whole states need not.
fn damaged(text: &str, problem: serde_json::Error) -> StateFileError {
    let again: Result<Document<State>, _> =
        serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_str(text));
    let place = again
        .err()
        .map(|error| error.path().to_string())
        .filter(|place| !matches!(place.as_str(), "." | "?"));
    StateFileError::Damaged { place: place.unwrap_or_default(), problem }
}

fn at(place: &str) -> String {
    if place.is_empty() { String::new() } else { format!(" at `{place}`") }
}

fn document(state: &[u8], (now, rate_permille): (Elapsed, u32), ending: Ending) -> Vec<u8> {
    let (format, version, saved_unix_secs) = (FORMAT.to_owned(), VERSION, unix_secs());
    let (now_micros, is_final) = (now.micros(), ending == Ending::Final);
    let head = Document { format, version, is_final, saved_unix_secs, now_micros, rate_permille, state: () };
    let mut text = serde_json::to_vec(&head).expect("a head serializes");
    // The state is written already and takes the place of the `null}` at the end.
    text.truncate(text.len() - b"null}".len());
    text.extend_from_slice(state);
    text.extend_from_slice(b"}\n");
    text
}

/// Puts a file in the place of another, so that there is always one of the two, whole.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = beside(path, "new");
    let written = create(&beside).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    let replaced = written.and_then(|()| fs::rename(&beside, path));
    if replaced.is_err() {
        // What is left of a failed attempt is of no use, whether it can be removed or not.
        let _removed = fs::remove_file(&beside);
    }
    replaced
}

/// The path of a file that goes with another, in the same folder.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{ending}"));
    path.with_file_name(name)
}

/// A new file that only its owner can read: it holds tokens, secrets and codes.
fn create(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

const fn is_final() -> bool {
    true
}

fn unix_secs() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs()
}

fn explained(kind: io::ErrorKind, path: &Path, error: &dyn std::fmt::Display) -> io::Error {
    io::Error::new(kind, format!("{}: {error}", path.display()))
}
