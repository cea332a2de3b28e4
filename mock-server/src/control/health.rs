//! `/_mock/health` and `/_mock/reset`: whether the server is there, and how it begins anew.

use serde::Serialize;

use super::Control;
use super::call::{Call, Told, ok};

#[derive(Serialize)]
struct Health {
    status: &'static str,
    version: &'static str,
    now_micros: u64,
    in_flight: usize,
}

impl Control {
    /// Answers as soon as requests are served, which is what ready means here.
    pub(super) fn read_health(&self, _: &Call<'_>) -> Told {
        ok(&Health {
            status: "ready",
            version: env!("CARGO_PKG_VERSION"),
            now_micros: self.engine.clock.now().micros(),
            in_flight: self.engine.in_flight(),
        })
    }

    pub(super) async fn reset(&self, call: &Call<'_>) -> Told {
        self.engine.reset().await;
        self.read_health(call)
    }
}
