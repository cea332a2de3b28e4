//! A driver that comes late, as a busy machine makes it, takes nothing away from what is told.

use cloud_api::handshake::Challenge;
use cloud_api::subscription::{AppCallback, WebhookField};
use cloud_api::{GraphVersion, Recipient};
use cloud_sim::{
    Aside, Directory, Draft, Edge, Effect, Moment, Numbering, Outgoing, Rules, Shard, Tenant, World,
    authentication_template,
};
use journal::Status;
use scenario::{Elapsed, Span};

use crate::world::scenario;

/// The statuses that are told where what is due is done at this instant and never before.
fn told_at(now: Elapsed) -> Vec<Status> {
    let scenario = scenario(
        r#"
seed = 1
traffic = { phases = [{ for = "1s", rate = "1/s" }] }
[meta]
review = { takes = "0s", outcome = "approved" }
sent = { median = "100ms", p99 = "100ms" }
delivered = { median = "1s", p99 = "1s" }
read = { share = "100 %", median = "3s", p99 = "3s" }
"#,
    );
    let (world, tenant) = (World::of(&scenario, 1_750_000_000), Tenant::sample());
    let mut directory = Directory::of(tenant.clone());
    let template = authentication_template(&scenario.template);
    directory
        .create_template(&mut Moment::new(Elapsed::ZERO, &world), tenant.account, template.into())
        .unwrap();
    let callback = AppCallback {
        callback: Challenge::new(1).judge("http://127.0.0.1/".parse().unwrap(), 200, b"1").unwrap(),
        fields: vec![WebhookField::Messages],
        version: GraphVersion::default(),
    };
    directory.set_callback(tenant.app, callback);
    directory.subscribe(tenant.account, tenant.app, None);
    let (mut shard, numbering, mut effects) = (Shard::new(), Numbering::default(), Vec::new());
    let rules = Rules { world: &world, directory: &directory, numbering: &numbering };
    let outgoing = Outgoing {
        version: GraphVersion::default(),
        edge: Edge::Messages,
        sender: directory.number(tenant.number).unwrap(),
        recipient: Recipient::from_number(16_505_551_234).unwrap(),
        draft: Draft::Code { template: "login_code", language: "en_US", code: "482913".parse().unwrap() },
        aside: Aside::default(),
    };
    shard.send(Elapsed::ZERO, &rules, outgoing, &mut effects).unwrap();
    shard.take_due(now, &rules, &mut effects);
    let reports = effects.iter().filter_map(|effect| match effect {
        Effect::Report(update) => Some(update.status),
        _ => None,
    });
    reports.collect()
}

#[test]
fn every_status_is_told_whenever_the_driver_comes_and_be_it_at_the_instant_of_the_next() {
    let read = Elapsed::ZERO + Span::from_secs(4);
    for late in [Span::ZERO, Span::from_micros(1), Span::from_secs(3_600)] {
        assert_eq!(told_at(read + late), [Status::Sent, Status::Delivered, Status::Read], "{late} late");
    }
}
