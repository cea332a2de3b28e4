//! Callbacks: which app hears of what, and where.

use cloud_api::subscription::{AppCallback, CallbackUrl, SubscribedApp, SubscribedApps, WebhookField};
use cloud_api::{AppId, GraphVersion, PhoneNumberId, VerifiedCallback, WabaId};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{App, Directory};

/// Who is subscribed to what. Every callback in it has passed the handshake.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct Callbacks {
    apps: FxHashMap<AppId, AppCallback>,
    accounts: FxHashMap<WabaId, Vec<Subscribed>>,
    numbers: FxHashMap<PhoneNumberId, Vec<(AppId, VerifiedCallback)>>,
}

/// An app that is subscribed to an account.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Subscribed {
    /// The app.
    pub app: AppId,
    /// Where its webhooks about the account's messages go instead of the app's own callback.
    pub override_callback: Option<VerifiedCallback>,
}

/// Where one webhook goes.
#[derive(Clone, Copy, Debug)]
pub struct Callback<'a> {
    /// The app that hears, and with whose secret the webhook is signed.
    pub app: &'a App,
    /// Where it hears.
    pub url: &'a CallbackUrl,
    /// The version under which it subscribed.
    pub version: GraphVersion,
}

/// The three places at which an app can hear of a phone number's messages.
// Source: cloud-api.md §5.3.
#[derive(Clone, Copy, Debug, Default)]
pub struct CallbackPlaces<'a> {
    /// The callback of the phone number.
    pub number: Option<&'a CallbackUrl>,
    /// The callback of its account.
    pub account: Option<&'a CallbackUrl>,
    /// The callback of the app.
    pub app: Option<&'a CallbackUrl>,
}

impl Callbacks {
    /// Every callback, wherever it was set.
    pub(super) fn all(&self) -> impl Iterator<Item = &VerifiedCallback> + '_ {
        let apps = self.apps.values().map(|to| &to.callback);
        let accounts = self.accounts.values().flatten().filter_map(|to| to.override_callback.as_ref());
        let numbers = self.numbers.values().flatten().map(|(_, callback)| callback);
        apps.chain(accounts).chain(numbers)
    }
}

impl Directory {
    /// Where a webhook about this account and field goes; `number` where it is about a phone number.
    ///
    /// Each app that is subscribed to the account, and to the field, hears once: at the callback of
    /// the phone number, else of the account, else at its own. What is not about messages always goes
    /// to its own.
    // Source: cloud-api.md §5.3. Assumed: an override hears what the app itself has subscribed to.
    pub fn callbacks(
        &self,
        account: WabaId,
        number: Option<PhoneNumberId>,
        field: WebhookField,
    ) -> impl Iterator<Item = Callback<'_>> + '_ {
        self.subscribed(account).iter().filter_map(move |subscribed| {
            let to = self.callbacks.apps.get(&subscribed.app)?;
            let app = self.app(subscribed.app)?;
            if !to.fields.contains(&field) {
                return None;
            }
            let overriding = field.is_overridable().then(|| {
                let of_number = number.and_then(|number| self.callbacks.of_number(number, app.id));
                of_number.or(subscribed.override_callback.as_ref())
            });
            let callback = overriding.flatten().unwrap_or(&to.callback);
            Some(Callback { app, url: callback.url(), version: to.version })
        })
    }

    /// Whether anybody is told of the statuses of this account's messages.
    #[must_use]
    pub fn wants_statuses(&self, account: WabaId) -> bool {
        self.subscribed(account).iter().any(|subscribed| {
            let to = self.callbacks.apps.get(&subscribed.app);
            to.is_some_and(|to| to.fields.contains(&WebhookField::Messages))
        })
    }

    /// The apps that are subscribed to an account, in the order in which they were.
    #[must_use]
    pub fn subscribed(&self, account: WabaId) -> &[Subscribed] {
        self.callbacks.accounts.get(&account).map_or(&[], Vec::as_slice)
    }

    /// The same, as they are told.
    #[must_use]
    pub fn subscribed_apps(&self, account: WabaId) -> SubscribedApps {
        let told = self.subscribed(account).iter().filter_map(|subscribed| {
            let app = self.app(subscribed.app)?;
            let override_callback = subscribed.override_callback.as_ref().map(VerifiedCallback::url);
            Some(SubscribedApp { id: app.id, name: &app.name, override_callback })
        });
        SubscribedApps::new(&told.collect::<Vec<_>>())
    }

