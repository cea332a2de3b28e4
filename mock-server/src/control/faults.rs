//! `/_mock/faults`: what misbehaves, changed while the server runs.

use cloud_sim::{FAULTS_MAX, SetFault, World};
use scenario::{Elapsed, Fault};
use serde::Serialize;

use super::Control;
use super::call::{Call, Problem, Told, ok};
use super::language::in_language;

/// A fault that is set, and what came of it.
#[derive(Serialize)]
struct Shown {
    id: u64,
    /// In the language of scenarios.
    fault: String,
    /// When its window opens and closes; nothing where that is not decided, or never.
    from_micros: Option<u64>,
    until_micros: Option<u64>,
    matched: u64,
    acted: u64,
}

#[derive(Serialize)]
struct ShownAll {
    faults: Vec<Shown>,
}

#[derive(Serialize)]
struct Removed {
    removed: u64,
}

impl Control {
    pub(super) fn read_faults(&self, _: &Call<'_>) -> Told {
        let world = self.engine.world();
        ok(&ShownAll { faults: world.faults.iter().map(|fault| shown(fault, &world)).collect() })
    }

    /// Takes `[[faults]]` in the scenario's language; their windows count from now.
    pub(super) fn replace_faults(&self, call: &Call<'_>) -> Told {
        let faults = in_language(call.text()?, "the list of faults", Fault::parse_all)?;
        self.engine.replace_faults(&faults).map_err(|error| Problem::bad(error.to_string()))?;
        self.read_faults(call)
    }

    /// Takes one fault more; its window counts from now.
    pub(super) fn add_fault(&self, call: &Call<'_>) -> Told {
        let fault = in_language(call.text()?, "the fault", Fault::parse_one)?;
        let full = || Problem::new(409, format!("{FAULTS_MAX} faults are set, which is the most"));
        let id = self.engine.add_fault(&fault).ok_or_else(full)?;
        let world = self.engine.world();
        let set = world.faults.iter().find(|set| set.id == id);
        ok(&set.map(|set| shown(set, &world)))
    }

    pub(super) fn remove_fault(&self, call: &Call<'_>) -> Told {
        let text = call.segment("id");
        let id: u64 = text
            .parse()
            .map_err(|_| Problem::bad(format!("`id` is `{text}`, but must be a whole number")))?;
        if self.engine.remove_fault(id) {
            return ok(&Removed { removed: id });
        }
        let world = self.engine.world();
        let set: Vec<String> = world.faults.iter().map(|fault| fault.id.to_string()).collect();
        let set =
            if set.is_empty() { "none is set".to_owned() } else { format!("there are {}", set.join(", ")) };
        Err(Problem::new(404, format!("there is no fault {id}; {set}")))
    }
}

fn shown(set: &SetFault, world: &World) -> Shown {
    let window = set.open(world);
    Shown {
        id: set.id,
        fault: set.fault.to_string(),
        from_micros: window.map(|(from, _)| from.micros()),
        until_micros: window
            .map(|(_, until)| until)
            .filter(|until| *until != Elapsed::NEVER)
            .map(Elapsed::micros),
        matched: set.matched(),
        acted: set.acted(),
    }
}
