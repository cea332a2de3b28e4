//! How often apps call, hour by hour: the limits on everything but messages.

use std::hash::Hash;

use cloud_api::profile::Facts;
use cloud_api::refusal::AccessRefusal;
use cloud_api::usage::Usage;
use cloud_api::{AppId, Refusal, WabaId};
use rustc_hash::FxHashMap;
use scenario::Elapsed;

/// How many apps, and how many apps and accounts, are counted at once; others call as they like.
const COUNTED_MAX: usize = 10_000;

/// The minutes of the hour that is looked back on.
const MINUTES: usize = 60;

/// A call that is no message.
#[derive(Clone, Copy, Debug)]
pub struct ManagementCall {
    /// Who calls.
    pub app: AppId,
    /// The account that the call is about, if it is about one.
    pub account: Option<CalledAccount>,
}

/// The account that a call is about.
#[derive(Clone, Copy, Debug)]
pub struct CalledAccount {
    /// Its id.
    pub id: WabaId,
    /// Whether the higher limit holds: for some operations, once a number of the account is registered.
    pub is_favoured: bool,
}

/// What a call has left of the limits.
#[derive(Clone, Copy, Debug)]
pub struct Called {
    /// What the app has used.
    pub app: Usage,
    /// What the app has used of what it may do with the account.
    pub account: Option<(WabaId, Usage)>,
}

/// The calls of the last hour, counted by the minute.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(from = "SavedCalls", into = "SavedCalls")]
pub struct Calls {
    apps: FxHashMap<AppId, Hour>,
    accounts: FxHashMap<(AppId, WabaId, bool), Hour>,
}

/// The calls, as they are saved.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
struct SavedCalls {
    apps: Vec<(AppId, SavedHour)>,
    accounts: Vec<((AppId, WabaId, bool), SavedHour)>,
}

/// The calls in each minute, and the latest of these.
type SavedHour = (Vec<u32>, u64);

impl From<Calls> for SavedCalls {
    fn from(calls: Calls) -> Self {
        let (apps, accounts) = (calls.apps.into_iter(), calls.accounts.into_iter());
        Self {
            apps: apps.map(|(app, hour)| (app, hour.into())).collect(),
            accounts: accounts.map(|(key, hour)| (key, hour.into())).collect(),
        }
    }
}

impl From<SavedCalls> for Calls {
    fn from(saved: SavedCalls) -> Self {
        let (apps, accounts) = (saved.apps.into_iter(), saved.accounts.into_iter());
        Self {
            apps: apps.map(|(app, hour)| (app, hour.into())).collect(),
            accounts: accounts.map(|(key, hour)| (key, hour.into())).collect(),
        }
    }
}

impl From<Hour> for SavedHour {
    fn from(hour: Hour) -> Self {
        (hour.minutes.to_vec(), hour.latest)
    }
}

impl From<SavedHour> for Hour {
    fn from((saved, latest): SavedHour) -> Self {
        let mut minutes = [0; MINUTES];
        minutes.iter_mut().zip(saved).for_each(|(minute, saved)| *minute = saved);
        Self { minutes, latest }
    }
}

/// The calls in each minute of an hour that goes on.
#[derive(Clone, Debug)]
struct Hour {
    minutes: [u32; MINUTES],
    latest: u64,
}

impl Calls {
    /// Counts a call, and says what is used; a call above a limit is refused, and not counted.
    // Source: cloud-api.md §1.6: a rolling hour for each app and account. Assumed: by whole minutes; the
    // operations of the higher limit and the others are counted apart.
    pub fn count(
        &mut self,
        now: Elapsed,
        call: ManagementCall,
        facts: &Facts,
    ) -> (Called, Result<(), Refusal>) {
        let minute = now.micros() / 60_000_000;
        let (app, is_app_free) = count(&mut self.apps, call.app, minute, facts.app_calls);
        let mut outcome = if is_app_free { Ok(()) } else { Err(Refusal::AppThrottled) };
        let mut of_account = None;
        if let (Some(account), true) = (call.account, is_app_free) {
            let limit =
                if account.is_favoured { facts.account_calls_registered } else { facts.account_calls };
            let key = (call.app, account.id, account.is_favoured);
            let (usage, is_free) = count(&mut self.accounts, key, minute, limit);
            of_account = Some((account.id, usage));
            if !is_free {
                outcome = Err(AccessRefusal::TooManyCalls { code: facts.account_throttled_code }.into());
            }
        }
        (Called { app, account: of_account }, outcome)
    }
}

/// Counts a call of one key, unless it is above the limit; says what is used, and whether it was not.
fn count<K: Hash + Eq + Copy>(
    hours: &mut FxHashMap<K, Hour>,
    key: K,
    minute: u64,
    limit: u32,
) -> (Usage, bool) {
    if !hours.contains_key(&key) && hours.len() >= COUNTED_MAX {
        hours.retain(|_, hour| hour.calls(minute) > 0);
        if hours.len() >= COUNTED_MAX {
            return (Usage::default(), true);
        }
    }
    let hour = hours.entry(key).or_insert_with(|| Hour { minutes: [0; MINUTES], latest: minute });
    let calls = hour.calls(minute);
    let is_free = calls < limit;
    if is_free {
        hour.minutes[place(minute)] += 1;
        let percent = percent(calls + 1, limit);
        return (Usage { percent, regain_minutes: 0 }, true);
    }
    let regain_minutes = hour.minutes_until_below(limit);
    (Usage { percent: percent(calls, limit).max(100), regain_minutes }, false)
}

