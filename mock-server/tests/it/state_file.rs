//! Where a state can be kept, and by how many.

use std::path::Path;

use expect_test::{Expect, expect};
use mock_server::StateTime;

use crate::meta::Meta;

/// What becomes of a server that is to keep its state in this file of the folder.
#[track_caller]
fn check_start(folder: &Path, file: &str, expected: Expect) {
    let started = Meta::going_on(&folder.join(file), StateTime::Resume);
    let told = started.map_or_else(|refused| refused.to_string(), |_| "it runs".to_owned());
    expected.assert_eq(&told.replace(folder.to_str().unwrap(), "FOLDER"));
}

#[tokio::test]
async fn a_state_file_is_refused_to_a_second_server_while_the_first_runs() {
    let folder = tempfile::tempdir().unwrap();
    let first = Meta::kept_in(&folder.path().join("meta.json")).await.unwrap();
    check_start(
        folder.path(),
        "meta.json",
        expect![
            "the state cannot be kept in FOLDER/meta.json: another mock keeps it, but must be kept by one at a time"
        ],
    );
    check_start(folder.path(), "other.json", expect!["it runs"]);
    drop(first);
    check_start(folder.path(), "meta.json", expect!["it runs"]);
}

#[tokio::test]
async fn a_state_file_in_a_folder_that_is_not_there_keeps_the_server_from_starting() {
    let folder = tempfile::tempdir().unwrap();
    check_start(
        folder.path(),
        "none/meta.json",
        expect!["the state cannot be kept in FOLDER/none/meta.json: No such file or directory (os error 2)"],
    );
}
