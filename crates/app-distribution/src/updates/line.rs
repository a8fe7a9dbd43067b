//! The parameters of a line of builds.

use serde::Deserialize;
use utoipa::IntoParams;

/// Which line of builds.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Line {
    /// Of this channel.
    pub(super) channel: Option<String>,
    /// Built from this branch.
    pub(super) branch: Option<String>,
}