    /// The callback of an app, and what it hears of.
    #[must_use]
    pub fn app_callback(&self, app: AppId) -> Option<&AppCallback> {
        self.callbacks.apps.get(&app)
    }

    /// Where an app can hear of a phone number's messages.
    #[must_use]
    pub fn callback_places(&self, app: AppId, account: WabaId, number: PhoneNumberId) -> CallbackPlaces<'_> {
        let subscribed = self.subscribed(account).iter().find(|subscribed| subscribed.app == app);
        CallbackPlaces {
            number: self.callbacks.of_number(number, app).map(VerifiedCallback::url),
            account: subscribed.and_then(|to| to.override_callback.as_ref()).map(VerifiedCallback::url),
            app: self.app_callback(app).map(|to| to.callback.url()),
        }
    }

    /// Has an app's webhooks sent to a callback.
    // Assumed: what the app was subscribed to before is replaced, not added to.
    pub fn set_callback(&mut self, app: AppId, callback: AppCallback) {
        self.callbacks.apps.insert(app, callback);
    }

    /// Has an app hear less, or nothing any more where no field is named.
    pub fn remove_callback(&mut self, app: AppId, fields: &[WebhookField]) {
        let Some(callback) = self.callbacks.apps.get_mut(&app) else { return };
        callback.fields.retain(|field| !fields.contains(field));
        if fields.is_empty() || callback.fields.is_empty() {
            self.callbacks.apps.remove(&app);
        }
    }

    /// Subscribes an app to an account, with a callback of the account's own or without.
    // Source: cloud-api.md §5.3: without one, an earlier one is cleared.
    pub fn subscribe(&mut self, account: WabaId, app: AppId, override_callback: Option<VerifiedCallback>) {
        let subscribed = self.callbacks.accounts.entry(account).or_default();
        match subscribed.iter_mut().find(|subscribed| subscribed.app == app) {
            Some(subscribed) => subscribed.override_callback = override_callback,
            None => subscribed.push(Subscribed { app, override_callback }),
        }
    }

    /// Ends an app's subscription to an account; says whether there was one.
    pub fn unsubscribe(&mut self, account: WabaId, app: AppId) -> bool {
        let Some(subscribed) = self.callbacks.accounts.get_mut(&account) else { return false };
        let before = subscribed.len();
        subscribed.retain(|subscribed| subscribed.app != app);
        let is_ended = subscribed.len() < before;
        if subscribed.is_empty() {
            self.callbacks.accounts.remove(&account);
        }
        is_ended
    }

    /// Gives a phone number a callback of its own for what an app hears, or takes it away.
    pub fn override_number_callback(
        &mut self,
        number: PhoneNumberId,
        app: AppId,
        callback: Option<VerifiedCallback>,
    ) {
        let overrides = self.callbacks.numbers.entry(number).or_default();
        overrides.retain(|(of, _)| *of != app);
        overrides.extend(callback.map(|callback| (app, callback)));
        if overrides.is_empty() {
            self.callbacks.numbers.remove(&number);
        }
    }
}

impl Callbacks {
    fn of_number(&self, number: PhoneNumberId, app: AppId) -> Option<&VerifiedCallback> {
        self.numbers.get(&number)?.iter().find(|(of, _)| *of == app).map(|(_, callback)| callback)
    }

    /// Forgets whatever is not among these.
    pub(super) fn retain(
        &mut self,
        apps: &FxHashSet<AppId>,
        accounts: &FxHashSet<WabaId>,
        numbers: &FxHashSet<PhoneNumberId>,
    ) {
        self.apps.retain(|app, _| apps.contains(app));
        self.accounts.retain(|account, subscribed| {
            subscribed.retain(|subscribed| apps.contains(&subscribed.app));
            accounts.contains(account) && !subscribed.is_empty()
        });
        self.numbers.retain(|number, overrides| {
            overrides.retain(|(app, _)| apps.contains(app));
            numbers.contains(number) && !overrides.is_empty()
        });
    }
}
