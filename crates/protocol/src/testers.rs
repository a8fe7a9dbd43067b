//! Requests and responses of `/api/groups`: testers without an account, and groups of them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{AppId, GroupId, JoinLinkId, TesterId};

/// A group of testers, over any number of apps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Group {
    /// Never changes, never reused.
    pub id: GroupId,
    /// What it is called.
    pub name: String,
    /// How many testers it has.
    pub testers: i64,
    /// The apps it gets builds of; for whoever may not change it, those of them that they manage.
    pub apps: Vec<GroupApp>,
    /// Whether the caller may change it: they manage all of its apps, or made it and it has none.
    pub may_change: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// An app that a group gets builds of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GroupApp {
    /// The app.
    pub id: AppId,
    /// What people call it.
    pub name: String,
    /// Whether the group gets every build, or only those that are given to it.
    pub every_build: bool,
    /// Of which channel alone it gets every build; null for all.
    pub channel: Option<String>,
}

/// `POST /api/groups`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateGroup {
    /// A UUID of version 7 of your own making, for a request that may be repeated: the same again is
    /// answered with what there is. Somebody else's is a 409.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<GroupId>,
    /// 1–100 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
    pub name: String,
}

/// `PATCH /api/groups/{group}`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NameGroup {
    /// 1–100 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
    pub name: String,
}

/// `PUT /api/groups/{group}/apps/{app}`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AttachApp {
    /// Whether the group gets every build, or only those that are given to it.
    pub every_build: bool,
    /// Of which channel alone it gets every build, letter by letter; of all if absent. Builds of others
    /// may be given to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 255))]
    pub channel: Option<String>,
}

/// Somebody who installs builds, known by an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tester {
    /// Never changes, never reused.
    pub id: TesterId,
    /// In lower case.
    pub email: String,
    /// What the group calls them.
    pub name: Option<String>,
    /// Since when they are in the group.
    pub created_at: DateTime<Utc>,
}

/// `POST /api/groups/{group}/testers`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct InviteTesters {
    /// 1 to 500 addresses, each alone or with what the group is to call them:
    /// `Ada Lovelace <ada@example.org>`, 100 characters of name at most.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub emails: Vec<String>,
}

/// A tester who was invited.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitedTester {
    /// Who.
    #[serde(flatten)]
    pub tester: Tester,
    /// Whether an invitation was mailed.
    pub mailed: bool,
    /// Where mail is off: the link that signs them in, to be passed on; null for somebody who is
    /// in groups of others too, and for whom it would open those.
    pub link: Option<String>,
}

/// `POST /api/groups/{group}/links`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateJoinLink {
    /// A UUID of version 7 of your own making, for a request that may be repeated: the same again is
    /// answered with what there is. Somebody else's is a 409.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<JoinLinkId>,
    /// Only addresses of this domain may join; any if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_domain: Option<String>,
    /// How many may join, 1 to 10,000; any number if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 10000))]
    pub uses: Option<i32>,
    /// Hours until it ends, 1 to 8,760; never if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 8760))]
    pub expires_in_hours: Option<u32>,
}

/// A link by which people join a group by themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JoinLink {
    /// To list and to withdraw it; not the code.
    pub id: JoinLinkId,
    /// Only addresses of this domain may join.
    pub email_domain: Option<String>,
    /// How many may still join.
    pub uses_left: Option<i32>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// The answer to `POST /api/groups/{group}/links`, where alone the address is shown.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedJoinLink {
    /// The link.
    #[serde(flatten)]
    pub link: JoinLink,
    /// To be passed on; the server keeps only its hash, and tells it again whoever repeats the request.
    pub url: String,
}

/// A group that gets a build.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BuildGroup {
    /// Which.
    pub id: GroupId,
    /// What it is called.
    pub name: String,
    /// Whether it gets every build of the app, or of a channel of it.
    pub every_build: bool,
    /// Of which channel alone; null for all.
    pub channel: Option<String>,
    /// Whether it was given this one, and can lose it again.
    pub given: bool,
}

/// `POST /api/builds/{build}/groups`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GiveBuild {
    /// Names or ids of groups.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 50))]
    pub groups: Vec<String>,
}
