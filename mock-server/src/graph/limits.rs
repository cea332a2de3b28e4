//! The limits on calls that are no messages.

use cloud_api::access::TokenRequest;
use cloud_api::refusal::Verb;
use cloud_api::{GraphVersion, Refusal, WabaId};
use cloud_sim::{Account, Called, CalledAccount, ManagementCall};

use super::path::Path;
use super::{Call, Graph};

/// The edges that are for messages, whose limits are others.
// Source: cloud-api.md §1.6 and §7. Assumed: media go with messages.
const MESSAGING: [&str; 3] = ["messages", "marketing_messages", "media"];

/// The edges with the higher limit.
// Source: cloud-api.md §1.6.
const FAVOURED: [&str; 4] = ["assigned_users", "phone_numbers", "message_templates", "subscribed_apps"];

/// The edges that create templates, of which an hour allows so many.
// Source: cloud-api.md §1.6. Assumed: the header tells of it as of the other limits.
const CREATING: [&str; 2] = ["message_templates", "upsert_message_templates"];

impl Graph {
    /// Counts a call, unless it is a message, and says how much of its limits the app has used.
    // Source: Graph's page on batch requests: each request in a batch is counted. Assumed: the batch is not.
    pub(super) fn count_call(
        &self,
        call: &Call<'_>,
        path: &Path<'_>,
    ) -> Option<(Called, Result<(), Refusal>)> {
        let is_batch = path.is_root() && call.verb == Verb::Post;
        if is_batch || path.edge().is_some_and(|edge| MESSAGING.contains(&edge)) {
            return None;
        }
        let account = called_account(call, path).map(|(account, is_node)| {
            let mut numbers = call.directory.numbers_of(account.id);
            let is_registered = numbers.any(|number| number.record.status.is_registered());
            let is_favoured = match path.edge() {
                Some(edge) => FAVOURED.contains(&edge),
                None => is_node && call.verb == Verb::Get,
            };
            CalledAccount { id: account.id, is_favoured: is_registered && is_favoured }
        });
        let counted = ManagementCall { app: call.app.id, account };
        let (mut called, outcome) = self.engine.calls().count(self.engine.clock.now(), counted, call.facts);
        if let Some((account, usage)) = &mut called.account
            && call.verb == Verb::Post
            && path.edge().is_some_and(|edge| CREATING.contains(&edge))
            && let Some(minutes) = self.creation_regain_minutes(call, *account)
        {
            usage.percent = usage.percent.max(100);
            usage.regain_minutes = usage.regain_minutes.max(minutes);
        }
        Some((called, outcome))
    }

    /// In how many minutes a template can be created again; `None` where one can be.
    fn creation_regain_minutes(&self, call: &Call<'_>, account: WabaId) -> Option<u32> {
        const MINUTE_MICROS: u64 = 60_000_000;
        let rules = &self.engine.world().meta.templates;
        let regain = call.directory.account(account)?.creation_regain(self.engine.clock.now(), rules)?;
        u32::try_from(regain.micros().div_ceil(MINUTE_MICROS)).ok()
    }

    /// Counts a call that shows no token, where it names an app that there is.
    pub(super) fn count_open(
        &self,
        version: GraphVersion,
        body: &[u8],
    ) -> (Option<Called>, Result<(), Refusal>) {
        let app = TokenRequest::parse(body).ok().map(|request| request.app);
        let Some(app) = app.filter(|app| self.engine.directory().app(*app).is_some()) else {
            return (None, Ok(()));
        };
        let facts = self.engine.facts(version);
        let mut calls = self.engine.calls();
        let counted = ManagementCall { app, account: None };
        let (called, outcome) = calls.count(self.engine.clock.now(), counted, &facts);
        (Some(called), outcome)
    }
}

/// The account that the path is about, and whether it names that or one of its numbers.
fn called_account<'a>(call: &Call<'a>, path: &Path<'_>) -> Option<(&'a Account, bool)> {
    let id = path.first()?;
    if let Some(number) = call.visible_number(id) {
        return Some((call.directory.account(number.account)?, true));
    }
    if let Some(account) = call.visible_account(id) {
        return Some((account, true));
    }
    let (account, _) = call.directory.template_by_id(id.parse().ok()?)?;
    call.caller.sees(account.portfolio, account.id).then_some((account, false))
}
