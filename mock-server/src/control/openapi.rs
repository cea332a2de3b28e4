//! `GET /_mock/openapi.json`: the control API, described for clients in any language.

use super::Control;
use super::call::{Call, Told};
use crate::http::Answer;

/// The description; a test holds it against the routes.
const DOCUMENT: &str = include_str!("../../openapi.json");

impl Control {
    pub(super) fn describe(&self, _: &Call<'_>) -> Told {
        Ok(Answer::json(200, DOCUMENT.as_bytes().to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::DOCUMENT;
    use crate::control::{PREFIX, ROUTES, Route};

    /// One operation in a line: what a route says of itself, and what the document says of it.
    fn of_route(route: &Route) -> String {
        let segments = route.pattern.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        let path: Vec<_> = segments.map(|name| format!("path {name}")).collect();
        let query = route.query.iter().map(|name| format!("query {name}"));
        let parameters: BTreeSet<String> = path.into_iter().chain(query).collect();
        let body = route.body.unwrap_or("no body");
        let statuses: BTreeSet<String> = route.statuses().map(|status| status.to_string()).collect();
        let what = format!("{} {PREFIX}{} {parameters:?} {body}", route.method, route.pattern);
        format!("{what}: {}; answers {statuses:?}", route.summary)
    }

    fn of_operation(path: &str, method: &str, operation: &Value) -> String {
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let parameters = parameters.iter().map(|parameter| {
            let parameter = resolve(parameter);
            format!("{} {}", text(&parameter["in"]), text(&parameter["name"]))
        });
        let parameters: BTreeSet<String> = parameters.collect();
        let content = &resolve(&operation["requestBody"])["content"];
        let body = content.as_object().and_then(|content| content.keys().next().cloned());
        let body = body.unwrap_or_else(|| "no body".to_owned());
        let method = method.to_uppercase();
        let statuses: BTreeSet<&String> = operation["responses"].as_object().unwrap().keys().collect();
        let what = format!("{method} {path} {parameters:?} {body}");
        format!("{what}: {}; answers {statuses:?}", text(&operation["summary"]))
    }

    fn document() -> Value {
        serde_json::from_str(DOCUMENT).unwrap()
    }

    fn text(value: &Value) -> &str {
        value.as_str().unwrap_or_default()
    }

    /// Follows a reference within the document.
    #[track_caller]
    fn resolve(value: &Value) -> Value {
        let Some(reference) = value.get("$ref") else { return value.clone() };
        let pointer = text(reference).strip_prefix('#').expect("references stay in the document");
        document().pointer(pointer).unwrap_or_else(|| panic!("{pointer} leads nowhere")).clone()
    }

    /// All operations: path, method and what is said of them.
    fn operations() -> Vec<(String, String, Value)> {
        let document = document();
        let paths = document["paths"].as_object().unwrap();
        let operations = paths.iter().flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap();
            methods.iter().map(|(method, operation)| (path.clone(), method.clone(), operation.clone()))
        });
        operations.collect()
    }

    #[test]
    fn the_document_describes_every_route_and_nothing_else() {
        let told: BTreeSet<String> = ROUTES.iter().map(of_route).collect();
        let described: BTreeSet<String> = operations()
            .iter()
            .map(|(path, method, operation)| of_operation(path, method, operation))
            .collect();
        let missing: Vec<_> = told.difference(&described).collect();
        let invented: Vec<_> = described.difference(&told).collect();
        assert!(missing.is_empty() && invented.is_empty(), "missing: {missing:#?}\ninvented: {invented:#?}");
    }

    #[test]
    fn the_document_is_openapi_3_1() {
        let read = oas3::from_json(DOCUMENT).expect("a parser of OpenAPI 3.1 reads it");
        assert_eq!(read.openapi, "3.1.0");
        let names: Vec<_> =
            read.operations().filter_map(|(_, _, operation)| operation.operation_id.clone()).collect();
        assert_eq!(names.len(), ROUTES.len(), "every operation has an id");
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "no id is there twice");
    }

    #[test]
    fn every_operation_says_what_comes_back_when_it_succeeds() {
        for (path, method, operation) in operations() {
            let success = resolve(&operation["responses"]["200"]);
            assert!(success["content"].is_object(), "{method} {path} says nothing of its answer");
        }
    }

    #[test]
    fn every_reference_of_the_document_leads_somewhere() {
        fn follow(value: &Value) {
            if value.get("$ref").is_some() {
                resolve(value);
            }
            let (items, fields) = (value.as_array(), value.as_object());
            items
                .into_iter()
                .flatten()
                .chain(fields.into_iter().flat_map(serde_json::Map::values))
                .for_each(follow);
        }
        follow(&document());
    }

    #[test]
    fn no_route_is_told_twice_or_hidden_by_an_earlier_one() {
        for (nth, route) in ROUTES.iter().enumerate() {
            let example = route.pattern.replace(['{', '}'], "");
            let first =
                ROUTES.iter().position(|other| other.method == route.method && other.matches(&example));
            assert_eq!(first, Some(nth), "{} {}", route.method, route.pattern);
        }
    }
}
