//! The limits that routes state among their arguments.

use securevox_core::{
    auth::SignedIn,
    http::ClientAddress,
    rate_limit::{Limiter, Rule},
};

use crate::app::App;

/// Declares a limit of the service: its name, for whom it counts, and where it is.
macro_rules! rule {
    ($(#[$doc:meta])* $name:ident by $by:ty: |$app:ident| $limiter:expr) => {
        $(#[$doc])*
        pub(crate) struct $name;

        impl Rule for $name {
            type State = App;
            type By = $by;

            fn limiter($app: &App) -> &Limiter {
                $limiter
            }
        }
    };
}

rule!(
    /// Exchanges of refresh tokens, right or wrong.
    Refreshes by ClientAddress: |app| &app.limits.refreshes_from
);
rule!(
    /// API tokens made.
    TokenCreations by SignedIn: |app| &app.limits.tokens_made_by
);
rule!(
    /// Invitations made.
    InviteCreations by SignedIn: |app| &app.limits.invites_made_by
);
rule!(
    /// Set-up links followed.
    CodeUses by ClientAddress: |app| app.code_tries.limiter()
);
