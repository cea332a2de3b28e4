//! Webhooks out: signed and posted over connections that stay open, to each app on its own.

mod delivery;
mod handshake;
mod lane;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arc_swap::ArcSwap;
use cloud_api::AppId;
use cloud_sim::Ticket;
use tokio::task::JoinSet;

use crate::engine::{Busy, Engine};
use crate::http::Client;
use crate::threads::Threads;
pub(crate) use delivery::{Deliveries, Delivery, Outcome};
pub(crate) use handshake::{ask, shake_hands, subscribe};
use lane::Lane;

/// How many apps have a lane before those that are not used are forgotten.
const LANES_KEPT: usize = 1_024;

/// A webhook to post, and the outbox that waits for its answer.
#[derive(Debug)]
pub(crate) struct Posting {
    pub(crate) outbox: usize,
    pub(crate) ticket: Ticket,
    /// In which life of the engine it was handed out.
    pub(crate) life: u64,
    /// Holds time turned by hand until the callback has answered.
    pub(crate) _busy: Busy,
}

/// Who carries the webhooks: a lane for each app, so that none waits for another's callback.
pub(crate) struct Postman {
    lanes: ArcSwap<HashMap<AppId, Arc<Lane>>>,
    wanted: async_channel::Sender<Arc<Lane>>,
    under_way: AtomicUsize,
    pub(crate) deliveries: Deliveries,
}

/// The lanes that want one more worker.
pub(crate) type Wanted = async_channel::Receiver<Arc<Lane>>;

impl Postman {
    pub(crate) fn new() -> (Self, Wanted) {
        // Bounded by the workers that all lanes may have.
        let (wanted, workers) = async_channel::unbounded();
        let postman = Self {
            lanes: ArcSwap::default(),
            wanted,
            under_way: AtomicUsize::new(0),
            deliveries: Deliveries::new(),
        };
        (postman, workers)
    }

    /// Has a webhook posted to an app, over at most so many connections at once.
    pub(crate) fn post(&self, app: AppId, posting: Posting, connections: u16) {
        self.under_way.fetch_add(1, Ordering::Relaxed);
        let lane = self.lanes.load().get(&app).map_or_else(|| self.new_lane(app), Arc::clone);
        if lane.push(posting, connections) {
            // Nobody is hired once the server stops, and what is posted then goes nowhere.
            let _stopped = self.wanted.try_send(lane).is_err();
        }
    }

    /// Says that a webhook that was to be posted has its answer.
    fn posted(&self) {
        self.under_way.fetch_sub(1, Ordering::Relaxed);
    }

    /// How many webhooks are being posted, or wait for a connection.
    pub(crate) fn under_way(&self) -> usize {
        self.under_way.load(Ordering::Relaxed)
    }

    fn new_lane(&self, app: AppId) -> Arc<Lane> {
        let made = Arc::new(Lane::new());
        self.lanes.rcu(|lanes| {
            let mut lanes = HashMap::clone(lanes);
            if lanes.len() >= LANES_KEPT {
                lanes.retain(|_, lane| lane.is_used());
            }
            lanes.entry(app).or_insert_with(|| Arc::clone(&made));
            lanes
        });
        self.lanes.load().get(&app).map_or(made, Arc::clone)
    }
}

/// Hires a worker for each lane that wants one; they end with this task.
pub(crate) async fn hire(engine: Arc<Engine>, client: Client, wanted: Wanted, posters: Arc<Threads>) {
    let mut workers = JoinSet::new();
    while let Ok(lane) = wanted.recv().await {
        workers.spawn_on(lane::work(Arc::clone(&engine), client.clone(), lane), posters.next());
        while workers.try_join_next().is_some() {}
    }
}
