//! Ctrl-C: the first stops in order, the second at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::CommandError;
use crate::exit::Exit;

/// Whether somebody asked to stop.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens for Ctrl-C and for the signal that asks to terminate; `first` runs at the first one.
    pub(crate) fn listen(first: impl Fn() + Send + 'static) -> Result<Self, CommandError> {
        let interrupt = Self::default();
        let handler = interrupt.clone();
        ctrlc::set_handler(move || {
            if handler.0.swap(true, Ordering::Relaxed) {
                std::process::exit(i32::from(Exit::Interrupted as u8));
            }
            eprintln!("\nstopping: what is under way may finish, then the report is made; Ctrl-C again leaves at once");
            first();
        })
        .map_err(|error| CommandError::System { what: "a signal handler", source: std::io::Error::other(error) })?;
        Ok(interrupt)
    }

    /// Whether somebody asked to stop.
    pub(crate) fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
