//! `/{app id}/subscriptions` and `/{account id}/subscribed_apps`: who hears of what.

use cloud_api::handshake::Challenge;
use cloud_api::subscription::{
    AppSubscription, AppSubscriptions, OverrideCallback, SubscribedApp, SubscribedApps,
};
use cloud_api::{AppId, Refusal};

use super::templates::account;
use super::{Call, Graph, success};
use crate::http::Answer;

impl Graph {
    pub(super) async fn subscribe_callback(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let app = own_app(call, id)?;
        let subscription = AppSubscription::parse(call.request.query(), call.body)?;
        self.shake_hands(&subscription).await?;
        self.engine.change_directory(|directory| directory.set_subscription(app, subscription.clone()));
        Ok(success())
    }

    pub(super) fn show_callback(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        own_app(call, id)?;
        let subscriptions = AppSubscriptions::new(call.app.subscription.as_ref(), call.version);
        Ok(Answer::json(200, subscriptions.to_json()))
    }

    pub(super) fn subscribe_app(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let account = account(call, id)?;
        if OverrideCallback::parse(call.request.query(), call.body)?.is_some() {
            let details = "This mock sends all webhooks to the app's own callback.".into();
            return Err(Refusal::InvalidParameter { details });
        }
        let app = call.app.id;
        self.engine.change_directory(|directory| directory.subscribe(account, app));
        Ok(success())
    }

    pub(super) fn list_subscribed_apps(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let account = account(call, id)?;
        let subscribed = call.directory.account(account).into_iter().flat_map(|account| &account.subscribed);
        let apps: Vec<_> = subscribed
            .map(|id| SubscribedApp { id: *id, name: "otpbench", override_callback: None })
            .collect();
        Ok(Answer::json(200, SubscribedApps::new(&apps).to_json()))
    }

    /// Asks a callback to show that it knows the token, before anything is sent to it.
    // Source: cloud-api.md §6.1.
    async fn shake_hands(&self, subscription: &AppSubscription) -> Result<(), Refusal> {
        let url = subscription.callback_url.as_str();
        if !is_loopback(url) {
            let details = "This mock sends webhooks to loopback addresses only.".into();
            return Err(Refusal::InvalidParameter { details });
        }
        let challenge = Challenge::new(1_000_000_000 + self.engine.next_trace() % 1_000_000_000);
        let separator = if url.contains('?') { '&' } else { '?' };
        let asked = format!("{url}{separator}{}", challenge.query(&subscription.verify_token));
        let failed = |status: Option<u16>, message: &str| Refusal::CallbackVerificationFailed {
            status,
            message: message.to_owned(),
        };
        match self.client.get(&asked).await {
            Ok((200, body)) if challenge.is_met_by(&body) => Ok(()),
            Ok((200, _)) => Err(failed(Some(200), "the challenge was not echoed")),
            Ok((status, _)) => Err(failed(Some(status), "not OK")),
            Err(error) => Err(failed(None, &error.to_string())),
        }
    }
}

/// The app of the token, if the path means it.
fn own_app(call: &Call<'_>, id: &str) -> Result<AppId, Refusal> {
    match id.parse() {
        Ok(app) if app == call.app.id => Ok(app),
        _ => Err(call.unknown_object(id)),
    }
}

fn is_loopback(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(bracketed) => bracketed.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host == "localhost" || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
}
