//! `/api/groups`: groups of testers, and the links by which they come in.

use reqwest::Method;
use securevox_protocol::{
    AppId, BuildId, GroupId, JoinLinkId, Page, TesterId,
    testers::{
        AttachApp, BuildGroup, CreateGroup, CreateJoinLink, CreatedJoinLink, GiveBuild, Group,
        InviteTesters, InvitedTester, JoinLink, NameGroup, Tester,
    },
};

use crate::{Client, Paging, Result};

const GROUPS: &str = "/api/groups";

impl Client {
    /// The groups the caller may look at or change, newest first.
    pub async fn list_groups(&self, paging: &Paging) -> Result<Page<Group>> {
        self.distributed(GROUPS, |url| paging.write(url)).await
    }

    /// A group the caller may look at or change.
    pub async fn show_group(&self, group: GroupId) -> Result<Group> {
        self.distributed(&format!("{GROUPS}/{group}"), |_| {}).await
    }

    /// Makes a group.
    pub async fn create_group(&self, request: &CreateGroup) -> Result<Group> {
        self.change_distributed(Method::POST, GROUPS, request).await
    }

    /// Gives a group another name.
    pub async fn rename_group(&self, group: GroupId, request: &NameGroup) -> Result<Group> {
        self.change_distributed(Method::PATCH, &format!("{GROUPS}/{group}"), request).await
    }

    /// Deletes a group; its testers lose what they had by it.
    pub async fn delete_group(&self, group: GroupId) -> Result<()> {
        self.delete_distributed(&format!("{GROUPS}/{group}")).await
    }

    /// The group gets builds of an app, which the caller manages: all, those of a channel, or those
    /// that are given to it.
    pub async fn attach_app(
        &self,
        group: GroupId,
        app: AppId,
        request: &AttachApp,
    ) -> Result<Group> {
        let path = format!("{GROUPS}/{group}/apps/{app}");
        self.change_distributed(Method::PUT, &path, request).await
    }

    /// The group gets nothing of an app any more.
    pub async fn detach_app(&self, group: GroupId, app: AppId) -> Result<()> {
        self.delete_distributed(&format!("{GROUPS}/{group}/apps/{app}")).await
    }

    /// The testers of a group.
    pub async fn list_testers(&self, group: GroupId, paging: &Paging) -> Result<Page<Tester>> {
        let path = format!("{GROUPS}/{group}/testers");
        self.distributed(&path, |url| paging.write(url)).await
    }

    /// Adds testers by their addresses. Where mail is off the answer has their links.
    pub async fn invite_testers(
        &self,
        group: GroupId,
        request: &InviteTesters,
    ) -> Result<Page<InvitedTester>> {
        let path = format!("{GROUPS}/{group}/testers");
        self.change_distributed(Method::POST, &path, request).await
    }

    /// Removes a tester from a group.
    pub async fn remove_tester(&self, group: GroupId, tester: TesterId) -> Result<()> {
        self.delete_distributed(&format!("{GROUPS}/{group}/testers/{tester}")).await
    }

    /// Removes a tester from all groups and ends their sessions.
    pub async fn forget_tester(&self, tester: TesterId) -> Result<()> {
        self.delete_distributed(&format!("/api/testers/{tester}")).await
    }

    /// The links by which people join a group, newest first.
    pub async fn list_join_links(&self, group: GroupId) -> Result<Page<JoinLink>> {
        self.distributed(&format!("{GROUPS}/{group}/links"), |_| {}).await
    }

    /// Makes a link by which people join a group. Its address is in this answer and nowhere else.
    pub async fn create_join_link(
        &self,
        group: GroupId,
        request: &CreateJoinLink,
    ) -> Result<CreatedJoinLink> {
        let path = format!("{GROUPS}/{group}/links");
        self.change_distributed(Method::POST, &path, request).await
    }

    /// Withdraws a link by which people join.
    pub async fn withdraw_join_link(&self, group: GroupId, link: JoinLinkId) -> Result<()> {
        self.delete_distributed(&format!("{GROUPS}/{group}/links/{link}")).await
    }

    /// The groups that get a build.
    pub async fn list_build_groups(&self, build: BuildId) -> Result<Page<BuildGroup>> {
        self.distributed(&format!("/api/builds/{build}/groups"), |_| {}).await
    }

    /// Takes a build back from a group that was given it.
    pub async fn take_build(&self, build: BuildId, group: GroupId) -> Result<()> {
        self.delete_distributed(&format!("/api/builds/{build}/groups/{group}")).await
    }

    /// Gives a build to groups, named or by their ids.
    pub async fn give_build(&self, build: BuildId, request: &GiveBuild) -> Result<()> {
        let path = format!("/api/builds/{build}/groups");
        self.send(self.transfer(Method::POST, &path).json(request)).await.map(drop)
    }
}
