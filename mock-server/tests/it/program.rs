//! The program itself: its options, its end and its journal.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};

use cloud_sim::Tenant;
use expect_test::{Expect, expect};
use journal::{Fact, Reader};
use reqwest::Client;

use crate::meta::{SEND, TEMPLATE, path, text};

/// The real program, which ends when the test does.
pub(crate) struct Program {
    child: Child,
    pub(crate) url: String,
    client: Client,
}

impl Program {
    /// Starts it on a free port, with an option that names a file.
    pub(crate) fn start(option: &str, file: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_mock-server"))
            .args(["127.0.0.1:0", option])
            .arg(file)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
        let client = Client::builder().no_proxy().build().unwrap();
        Self { child, url: url.trim().to_owned(), client }
    }

    pub(crate) async fn call(&self, path: &str, body: &'static str) {
        let token = Tenant::sample().token;
        let request = self.client.post(format!("{}{path}", self.url)).bearer_auth(token.expose());
        let answer = request.body(body).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}: {}", text(answer).await);
    }

    pub(crate) async fn read(&self, path: &str) -> serde_json::Value {
        let answer = self.client.get(format!("{}{path}", self.url)).send().await.unwrap();
        answer.json().await.unwrap()
    }

    /// Tells it to end, as containers are told to, and waits until it has.
    fn terminate(mut self) -> ExitStatus {
        let told = Command::new("sh").args(["-c", &format!("kill -TERM {}", self.child.id())]).status();
        assert!(told.unwrap().success());
        self.child.wait().unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may be gone already.
        let _gone = self.child.kill();
        let _status = self.child.wait();
    }
}

/// What the program says when it is started so, and that it ends by itself.
fn told(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mock-server")).args(arguments).output().unwrap()
}

#[track_caller]
fn check_refused(arguments: &[&str], expected: Expect) {
    let output = told(arguments);
    assert_eq!(output.status.code(), Some(2));
    expected.assert_eq(&String::from_utf8(output.stderr).unwrap());
}

#[cfg(unix)]
#[tokio::test]
async fn a_program_that_is_terminated_has_saved_and_journaled_everything() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("events.arrows");
    let program = Program::start("--journal", &file);
    program.call("/_mock/clock", r#"{"rate":0}"#).await;
    program.call(&path("message_templates"), TEMPLATE).await;
    program.call("/_mock/clock", r#"{"advance":"1h"}"#).await;
    program.call(&path("messages"), SEND).await;
    assert!(program.terminate().success());

    let bytes = std::fs::read(&file).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    assert!(!text.contains("482913") && !text.contains("16505551234"), "no code, no number");
    let mut reader = Reader::new(bytes.as_slice()).unwrap();
    let batches = std::iter::from_fn(|| reader.next_batch());
    let facts: Vec<Fact> =
        batches.flat_map(|batch| batch.events().collect::<Vec<_>>()).map(|event| event.fact).collect();
    assert!(facts.iter().any(|fact| matches!(fact, Fact::MessageAccepted { .. })), "{facts:?}");
    assert_eq!(facts.last(), Some(&Fact::RunEnded));
}

#[test]
fn a_journal_never_takes_the_place_of_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("events.arrows");
    std::fs::write(&file, "mine").unwrap();
    let output = told(&["127.0.0.1:0", "--journal", file.to_str().unwrap()]);
    let error = String::from_utf8(output.stderr).unwrap().replace(file.to_str().unwrap(), "FILE");
    expect![[r"
        error: FILE exists, but a journal must be a new file
    "]]
    .assert_eq(&error);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
}

#[test]
fn the_program_tells_its_version() {
    let output = told(&["--version"]);
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        concat!("mock-server ", env!("CARGO_PKG_VERSION"), "\n")
    );
}

#[test]
fn options_that_do_not_fit_are_told_and_nothing_is_started() {
    check_refused(
        &["--colour", "red"],
        expect![[r#"
        error: `--colour` is no option; --help lists them
    "#]],
    );
    check_refused(
        &["--colour"],
        expect![[r#"
        error: `--colour` is no option; --help lists them
    "#]],
    );
    check_refused(
        &["127.0.0.1:0", "--mode=lax"],
        expect![[r#"
        error: `--mode` is `lax`, but must be `strict`, `easy` or `easy-templates`
    "#]],
    );
    check_refused(
        &["--state"],
        expect![[r#"
        error: `--state` has no value
    "#]],
    );
    check_refused(
        &["127.0.0.1:0", "--tls-name", "mock"],
        expect![[r#"
        error: `--tls-name` is given, but must go with `--tls-listen`
    "#]],
    );
    check_refused(
        &["127.0.0.1:0", "--state-time", "resume"],
        expect![[r#"
        error: `--state-time` is given, but must go with `--state`
    "#]],
    );
    for name in ["bad name!", "", "*.example.org", "10.0.0", "-a.example.org", "a..org", "[::1]"] {
        let expected = format!(
            "error: `--tls-name` is `{name}`, but must be a DNS name or an IP address, such as mock.example.org\n"
        );
        assert_eq!(String::from_utf8(told(&["--tls-name", name]).stderr).unwrap(), expected);
    }
    check_refused(
        &["--threads", "1", "--threads=1"],
        expect![[r#"
        error: `--threads` is given twice, but must be given once
    "#]],
    );
    check_refused(
        &["--tls-name", "mock", "--tls-name", "::1", "--webhook-allow=a", "--webhook-allow=b"],
        expect![[r#"
        error: `--tls-name` is given, but must go with `--tls-listen`
    "#]],
    );
    check_refused(
        &["--threads", "0"],
        expect![[r#"
        error: `--threads` is `0`, but must be 1 to 256
    "#]],
    );
    check_refused(
        &["127.0.0.1"],
        expect![[r#"
        error: the address is `127.0.0.1`, but must be an IP address and a port
    "#]],
    );
}

#[test]
fn every_option_is_in_the_help() {
    let output = told(&["--help"]);
    assert!(output.status.success());
    let help = String::from_utf8(output.stdout).unwrap();
    let readme = include_str!("../../README.md");
    let options = readme.split(|letter: char| !(letter.is_ascii_lowercase() || letter == '-'));
    let named = options.filter(|word| word.starts_with("--") && !word.ends_with('-'));
    let of_others = ["--help", "--release", "--file", "--tag", "--publish", "--env", "--listen"];
    for option in named.filter(|option| !of_others.contains(option)) {
        assert!(help.contains(option), "{option} is in README.md, but not in --help");
    }
}
