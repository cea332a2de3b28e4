//! Whole loads over real sockets, against targets that are good and bad.

mod misbehaviour;
mod people;
mod play;
mod target;
