//! A target of somebody's own: it comes up when it can, and hears where its owner says.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc;

use expect_test::expect;

use crate::bench::{Bench, brief, check_exit, check_exit_or_late, stderr, stdout};

fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// A target that takes on codes and never sends them, and answers handshakes with these bytes or, where
/// there are none, rightly; it tells of every handshake.
fn target_shaking(answer: Option<&'static [u8]>) -> (SocketAddr, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (told, shaken) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, mut request) = (stream.unwrap(), [0; 4_096]);
            let Ok(read @ 1..) = stream.read(&mut request) else { continue };
            let text = String::from_utf8_lossy(&request[..read]).into_owned();
            let challenge = text.split_once("hub.challenge=").and_then(|(_, rest)| rest.split('&').next());
            let whole = match (challenge, answer) {
                (None, _) => {
                    b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_vec()
                }
                (Some(_), Some(answer)) => answer.to_vec(),
                (Some(challenge), None) => {
                    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{challenge}", challenge.len())
                        .into()
                }
            };
            if challenge.is_some() {
                told.send(text.lines().next().unwrap().to_owned()).unwrap();
            }
            // Whoever asks may have gone away.
            let _gone = stream.write_all(&whole);
        }
    });
    (address, shaken)
}

fn scenario(address: SocketAddr) -> String {
    let webhook = "webhook = { path = \"/hook?of=us\", verify-token = \"known to both\" }";
    format!("{}[target]\nbase-url = \"http://{address}\"\n{webhook}\n", brief())
}

#[test]
fn a_target_that_needs_meta_to_start_is_waited_for() {
    let bench = Bench::new();
    let (meta, target) = (free().to_string(), free().to_string());
    let text = format!("{}[target]\nbase-url = \"http://{target}\"\n", brief());
    let path = bench.scenario("late", &text);
    let run = bench.start(&[&"run", &path, &"--mock-listen", &meta, &"--wait-for-target", &"60s"]);
    while std::net::TcpStream::connect(&meta).is_err() {
        std::thread::yield_now();
    }
    let graph = format!("http://{meta}");
    let mut service = bench.start(&[&"target", &"--graph-url", &graph, &"--listen", &target]);
    let output = run.wait_with_output().unwrap();
    service.kill().unwrap();
    service.wait().unwrap();
    check_exit_or_late(&output, 0);
    assert!(stdout(&output).contains("requested 120 → accepted 120"), "{}", stdout(&output));
}

#[test]
fn a_target_that_nobody_registers_hears_where_the_scenario_says() {
    let bench = Bench::new();
    let (address, shaken) = target_shaking(None);
    let output = bench.otpbench(&[&"run", &bench.scenario("heard", &scenario(address))]);
    check_exit_or_late(&output, 99);
    let asked = shaken.recv().unwrap();
    assert!(asked.starts_with("GET /hook?of=us&hub.mode=subscribe&hub.challenge="), "{asked}");
    assert!(asked.contains("&hub.verify_token=known%20to%20both "), "{asked}");
}

#[test]
fn a_callback_that_fails_the_handshake_ends_the_run_before_it_began() {
    let bench = Bench::new();
    let (address, _shaken) = target_shaking(Some(b"HTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n"));
    let output = bench.otpbench(&[&"run", &bench.scenario("unheard", &scenario(address))]);
    check_exit(&output, 2);
    let told = stderr(&output).replace(&address.to_string(), "ADDRESS");
    let end = told.split_once("error: ").map_or("", |(_, end)| end);
    expect![[r#"
        the callback http://ADDRESS/hook?of=us does not pass Meta's handshake: (#2200) Callback verification failed with the following errors: HTTP Status Code = 403; HTTP Message = not OK
        hint: it must answer GET with status 200 and the text of `hub.challenge` alone, where `hub.verify_token` is `target.webhook.verify-token` of the scenario
    "#]].assert_eq(end);
}

#[test]
fn the_example_target_has_no_tenants_but_itself() {
    let bench = Bench::new();
    let output =
        bench.otpbench(&[&"run", &bench.scenario("example", &brief()), &"--tenants", &"tenants.toml"]);
    check_exit(&output, 2);
    expect![[r#"
        error: --tenants is `tenants.toml`, but must be left out: the example target has ids of its own; `target.base-url` in the scenario names yours
    "#]].assert_eq(&stderr(&output));
}
