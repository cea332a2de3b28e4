//! The handshake: a callback shows that it knows the token, before anything is sent to it.

use cloud_api::handshake::Challenge;
use cloud_api::subscription::{AppCallback, CallbackUrl, WebhookField};
use cloud_api::{GraphVersion, Refusal, VerifiedCallback, VerifyToken};

use crate::engine::Engine;
use crate::http::{Client, Line, PostError};

/// Shakes hands with a callback of this machine, or of a host that is allowed.
// Source: cloud-api.md §6.1.
pub(crate) async fn shake_hands(
    engine: &Engine,
    client: &Client,
    url: CallbackUrl,
    token: &VerifyToken,
) -> Result<VerifiedCallback, Refusal> {
    refuse_foreign(&url, engine.directory().webhook_hosts())?;
    let (challenge, asked) = ask(engine, client, url.as_str(), token).await;
    match asked {
        Ok((status, body)) => challenge.judge(url, status, &body),
        Err(error) => Err(Refusal::CallbackVerificationFailed { status: None, message: error.to_string() }),
    }
}

/// Has the first account's app hear of messages and templates at a callback that passes the handshake.
pub(crate) async fn subscribe(
    engine: &Engine,
    client: &Client,
    url: CallbackUrl,
    token: &VerifyToken,
) -> Result<(), Refusal> {
    let callback = shake_hands(engine, client, url, token).await?;
    let fields = vec![WebhookField::Messages, WebhookField::MessageTemplateStatusUpdate];
    let callback = AppCallback { callback, fields, version: GraphVersion::default() };
    engine.change_directory(|directory| {
        let Some(account) = directory.accounts().first() else { return };
        let (account, portfolio) = (account.id, account.portfolio);
        let Some(app) = directory.apps_of(portfolio).next().map(|app| app.id) else { return };
        directory.set_callback(app, callback.clone());
        directory.subscribe(account, app, None);
    });
    Ok(())
}

/// Puts a challenge to a callback, and gives what it answered.
pub(crate) async fn ask(
    engine: &Engine,
    client: &Client,
    url: &str,
    token: &VerifyToken,
) -> (Challenge, Result<(u16, Vec<u8>), PostError>) {
    let challenge = Challenge::new(1_000_000_000 + engine.next_trace() % 1_000_000_000);
    let separator = if url.contains('?') { '&' } else { '?' };
    let asked = format!("{url}{separator}{}", challenge.query(token));
    let mut line = Line::new(client.clone());
    // Source: cloud-api.md §6.2, which has seen both names. Assumed: this one shakes hands.
    let agent = ("user-agent", "facebookplatform/1.0 (+http://developers.facebook.com)");
    let headers = [Some(("accept", "*/*")), Some(agent), None, None];
    let answered = line.get(&asked, headers, engine.callback_timeout()).await;
    (challenge, answered.map(|(status, body)| (status, body.to_vec())))
}

/// Refuses callbacks outside of this machine, but for those that are allowed by name.
fn refuse_foreign(url: &CallbackUrl, allowed: &[String]) -> Result<(), Refusal> {
    let host = url.host();
    if url.is_loopback() || allowed.iter().any(|known| known.eq_ignore_ascii_case(host)) {
        return Ok(());
    }
    let details = format!(
        "This mock sends webhooks to loopback addresses only, and {host} is none. \
         Name the host with --webhook-allow, or in `webhook-hosts` of the tenants file.",
    );
    Err(Refusal::InvalidParameter { details: details.into() })
}
