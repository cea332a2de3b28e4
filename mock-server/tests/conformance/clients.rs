//! Real clients from their registries, each through a whole flow, with signatures checked.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::thread;

use cloud_sim::Tenant;
use expect_test::expect_file;

use crate::meta::Meta;
use crate::scorecard::{self, Card};

const FLOWS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance/clients");

#[test]
fn every_client_gets_everything_done_and_the_scorecard_says_so() {
    let flows: [fn() -> Card; 7] =
        [pywa_by_base_url, pywa_by_proxy, facebook, heyoo, cloudapi, kapso, wacloudapi];
    let cards: Vec<Card> = thread::scope(|scope| {
        let running = flows.map(|flow| scope.spawn(flow));
        running.map(|card| card.join().unwrap()).into_iter().collect()
    });
    cards.iter().for_each(Card::check);
    expect_file!["../../CONFORMANCE.md"].assert_eq(&scorecard::page(&cards));
}

fn pywa_by_base_url() -> Card {
    pywa("pointed at another base URL", |meta, command| {
        command.env("BASE_URL", meta.url());
    })
}

fn pywa_by_proxy() -> Card {
    pywa("through the proxy, with one certificate trusted", |meta, command| {
        command.env("HTTPS_PROXY", meta.proxy_url()).env("SSL_CERT_FILE", meta.ca_file());
    })
}

fn facebook() -> Card {
    python("facebook-business 26.0.3 (Python, Meta's own)", "facebook_flow.py")
}

fn heyoo() -> Card {
    python("heyoo 0.1.2 (Python)", "heyoo_flow.py")
}

/// A client of Python that asks with `requests`.
fn python(client: &'static str, file: &str) -> Card {
    let python = virtual_environment();
    flow(client, "through the proxy, as it knows no other host", |meta| {
        let mut command = Command::new(&python);
        command.arg(Path::new(FLOWS).join(file));
        command.env("HTTPS_PROXY", meta.proxy_url()).env("REQUESTS_CA_BUNDLE", meta.ca_file());
        command
    })
}

fn cloudapi() -> Card {
    node("@whatsapp-cloudapi/client 4.2.0 (Node.js)", "cloudapi_flow.js")
}

fn kapso() -> Card {
    node("@kapso/whatsapp-cloud-api 0.3.0 (Node.js)", "kapso_flow.js")
}

fn node(client: &'static str, file: &str) -> Card {
    let folder = node_modules();
    flow(client, "pointed at another base URL", |meta| {
        let mut command = Command::new("node");
        command.arg(file).current_dir(&folder).env("BASE_URL", meta.url());
        command
    })
}

/// A folder with the flows of Node.js and the pinned packages.
fn node_modules() -> PathBuf {
    // Two flows need it, and run at the same time.
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| {
        let folder = scratch("node");
        for entry in std::fs::read_dir(Path::new(FLOWS).join("node")).unwrap() {
            let file = entry.unwrap();
            if file.file_type().unwrap().is_file() {
                std::fs::copy(file.path(), folder.join(file.file_name())).unwrap();
            }
        }
        run(Command::new("npm").args(["ci", "--silent", "--ignore-scripts"]).current_dir(&folder));
        folder
    })
    .clone()
}

fn wacloudapi() -> Card {
    let manifest = Path::new(FLOWS).join("wacloudapi/Cargo.toml");
    let target = scratch("wacloudapi");
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet", "--locked", "--manifest-path"]).arg(&manifest);
    run(build.env("CARGO_TARGET_DIR", &target));
    flow("wacloudapi 0.1.0 (Rust)", "pointed at another base URL", |meta| {
        let mut command = Command::new(target.join("debug/wacloudapi-flow"));
        command.env("BASE_URL", meta.url());
        command
    })
}

fn pywa(reaches: &'static str, point: impl Fn(&Meta, &mut Command)) -> Card {
    let python = virtual_environment();
    flow("pywa 4.5.0 (Python)", reaches, |meta| {
        let mut command = Command::new(&python);
        command.arg(Path::new(FLOWS).join("pywa_flow.py"));
        point(meta, &mut command);
        command
    })
}

/// A Python with the pinned packages, made once and kept while the pins stay the same.
fn virtual_environment() -> PathBuf {
    // Four flows need it, and run at the same time.
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| {
        let folder = scratch("python");
        let pins = Path::new(FLOWS).join("requirements.txt");
        let (wanted, installed) = (std::fs::read_to_string(&pins).unwrap(), folder.join("installed.txt"));
        if std::fs::read_to_string(&installed).ok().as_ref() != Some(&wanted) {
            run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder));
            let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
            run(Command::new(folder.join("bin/python")).args(pip).arg(&pins));
            std::fs::write(&installed, wanted).unwrap();
        }
        folder.join("bin/python")
    })
    .clone()
}

/// Runs a client against a Meta of its own.
fn flow(client: &'static str, reaches: &'static str, command: impl Fn(&Meta) -> Command) -> Card {
    let meta = Meta::start();
    let tenant = Tenant::sample();
    let mut command = command(&meta);
    command
        .env("CONTROL_URL", meta.url())
        .env("PHONE_NUMBER_ID", tenant.number.to_string())
        .env("WABA_ID", tenant.account.to_string())
        .env("APP_ID", tenant.app.to_string())
        .env("APP_SECRET", tenant.app_secret.expose())
        .env("ACCESS_TOKEN", tenant.token.expose())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit());
    let output = command.output().unwrap_or_else(|error| panic!("{client} cannot be started: {error}"));
    let stdout = String::from_utf8(output.stdout).unwrap();
    let steps = stdout.lines().map(|line| serde_json::from_str(line).expect("a flow prints its steps"));
    Card { client, reaches, steps: steps.collect() }
}

/// A folder that is kept between runs of the tests.
fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("clients").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[track_caller]
fn run(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| panic!("{command:?} cannot be started: {error}"));
    assert!(output.status.success(), "{command:?}:\n{}", String::from_utf8_lossy(&output.stderr));
}
