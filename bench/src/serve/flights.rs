//! Ten million messages on their way at once, in nothing but the state machine.

use std::io;

use cloud_api::GraphVersion;
use cloud_api::{OtpCode, Recipient};
use cloud_sim::{
    Aside, Directory, Draft, Edge, Moment, Numbering, Outgoing, Rules, Shard, Tenant, World,
    authentication_template,
};
use scenario::{Elapsed, Scenario};

/// How many messages are on their way.
const MESSAGES: u64 = 10_000_000;

/// Prints how many bytes of memory each message takes, with its timer and what is kept of the pair.
pub(super) fn weigh(scenario: &Scenario) -> io::Result<()> {
    let world = World::of(scenario, 0);
    let (tenant, mut directory) = (Tenant::sample(), Directory::of(Tenant::sample()));
    let mut moment = Moment::new(Elapsed::ZERO, &world);
    let template = authentication_template(&scenario.template);
    directory
        .create_template(&mut moment, tenant.account, template.into())
        .map_err(|refusal| io::Error::other(format!("{refusal:?}")))?;
    let reviewed = directory.next_review().unwrap_or(Elapsed::ZERO);
    directory.take_due(&mut Moment::new(reviewed, &world));
    let numbering = Numbering::default();
    let rules = Rules { world: &world, directory: &directory, numbering: &numbering };
    let (mut shard, mut effects) = (Shard::new(), Vec::new());
    let sender = directory.number(tenant.number).ok_or_else(|| io::Error::other("no number"))?;
    let code: OtpCode = "482913".parse().map_err(io::Error::other)?;
    let before = resident_bytes()?;
    for nth in 0..MESSAGES {
        let recipient = Recipient::from_number(16_500_000_000 + nth).map_err(io::Error::other)?;
        let draft = Draft::Code {
            template: &scenario.template.name,
            language: &scenario.template.language,
            code: code.clone(),
        };
        let outgoing = Outgoing {
            version: GraphVersion::default(),
            edge: Edge::Messages,
            sender,
            recipient,
            draft,
            aside: Aside::default(),
        };
        let now = reviewed + scenario::Span::from_micros(nth * 11);
        shard
            .send(now, &rules, outgoing, &mut effects)
            .map_err(|refusal| io::Error::other(format!("{refusal:?}")))?;
        effects.clear();
    }
    let each = (resident_bytes()? - before) / MESSAGES;
    if shard.in_flight() as u64 != MESSAGES {
        return Err(io::Error::other("not all messages are on their way"));
    }
    println!("{each}");
    Ok(())
}

// Source: proc(5): `VmRSS` is in kB.
fn resident_bytes() -> io::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<u64>().ok());
    kilobytes.map(|kilobytes| kilobytes * 1024).ok_or_else(|| io::Error::other("no VmRSS"))
}
