//! A target that behaves as badly as a test wants: HTTP/1.1 by hand on a real socket.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time;

/// How the target reacts to one call.
pub(crate) enum Reply {
    /// Answers with this status.
    Status(u16),
    /// The same, after a while.
    After(Duration, u16),
    /// Sends these bytes and closes the connection.
    Raw(&'static [u8]),
    /// Begins an answer of this many bytes.
    Body(usize),
    /// Closes the connection.
    Close,
    /// Says nothing and keeps the connection.
    Silence,
}

/// What decides on the reply, by path and body.
pub(crate) type Manner = Arc<dyn Fn(&str, &str) -> Reply + Send + Sync>;

/// A running target; it ends when dropped.
pub(crate) struct Target {
    /// Where it listens.
    pub(crate) base_url: String,
    accepting: JoinHandle<()>,
}

impl Target {
    /// Starts a target on a port of its own.
    pub(crate) async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let base_url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&manner)));
            }
        });
        Self { base_url, accepting }
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Serves one connection until either side has enough of it.
async fn serve(mut stream: TcpStream, manner: Manner) {
    let mut received = String::new();
    while let Some((path, body)) = read_call(&mut stream, &mut received).await {
        let (written, stays) = match manner(&path, &body) {
            Reply::Status(status) => (answer(&mut stream, status).await, true),
            Reply::After(wait, status) => {
                time::sleep(wait).await;
                (answer(&mut stream, status).await, true)
            }
            Reply::Raw(bytes) => (stream.write_all(bytes).await, false),
            Reply::Body(length) => {
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n");
                let text = head + &"x".repeat(length);
                (stream.write_all(text.as_bytes()).await, true)
            }
            Reply::Close => (Ok(()), false),
            Reply::Silence => (std::future::pending().await, false),
        };
        if written.is_err() || !stays {
            return;
        }
    }
}

/// Reads one call: its path and its body; `None` when the other side is gone.
async fn read_call(stream: &mut TcpStream, received: &mut String) -> Option<(String, String)> {
    loop {
        if let Some((head, rest)) = received.split_once("\r\n\r\n") {
            let head = head.to_ascii_lowercase();
            let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
            let length = length.map_or(0, |digits| digits.parse().expect("a length is a number"));
            if rest.len() >= length {
                let path = head.split(' ').nth(1).expect("a request line has a path").to_owned();
                let (body, rest) = rest.split_at(length);
                let (body, rest) = (body.to_owned(), rest.to_owned());
                *received = rest;
                return Some((path, body));
            }
        }
        let mut bytes = [0; 4_096];
        let count = stream.read(&mut bytes).await.ok().filter(|count| *count > 0)?;
        received.push_str(&String::from_utf8_lossy(&bytes[..count]));
    }
}

async fn answer(stream: &mut TcpStream, status: u16) -> std::io::Result<()> {
    let text = format!("HTTP/1.1 {status} As Asked\r\ncontent-length: 2\r\n\r\n{{}}");
    stream.write_all(text.as_bytes()).await
}
