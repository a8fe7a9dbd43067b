//! The one place that decides who sees a build: pages, API, manifests and downloads ask here.
//!
//! Whatever opens a build later without cookies (a manifest, a download) carries for whom it was
//! made, and is asked again when it is used: it ends with their right to see the build.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};
use chrono::{DateTime, Utc};
use securevox_core::{Error, Result, auth::role_of, web::View};
use securevox_protocol::{
    AccountId, AppId, BuildId, TesterId,
    accounts::Role,
    apps::{Access, AppRole},
};
use sqlx::PgConnection;

use super::{standing::Actor, store};
use crate::app::{App, Claim, Cookies, Who, password_mark};

/// Who looks, by what they hold.
#[derive(Clone, Debug)]
pub(crate) struct Viewer {
    /// Signed in, or with an API token.
    pub(crate) account: Option<Actor>,
    /// By the cookie, in force.
    pub(crate) tester: Option<Seen>,
    /// Where the passwords are that the browser has proven.
    proofs: Option<(Cookies, HeaderMap)>,
}

/// A tester who is signed in here.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) claim: Claim,
    pub(crate) email: String,
}

/// Who is told of a build: the links in what they are told open no more than they see.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Audience {
    pub(crate) who: Who,
    /// Whether they may give it to others.
    pub(crate) develops: bool,
}

/// What the database knows of a build and of those who may look at it.
#[expect(clippy::struct_excessive_bools, reason = "they are columns")]
pub(crate) struct Sight {
    pub(crate) access: Access,
    pub(crate) password_hash: Option<String>,
    /// Neither inactive nor expired.
    pub(crate) shown: bool,
    /// It would be shown, had its time not come to an end.
    pub(crate) over: bool,
    pub(crate) role: Option<AppRole>,
    /// Whether a group gets it that the address of the account is in.
    pub(crate) given_to_account: bool,
    /// Whether a group of the tester's gets it.
    pub(crate) given_to_tester: bool,
}

/// What becomes of a look at a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    Sees {
        who: Who,
        /// Whether they see it as one of its developers, who see what is hidden as well.
        develops: bool,
    },
    /// They saw it until it expired, and may be told that.
    Over(Who),
    /// To them it does not exist.
    Nothing,
}

impl Viewer {
    /// Somebody with an account alone.
    pub(crate) fn account(actor: Actor) -> Self {
        Self { account: Some(actor), tester: None, proofs: None }
    }

    /// Who looks at a page.
    pub(crate) async fn of(parts: &Parts, app: &App, view: &View) -> Result<Self> {
        let account = view.person.as_ref();
        let account = account.map(|person| Actor { account: person.account, role: person.role });
        let tester = match app.cookies.claim(&parts.headers, Utc::now()) {
            Some(claim) => {
                let mut conn = app.db.acquire().await?;
                let email = store::in_force(&mut conn, claim).await?;
                email.map(|email| Seen { claim, email })
            }
            None => None,
        };
        let proofs = Some((app.cookies.clone(), parts.headers.clone()));
        Ok(Self { account, tester, proofs })
    }

    /// Whoever a link was made for that outlives their sessions, while they are in force.
    pub(crate) async fn behind(conn: &mut PgConnection, who: Who) -> Result<Option<Self>> {
        Ok(match who {
            Who::Account(account) => {
                role_of(conn, account).await?.map(|role| Self::account(Actor { account, role }))
            }
            Who::Tester(claim) => store::in_force(conn, claim).await?.map(|email| {
                let tester = Some(Seen { claim, email });
                Self { account: None, tester, proofs: None }
            }),
            Who::Public => Some(Self { account: None, tester: None, proofs: None }),
            Who::Password(_) | Who::Holder(_) | Who::Share(_) => None,
        })
    }

    /// By what they are offered a build of which `sight` is known, if they are: what developers
    /// see beyond that is not among it.
    pub(crate) fn is_offered(&self, sight: &Sight) -> Option<Who> {
        let claim = self.tester.as_ref().map(|tester| tester.claim);
        decide(sight, self.account, claim, false).who().filter(|_| sight.shown)
    }

    /// The page as they look at it: the bar above it names a tester too.
    pub(crate) fn named(&self, mut view: View) -> View {
        view.guest = self.tester.as_ref().map(|tester| tester.email.clone());
        view
    }

