//! The wish that a run stops before its end.

use tokio_util::sync::CancellationToken;

/// Tells a run to stop; clones are one signal.
#[derive(Clone, Debug, Default)]
pub struct StopSignal(CancellationToken);

impl StopSignal {
    /// A signal that is not given yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives the signal: no more arrivals are released, and what is under way has ten seconds.
    pub fn stop(&self) {
        self.0.cancel();
    }

    /// Waits until the signal is given.
    pub(crate) async fn stopped(&self) {
        self.0.cancelled().await;
    }
}
