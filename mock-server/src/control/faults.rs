//! `/_mock/faults`: read the faults, replace them while the server runs.

use scenario::Fault;

use super::Control;
use super::call::{Call, Problem, Told, ok};

impl Control {
    pub(super) fn read_faults(&self, _: &Call<'_>) -> Told {
        let faults: Vec<String> = self.engine.world().meta.faults.iter().map(ToString::to_string).collect();
        ok(&faults)
    }

    /// Takes `[[faults]]` in the scenario's language; their windows count from now.
    pub(super) fn replace_faults(&self, call: &Call<'_>) -> Told {
        let faults = Fault::parse_all(call.text()?).map_err(|mistakes| Problem::bad(mistakes.to_string()))?;
        let now = self.engine.clock.now();
        self.engine.change_world(|world| {
            world.meta.faults.clone_from(&faults);
            world.traffic_began = Some(now);
        });
        self.read_faults(call)
    }
}
