//! Which callback hears about what.

mod fields;
mod request;

#[cfg(test)]
mod tests;

pub use fields::WebhookField;
pub use request::{
    AppSubscription, CallbackUrl, CallbackUrlError, NumberCallback, OverrideCallback, fields_to_remove,
};

use serde::Serialize;

use crate::account::AppView;
use crate::handshake::VerifiedCallback;
use crate::id::AppId;
use crate::version::GraphVersion;

/// Where an app's webhooks go, once its callback has passed the handshake.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AppCallback {
    /// Who hears.
    pub callback: VerifiedCallback,
    /// What it hears about.
    pub fields: Vec<WebhookField>,
    /// The version under which it subscribed, which decides how its webhooks look.
    pub version: GraphVersion,
}

/// The answer to `GET /{app id}/subscriptions`.
// Source: cloud-api.md 5.3.
#[derive(Clone, Debug, Serialize)]
pub struct AppSubscriptions {
    data: Vec<AppSubscriptionNode>,
}

#[derive(Clone, Debug, Serialize)]
struct AppSubscriptionNode {
    object: &'static str,
    callback_url: String,
    active: bool,
    fields: Vec<FieldNode>,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct FieldNode {
    name: WebhookField,
    version: GraphVersion,
}

/// The answer to `GET /{account id}/subscribed_apps`.
// Source: cloud-api.md 5.3.
#[derive(Clone, Debug, Serialize)]
pub struct SubscribedApps {
    data: Vec<SubscribedAppNode>,
}

/// An app that hears about an account.
#[derive(Clone, Copy, Debug)]
pub struct SubscribedApp<'a> {
    /// The app.
    pub id: AppId,
    /// Its name.
    pub name: &'a str,
    /// The callback that hears about messages instead of the app's.
    pub override_callback: Option<&'a CallbackUrl>,
}

#[derive(Clone, Debug, Serialize)]
struct SubscribedAppNode {
    whatsapp_business_api_data: AppNode,
    #[serde(skip_serializing_if = "Option::is_none")]
    override_callback_uri: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
struct AppNode {
    id: AppId,
    link: String,
    name: String,
}

impl AppSubscriptions {
    /// What an app is subscribed to, if it is.
    #[must_use]
    pub fn new(callback: Option<&AppCallback>) -> Self {
        let node = |to: &AppCallback| AppSubscriptionNode {
            object: "whatsapp_business_account",
            callback_url: to.callback.url().as_str().to_owned(),
            active: true,
            fields: to.fields.iter().map(|name| FieldNode { name: *name, version: to.version }).collect(),
        };
        Self { data: callback.map(node).into_iter().collect() }
    }

    /// The body of the answer.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        crate::ascii::to_utf8_vec(self)
    }
}

impl SubscribedApps {
    /// The apps that hear about an account.
    #[must_use]
    pub fn new(apps: &[SubscribedApp<'_>]) -> Self {
        let node = |app: &SubscribedApp<'_>| SubscribedAppNode {
            whatsapp_business_api_data: AppNode {
                id: app.id,
                link: AppView { id: app.id, name: app.name }.link(),
                name: app.name.to_owned(),
            },
            override_callback_uri: app.override_callback.map(|url| url.as_str().to_owned()),
        };
        Self { data: apps.iter().map(node).collect() }
    }

    /// The body of the answer.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        crate::ascii::to_utf8_vec(self)
    }
}
