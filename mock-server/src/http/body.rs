//! The body of an answer: whole, or as a fault has it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::sync::mpsc;

/// The body of an answer on its way out.
pub(crate) enum AnswerBody {
    /// All of it at once; `None` once it has gone.
    Whole(Option<Bytes>),
    /// Piece by piece, as they are given.
    Fed {
        /// Gives the pieces; ends early where the body breaks off.
        pieces: mpsc::Receiver<Bytes>,
        /// How many bytes are still to come.
        bytes_left: u64,
        /// Whether what came so far had its turn to go out before the body breaks off.
        is_flushed: bool,
    },
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match self.get_mut() {
            Self::Whole(body) => Poll::Ready(body.take().map(|body| Ok(Frame::data(body)))),
            Self::Fed { bytes_left: 0, .. } => Poll::Ready(None),
            Self::Fed { pieces, bytes_left, is_flushed } => match pieces.poll_recv(cx) {
                Poll::Pending => Poll::Pending,
                Poll::Ready(Some(piece)) => {
                    *bytes_left = bytes_left.saturating_sub(piece.len() as u64);
                    Poll::Ready(Some(Ok(Frame::data(piece))))
                }
                Poll::Ready(None) if !*is_flushed => {
                    *is_flushed = true;
                    cx.waker().wake_by_ref();
                    Poll::Pending
                }
                Poll::Ready(None) => Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into()))),
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(body) => body.is_none(),
            Self::Fed { bytes_left, .. } => *bytes_left == 0,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(body) => SizeHint::with_exact(body.as_ref().map_or(0, |body| body.len() as u64)),
            Self::Fed { bytes_left, .. } => SizeHint::with_exact(*bytes_left),
        }
    }
}
