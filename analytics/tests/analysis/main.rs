//! Whole runs, told as journals and analysed.

mod laws;
mod reports;
mod runs;
mod telling;
