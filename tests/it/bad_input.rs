//! What cannot be used is refused with exit code 2, a reason and a hint, and nothing is started.

use std::net::TcpListener;

use expect_test::{Expect, expect};

use crate::bench::{Bench, SMALL, check_exit, stderr};

/// Checks what is said of bad input, with the test's folder named FOLDER.
#[track_caller]
fn check(bench: &Bench, args: &[&dyn AsRef<std::ffi::OsStr>], expected: Expect) {
    let output = bench.otpbench(args);
    check_exit(&output, 2);
    assert!(output.stdout.is_empty());
    let folder = bench.path("");
    expected.assert_eq(&stderr(&output).replace(folder.to_str().unwrap(), "FOLDER/"));
}

#[test]
fn a_scenario_is_refused_with_every_mistake_in_it_and_nothing_is_written() {
    let bench = Bench::new();
    let wrong =
        SMALL.replace("share = \"20 %\"", "share = \"120 %\"").replace("ttl = \"30s\"", "tll = \"30s\"");
    let path = bench.scenario("wrong", &wrong);
    check(
        &bench,
        &[&"run", &path],
        expect![[r#"
        error: the scenario FOLDER/wrong.toml cannot be used
        line 7: `recipients.offline.share` is "120 %", but must be a share from 0 % to 100 %, such as "2.5 %"
        line 10: `template.tll` is an unknown key, but must be a key that exists: did you mean `ttl`?
        hint: scenarios/README.md explains every key
    "#]],
    );
    assert!(bench.runs().is_empty());
}

#[test]
fn what_a_scenario_says_and_meta_does_not_take_is_warned_of() {
    let bench = Bench::new();
    let blocks = r#"blocks = [
  { type = "authentication-body", authenticationBody = { addSecurityDisclaimer = true, messageSendTtlSeconds = 1 } },
  { type = "authentication-action", authenticationAction = {} },
]"#;
    let path = bench.scenario("vendor", &SMALL.replace("ttl = \"30s\"", blocks));
    let warned = |args: &[&dyn AsRef<std::ffi::OsStr>]| {
        let output = bench.otpbench(args);
        check_exit(&output, 0);
        let folder = bench.path("");
        stderr(&output).replace(folder.to_str().unwrap(), "FOLDER/")
    };
    let expected = "warning: FOLDER/vendor.toml: line 11: \
                    `template.blocks[1].authenticationBody.messageSendTtlSeconds` is 1, \
                    but Meta takes 30 to 900 for codes: 30 is used\n";
    assert_eq!(warned(&[&"check", &path]), expected);
    assert!(warned(&[&"rehearse", &path]).starts_with(expected));
}

#[test]
fn a_scenario_that_is_not_there_is_refused() {
    check(
        &Bench::new(),
        &[&"run", &"nowhere.toml"],
        expect![[r#"
        error: the scenario nowhere.toml cannot be read
          because No such file or directory (os error 2)
        hint: the folder scenarios/ holds scenarios to begin with
    "#]],
    );
}

#[test]
fn a_port_that_is_taken_is_refused() {
    let bench = Bench::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let path = bench.scenario("small", SMALL);
    let output = bench.otpbench(&[&"run", &path, &"--mock-listen", &address]);
    check_exit(&output, 2);
    let told = stderr(&output).replace(&address, "ADDRESS");
    expect![[r#"
        error: cannot listen on ADDRESS
          because Address already in use (os error 98)
        hint: another program may hold the port; port 0 takes any free one
    "#]]
    .assert_eq(&told);
    assert!(bench.runs().is_empty());
    check_exit(&bench.otpbench(&[&"mock", &"--listen", &address]), 2);
}

#[test]
fn a_target_that_nobody_started_is_refused() {
    let bench = Bench::new();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let text = format!("{SMALL}[target]\nbase-url = \"http://{free}\"\n");
    let output = bench.otpbench(&[&"run", &bench.scenario("down", &text)]);
    check_exit(&output, 2);
    expect![[r#"
        error: nothing listens at http://ADDRESS
          because Connection refused (os error 111)
        hint: start the target first, or leave it out to test the example target
    "#]]
    .assert_eq(&stderr(&output).replace(&free.to_string(), "ADDRESS"));
    assert!(bench.runs().is_empty());
}

#[test]
fn a_target_off_this_machine_is_refused() {
    let bench = Bench::new();
    let text = format!("{SMALL}[target]\nbase-url = \"http://192.0.2.1\"\n");
    let path = bench.scenario("away", &text);
    check(
        &bench,
        &[&"run", &path],
        expect![[r#"
        error: the scenario FOLDER/away.toml cannot be used
        line 23: `target.base-url` is "http://192.0.2.1", but must be "http://" and a host of this machine with a port, such as "http://127.0.0.1:9000": load goes to loopback only (127.0.0.0/8, localhost, [::1])
        hint: scenarios/README.md explains every key
    "#]],
    );
}

#[test]
fn a_folder_that_cannot_be_written_is_refused() {
    let bench = Bench::new();
    std::fs::write(bench.path("file"), "").unwrap();
    let path = bench.scenario("small", SMALL);
    check(
        &bench,
        &[&"rehearse", &path, &"--reports", &"file"],
        expect![[r#"
        error: file cannot be written
          because File exists (os error 17)
        hint: --reports names another folder to write into
    "#]],
    );
}

#[test]
fn a_folder_without_a_run_has_no_report() {
    let bench = Bench::new();
    check(
        &bench,
        &[&"report", &"."],
        expect![[r#"
        error: . is not the folder of a run: its run.json cannot be read
          because No such file or directory (os error 2)
        hint: name a folder inside reports/, such as the one that `run` printed
    "#]],
    );
    std::fs::write(bench.path("run.json"), "{}").unwrap();
    check(
        &bench,
        &[&"report", &"."],
        expect![[r#"
        error: ./run.json cannot be understood
          because missing field `version` at line 1 column 2
    "#]],
    );
}

#[test]
fn an_option_of_the_mock_that_cannot_be_used_is_refused() {
    let bench = Bench::new();
    std::fs::write(bench.path("token"), "opens\n").unwrap();
    let first_line = |args: &[&dyn AsRef<std::ffi::OsStr>]| {
        let output = bench.otpbench(args);
        check_exit(&output, 2);
        stderr(&output).lines().next().unwrap().to_owned()
    };
    expect!["error: invalid value 'nowhere' for '--control-token-file <FILE>': nowhere cannot be read: No such file or directory (os error 2)"].assert_eq(&first_line(&[&"mock", &"--control-token-file", &"nowhere"]));
    expect![
        "error: the argument '--control-token-file <FILE>' cannot be used with '--control-token <TOKEN>'"
    ]
    .assert_eq(&first_line(&[&"mock", &"--control-token-file", &"token", &"--control-token", &"opens"]));
    expect!["error: invalid value 'bad name!' for '--tls-name <NAME>': `--tls-name` is `bad name!`, but must be a DNS name or an IP address, such as mock.example.org"].assert_eq(&first_line(&[&"run", &"a.toml", &"--tls-name", &"bad name!"]));
    expect!["error: the argument '--threads <N>' cannot be used multiple times"].assert_eq(&first_line(&[
        &"mock",
        &"--threads",
        &"1",
        &"--threads",
        &"1",
    ]));
    check(
        &bench,
        &[&"mock", &"--listen", &"0.0.0.0:0", &"--control-token-file", &"token", &"--state", &"none/state"],
        expect![[r#"
            error: the mock server cannot start
              because the state cannot be kept in none/state: No such file or directory (os error 2)
        "#]],
    );
}
