//! `GET /_mock/metrics`, and the same at `/metrics`: what Prometheus asks for.

use std::sync::Arc;

use super::Control;
use super::call::{Call, Told};
use crate::http::Answer;
use crate::metrics::{CONTENT_TYPE, Scrape};

impl Control {
    pub(super) fn metrics(&self, _: &Call<'_>) -> Told {
        let (engine, connections) = (Arc::clone(&self.engine), Arc::clone(&self.connections));
        let text = Scrape { engine, connections }.text();
        Ok(Answer { content_type: CONTENT_TYPE.into(), ..Answer::text(200, text) })
    }
}
