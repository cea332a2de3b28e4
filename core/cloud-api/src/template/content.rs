//! What a utility or marketing template shows: texts, variables and buttons of the business's own.

use super::{Label, ParameterFormat, ParameterType, TemplateCategory};

/// What a template of a category with free text shows.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CustomContent {
    /// What it is for.
    pub category: CustomCategory,
    /// How its variables are told apart.
    pub format: ParameterFormat,
    /// What stands above the text.
    pub header: Option<Header>,
    /// The text.
    pub body: CustomText,
    /// The line below the text.
    pub footer: Option<Box<str>>,
    /// Up to ten buttons.
    pub buttons: Vec<CustomButton>,
}

/// The categories whose texts are free.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum CustomCategory {
    /// It follows from something that the person did.
    Utility,
    /// Anything else.
    Marketing,
}

/// A text with variables in it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CustomText {
    /// The text, with variables between double braces.
    pub text: Box<str>,
    /// Its variables, each once: in the order of their numbers, or of their first appearance.
    pub variables: Vec<Variable>,
}

/// A variable of a text.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Variable {
    /// Its name; `None` where variables are counted.
    pub name: Option<Box<str>>,
    /// What may be put in its place, as the business showed it to the reviewers.
    pub example: Box<str>,
    /// What a value must look like.
    pub kind: ParameterType,
}

/// What stands above the text.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Header {
    /// A line with at most one variable.
    Text(CustomText),
    /// Something to look at, given with each message.
    Media {
        /// What it is.
        kind: MediaKind,
        /// The handle of an uploaded example.
        example: Box<str>,
    },
    /// A place, given with each message.
    Location,
}

/// What can be looked at above a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum MediaKind {
    /// A picture.
    Image,
    /// A film.
    Video,
    /// A file.
    Document,
}

/// A button of a template with free text.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum CustomButton {
    /// Sends its label back.
    QuickReply {
        /// Its label.
        text: Label,
    },
    /// Opens an address.
    Url {
        /// Its label.
        text: Label,
        /// The address; `{{1}}` at its end is a variable.
        url: Box<str>,
        /// The whole address with a value in it, where there is a variable.
        example: Option<Box<str>>,
    },
    /// Calls a number.
    PhoneNumber {
        /// Its label.
        text: Label,
        /// The number.
        phone_number: Box<str>,
    },
    /// Copies a coupon code.
    CopyCode {
        /// An example of a code.
        example: Box<str>,
    },
}

impl CustomCategory {
    /// The category, among all of them.
    #[must_use]
    pub const fn category(self) -> TemplateCategory {
        match self {
            Self::Utility => TemplateCategory::Utility,
            Self::Marketing => TemplateCategory::Marketing,
        }
    }
}

impl MediaKind {
    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Image => "IMAGE",
            Self::Video => "VIDEO",
            Self::Document => "DOCUMENT",
        }
    }
}

impl CustomText {
    /// A text without variables.
    #[must_use]
    pub fn plain(text: &str) -> Self {
        Self { text: text.into(), variables: Vec::new() }
    }

    /// The text with a value in the place of each variable, in the order of `variables`.
    ///
    /// A variable without a value stands for itself.
    #[must_use]
    pub fn filled(&self, values: &[&str]) -> String {
        let named: Vec<_> =
            (0..).zip(&self.variables).map(|(at, variable)| variable.placeholder(at)).collect();
        let mut filled = String::with_capacity(self.text.len());
        let mut rest = &*self.text;
        // One pass, so that what looks like a variable in a value is not filled in its turn.
        while let Some(start) = rest.find("{{") {
            let (before, from) = rest.split_at(start);
            let here = named.iter().zip(values).find(|(name, _)| from.starts_with(name.as_str()));
            let (shown, length) = here.map_or(("{", 1), |(name, value)| (*value, name.len()));
            filled.push_str(before);
            filled.push_str(shown);
            rest = &from[length..];
        }
        filled.push_str(rest);
        filled
    }
}

impl Variable {
    /// How the variable is written in a text; `place` is its place among the variables, from 0.
    #[must_use]
    pub fn placeholder(&self, place: usize) -> String {
        match &self.name {
            Some(name) => format!("{{{{{name}}}}}"),
            None => format!("{{{{{}}}}}", place + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CustomText, ParameterType, Variable};

    #[track_caller]
    fn check(text: &str, values: &[&str], expected: &str) {
        let variable = |_| Variable { name: None, example: "x".into(), kind: ParameterType::Text };
        let text = CustomText { text: text.into(), variables: (0..2).map(variable).collect() };
        assert_eq!(text.filled(values), expected);
    }

    #[test]
    fn values_stand_where_the_variables_stood() {
        check("{{2}}, {{1}} and {{1}}!", &["Ana", "Hi"], "Hi, Ana and Ana!");
        check("{{1}} {{{2}}} {{3}} {{", &["Ana", "Bo"], "Ana {Bo} {{3}} {{");
        check("{{1}} {{2}}", &["Ana"], "Ana {{2}}");
    }

    #[test]
    fn a_value_that_looks_like_a_variable_is_shown_as_it_is() {
        check("{{1}} {{2}}", &["{{2}}", "Bo"], "{{2}} Bo");
        check("{{{1}}}", &["{1", "Bo"], "{{1}");
    }
}
