//! Typed identifiers: an `AppId` can never be passed where an `AccountId` is meant.

use std::{fmt, str};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = Uuid))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new identifier (`UUIDv7`), ordered by time of creation.
            pub fn fresh() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

id!(
    /// A person.
    AccountId
);
id!(
    /// One installation of a client.
    DeviceId
);
id!(
    /// A call. The client that starts it chooses the id.
    CallId
);
id!(
    /// One sign-in of an account, with or without a device.
    SessionId
);
id!(
    /// An API token, for CI.
    TokenId
);
id!(
    /// An invitation to register.
    InviteId
);
id!(
    /// An app that is distributed: one platform, one package or bundle id.
    AppId
);
id!(
    /// One uploaded package of an app.
    BuildId
);
id!(
    /// A file with the symbols of a build.
    SymbolsId
);
id!(
    /// A package on its way, in pieces.
    UploadId
);
id!(
    /// Somebody who installs builds, with or without an account.
    TesterId
);
id!(
    /// A group of testers.
    GroupId
);
id!(
    /// A link by which people join a group.
    JoinLinkId
);
id!(
    /// A link by which a build is shared.
    ShareLinkId
);
id!(
    /// An iPhone or iPad that its owner enrolled, so that profiles can list it.
    EnrolledDeviceId
);
id!(
    /// What somebody said of a build.
    FeedbackId
);
id!(
    /// A link by which programs read of new builds.
    FeedId
);
id!(
    /// An address that is told when something happens to an app.
    WebhookId
);
id!(
    /// One thing on its way to one webhook.
    DeliveryId
);
id!(
    /// One time that a build was fetched.
    DownloadId
);
