//! Functions that are killed before and after every call they make, and started again.

#[cfg(test)]
mod finalise;
