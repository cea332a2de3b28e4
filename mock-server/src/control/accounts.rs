//! `/_mock/accounts`: how accounts stand, and what can be held against them by hand.

use cloud_api::CountryCode;
use cloud_api::account::word::{BanState, Ownership, Restriction, ReviewDecision, Tier, Verification};
use cloud_api::account::{ExceptionCountry, InternationalEligibility};
use cloud_sim::{Account, AccountPatch, Directory};
use serde::{Deserialize, Serialize};

use super::Control;
use super::call::{Call, Problem, Told, ok};

/// An account as it stands, with the portfolio that owns it.
#[derive(Serialize)]
struct Shown {
    id: String,
    name: String,
    portfolio: String,
    currency: String,
    country: String,
    ownership: Ownership,
    review: ReviewDecision,
    is_enabled_for_insights: bool,
    verification: Verification,
    location: Option<String>,
    tier: Tier,
    is_locked: bool,
    is_unpaid: bool,
    is_in_maintenance: bool,
    restrictions: Vec<Restricted>,
    ban: Option<Ban>,
    closed_countries: Vec<String>,
    international_since_unix_secs: Option<u64>,
}

/// A restriction, and until when it holds; without an end, it stays.
#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Restricted {
    #[serde(rename = "type")]
    kind: Restriction,
    until_unix_secs: Option<u64>,
}

/// A ban, and its date.
#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Ban {
    state: BanState,
    at_unix_secs: Option<u64>,
}

/// What to change; what is not named stays.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    currency: Option<String>,
    country: Option<String>,
    ownership: Option<Ownership>,
    review: Option<ReviewDecision>,
    verification: Option<Verification>,
    location: Option<String>,
    tier: Option<Tier>,
    is_locked: Option<bool>,
    is_unpaid: Option<bool>,
    is_in_maintenance: Option<bool>,
    is_enabled_for_insights: Option<bool>,
    restrictions: Option<Vec<Restricted>>,
    ban: Option<Ban>,
    closed_countries: Option<Vec<String>>,
    international: Option<International>,
    /// A word of Meta's for a rule that was broken: it is told, and nothing else changes.
    violation: Option<String>,
}

/// Since when the international rate holds, and where it begins at another time.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct International {
    start_unix_secs: u64,
    #[serde(default)]
    exceptions: std::collections::BTreeMap<String, u64>,
}

impl Control {
    pub(super) fn list_accounts(&self, _: &Call<'_>) -> Told {
        let directory = self.engine.directory();
        let accounts = directory.accounts().iter();
        ok(&accounts.filter_map(|account| shown(&directory, account)).collect::<Vec<_>>())
    }

    pub(super) fn read_account(&self, call: &Call<'_>) -> Told {
        let id = call.segment("id");
        let directory = self.engine.directory();
        let account = id.parse().ok().and_then(|id| directory.account(id));
        ok(&account.and_then(|account| shown(&directory, account)).ok_or_else(|| unknown(id))?)
    }

    pub(super) fn set_account(&self, call: &Call<'_>) -> Told {
        let id = call.segment("id");
        let now = self.engine.clock.now();
        let change = call.json::<Change>()?.read(self.engine.world().unix_secs(now))?;
        let account = id.parse().map_err(|_| unknown(id))?;
        self.engine.change_and_notify(|directory| {
            directory.change_account(now, account, &change).ok_or_else(|| unknown(id))
        })?;
        self.read_account(call)
    }
}

impl Change {
    fn read(self, unix: u64) -> Result<AccountPatch, Problem> {
        let country = |name: &'static str| move |code: String| country(name, &code);
        let closed = |codes: Vec<String>| codes.into_iter().map(country("closed_countries")).collect();
        let exception = |(code, start_time): (String, u64)| {
            country("international.exceptions")(code)
                .map(|country_code| ExceptionCountry { country_code, start_time })
        };
        let international = |asked: International| {
            let exception_countries =
                asked.exceptions.into_iter().map(exception).collect::<Result<_, _>>()?;
            Ok::<_, Problem>(InternationalEligibility {
                start_time: asked.start_unix_secs,
                exception_countries,
            })
        };
        let restricted =
            |list: Vec<Restricted>| list.iter().map(|one| (one.kind, one.until_unix_secs)).collect();
        Ok(AccountPatch {
            currency: self.currency.map(|code| currency(&code)).transpose()?,
            country: self.country.map(country("country")).transpose()?,
            ownership: self.ownership,
            review: self.review,
            verification: self.verification,
            location: self.location.map(country("location")).transpose()?,
            tier: self.tier,
            is_locked: self.is_locked,
            is_unpaid: self.is_unpaid,
            is_in_maintenance: self.is_in_maintenance,
            is_enabled_for_insights: self.is_enabled_for_insights,
            restrictions: self.restrictions.map(restricted),
            ban: self.ban.map(|ban| (ban.state, ban.at_unix_secs.unwrap_or(unix))),
            closed_countries: self.closed_countries.map(closed).transpose()?,
            international: self.international.map(international).transpose()?,
            violation: self.violation,
        })
    }
}

/// A country, in whichever case it is written.
fn country(name: &str, code: &str) -> Result<String, Problem> {
    let known = code.to_ascii_uppercase().parse::<CountryCode>();
    known.map(|known| known.to_string()).map_err(|_| {
        Problem::bad(format!("`{name}` has `{code}`, but must have countries of ISO 3166-1, such as `GB`"))
    })
}

/// A currency, in whichever case it is written.
fn currency(code: &str) -> Result<String, Problem> {
    if code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return Ok(code.to_ascii_uppercase());
    }
    Err(Problem::bad(format!("`currency` is `{code}`, but must be 3 letters, as ISO 4217 has them")))
}

fn unknown(id: &str) -> Problem {
    Problem::new(
        404,
        format!("there is no account with the id `{id}`; `/_mock/accounts` lists what there is"),
    )
}

fn shown(directory: &Directory, account: &Account) -> Option<Shown> {
    let portfolio = directory.portfolio(account.portfolio)?;
    let (record, standing) = (&account.record, &account.standing);
    let restricted =
        |&(kind, until_unix_secs): &(Restriction, Option<u64>)| Restricted { kind, until_unix_secs };
    Some(Shown {
        id: account.id.to_string(),
        name: record.name.clone(),
        portfolio: portfolio.id.to_string(),
        currency: record.currency.clone(),
        country: record.country.clone(),
        ownership: record.ownership,
        review: record.review,
        is_enabled_for_insights: record.is_enabled_for_insights,
        verification: portfolio.verification,
        location: portfolio.location.clone(),
        tier: portfolio.tier,
        is_locked: standing.is_locked,
        is_unpaid: standing.is_unpaid,
        is_in_maintenance: standing.is_in_maintenance,
        restrictions: standing.restrictions.iter().map(restricted).collect(),
        ban: standing.ban.map(|(state, at)| Ban { state, at_unix_secs: Some(at) }),
        closed_countries: standing.closed_countries.clone(),
        international_since_unix_secs: record.international.as_ref().map(|rate| rate.start_time),
    })
}
