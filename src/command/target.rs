//! `otpbench target`: the example target alone.

use cloud_sim::Tenant;
use example_target::{Readiness, Service};
use scenario::Scenario;
use tokio::net::TcpListener;

use crate::cli::TargetArgs;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::wiring;

pub(crate) fn execute(args: &TargetArgs) -> Result<Exit, CommandError> {
    let graph_base_url = args.graph_url.parse().map_err(|_| CommandError::Argument {
        what: "--graph-url",
        found: args.graph_url.clone(),
        rule: "an http:// address, such as http://127.0.0.1:8400",
    })?;
    let listener = wiring::listen(args.listen)?;
    let runtime = wiring::runtime("target", 2)?;
    runtime.block_on(async {
        let listener = TcpListener::from_std(listener).map_err(CommandError::port)?;
        let plan = Scenario::plain().template;
        let config = wiring::target_config(&listener, graph_base_url, &Tenant::sample(), &plan)?;
        let mut running = Service::start(listener, config)?;
        println!("http://{}", running.addr);
        match running.settled().await {
            Readiness::Ready => {
                eprintln!("ready: POST /otp {{\"recipient\":\"+15550000000\"}} asks for a code");
            }
            state => eprintln!("cannot send codes: {state:?}"),
        }
        // Both an interrupt and a signal that cannot be listened for end the service.
        let _interrupted = tokio::signal::ctrl_c().await;
        running.stop().await?;
        Ok(Exit::Pass)
    })
}
