//! The simulated Meta alone: `mock-server [ADDRESS]`.

use std::net::{SocketAddr, TcpListener};
use std::process::ExitCode;

fn main() -> ExitCode {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8400".to_owned());
    let Ok(address) = address.parse::<SocketAddr>() else {
        eprintln!("error: the address is `{address}`, but must be an IP address and a port");
        return ExitCode::from(2);
    };
    match TcpListener::bind(address).and_then(|listener| mock_server::run_alone(listener, None)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: cannot listen on {address}: {error}");
            ExitCode::from(2)
        }
    }
}
