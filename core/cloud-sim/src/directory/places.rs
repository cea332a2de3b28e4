//! Where in the directory's lists things stand, so that many tenants cost no more than few.

use std::sync::Arc;

use cloud_api::{AppId, PhoneNumberId, WabaId};
use rustc_hash::FxHashMap;

use super::{Account, App, Directory, Number};

/// Where things stand. What is not noted, or has moved since, is looked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    apps: FxHashMap<AppId, usize>,
    accounts: FxHashMap<WabaId, usize>,
    numbers: FxHashMap<PhoneNumberId, usize>,
}

impl Directory {
    /// The app with this id.
    #[must_use]
    pub fn app(&self, id: AppId) -> Option<&App> {
        find(&self.apps, self.places.apps.get(&id), |app| app.id == id).map(AsRef::as_ref)
    }

    /// The account with this id.
    #[must_use]
    pub fn account(&self, id: WabaId) -> Option<&Account> {
        find(&self.accounts, self.places.accounts.get(&id), |account| account.id == id)
    }

    /// The phone number with this id.
    #[must_use]
    pub fn number(&self, id: PhoneNumberId) -> Option<&Arc<Number>> {
        find(&self.numbers, self.places.numbers.get(&id), |number| number.id == id)
    }

    /// Notes where everything stands; called when things have come or gone.
    pub(super) fn note_places(&mut self) {
        let apps = (0..).zip(&self.apps).map(|(at, app)| (app.id, at));
        let accounts = (0..).zip(&self.accounts).map(|(at, account)| (account.id, at));
        let numbers = (0..).zip(&self.numbers).map(|(at, number)| (number.id, at));
        self.places =
            Places { apps: apps.collect(), accounts: accounts.collect(), numbers: numbers.collect() };
    }
}

fn find<'a, T>(list: &'a [T], noted: Option<&usize>, is_it: impl Fn(&T) -> bool) -> Option<&'a T> {
    let at_its_place = noted.and_then(|at| list.get(*at)).filter(|item| is_it(item));
    at_its_place.or_else(|| list.iter().find(|item| is_it(item)))
}
