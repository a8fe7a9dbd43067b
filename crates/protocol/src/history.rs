//! What was done to an app, or anywhere: `GET /api/apps/{app}/log`, `GET /api/log`.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{AccountId, words::words};

words! {
    /// What may be done and is written down.
    pub enum Action {
        /// An app was made, by its first upload or before it.
        AppCreated = "app.created",
        /// Its settings were changed.
        AppChanged = "app.changed",
        /// It was deleted with all of its builds.
        AppDeleted = "app.deleted",
        /// An account got a role in it, or another one.
        MemberSet = "app.member_set",
        /// An account belongs to it no more.
        MemberRemoved = "app.member_removed",
        /// Its feedback key was made anew.
        FeedbackKeyMade = "app.feedback_key_made",
        /// Its feedback key was deleted.
        FeedbackKeyDeleted = "app.feedback_key_deleted",
        /// Who is mailed about it was changed.
        NotificationsChanged = "app.notifications_changed",
        /// A build was uploaded.
        BuildUploaded = "build.uploaded",
        /// The file of a build was uploaded again.
        BuildUploadedAgain = "build.uploaded_again",
        /// A build was changed.
        BuildChanged = "build.changed",
        /// A build was deleted.
        BuildDeleted = "build.deleted",
        /// Retention deleted a build.
        BuildRetired = "build.retired",
        /// Those were told of a build who were not.
        BuildTold = "build.told",
        /// A build was given to groups.
        BuildGiven = "build.given",
        /// A build was taken back from a group.
        BuildTakenBack = "build.taken_back",
        /// A link that shares a build was made.
        ShareLinkCreated = "share_link.created",
        /// A link that shares a build was withdrawn.
        ShareLinkWithdrawn = "share_link.withdrawn",
        /// A build got symbols.
        SymbolsUploaded = "symbols.uploaded",
        /// Symbols of a build were deleted.
        SymbolsDeleted = "symbols.deleted",
        /// A group was made.
        GroupCreated = "group.created",
        /// A group was renamed.
        GroupRenamed = "group.renamed",
        /// A group was deleted.
        GroupDeleted = "group.deleted",
        /// A group gets builds of the app.
        AppAttached = "group.app_attached",
        /// A group gets builds of the app no more.
        AppDetached = "group.app_detached",
        /// A tester was invited to a group.
        TesterAdded = "tester.added",
        /// A tester who is in a group was invited to it again.
        TesterInvitedAgain = "tester.invited_again",
        /// A tester was removed from a group.
        TesterRemoved = "tester.removed",
        /// A tester was removed everywhere.
        TesterForgotten = "tester.removed_entirely",
        /// A tester left a group.
        TesterLeft = "tester.left",
        /// A tester deleted what was kept of them.
        TesterGone = "tester.gone",
        /// A link to join a group was made.
        JoinLinkCreated = "join_link.created",
        /// A link to join a group was withdrawn.
        JoinLinkWithdrawn = "join_link.withdrawn",
        /// A webhook was made.
        WebhookCreated = "webhook.created",
        /// A webhook was changed.
        WebhookChanged = "webhook.changed",
        /// A webhook was deleted.
        WebhookDeleted = "webhook.deleted",
        /// A webhook got another secret.
        WebhookSecretRotated = "webhook.secret_rotated",
        /// Feedback was called done.
        FeedbackResolved = "feedback.resolved",
        /// Feedback was called not done.
        FeedbackReopened = "feedback.reopened",
        /// Feedback was deleted.
        FeedbackDeleted = "feedback.deleted",
        /// A device was taken off the list of the app.
        DeviceRemoved = "enrolled_device.removed",
        /// Devices that nothing vouches for were taken off the list.
        UnverifiedDevicesRemoved = "enrolled_devices.unverified_removed",
        /// The list of devices was taken out.
        DevicesExported = "enrolled_device.exported",
        /// An account proved its address.
        AddressProven = "account.address_proven",
        /// An account was made.
        AccountCreated = "account.created",
        /// An account got another role.
        RoleChanged = "account.role_changed",
        /// An account was locked.
        AccountLocked = "account.locked",
        /// An account was unlocked.
        AccountUnlocked = "account.unlocked",
        /// An account changed its password.
        PasswordChanged = "password.changed",
        /// The operator set a password.
        PasswordSet = "password.set_by_operator",
        /// An invitation to the installation was made.
        InviteCreated = "invite.created",
        /// An invitation was withdrawn.
        InviteWithdrawn = "invite.withdrawn",
        /// An API token was made.
        TokenCreated = "token.created",
        /// An API token was revoked.
        TokenRevoked = "token.revoked",
        /// Somebody signed in.
        SessionStarted = "session.started",
        /// Somebody signed out.
        SessionEnded = "session.ended",
        /// A session was ended.
        SessionRevoked = "session.revoked",
        /// A refresh token was used twice, so its session was ended.
        RefreshTokenReused = "session.refresh_token_reused",
        /// A device was signed out.
        DeviceRevoked = "device.revoked",
        /// The operator made a link that lets somebody in.
        SignInLinkMade = "sign_in_link.made",
        /// Somebody came in by a link of the operator's.
        SignInLinkUsed = "sign_in_link.used",
        /// An account was linked with one at an OpenID provider.
        IdentityLinked = "identity.linked",
        /// An account was unlinked from one at an OpenID provider.
        IdentityUnlinked = "identity.unlinked",
        /// The keys that sign access tokens were changed.
        SigningKeysRotated = "signing_keys.rotated",
    }
}

/// One act of administration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogEntry {
    /// Never changes, never reused.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Uuid))]
    pub id: Uuid,
    /// When it was done.
    pub at: DateTime<Utc>,
    /// Who did it; null for the platform itself.
    pub actor_id: Option<AccountId>,
    /// What they are called; null if the account is gone.
    pub actor: Option<String>,
    /// What was done: noun and past participle, `build.deleted`.
    pub action: String,
    /// The id of what it was done to.
    pub target: Option<String>,
    /// What that is called, or was when it was there: a build's version, the name of a group or an
    /// app. An account's handle and a tester's address, as long as they are there.
    pub subject: Option<String>,
    /// What was changed, and to what: `role` to `manager`. Of texts, secrets and addresses only that
    /// they were: `changed`.
    pub details: BTreeMap<String, String>,
}
