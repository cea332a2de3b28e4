//! What was done to an account, as its log tells it.

use std::borrow::Cow;

use serde_json::json;

use super::selection::{Field as _, fields};
use super::{Node, Selection};
use crate::calendar::{DAY_SECS, Day};
use crate::id::{AppId, UserId, WabaId};
use crate::list;
use crate::paging::PageRequest;
use crate::refusal::Refusal;
use crate::word::words;

words! {
    /// What was done.
    // Source: the OpenAPI file, as for all here.
    ActivityType {
        /// The account came to be.
        AccountCreated = "ACCOUNT_CREATED",
        /// The account was changed.
        AccountUpdated = "ACCOUNT_UPDATED",
        /// The account was deleted.
        AccountDeleted = "ACCOUNT_DELETED",
        /// A phone number was added.
        PhoneNumberAdded = "PHONE_NUMBER_ADDED",
        /// A phone number was removed.
        PhoneNumberRemoved = "PHONE_NUMBER_REMOVED",
        /// A phone number was shown to be its owner's.
        PhoneNumberVerified = "PHONE_NUMBER_VERIFIED",
        /// The account was assigned to a user.
        UserAdded = "USER_ADDED",
        /// The account was taken from a user.
        UserRemoved = "USER_REMOVED",
        /// A user may do something else with it.
        UserRoleChanged = "USER_ROLE_CHANGED",
        /// A permission was given.
        PermissionGranted = "PERMISSION_GRANTED",
        /// A permission was taken.
        PermissionRevoked = "PERMISSION_REVOKED",
        /// A template was created.
        TemplateCreated = "TEMPLATE_CREATED",
        /// A template was changed.
        TemplateUpdated = "TEMPLATE_UPDATED",
        /// A template was deleted.
        TemplateDeleted = "TEMPLATE_DELETED",
        /// It was changed who hears of the account, and where.
        WebhookConfigured = "WEBHOOK_CONFIGURED",
        /// An app may use the account.
        ApiAccessGranted = "API_ACCESS_GRANTED",
        /// An app may no longer use the account.
        ApiAccessRevoked = "API_ACCESS_REVOKED",
        /// How the account is paid for was changed.
        BillingUpdated = "BILLING_UPDATED",
        /// Meta acted on a rule.
        ComplianceAction = "COMPLIANCE_ACTION",
        /// Something about the account's safety happened.
        SecurityEvent = "SECURITY_EVENT",
    }
}

/// Something that was done to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// Its id; a later one has a greater one.
    pub id: u64,
    /// The account.
    pub account: WabaId,
    /// What was done.
    pub kind: ActivityType,
    /// When, in unix seconds.
    pub at: u64,
    /// The app by which it was done.
    pub app: (AppId, Box<str>),
    /// The person on whose behalf the app acted, if it was one.
    pub person: Option<UserId>,
    /// The id that the request named: of the account, or of a number or a template of it.
    pub object: Box<str>,
    /// What the client called itself, if it did.
    pub user_agent: Option<Box<str>>,
}

fields! {
    /// A field of something that was done to an account.
    ActivityField on "WhatsAppBusinessAccountActivity" by default [Id, Kind, Timestamp, ActorType] {
        Id = "id",
        Kind = "activity_type",
        Timestamp = "timestamp",
        ActorType = "actor_type",
        ActorId = "actor_id",
        ActorName = "actor_name",
        Description = "description",
        Details = "details",
        IpAddress = "ip_address",
        UserAgent = "user_agent",
    }
}

/// A request for what was done to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityQuery {
    /// Which part of the list.
    pub page: PageRequest,
    since: Option<u64>,
    until: Option<u64>,
    kinds: Vec<ActivityType>,
    selection: Selection<ActivityField>,
}

/// How many elements a page has at most.
// Source: the OpenAPI file. Assumed: who asks for more gets as many.
const LIMIT_MAX: usize = 100;

