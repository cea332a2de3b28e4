//! The key that was probably meant.

/// The candidate that takes the fewest edits to reach, if that is few for a word of this length.
pub(super) fn nearest<'a>(word: &str, candidates: &'a [String]) -> Option<&'a str> {
    let allowed = (word.chars().count() / 3).max(1);
    let near = candidates.iter().map(|candidate| (distance(word, candidate), candidate));
    let (_, closest) = near.filter(|(edits, _)| *edits <= allowed).min_by_key(|(edits, _)| *edits)?;
    Some(closest)
}

/// How many letters must be put in, taken out or changed to turn one word into the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (above, letter) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = above + 1;
        for (column, candidate) in other.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *candidate);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}
