//! Apps: what holds tokens, signs webhooks and has a callback.

use cloud_api::{AppId, AppSecret, BusinessId};

use super::Directory;

/// An app of a developer.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct App {
    /// Its id.
    pub id: AppId,
    /// The portfolio that claims it.
    pub portfolio: BusinessId,
    /// Its name.
    pub name: Box<str>,
    /// With what its webhooks are signed.
    #[serde(with = "cloud_api::secret::exposed")]
    pub secret: AppSecret,
}

impl Directory {
    /// The apps of a portfolio, in the order in which they came.
    pub fn apps_of(&self, portfolio: BusinessId) -> impl Iterator<Item = &App> + '_ {
        self.apps.iter().filter(move |app| app.portfolio == portfolio).map(AsRef::as_ref)
    }

    /// The app whose own token this is: `{app id}|{app secret}`.
    // Source: cloud-api.md §1.1.
    pub(super) fn app_of_own_token(&self, token: &str) -> Option<&App> {
        let (id, secret) = token.split_once('|')?;
        self.app(id.parse().ok()?).filter(|app| app.secret.is(secret))
    }
}
