//! What people do with actions.

mod attaching;
mod crash;
mod deciding;
mod life;
mod world;
