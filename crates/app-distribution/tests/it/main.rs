//! App distribution, called in process against a database of its own per test.

mod inspect;
