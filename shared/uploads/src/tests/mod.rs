//! A file on its way, with everything around it in memory.

mod drop;
mod interrupted;
mod many;
mod mended;
mod page;
mod rig;