    /// Whose groups give them builds.
    pub(crate) fn ids(&self) -> (Option<AccountId>, Option<TesterId>) {
        let tester = self.tester.as_ref().map(|tester| tester.claim.tester);
        (self.account.map(|actor| actor.account), tester)
    }

    /// By what they see the build, if they do.
    pub(crate) async fn sees(
        &self,
        conn: &mut PgConnection,
        build: (BuildId, AppId),
        now: DateTime<Utc>,
    ) -> Result<Option<Who>> {
        Ok(self.look(conn, build, now).await?.who())
    }

    /// The same for whoever is also to be told what is over.
    pub(crate) async fn look(
        &self,
        conn: &mut PgConnection,
        (build, app): (BuildId, AppId),
        now: DateTime<Utc>,
    ) -> Result<Look> {
        let sight = store::sight(conn, build, self.ids(), now).await?;
        let Some(sight) = sight else { return Ok(Look::Nothing) };
        let knows = sight.password_hash.as_deref().is_some_and(|hash| {
            let proofs = self.proofs.as_ref();
            proofs.is_some_and(|(cookies, headers)| cookies.knows(headers, app, hash, now))
        });
        let claim = self.tester.as_ref().map(|tester| tester.claim);
        Ok(decide(&sight, self.account, claim, knows))
    }
}

/// Developers see everything of their app, everybody else what is shown.
fn decide(
    sight: &Sight,
    account: Option<Actor>,
    tester: Option<Claim>,
    knows_password: bool,
) -> Look {
    let is_admin = account.is_some_and(|actor| actor.role == Role::Admin);
    let develops = is_admin || sight.role >= Some(AppRole::Developer);
    let who = match (account, tester) {
        (Some(actor), _) if develops || sight.role.is_some() || sight.given_to_account => {
            Who::Account(actor.account)
        }
        (_, Some(claim)) if sight.given_to_tester => Who::Tester(claim),
        _ if sight.access == Access::Public => Who::Public,
        _ if sight.access == Access::Password && knows_password => {
            Who::Password(sight.password_hash.as_deref().map(password_mark).unwrap_or_default())
        }
        _ => return Look::Nothing,
    };
    match sight {
        _ if develops => Look::Sees { who, develops },
        Sight { shown: true, .. } => Look::Sees { who, develops },
        Sight { over: true, .. } => Look::Over(who),
        _ => Look::Nothing,
    }
}

impl Look {
    fn who(self) -> Option<Who> {
        match self {
            Self::Sees { who, .. } => Some(who),
            Self::Over(_) | Self::Nothing => None,
        }
    }
}

/// Whether a link that was made for `who` still opens the build.
pub(crate) async fn still_sees(
    conn: &mut PgConnection,
    build: BuildId,
    who: Who,
    now: DateTime<Utc>,
) -> Result<bool> {
    Ok(look_again(conn, build, who, now).await?.who().is_some())
}

/// What somebody sees now for whom a link was made.
pub(crate) async fn look_again(
    conn: &mut PgConnection,
    build: BuildId,
    who: Who,
    now: DateTime<Utc>,
) -> Result<Look> {
    let giver = match who {
        Who::Share(link) => match store::giver_of(&mut *conn, (build, link), now).await? {
            Some(giver) => Some(giver),
            None => return Ok(Look::Nothing),
        },
        Who::Holder(giver) => Some(giver),
        _ => None,
    };
    let by = giver.map_or(who, Who::Account);
    let (account, tester) = match by {
        Who::Account(account) => match role_of(&mut *conn, account).await? {
            Some(role) => (Some(Actor { account, role }), None),
            None => return Ok(Look::Nothing),
        },
        Who::Tester(claim) => match store::in_force(&mut *conn, claim).await? {
            Some(_) => (None, Some(claim)),
            None => return Ok(Look::Nothing),
        },
        _ => (None, None),
    };
    let ids = (account.map(|actor| actor.account), tester.map(|claim| claim.tester));
    let Some(sight) = store::sight(conn, build, ids, now).await? else {
        return Ok(Look::Nothing);
    };
    let knows = match (who, &sight.password_hash) {
        (Who::Password(known), Some(hash)) => known == password_mark(hash),
        _ => false,
    };
    let look = decide(&sight, account, tester, knows);
    // What somebody gave is theirs to see, and offered.
    Ok(match (look, &sight) {
        (look, _) if giver.is_none() => look,
        (Look::Nothing, _) => Look::Nothing,
        (_, Sight { shown: true, .. }) => Look::Sees { who, develops: false },
        (_, Sight { over: true, .. }) => Look::Over(who),
        _ => Look::Nothing,
    })
}

