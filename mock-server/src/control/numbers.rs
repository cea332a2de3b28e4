//! `/_mock/numbers`: how phone numbers stand, and what can be done to them by hand.

use std::sync::Arc;

use cloud_api::account::word::{
    AccountMode, CodeVerification, NameStatus, NumberStatus, Quality, ThroughputLevel,
};
use cloud_sim::{ALLOW_LIST_MAX, Number, NumberPatch};
use serde::{Deserialize, Serialize};

use super::Control;
use super::call::{Call, Problem, Told, ok, recipient};

/// A number as it stands; the number itself and its code are told in full, as in the inbox.
#[derive(Serialize)]
struct Shown {
    id: String,
    account: String,
    display_phone_number: String,
    verified_name: String,
    name_status: NameStatus,
    requested_name: Option<String>,
    status: NumberStatus,
    quality: Quality,
    level: ThroughputLevel,
    mode: AccountMode,
    code_verification: CodeVerification,
    is_pin_enabled: bool,
    is_official: bool,
    is_on_app: bool,
    allow_list: Vec<String>,
    blocked: usize,
    /// The code that was sent last to show whose the number is, until it is used.
    verification_code: Option<String>,
}

/// What to change; what is not named stays.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    status: Option<NumberStatus>,
    quality: Option<Quality>,
    level: Option<ThroughputLevel>,
    mode: Option<AccountMode>,
    code_verification: Option<CodeVerification>,
    name_status: Option<NameStatus>,
    is_official: Option<bool>,
    is_on_app: Option<bool>,
    allow_list: Option<Vec<String>>,
}

impl Control {
    pub(super) fn list_numbers(&self, _: &Call<'_>) -> Told {
        let directory = self.engine.directory();
        ok(&directory.numbers().iter().map(shown).collect::<Vec<_>>())
    }

    pub(super) fn read_number(&self, call: &Call<'_>) -> Told {
        let id = call.segment("id");
        let directory = self.engine.directory();
        let number = id.parse().ok().and_then(|id| directory.number(id));
        ok(&shown(number.ok_or_else(|| unknown(id))?))
    }

    pub(super) fn set_number(&self, call: &Call<'_>) -> Told {
        let id = call.segment("id");
        let change = call.json::<Change>()?.read()?;
        let number = id.parse().map_err(|_| unknown(id))?;
        let now = self.engine.clock.now();
        self.engine.change_and_notify(|directory| {
            directory.change_number(now, number, &change).ok_or_else(|| unknown(id))
        })?;
        self.read_number(call)
    }
}

impl Change {
    fn read(self) -> Result<NumberPatch, Problem> {
        let read = |list: Vec<String>| {
            if list.len() > ALLOW_LIST_MAX {
                let error = format!("`allow_list` has {} numbers, but may have {ALLOW_LIST_MAX}", list.len());
                return Err(Problem::bad(error));
            }
            list.iter().map(|number| recipient("allow_list", number)).collect()
        };
        Ok(NumberPatch {
            status: self.status,
            quality: self.quality,
            level: self.level,
            mode: self.mode,
            code_verification: self.code_verification,
            name_status: self.name_status,
            is_official: self.is_official,
            is_on_app: self.is_on_app,
            allow_list: self.allow_list.map(read).transpose()?,
        })
    }
}

fn unknown(id: &str) -> Problem {
    Problem::new(404, format!("there is no number with the id `{id}`; `/_mock/numbers` lists what there is"))
}

fn shown(number: &Arc<Number>) -> Shown {
    let record = &number.record;
    Shown {
        id: number.id.to_string(),
        account: number.account.to_string(),
        display_phone_number: number.display.digits().to_string(),
        verified_name: record.verified_name.clone(),
        name_status: record.name_status,
        requested_name: record.requested_name.as_ref().map(|asked| asked.name.clone()),
        status: record.status,
        quality: record.quality,
        level: record.level,
        mode: record.mode,
        code_verification: record.code_verification,
        is_pin_enabled: record.is_pin_enabled,
        is_official: record.is_official,
        is_on_app: record.is_on_app,
        allow_list: number.allow_list.iter().map(|number| number.digits().to_string()).collect(),
        blocked: number.blocked.len(),
        verification_code: number.registration.code.as_ref().map(|issued| issued.code.expose().to_owned()),
    }
}
