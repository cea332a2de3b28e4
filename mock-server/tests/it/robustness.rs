//! Clients that are slow, wrong, greedy or many: clear answers, bounded memory.

use std::fmt::Write;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use cloud_sim::Tenant;
use mock_server::{Doors, HttpLimits};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::meta::{Meta, SEND, path};
use crate::secure::doors;

/// What a test waits at most for what must come.
const SOON: Duration = Duration::from_secs(30);

/// A server that gives clients next to no time, and takes few of them.
fn impatient() -> Doors {
    let limits = HttpLimits {
        head_timeout: Duration::from_millis(60),
        body_timeout: Duration::from_millis(60),
        ..HttpLimits::default()
    };
    Doors { limits, ..Doors::default() }
}

/// Sends these bytes, and gives all that comes until the server closes the connection.
async fn exchange(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // A server that has heard enough closes before it has heard all.
    let _cut_off = stream.write_all(bytes).await.is_err();
    answers(&mut stream).await
}

async fn answers(stream: &mut TcpStream) -> String {
    let mut heard = Vec::new();
    let read = tokio::time::timeout(SOON, stream.read_to_end(&mut heard)).await;
    // A connection that is reset is as closed as one that ended.
    let _reset = read.expect("the server closes the connection").is_err();
    String::from_utf8_lossy(&heard).into_owned()
}

/// The head of a send, with these headers besides.
fn head(headers: &str) -> String {
    let (path, token) = (path("messages"), Tenant::sample().token.expose().to_owned());
    format!("POST {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n{headers}\r\n")
}

/// A send with this body, after which the connection is to be closed.
fn request(body: &[u8]) -> Vec<u8> {
    let head = head(&format!("connection: close\r\ncontent-length: {}\r\n", body.len()));
    [head.as_bytes(), body].concat()
}

/// Checks the status of the answer, and that it is Meta's envelope with code 100.
#[track_caller]
fn check_envelope(answer: &str, status: u16) {
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let error = serde_json::from_str::<serde_json::Value>(body).unwrap()["error"].take();
    assert_eq!(error["code"], 100, "{answer}");
    assert!(error["fbtrace_id"].is_string(), "{answer}");
}

/// Checks the status of an answer that HTTP itself gives.
#[track_caller]
fn check(answer: &str, status: u16) {
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer:?}");
    assert_eq!(answer.matches("HTTP/1.").count(), 1, "one answer: {answer:?}");
}

/// A server in a process of its own, whose memory nobody else uses.
struct Alone {
    process: Child,
    address: SocketAddr,
}

impl Alone {
    fn start() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_mock-server"))
            .arg("127.0.0.1:0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { process, address: line.trim().strip_prefix("http://").unwrap().parse().unwrap() }
    }

