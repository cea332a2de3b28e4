//! People whom a number no longer hears.

use std::collections::BTreeSet;
use std::sync::Arc;

use cloud_api::account::{BlockFailure, BlockOutcome, BlockVerb, NamedUser};
use cloud_api::{PhoneNumberId, Recipient, Refusal};

use super::Directory;

impl Directory {
    /// Has a number no longer hear people, of whom `has_written` says who wrote within a day.
    ///
    /// Who is blocked already stays so.
    ///
    /// # Errors
    ///
    /// When there is no such number.
    // Source: cloud-api.md §5.2.
    pub fn block(
        &mut self,
        id: PhoneNumberId,
        users: Vec<NamedUser>,
        blocked_max: usize,
        has_written: impl Fn(Recipient) -> bool,
    ) -> Result<BlockOutcome, Refusal> {
        let block = |blocked: &mut BTreeSet<Recipient>, recipient: Recipient| {
            if blocked.contains(&recipient) {
                return Ok(());
            }
            if !has_written(recipient) {
                return Err(BlockFailure::NotWritten);
            }
            if blocked.len() >= blocked_max {
                return Err(BlockFailure::ListFull);
            }
            blocked.insert(recipient);
            Ok(())
        };
        self.change_blocked(id, BlockVerb::Block, users, block)
    }

    /// Has a number hear people again.
    ///
    /// # Errors
    ///
    /// When there is no such number.
    // Source: cloud-api.md §5.2. Assumed: who is not blocked is told as a failure.
    pub fn unblock(&mut self, id: PhoneNumberId, users: Vec<NamedUser>) -> Result<BlockOutcome, Refusal> {
        let unblock = |blocked: &mut BTreeSet<Recipient>, recipient: Recipient| {
            if blocked.remove(&recipient) { Ok(()) } else { Err(BlockFailure::NotBlocked) }
        };
        self.change_blocked(id, BlockVerb::Unblock, users, unblock)
    }

    fn change_blocked(
        &mut self,
        id: PhoneNumberId,
        verb: BlockVerb,
        users: Vec<NamedUser>,
        change: impl Fn(&mut BTreeSet<Recipient>, Recipient) -> Result<(), BlockFailure>,
    ) -> Result<BlockOutcome, Refusal> {
        let number = self.number_mut(id).ok_or(Refusal::ApiUnknown)?;
        let blocked = Arc::make_mut(&mut number.blocked);
        let mut outcome = BlockOutcome { verb, done: Vec::new(), failed: Vec::new() };
        for user in users {
            let changed = match user.recipient {
                Some(recipient) => change(blocked, recipient),
                None => Err(BlockFailure::NoNumber),
            };
            match changed {
                Ok(()) => outcome.done.push(user),
                Err(why) => outcome.failed.push((user, why)),
            }
        }
        Ok(outcome)
    }
}

#[cfg(test)]
mod tests {
    use cloud_api::Recipient;
    use cloud_api::account::{BlockFailure, BlockOutcome, NamedUser};

    use crate::{Directory, Tenant};

    fn users(numbers: &[u64]) -> Vec<NamedUser> {
        let user = |number: &u64| NamedUser {
            input: number.to_string(),
            recipient: Recipient::from_number(*number).ok(),
        };
        numbers.iter().map(user).collect()
    }

    #[track_caller]
    fn check(outcome: &BlockOutcome, done: usize, failed: &[BlockFailure]) {
        let why: Vec<_> = outcome.failed.iter().map(|(_, why)| *why).collect();
        assert_eq!((outcome.done.len(), why.as_slice()), (done, failed));
    }

    #[test]
    fn only_who_wrote_is_blocked_and_only_while_the_list_has_room() {
        let mut directory = Directory::of(Tenant::sample());
        let id = Tenant::sample().number;
        let has_written = |recipient: Recipient| recipient.number().is_multiple_of(2);
        let named = users(&[16_505_550_002, 16_505_550_003, 16_505_550_004, 16_505_550_006, 7]);
        let outcome = directory.block(id, named, 2, has_written).unwrap();
        check(&outcome, 2, &[BlockFailure::NotWritten, BlockFailure::ListFull, BlockFailure::NoNumber]);
        let again = directory.block(id, users(&[16_505_550_002]), 2, |_| false).unwrap();
        check(&again, 1, &[]);
        let outcome = directory.unblock(id, users(&[16_505_550_002, 16_505_550_002])).unwrap();
        check(&outcome, 1, &[BlockFailure::NotBlocked]);
    }
}
