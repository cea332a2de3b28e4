//! `/{app id}/subscriptions` and `/{account id}/subscribed_apps`: who hears of what.

use cloud_api::refusal::AccessRefusal;
use cloud_api::subscription::{
    AppCallback, AppSubscription, AppSubscriptions, CallbackUrl, NumberCallback, OverrideCallback,
    fields_to_remove,
};
use cloud_api::{AppId, Refusal, VerifiedCallback, VerifyToken};
use cloud_sim::Need;

use super::operation::{Handle, Operation, Verb};
use super::{Call, Graph, success};
use crate::http::Answer;
use crate::webhook;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        verb: Verb::Post,
        path: "/{app-id}/subscriptions",
        about: "have an app's webhooks sent to a callback",
        source: "cloud-api.md 5.3",
        handle: Handle::Slow(|graph, call, id| Box::pin(graph.subscribe_callback(call, id))),
    },
    Operation {
        verb: Verb::Get,
        path: "/{app-id}/subscriptions",
        about: "read where an app's webhooks go",
        source: "cloud-api.md 5.3",
        handle: Handle::Edge(Graph::show_callback),
    },
    Operation {
        verb: Verb::Post,
        path: "/{account-id}/subscribed_apps",
        about: "subscribe an app to an account",
        source: "cloud-api.md 5.3",
        handle: Handle::Slow(|graph, call, id| Box::pin(graph.subscribe_app(call, id))),
    },
    Operation {
        verb: Verb::Get,
        path: "/{account-id}/subscribed_apps",
        about: "list the apps that are subscribed to an account",
        source: "cloud-api.md 5.3",
        handle: Handle::Edge(Graph::list_subscribed_apps),
    },
    Operation {
        verb: Verb::Delete,
        path: "/{app-id}/subscriptions",
        about: "stop an app's webhooks",
        source: "cloud-api.md 5.3",
        handle: Handle::Edge(Graph::remove_callback),
    },
    Operation {
        verb: Verb::Delete,
        path: "/{account-id}/subscribed_apps",
        about: "end an app's subscription to an account",
        source: "cloud-api.md 5.3",
        handle: Handle::Edge(Graph::unsubscribe_app),
    },
];

impl Graph {
    pub(super) async fn subscribe_callback(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let app = own_app(call, id)?;
        let AppSubscription { callback_url, verify_token, fields } =
            AppSubscription::parse(call.request.query(), call.body)?;
        let callback = self.shake_hands(callback_url, &verify_token).await?;
        let callback = AppCallback { callback, fields, version: call.version };
        self.engine.change_directory(|directory| directory.set_callback(app, callback.clone()));
        Ok(success())
    }

    pub(super) fn show_callback(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let app = own_app(call, id)?;
        let subscriptions = AppSubscriptions::new(call.directory.app_callback(app));
        Ok(Answer::json(200, subscriptions.to_json()))
    }

    pub(super) fn remove_callback(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let app = own_app(call, id)?;
        let fields = fields_to_remove(call.request.query(), call.body)?;
        self.engine.change_directory(|directory| directory.remove_callback(app, &fields));
        Ok(success())
    }

    pub(super) async fn subscribe_app(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let account = call.account(id, Need::MANAGE)?.id;
        let overriding = match OverrideCallback::parse(call.request.query(), call.body)? {
            Some(OverrideCallback { callback_url, verify_token }) => {
                Some(self.shake_hands(callback_url, &verify_token).await?)
            }
            None => None,
        };
        let app = call.app.id;
        self.engine.change_directory(|directory| directory.subscribe(account, app, overriding.clone()));
        Ok(success())
    }

    pub(super) fn list_subscribed_apps(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let account = call.account(id, Need::SEE)?.id;
        Ok(Answer::json(200, call.directory.subscribed_apps(account).to_json()))
    }

    /// Ends the subscription of the token's app.
    // Assumed: also where there was none.
    pub(super) fn unsubscribe_app(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let account = call.account(id, Need::MANAGE)?.id;
        let app = call.app.id;
        self.engine.change_directory(|directory| directory.unsubscribe(account, app));
        Ok(success())
    }

    /// Gives a phone number a callback of its own, or takes it away; `None` where neither is asked for.
    pub(super) async fn override_number_callback(
        &self,
        call: &Call<'_>,
        id: &str,
    ) -> Result<Option<Answer>, Refusal> {
        if call.visible_number(id).is_none() {
            return Ok(None);
        }
        let callback = match NumberCallback::parse(call.body)? {
            NumberCallback::Kept => return Ok(None),
            NumberCallback::Set(OverrideCallback { callback_url, verify_token }) => {
                call.number(id, Need::MANAGE_NUMBER)?;
                Some(self.shake_hands(callback_url, &verify_token).await?)
            }
            NumberCallback::Cleared => None,
        };
        let (number, app) = (call.number(id, Need::MANAGE_NUMBER)?.id, call.app.id);
        self.engine.change_directory(|directory| {
            directory.override_number_callback(number, app, callback.clone());
        });
        Ok(Some(success()))
    }

    async fn shake_hands(&self, url: CallbackUrl, token: &VerifyToken) -> Result<VerifiedCallback, Refusal> {
        webhook::shake_hands(&self.engine, &self.client, url, token).await
    }
}

/// The app that the path means, if the token is its own.
// Source: cloud-api.md §5.3: an app's token is needed. In easy mode any of its portfolio will do.
fn own_app(call: &Call<'_>, id: &str) -> Result<AppId, Refusal> {
    let app = id.parse().ok().and_then(|id| call.directory.app(id));
    let app = app.ok_or_else(|| call.unknown_object(id))?;
    let is_easy = call.directory.is_easy() && app.portfolio == call.app.portfolio;
    match call.caller.token {
        _ if is_easy => Ok(app.id),
        None if app.id == call.app.id => Ok(app.id),
        Some(_) if app.id == call.app.id => Err(AccessRefusal::AppTokenNeeded.into()),
        _ => Err(call.unknown_object(id)),
    }
}
