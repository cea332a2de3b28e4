//! Something that takes a while, for code with and without an async runtime.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::sync::oneshot;

/// Something that takes a while, done by the server's own threads whether or not anybody waits.
#[must_use = "it is done whether or not anybody waits, but nobody knows when"]
pub struct Doing<T>(pub(super) oneshot::Receiver<T>);

impl<T> Doing<T> {
    /// Waits until it is done.
    ///
    /// # Panics
    ///
    /// In async code, which awaits it instead.
    pub fn wait(self) -> T {
        self.0.blocking_recv().expect("the server outlives what it does")
    }
}

impl<T> Future for Doing<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let received = Pin::new(&mut self.0).poll(context);
        received.map(|done| done.expect("the server outlives what it does"))
    }
}
