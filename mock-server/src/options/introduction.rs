//! Who exists, told to whoever starts a simulated Meta.

use cloud_api::account::PortfolioRecord;
use cloud_sim::Directory;

/// How many tenants are introduced; the control API tells of the others.
const INTRODUCED_MAX: usize = 5;

/// What a client must know; the secrets open nothing but this server.
pub(super) fn of(directory: &Directory) -> String {
    let portfolios = directory.portfolios();
    let mut lines: Vec<String> =
        portfolios.iter().take(INTRODUCED_MAX).map(|portfolio| tenant(directory, portfolio)).collect();
    if portfolios.len() > INTRODUCED_MAX {
        lines.push(format!("and {} tenants more: GET /_mock/tenants", portfolios.len() - INTRODUCED_MAX));
    }
    if directory.is_easy() {
        lines.push("any other id and token works too: it comes into being when it is first used".to_owned());
    }
    lines.push("control API under /_mock/, which lists itself".to_owned());
    lines.join("\n")
}

fn tenant(directory: &Directory, portfolio: &PortfolioRecord) -> String {
    let mut lines = vec![format!("{}, portfolio {}", portfolio.name, portfolio.id)];
    for account in directory.accounts_of(portfolio.id) {
        let numbers = directory.numbers_of(account.id).map(|number| number.id.to_string());
        let numbers: Vec<_> = numbers.collect();
        lines.push(format!("  account id {}, phone number id {}", account.id, numbers.join(", ")));
    }
    for app in directory.apps_of(portfolio.id) {
        lines.push(format!("  app id {}, app secret {}", app.id, app.secret.expose()));
    }
    for token in directory.tokens_of(portfolio.id) {
        lines.push(format!("  access token {}", token.text.expose()));
    }
    lines.join("\n")
}
