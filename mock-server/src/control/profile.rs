//! `/_mock/profile`: what Meta does where its pages, practice and versions disagree.

use std::collections::BTreeMap;

use cloud_api::profile::FACTS;
use cloud_api::{GraphVersion, Profile};
use serde::Serialize;
use serde_json::Value;

use super::Control;
use super::call::{Call, Problem, Told, ok};

/// One fact, as it is now.
#[derive(Serialize)]
struct Fact {
    name: &'static str,
    about: &'static str,
    values: &'static str,
    source: &'static str,
    /// The value in the default version where nobody has settled it.
    default: String,
    /// The value that somebody has settled, for all versions.
    settled: Option<String>,
}

impl Control {
    pub(super) fn read_profile(&self, _: &Call<'_>) -> Told {
        let settled: BTreeMap<_, _> = self.engine.world().meta.profile.settled().into_iter().collect();
        let facts = FACTS.iter().map(|fact| Fact {
            name: fact.name,
            about: fact.about,
            values: fact.rule,
            source: fact.source,
            default: (fact.default)(GraphVersion::default()),
            settled: settled.get(fact.name).cloned(),
        });
        ok(&facts.collect::<Vec<_>>())
    }

    /// Settles the facts that the body names; the others are as in each version.
    pub(super) fn replace_profile(&self, call: &Call<'_>) -> Told {
        let wanted: BTreeMap<String, Value> = call.json()?;
        let (mut profile, mut mistakes) = (Profile::default(), Vec::new());
        for (name, value) in wanted {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            if let Err(mistake) = profile.set(&name, &text) {
                mistakes.push(mistake.to_string());
            }
        }
        if !mistakes.is_empty() {
            return Err(Problem::bad(mistakes.join("\n")));
        }
        self.engine.change_world(|world| world.meta.profile = profile);
        self.read_profile(call)
    }
}
