//! The scenario language, seen from outside.

mod arrivals;
mod blocks;
mod catalogue;
mod chance;
mod countries;
mod defaults;
mod mistakes;
mod rates;
mod rules;
mod targets;
mod tenants;
