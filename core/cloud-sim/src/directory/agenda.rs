//! What happens in a directory later, by itself.

use std::collections::BTreeSet;

use cloud_api::TemplateId;
use scenario::Elapsed;

/// The thing that something happens to.
///
/// What happens is written at the thing, so that an entry that no longer holds does no harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub(super) enum Due {
    /// A template.
    Template(TemplateId),
}

/// Instants at which something is to be looked at; at most as many as things have timers.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct Agenda(BTreeSet<(Elapsed, Due)>);

impl Agenda {
    pub(super) fn add_all(&mut self, instants: impl Iterator<Item = Elapsed>, due: Due) {
        self.0.extend(instants.map(|at| (at, due)));
    }

    pub(super) fn remove_all(&mut self, instants: impl Iterator<Item = Elapsed>, due: Due) {
        for at in instants {
            self.0.remove(&(at, due));
        }
    }

    pub(super) fn next(&self) -> Option<Elapsed> {
        self.0.first().map(|(at, _)| *at)
    }

    /// Takes the first entry that is due by then.
    pub(super) fn pop(&mut self, now: Elapsed) -> Option<(Elapsed, Due)> {
        let first = self.0.first().copied().filter(|(at, _)| *at <= now)?;
        self.0.remove(&first);
        Some(first)
    }
}

#[cfg(test)]
mod tests {
    use cloud_api::TemplateId;
    use scenario::Elapsed;

    use super::{Agenda, Due};

    #[test]
    fn what_is_due_comes_in_the_order_of_time_and_once() {
        let mut agenda = Agenda::default();
        for micros in [30, 10, 20, 10] {
            let at = Elapsed::from_micros(micros);
            agenda.add_all([at].into_iter(), Due::Template(TemplateId::new(micros)));
        }
        assert_eq!(agenda.next(), Some(Elapsed::from_micros(10)));
        let mut taken = Vec::new();
        while let Some((at, _)) = agenda.pop(Elapsed::from_micros(20)) {
            taken.push(at.micros());
        }
        assert_eq!(taken, [10, 20]);
        assert_eq!(agenda.next(), Some(Elapsed::from_micros(30)));
    }
}
