//! The simulated Meta alone: `mock-server [ADDRESS] [--OPTION VALUE]...`.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

use mock_server::Options;

/// Each request allocates a little, on whichever thread it is: this allocator is made for that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match start(std::env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::from(2)
        }
    }
}

/// What `--help` says.
const HELP: &str = "\
Runs a simulated Meta: the WhatsApp Cloud API for authentication messaging.

mock-server [ADDRESS] [--OPTION VALUE]...
mock-server --help | --version

ADDRESS is where it listens, 127.0.0.1:8400 unless told; port 0 takes a free one.

Who exists:
  --tenants FILE             declares portfolios with apps, accounts, numbers and tokens
  --mode strict | easy | easy-templates
                             what becomes of ids and tokens that nobody declared
Who may do what:
  --webhook-allow HOST       one more host outside of this machine to which webhooks may go
  --control-token TOKEN      what requests to the control API must show as `Authorization: Bearer`
  --control-token-file FILE  the same, from a file; OTPBENCH_CONTROL_TOKEN does as well
What it keeps:
  --state FILE               goes on where the file stands, and saves into it
  --state-time resume | catch-up
                             what the simulated clock shows after a restart
  --journal FILE             writes down everything that happens; the file must be new
How it runs:
  --threads N                how many threads serve connections, and how many post webhooks;
                             half as many as there are cores, unless told
What it costs:
  --rates FILE               the rates by which messages are priced
Clients that know no host but Meta's, and callbacks over HTTPS:
  --proxy-listen ADDRESS     where it is a forward proxy, which leads to graph.facebook.com alone
  --tls-listen ADDRESS       where it takes HTTPS
  --tls-name NAME            one more name or address of the HTTPS listener
  --tls-ca-out FILE          where the certificate goes that clients must trust
  --webhook-ca FILE          who vouches for callbacks over HTTPS
  --webhook-cert FILE        what is shown to callbacks that ask for a certificate
  --webhook-key FILE         its private key
In containers:
  --probe ADDRESS            asks a mock whether it is there, and ends

mock-server/README.md explains all of it; GET /_mock/ lists the control API.
";

/// The variable that holds the control API's token, where no option does.
const TOKEN_VARIABLE: &str = "OTPBENCH_CONTROL_TOKEN";

/// The options that may be given several times.
const REPEATABLE: [&str; 2] = ["--tls-name", "--webhook-allow"];

/// How long a server may take to say that it is well.
const PROBE_TIMEOUT: Duration = Duration::from_secs(1);

fn start(mut arguments: impl Iterator<Item = String>) -> Result<(), String> {
    let mut options = Options::default();
    let mut given = BTreeSet::new();
    let mut address = "127.0.0.1:8400".to_owned();
    while let Some(argument) = arguments.next() {
        if !argument.starts_with('-') {
            address = argument;
            continue;
        }
        if argument == "--help" || argument == "-h" {
            print!("{HELP}");
            return Ok(());
        }
        if argument == "--version" {
            println!("mock-server {}", env!("CARGO_PKG_VERSION"));
            return Ok(());
        }
        let (name, value) = match argument.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (argument, arguments.next()),
        };
        match value {
            Some(address) if name == "--probe" => return probe(&address),
            value => take(&mut options, &name, value.as_deref())?,
        }
        if !REPEATABLE.contains(&name.as_str()) && !given.insert(name.clone()) {
            return Err(format!("`{name}` is given twice, but must be given once"));
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

/// Takes an option with its value, if it has one.
fn take(options: &mut Options, name: &str, value: Option<&str>) -> Result<(), String> {
    let taken = options.take(name, value.unwrap_or_default());
    match (value, taken) {
        (None, Err(_) | Ok(true)) => Err(format!("`{name}` has no value")),
        (None, Ok(false)) if name == "--probe" => Err(format!("`{name}` has no value")),
        (_, Ok(false)) => Err(format!("`{name}` is no option; --help lists them")),
        (Some(_), taken) => taken.map(|_| ()),
    }
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