    fn resident_bytes(&self) -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().strip_suffix(" kB").unwrap().parse::<usize>().unwrap() * 1024
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

#[tokio::test]
async fn a_head_that_does_not_end_in_time_is_told_so() {
    let meta = Meta::start_behind(impatient(), "", "").await;
    check(&exchange(meta.address, b"POST /v23.0/1/messages HTTP/1.1\r\nhost: loc").await, 408);
    check(&exchange(meta.address, b"G").await, 408);
}

#[tokio::test]
async fn a_head_that_comes_drop_by_drop_gets_no_more_time_than_any_other() {
    let meta = Meta::start_behind(impatient(), "", "").await;
    let mut stream = TcpStream::connect(meta.address).await.unwrap();
    let dripping = async {
        for byte in head("x-drop: ").bytes().cycle() {
            if stream.write_all(&[byte]).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(SOON, dripping).await.expect("the server gives up");
}

#[tokio::test]
async fn a_connection_on_which_nothing_comes_is_closed_without_a_word() {
    let meta = Meta::start_behind(impatient(), "", "").await;
    assert_eq!(exchange(meta.address, b"").await, "");
    let first = exchange(meta.address, &[head("content-length: 2\r\n").as_bytes(), b"{}"].concat()).await;
    check(&first, 400);
}

#[tokio::test]
async fn a_body_that_does_not_come_in_time_is_refused_with_408() {
    let meta = Meta::start_behind(impatient(), "", "").await;
    let slow =
        [head("connection: close\r\ncontent-length: 500\r\n").as_bytes(), b"{\"messaging_product\""].concat();
    check_envelope(&exchange(meta.address, &slow).await, 408);
    let slow =
        [head("connection: close\r\ntransfer-encoding: chunked\r\n").as_bytes(), b"5\r\n{\"to\""].concat();
    check_envelope(&exchange(meta.address, &slow).await, 408);
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_with_413_however_it_comes() {
    let meta = Meta::start().await;
    check_envelope(&exchange(meta.address, &request(&[b' '; 2 * 1024 * 1024])).await, 413);
    let told = head("connection: close\r\ncontent-length: 1000000000000\r\n");
    check_envelope(&exchange(meta.address, told.as_bytes()).await, 413);
    let mut chunks = head("connection: close\r\ntransfer-encoding: chunked\r\n").into_bytes();
    for _ in 0..32 {
        chunks.extend(b"10000\r\n");
        chunks.extend([b' '; 0x10000]);
        chunks.extend(b"\r\n");
    }
    chunks.extend(b"0\r\n\r\n");
    check_envelope(&exchange(meta.address, &chunks).await, 413);
}

#[tokio::test]
async fn a_body_that_is_told_to_be_too_large_is_not_waited_for() {
    let meta = Meta::start_behind(impatient(), "", "").await;
    for headers in ["", "connection: close\r\n", "expect: 100-continue\r\n"] {
        let told = head(&format!("{headers}content-length: 5000000\r\n"));
        let answer = exchange(meta.address, format!("{told}{{\"to\"").as_bytes()).await;
        check_envelope(&answer, 413);
    }
}

#[tokio::test]
async fn a_client_that_sends_too_much_may_go_on_with_its_next_request() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let large = head("content-length: 2097152\r\n");
    let bytes = [large.as_bytes(), &[b' '; 2 * 1024 * 1024], &request(SEND.as_bytes())].concat();
    let answer = exchange(meta.address, &bytes).await;
    let statuses: Vec<&str> = answer.split("HTTP/1.1 ").skip(1).map(|answer| &answer[..3]).collect();
    assert_eq!(statuses, ["413", "200"], "{answer}");
}

#[tokio::test]
async fn a_body_in_chunks_is_as_good_as_any_and_a_broken_one_is_refused() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let head = head("connection: close\r\ntransfer-encoding: chunked\r\n");
    let (first, rest) = SEND.split_at(40);
    let (first_length, rest_length) = (first.len(), rest.len());
    let chunks = format!("{head}{first_length:x}\r\n{first}\r\n{rest_length:x};x=y\r\n{rest}\r\n0\r\n\r\n");
    check(&exchange(meta.address, chunks.as_bytes()).await, 200);
    let broken = exchange(meta.address, format!("{head}zz\r\n{SEND}\r\n").as_bytes()).await;
    check_envelope(&broken, 400);
}

#[tokio::test]
async fn bytes_that_are_no_text_are_refused() {
    let meta = Meta::start().await;
    check_envelope(&exchange(meta.address, &request(b"{\"messaging_product\":\"\xff\xfe\"}")).await, 400);
    check_envelope(&exchange(meta.address, &request(&[0; 1000])).await, 400);
    let path =
        exchange(meta.address, b"GET /v23.0/%ff%00 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    check(&path, 401);
    let token = exchange(
        meta.address,
        b"GET /v23.0/1 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer \xff\r\nconnection: close\r\n\r\n",
    )
    .await;
    check(&token, 401);
}

#[tokio::test]
async fn json_of_ten_thousand_levels_is_refused_and_harms_nobody() {
    let meta = Meta::start().await;
    let levels = 10_000;
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{}1{}", open.repeat(levels), close.repeat(levels));
        check_envelope(&exchange(meta.address, &request(deep.as_bytes())).await, 400);
        let within = format!("{{\"messaging_product\":\"whatsapp\",\"template\":{deep}}}");
        check_envelope(&exchange(meta.address, &request(within.as_bytes())).await, 400);
        let control = meta.client.post(meta.url("/_mock/faults")).body(format!("{{\"answer\":{deep}}}"));
        assert_eq!(control.send().await.unwrap().status(), 400);
    }
}

#[tokio::test]
async fn a_flood_of_headers_is_refused_with_431() {
    let meta = Meta::start().await;
    let mut many = String::new();
    for nth in 0..200 {
        write!(many, "x-{nth}: 1\r\n").unwrap();
    }
    check(&exchange(meta.address, head(&many).as_bytes()).await, 431);
    let long = format!("x-long: {}\r\n", "a".repeat(200_000));
    check(&exchange(meta.address, head(&long).as_bytes()).await, 431);
}

#[tokio::test]
async fn what_is_no_http_is_refused_with_400() {
    let meta = Meta::start().await;
    check(&exchange(meta.address, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03").await, 400);
    check(&exchange(meta.address, b"hello\r\n\r\n").await, 400);
    check(&exchange(meta.address, head("content-length: 1\r\ncontent-length: 2\r\n").as_bytes()).await, 400);
    check(&exchange(meta.address, head("content-length: -1\r\n").as_bytes()).await, 400);
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_their_order() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let token = Tenant::sample().token.expose().to_owned();
    let mut requests = String::new();
    for nth in 0..200 {
        let close = if nth == 199 { "connection: close\r\n" } else { "" };
        write!(
            requests,
            "GET /v23.0/77{nth:04} HTTP/1.1\r\nhost: x\r\n{close}authorization: Bearer {token}\r\n\r\n"
        )
        .unwrap();
    }
    let answers = exchange(meta.address, requests.as_bytes()).await;
    let told: Vec<&str> = answers.match_indices("ID '77").map(|(at, _)| &answers[at + 6..at + 10]).collect();
    let expected: Vec<String> = (0..200).map(|nth| format!("{nth:04}")).collect();
    assert_eq!(
        told.iter().step_by(2).collect::<Vec<_>>().len(),
        200,
        "each is told in a header and in the body"
    );
    assert_eq!(told.into_iter().step_by(2).collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn a_client_that_has_closed_its_side_still_hears_the_answer() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let mut stream = TcpStream::connect(meta.address).await.unwrap();
    stream.write_all(&request(SEND.as_bytes())).await.unwrap();
    stream.shutdown().await.unwrap();
    check(&answers(&mut stream).await, 200);
}

#[tokio::test]
async fn http_1_0_is_answered_and_closed() {
    let meta = Meta::start().await;
    let answer = exchange(meta.address, b"GET /_mock/clock HTTP/1.0\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.0 200 ") || answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[tokio::test]
async fn a_client_that_never_reads_is_not_written_to_for_ever() {
    let server = Alone::start();
    let before = server.resident_bytes();
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let ask = "GET /_mock/openapi.json HTTP/1.1\r\nhost: x\r\n\r\n".repeat(64);
    let mut sent = 0;
    // Once both sides' buffers are full, the server asks for nothing more.
    while let Ok(written) = tokio::time::timeout(Duration::from_secs(1), stream.write(ask.as_bytes())).await {
        sent += written.unwrap();
        assert!(sent < 64 * 1024 * 1024, "the server takes requests whose answers nobody reads");
    }
    let grown = server.resident_bytes().saturating_sub(before);
    assert!(grown < 8 * 1024 * 1024, "{grown} bytes for one connection");
}

#[tokio::test]
async fn floods_of_bodies_and_headers_leave_no_memory_behind() {
    let server = Alone::start();
    let (body, long) = (request(&vec![b'['; 2 * 1024 * 1024]), "a".repeat(200_000));
    let header = head(&format!("x-long: {long}\r\n"));
    let flood = async || {
        check_envelope(&exchange(server.address, &body).await, 413);
        check(&exchange(server.address, header.as_bytes()).await, 431);
    };
    for _ in 0..8 {
        flood().await;
    }
    let before = server.resident_bytes();
    for _ in 0..64 {
        flood().await;
    }
    let grown = server.resident_bytes().saturating_sub(before);
    assert!(grown < 8 * 1024 * 1024, "{grown} bytes after 64 floods of 2 MB each");
}

#[tokio::test]
async fn thousands_of_idle_connections_take_little_memory_and_no_place_from_others() {
    let server = Alone::start();
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", server.process.id())).unwrap();
    let files = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    let files: usize = files.split_whitespace().nth(3).unwrap().parse().unwrap_or(usize::MAX);
    // Other tests of this process have open files too.
    let count = 5_000.min(files / 2);
    let before = server.resident_bytes();
    let clock = b"GET /_mock/clock HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let mut idle = Vec::new();
    for nth in 0..count {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        if nth % 2 == 0 {
            stream.write_all(b"GET /v23.0/me HTT").await.unwrap();
        }
        idle.push(stream);
        if nth % 64 == 63 {
            // Whoever comes after them is served; and the listener's backlog is empty again.
            check(&exchange(server.address, clock).await, 200);
        }
    }
    let each = server.resident_bytes().saturating_sub(before) / count;
    assert!(each < 32 * 1024, "{each} bytes for each of {count} idle connections");
}

#[tokio::test]
async fn connections_above_the_limit_wait_until_another_closes() {
    let limits = HttpLimits { connections_max: 4, ..HttpLimits::default() };
    let meta = Meta::start_behind(Doors { limits, ..Doors::default() }, "", "").await;
    let mut taken = Vec::new();
    // One more is the test's own client, which keeps its connection.
    for _ in 0..3 {
        let mut stream = TcpStream::connect(meta.address).await.unwrap();
        stream.write_all(b"GET /_mock/clock HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        stream.read_u8().await.unwrap();
        taken.push(stream);
    }
    let mut waiting = TcpStream::connect(meta.address).await.unwrap();
    waiting.write_all(b"GET /_mock/clock HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
    let heard = tokio::time::timeout(Duration::from_millis(100), waiting.read_u8()).await;
    assert!(heard.is_err(), "there is no place for it yet");
    taken.pop();
    assert_eq!(waiting.read_u8().await.unwrap(), b'H');
    check(&format!("H{}", answers(&mut waiting).await), 200);
}

#[tokio::test]
async fn a_handshake_that_does_not_end_is_given_up_at_every_door() {
    let meta = Meta::start_behind(Doors { limits: impatient().limits, ..doors() }, "", "").await;
    assert_eq!(exchange(meta.server.tls_address().unwrap(), b"\x16\x03\x01\x02").await, "");
    let metrics = meta.server.metrics();
    assert!(metrics.contains("otpbench_tls_handshakes_failed_total 1\n"), "{metrics}");
    let proxy = meta.server.proxy_address().unwrap();
    assert_eq!(exchange(proxy, b"CONNECT graph.faceb").await, "");
    let connect = b"CONNECT graph.facebook.com:443 HTTP/1.1\r\nhost: x\r\n\r\n\x16\x03";
    check(&exchange(proxy, connect).await, 200);
}
