//! A few requests of the benchmark's own, one connection each.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::error::BenchError;

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The body of a successful answer.
pub(crate) fn request(
    address: SocketAddr,
    method: &str,
    path: &str,
    token_and_body: (&str, &str),
) -> Result<String, BenchError> {
    let (token, body) = token_and_body;
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let exchange = || -> io::Result<String> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.write_all(head.as_bytes())?;
        stream.write_all(body.as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    let program = format!("{method} http://{address}{path}");
    let answer = exchange().map_err(|source| BenchError::Start { program: program.clone(), source })?;
    match answer.split_once("\r\n\r\n") {
        Some((head, body)) if head.starts_with("HTTP/1.1 200") => Ok(body.to_owned()),
        _ => Err(BenchError::WrongAnswers { program, what: answer }),
    }
}
