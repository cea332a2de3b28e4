//! Tenants: whole portfolios that come and go, with their apps, accounts, phone numbers and tokens.

use cloud_api::{AppId, BusinessId, PhoneNumberId, Recipient, WabaId};
use rustc_hash::FxHashSet;
use scenario::{AccountPlan, Seed, TenantPlan, Tenants};
use thiserror::Error;

use super::Directory;

/// How many tenants there may be at once.
pub const TENANTS_MAX: usize = 10_000;

/// How many tokens there may be at once, over all tenants.
pub const TOKENS_MAX: usize = 100_000;

/// How many apps, accounts, phone numbers and tokens a new tenant may have together.
///
/// Each is made while the directory waits, and looks at all that there are.
pub const PARTS_MAX: usize = 1_000;

/// How many apps, accounts and phone numbers there may be at once, over all tenants.
pub const ALL_PARTS_MAX: usize = 100_000;

/// Why a tenant is not created; nothing of it is.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum TenantError {
    /// An id belongs to something already.
    #[error("the id {id} of the new {what} is taken")]
    IdTaken {
        /// What was to get it.
        what: &'static str,
        /// The id.
        id: u64,
    },
    /// A phone number belongs to an account already.
    #[error("the phone number {number} is taken")]
    NumberTaken {
        /// The number, most of it hidden.
        number: Recipient,
    },
    /// A token is another tenant's.
    #[error("a token with the text of the new one exists already")]
    TokenTaken,
    /// A token names an app or an account that is not the tenant's.
    #[error("a token names the {what} {id}, which does not belong to the tenant")]
    NotOwned {
        /// What it names.
        what: &'static str,
        /// The id.
        id: u64,
    },
    /// There are as many tenants as there may be.
    #[error("there are {TENANTS_MAX} tenants already, which is the most; delete one first")]
    TooMany,
    /// It has more parts than a tenant may have.
    #[error(
        "the tenant has {found} apps, accounts, phone numbers and tokens, but must have {PARTS_MAX} at most"
    )]
    TooLarge {
        /// How many it has, those included that are made up where nothing is said.
        found: usize,
    },
    /// There are as many parts of tenants as there may be.
    #[error(
        "there would be more than {ALL_PARTS_MAX} apps, accounts and phone numbers, which is the most; delete a tenant first"
    )]
    TooManyParts,
    /// There are as many tokens as there may be.
    #[error("there are {TOKENS_MAX} tokens already, which is the most")]
    TooManyTokens,
    /// There is no such tenant.
    #[error("there is no tenant with the portfolio {portfolio}")]
    Unknown {
        /// The portfolio asked for.
        portfolio: BusinessId,
    },
}

/// When and from what chance a tenant is made.
#[derive(Clone, Copy, Debug)]
pub struct Founding {
    /// What is made up follows from it.
    pub seed: Seed,
    /// The wall clock, in seconds since 1970.
    pub now_unix: u64,
}

impl Directory {
    /// A directory of those who are declared.
    ///
    /// # Errors
    ///
    /// When two of them claim the same id, phone number or token.
    pub fn declared(tenants: &Tenants, founding: Founding) -> Result<Self, TenantError> {
        let mut directory =
            Self { mode: tenants.mode, webhook_hosts: tenants.webhook_hosts.clone(), ..Self::default() };
        for plan in &tenants.plans {
            directory.create_tenant(plan, founding)?;
        }
        Ok(directory)
    }

    /// Creates a tenant, with everything made up that its plan leaves open.
    ///
    /// # Errors
    ///
    /// When something of it exists already; nothing is created then.
    pub fn create_tenant(
        &mut self,
        plan: &TenantPlan,
        founding: Founding,
    ) -> Result<BusinessId, TenantError> {
        if self.portfolios.len() >= TENANTS_MAX {
            return Err(TenantError::TooMany);
        }
        let parts = parts(plan);
        if parts > PARTS_MAX {
            return Err(TenantError::TooLarge { found: parts });
        }
        if self.apps.len() + self.accounts.len() + self.numbers.len() + parts > ALL_PARTS_MAX {
            return Err(TenantError::TooManyParts);
        }
        let mut draft = self.clone();
        let id = draft.found(plan, founding)?;
        draft.note_places();
        *self = draft;
        Ok(id)
    }

    /// Deletes a tenant with all that belongs to it; says whether there was one.
    ///
    /// Messages on their way go on, and nobody hears of them.
    pub fn delete_tenant(&mut self, portfolio: BusinessId) -> bool {
        let before = self.portfolios.len();
        self.portfolios.retain(|known| known.id != portfolio);
        if self.portfolios.len() == before {
            return false;
        }
        self.account_ids(portfolio).into_iter().for_each(|account| self.forget_timers(account));
        self.codes.retain(|code| code.portfolio != portfolio);
        self.apps.retain(|app| app.portfolio != portfolio);
        self.accounts.retain(|account| account.portfolio != portfolio);
        let apps: FxHashSet<AppId> = self.apps.iter().map(|app| app.id).collect();
        let accounts: FxHashSet<WabaId> = self.accounts.iter().map(|account| account.id).collect();
        self.numbers.retain(|number| accounts.contains(&number.account));
        let numbers: FxHashSet<PhoneNumberId> = self.numbers.iter().map(|number| number.id).collect();
        self.tokens.retain(|token| token.portfolio != portfolio);
        self.callbacks.retain(&apps, &accounts, &numbers);
        self.note_places();
        true
    }
}

/// How many parts a tenant will have; one of each is made up where its plan names none.
fn parts(plan: &TenantPlan) -> usize {
    let numbers = |account: &AccountPlan| 1 + account.numbers.len().max(1);
    let accounts: usize = plan.accounts.iter().map(numbers).sum();
    plan.apps.len().max(1) + accounts.max(2) + plan.tokens.len().max(1)
}
