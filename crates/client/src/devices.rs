//! `/v1/devices`.

use reqwest::Method;
use securevox_protocol::{
    DeviceId, Page,
    devices::{Device, UpdateDevice},
};

use crate::{Client, Paging, Result};

impl Client {
    /// The devices of the caller's account, newest first.
    pub async fn list_devices(&self, paging: &Paging) -> Result<Page<Device>> {
        self.list("/v1/devices", paging).await
    }

    /// A device of the caller's account.
    pub async fn show_device(&self, device: DeviceId) -> Result<Device> {
        self.show(&format!("/v1/devices/{device}")).await
    }

    /// Renames a device of the caller's account.
    pub async fn update_device(&self, device: DeviceId, request: &UpdateDevice) -> Result<Device> {
        self.change(Method::PATCH, &format!("/v1/devices/{device}"), request).await
    }

    /// Removes a device of the caller's account and ends its session.
    pub async fn delete_device(&self, device: DeviceId) -> Result<()> {
        self.delete(&format!("/v1/devices/{device}")).await
    }
}
