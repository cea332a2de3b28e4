//! `/_mock/state`: everything that the simulated Meta holds, taken out and put back.

use serde::Serialize;

use super::Control;
use super::call::{Call, Problem, Told, ok};
use crate::http::Answer;
use crate::state::{self, Ending, StateTime};

/// Whether the file was written, or holds all of it already.
#[derive(Serialize)]
struct Saved {
    written: bool,
}

impl Control {
    /// The state as a document, with all tokens, secrets and codes in it.
    pub(super) fn read_state(&self, _: &Call<'_>) -> Told {
        Ok(Answer::json(200, state::export(&self.engine)))
    }

    /// Goes on where a document stands; what was here before is gone.
    pub(super) async fn replace_state(&self, call: &Call<'_>) -> Told {
        let _unturned = self.engine.unturned().await;
        let restored = state::restore(&self.engine, call.text()?, StateTime::Resume);
        restored.map_err(|error| Problem::bad(error.to_string()))?;
        self.read_clock(call)
    }

    pub(super) fn save_state(&self, _: &Call<'_>) -> Told {
        let Some(keeper) = &self.keeper else {
            return Err(Problem::new(409, "there is no state file; `--state FILE` at the start names one"));
        };
        let saved = keeper.save(&self.engine, Ending::Open);
        let written = saved.map_err(|error| Problem::new(500, format!("the state is not saved: {error}")))?;
        ok(&Saved { written })
    }
}
