//! The servers that are measured, each in a process of its own.

mod bare;
mod flights;
mod mock;
mod receiver;

use std::io;
use std::net::SocketAddr;

use clap::{Args, Subcommand};
use tokio::runtime::{Builder, Runtime};

/// A server to run until it is ended; its first line of output is its address.
#[derive(Debug, Subcommand)]
pub(crate) enum Serve {
    /// hyper alone: parses a send and answers as many bytes as the simulated Meta does.
    Bare(Threads),
    /// The simulated Meta, with its template approved and, if asked for, a journal and a subscriber.
    Mock(mock::MockArgs),
    /// No server: prints how many bytes a message on its way takes.
    Flights,
    /// A callback that answers 200 to everything; `GET /count` says how many webhooks came.
    Receiver(Threads),
}

/// How many threads a server has.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Threads {
    /// As many as there are cores, where nobody says.
    #[arg(long)]
    threads: Option<usize>,
}

impl Serve {
    pub(crate) fn run(self) -> io::Result<()> {
        match self {
            Self::Bare(Threads { threads }) => runtime(threads)?.block_on(bare::serve()),
            Self::Mock(args) => mock::serve(args),
            Self::Flights => mock::weigh(),
            Self::Receiver(Threads { threads }) => runtime(threads)?.block_on(receiver::serve()),
        }
    }
}

fn runtime(threads: Option<usize>) -> io::Result<Runtime> {
    let mut runtime = Builder::new_multi_thread();
    if let Some(threads) = threads {
        runtime.worker_threads(threads);
    }
    runtime.enable_all().build()
}

fn announce(address: SocketAddr) {
    println!("http://{address}");
}
