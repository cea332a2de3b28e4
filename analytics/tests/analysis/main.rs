//! Whole runs, told as journals and analysed.

mod reports;
mod runs;
mod telling;
