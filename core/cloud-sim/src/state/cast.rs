//! The numbers and templates that saved things refer to, each once.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::StateError;
use crate::directory::{Directory, Number, Template};

/// Numbers and templates by their places; also those that the directory no longer has.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Cast {
    numbers: Vec<Arc<Number>>,
    templates: Vec<Arc<Template>>,
    /// Where each is, by where it lies in memory, while things are being saved.
    #[serde(skip)]
    places: FxHashMap<usize, usize>,
}

impl Cast {
    /// The place of a number.
    pub(crate) fn number(&mut self, number: &Arc<Number>) -> usize {
        place(&mut self.places, &mut self.numbers, number)
    }

    /// The place of a template.
    pub(crate) fn template(&mut self, template: &Arc<Template>) -> usize {
        place(&mut self.places, &mut self.templates, template)
    }

    /// The number at a place.
    pub(crate) fn number_at(&self, place: usize) -> Result<Arc<Number>, StateError> {
        at(&self.numbers, place, "number")
    }

    /// The template at a place.
    pub(crate) fn template_at(&self, place: usize) -> Result<Arc<Template>, StateError> {
        at(&self.templates, place, "template")
    }

    /// The same, with what the directory still has taken from there.
    pub(crate) fn resolved(mut self, directory: &Directory) -> Self {
        for number in &mut self.numbers {
            if let Some(known) = directory.number(number.id) {
                *number = Arc::clone(known);
            }
        }
        for template in &mut self.templates {
            let known = directory.template_by_id(template.record.id).map(|(_, known)| known);
            if let Some(known) = known.filter(|known| known.record == template.record) {
                *template = Arc::clone(known);
            }
        }
        self
    }
}

fn place<T>(places: &mut FxHashMap<usize, usize>, all: &mut Vec<Arc<T>>, one: &Arc<T>) -> usize {
    *places.entry(Arc::as_ptr(one).addr()).or_insert_with(|| {
        all.push(Arc::clone(one));
        all.len() - 1
    })
}

fn at<T>(all: &[Arc<T>], place: usize, what: &'static str) -> Result<Arc<T>, StateError> {
    all.get(place).cloned().ok_or(StateError::Dangling { what, place, count: all.len() })
}