impl ActivityQuery {
    /// Reads the pairs of a query, decoded; others than its own are ignored.
    ///
    /// # Errors
    ///
    /// When a time, a type, a field, a cursor or the limit cannot be read.
    pub fn from_pairs<'a>(
        pairs: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>,
    ) -> Result<Self, Refusal> {
        let (since, until, kinds) = (None, None, Vec::new());
        let (page, selection) = (PageRequest::default(), Selection::default());
        let mut query = Self { page, since, until, kinds, selection };
        for (key, value) in pairs {
            match key.as_ref() {
                "since" => query.since = Some(instant("since", &value)?),
                "until" => query.until = Some(instant("until", &value)?),
                "activity_type" => query.kinds = kinds_of(&value)?,
                "fields" => query.selection = Selection::parse(Some(&value))?,
                key => query.page.take(key, &value)?,
            }
        }
        query.page.limit = query.page.limit.min(LIMIT_MAX);
        Ok(query)
    }

    /// Whether an activity is among those that are asked for.
    // Assumed: what happened in the very second that is named counts.
    #[must_use]
    pub fn matches(&self, activity: &Activity) -> bool {
        self.since.is_none_or(|since| activity.at >= since)
            && self.until.is_none_or(|until| activity.at <= until)
            && (self.kinds.is_empty() || self.kinds.contains(&activity.kind))
    }

    /// What is asked for of an activity; what the schema wants is told unasked too.
    // Assumed: what is done with a system user's token is done by the API, in the name of the app; no
    // address of a client is told, since all of them are on one machine.
    #[must_use]
    pub fn node(&self, activity: &Activity) -> Node {
        use ActivityField as F;
        let mut node = Node::new();
        let (app, name) = &activity.app;
        for field in self.selection.fields().chain(F::DEFAULT.iter().copied()) {
            let key = field.name();
            match field {
                F::Id => node.push(key, Some(activity.id.to_string())),
                F::Kind => node.push(key, Some(activity.kind)),
                F::Timestamp => node.push(key, Some(written(activity.at))),
                F::ActorType => {
                    node.push(key, Some(if activity.person.is_some() { "USER" } else { "API" }));
                }
                F::ActorId => {
                    let person = activity.person.map(|person| person.to_string());
                    node.push(key, Some(person.unwrap_or_else(|| app.to_string())));
                }
                F::ActorName => node.push(key, Some(name)),
                F::Description => node.push(key, Some(activity.kind.word().to_lowercase().replace('_', " "))),
                F::Details => node.push(key, Some(json!({ "object_id": activity.object }))),
                F::IpAddress => {}
                F::UserAgent => node.push(key, activity.user_agent.as_ref()),
            }
        }
        node
    }
}

fn kinds_of(list: &str) -> Result<Vec<ActivityType>, Refusal> {
    list::words(list)
        .iter()
        .map(|word| {
            word.parse().map_err(|unknown| Refusal::InvalidParameter {
                details: format!("Param activity_type: {unknown}.").into(),
            })
        })
        .collect()
}

/// Reads an instant, in unix seconds: such a number, a day, or a day and a time of it in UTC.
fn instant(name: &'static str, text: &str) -> Result<u64, Refusal> {
    let wrong = || {
        let rule = "it must be a unix time, or a date such as 2023-10-01T00:00:00Z.";
        Refusal::InvalidParameter { details: format!("Param {name}: {rule}").into() }
    };
    if let Ok(secs) = text.parse() {
        return Ok(secs);
    }
    let (day, time) = text.split_once('T').unwrap_or((text, "00:00:00Z"));
    let day: Day = day.parse().map_err(|_| wrong())?;
    let time = time.strip_suffix('Z').or_else(|| time.strip_suffix("+0000")).ok_or_else(wrong)?;
    let mut secs = 0;
    let mut parts = time.split(':');
    for bound in [24, 60, 60] {
        let part: u64 = parts.next().and_then(|part| part.parse().ok()).ok_or_else(wrong)?;
        if part >= bound {
            return Err(wrong());
        }
        secs = secs * 60 + part;
    }
    if parts.next().is_some() { Err(wrong()) } else { Ok(day.unix_secs() + secs) }
}

/// An instant in unix seconds, as Meta writes it here.
fn written(unix: u64) -> String {
    let secs = unix % DAY_SECS;
    format!("{}T{:02}:{:02}:{:02}Z", Day::of_unix(unix), secs / 3_600, secs / 60 % 60, secs % 60)
}

#[cfg(test)]
mod tests {
    use super::{instant, written};

    #[test]
    fn an_instant_is_read_as_a_number_or_as_a_date() {
        for text in ["1750000000", "2025-06-15T15:06:40Z", "2025-06-15T15:06:40+0000"] {
            assert_eq!(instant("since", text), Ok(1_750_000_000), "{text}");
        }
        assert_eq!(instant("since", "2025-06-15"), Ok(1_749_945_600));
        assert_eq!(written(1_750_000_000), "2025-06-15T15:06:40Z");
    }

    #[test]
    fn what_is_no_instant_is_refused() {
        for text in ["", "yesterday", "2025-06-15T15:06", "2025-06-15T25:00:00Z", "2025-02-30", "-1"] {
            assert!(instant("since", text).is_err(), "{text}");
        }
    }
}
