//! The council's people at their first page.
