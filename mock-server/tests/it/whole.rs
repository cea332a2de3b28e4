//! Requests in the plain form are answered as all others are, though by another way.

use cloud_sim::Tenant;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::meta::{Meta, SEND, path};

/// A connection, and what was read from it beyond the last answer.
struct Line {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Line {
    async fn to(meta: &Meta) -> Self {
        Self { stream: TcpStream::connect(meta.address).await.unwrap(), read: Vec::new() }
    }

    /// Sends these bytes at once, and gives the head and the body of the next answer.
    async fn ask(&mut self, request: &str) -> (String, Vec<u8>) {
        self.stream.write_all(request.as_bytes()).await.unwrap();
        loop {
            if let Some(answer) = self.next() {
                return answer;
            }
            assert!(self.stream.read_buf(&mut self.read).await.unwrap() > 0, "the answer comes whole");
        }
    }

    fn next(&mut self) -> Option<(String, Vec<u8>)> {
        let end = self.read.windows(4).position(|end| end == b"\r\n\r\n")? + 4;
        let head = String::from_utf8(self.read[..end].to_vec()).unwrap();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        let whole = end + length.parse::<usize>().unwrap();
        if self.read.len() < whole {
            return None;
        }
        let rest = self.read.split_off(whole);
        let answer = std::mem::replace(&mut self.read, rest);
        Some((head, answer[end..].to_vec()))
    }
}

/// A request with these headers besides, and this body.
fn request(verb: &str, path: &str, headers: &str, body: &str) -> String {
    let (token, length) = (Tenant::sample().token.expose().to_owned(), body.len());
    format!(
        "{verb} {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n{headers}\
         content-length: {length}\r\n\r\n{body}"
    )
}

/// Headers whose values no two answers share.
const OF_ITS_OWN: [&str; 6] =
    ["date", "x-fb-request-id", "x-fb-trace-id", "x-fb-debug", "x-app-usage", "x-business-use-case-usage"];

/// The lines of a head, sorted, without the values that no two answers share.
fn shared(head: &str) -> Vec<&str> {
    let shown = |line| match str::split_once(line, ": ") {
        Some((name, _)) if OF_ITS_OWN.contains(&name) => name,
        _ => line,
    };
    let mut lines: Vec<&str> = head.lines().map(shown).collect();
    lines.sort_unstable();
    lines
}

/// What has hyper read a request, and changes nothing else.
const RARE: &str = "if-none-match: \"none\"\r\n";

#[tokio::test]
async fn both_ways_give_the_same_status_and_headers() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let number = path("messages").trim_end_matches("/messages").to_owned();
    let mut line = Line::to(&meta).await;
    let mut other = Line::to(&meta).await;
    for (verb, path, body) in [
        ("POST", path("messages"), SEND.to_owned()),
        ("POST", path("messages"), SEND.replace("template", "tomplate")),
        ("POST", path("messages"), "[]".to_owned()),
        ("POST", path("messages"), String::new()),
        ("GET", format!("{number}?fields=id,display_phone_number"), String::new()),
        ("DELETE", number.clone(), String::new()),
        ("GET", "/v99.0/x".to_owned(), String::new()),
        ("GET", "/v23.0/%20?a=%ff&access_token=no".to_owned(), String::new()),
        ("GET", "/_mock/openapi.json".to_owned(), String::new()),
        ("GET", "/_mock/clock".to_owned(), String::new()),
        ("GET", "/_mock/metrics-of-no-kind".to_owned(), String::new()),
        ("POST", "/_mock/faults".to_owned(), "{".to_owned()),
    ] {
        let (plain, plain_body) = line.ask(&request(verb, &path, "", &body)).await;
        let (rare, rare_body) = other.ask(&request(verb, &path, RARE, &body)).await;
        assert_eq!(shared(&plain), shared(&rare), "{verb} {path}");
        assert_eq!(plain_body.len(), rare_body.len(), "{verb} {path}");
    }
}

#[tokio::test]
async fn a_connection_goes_on_when_requests_become_rare_and_plain_again() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let mut line = Line::to(&meta).await;
    let plain = request("POST", &path("messages"), "", SEND);
    let rare = request("POST", &path("messages"), RARE, SEND);
    let clock = request("GET", "/_mock/clock", "", "");
    for asked in [&plain, &plain, &format!("{clock}{plain}"), &rare, &plain] {
        assert!(line.ask(asked).await.0.starts_with("HTTP/1.1 200 OK\r\n"));
        while let Some((head, _)) = line.next() {
            assert!(head.starts_with("HTTP/1.1 200 OK\r\n"));
        }
    }
}

#[tokio::test]
async fn an_answer_that_can_have_no_body_has_none() {
    let meta = Meta::start().await;
    let fault = r#"{"operation":"node","answer":{"status":204}}"#;
    let set = meta.client.post(meta.url("/_mock/faults")).body(fault).send().await.unwrap();
    assert!(set.status().is_success(), "{}", set.text().await.unwrap());
    let (number, clock) = (path(""), request("GET", "/_mock/clock", "connection: close\r\n", ""));
    let mut line = Line::to(&meta).await;
    let requests = request("GET", number.trim_end_matches('/'), "", "");
    line.stream.write_all(requests.as_bytes()).await.unwrap();
    while !line.read.ends_with(b"\r\n\r\n") {
        line.stream.read_buf(&mut line.read).await.unwrap();
    }
    assert!(line.read.starts_with(b"HTTP/1.1 204 No Content\r\n"));
    line.read.clear();
    assert!(line.ask(&clock).await.0.starts_with("HTTP/1.1 200 OK\r\n"));
}

#[tokio::test]
async fn a_body_that_goes_out_slowly_or_breaks_off_does_so_for_plain_requests_too() {
    let meta = Meta::start().await;
    let set = |fault: &'static str| meta.client.post(meta.url("/_mock/faults")).body(fault).send();
    let set = set(r#"{"operation":"node","answer":{"body":"truncated"}}"#).await.unwrap();
    assert!(set.status().is_success(), "{}", set.text().await.unwrap());
    let number = path("messages").trim_end_matches("/messages").to_owned();
    for headers in ["", RARE] {
        let mut line = Line::to(&meta).await;
        line.stream.write_all(request("GET", &number, headers, "").as_bytes()).await.unwrap();
        let mut heard = Vec::new();
        // How a connection breaks off is the system's matter.
        let _reset = line.stream.read_to_end(&mut heard).await.is_err();
        line.read = heard;
        assert!(line.next().is_none() && line.read.starts_with(b"HTTP/1.1 200 OK\r\n"));
    }
}

#[tokio::test]
async fn json_stands_in_a_query_as_people_write_it() {
    let meta = Meta::start().await;
    let account = Tenant::sample().account;
    let filter = r#"filtering=[{"field":"account_mode","operator":"EQUAL","value":"SANDBOX"}]"#;
    let mut line = Line::to(&meta).await;
    let asked = request("GET", &format!("/v23.0/{account}/phone_numbers?{filter}"), "", "");
    let (head, body) = line.ask(&asked).await;
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    assert!(body.starts_with(br#"{"data":[]"#), "{}", String::from_utf8_lossy(&body));
    let kept = meta.client.get(meta.url("/_mock/requests?path=*/phone_numbers")).send().await.unwrap();
    assert!(kept.text().await.unwrap().contains("\"status\":200"));
}
