//! A connection that remembers whether something came that nobody has answered.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};

/// A connection, and whether bytes came since the last went out.
pub(super) struct Watched<S> {
    stream: S,
    /// What was read already and is to be read again, and how much of it was.
    ahead: Vec<u8>,
    ahead_read: usize,
    is_unanswered: bool,
}

/// How often a lingering connection is read from, 4 KiB at most each time.
const LINGERED_READS_MAX: usize = 256;

/// What is said to a client whose request does not get beyond its beginning.
const TIMED_OUT: &str = "HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-type: text/plain; charset=UTF-8\r\n\
    content-length: 52\r\n\r\nthe head of the request did not arrive in its time.\n";

impl<S: AsyncRead + AsyncWrite + Unpin> Watched<S> {
    pub(super) const fn new(stream: S) -> Self {
        Self { stream, ahead: Vec::new(), ahead_read: 0, is_unanswered: false }
    }

    /// Gives back what was read, to be read again.
    pub(super) fn put_back(&mut self, bytes: Vec<u8>) {
        self.ahead = bytes;
        self.ahead_read = 0;
    }

    /// Says that the client's time is over, if it had begun to ask for something.
    pub(super) async fn give_up(&mut self) {
        if self.is_unanswered {
            // A client that does not hear it has gone.
            let _gone = self.stream.write_all(TIMED_OUT.as_bytes()).await.is_err();
            let _gone = self.stream.shutdown().await.is_err();
        }
    }

    /// Takes what a client still sends after its last answer, within reason: closed at once, the
    /// connection would be reset, and the answer lost with it.
    pub(super) async fn linger(&mut self) {
        let mut bytes = [0; 4_096];
        for _ in 0..LINGERED_READS_MAX {
            if self.stream.read(&mut bytes).await.unwrap_or(0) == 0 {
                return;
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let ahead = &self.ahead[self.ahead_read..];
        if !ahead.is_empty() {
            let length = ahead.len().min(buffer.remaining());
            buffer.put_slice(&ahead[..length]);
            self.ahead_read += length;
            if self.ahead_read == self.ahead.len() {
                self.put_back(Vec::new());
            }
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        self.is_unanswered |= buffer.filled().len() > before;
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.is_unanswered = false;
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.is_unanswered = false;
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