/// Whether the build is shown to whoever may see it.
pub(crate) async fn is_shown(
    conn: &mut PgConnection,
    build: BuildId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let sight = store::sight(conn, build, (None, None), now).await?;
    Ok(sight.is_some_and(|sight| sight.shown))
}

impl Audience {
    pub(crate) fn developer(account: AccountId) -> Self {
        Self { who: Who::Account(account), develops: true }
    }
}

impl FromRequestParts<App> for Viewer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let view = View::from_request_parts(parts, app).await?;
        Self::of(parts, app, &view).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sight(access: Access, shown: bool, role: Option<AppRole>, in_group: bool) -> Sight {
        let (password_hash, given_to_tester) = (Some("hash".to_owned()), in_group);
        let given_to_account = false;
        Sight { access, password_hash, shown, over: false, role, given_to_account, given_to_tester }
    }

    fn sees(sight: &Sight, role: Option<Role>, knows: bool) -> bool {
        let account = role.map(|role| Actor { account: AccountId::fresh(), role });
        let tester = Some(Claim { tester: TesterId::fresh(), epoch: 0 });
        decide(sight, account, tester, knows).who().is_some()
    }

    #[test]
    fn what_is_over_is_told_to_those_who_saw_it() {
        let over = |role| Sight { over: true, ..sight(Access::Members, false, role, false) };
        let account = Actor { account: AccountId::fresh(), role: Role::User };
        let look = |role| decide(&over(role), Some(account), None, false);
        let who = Who::Account(account.account);
        assert_eq!(look(None), Look::Nothing);
        assert_eq!(look(Some(AppRole::Tester)), Look::Over(who));
        assert_eq!(look(Some(AppRole::Developer)), Look::Sees { who, develops: true });
    }

    #[test]
    fn an_account_comes_before_the_tester_beside_it() {
        let given = |given_to_account| Sight {
            given_to_account,
            ..sight(Access::Members, true, None, true)
        };
        let account = Actor { account: AccountId::fresh(), role: Role::User };
        let claim = Claim { tester: TesterId::fresh(), epoch: 0 };
        let who = |given_to_account, account| {
            decide(&given(given_to_account), account, Some(claim), false).who()
        };
        assert_eq!(who(true, Some(account)), Some(Who::Account(account.account)));
        assert_eq!(who(false, Some(account)), Some(Who::Tester(claim)));
        assert_eq!(who(false, None), Some(Who::Tester(claim)));
        let alone = decide(&given(true), Some(account), None, false);
        let develops = false;
        assert_eq!(alone, Look::Sees { who: Who::Account(account.account), develops });
    }

    #[test]
    fn what_is_hidden_is_for_developers_alone() {
        use AppRole::{Developer, Manager, Owner, Tester};
        for role in [Developer, Manager, Owner] {
            assert!(sees(
                &sight(Access::Members, false, Some(role), false),
                Some(Role::User),
                false
            ));
        }
        assert!(sees(&sight(Access::Members, false, None, false), Some(Role::Admin), false));
        assert!(!sees(&sight(Access::Members, false, Some(Tester), true), Some(Role::User), true));
        assert!(!sees(&sight(Access::Public, false, None, true), None, true));
    }

    #[test]
    fn what_is_offered_is_for_those_it_is_offered_to() {
        let stranger = Some(Role::Publisher);
        assert!(!sees(&sight(Access::Members, true, None, false), stranger, true));
        assert!(sees(&sight(Access::Members, true, None, true), stranger, false));
        assert!(sees(&sight(Access::Members, true, Some(AppRole::Tester), false), stranger, false));
        assert!(sees(&sight(Access::Public, true, None, false), None, false));
        assert!(sees(&sight(Access::Password, true, None, false), None, true));
        assert!(!sees(&sight(Access::Password, true, None, false), stranger, false));
    }
}
