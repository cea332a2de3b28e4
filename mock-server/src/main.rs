//! The simulated Meta alone: `mock-server [ADDRESS] [--OPTION VALUE]...`.

use std::net::{SocketAddr, TcpListener};
use std::process::ExitCode;

use mock_server::Options;

fn main() -> ExitCode {
    match start(std::env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::from(2)
        }
    }
}

fn start(mut arguments: impl Iterator<Item = String>) -> Result<(), String> {
    let mut options = Options::default();
    let mut address = "127.0.0.1:8400".to_owned();
    while let Some(argument) = arguments.next() {
        if !argument.starts_with('-') {
            address = argument;
            continue;
        }
        let value = arguments.next().ok_or_else(|| format!("`{argument}` has no value"))?;
        if !options.take(&argument, &value)? {
            return Err(format!("`{argument}` is no option; mock-server/README.md lists them"));
        }
    }
    let rule = "must be an IP address and a port";
    let address: SocketAddr =
        address.parse().map_err(|_| format!("the address is `{address}`, but {rule}"))?;
    let listener =
        TcpListener::bind(address).map_err(|error| format!("cannot listen on {address}: {error}"))?;
    mock_server::run_alone(listener, None, &options).map_err(|error| error.to_string())
}