// Assumed: rounded down, so that 100 stands for a limit that is used up.
fn percent(calls: u32, limit: u32) -> u32 {
    u32::try_from(u64::from(calls) * 100 / u64::from(limit.max(1))).unwrap_or(u32::MAX)
}

fn place(minute: u64) -> usize {
    (minute % MINUTES as u64) as usize
}

impl Hour {
    /// The calls within the hour that ends with this minute.
    fn calls(&mut self, minute: u64) -> u32 {
        let passed = minute.saturating_sub(self.latest);
        for later in 1..=passed.min(MINUTES as u64) {
            self.minutes[place(self.latest.saturating_add(later))] = 0;
        }
        self.latest = self.latest.max(minute);
        self.sum()
    }

    fn sum(&self) -> u32 {
        self.minutes.iter().fold(0, |sum, calls| sum.saturating_add(*calls))
    }

    /// In how many minutes so many calls are forgotten that there is room for one more.
    fn minutes_until_below(&self, limit: u32) -> u32 {
        let mut left = self.sum();
        let mut waited = 0;
        while left >= limit && waited < MINUTES as u32 {
            waited += 1;
            left = left.saturating_sub(self.minutes[place(self.latest.saturating_add(u64::from(waited)))]);
        }
        waited
    }
}

#[cfg(test)]
mod tests {
    use cloud_api::profile::Facts;
    use cloud_api::usage::Usage;
    use cloud_api::{AppId, WabaId};
    use proptest::prelude::*;
    use scenario::{Elapsed, Span};

    use super::{COUNTED_MAX, CalledAccount, Calls, ManagementCall};

    const APP: AppId = AppId::new(1);

    fn call(account: u64, is_favoured: bool) -> ManagementCall {
        ManagementCall { app: APP, account: Some(CalledAccount { id: WabaId::new(account), is_favoured }) }
    }

    fn minute(nth: u64) -> Elapsed {
        Elapsed::ZERO + Span::from_secs(nth * 60)
    }

    fn facts() -> Facts {
        Facts { app_calls: 1_000, account_calls: 4, account_calls_registered: 8, ..Facts::default() }
    }

    #[test]
    fn an_account_takes_so_many_calls_an_hour_and_says_when_it_takes_more() {
        let (mut calls, facts) = (Calls::default(), facts());
        for nth in 0..4 {
            let (called, outcome) = calls.count(minute(nth * 5), call(9, false), &facts);
            assert_eq!(
                called.account.unwrap().1,
                Usage { percent: 25 * (nth as u32 + 1), regain_minutes: 0 }
            );
            assert_eq!(outcome, Ok(()));
        }
        let (called, outcome) = calls.count(minute(20), call(9, false), &facts);
        assert_eq!(called.account.unwrap().1, Usage { percent: 100, regain_minutes: 40 });
        assert_eq!(outcome.unwrap_err().code(), 80_007);
        assert_eq!(calls.count(minute(59), call(9, false), &facts).1.unwrap_err().code(), 80_007);
        assert_eq!(calls.count(minute(60), call(9, false), &facts).1, Ok(()));
    }

    #[test]
    fn accounts_and_kinds_of_operations_do_not_share_a_limit() {
        let (mut calls, facts) = (Calls::default(), facts());
        for _ in 0..4 {
            assert_eq!(calls.count(minute(0), call(9, false), &facts).1, Ok(()));
        }
        assert!(calls.count(minute(0), call(9, false), &facts).1.is_err());
        assert_eq!(calls.count(minute(0), call(9, true), &facts).1, Ok(()));
        assert_eq!(calls.count(minute(0), call(8, false), &facts).1, Ok(()));
    }

    #[test]
    fn an_app_that_calls_too_often_is_refused_with_4_whatever_it_calls() {
        let mut calls = Calls::default();
        let facts = Facts { app_calls: 2, ..facts() };
        for account in 0..2 {
            assert_eq!(calls.count(minute(0), call(account, true), &facts).1, Ok(()));
        }
        let (called, outcome) = calls.count(minute(0), call(2, true), &facts);
        assert_eq!((called.app.percent, outcome.unwrap_err().code()), (100, 4));
    }

    #[test]
    fn what_is_counted_is_bounded_and_makes_room_after_an_hour() {
        let (mut calls, facts) = (Calls::default(), Facts { app_calls: u32::MAX, ..facts() });
        for account in 0..COUNTED_MAX as u64 + 10 {
            assert_eq!(calls.count(minute(0), call(account, false), &facts).1, Ok(()));
        }
        assert_eq!(calls.accounts.len(), COUNTED_MAX);
        assert_eq!(calls.count(minute(61), call(7, false), &facts).1, Ok(()));
        assert_eq!(calls.count(minute(61), call(u64::MAX, false), &facts).1, Ok(()));
        assert_eq!(calls.accounts.len(), 2);
    }

    proptest! {
        #[test]
        fn no_hour_ever_takes_more_than_the_limit(steps in proptest::collection::vec(0..20_u64, 0..200)) {
            let (mut calls, facts) = (Calls::default(), facts());
            let (mut now, mut taken) = (0, Vec::new());
            for step in steps {
                now += step;
                if calls.count(minute(now), call(9, false), &facts).1.is_ok() {
                    taken.push(now);
                }
                let lately = taken.iter().filter(|at| **at + 60 > now).count();
                prop_assert!(lately <= 4, "{taken:?}");
            }
        }
    }
}
