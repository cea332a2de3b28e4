//! Arrivals on a wire, and the code typed back.
//!
//! [`run()`] executes the arrivals of a scenario against a target over HTTP, and plays the people who
//! read the code on their phone and type it in. Arrivals are open: a thread of its own releases each
//! at its planned instant, whether or not the target keeps up, and everything is journaled with its
//! own instant, so that latency counts from the plan and the generator's lateness shows.
//!
//! A target that is slow, dead or answers nonsense is data: it ends up in the journal as failed
//! requests, and never ends or hangs the run.
//!
//! The executor, goose, catches Ctrl-C for the whole process unless the program has set a `ctrlc`
//! handler before; what goose catches, [`run()`] takes as a [`StopSignal`]. It also installs a logger
//! that writes to stdout unless the program has one; this crate puts a silent one before it.

mod answer;
mod call;
mod clock;
mod executor;
mod flights;
mod lateness;
mod load;
mod pacer;
mod phone;
mod progress;
mod run;
mod slots;
mod stop;
mod typing;

pub use clock::Clock;
pub use load::{Ending, Load, LoadError, run};
pub use phone::{OnPhone, Phones};
pub use progress::{Progress, Standing};
pub use stop::StopSignal;
