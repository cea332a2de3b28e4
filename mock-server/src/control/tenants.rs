//! `/_mock/tenants`: whole tenants made, shown and deleted, so that tests can run side by side.

mod plan;
mod shown;

use cloud_api::BusinessId;
use cloud_sim::{TenantError, Undeclared};
use serde::Serialize;

use plan::Plan;
use shown::{Listed, Shown, ShownToken};

use super::Control;
use super::call::{Call, Problem, Told, ok};

#[derive(Serialize)]
struct Tenants {
    tenants: Vec<Listed>,
}

#[derive(Serialize)]
struct Code {
    code: String,
}

impl Control {
    pub(super) fn list_tenants(&self, _: &Call<'_>) -> Told {
        let directory = self.engine.directory();
        let tenants = directory.portfolios().iter().map(|portfolio| Listed::of(&directory, portfolio));
        ok(&Tenants { tenants: tenants.collect() })
    }

    pub(super) fn create_tenant(&self, call: &Call<'_>) -> Told {
        let plan = call.json::<Plan>()?.read()?;
        let founding = self.engine.founding();
        let created = self.engine.change_directory(|directory| directory.create_tenant(&plan, founding));
        self.show(created.map_err(refused)?)
    }

    pub(super) fn show_tenant(&self, call: &Call<'_>) -> Told {
        self.show(portfolio(call)?)
    }

    pub(super) fn delete_tenant(&self, call: &Call<'_>) -> Told {
        let portfolio = portfolio(call)?;
        let shown = self.show(portfolio)?;
        self.engine.change_directory(|directory| directory.delete_tenant(portfolio));
        Ok(shown)
    }

    pub(super) fn create_token(&self, call: &Call<'_>) -> Told {
        let portfolio = portfolio(call)?;
        let plan = call.json::<plan::Token>()?.read()?;
        let founding = self.engine.founding();
        let made = self.engine.change_directory(|directory| directory.make_token(portfolio, &plan, founding));
        let made = made.map_err(refused)?;
        self.show_token(made.expose())
    }

    /// Changes a token, whosever it is.
    pub(super) fn change_token(&self, call: &Call<'_>) -> Told {
        let change = call.json::<plan::TokenChange>()?;
        let founding = self.engine.founding();
        let now = founding.now_unix;
        let is_known = self.engine.change_directory(|directory| {
            // In easy mode one that nobody has shown yet comes into being, as if somebody had.
            if directory.is_easy() {
                directory.take_on(&Undeclared::Token(&change.token), None, founding);
            }
            directory.change_token(&change.token, |token| change.apply(token, now))
        });
        if !is_known {
            return Err(Problem::new(404, "`token` is none that this Meta knows"));
        }
        self.show_token(&change.token)
    }

    pub(super) fn log_in(&self, call: &Call<'_>) -> Told {
        let portfolio = portfolio(call)?;
        let founding = self.engine.founding();
        let code = self.engine.change_directory(|directory| directory.log_in(portfolio, founding));
        ok(&Code { code: code.map_err(refused)? })
    }

    fn show(&self, portfolio: BusinessId) -> Told {
        let directory = self.engine.directory();
        let record = directory.portfolio(portfolio);
        let record = record.ok_or_else(|| refused(TenantError::Unknown { portfolio }))?;
        ok(&Shown::of(&directory, record))
    }

    fn show_token(&self, text: &str) -> Told {
        let directory = self.engine.directory();
        let token = directory.token(text).ok_or_else(|| Problem::new(404, "the token is gone"))?;
        ok(&ShownToken::of(token))
    }
}

fn portfolio(call: &Call<'_>) -> Result<BusinessId, Problem> {
    let text = call.segment("portfolio");
    text.parse().map_err(|error| Problem::bad(format!("the portfolio in the path is `{text}`, but {error}")))
}

fn refused(error: TenantError) -> Problem {
    let status = match error {
        TenantError::IdTaken { .. } | TenantError::NumberTaken { .. } | TenantError::TokenTaken => 409,
        TenantError::Unknown { .. } => 404,
        TenantError::NotOwned { .. } | TenantError::TooLarge { .. } => 400,
        TenantError::TooMany | TenantError::TooManyParts | TenantError::TooManyTokens => 507,
    };
    Problem::new(status, error.to_string())
}
