//! Something that takes a while, for code with and without an async runtime.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::sync::oneshot;

/// Something that takes a while, done by the server's own threads whether or not anybody waits.
///
/// It ends with the server, and so never outlives it:
///
/// ```compile_fail,E0505
/// let server = mock_server::MockServer::start().expect("there is a free port");
/// let done = server.reset();
/// drop(server);
/// done.wait();
/// ```
#[must_use = "it is done whether or not anybody waits, but nobody knows when"]
pub struct Doing<'server, T> {
    done: oneshot::Receiver<T>,
    server: PhantomData<&'server ()>,
}

impl<T> Doing<'_, T> {
    pub(super) const fn new(done: oneshot::Receiver<T>) -> Self {
        Self { done, server: PhantomData }
    }

    /// Waits until it is done.
    ///
    /// # Panics
    ///
    /// In async code, which awaits it instead.
    pub fn wait(self) -> T {
        self.done.blocking_recv().expect("the server outlives what it does")
    }
}

impl<T> Future for Doing<'_, T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let received = Pin::new(&mut self.done).poll(context);
        received.map(|done| done.expect("the server outlives what it does"))
    }
}
