//! `/_mock/faults`: read the faults, replace them while the server runs.

use scenario::Fault;

use super::{Control, ok, problem};
use crate::http::{Answer, Body, Request};

impl Control {
    pub(super) fn read_faults(&self) -> Answer {
        let faults: Vec<String> = self.engine.world().meta.faults.iter().map(ToString::to_string).collect();
        ok(&faults)
    }

    /// Takes `[[faults]]` in the scenario's language; their windows count from now.
    pub(super) fn replace_faults(&self, request: &Request) -> Answer {
        let Body::Whole(body) = &request.body else { return problem(413, "the body is too large") };
        let Ok(text) = std::str::from_utf8(body) else { return problem(400, "the body must be UTF-8") };
        match Fault::parse_all(text) {
            Ok(faults) => {
                let now = self.engine.clock.now();
                self.engine.change_world(|world| {
                    world.meta.faults.clone_from(&faults);
                    world.traffic_began = Some(now);
                });
                self.read_faults()
            }
            Err(mistakes) => problem(400, mistakes.to_string()),
        }
    }
}
