//! An installation that listens, and people with clients.

use securevox_api::Api;
use securevox_app_distribution::Distribution;
use securevox_client::{Client, Servers};
use securevox_protocol::{
    accounts::Role,
    auth::{Login, Register},
    devices::{DevicePlatform, NewDevice},
    invites::CreateInvite,
};
use securevox_testkit::{House, Person};
use sqlx::PgPool;

pub(crate) const PASSWORD: &str = "correct horse battery";

/// Two services on ports of their own.
pub(crate) struct Installation {
    pub(crate) house: House,
    pub(crate) servers: Servers,
}

impl Installation {
    pub(crate) async fn on(db: PgPool) -> Self {
        let house = House::on(db).await;
        let api = house.serve::<Api>(&[]).await.url;
        let distribution = house.serve::<Distribution>(&[]).await.url;
        let at = |url: String| url.parse().expect("a service has a URL");
        let servers = Servers { api: at(api), distribution: at(distribution) };
        Self { house, servers }
    }

    /// A client that nobody has signed in with.
    pub(crate) fn client(&self) -> Client {
        Client::new(self.servers.clone()).expect("the client needs nothing")
    }

    /// The client of an administrator, who was there before.
    pub(crate) async fn administrator(&self) -> Client {
        let root = Person::admin("root", &self.house).await;
        Client::with_api_token(self.servers.clone(), root.token).expect("the client needs nothing")
    }

    /// The phone of somebody who was invited to `role` and has just registered.
    pub(crate) async fn invited(&self, handle: &str, role: Role) -> Client {
        let wanted = CreateInvite { role: Some(role), ..CreateInvite::default() };
        let invite = self.administrator().await.create_invite(&wanted).await;
        let request = Register {
            handle: handle.to_owned(),
            password: PASSWORD.to_owned(),
            email: None,
            invite: Some(invite.expect("administrators invite").code),
            device: Some(device("Phone", DevicePlatform::Ios)),
        };
        let client = self.client();
        client.register(&request).await.expect("the invited may register");
        client
    }
}

pub(crate) fn device(name: &str, platform: DevicePlatform) -> NewDevice {
    NewDevice { name: name.to_owned(), platform }
}

pub(crate) fn login(handle: &str, device: Option<NewDevice>) -> Login {
    Login { handle: handle.to_owned(), password: PASSWORD.to_owned(), device }
}
