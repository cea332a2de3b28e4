//! A request that changes an account.

use super::parameters::{Parameters, invalid};
use crate::refusal::Refusal;

/// A request to `POST /{account id}`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountUpdate {
    /// What people shall call it: 1 to 100 characters.
    pub name: Option<String>,
    /// The number of its time zone.
    pub timezone_id: Option<u16>,
    /// Whether it shall count what templates do.
    pub is_enabled_for_insights: Option<bool>,
}

impl AccountUpdate {
    /// Reads the parameters.
    ///
    /// # Errors
    ///
    /// When there is none that is known, or one breaks a rule.
    // Source: the OpenAPI file, and cloud-api.md 4 for insights. Assumed: the words of the refusals.
    pub fn parse(body: &[u8]) -> Result<Self, Refusal> {
        let parameters = Parameters::read(body);
        let name = parameters.text("name").map(|name| match name.chars().count() {
            1..=100 => Ok(name.into_owned()),
            _ => Err(invalid("name", "it must have 1 to 100 characters")),
        });
        let timezone_id = parameters.text("timezone_id").map(|text| {
            text.parse().map_err(|_| invalid("timezone_id", "it must be the number of a time zone"))
        });
        let update = Self {
            name: name.transpose()?,
            timezone_id: timezone_id.transpose()?,
            is_enabled_for_insights: parameters.flag("is_enabled_for_insights")?,
        };
        if update == Self::default() {
            let details = "one of name, timezone_id and is_enabled_for_insights must be given.".into();
            return Err(Refusal::InvalidParameter { details });
        }
        Ok(update)
    }
}
