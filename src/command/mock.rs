//! `otpbench mock`: the simulated Meta alone.

use mock_server::{AccessOptions, Options};

use crate::cli::MockArgs;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::scenario_file::ScenarioFile;
use crate::wiring;

pub(crate) fn execute(args: &MockArgs) -> Result<Exit, CommandError> {
    let scenario = match &args.scenario {
        Some(path) => Some(ScenarioFile::read(path)?.scenario),
        None => None,
    };
    let listener = wiring::listen(args.listen)?;
    let options = Options {
        access: AccessOptions {
            tenants: args.tenants.clone(),
            mode: args.mode,
            webhook_hosts: args.webhook_allow.clone(),
            control_token: args.control_token.clone(),
        },
        tls_listen: args.tls_listen,
        proxy_listen: args.proxy_listen,
        tls_ca_out: args.tls_ca_out.clone(),
        tls_names: args.tls_names.clone(),
        webhook_ca: args.webhook_ca.clone(),
        webhook_certificate: args.webhook_cert.clone(),
        webhook_key: args.webhook_key.clone(),
        rates: args.rates.clone(),
        journal: args.journal.clone(),
        state: args.state.clone(),
        state_time: args.state_time,
    };
    mock_server::run_alone(listener, scenario.as_ref(), &options).map_err(CommandError::Mock)?;
    Ok(Exit::Pass)
}
