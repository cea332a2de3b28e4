//! What a token opens: the objects that a path names, for those who may see or change them.

use std::sync::Arc;

use cloud_api::Refusal;
use cloud_sim::{Account, Need, Number};

use super::Call;

impl<'a> Call<'a> {
    /// The account of this id, for a caller that may do this with it.
    ///
    /// # Errors
    ///
    /// When there is none, none that the caller sees, or none that it may do this with.
    pub(super) fn account(&self, id: &str, need: Need) -> Result<&'a Account, Refusal> {
        let account = self.visible_account(id).ok_or_else(|| self.unknown_object(id))?;
        self.caller.may(need, account.id)?;
        Ok(account)
    }

    /// The phone number of this id, for a caller that may do this with it.
    ///
    /// # Errors
    ///
    /// When there is none, none that the caller sees, or none that it may do this with.
    pub(super) fn number(&self, id: &str, need: Need) -> Result<&'a Arc<Number>, Refusal> {
        let number = self.visible_number(id).ok_or_else(|| self.unknown_object(id))?;
        self.caller.may(need, number.account)?;
        Ok(number)
    }

    /// The account of this id, if there is one that the caller sees.
    pub(super) fn visible_account(&self, id: &str) -> Option<&'a Account> {
        let account = self.directory.account(id.parse().ok()?)?;
        self.caller.sees(account.portfolio, account.id).then_some(account)
    }

    /// The phone number of this id, if there is one that the caller sees.
    pub(super) fn visible_number(&self, id: &str) -> Option<&'a Arc<Number>> {
        let number = self.directory.number(id.parse().ok()?)?;
        let account = self.directory.account(number.account)?;
        self.caller.sees(account.portfolio, account.id).then_some(number)
    }
}
