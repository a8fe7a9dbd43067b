//! `/api/apps/{app}/devices`: iPhones and iPads whose owners asked to be listed.

use securevox_protocol::{AppId, EnrolledDeviceId, Page, enrolment::EnrolledDevice};

use crate::{Client, Paging, Result};

impl Client {
    /// The devices that were enrolled for an app, newest first: its developers.
    pub async fn list_enrolled_devices(
        &self,
        app: AppId,
        paging: &Paging,
    ) -> Result<Page<EnrolledDevice>> {
        self.distributed(&format!("/api/apps/{app}/devices"), |url| paging.write(url)).await
    }

    /// Takes a device off the list of an app: its developers.
    pub async fn delete_enrolled_device(&self, app: AppId, device: EnrolledDeviceId) -> Result<()> {
        self.delete_distributed(&format!("/api/apps/{app}/devices/{device}")).await
    }
}
