//! What became of a call: an HTTP status once the whole body is read, or the cause that there is none.

use std::error::Error;
use std::future::poll_fn;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use journal::Cause;
use reqwest::Response;

/// The HTTP status of the answer, or why there was none.
pub(crate) type Answer = Result<u16, Cause>;

/// The most bytes that an answer's body may have; a longer one is not an answer to our question.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// Reads the body to its end, without which the connection could not be used again.
pub(crate) async fn read(mut response: Response) -> Answer {
    let http_status = response.status().as_u16();
    let mut left = BODY_BYTES_MAX;
    while let Some(chunk) = response.chunk().await.map_err(|error| cause_of(&error))? {
        left = left.checked_sub(chunk.len()).ok_or(Cause::Broken)?;
    }
    Ok(http_status)
}

/// Sorts a failed call by whose fault it is, ours first.
pub(crate) fn cause_of(error: &reqwest::Error) -> Cause {
    if error.is_builder() || is_out_of_sockets(error) {
        Cause::Harness
    } else if error.is_timeout() {
        Cause::TimedOut
    } else if error.is_connect() {
        Cause::NotConnected
    } else {
        Cause::Broken
    }
}

/// Whether this machine, and not the target, had no socket or no port left.
fn is_out_of_sockets(error: &reqwest::Error) -> bool {
    // Source: errno(3), Linux: ENFILE, EMFILE, EADDRNOTAVAIL.
    const OURS: [i32; 3] = [23, 24, 99];
    let mut source = error.source();
    while let Some(error) = source {
        let code = error.downcast_ref::<io::Error>().and_then(io::Error::raw_os_error);
        if code.is_some_and(|code| OURS.contains(&code)) {
            return true;
        }
        source = error.source();
    }
    false
}

/// Turns a panic of the call into a failure, because a slot that panics would be lost to the run.
pub(crate) async fn caught(call: impl Future<Output = Answer>) -> Answer {
    let mut call = pin!(call);
    poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(context)));
        polled.unwrap_or(Poll::Ready(Err(Cause::Harness)))
    })
    .await
}

#[cfg(test)]
mod tests {
    use journal::Cause;

    use super::caught;

    #[tokio::test]
    async fn a_panic_in_a_call_is_a_failure_of_the_harness() {
        assert_eq!(caught(async { panic!("on purpose") }).await, Err(Cause::Harness));
    }
}
