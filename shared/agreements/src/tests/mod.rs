//! Contract documents from publication to the answer, and everything that can come between.

mod answering;
mod crash;
mod deadline;
mod money;
mod pdf;
mod publishing;
mod world;
