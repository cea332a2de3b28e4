//! Sends with a subscriber that takes every webhook, all on the same cores.
//!
//! While the load lasts, requests in and webhooks out share the machine; afterwards the webhooks
//! that still wait go out alone, which tells how many a second they can be.

use std::thread;
use std::time::{Duration, Instant};

use cloud_sim::Tenant;

use super::{Effort, Row, percent};
use crate::error::BenchError;
use crate::http;
use crate::process::Server;
use crate::sample::Sample;
use crate::setting::{self, WHOLE};
use crate::wrk::Load;

const EXCHANGES_GOAL_PERCENT: f64 = 60.0;
const WEBHOOKS_GOAL: f64 = 30_000.0;

/// How many statuses a message has here: sent, delivered and read.
const STATUSES: u64 = 3;

/// How long all webhooks may take to go out once the load is over.
const DRAIN_MAX: Duration = Duration::from_secs(120);

pub(super) fn measure(effort: &Effort) -> Result<Vec<Row>, BenchError> {
    let script = setting::script(effort)?;
    let [mut bare, mut sends, mut webhooks, mut exchanges, mut alone] = <[Sample; 5]>::default();
    for _ in 0..effort.repeats {
        let measured = setting::measure(&setting::bare(WHOLE)?, "hyper alone", &script, (32, effort.secs))?;
        bare.push(measured.requests_per_sec);
        let receiver = Server::own(&["serve", "receiver"], None)?;
        let mock = setting::mock(effort, WHOLE, &["--pace", "quick"])?;
        subscribe(&mock, &receiver)?;
        let (began, before) = (Instant::now(), count(&receiver)?);
        let load = Load { connections: 32, secs: effort.secs, script: &script, cores: None };
        let measured = load.run_accepted(&mock, "the simulated Meta")?;
        let (secs, after) = (began.elapsed().as_secs_f64(), count(&receiver)?);
        let posted = (after - before) as f64 / secs;
        sends.push(measured.requests_per_sec);
        webhooks.push(posted);
        exchanges.push(measured.requests_per_sec + posted);
        let expected = accepted(&mock)? * STATUSES;
        alone.push(drain(&receiver, after, expected)?);
    }
    let share = percent(&exchanges, &bare);
    let goal = format!("at least {EXCHANGES_GOAL_PERCENT} % of hyper alone");
    Ok(vec![
        Row::new("hyper alone, 32 connections", "exchanges/s", bare),
        Row::new("sends while webhooks go out", "sends/s", sends),
        Row::new("signed webhooks while sends come in", "webhooks/s", webhooks),
        Row::new("exchanges in and out", "exchanges/s", exchanges),
        Row::new("exchanges of hyper alone", "%", share).at_least(EXCHANGES_GOAL_PERCENT, goal),
        Row::new("signed webhooks by themselves", "webhooks/s", alone)
            .at_least(WEBHOOKS_GOAL, "at least 30,000/s"),
    ])
}

fn subscribe(mock: &Server, receiver: &Server) -> Result<(), BenchError> {
    let tenant = Tenant::sample();
    let body = format!(
        r#"{{"object":"whatsapp_business_account","callback_url":"http://{}/","verify_token":"bench","fields":"messages"}}"#,
        receiver.address
    );
    let app_token = format!("{}|{}", tenant.app, tenant.app_secret.expose());
    let path = format!("/v23.0/{}/subscriptions", tenant.app);
    http::request(mock.address, "POST", &path, (&app_token, &body))?;
    let path = format!("/v23.0/{}/subscribed_apps", tenant.account);
    http::request(mock.address, "POST", &path, (tenant.token.expose(), "{}")).map(drop)
}

fn count(receiver: &Server) -> Result<u64, BenchError> {
    let text = http::request(receiver.address, "GET", "/count", ("", ""))?;
    text.trim().parse().map_err(|_| BenchError::WrongAnswers { program: "the receiver".into(), what: text })
}

/// How many messages the simulated Meta has accepted, as its metrics tell.
fn accepted(mock: &Server) -> Result<u64, BenchError> {
    let text = http::request(mock.address, "GET", "/metrics", ("", ""))?;
    let line =
        text.lines().find_map(|line| line.strip_prefix("otpbench_messages_total{state=\"accepted\"} "));
    let accepted = line.and_then(|number| number.trim().parse().ok());
    accepted.ok_or(BenchError::WrongAnswers { program: "the metrics".into(), what: text })
}

/// Waits until all webhooks have come, and says how many a second came.
fn drain(receiver: &Server, mut counted: u64, expected: u64) -> Result<f64, BenchError> {
    let (began, first) = (Instant::now(), counted);
    while counted < expected {
        if began.elapsed() > DRAIN_MAX {
            let what = format!("{counted} of {expected} webhooks came");
            return Err(BenchError::WrongAnswers { program: "the simulated Meta".into(), what });
        }
        thread::sleep(Duration::from_millis(20));
        counted = count(receiver)?;
    }
    Ok((expected - first) as f64 / began.elapsed().as_secs_f64())
}
