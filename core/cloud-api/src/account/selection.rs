//! The fields of an object that a request asks for.

use crate::list;
use crate::refusal::Refusal;

/// The fields that a type of object has.
pub trait Field: Copy + PartialEq + 'static {
    /// Every field.
    const ALL: &[Self];
    /// What is told where the request does not say.
    const DEFAULT: &[Self];
    /// Graph's name of the type.
    const NODE: &'static str;

    /// The name on the wire.
    fn name(self) -> &'static str;
}

/// The fields that are asked for, in the order asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection<F>(Vec<F>);

impl<F: Field> Selection<F> {
    /// Reads the value of `fields`: names with commas between them; without one, the default.
    ///
    /// What stands in braces or after a dot, as Graph allows to ask about a field, is ignored.
    ///
    /// # Errors
    ///
    /// When one of the names is no field of the type.
    // Source: cloud-api.md 1.3.
    pub fn parse(fields: Option<&str>) -> Result<Self, Refusal> {
        let Some(fields) = fields else { return Ok(Self::default()) };
        let mut asked = Vec::new();
        let fields = list::with_commas(fields);
        for name in field_names(&fields).filter(|name| !name.is_empty()) {
            let field = F::ALL.iter().copied().find(|known| known.name() == name);
            let unknown = || Refusal::UnknownField { field: name.to_owned(), node: F::NODE };
            let field = field.ok_or_else(unknown)?;
            if !asked.contains(&field) {
                asked.push(field);
            }
        }
        Ok(if asked.is_empty() { Self::default() } else { Self(asked) })
    }

    /// No field at all.
    #[must_use]
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// The fields.
    pub fn fields(&self) -> impl Iterator<Item = F> + '_ {
        self.0.iter().copied()
    }

    /// Whether a field is among them.
    #[must_use]
    pub fn has(&self, field: F) -> bool {
        self.0.contains(&field)
    }
}

impl<F: Field> Default for Selection<F> {
    fn default() -> Self {
        Self(F::DEFAULT.to_vec())
    }
}

/// What stands in the braces after a field, if the field is asked for with any.
pub(super) fn inner<'a>(fields: &'a str, name: &str) -> Option<&'a str> {
    parts(fields).find_map(|part| {
        let (asked, inner) = part.trim().strip_suffix('}')?.split_once('{')?;
        let asked = asked.split(['.', '(']).next().unwrap_or_default();
        (asked.trim() == name).then_some(inner)
    })
}

/// The names between those commas that stand outside of braces and parentheses.
pub(crate) fn field_names(fields: &str) -> impl Iterator<Item = &str> {
    parts(fields).map(|part| part.split(['{', '.', '(']).next().unwrap_or_default().trim())
}

/// What stands between those commas.
fn parts(fields: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    fields.split(move |character| {
        match character {
            '{' | '(' => depth += 1,
            '}' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && character == ','
    })
}

/// Declares the fields of a type of object, and which of them are told unasked.
macro_rules! fields {
    ($(#[$doc:meta])* $name:ident on $node:literal by default [$($default:ident),*] {
        $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$variant_doc])* #[doc = concat!("`", $word, "`.")] $variant,)*
        }

        impl $crate::account::Field for $name {
            const ALL: &[Self] = &[$(Self::$variant,)*];
            const DEFAULT: &[Self] = &[$(Self::$default,)*];
            const NODE: &'static str = $node;

            fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }
    };
}

pub(crate) use fields;

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::{Selection, inner};
    use crate::account::{AccountField, Field};

    #[track_caller]
    fn check(fields: &str, expected: Expect) {
        let read = match Selection::<AccountField>::parse(Some(fields)) {
            Ok(selection) => selection.fields().map(Field::name).collect::<Vec<_>>().join(" "),
            Err(refusal) => refusal.message().into_owned(),
        };
        expected.assert_eq(&read);
    }

    #[test]
    fn fields_are_told_in_the_order_asked_for_and_once() {
        check("currency, name,currency", expect!["currency name"]);
        check(r#"["currency","name"]"#, expect!["currency name"]);
        check("", expect!["id name timezone_id message_template_namespace"]);
        check("owner_business_info{id,name},name", expect!["owner_business_info name"]);
        check("health_status.limit(3),name", expect!["health_status name"]);
    }

    #[test]
    fn what_is_asked_for_of_a_field_stands_in_its_braces() {
        assert_eq!(inner("id,events.limit(3){status,app{id}},name", "events"), Some("status,app{id}"));
        assert_eq!(inner("id,events,name{first}", "events"), None);
        assert_eq!(inner("}{,events{", "events"), None);
    }

    #[test]
    fn a_field_that_does_not_exist_is_refused() {
        check(
            "name,colour",
            expect![
                "(#100) Tried accessing nonexisting field (colour) on node type (WhatsAppBusinessAccount)"
            ],
        );
    }
}
