//! Every scenario that is shipped, and every example of the guide, is one.

use std::fs;
use std::path::{Path, PathBuf};

use scenario::Scenario;

fn scenarios() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios")
}

#[track_caller]
fn check(name: &str, text: &str) -> Scenario {
    Scenario::parse(name, text).unwrap_or_else(|mistakes| panic!("{name}:\n{mistakes}\n\nin\n{text}"))
}

#[test]
fn every_scenario_of_the_catalogue_parses() {
    let mut names = Vec::new();
    for entry in fs::read_dir(scenarios()).expect("the catalogue is a folder") {
        let path = entry.expect("its entries can be listed").path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let name = path.file_stem().and_then(|stem| stem.to_str()).expect("a name in UTF-8");
            let scenario = check(name, &fs::read_to_string(&path).expect("a file that can be read"));
            assert_eq!(scenario.name, name);
            assert!(!scenario.budgets.is_empty(), "{name} has nothing to meet");
            names.push(name.to_owned());
        }
    }
    names.sort();
    let shipped = "first-run login-rush meta-outage offline-phones rejected-template throttled webhook-storm";
    assert_eq!(names.join(" "), shipped);
}

#[test]
fn every_example_of_the_guide_parses() {
    let guide = fs::read_to_string(scenarios().join("README.md")).expect("the guide is there");
    let blocks: Vec<_> = guide.split("```toml\n").skip(1).collect();
    assert!(blocks.len() > 5, "the guide teaches by example");
    for block in blocks {
        let (example, _) = block.split_once("```").expect("a block ends");
        check("guide", &completed(example));
    }
}

#[test]
fn the_guide_names_every_scenario_of_the_catalogue() {
    let guide = fs::read_to_string(scenarios().join("README.md")).expect("the guide is there");
    for entry in fs::read_dir(scenarios()).expect("the catalogue is a folder") {
        let name = entry.expect("its entries can be listed").file_name();
        let name = name.to_str().expect("a name in UTF-8");
        assert!(name == "README.md" || guide.contains(name), "{name} is not in the guide");
    }
}

/// The example with the fields that every scenario must have, where it leaves them out.
fn completed(example: &str) -> String {
    let about = if example.contains("about ") { "" } else { "about = \"an example\"\nseed = 1\n" };
    let traffic = if example.contains("[traffic]") {
        ""
    } else {
        "[traffic]\nphases = [{ for = \"1s\", rate = \"1/s\" }]\n"
    };
    format!("{about}{example}\n{traffic}")
}
