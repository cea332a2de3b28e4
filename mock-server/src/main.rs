//! The simulated Meta alone: `mock-server [ADDRESS] [--OPTION VALUE]...`.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

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

/// The variable that holds the control API's token, where no option does.
const TOKEN_VARIABLE: &str = "OTPBENCH_CONTROL_TOKEN";

/// How long a server may take to say that it is well.
const PROBE_TIMEOUT: Duration = Duration::from_secs(1);

fn start(mut arguments: impl Iterator<Item = String>) -> Result<(), String> {
    let mut options = Options::default();
    let mut address = "127.0.0.1:8400".to_owned();
    while let Some(argument) = arguments.next() {
        if !argument.starts_with('-') {
            address = argument;
            continue;
        }
        let value = arguments.next().ok_or_else(|| format!("`{argument}` has no value"))?;
        if argument == "--probe" {
            return probe(&value);
        }
        if !options.take(&argument, &value)? {
            return Err(format!("`{argument}` is no option; mock-server/README.md lists them"));
        }
    }
    if let (None, Ok(token)) = (&options.access.control_token, std::env::var(TOKEN_VARIABLE)) {
        options.take("--control-token", &token).map_err(|_| format!("{TOKEN_VARIABLE} is empty"))?;
    }
    let address = parse(&address)?;
    let listener =
        TcpListener::bind(address).map_err(|error| format!("cannot listen on {address}: {error}"))?;
    mock_server::run_alone(listener, None, &options).map_err(|error| error.to_string())
}

fn parse(address: &str) -> Result<SocketAddr, String> {
    let rule = "must be an IP address and a port";
    address.parse().map_err(|_| format!("the address is `{address}`, but {rule}"))
}

/// Asks a server whether it is there: for containers, in which there is nothing else to ask with.
fn probe(address: &str) -> Result<(), String> {
    let ask = |address: SocketAddr| {
        let mut stream = TcpStream::connect_timeout(&address, PROBE_TIMEOUT)?;
        stream.set_read_timeout(Some(PROBE_TIMEOUT))?;
        stream.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
        let mut answer = [0; 9];
        stream.read_exact(&mut answer).map(|()| answer)
    };
    let answer = ask(parse(address)?).map_err(|error| format!("{address} does not answer: {error}"))?;
    if answer == *b"HTTP/1.1 " { Ok(()) } else { Err(format!("{address} does not speak HTTP")) }
}
