//! The reference page: every operation, rule, limit and error code, made from the code itself.
//!
//! Rules and limits stand in the code beside a comment that says where they were read (`Source:`)
//! or admits that they were not (`Assumed:`). Those comments, with what they are about, are the
//! page's third part, so that it can neither forget a rule nor keep one that is gone.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use cloud_api::refusal::{CATALOGUE, Entry};
use expect_test::expect_file;
use mock_server::{Operation, operations};

#[test]
fn the_reference_says_what_the_code_says() {
    let mut page = INTRODUCTION.to_owned();
    write_operations(&mut page);
    write_errors(&mut page);
    write_rules(&mut page);
    expect_file!["../REFERENCE.md"].assert_eq(&page);
}

const INTRODUCTION: &str = "\
# Reference

What the simulated Meta does, made from its code by `cargo test -p mock-server --test reference`, \
which fails when this page says something else (`UPDATE_EXPECT=1` writes it anew). Numbers after § \
are those of cloud-api.md, this project's notes on Meta's documentation, its OpenAPI document v23.0 \
and what was seen of the real API. What nobody documents is assumed, and says so.
";

fn write_operations(page: &mut String) {
    page.push_str("\n## Operations\n\n| request | what it does | read in |\n|---|---|---|\n");
    for Operation { verb, path, about, source, .. } in operations() {
        let verb = verb.to_string().to_uppercase();
        writeln!(page, "| `{verb} /{{version}}{path}` | {about} | {source} |").unwrap();
    }
}

fn write_errors(page: &mut String) {
    page.push_str("\n## Error codes\n\nSource: cloud-api.md §8, after Meta's table of error codes.\n\n");
    page.push_str("| code | HTTP | title | details |\n|---|---|---|---|\n");
    for Entry { code, title, status, details } in CATALOGUE {
        let (title, details) = (cell(title), cell(details.unwrap_or_default()));
        writeln!(page, "| {code} | {status} | {title} | {details} |").unwrap();
    }
}

fn write_rules(page: &mut String) {
    page.push_str("\n## Rules and limits\n\nWhat each is about, and where it was read.\n");
    for (file, rules) in rules() {
        write!(page, "\n### {file}\n\n| what | where it was read |\n|---|---|\n").unwrap();
        for Rule { about, origin } in rules {
            writeln!(page, "| {} | {} |", cell(&about), cell(&origin)).unwrap();
        }
    }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}

/// A comment that says where something was read, and what it is about.
struct Rule {
    about: String,
    origin: String,
}

const CRATES: [&str; 4] =
    ["core/cloud-api/src", "core/cloud-sim/src", "core/scenario/src", "mock-server/src"];

/// Every rule, by the file that it stands in.
fn rules() -> BTreeMap<String, Vec<Rule>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut all = BTreeMap::new();
    for path in CRATES.iter().flat_map(|folder| sources(&root.join(folder))) {
        let rules = rules_of(&std::fs::read_to_string(&path).unwrap());
        if !rules.is_empty() {
            all.insert(path.strip_prefix(root).unwrap().display().to_string(), rules);
        }
    }
    all
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

fn rules_of(text: &str) -> Vec<Rule> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let mut rules = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let length = lines[at..].iter().take_while(|line| comment(line).is_some()).count();
        let said: Vec<&str> = lines[at..at + length].iter().filter_map(|line| comment(line)).collect();
        if let Some(from) = said.iter().position(|line| is_origin(line)) {
            let about = about(&lines[..at], &said[..from], &lines[at + length..]);
            rules.push(Rule { about, origin: said[from..].join(" ") });
        }
        at += length.max(1);
    }
    rules
}

/// What a plain comment says, or a documenting one that names its origin.
fn comment<'a>(line: &&'a str) -> Option<&'a str> {
    let text = line.strip_prefix("//")?;
    let text =
        text.strip_prefix(['/', '!']).map_or(Some(text), |doc| is_origin(doc.trim()).then_some(doc))?;
    Some(text.trim())
}

fn is_origin(line: &str) -> bool {
    line.starts_with("Source:") || line.starts_with("Assumed:")
}

/// What a comment is about: the documentation before it, else its own beginning, else the code after
/// it, with the function that it is in.
fn about(before: &[&str], beginning: &[&str], after: &[&str]) -> String {
    let doc: Vec<&str> =
        before.iter().rev().map_while(|line| line.strip_prefix("///")).map(str::trim).collect();
    let doc: Vec<&str> = doc.into_iter().rev().take_while(|line| !line.is_empty()).collect();
    if !doc.is_empty() {
        return doc.join(" ");
    }
    if !beginning.is_empty() {
        return beginning.join(" ");
    }
    let code =
        after.iter().find(|line| !line.is_empty() && !line.starts_with("#[") && !line.starts_with("//"));
    let code = code.copied().unwrap_or_default().trim_end_matches(['{', ',', ';', ' ']);
    match before.iter().rev().find_map(|line| function(line)) {
        Some(function) => format!("`{code}` in `{function}`"),
        None => format!("`{code}`"),
    }
}

/// The name of the function that begins in this line.
fn function<'a>(line: &&'a str) -> Option<&'a str> {
    let (before, after) = line.split_once("fn ")?;
    let is_code = before.is_empty() || before.ends_with(' ') && !before.contains("//");
    let name = after.split(['(', '<']).next().filter(|name| !name.is_empty() && !name.contains(' '))?;
    is_code.then_some(name)
}
