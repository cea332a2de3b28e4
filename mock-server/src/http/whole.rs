//! Requests that come whole, answered without more ado than they need.
//!
//! Nearly all requests are small and come in one piece. They are read where they stand, and their
//! answers go out in one piece too. Between requests a connection holds no buffer, so that idle ones
//! take little. The first request of a connection that is anything else is handed over with the rest
//! of the connection, to hyper.

use std::future::poll_fn;
use std::io;
use std::mem::MaybeUninit;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::sync::watch;
use tokio::time::{Instant, Sleep, sleep_until};

use super::head::{self, WHOLE_BYTES_MAX};
use super::serve::{Handler, House, stopped};
use super::watched::Watched;
use super::{Answer, Body, Delivery, Head, Request, Scheme, written};

/// What came on a connection.
enum Came {
    /// A request, to its end.
    Request(Request),
    /// What hyper has to read.
    Rest(Vec<u8>),
    /// Nothing more, or nothing in time.
    End,
}

/// Answers requests as long as they come whole; gives what is left to read, if there is anything.
pub(super) async fn serve<H, S>(
    stream: &mut Watched<S>,
    scheme: Scheme,
    house: &House<H>,
    stop: &mut watch::Receiver<bool>,
) -> Option<Vec<u8>>
where
    H: Handler,
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut until = Instant::now() + house.limits.head_timeout;
    let mut late = pin!(sleep_until(until));
    let mut stopped = pin!(stopped(stop));
    loop {
        let came = poll_fn(|cx| match poll_request::<H, S>(stream, scheme, house, cx) {
            Poll::Pending if is_over(late.as_mut(), until, cx) || stopped.as_mut().poll(cx).is_ready() => {
                Poll::Ready(Came::End)
            }
            came => came,
        });
        let request = match came.await {
            Came::Request(request) => request,
            Came::Rest(bytes) => return Some(bytes),
            Came::End => {
                // A peer that is gone needs no good-bye.
                let _gone = stream.shutdown().await.is_err();
                return None;
            }
        };
        let answer = house.handler.handle(request).await;
        // A connection that breaks concerns nobody but its peer.
        let Ok(Some(written)) = write(stream, answer).await else { return None };
        until = written + house.limits.head_timeout;
    }
}

/// Whether the time until then is over. The timer is set anew when it fires, rather than for each request.
fn is_over(mut timer: Pin<&mut Sleep>, until: Instant, cx: &mut Context<'_>) -> bool {
    while timer.as_mut().poll(cx).is_ready() {
        if timer.deadline() >= until {
            return true;
        }
        timer.as_mut().reset(until);
    }
    false
}

/// Reads once, into memory that is not kept.
fn poll_request<H, S>(
    stream: &mut Watched<S>,
    scheme: Scheme,
    house: &House<H>,
    cx: &mut Context<'_>,
) -> Poll<Came>
where
    H: Handler,
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut room = [const { MaybeUninit::uninit() }; WHOLE_BYTES_MAX];
    let mut buffer = ReadBuf::uninit(&mut room);
    let read = ready!(Pin::new(stream).poll_read(cx, &mut buffer));
    let bytes = buffer.filled();
    if read.is_err() || bytes.is_empty() {
        return Poll::Ready(Came::End);
    }
    Poll::Ready(match head::read(bytes, house.limits.headers_max) {
        Some((head, body)) if body.len() <= house.handler.body_bytes_max(head.path(), None) => {
            Came::Request(Request { head: Head::Whole(head), scheme, body: Body::Whole(body) })
        }
        _ => Came::Rest(bytes.to_vec()),
    })
}

/// Sends an answer, and says when; `None` where the connection does not go on.
async fn write<S>(stream: &mut Watched<S>, answer: Answer) -> io::Result<Option<Instant>>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut now = Instant::now();
    let mut bytes = written::head(&answer, now);
    match answer.delivery {
        Delivery::Dropped => return Ok(None),
        _ if !written::has_body(answer.status) => stream.write_all(&bytes).await?,
        Delivery::AtOnce => {
            bytes.extend_from_slice(&answer.body);
            stream.write_all(&bytes).await?;
        }
        Delivery::Fed(mut pieces) => {
            let mut bytes_left = answer.body.len();
            stream.write_all(&bytes).await?;
            stream.flush().await?;
            while bytes_left > 0 {
                let Some(piece) = pieces.recv().await else { return Ok(None) };
                bytes_left = bytes_left.saturating_sub(piece.len());
                stream.write_all(&piece).await?;
                stream.flush().await?;
            }
            now = Instant::now();
        }
    }
    stream.flush().await?;
    Ok(Some(now))
}
